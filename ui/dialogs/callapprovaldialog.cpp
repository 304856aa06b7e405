#include "ui/dialogs/callapprovaldialog.h"

#include "core/base/plaintext.h"
#include "ui/text/scopetext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/factlist.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

QString nameOf(const CallApprovalRequest &request)
{
    return request.clientName.isEmpty() ? CallApprovalDialog::tr("A client without a name")
                                        : request.clientName;
}

/// In quotes, so that no name goes on as a sentence of ours.
QString headlineName(const CallApprovalRequest &request)
{
    return request.clientName.isEmpty()
               ? nameOf(request)
               : CallApprovalDialog::tr("“%1”").arg(plaintext::inQuotes(request.clientName));
}

QString programOf(const CallApprovalRequest &request)
{
    if (request.programPid == 0)
        return CallApprovalDialog::tr("unknown");
    const QString words =
        CallApprovalDialog::tr("%1, pid %2")
            .arg(request.program.isEmpty() ? CallApprovalDialog::tr("unknown program")
                                           : request.program,
                 QString::number(request.programPid));
    return request.programParent.isEmpty()
               ? words
               : CallApprovalDialog::tr("%1, started by %2").arg(words, request.programParent);
}

QList<FactList::Fact> factsOf(const CallApprovalRequest &request)
{
    QList<FactList::Fact> facts{
        {CallApprovalDialog::tr("Program"), programOf(request)},
        {CallApprovalDialog::tr("Calls itself"),
         CallApprovalDialog::tr("“%1” (its own words, not checked)")
             .arg(plaintext::inQuotes(nameOf(request)))},
        {CallApprovalDialog::tr("Tool"),
         CallApprovalDialog::tr("%1 (%2)").arg(request.toolTitle, request.tool)},
    };
    if (!request.arguments.isEmpty())
        facts.append({CallApprovalDialog::tr("With"), request.arguments, true, {}, true});
    if (!request.account.isEmpty())
        facts.append(
            {CallApprovalDialog::tr("Account"),
             request.loginLabel.isEmpty()
                 ? request.account
                 : CallApprovalDialog::tr("%1 of %2").arg(request.account, request.loginLabel)});
    return facts;
}

} // namespace

CallApprovalDialog::CallApprovalDialog(const CallApprovalRequest &request, QWidget *parent)
    : PromptDialog(request.id, parent)
    , m_deny(makeButton(tr("Deny")))
    , m_once(makeButton(tr("Allow once"), ButtonRole::Primary))
    , m_always(makeButton(tr("Allow from now on")))
{
    setWindowTitle(tr("One more permission"));
    QVBoxLayout *column = makeColumn(request.sandbox);
    auto *below = new QHBoxLayout;
    below->addWidget(labels::secondary(
        tr("The call waits for you. A later yes counts when it is tried again.")));
    below->addStretch();
    column->addWidget(makeHead(
        nameOf(request),
        tr("%1 wants to use a tool that you have not allowed").arg(headlineName(request)), below));
    auto *facts = new FactList;
    facts->set(factsOf(request));
    column->addWidget(facts);
    column->addWidget(buildScopes(request));
    setFoot(buildFoot(), m_deny);

    connect(m_deny, &QPushButton::clicked, this, &CallApprovalDialog::reject);
    connect(m_once, &QPushButton::clicked, this, [this] { allow(CallApprovalChoice::Once); });
    connect(m_always, &QPushButton::clicked, this, [this] { allow(CallApprovalChoice::Grant); });
    updateButtons();
}

QWidget *CallApprovalDialog::buildScopes(const CallApprovalRequest &request)
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(labels::strong(tr("For that it needs to")));
    for (const QString &scope : scopetext::ordered(request.missing)) {
        auto *row = new QHBoxLayout;
        row->setSpacing(space::s);
        auto *meaning = labels::body(scopetext::meaning(scope));
        meaning->setObjectName(scope);
        row->addWidget(meaning);
        if (scopetext::isWrite(scope))
            row->addWidget(new ChipLabel(Chip{tr("can change things"), Tone::Warn}));
        row->addStretch();
        auto *opens = labels::small(scopetext::opens(scope));
        opens->setToolTip(scopetext::toolNames(scope));
        row->addWidget(opens);
        column->addLayout(row);
        column->addWidget(new Hairline);
    }
    auto *lasts =
        labels::small(tr("“From now on” lasts as long as the client's grant. You can take "
                         "it back on the page Grants."));
    lasts->setWordWrap(true);
    column->addWidget(lasts);
    return box;
}

QWidget *CallApprovalDialog::buildFoot()
{
    m_deny->setObjectName(QStringLiteral("deny"));
    m_once->setObjectName(QStringLiteral("once"));
    m_always->setObjectName(QStringLiteral("always"));
    auto *foot = new QWidget;
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    row->addStretch();
    row->addWidget(m_deny);
    row->addWidget(m_always);
    row->addWidget(m_once);
    return foot;
}

void CallApprovalDialog::updateButtons()
{
    m_once->setEnabled(isArmed());
    m_always->setEnabled(isArmed());
}

void CallApprovalDialog::allow(CallApprovalChoice choice)
{
    answer(choice);
    QDialog::accept();
}

void CallApprovalDialog::reject()
{
    answer(CallApprovalChoice::Deny);
    QDialog::reject();
}

void CallApprovalDialog::answer(CallApprovalChoice choice)
{
    if (m_answered)
        return;
    m_answered = true;
    emit answered(CallApprovalAnswer{choice});
}

} // namespace flaredeck::ui
