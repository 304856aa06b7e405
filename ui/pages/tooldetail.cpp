#include "ui/pages/tooldetail.h"

#include "core/base/plaintext.h"
#include "core/provider/offer.h"
#include "core/provider/scopes.h"
#include "ui/models/clientmodel.h"
#include "ui/pages/toolpolicies.h"
#include "ui/pages/trytool.h"
#include "ui/text/format.h"
#include "ui/text/scopetext.h"
#include "ui/text/tooltext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/factlist.h"
#include "ui/widgets/schemaform.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

using tools::ToolDefinition;

namespace {

QVBoxLayout *columnIn(QWidget *part, int spacing)
{
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing);
    return column;
}

QLabel *wrapping(QLabel *label)
{
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QString callsOf(const ToolRow &row)
{
    if (!row.count)
        return ToolDetail::tr("unknown");
    if (row.count->calls == 0)
        return ToolDetail::tr("none in 30 days");
    return ToolDetail::tr("%1 in 30 days, %2 failed, the last %3")
        .arg(format::number(row.count->calls), format::number(row.count->errors),
             format::ago(row.count->lastAt, format::now()));
}

/// "kv:read — workers-kv-storage.read"
QString rightsOf(const QString &scope)
{
    const auto info = scopes::find(scope);
    return info && !info->upstream.isEmpty() ? info->upstream.join(QStringLiteral(", "))
                                             : ToolDetail::tr("none");
}

struct Argument {
    QString name;
    int depth = 0; ///< in nested objects
    Json schema;
    bool isRequired = false;
};

/// Those of nested objects too, below their own.
QList<Argument> argumentsOf(const Json &schema, int depth = 0)
{
    QList<Argument> found;
    const Json *members = json::find(schema, "properties");
    if (!members)
        return found;
    const QStringList required = json::stringsAt(schema, "required");
    for (const bool wanted : {true, false}) {
        for (const auto &[key, member] : members->items()) {
            const QString name = QString::fromStdString(key);
            if (required.contains(name) != wanted)
                continue;
            found << Argument{name, depth, member, wanted};
            found << argumentsOf(member, depth + 1);
        }
    }
    return found;
}

QWidget *argumentRow(const Argument &argument)
{
    auto *row = new QWidget;
    QVBoxLayout *column = columnIn(row, 1);
    column->setContentsMargins(argument.depth * space::m, 0, 0, 0);
    auto *head = new QHBoxLayout;
    head->setSpacing(space::s);
    auto *name = new ElidedLabel(argument.name, Qt::ElideRight);
    name->setFont(fonts::mono());
    head->addWidget(name);
    if (argument.isRequired)
        head->addWidget(new ChipLabel(Chip{ToolDetail::tr("required"), Tone::Neutral}));
    head->addStretch();
    column->addLayout(head);
    const QString description = json::stringAt(argument.schema, "description").value_or(QString());
    const QString type = schemaTypeInWords(argument.schema);
    column->addWidget(wrapping(labels::small(
        description.isEmpty() ? type
                              : ToolDetail::tr("%1. %2", "type, meaning").arg(type, description))));
    return row;
}

} // namespace

ToolDetail::ToolDetail(service::CommandQueue &commands, QWidget *parent)
    : DetailPane(tr("Tool details"), parent)
    , m_effect(new PillLabel)
    , m_description(wrapping(labels::body()))
    , m_change(wrapping(labels::body()))
    , m_facts(new FactList)
    , m_policies(new ToolPolicies)
    , m_arguments(new QWidget)
    , m_form(new TryTool(commands))
    , m_summary(wrapping(labels::body()))
    , m_deprecated(wrapping(labels::body()))
    , m_switch(new ToggleSwitch)
    , m_switchText(labels::body())
    , m_toolsetFacts(new FactList)
    , m_address(labels::mono())
    , m_copy(new CopyButton(tr("Copy the toolset's address")))
{
    m_tool = buildTool();
    m_toolset = buildToolset();
    body()->addWidget(m_tool);
    body()->addWidget(m_toolset);
    body()->addStretch();
    connect(m_policies, &ToolPolicies::ruleChosen, this, &ToolDetail::ruleChosen);
    connect(m_switch, &QAbstractButton::clicked, this,
            [this](bool isOn) { emit toolsetSwitched(m_toolsetName, isOn); });
}

QWidget *ToolDetail::buildTool()
{
    auto *part = new QWidget;
    QVBoxLayout *column = columnIn(part, space::m);
    auto *pill = new QHBoxLayout;
    pill->addWidget(m_effect);
    pill->addStretch();
    columnIn(m_arguments, space::s);
    m_description->setObjectName(QStringLiteral("description"));
    m_change->setObjectName(QStringLiteral("change"));
    column->addLayout(pill);
    column->addWidget(m_description);
    column->addWidget(m_change);
    column->addWidget(m_facts);
    column->addWidget(new Hairline);
    column->addWidget(labels::strong(tr("What happens to its calls")));
    column->addWidget(m_policies);
    column->addWidget(new Hairline);
    column->addWidget(labels::strong(tr("Arguments")));
    column->addWidget(m_arguments);
    column->addWidget(new Hairline);
    column->addWidget(labels::strong(tr("Try it")));
    column->addWidget(m_form);
    return part;
}

QWidget *ToolDetail::buildToolset()
{
    auto *part = new QWidget;
    QVBoxLayout *column = columnIn(part, space::m);
    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    row->addWidget(m_switch);
    row->addWidget(m_switchText, 1);
    m_switch->setObjectName(QStringLiteral("toolset"));
    auto *address = new QHBoxLayout;
    address->setSpacing(space::s);
    m_address->setWordWrap(true);
    address->addWidget(m_address, 1);
    address->addWidget(m_copy, 0, Qt::AlignTop);
    column->addWidget(m_summary);
    column->addWidget(m_deprecated);
    column->addLayout(row);
    column->addWidget(m_toolsetFacts);
    column->addWidget(new Hairline);
    column->addWidget(labels::strong(tr("An address of its own")));
    column->addLayout(address);
    column->addWidget(wrapping(labels::small(
        tr("A client that is entered with this address has these tools alone in its list."))));
    return part;
}

void ToolDetail::setRow(const ToolRow &row, const service::Snapshot &snapshot,
                        const ClientId &client)
{
    m_tool->setVisible(!row.isHeading());
    m_toolset->setVisible(row.isHeading());
    if (row.isHeading())
        showToolset(row, snapshot, client);
    else
        showTool(row, snapshot, client);
}

void ToolDetail::showTool(const ToolRow &row, const service::Snapshot &snapshot,
                          const ClientId &client)
{
    const tools::DefinitionPtr tool = tools::findDefinition(row.name());
    if (!tool)
        return;
    setHeading({}, row.name(), row.title);
    m_effect->set(tooltone::icon(row.effect), tooltext::effect(row.effect),
                  tooltone::of(row.effect));
    m_description->setText(plaintext::block(tool->tool.description));
    m_change->setVisible(!tool->change.isEmpty());
    m_change->setText(tr("Asks with: %1").arg(tooltext::change(tool->change)));
    QList<FactList::Fact> facts{
        {tr("Toolset"), tooltext::toolset(row.toolset)},
        {tr("Scope"), tr("%1 (%2)", "meaning, name").arg(scopetext::meaning(row.scope), row.scope)},
        {tr("At %1").arg(provider::facts().name), rightsOf(row.scope), true},
        {tr("In a list"), tooltext::tokens(row.tokens)},
        {tr("Calls"), callsOf(row)},
    };
    if (tool->scope != row.scope)
        facts.insert(
            2, {tr("To read"),
                tr("%1 (%2)", "meaning, name").arg(scopetext::meaning(tool->scope), tool->scope)});
    m_facts->set(facts);
    m_policies->setTool(*tool, snapshot, client);
    m_form->setTool(tool);
    m_form->setSnapshot(snapshot);
    if (m_shown != row.subject)
        showArguments(tool->tool.inputSchema);
    m_shown = row.subject;
}

void ToolDetail::showArguments(const Json &schema)
{
    qDeleteAll(m_arguments->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    const QList<Argument> all = argumentsOf(schema);
    for (const Argument &argument : all)
        m_arguments->layout()->addWidget(argumentRow(argument));
    if (all.isEmpty())
        m_arguments->layout()->addWidget(labels::secondary(tr("It takes none.")));
}

void ToolDetail::showToolset(const ToolRow &row, const service::Snapshot &snapshot,
                             const ClientId &client)
{
    m_toolsetName = row.toolset;
    const auto all = provider::toolsets();
    const auto toolset = std::find_if(all.begin(), all.end(),
                                      [&row](const auto &one) { return one.name == row.toolset; });
    const Json file = toolset == all.end() ? Json::object() : toolset->file;
    const auto named =
        std::find_if(snapshot.clients.begin(), snapshot.clients.end(),
                     [&client](const auto &view) { return view.client.id == client; });
    const QString who = named == snapshot.clients.end()
                            ? tr("for all clients")
                            : tr("for %1").arg(clienttext::name(named->client));
    setHeading(row.title, row.title,
               row.tools == 1 ? tr("1 tool") : tr("%1 tools").arg(format::number(row.tools)));
    m_summary->setText(plaintext::line(json::stringAt(file, "summary").value_or(QString())));
    m_deprecated->setVisible(row.isDeprecated);
    m_deprecated->setText(plaintext::line(json::stringAt(file, "deprecated").value_or(QString())));
    const bool isOn = row.policy != Policy::Off;
    m_switch->setChecked(isOn);
    m_switch->setAccessibleName(plaintext::line(tr("All tools of %1, %2").arg(row.title, who)));
    m_switchText->setText(plaintext::line(isOn ? tr("On, %1").arg(who) : tr("Off, %1").arg(who)));
    m_toolsetFacts->set(
        {{tr("In a list"), tooltext::tokens(row.tokens)}, {tr("Calls"), callsOf(row)}});
    QString address = snapshot.server.mcpUrl;
    if (address.endsWith(QLatin1String("/mcp")))
        address.chop(4);
    address += QStringLiteral("/%1/mcp").arg(row.toolset);
    m_address->setText(plaintext::line(address));
    m_copy->setCopied(address);
}

} // namespace flaredeck::ui
