// Renders the window to pictures, so that they can be looked at before work is called done.

#include "core/provider/scopes.h"
#include "tests/gallery/gallery.h"
#include "tests/ui/fakecommands.h"
#include "ui/dialogs/addclientdialog.h"
#include "ui/dialogs/addserverdialog.h"
#include "ui/dialogs/callapprovaldialog.h"
#include "ui/dialogs/connectdialog.h"
#include "ui/dialogs/consentdialog.h"
#include "ui/dialogs/forgetdialog.h"
#include "ui/dialogs/keychaindialog.h"
#include "ui/dialogs/setupdialog.h"
#include "ui/dialogs/signindialog.h"
#include "ui/pages/aboutsection.h"
#include "ui/pages/serverspage.h"
#include "ui/pages/toolspage.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QDialog>
#include <QDir>
#include <QPlainTextEdit>

#include <cstdio>
#include <memory>

using namespace flaredeck;
using gallery::Gallery;
using namespace Qt::StringLiterals;

namespace {

/// The page Tools by itself, so that a tool can be tried without a provider.
void renderTrial(Gallery &gallery, const service::Snapshot &shot)
{
    ui::FakeCommands commands;
    commands.toolResult = mcp::ToolResult::structuredJson(
        {{"count", 2},
         {"buckets",
          Json::array({{{"name", "assets"}, {"creation_date", "2026-03-02T08:15:00Z"}},
                       {{"name", "backups"}, {"creation_date", "2026-07-19T17:40:12Z"}}})}});
    ui::ToolsPage page(gallery.contextWith(commands), &gallery.window());
    page.setWindowFlag(Qt::Window);
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page.readHistory();
    page.resize(1040, 1500);
    page.show();
    page.runTool(u"r2_buckets_list"_s, {{"name_contains", "a"}, {"per_page", 20}}, {});
    gallery.save(page, u"tools-tried"_s);
    page.runTool(u"d1_database_query"_s, {{"sql", "SELECT 1"}}, {});
    gallery.save(page, u"tools-missing"_s);
    page.resize(1040, 2600);
    page.runTool(u"query_worker_observability"_s, Json::object(), {});
    gallery.save(page, u"tools-nested"_s);
}

void renderTools(Gallery &gallery)
{
    service::Snapshot shot = examples::snapshot(ui::format::now());
    shot.rules = examples::rules(ui::format::now());
    shot.grants[1].grant.scopes = scopes::all();
    gallery.tell(shot);
    gallery.open(ui::page::Tools);
    gallery.clearSelection();
    gallery.save(u"tools-list"_s);
    auto *tools = gallery.window().findChild<ui::ToolsPage *>();
    auto *table = tools->findChild<ui::DataTable *>();
    table->select(u"tool:kv_namespace_delete"_s);
    gallery.save(u"tools"_s);
    table->select(u"toolset:radar"_s);
    gallery.save(u"tools-toolset"_s);
    gallery.clearSelection();
    tools->showClient(ClientId{u"cursor"_s});
    gallery.save(u"tools-client"_s);
    tools->showClient(ClientId{u"vscode"_s});
    gallery.save(u"tools-client-fits"_s);
    tools->showClient({});
    gallery.search(u"nothing has this"_s);
    gallery.save(u"tools-nomatch"_s);
    gallery.click(u"Show all tools"_s);
    gallery.window().resize(900, 580);
    tools->showClient(ClientId{u"cursor"_s});
    gallery.save(u"tools-smallest"_s);
    table->select(u"tool:kv_namespace_delete"_s);
    gallery.save(u"tools-smallest-detail"_s);
    gallery.clearSelection();
    tools->showClient({});
    gallery.window().resize(1240, 780);
    renderTrial(gallery, shot);
}

void renderBusy(Gallery &gallery)
{
    service::Snapshot shot = examples::snapshot(ui::format::now());
    gallery.tell(shot);
    gallery.open(ui::page::Overview);
    gallery.save(u"overview"_s);
    gallery.open(ui::page::Clients);
    gallery.save(u"clients-list"_s);
    gallery.open(ui::page::Clients, 0);
    gallery.save(u"clients-remembered"_s);
    gallery.open(ui::page::Clients, 1);
    gallery.save(u"clients"_s);
    service::Snapshot blocked = shot;
    blocked.clients[1].client.blockedAt = ui::format::now() - 60'000;
    blocked.clients[1].sessions.clear();
    gallery.tell(blocked);
    gallery.save(u"clients-blocked"_s);
    gallery.tell(shot);
    gallery.open(ui::page::Grants, 1);
    gallery.save(u"grants"_s);
    gallery.open(ui::page::Activity);
    gallery.save(u"activity-list"_s);
    gallery.open(ui::page::Activity, 2);
    gallery.save(u"activity"_s);
    gallery.search(u"nothing has this"_s);
    gallery.save(u"activity-nomatch"_s);
    gallery.click(u"Clear the filter"_s);
    renderTools(gallery);
    gallery.tell(shot);
    gallery.open(ui::page::Security);
    gallery.save(u"security-list"_s);
    gallery.open(ui::page::Security, 2);
    gallery.click(u"Verify"_s);
    gallery.save(u"security"_s);
    gallery.breakAudit();
    gallery.click(u"Verify"_s);
    gallery.save(u"security-broken"_s);
    gallery.open(ui::page::Logs);
    gallery.save(u"logs"_s);
    gallery.open(ui::page::Settings);
    gallery.save(u"settings"_s);
    gallery.scrollTo(u"clients/openRegistration"_s);
    gallery.save(u"settings-server"_s);

    shot.receipt.number = 1;
    shot.receipt.at = ui::format::now();
    shot.receipt.tookUs = 2900;
    shot.receipt.clients = {u"Cursor"_s};
    shot.receipt.grants = 1;
    shot.receipt.streams = 2;
    shot.receipt.calls = 1;
    shot.receipt.signOuts << service::Receipt::SignOut{
        u"ops@acme.example"_s, service::Receipt::Progress::Done, true, ui::format::now()};
    const auto grants = shot.grants;
    shot.grants.removeAt(1);
    gallery.tell(shot);
    gallery.open(ui::page::Grants, 0);
    gallery.save(u"grants-receipt"_s);
    shot.grants = grants;
    shot.receipt = {};

    shot.server.state = service::ServerState::PortTaken;
    shot.server.portHolder = u"node (pid 4711)"_s;
    shot.server.freePort = 8789;
    shot.keyState = store::KeyState::Closed;
    shot.keyProblem = store::KeyProblem::Missing;
    shot.logins.first().state = store::LoginState::NeedsLogin;
    gallery.tell(shot);
    gallery.open(ui::page::Overview);
    gallery.save(u"overview-trouble"_s);

    shot = examples::snapshot(ui::format::now());
    shot.signInRunning = u"s1"_s;
    gallery.tell(shot);
    gallery.window().showBrowserUsed(
        u"The built-in sign-in window cannot run as root, because the web engine's sandbox cannot."_s);
    gallery.save(u"overview-browser"_s);

    gallery.window().resize(900, 580);
    shot = examples::snapshot(ui::format::now());
    gallery.tell(shot);
    gallery.open(ui::page::Grants, 0);
    gallery.save(u"grants-smallest"_s);
    gallery.open(ui::page::Overview);
    gallery.save(u"overview-smallest"_s);
    gallery.open(ui::page::Clients);
    gallery.clearSelection();
    gallery.save(u"clients-smallest-list"_s);
    gallery.open(ui::page::Clients, 0);
    gallery.save(u"clients-smallest"_s);
    gallery.open(ui::page::Activity, 2);
    gallery.save(u"activity-smallest"_s);
    gallery.open(ui::page::Security);
    gallery.clearSelection();
    gallery.save(u"security-smallest"_s);
    gallery.open(ui::page::Settings);
    gallery.save(u"settings-smallest"_s);
    gallery.window().resize(1240, 780);
}

void renderDialogs(Gallery &gallery)
{
    const auto shot = examples::snapshot(ui::format::now());
    ConsentRequest request = examples::consent(ui::format::now());
    const auto picture = [&gallery](const ConsentRequest &asked, const QString &name) {
        ui::ConsentDialog consent(asked, &gallery.window());
        consent.setPosition(1, 2);
        consent.show();
        if (QTest::qWaitFor(
                [&] { return consent.findChild<QPushButton *>(u"allow"_s)->isEnabled(); }))
            gallery.save(consent, name);
        consent.hide();
    };
    picture(request, u"consent"_s);
    ConsentRequest more = request;
    more.alreadyGranted = {scopes::kBaseline, u"observability:read"_s};
    more.lastUsed = request.firstSeen + 60'000;
    more.earlierApprovals = 2;
    more.offered.insert(u"kv:write"_s);
    more.requested.insert(u"kv:write"_s);
    more.preselected.insert(u"kv:write"_s);
    more.registeredBy = u"/usr/bin/node"_s;
    for (int i = 3; i <= 9; ++i)
        more.accounts << AccountRef{u"%1f0a7c2e51"_s.arg(i), u"Customer %1 Ltd."_s.arg(i)};
    picture(more, u"consent-more"_s);
    ConsentRequest nothing = request;
    nothing.requested = {scopes::kBaseline};
    nothing.preselected = scopes::all();
    nothing.program =
        u"/opt/acme-agent-suite-for-enterprise-developers/versions/2026.11.30-nightly/"
        "resources/app.asar.unpacked/node_modules/.bin/node"_s;
    nothing.registeredBy = nothing.program;
    picture(nothing, u"consent-nothing-named"_s);
    ConsentRequest again = request;
    again.alreadyGranted = request.requested;
    again.lacking = {u"observability:read"_s};
    again.lastUsed = more.lastUsed;
    again.earlierApprovals = 1;
    again.programPid = 0;
    again.program.clear();
    again.canRemember = false;
    again.accounts.resize(1);
    picture(again, u"consent-again"_s);
    request.sandbox = true;
    request.leavesComputer = true;
    request.canRemember = false;
    request.redirectTarget = u"web site playground.example"_s;
    request.redirectAddress = u"https://playground.example/oauth/callback"_s;
    request.programPid = 0;
    request.registeredBy.clear();
    request.accounts.clear();
    request.askerKind = ConsentRequest::Asker::Program;
    request.asker = u"/usr/bin/python3.11 /home/ada/Downloads/helper.py"_s;
    request.askerParent = u"bash"_s;
    request.answersAsker = true;
    picture(request, u"consent-warned"_s);
    ConsentRequest bridged = examples::consent(ui::format::now());
    bridged.clientName = u"claude-desktop"_s;
    bridged.isFileName = true;
    bridged.checkPhrase.clear();
    bridged.program = u"/opt/Claude/claude-desktop"_s;
    bridged.programArguments = bridged.program;
    bridged.registeredBy = bridged.program;
    bridged.askerKind = ConsentRequest::Asker::Client;
    bridged.asker = bridged.program;
    bridged.askerPid = bridged.programPid;
    bridged.redirectTarget = u"this computer, through Flaredeck's bridge"_s;
    bridged.requested = {scopes::kBaseline};
    bridged.canRemember = false;
    picture(bridged, u"consent-bridge"_s);
    ConsentRequest known = examples::consent(ui::format::now());
    known.clientName = u"My agent"_s;
    known.addedByPerson = true;
    known.registeredBy.clear();
    picture(known, u"consent-person"_s);
    known.addedByPerson = false;
    known.clientName = u"Cursor"_s;
    known.program.clear();
    known.programPid = 0;
    known.registeredBy = u"/opt/cursor/cursor"_s;
    known.canRemember = false;
    known.redirectTarget = u"opens Cursor"_s;
    known.redirectAddress = u"cursor://anysphere.cursor-mcp/oauth/callback"_s;
    picture(known, u"consent-app"_s);
    CallApprovalRequest call = examples::stepUp();
    for (const QString &name : {u"stepup"_s, u"stepup-write"_s}) {
        ui::CallApprovalDialog dialog(call, &gallery.window());
        dialog.show();
        if (QTest::qWaitFor(
                [&] { return dialog.findChild<QPushButton *>(u"once"_s)->isEnabled(); }))
            gallery.save(dialog, name);
        dialog.hide();
        call.sandbox = true;
        call.programPid = 0;
        call.missing.insert(u"kv:write"_s);
        call.arguments.clear();
    }
    for (const auto &[asked, name] :
         {std::pair(examples::change(ui::format::now()), u"approval-change"_s),
          {examples::deletion(ui::format::now()), u"approval-delete"_s}}) {
        ui::CallApprovalDialog dialog(asked, &gallery.window());
        dialog.show();
        if (QTest::qWaitFor(
                [&] { return dialog.findChild<QPushButton *>(u"once"_s)->isEnabled(); }))
            gallery.saveAtOnce(dialog, name);
        dialog.hide();
    }
    service::Snapshot closed = shot;
    closed.keyState = store::KeyState::Closed;
    const std::pair<store::KeyProblem, QString> problems[] = {
        {store::KeyProblem::Locked, u"locked"_s},   {store::KeyProblem::Denied, u"denied"_s},
        {store::KeyProblem::Missing, u"missing"_s}, {store::KeyProblem::Silent, u"silent"_s},
        {store::KeyProblem::Failed, u"failed"_s},   {store::KeyProblem::EntryLost, u"lost"_s},
        {store::KeyProblem::WrongKey, u"wrong"_s},  {store::KeyProblem::VaultFailed, u"vault"_s}};
    service::CommandQueue &commands = gallery.core();
    for (const auto &[problem, name] : problems) {
        closed.keyProblem = problem;
        ui::KeychainDialog choices(commands, closed, &gallery.window());
        choices.show();
        gallery.save(choices, u"keychain-"_s + name);
        choices.hide();
    }
    gallery.open(ui::page::Grants);
    gallery.tell(shot);
    gallery.window().revokeAll();
    if (auto *dialog = gallery.window().findChild<QDialog *>()) {
        gallery.save(*dialog, u"revoke-all"_s);
        delete dialog;
    }
    ui::AddClientDialog add(commands, shot.server.port, &gallery.window());
    add.show();
    add.findChild<QLineEdit *>()->setText(u"My agent"_s);
    auto *uris = add.findChild<QPlainTextEdit *>();
    uris->setPlainText(u"http://localhost/callback\nhttp://example.com/cb"_s);
    gallery.save(add, u"add-client"_s);
    uris->setPlainText(u"http://localhost/callback"_s);
    add.findChild<QCheckBox *>()->setChecked(true);
    gallery.click(u"Add"_s);
    if (QTest::qWaitFor([&] { return add.findChild<QWidget *>(u"shownOnce"_s) != nullptr; }))
        gallery.save(add, u"add-client-done"_s);
    add.hide();
    service::Snapshot outside = shot;
    outside.server.sandbox = false;
    outside.servers = examples::servers(ui::format::now());
    outside.servers.first().remote.isOn = false;
    outside.servers.first().remote.state = store::RemoteState::SignedOut;
    ui::SignInDialog ways(commands, outside, &gallery.window());
    ways.show();
    gallery.save(ways, u"sign-in"_s);
    ways.resize(ways.width(), 1300); // all of the cards
    gallery.save(ways, u"sign-in-all"_s);
    ways.hide();
    ui::FakeCommands found;
    found.survey = examples::survey(ui::format::now());
    found.setupPlan = examples::setupPlan();
    ui::ConnectDialog clients(found, std::make_shared<const service::Snapshot>(shot),
                              &gallery.window());
    clients.show();
    gallery.save(clients, u"connect"_s);
    clients.hide();
    ui::SetupDialog setup(found, found.survey.clients.first(), &gallery.window());
    setup.show();
    gallery.save(setup, u"connect-change"_s);
    setup.hide();
    found.forgetPlan = examples::forgetPlan();
    ui::ForgetDialog forget(found, &gallery.window());
    forget.show();
    gallery.save(forget, u"forget"_s);
    forget.hide();
    found.setupPlan = examples::linkedPlan();
    found.setupPlan->note =
        u"This file is on a drive of Windows, so a program of Windows reads it. "
        "It can start the bridge as: wsl.exe -d Ubuntu -- "
        "/opt/flaredeck/bin/flaredeck-bridge"_s;
    ui::SetupDialog linked(found, examples::linkedSetup(), &gallery.window());
    linked.show();
    gallery.save(linked, u"connect-link"_s);
    linked.hide();
}

void renderServers(Gallery &gallery)
{
    service::Snapshot shot = examples::snapshot(ui::format::now());
    shot.servers = examples::servers(ui::format::now());
    gallery.tell(shot);
    gallery.open(ui::page::Servers);
    gallery.clearSelection();
    gallery.save(u"servers-list"_s);
    auto *table = gallery.window().findChild<ui::ServersPage *>()->findChild<ui::DataTable *>();
    for (const remote::RemoteView &view : std::as_const(shot.servers)) {
        table->select(view.remote.name);
        gallery.save(u"servers-"_s + view.remote.name);
    }
    gallery.window().resize(900, 580);
    gallery.clearSelection();
    gallery.save(u"servers-smallest-list"_s);
    table->select(u"api"_s);
    gallery.save(u"servers-smallest"_s);
    gallery.window().resize(1240, 780);

    ui::FakeCommands commands;
    ui::AddServerDialog add(commands, &gallery.window());
    add.show();
    gallery.save(add, u"add-server"_s);
    commands.answer =
        fail(Error::Kind::Offline, u"192.168.178.20 is on a private network."_s,
             u"When the server is yours, tick that it is on your own network, and try again."_s);
    add.findChild<QLineEdit *>()->setText(u"http://192.168.178.20:8080/mcp"_s);
    for (auto *button : add.findChildren<QPushButton *>()) {
        if (button->isDefault())
            button->click();
    }
    gallery.save(add, u"add-server-problem"_s);
    add.hide();
}

/// Of a packaged program that has a home; that of the page Settings is of this build.
void renderAbout(Gallery &gallery)
{
    gallery.tell(examples::snapshot(ui::format::now()));
    gallery.open(ui::page::Settings);
    gallery.scrollTo(gallery.window().findChild<ui::ForgetSection *>());
    gallery.save(u"settings-about"_s);
    Origin origin;
    origin.kind = Origin::Kind::AppImage;
    origin.commit = u"65d9f89b12da714e3720eed1f06eb1ff020638bd"_s;
    origin.date = u"2026-12-01"_s;
    origin.home = u"https://example.org/flaredeck"_s;
    origin.issues = origin.home + u"/issues"_s;
    origin.privacy = origin.home + u"/privacy"_s;
    origin.latest = origin.home + u"/latest.json"_s;
    ui::FakeCommands commands;
    ui::AboutSection about(gallery.contextWith(commands), origin, &gallery.window());
    about.setWindowFlag(Qt::Window);
    about.setSnapshot(examples::snapshot(ui::format::now()));
    about.resize(760, about.sizeHint().height());
    about.show();
    gallery.save(about, u"about-packaged"_s);
}

void renderEmpty(Gallery &gallery)
{
    gallery.tell(gallery.real());
    const QStringList names{u"overview"_s, u"clients"_s, u"grants"_s,  u"activity"_s,
                            u"tools"_s,    u"servers"_s, u"security"_s};
    for (int page = 0; page < names.size(); ++page) {
        gallery.open(page);
        gallery.save(names.at(page) + u"-empty"_s);
    }
    gallery.open(ui::page::Settings);
    gallery.save(u"settings-empty"_s);
}

} // namespace

int main(int argc, char **argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() < 2) {
        std::fprintf(stderr, "usage: flaredeck-gallery DIR [FONT]\n");
        return 2;
    }
    const QString directory = arguments.at(1);
    QDir().mkpath(directory);
    if (arguments.size() > 2)
        QApplication::setFont(QFont(arguments.at(2)));
    for (const QString &theme : {u"light"_s, u"dark"_s}) {
        ui::applyTheme(app, theme);
        Gallery busy(directory, theme);
        if (!busy.start(true))
            return 1;
        renderBusy(busy);
        renderServers(busy);
        renderAbout(busy);
        renderDialogs(busy);
        Gallery empty(directory, theme);
        if (!empty.start(false))
            return 1;
        renderEmpty(empty);
    }
    return 0;
}
