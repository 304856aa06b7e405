#include "ui/pages/accountsection.h"

#include "core/base/plaintext.h"
#include "core/base/settings.h"
#include "core/base/whendone.h"
#include "core/provider/scopes.h"
#include "core/service/commands.h"
#include "ui/dialogs/confirm.h"
#include "ui/dialogs/keychaindialog.h"
#include "ui/dialogs/signindialog.h"
#include "ui/text/format.h"
#include "ui/text/keytext.h"
#include "ui/text/loginprogram.h"
#include "ui/text/logintext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/surface.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

using service::Snapshot;
using store::KeyState;

AccountSection::AccountSection(service::CommandQueue &commands, Settings &settings, QWidget *parent)
    : SettingSection(tr("Cloudflare accounts"), parent)
    , m_commands(commands)
    , m_logins(new QWidget)
    , m_signIn(makeButton(tr("Sign in"), ButtonRole::Primary))
    , m_cancel(makeButton(tr("Cancel")))
    , m_surface(new QComboBox)
    , m_choose(makeButton(tr("What can be done…")))
    , m_rotate(makeButton(tr("Change the key…")))
{
    auto *logins = new QVBoxLayout(m_logins);
    logins->setContentsMargins(0, 0, 0, 0);
    logins->setSpacing(space::m);
    addWidget(m_logins);
    buildSignIn(settings);

    QPushButton *ways = makeButton(tr("All ways to sign in…"));
    addRow(tr("Other ways"),
           tr("An API token, an OAuth client of your own, and which products clients may reach. "
              "Several sign-ins can be kept."),
           {ways});
    connect(ways, &QPushButton::clicked, this,
            [this] { showSignIn(m_ways, m_commands, m_snapshot, this); });

    m_keychain = addRow(tr("Keychain"), QStringLiteral("…"), {m_choose, m_rotate});
    connect(m_choose, &QPushButton::clicked, this, &AccountSection::openChoices);
    connect(m_rotate, &QPushButton::clicked, this, &AccountSection::askRotate);
}

void AccountSection::buildSignIn(Settings &settings)
{
    const bool hasWindow = !loginProgram().isEmpty();
    if (hasWindow)
        m_surface->addItem(tr("In the built-in window"), QStringLiteral("window"));
    m_surface->addItem(tr("In my browser"), QStringLiteral("browser"));
    m_surface->setAccessibleName(tr("Where to sign in"));
    m_surface->setVisible(hasWindow);
    m_surface->setCurrentIndex(qMax(0, m_surface->findData(settings.get(setting::signInWith))));
    connect(m_surface, &QComboBox::currentIndexChanged, this, [this, &settings] {
        settings.set(setting::signInWith, m_surface->currentData().toString());
    });
    addRow(tr("Sign in with Cloudflare"),
           hasWindow ? tr("One sign-in for all clients. Your choice of window is remembered.")
                     : tr("One sign-in for all clients. The sign-in window is not installed, so "
                          "your browser is used."),
           {m_surface, m_cancel, m_signIn});
    connect(m_signIn, &QPushButton::clicked, this, &AccountSection::signIn);
    connect(m_cancel, &QPushButton::clicked, this,
            [this] { m_commands.ask(&service::Commands::cancelSignIn, m_running); });
}

void AccountSection::setSnapshot(const Snapshot &snapshot)
{
    if (!m_everShown || m_shown != snapshot.logins)
        showLogins(snapshot.logins);
    m_running = snapshot.signInRunning;
    m_signIn->setEnabled(m_running.isEmpty());
    m_signIn->setText(m_running.isEmpty() ? tr("Sign in") : tr("Waiting…"));
    m_cancel->setVisible(!m_running.isEmpty());
    showKeychain(snapshot);
}

void AccountSection::showLogins(const QList<store::Login> &logins)
{
    m_everShown = true;
    m_shown = logins;
    const auto rows = m_logins->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly);
    for (QWidget *row : rows) {
        row->hide();
        row->deleteLater();
    }
    for (const store::Login &login : logins)
        m_logins->layout()->addWidget(loginRow(login));
    if (logins.isEmpty())
        m_logins->layout()->addWidget(labels::secondary(
            tr("You are not signed in. Sign in here, or when you allow the first client.")));
}

QLabel *AccountSection::healthLine(const store::Login &login)
{
    QStringList parts{logintext::opens(login), logintext::validity(login)};
    const QString checked = logintext::lastCheck(login, format::now());
    if (!checked.isEmpty())
        parts << checked;
    QLabel *line = labels::small();
    line->setText(plaintext::block(parts.join(QLatin1Char('\n'))));
    line->setObjectName(QStringLiteral("health"));
    line->setToolTip(surface::toolTip(login.upstreamScopes.join(QLatin1Char('\n'))));
    line->setWordWrap(true);
    return line;
}

QWidget *AccountSection::loginRow(const store::Login &login)
{
    auto *row = new QWidget;
    auto *tile = new LetterTile(32);
    tile->setName(login.email);
    QStringList accounts;
    for (const AccountRef &account : login.accounts)
        accounts << account.name;
    QLabel *detail = labels::small(
        tr("%1 · %2", "kind, accounts")
            .arg(logintext::kind(login),
                 accounts.isEmpty() ? tr("no account") : accounts.join(QStringLiteral(", "))));
    detail->setToolTip(tr("Since %1").arg(format::exact(login.createdAt)));
    detail->setWordWrap(true);
    auto *state = new PillLabel;
    const bool usable = login.state == store::LoginState::Ok;
    const bool whole = usable && scopes::lackedBy(login.upstreamScopes, login.lacks).empty();
    state->set(whole ? QStringLiteral("check") : QStringLiteral("warning"),
               whole    ? tr("ok")
               : usable ? tr("lacks permissions")
                        : tr("sign in again"),
               whole ? Tone::Ok : Tone::Warn);
    QPushButton *signOut = makeButton(tr("Sign out…"), ButtonRole::Danger);
    signOut->setAccessibleName(plaintext::line(tr("Sign out %1").arg(login.email)));

    QPushButton *test = makeButton(tr("Test now"));
    test->setAccessibleName(plaintext::line(tr("Test the sign-in of %1").arg(login.email)));

    auto *texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addWidget(labels::strong(login.email));
    texts->addWidget(detail);
    texts->addWidget(healthLine(login));
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::m);
    layout->addWidget(tile);
    layout->addLayout(texts, 1);
    layout->addWidget(state);
    layout->addWidget(test);
    layout->addWidget(signOut);
    connect(test, &QPushButton::clicked, this, [this, login] { this->test(login); });
    connect(signOut, &QPushButton::clicked, this, [this, login] { askSignOut(login); });
    return row;
}

void AccountSection::showKeychain(const Snapshot &snapshot)
{
    m_snapshot = snapshot;
    QString text;
    switch (snapshot.keyState) {
    case KeyState::Opening:
        text = tr("Waiting for the keychain of this computer.");
        break;
    case KeyState::Ready:
        text = tr("Sign-ins are encrypted with a key that the keychain of this computer holds.");
        if (snapshot.keySince > 0)
            text +=
                QLatin1Char(' ') +
                tr("It is in use since %1.").arg(format::moment(snapshot.keySince, format::now()));
        break;
    case KeyState::Closed:
        text = tr("%1. Flaredeck cannot use or save your Cloudflare sign-in.")
                   .arg(keytext::happened(snapshot.keyProblem));
        break;
    case KeyState::SessionOnly:
        text = tr("Sign-ins stay in memory and end with this run. Start Flaredeck again to use the "
                  "keychain.");
        break;
    }
    m_keychain.note->setText(text);
    m_choose->setVisible(snapshot.keyState == KeyState::Closed);
    m_rotate->setVisible(snapshot.keyState == KeyState::Ready);
    if (m_choices)
        m_choices->setSnapshot(snapshot);
    if (m_ways)
        m_ways->setSnapshot(snapshot);
}

void AccountSection::openChoices()
{
    if (m_choices)
        return;
    m_choices = new KeychainDialog(m_commands, m_snapshot, this);
    m_choices->setAttribute(Qt::WA_DeleteOnClose);
    m_choices->open();
}

void AccountSection::askRotate()
{
    confirm(this,
            {tr("Change the key?"),
             tr("Flaredeck makes a new key, seals everything with it, and removes the old one from "
                "the keychain. Clients and sign-ins go on as before."),
             {tr("Copies and backups of the data directory made until now cannot be opened any "
                 "more")},
             tr("Change the key")},
            [this] {
                say(tr("Changing the key…"), false);
                whenDone(m_commands.ask(&service::Commands::rotateVaultKey), this,
                         [this](const Result<> &done) {
                             say(done ? tr("The key was changed.") : done.error().text(), !done);
                         });
            });
}

void AccountSection::signIn()
{
    say({}, false);
    if (m_snapshot.providerClientSource.isEmpty()) {
        showSignIn(m_ways, m_commands, m_snapshot, this);
        return;
    }
    whenDone(m_commands.ask(&service::Commands::signIn), this, [this](const Result<> &done) {
        if (!done && done.error().kind != Error::Kind::Cancelled)
            showSignIn(m_ways, m_commands, m_snapshot, this, done.error().text());
    });
}

void AccountSection::test(const store::Login &login)
{
    say(tr("Asking Cloudflare…"), false);
    whenDone(m_commands.ask(&service::Commands::testSignIn, login.id), this,
             [this, email = login.email](const Result<> &done) {
                 say(done ? tr("The sign-in of %1 works.").arg(email) : done.error().text(), !done);
             });
}

void AccountSection::askSignOut(const store::Login &login)
{
    confirm(this,
            {tr("Sign out %1?").arg(login.email),
             login.kind == store::LoginKind::ApiToken
                 ? tr("The API token is removed from this computer. It stays valid until you "
                      "delete it at Cloudflare.")
                 : tr("The sign-in is ended at Cloudflare and removed from this computer."),
             {tr("Every grant of this sign-in ends; the clients have to ask you again")},
             tr("Sign out")},
            [this, id = login.id] {
                whenDone(m_commands.ask(&service::Commands::signOut, id), this,
                         [this](const Result<> &done) {
                             say(done ? QString() : done.error().text(), !done);
                         });
            });
}

} // namespace flaredeck::ui
