#include "core/store/history/history.h"
#include "coretest.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>

#include <sys/stat.h>

namespace tst_core {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

/// What a person and a client can do with each other.
class TestCore : public CoreTest
{
    Q_OBJECT

private slots:
    void init() { prepare(); }
    void cleanup() { shutDown(); }
    void aClientSignsInAndItsCallsAreShown();
    void aRevokedGrantIsRefusedAtOnceAndItsStreamsEnd();
    void revokingAllEndsEveryClient();
    void aWithdrawnScopeTakesItsToolsAway();
    void theBaselineCannotBeWithdrawn();
    void aForgottenClientIsGoneWithItsGrants();
    void signingOutEndsWhatStoodOnTheSignIn();
    void aDisconnectedSessionIsGoneAndTheGrantStays();
    void aRestartKeepsGrantSessionAndActiveAccount();
    void contentsOfCallsAreLeftOutWhenThePersonSaysSo();
    void theCallbackIsReadOnly();
    void aGrantOpensNoMoreThanTheSignIn();
    void aStolenSessionIdIsWorthless();
    void importingWhatIsNoFileSaysSoAndHangsNothing();
};

void TestCore::aClientSignsInAndItsCallsAreShown()
{
    start();
    QSignalSpy connected(m_core.get(), &Core::clientConnected);
    QSignalSpy written(m_core.get(), &Core::callsWritten);
    test::OAuthClient client(port(), u"Claude Code"_s);
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    QCOMPARE(session.call("add", {{"a", 23}, {"b", 19}}), "42"_ba);
    QVERIFY(session.call("accounts_list").contains("Acme"));

    const SnapshotPtr snapshot = m_core->snapshot();
    QCOMPARE(snapshot->server.state, ServerState::Listening);
    QCOMPARE(snapshot->server.mcpUrl, u"http://localhost:%1/mcp"_s.arg(port()));
    QVERIFY(snapshot->server.sandbox);
    QVERIFY(!snapshot->server.sandboxUrl.isEmpty());
    QCOMPARE(snapshot->providerClientSource, u"sandbox"_s);
    QCOMPARE(snapshot->logins.size(), 1);
    QCOMPARE(snapshot->logins.at(0).accounts.size(), 2);
    QCOMPARE(snapshot->clients.size(), 1);
    QCOMPARE(snapshot->clients.at(0).client.name, u"Claude Code"_s);
    QCOMPARE(snapshot->clients.at(0).sessions.size(), 1);
    QCOMPARE(snapshot->clients.at(0).liveGrants, 1);
    QVERIFY(snapshot->clients.at(0).lastSeenAt > 0);
    QCOMPARE(snapshot->grants.size(), 1);
    QCOMPARE(snapshot->grants.at(0).clientName, u"Claude Code"_s);
    QCOMPARE(snapshot->grants.at(0).loginLabel, snapshot->logins.at(0).email);
    QVERIFY(snapshot->grants.at(0).loginUsable);
    QCOMPARE(snapshot->grants.at(0).liveSessions, 1);

    QCOMPARE(connected.size(), 1);
    QCOMPARE(connected.at(0).at(0).toString(), u"Claude Code"_s);
    QTRY_VERIFY(!written.isEmpty());
    // A program is only found while a connection of it is open.
    const auto listening = session.listen();
    QTRY_VERIFY_WITH_TIMEOUT(m_core->snapshot()->clients.at(0).program, 30'000);
    QCOMPARE(m_core->snapshot()->clients.at(0).program->pid, QCoreApplication::applicationPid());
}

void TestCore::aRevokedGrantIsRefusedAtOnceAndItsStreamsEnd()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    const auto stream = session.listen();
    QVERIFY(stream->waitForHead());
    QCOMPARE(stream->status(), 200);

    QVERIFY(m_core->revoke({{onlyGrant()}}));
    QVERIFY(stream->finish());

    const auto refused = session.begin("tools/call", {{"name", "add"}});
    QVERIFY(refused->finish());
    QCOMPARE(refused->status(), 401);
    QVERIFY(refused->header("WWW-Authenticate").startsWith("Bearer "));
    QVERIFY(m_core->snapshot()->grants.isEmpty());
    QVERIFY(m_core->snapshot()->clients.at(0).sessions.isEmpty());
}

void TestCore::revokingAllEndsEveryClient()
{
    start();
    test::OAuthClient first(port(), u"first"_s);
    test::OAuthClient second(port(), u"second"_s);
    QVERIFY(first.signIn());
    QVERIFY(second.signIn());
    QCOMPARE(m_core->snapshot()->grants.size(), 2);
    QVERIFY(m_core->revoke({.all = true}));
    QVERIFY(m_core->snapshot()->grants.isEmpty());
    QCOMPARE(statusOfPing(first), 401);
    QCOMPARE(statusOfPing(second), 401);
}

void TestCore::aWithdrawnScopeTakesItsToolsAway()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    QVERIFY(!session.call("workers_list").startsWith("error"));
    const auto stream = session.listen();
    QVERIFY(stream->waitForHead());

    QVERIFY(m_core->withdrawScope(onlyGrant(), u"workers:read"_s));
    QVERIFY(stream->waitForEvents(1));
    QCOMPARE(stream->event(0).value("method", std::string()), "notifications/tools/list_changed");
    const Json tools = session.ask("tools/list").at("result").at("tools");
    QVERIFY(!tools.empty());
    for (const Json &tool : tools)
        QVERIFY(tool.at("name") != "workers_list");
    m_person.stepUps = CallApprovalChoice::Deny;
    const QByteArray refused = session.call(
        "workers_list", {{"account_id", m_core->snapshot()->logins[0].accounts[0].id}});
    QVERIFY2(refused.contains("permission workers:read"), refused.constData());
    QCOMPARE(session.call("add", {{"a", 1}, {"b", 1}}), "2"_ba);

    const auto again = m_core->withdrawScope(onlyGrant(), u"workers:read"_s);
    QVERIFY(!again);
    QCOMPARE(again.error().kind, Error::Kind::NotFound);
}

void TestCore::theBaselineCannotBeWithdrawn()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    const auto refused = m_core->withdrawScope(onlyGrant(), u"mcp:read"_s);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::InvalidInput);
}

void TestCore::aForgottenClientIsGoneWithItsGrants()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    QVERIFY(m_core->forgetClient({client.clientId()}));
    QVERIFY(m_core->snapshot()->clients.isEmpty());
    QVERIFY(m_core->snapshot()->grants.isEmpty());
    QCOMPARE(statusOfPing(client), 401);
}

void TestCore::signingOutEndsWhatStoodOnTheSignIn()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    bool finished = false;
    m_core->signOut(m_core->snapshot()->logins.at(0).id).then([&finished](const Result<> &done) {
        finished = done.has_value();
    });
    QVERIFY(m_core->snapshot()->grants.isEmpty());
    QTRY_VERIFY(finished);
    QVERIFY(m_core->snapshot()->logins.isEmpty());
    QCOMPARE(statusOfPing(client), 401);
}

void TestCore::aDisconnectedSessionIsGoneAndTheGrantStays()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    m_core->disconnectSession(m_core->snapshot()->clients.at(0).sessions.at(0).handle);
    const auto call = session.begin("ping", Json::object());
    QVERIFY(call->finish());
    QCOMPARE(call->status(), 404);
    QCOMPARE(statusOfPing(client), 200);
}

void TestCore::aRestartKeepsGrantSessionAndActiveAccount()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    const auto accounts = flaredeck::json::parse(session.call("accounts_list"));
    QVERIFY(accounts);
    const Json second = accounts->at("accounts").at(1).at("id");
    session.call("set_active_account", {{"activeAccountIdParam", second}});
    const QByteArray before = session.call("workers_list");
    const GrantId grant = onlyGrant();

    // Not shut down: what was answered must be on disk already.
    m_core.reset();
    start();
    QSignalSpy connected(m_core.get(), &Core::clientConnected);
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Ready);
    QCOMPARE(onlyGrant(), grant);
    QCOMPARE(m_core->snapshot()->logins.size(), 1);
    McpClient resumed(port(), client.token());
    resumed.resume(session.sessionId(), kRevision);
    QCOMPARE(resumed.call("add", {{"a", 23}, {"b", 19}}), "42"_ba);
    // A call that needs an account does not ask for one.
    const QByteArray after = resumed.call("workers_list");
    QVERIFY2(!after.contains("set_active_account"), after.constData());
    QVERIFY(!before.contains("set_active_account"));
    QVERIFY(connected.isEmpty()); // it is no new one
}

void TestCore::contentsOfCallsAreLeftOutWhenThePersonSaysSo()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    QCOMPARE(session.call("add", {{"a", 2}, {"b", 3}}), "5"_ba);
    // The window has an instance of its own.
    Settings window(m_options.dataDir.settingsFile());
    window.set(setting::storedCalls, u"none"_s);
    m_core->applySettings();
    QCOMPARE(session.call("add", {{"a", 2}, {"b", 4}}), "6"_ba);
    m_core->shutDown();

    store::HistoryReader reader(m_options.dataDir.historyFile());
    const auto calls = reader.calls({}, 0, 10);
    QVERIFY(calls);
    QCOMPARE(calls->size(), 2);
    const auto hidden = reader.call(calls->at(0).id);
    QVERIFY(hidden && *hidden);
    QVERIFY((*hidden)->arguments.isEmpty());
    QVERIFY((*hidden)->result.isEmpty());
    const auto shown = reader.call(calls->at(1).id);
    QVERIFY(shown && *shown);
    QVERIFY((*shown)->arguments.contains("\"b\""));
}

void TestCore::theCallbackIsReadOnly()
{
    start();
    HttpCall post(port(), "POST", "/oauth/callback", {{"Content-Type", "text/plain"}}, "x");
    QVERIFY(post.finish());
    QCOMPARE(post.status(), 405);
    QCOMPARE(post.header("Allow"), "GET"_ba);
    // Clients read any other form of error as a broken server.
    QVERIFY(post.header("Content-Type").startsWith("application/json"));
    QCOMPARE(post.header("Cache-Control"), "no-store"_ba);
    QVERIFY(post.body().contains("invalid_request"));
    HttpCall get(port(), "GET", "/oauth/callback?state=never-issued&code=x", {});
    QVERIFY(get.finish());
    QCOMPARE(get.status(), 400);
}

namespace {

/// A person at the sandbox's pages, who leaves one permission out.
test::OAuthClient::Form withoutScope(const QByteArray &page, const QByteArray &scope)
{
    const auto valuesOf = [&page](const QByteArray &name) {
        const QByteArray mark = "name=\"" + name + "\" value=\"";
        QByteArrayList values;
        for (qsizetype at = page.indexOf(mark); at >= 0; at = page.indexOf(mark, at + 1)) {
            const qsizetype start = at + mark.size();
            values << page.mid(start, page.indexOf('"', start) - start);
        }
        return values;
    };
    const QByteArrayList flow = valuesOf("flow");
    if (flow.isEmpty())
        return {};
    if (page.contains("/oauth2/signin"))
        return {"/oauth2/signin", "flow=" + flow.first() + "&email=" + valuesOf("email").first()};
    QByteArray form = "flow=" + flow.first() + "&decision=allow";
    for (const QByteArray &account : valuesOf("account"))
        form += "&account=" + account;
    for (const QByteArray &id : valuesOf("scope")) {
        if (id != scope)
            form += "&scope=" + id;
    }
    return {"/oauth2/consent", form};
}

} // namespace

void TestCore::aGrantOpensNoMoreThanTheSignIn()
{
    m_options.autoApprove = false; // the sandbox asks, too
    start();
    test::OAuthClient client(port());
    client.scope = u"mcp:read workers:read observability:read"_s;
    QByteArray unticked = "workers-observability.read";
    client.fillIn = [&unticked](const QByteArray &page) { return withoutScope(page, unticked); };
    QVERIFY(client.signIn());
    QVERIFY(
        !m_core->snapshot()->logins.at(0).upstreamScopes.contains(u"workers-observability.read"_s));

    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    const std::string account = m_core->snapshot()->logins.at(0).accounts.at(0).id.toStdString();
    QVERIFY(session.call("workers_list", {{"account_id", account}}).contains("\"workers\""));
    const Json keys{{"account_id", account}, {"keysQuery", Json::object()}};
    const QByteArray refused = session.call("observability_keys", keys);
    QVERIFY2(refused.contains("does not hold workers-observability.read"), refused);
    QVERIFY2(refused.contains("sign in to Cloudflare again"), refused);

    // The client comes again, and this time the person leaves it ticked: the grant from before is
    // wider, too, without having been touched.
    unticked.clear();
    test::OAuthClient another(port(), u"another"_s);
    another.scope = client.scope;
    another.fillIn = client.fillIn;
    QVERIFY(another.signIn());
    QCOMPARE(m_core->snapshot()->logins.size(), 1);
    const QByteArray answer = session.call("observability_keys", keys);
    QVERIFY2(!answer.contains("does not hold"), answer);
}

void TestCore::aStolenSessionIdIsWorthless()
{
    start();
    test::OAuthClient victim(port(), u"victim"_s);
    test::OAuthClient thief(port(), u"thief"_s);
    QVERIFY(victim.signIn() && thief.signIn());
    McpClient session(port(), victim.token());
    QVERIFY(session.open(kRevision));
    const auto stream = session.listen();
    QVERIFY(stream->waitForHead());

    // With a grant of its own, and with none: to call, to listen, to end it.
    const auto statusOf = [this](const QByteArray &method, const http::Headers &headers,
                                 const QByteArray &body = {}) {
        HttpCall call(port(), method, "/mcp", headers, body);
        return call.finish() ? call.status() : 0;
    };
    http::Headers stolen = session.headers();
    const QByteArray ping = rpcMessage(1, "ping");
    QCOMPARE(statusOf("POST", stolen, ping), 200);
    stolen.set("Authorization", "Bearer " + thief.token());
    http::Headers unknown = stolen;
    unknown.set("Mcp-Session-Id", QByteArray(session.sessionId()).replace(0, 4, "xxxx"));
    for (const char *method : {"POST", "GET", "DELETE"}) {
        const QByteArray body = method == QByteArray("POST") ? ping : QByteArray();
        QCOMPARE(statusOf(method, stolen, body), 404);
        QCOMPARE(statusOf(method, unknown, body), 404); // nobody learns whether there is one
    }
    stolen.set("Authorization", "Bearer x");
    QCOMPARE(statusOf("POST", stolen, ping), 401);

    QVERIFY(!stream->isFinished());
    QVERIFY(session.ask("ping").at("result") == Json::object());
}

void TestCore::importingWhatIsNoFileSaysSoAndHangsNothing()
{
    start();
    const QString fifo = m_dir->filePath(u"fifo.vars"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(fifo).constData(), 0600), 0);
    for (const QString &file : {fifo, u"/dev/zero"_s, m_dir->path(), fifo + u".absent"_s}) {
        const Result<> done = m_core->importDevVars(file);
        QVERIFY(!done);
        QVERIFY2(done.error().message.contains(file), qPrintable(done.error().message));
        QVERIFY(!done.error().action.isEmpty());
    }
}

FLAREDECK_TEST(TestCore)

} // namespace tst_core

#include "tst_core.moc"
