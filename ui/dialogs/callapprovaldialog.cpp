#include "ui/dialogs/callapprovaldialog.h"

#include "core/base/clock.h"
#include "core/base/plaintext.h"
#include "ui/text/scopetext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/factlist.h"
#include "ui/widgets/jsonview.h"

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
    if (!request.arguments.isEmpty() && !request.missing.empty())
        facts.append({CallApprovalDialog::tr("With"), request.arguments, true, {}, true});
    if (!request.account.isEmpty())
        facts.append(
            {CallApprovalDialog::tr("Account"),
             request.loginLabel.isEmpty()
                 ? request.account
                 : CallApprovalDialog::tr("%1 of %2").arg(request.account, request.loginLabel)});
    return facts;
}

QString headlineOf(const CallApprovalRequest &request)
{
    const QString name = headlineName(request);
    if (!request.missing.empty())
        return CallApprovalDialog::tr("%1 wants to use a tool that you have not allowed").arg(name);
    switch (request.effect) {
    case Effect::Destroys:
        return CallApprovalDialog::tr("%1 wants to delete something").arg(name);
    case Effect::Changes:
        return CallApprovalDialog::tr("%1 wants to change something").arg(name);
    case Effect::Reads:
        break;
    }
    return CallApprovalDialog::tr("%1 wants to use a tool").arg(name);
}

QString titleOf(const CallApprovalRequest &request)
{
    return request.missing.empty() ? CallApprovalDialog::tr("May this call run?")
                                   : CallApprovalDialog::tr("One more permission");
}

} // namespace

CallApprovalDialog::CallApprovalDialog(const CallApprovalRequest &request, QWidget *parent)
    : PromptDialog(request.id, parent)
    , m_deny(makeButton(tr("Deny")))
    , m_once(makeButton(tr("Allow once"), ButtonRole::Primary))
    , m_session(makeButton(tr("For this session")))
    , m_always(makeButton(request.missing.empty() ? tr("Always for this client")
                                                  : tr("Allow from now on")))
    , m_left(labels::secondary(QString()))
    , m_expiresAt(request.expiresAt)
{
    setWindowTitle(titleOf(request));
    QVBoxLayout *column = makeColumn(request.sandbox);
    auto *below = new QHBoxLayout;
    below->addWidget(
        labels::secondary(tr("The call waits. A later yes counts when it is tried again.")));
    below->addStretch();
    below->addWidget(m_left);
    column->addWidget(makeHead(nameOf(request), headlineOf(request), below));
    if (request.missing.empty())
        column->addWidget(buildChange(request));
    auto *facts = new FactList;
    facts->set(factsOf(request));
    column->addWidget(facts);
    if (!request.missing.empty())
        column->addWidget(buildScopes(request));
    setFoot(buildFoot(request), m_deny);

    connect(m_deny, &QPushButton::clicked, this, &CallApprovalDialog::reject);
    connect(m_once, &QPushButton::clicked, this, [this] { allow(CallApprovalChoice::Once); });
    connect(m_session, &QPushButton::clicked, this, [this] { allow(CallApprovalChoice::Session); });
    const auto forGood =
        request.missing.empty() ? CallApprovalChoice::Always : CallApprovalChoice::Grant;
    connect(m_always, &QPushButton::clicked, this, [this, forGood] { allow(forGood); });
    connect(&m_second, &QTimer::timeout, this, &CallApprovalDialog::countDown);
    constexpr int kSecondMs = 1000;
    if (m_expiresAt > 0)
        m_second.start(kSecondMs);
    countDown();
    updateButtons();
}

/// What the call does, how things are now, and all that it was called with.
QWidget *CallApprovalDialog::buildChange(const CallApprovalRequest &request)
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    if (!request.change.isEmpty()) {
        auto *row = new QHBoxLayout;
        row->setSpacing(space::s);
        auto *change = labels::strong(request.change);
        change->setObjectName(QStringLiteral("change"));
        change->setWordWrap(true);
        row->addWidget(change, 1);
        if (request.effect == Effect::Destroys)
            row->addWidget(new ChipLabel(Chip{tr("cannot be undone"), Tone::Bad}), 0, Qt::AlignTop);
        column->addLayout(row);
    }
    if (!request.before.isEmpty()) {
        QList<FactList::Fact> now;
        for (const auto &[caption, value] : request.before)
            now.append({tr("%1 now").arg(caption), value});
        auto *list = new FactList;
        list->setObjectName(QStringLiteral("before"));
        list->set(now);
        column->addWidget(list);
    }
    if (request.allArguments.size() > 2) { // more than {}
        auto *arguments = new JsonView(tr("Arguments of the call"));
        arguments->setObjectName(QStringLiteral("arguments"));
        arguments->setContent(request.allArguments.toUtf8());
        arguments->setTabChangesFocus(true);
        column->addWidget(arguments);
    }
    column->addWidget(new Hairline);
    return box;
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

QWidget *CallApprovalDialog::buildFoot(const CallApprovalRequest &request)
{
    m_deny->setObjectName(QStringLiteral("deny"));
    m_once->setObjectName(QStringLiteral("once"));
    m_session->setObjectName(QStringLiteral("session"));
    m_always->setObjectName(QStringLiteral("always"));
    m_left->setObjectName(QStringLiteral("left"));
    m_session->setVisible(request.canLast);
    m_always->setVisible(request.canLast || !request.missing.empty());
    auto *foot = new QWidget;
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    row->addStretch();
    row->addWidget(m_deny);
    row->addWidget(m_always);
    row->addWidget(m_session);
    row->addWidget(m_once);
    return foot;
}

void CallApprovalDialog::countDown()
{
    const Millis left = m_expiresAt - Clock::system().now();
    m_left->setVisible(m_expiresAt > 0 && left > 0);
    constexpr Millis kSecond = 1000;
    constexpr Millis kMinute = 60 * kSecond;
    m_left->setText(tr("Denied in %1:%2")
                        .arg(left / kMinute)
                        .arg(left % kMinute / kSecond, 2, 10, QLatin1Char('0')));
}

void CallApprovalDialog::updateButtons()
{
    m_once->setEnabled(isArmed());
    m_session->setEnabled(isArmed());
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
