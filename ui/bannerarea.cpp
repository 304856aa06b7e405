#include "ui/bannerarea.h"

#include "core/base/whendone.h"
#include "core/service/commands.h"
#include "ui/dialogs/confirm.h"
#include "ui/dialogs/keychaindialog.h"
#include "ui/dialogs/signindialog.h"
#include "ui/text/format.h"
#include "ui/text/keytext.h"
#include "ui/text/logintext.h"
#include "ui/text/origintext.h"
#include "ui/text/receipttext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/banner.h"

#include <QDesktopServices>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

using service::ServerState;
using service::Snapshot;
using store::KeyState;

BannerArea::BannerArea(service::CommandQueue &commands, QWidget *parent)
    : QWidget(parent)
    , m_commands(commands)
    , m_sandbox(new Banner(QStringLiteral("flask"), Tone::Warn))
    , m_decisions(new Banner(QStringLiteral("waiting"), Tone::Accent))
    , m_port(new Banner(QStringLiteral("warning"), Tone::Bad))
    , m_keychain(new Banner(QStringLiteral("warning"), Tone::Warn))
    , m_signIn(new Banner(QStringLiteral("user"), Tone::Warn))
    , m_ending(new Banner(QStringLiteral("waiting"), Tone::Warn))
    , m_browser(new Banner(QStringLiteral("user"), Tone::Accent))
    , m_vault(new Banner(QStringLiteral("warning"), Tone::Bad))
    , m_receipt(new Banner(QStringLiteral("check"), Tone::Ok))
    , m_receiptProblem(new Banner(QStringLiteral("warning"), Tone::Bad))
    , m_history(new Banner(QStringLiteral("warning"), Tone::Warn))
    , m_version(new Banner(QStringLiteral("check"), Tone::Accent))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::l, space::xl, 0);
    column->setSpacing(space::s);
    for (Banner *banner : {m_sandbox, m_decisions, m_port, m_keychain, m_signIn, m_ending,
                           m_browser, m_vault, m_receipt, m_receiptProblem, m_history, m_version}) {
        banner->hide();
        column->addWidget(banner);
    }
    m_sandbox->setText(tr("Sandbox: nothing here reaches Cloudflare"));
    connect(m_decisions->addAction(tr("Show")), &QPushButton::clicked, this,
            &BannerArea::decisionsRequested);
    connect(m_signIn->addAction(tr("Sign in")), &QPushButton::clicked, this,
            &BannerArea::signInAgain);
    connect(m_ending->addAction(tr("Sign in anew…")), &QPushButton::clicked, this,
            [this] { showSignIn(m_ways, m_commands, m_snapshot, this); });
    connect(m_browser->addAction(tr("OK")), &QPushButton::clicked, this, [this] {
        m_browser->hide();
        arrange();
    });
    for (Banner *receipt : {m_receipt, m_receiptProblem}) {
        connect(receipt->addAction(tr("OK")), &QPushButton::clicked, this, [this] {
            m_receiptRead = m_receiptNumber;
            m_receipt->hide();
            m_receiptProblem->hide();
            arrange();
        });
    }
    buildPort();
    buildKeychain();
    buildVersion();
    arrange();
}

void BannerArea::buildPort()
{
    QPushButton *again = m_port->addAction(tr("Try again"));
    m_nextPort = m_port->addAction(tr("Use another port"));
    connect(again, &QPushButton::clicked, this, [this] { listen(m_portNumber); });
    connect(m_nextPort, &QPushButton::clicked, this, [this] { listen(m_freePort); });
}

void BannerArea::buildKeychain()
{
    connect(m_keychain->addAction(tr("What can be done…")), &QPushButton::clicked, this,
            &BannerArea::showKeychain);
}

void BannerArea::buildVersion()
{
    connect(m_version->addAction(tr("Open the page")), &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl(m_versionPage)); });
    connect(m_version->addAction(tr("Later")), &QPushButton::clicked, this, [this] {
        m_versionRead = m_versionPage;
        m_version->hide();
        arrange();
    });
}

void BannerArea::showKeychain()
{
    if (m_choices)
        return;
    m_choices = new KeychainDialog(m_commands, m_snapshot, this);
    m_choices->setAttribute(Qt::WA_DeleteOnClose);
    m_choices->open();
}

void BannerArea::setKeychain(const Snapshot &snapshot)
{
    const bool closed = snapshot.keyState == KeyState::Closed;
    const bool lost = closed && store::isLoss(snapshot.keyProblem);
    m_keychain->setVisible(closed);
    m_keychain->setText(tr("%1. Flaredeck cannot use or save your Cloudflare sign-in.")
                            .arg(keytext::happened(snapshot.keyProblem)));
    if (m_choices)
        m_choices->setSnapshot(snapshot);
    else if (lost && !m_lossShown && window()->isVisible()) {
        m_lossShown = true;
        showKeychain();
    }
}

void BannerArea::setReceipt(const service::Receipt &receipt)
{
    m_receiptNumber = receipt.number;
    const QString text = receipttext::sentence(receipt);
    const bool isNews = !text.isEmpty() && receipt.number != m_receiptRead;
    const bool hasProblem = receipttext::hasProblem(receipt);
    m_receipt->setText(text);
    m_receipt->setVisible(isNews && !hasProblem);
    m_receiptProblem->setText(text);
    m_receiptProblem->setVisible(isNews && hasProblem);
}

void BannerArea::listen(quint16 port)
{
    tellFailure(m_commands.ask(&service::Commands::listen, port), this,
                tr("The server does not listen"));
}

void BannerArea::setEnding(const Snapshot &snapshot)
{
    const auto ending = std::find_if(snapshot.logins.begin(), snapshot.logins.end(),
                                     [now = format::now()](const store::Login &login) {
                                         return logintext::endsSoon(login, now);
                                     });
    const auto server = std::find_if(snapshot.servers.begin(), snapshot.servers.end(),
                                     [now = format::now()](const remote::RemoteView &view) {
                                         constexpr Millis kSoon = 2LL * 24 * 3600 * 1000;
                                         return view.remote.isOn &&
                                                view.remote.state == store::RemoteState::Ok &&
                                                view.endsAt > 0 && view.endsAt - now < kSoon;
                                     });
    m_ending->setVisible(ending != snapshot.logins.end() || server != snapshot.servers.end());
    if (ending == snapshot.logins.end() && server != snapshot.servers.end())
        m_ending->setText(tr("The sign-in to %1 ends on about %2. Its tools stop then, unless you "
                             "sign in again on the page Servers.")
                              .arg(server->remote.title, format::exact(server->endsAt)));
    if (ending != snapshot.logins.end())
        m_ending->setText(tr("The API token of %1 ends on %2. Clients stop then.")
                              .arg(ending->email, format::exact(ending->endsAt)));
}

void BannerArea::signInAgain()
{
    if (m_tokenEnded || m_snapshot.providerClientSource.isEmpty()) {
        showSignIn(m_ways, m_commands, m_snapshot, this);
        return;
    }
    whenDone(m_commands.ask(&service::Commands::signIn), this, [this](const Result<> &done) {
        if (!done && done.error().kind != Error::Kind::Cancelled)
            showSignIn(m_ways, m_commands, m_snapshot, this, done.error().text());
    });
}

void BannerArea::setSnapshot(const Snapshot &snapshot)
{
    m_snapshot = snapshot;
    if (m_ways)
        m_ways->setSnapshot(snapshot);
    const service::ServerView &server = snapshot.server;
    m_sandbox->setVisible(server.sandbox);

    const bool down =
        server.state == ServerState::PortTaken || server.state == ServerState::Stopped;
    m_port->setVisible(down);
    m_portNumber = server.port;
    if (server.state == ServerState::PortTaken) {
        m_port->setText(server.portHolder.isEmpty()
                            ? tr("Port %1 is in use by another program.").arg(server.port)
                            : tr("Port %1 is in use by %2.")
                                  .arg(QString::number(server.port), server.portHolder));
    } else if (down) {
        m_port->setText(server.problem.isEmpty() ? tr("The server is stopped.") : server.problem);
    }
    m_freePort = server.freePort;
    m_nextPort->setVisible(server.state == ServerState::PortTaken && m_freePort > 0);
    m_nextPort->setText(tr("Use port %1").arg(m_freePort));

    setKeychain(snapshot);

    const auto expired =
        std::find_if(snapshot.logins.begin(), snapshot.logins.end(), [](const store::Login &login) {
            return login.state != store::LoginState::Ok;
        });
    m_signIn->setVisible(expired != snapshot.logins.end() && snapshot.signInRunning.isEmpty());
    if (expired != snapshot.logins.end())
        m_signIn->setText(
            expired->state == store::LoginState::Suspended
                ? tr("The sign-in of %1 is locked in the keychain, which this session does not "
                     "use. "
                     "Sign in again so that clients can go on.")
                      .arg(expired->email)
                : tr("The sign-in of %1 has ended. Sign in again so that clients can go on.")
                      .arg(expired->email));

    m_tokenEnded = expired != snapshot.logins.end() && expired->kind == store::LoginKind::ApiToken;
    setEnding(snapshot);

    const bool signingIn = !snapshot.signInRunning.isEmpty();
    if (m_signingIn && !signingIn)
        m_browser->hide();
    m_signingIn = signingIn;

    m_vault->setVisible(!snapshot.withdrawalProblem.isEmpty());
    m_vault->setText(snapshot.withdrawalProblem);

    setReceipt(snapshot.receipt);

    m_history->setVisible(!snapshot.historyProblem.isEmpty());
    m_history->setText(snapshot.historyProblem);

    m_versionPage = snapshot.newVersionPage;
    m_version->setVisible(!snapshot.newVersion.isEmpty() && m_versionRead != m_versionPage);
    m_version->setText(
        tr("Flaredeck %1 is out. %2").arg(snapshot.newVersion, origintext::howToUpdate(origin())));
    arrange();
}

void BannerArea::setPending(int decisions)
{
    m_decisions->setVisible(decisions > 0);
    m_decisions->setText(decisions == 1 ? tr("A client waits for your decision.")
                                        : tr("%1 clients wait for your decision.").arg(decisions));
    arrange();
}

void BannerArea::showBrowserUsed(const QString &reason)
{
    m_browser->setText(tr("%1 Sign in with your browser, which has opened.").arg(reason));
    m_browser->show();
    arrange();
}

void BannerArea::arrange()
{
    // Without a banner the area must not leave its margin above the page.
    const auto banners = findChildren<Banner *>(QString(), Qt::FindDirectChildrenOnly);
    setVisible(std::any_of(banners.begin(), banners.end(),
                           [](const Banner *banner) { return !banner->isHidden(); }));
}

} // namespace flaredeck::ui
