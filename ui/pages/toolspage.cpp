#include "ui/pages/toolspage.h"

#include "core/base/plaintext.h"
#include "core/base/settings.h"
#include "core/provider/offer.h"
#include "core/service/clienttools.h"
#include "core/service/commands.h"
#include "ui/dialogs/confirm.h"
#include "ui/dialogs/rulesimport.h"
#include "ui/models/clientmodel.h"
#include "ui/pages/clienttoolscard.h"
#include "ui/pages/tooldefaults.h"
#include "ui/pages/tooldetail.h"
#include "ui/pages/trytool.h"
#include "ui/text/format.h"
#include "ui/text/tooltext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/filterbar.h"
#include "ui/widgets/masterdetail.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSignalBlocker>

#include <algorithm>

namespace flaredeck::ui {

using tools::RuleBook;

namespace {

constexpr Millis kCounted = 30LL * 24 * 3600 * 1000;
constexpr int kAny = -1;

QComboBox *makeFilter(const QString &name)
{
    auto *box = new QComboBox;
    box->setAccessibleName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return box;
}

template <typename Value>
std::optional<Value> chosenIn(const QComboBox *box)
{
    const int value = box->currentData().toInt();
    return value == kAny ? std::nullopt : std::optional(Value(value));
}

} // namespace

ToolsPage::ToolsPage(const PageContext &context, QWidget *parent)
    : Page(tr("Tools"), parent)
    , m_commands(context.commands)
    , m_archive(context.archive)
    , m_settings(context.settings)
    , m_model(new ToolModel(this))
    , m_sorted(new SortedTools(m_model, this))
    , m_clients(makeFilter(tr("Whose policies are shown")))
    , m_defaults(new ToolDefaults)
    , m_card(new ClientToolsCard)
    , m_search(makeSearchField(tr("Search tools and scopes…  (Ctrl+F)")))
    , m_toolsets(makeFilter(tr("Toolset")))
    , m_effects(makeFilter(tr("Effect")))
    , m_policies(makeFilter(tr("Policy")))
    , m_table(new DataTable(QStringLiteral("tools"), context.settings))
    , m_detail(new ToolDetail(context.commands))
    , m_split(new MasterDetail(QStringLiteral("tools"), context.settings, new TableCard(m_table),
                               m_detail))
    , m_clear(makeButton(tr("Show all tools")))
    , m_menu(new QMenu(this))
{
    QPushButton *rules = makeButton(tr("Rules"));
    rules->setAccessibleName(tr("Export or import rules"));
    auto *file = new QMenu(rules);
    file->addAction(tr("Export rules…"), this, [this] {
        if (m_snapshot)
            rulesimport::exportRules(this, *m_snapshot);
    });
    file->addAction(tr("Import rules…"), this, [this] {
        if (m_snapshot)
            rulesimport::importRules(this, m_commands, m_snapshot);
    });
    rules->setMenu(file);
    addAction(m_clients);
    addAction(rules);

    content()->addWidget(buildFilter());
    content()->addWidget(m_card);
    m_card->hide();
    addList(m_split, m_clear);
    m_table->setAccessibleName(tr("Tools"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTallRows();
    m_table->start(m_sorted, {{230, true},
                              {108},
                              {110, false, 3},
                              {92},
                              {150, false, 2},
                              {64, false, 5},
                              {64, false, 4},
                              {72, false, 1}});
    m_table->sortAtFirstBy(ToolModel::Tool, Qt::AscendingOrder);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->installEventFilter(this);

    connect(m_table, &DataTable::currentIdChanged, this, &ToolsPage::showCurrent);
    connect(m_table, &QAbstractItemView::clicked, this, &ToolsPage::clickCell);
    connect(m_table, &QWidget::customContextMenuRequested, this,
            [this](const QPoint &at) { openMenu(m_table->indexAt(at)); });
    connect(m_split, &MasterDetail::detailClosed, m_table, &DataTable::clearSelection);
    connect(m_detail, &ToolDetail::ruleChosen, this, &ToolsPage::setRule);
    connect(m_detail, &ToolDetail::toolsetSwitched, this, &ToolsPage::switchToolset);
    connect(m_defaults, &ToolDefaults::ruleChosen, this, &ToolsPage::setRule);
    connect(m_card, &ClientToolsCard::toolsetSwitched, this, &ToolsPage::switchToolset);
    connect(m_clients, &QComboBox::currentIndexChanged, this,
            [this] { showClient(ClientId{m_clients->currentData().toString()}); });
    connect(m_search, &QLineEdit::textChanged, this, &ToolsPage::choose);
    for (QComboBox *box : {m_toolsets, m_effects, m_policies})
        connect(box, &QComboBox::currentIndexChanged, this, &ToolsPage::choose);
    connect(m_clear, &QPushButton::clicked, this, [this] {
        for (QComboBox *box : {m_toolsets, m_effects, m_policies})
            box->setCurrentIndex(0);
        m_search->clear();
        find();
    });
    showLoading();
}

QWidget *ToolsPage::buildFilter()
{
    m_toolsets->addItem(tr("All toolsets"), QString());
    for (const provider::Toolset &toolset : provider::toolsets())
        m_toolsets->addItem(tooltext::toolset(toolset.name), toolset.name);
    m_effects->addItem(tr("All effects"), kAny);
    for (const Effect effect : kEffects)
        m_effects->addItem(tooltext::effect(effect), int(effect));
    m_policies->addItem(tr("All policies"), kAny);
    for (const Policy policy : kPolicies)
        m_policies->addItem(tooltext::policy(policy), int(policy));

    auto *which = new QHBoxLayout;
    which->setSpacing(space::s);
    which->addWidget(m_search, 1);
    which->addWidget(m_toolsets);
    which->addWidget(m_effects);
    which->addWidget(m_policies);
    auto *rows = new QWidget;
    auto *column = new QVBoxLayout(rows);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(m_defaults);
    column->addLayout(which);
    return rows;
}

void ToolsPage::setSnapshot(const service::SnapshotPtr &snapshot)
{
    m_snapshot = snapshot;
    m_rules = RuleBook(snapshot->rules);
    fillClients();
    rebuild();
}

/// Those that are registered; of one that is gone nothing can be set.
void ToolsPage::fillClients()
{
    if (m_clients->view()->isVisible())
        return; // a person has the list open
    const QSignalBlocker quiet(m_clients);
    m_clients->clear();
    m_clients->addItem(tr("For all clients"), QString());
    for (const service::ClientView &view : m_snapshot->clients)
        m_clients->addItem(tr("For %1").arg(plaintext::line(clienttext::name(view.client))),
                           view.client.id.value);
    const int index = m_clients->findData(m_client.value);
    m_clients->setCurrentIndex(qMax(0, index));
    if (index < 0)
        m_client = {};
}

const service::ClientView *ToolsPage::client() const
{
    const auto found =
        std::find_if(m_snapshot->clients.begin(), m_snapshot->clients.end(),
                     [this](const auto &view) { return view.client.id == m_client; });
    return m_client.isEmpty() || found == m_snapshot->clients.end() ? nullptr : &*found;
}

void ToolsPage::showClient(const ClientId &client)
{
    if (m_client == client)
        return;
    m_client = client;
    if (!m_snapshot)
        return;
    fillClients();
    rebuild();
}

void ToolsPage::rebuild()
{
    m_model->setTools(toolRows({*m_snapshot, m_rules, m_client, m_counts}));
    m_defaults->setRules(m_rules, m_client);
    const service::ClientView *shown = client();
    m_card->setVisible(shown);
    if (shown)
        m_card->setClient(*shown, service::toolsOf(*m_snapshot, m_rules, m_client,
                                                   m_settings.get(setting::listAllTools)));
    showState();
}

void ToolsPage::choose()
{
    m_sorted->choose({m_search->text().trimmed(), m_toolsets->currentData().toString(),
                      chosenIn<Effect>(m_effects), chosenIn<Policy>(m_policies)});
    if (m_snapshot)
        showState();
}

void ToolsPage::showState()
{
    int shown = 0;
    for (int row = 0; row < m_sorted->rowCount(); ++row) {
        const ToolRow *one = m_model->at(m_sorted->mapToSource(m_sorted->index(row, 0)).row());
        shown += one && !one->isHeading() ? 1 : 0;
    }
    const QString all = format::number(qsizetype(tools::definitions().size()));
    const QString count = m_sorted->choice() == ToolChoice()
                              ? tr("%1 tools").arg(all)
                              : tr("%1 of %2 tools").arg(format::number(shown), all);
    setSubtitle(m_problem.isEmpty()
                    ? tr("%1, and what happens when a client calls them").arg(count)
                    : tr("%1. Their calls cannot be counted: %2").arg(count, m_problem));
    if (shown > 0)
        showContent();
    else
        showNoMatch(tr("No tool matches"), tr("Nothing in the catalogue fits this filter."));
    showCurrent();
}

void ToolsPage::showCurrent()
{
    if (!m_snapshot)
        return;
    const ToolRow *row = m_model->find(m_table->currentId());
    m_split->setDetailVisible(row != nullptr);
    if (row)
        m_detail->setRow(*row, *m_snapshot, m_client);
}

void ToolsPage::readHistory()
{
    const auto count = [this] {
        return m_archive.calls([from = format::now() - kCounted](store::HistoryReader &reader) {
            return reader.callsByTool(from);
        });
    };
    m_reading.refresh(this, count, [this](const Result<QHash<QString, store::ToolCount>> &calls) {
        m_problem = calls ? QString() : calls.error().text();
        if (calls)
            m_counts = *calls;
        if (m_snapshot)
            rebuild();
    });
}

void ToolsPage::find()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void ToolsPage::tick()
{
    showCurrent();
}

bool ToolsPage::runTool(const QString &tool, const Json &arguments, const QString &account)
{
    m_clear->click();
    if (!m_table->select(QStringLiteral("tool:") + tool))
        return false;
    m_table->scrollTo(m_table->currentIndex());
    m_detail->form()->runWith(arguments, account);
    return true;
}

bool ToolsPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const bool opens = key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space;
        const QModelIndex current = m_table->currentIndex();
        if (opens && current.isValid()) {
            clickCell(current.siblingAtColumn(ToolModel::Policies));
            return true;
        }
    }
    return Page::eventFilter(watched, event);
}

void ToolsPage::clickCell(const QModelIndex &index)
{
    if (!index.isValid() || index.column() != ToolModel::Policies)
        return;
    const ToolRow *row = m_model->at(m_sorted->mapToSource(index).row());
    if (row && row->isHeading())
        switchToolset(row->toolset, row->policy == Policy::Off);
    else
        openMenu(index);
}

void ToolsPage::openMenu(const QModelIndex &index)
{
    const ToolRow *row =
        index.isValid() ? m_model->at(m_sorted->mapToSource(index).row()) : nullptr;
    if (!row || row->isHeading())
        return;
    m_menu->clear();
    const auto add = [this, row](const QString &text, bool isSet, std::optional<Policy> policy) {
        QAction *action = m_menu->addAction(text, this, [this, subject = row->subject, policy] {
            setRule(m_client, subject, policy);
        });
        action->setCheckable(true);
        action->setChecked(isSet);
    };
    add(m_client.isEmpty() ? tr("As usual") : tr("As for all clients"), !row->hasRule,
        std::nullopt);
    m_menu->addSeparator();
    for (const Policy policy : kPolicies)
        add(tooltext::policy(policy), row->hasRule && row->policy == policy, policy);
    const QRect cell = m_table->visualRect(index.siblingAtColumn(ToolModel::Policies));
    m_menu->popup(m_table->viewport()->mapToGlobal(cell.bottomLeft()));
}

void ToolsPage::setRule(const ClientId &client, const QString &subject,
                        std::optional<Policy> policy)
{
    tellFailure(m_commands.ask(&service::Commands::setRule, client, subject, policy), this,
                tr("The rule was not saved"));
    // What a switch shows is what holds, until the core says otherwise.
    m_defaults->setRules(m_rules, m_client);
    showCurrent();
}

/// Makes no rule where it holds without one.
void ToolsPage::switchToolset(const QString &toolset, bool isOn)
{
    const QString subject = RuleBook::subjectOfToolset(toolset);
    const RuleBook without = m_rules.with(m_client, subject, std::nullopt);
    if (without.isToolsetOff(m_client, toolset) == !isOn)
        setRule(m_client, subject, std::nullopt);
    else
        setRule(m_client, subject, isOn ? Policy::Allow : Policy::Off);
}

} // namespace flaredeck::ui
