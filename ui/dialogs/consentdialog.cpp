#include "ui/dialogs/consentdialog.h"

#include "core/base/plaintext.h"
#include "ui/dialogs/confirm.h"
#include "ui/dialogs/consentfacts.h"
#include "ui/dialogs/scopechoice.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/accountlist.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

constexpr qint64 kHourSeconds = 60LL * 60;
constexpr qint64 kDaySeconds = 24 * kHourSeconds;

/// A client that comes back is not asked about as if it were new.
QString headline(const ConsentRequest &request)
{
    // In quotes, so that no name goes on as a sentence of ours.
    const QString name =
        request.clientName.isEmpty()
            ? ConsentFacts::displayName(request)
            : ConsentDialog::tr("“%1”").arg(plaintext::inQuotes(request.clientName));
    if (request.alreadyGranted.empty())
        return ConsentDialog::tr("%1 asks to use your Cloudflare account").arg(name);
    return ScopeChoice::asksForMore(request)
               ? ConsentDialog::tr("%1 asks for more access to your Cloudflare account").arg(name)
               : ConsentDialog::tr("%1 asks to connect once more").arg(name);
}

} // namespace

ConsentDialog::ConsentDialog(const ConsentRequest &request, QWidget *parent)
    : PromptDialog(request.id, parent)
    , m_facts(new ConsentFacts(request))
    , m_scopes(new ScopeChoice(request))
    , m_name(ConsentFacts::displayName(request))
    , m_endsIfBlocked(request.alreadyGranted)
    , m_problem(new PillLabel)
    , m_lifetime(new QComboBox)
    , m_remember(new QCheckBox(request.programPid > 0 ? tr("Do not ask again for this program")
                                                      : tr("Do not ask again for this client")))
    , m_block(makeButton(tr("Block this client"), ButtonRole::Link))
    , m_deny(makeButton(tr("Deny")))
    , m_allow(makeButton(tr("Allow"), ButtonRole::Primary))
{
    setWindowTitle(tr("Access to Cloudflare"));
    QVBoxLayout *column = makeColumn(request.sandbox);
    column->addWidget(buildHead(request));
    if (request.leavesComputer) {
        auto *warning = new Banner(QStringLiteral("warning"), Tone::Bad);
        warning->setObjectName(QStringLiteral("leavesComputer"));
        warning->setText(tr("The answer leaves this computer. Allow only when you started this on "
                            "that web site."));
        column->addWidget(warning);
    }
    if (!request.otherListener.isEmpty()) {
        auto *warning = new Banner(QStringLiteral("warning"), Tone::Bad);
        warning->setObjectName(QStringLiteral("otherListener"));
        warning->setText(tr("Two programs listen where the answer goes. The other one is %1.")
                             .arg(request.otherListener));
        column->addWidget(warning);
    }
    column->addWidget(m_facts);
    addAccounts(request);
    column->addWidget(m_scopes);
    column->addWidget(buildOptions(request));
    setFoot(buildFoot(), m_deny);

    connect(m_block, &QPushButton::clicked, this, &ConsentDialog::block);
    connect(m_deny, &QPushButton::clicked, this, &ConsentDialog::reject);
    connect(m_allow, &QPushButton::clicked, this, &ConsentDialog::allow);

    updateButtons();
}

QWidget *ConsentDialog::buildHead(const ConsentRequest &request)
{
    // Without a browser tab there is nothing to compare.
    if (request.checkPhrase.isEmpty())
        return makeHead(ConsentFacts::displayName(request), headline(request), nullptr);
    auto *phrase = labels::strong(request.checkPhrase);
    phrase->setObjectName(QStringLiteral("checkPhrase"));
    auto *second = new QHBoxLayout;
    second->setSpacing(5);
    second->addWidget(labels::secondary(tr("Check phrase in your browser tab:")));
    second->addWidget(phrase);
    second->addStretch();
    return makeHead(ConsentFacts::displayName(request), headline(request), second);
}

void ConsentDialog::addAccounts(const ConsentRequest &request)
{
    if (request.accounts.isEmpty()) {
        auto *later = labels::body(tr("You sign in to Cloudflare next and choose there"));
        later->setWordWrap(true);
        m_facts->add(tr("Account"), later);
        return;
    }
    m_accounts = new AccountList(request.accounts, request.loginLabel);
    m_facts->add(request.accounts.size() == 1 ? tr("Account") : tr("Accounts"), m_accounts);
    connect(m_accounts, &AccountList::changed, this, &ConsentDialog::updateButtons);
}

QWidget *ConsentDialog::buildOptions(const ConsentRequest &request)
{
    m_remember->setObjectName(QStringLiteral("remember"));
    m_remember->setToolTip(tr("As long as it asks for no more than this, and is the same program. "
                              "You can take that back under Clients."));
    m_remember->setVisible(request.canRemember);
    m_block->setObjectName(QStringLiteral("block"));
    m_block->setToolTip(
        tr("It gets nothing and asks no more, until you unblock it under Clients."));
    auto *options = new QWidget;
    auto *row = new QHBoxLayout(options);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_remember);
    row->addStretch();
    row->addWidget(m_block);
    return options;
}

QWidget *ConsentDialog::buildFoot()
{
    m_lifetime->setAccessibleName(tr("Keep access"));
    m_lifetime->addItem(tr("1 hour"), kHourSeconds);
    m_lifetime->addItem(tr("1 day"), kDaySeconds);
    m_lifetime->addItem(tr("30 days"), 30 * kDaySeconds);
    m_lifetime->addItem(tr("until I revoke it"), 0);
    m_lifetime->setCurrentIndex(m_lifetime->count() - 1);
    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->set(QStringLiteral("warning"), tr("Choose an account"), Tone::Warn);
    QSizePolicy keepsItsPlace = m_problem->sizePolicy();
    keepsItsPlace.setRetainSizeWhenHidden(true);
    m_problem->setSizePolicy(keepsItsPlace);
    m_problem->hide();
    m_deny->setObjectName(QStringLiteral("deny"));
    m_allow->setObjectName(QStringLiteral("allow"));

    auto *foot = new QWidget;
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    row->addWidget(labels::secondary(tr("Keep access")));
    row->addWidget(m_lifetime);
    row->addStretch();
    row->addWidget(m_problem);
    row->addWidget(m_deny);
    row->addWidget(m_allow);
    return foot;
}

void ConsentDialog::updateButtons()
{
    const bool hasAccount = !m_accounts || m_accounts->hasChoice();
    m_problem->setVisible(!hasAccount);
    m_allow->setEnabled(isArmed() && hasAccount);
    m_block->setEnabled(isArmed());
    m_allow->setToolTip(hasAccount ? QString() : tr("Choose at least one account."));
}

void ConsentDialog::allow()
{
    ConsentAnswer yes;
    yes.allowed = true;
    yes.scopes = m_scopes->chosen();
    if (m_accounts)
        yes.accountIds = m_accounts->chosen();
    yes.lifetimeSeconds = m_lifetime->currentData().toLongLong();
    yes.remembers = m_remember->isChecked();
    answer(yes);
    QDialog::accept();
}

void ConsentDialog::block()
{
    const auto refuse = [this] {
        ConsentAnswer never;
        never.reason = QStringLiteral("The person blocked this client.");
        never.blocks = true;
        answer(never);
        QDialog::reject();
    };
    if (m_endsIfBlocked.empty()) {
        refuse();
        return;
    }
    confirm(this,
            {tr("Block %1?").arg(m_name),
             tr("Flaredeck refuses this client from now on. What stops working:"),
             {tr("The access that it has ends"),
              tr("It cannot ask you any more, until you unblock it under Clients")},
             tr("Block")},
            refuse);
}

void ConsentDialog::reject()
{
    ConsentAnswer no;
    no.reason = QStringLiteral("The person denied the request.");
    answer(no);
    QDialog::reject();
}

void ConsentDialog::answer(const ConsentAnswer &answer)
{
    if (m_answered)
        return;
    m_answered = true;
    emit answered(answer);
}

} // namespace flaredeck::ui
