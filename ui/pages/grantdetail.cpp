#include "ui/pages/grantdetail.h"

#include "core/base/plaintext.h"
#include "core/base/whendone.h"
#include "core/provider/scopes.h"
#include "core/service/commands.h"
#include "ui/dialogs/confirm.h"
#include "ui/models/clientmodel.h"
#include "ui/models/grantmodel.h"
#include "ui/text/format.h"
#include "ui/text/scopetext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/factlist.h"
#include "ui/widgets/surface.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

using service::GrantView;
using service::Snapshot;

namespace {

const store::Login *loginOf(const GrantView &view, const Snapshot &snapshot)
{
    const auto found =
        std::find_if(snapshot.logins.begin(), snapshot.logins.end(),
                     [&view](const store::Login &login) { return login.id == view.grant.login; });
    return found == snapshot.logins.end() ? nullptr : &*found;
}

const service::ClientView *clientOf(const GrantView &view, const Snapshot &snapshot)
{
    const auto found = std::find_if(snapshot.clients.begin(), snapshot.clients.end(),
                                    [&view](const service::ClientView &client) {
                                        return client.client.id == view.grant.client;
                                    });
    return found == snapshot.clients.end() ? nullptr : &*found;
}

QString accountNames(const store::Grant &grant)
{
    QStringList names;
    for (const AccountRef &account : grant.accounts)
        names << account.name;
    return names.join(QStringLiteral(", "));
}

QWidget *makeRows()
{
    auto *rows = new QWidget;
    auto *column = new QVBoxLayout(rows);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    return rows;
}

void clear(QWidget *rows)
{
    for (QWidget *row : rows->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
        row->hide();
        row->deleteLater(); // the pressed switch may still handle its click
    }
}

ToggleSwitch *withdrawSwitch(const QString &name)
{
    auto *toggle = new ToggleSwitch;
    toggle->setChecked(true);
    toggle->setAccessibleName(name);
    toggle->setToolTip(GrantDetail::tr("Switch off to withdraw this at once"));
    return toggle;
}

} // namespace

GrantDetail::GrantDetail(service::CommandQueue &commands, QWidget *parent)
    : DetailPane(tr("Grant details"), parent)
    , m_commands(commands)
    , m_facts(new FactList)
    , m_scopes(makeRows())
    , m_accounts(makeRows())
{
    body()->addWidget(m_facts);
    body()->addSpacing(space::xs);
    body()->addWidget(labels::strong(tr("What it may do")));
    body()->addWidget(m_scopes);
    body()->addWidget(m_accounts);

    QPushButton *revoke = makeButton(tr("Revoke access"), ButtonRole::Danger);
    QLabel *note = labels::small(tr("Ends at once. The client has to ask again."));
    note->setWordWrap(true);
    auto *foot = new QHBoxLayout;
    foot->setSpacing(10);
    foot->addWidget(revoke);
    foot->addWidget(note, 1);
    body()->addLayout(foot);
    body()->addStretch();
    connect(revoke, &QPushButton::clicked, this, &GrantDetail::revokeRequested);
}

void GrantDetail::setGrant(const GrantView &view, const Snapshot &snapshot)
{
    const Millis now = format::now();
    const store::Grant &grant = view.grant;
    const QString client = granttext::client(view);
    setHeading(client, client,
               tr("%1 · %2", "account, lifetime")
                   .arg(granttext::accounts(grant), granttext::lifetime(grant)));

    const service::ClientView *registered = clientOf(view, snapshot);
    const store::Login *login = loginOf(view, snapshot);
    QList<FactList::Fact> facts{
        {tr("Program"), registered ? clienttext::program(*registered) : tr("unknown"), true,
         registered && registered->program ? registered->program->executable : QString()},
        {tr("Accounts"), accountNames(grant)},
        {tr("Signed in as"), view.loginLabel},
        {tr("Granted"),
         (grant.silent ? tr("%1, not asked again") : tr("%1, by you"))
             .arg(format::moment(grant.createdAt, now)),
         false, format::exact(grant.createdAt)},
        {tr("Last used"), format::ago(grant.lastUsedAt, now), false,
         format::exact(grant.lastUsedAt)},
        {tr("Sessions"), format::number(view.liveSessions)},
    };
    if (!view.loginUsable)
        facts << FactList::Fact{tr("Cloudflare"), tr("sign in again to let it go on")};
    else if (login && login->refreshedAt > 0)
        facts << FactList::Fact{tr("Cloudflare"),
                                tr("refreshed %1").arg(format::ago(login->refreshedAt, now))};
    m_facts->set(facts);

    if (m_shown != grant.id || m_shownScopes != grant.scopes)
        showScopes(view);
    if (m_shown != grant.id || m_shownAccounts != grant.accounts)
        showAccounts(view);
    m_shown = grant.id;
}

void GrantDetail::showScopes(const GrantView &view)
{
    m_shownScopes = view.grant.scopes;
    clear(m_scopes);
    for (const QString &scope : scopetext::ordered(view.grant.scopes)) {
        m_scopes->layout()->addWidget(scopeRow(view.grant.id, scope));
        m_scopes->layout()->addWidget(new Hairline);
    }
}

void GrantDetail::showAccounts(const GrantView &view)
{
    m_shownAccounts = view.grant.accounts;
    clear(m_accounts);
    m_accounts->setVisible(view.grant.accounts.size() > 1);
    if (view.grant.accounts.size() <= 1)
        return;
    m_accounts->layout()->addWidget(labels::strong(tr("With which accounts")));
    for (const AccountRef &account : view.grant.accounts) {
        m_accounts->layout()->addWidget(accountRow(view.grant.id, account));
        m_accounts->layout()->addWidget(new Hairline);
    }
}

QWidget *GrantDetail::accountRow(const GrantId &grant, const AccountRef &account)
{
    auto *row = new QWidget;
    QLabel *name = labels::body(account.name);
    name->setWordWrap(true);
    name->setToolTip(surface::toolTip(account.id));
    auto *toggle =
        withdrawSwitch(plaintext::line(tr("Allow with the account %1").arg(account.name)));
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(name, 1);
    layout->addWidget(toggle, 0, Qt::AlignTop);
    connect(toggle, &QAbstractButton::clicked, this, [this, toggle, grant, id = account.id] {
        toggle->setEnabled(false);
        withdraw(m_commands.ask(&service::Commands::withdrawAccount, grant, id));
    });
    return row;
}

QWidget *GrantDetail::scopeRow(const GrantId &grant, const QString &scope)
{
    const QString meaning = scopetext::meaning(scope);
    auto *row = new QWidget;
    QLabel *name = labels::body(meaning);
    name->setWordWrap(true);
    QLabel *opens = labels::small(scopetext::opens(scope));
    opens->setToolTip(scopetext::toolNames(scope));
    auto *texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addWidget(name);
    auto *second = new QHBoxLayout;
    second->setSpacing(space::s);
    second->addWidget(opens);
    if (scopetext::isWrite(scope))
        second->addWidget(new ChipLabel(Chip{tr("write"), Tone::Warn}));
    second->addStretch();
    texts->addLayout(second);

    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(texts, 1);
    if (scope == scopes::kBaseline) {
        QLabel *always = labels::small(tr("always"));
        always->setToolTip(tr("Part of every grant; revoke the access to end it"));
        layout->addWidget(always, 0, Qt::AlignTop);
        return row;
    }
    auto *toggle = withdrawSwitch(tr("Allow: %1").arg(meaning));
    layout->addWidget(toggle, 0, Qt::AlignTop);
    connect(toggle, &QAbstractButton::clicked, this, [this, toggle, grant, scope] {
        toggle->setEnabled(false);
        withdraw(m_commands.ask(&service::Commands::withdrawScope, grant, scope));
    });
    return row;
}

void GrantDetail::withdraw(const QFuture<Result<>> &answer)
{
    whenDone(answer, this, [this](const Result<> &done) {
        if (done)
            return;
        // The next snapshot restores the switch.
        m_shownScopes.clear();
        m_shownAccounts.clear();
        tellProblem(this,
                    done.error().kind == Error::Kind::Storage ? tr("Withdrawn, but not saved yet")
                                                              : tr("It is still granted"),
                    done.error().text());
    });
}

} // namespace flaredeck::ui
