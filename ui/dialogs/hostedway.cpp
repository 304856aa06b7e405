#include "ui/dialogs/hostedway.h"

#include "core/base/whendone.h"
#include "core/service/commands.h"
#include "ui/models/servermodel.h"
#include "ui/widgets/buttons.h"

#include <QCheckBox>

#include <algorithm>

namespace flaredeck::ui {

using remote::RemoteView;
using service::Commands;

namespace {

/// The first that fits; the order is the provider's.
const RemoteView *firstOf(const service::Snapshot &snapshot, bool isPublic)
{
    const auto found = std::find_if(
        snapshot.servers.begin(), snapshot.servers.end(), [isPublic](const RemoteView &view) {
            return !view.remote.isAdded && !view.isDeprecated && view.isPublic == isPublic;
        });
    return found == snapshot.servers.end() ? nullptr : &*found;
}

} // namespace

HostedWay::HostedWay(service::CommandQueue &commands, QWidget *parent)
    : SignInWay(tr("Cloudflare's hosted servers"),
                tr("Nothing to set up: you sign in at Cloudflare, and its own MCP servers do the "
                   "work, under the same grants, questions and log."),
                tr("The sign-in lasts about 30 days and opens that server only. What a script does "
                   "inside the server cannot be asked about one by one."),
                parent)
    , m_commands(commands)
    , m_signIn(makeButton(tr("Sign in at Cloudflare"), ButtonRole::Primary))
    , m_open(new QCheckBox)
{
    addRow({m_signIn, m_open});
    connect(m_signIn, &QPushButton::clicked, this, &HostedWay::signIn);
    connect(m_open, &QCheckBox::clicked, this, &HostedWay::switchDocumentation);
    hide();
}

void HostedWay::setSnapshot(const service::Snapshot &snapshot)
{
    const RemoteView *server = firstOf(snapshot, false);
    setVisible(server != nullptr);
    if (!server)
        return;
    m_name = server->remote.name;
    m_signIn->setEnabled(!server->isSigningIn);
    m_signIn->setToolTip(tr("Signs in to %1").arg(server->remote.title));
    m_signIn->setText(servertext::isSignedIn(*server) ? tr("Sign in again at Cloudflare")
                                                      : tr("Sign in at Cloudflare"));
    const RemoteView *open = firstOf(snapshot, true);
    m_open->setVisible(open != nullptr);
    if (!open)
        return;
    m_openName = open->remote.name;
    m_open->setText(tr("Offer %1, without a sign-in", "name of a server").arg(open->remote.title));
    m_open->setChecked(open->remote.isOn);
}

void HostedWay::signIn()
{
    m_signIn->setEnabled(false);
    say(tr("Cloudflare's page opens. The page Servers has the other servers."), false);
    whenDone(m_commands.ask(&Commands::signInToServer, m_name), this, [this](const Result<> &done) {
        m_signIn->setEnabled(true);
        if (!done) {
            say(done.error().text(), true);
            return;
        }
        const QString text = tr("You are signed in. Clients can be granted its tools now.");
        say(text, false);
        emit signedIn(text);
    });
}

void HostedWay::switchDocumentation(bool isOn)
{
    whenDone(m_commands.ask(&Commands::switchServer, m_openName, isOn), this,
             [this, isOn](const Result<> &done) {
                 if (done)
                     return;
                 m_open->setChecked(!isOn);
                 say(done.error().text(), true);
             });
}

} // namespace flaredeck::ui
