#include "core/service/core.h"

#include "core/store/history.h"
#include "memorykeychain.h"
#include "oauthclient.h"
#include "readyprompter.h"
#include "tests/core/mcp/mcpclient.h"
#include "tests/core/store/unwritable.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kRevision = "2025-11-25";

} // namespace

/// Whole flows against the sandbox, on one thread: what a person can do in the window, and what the
/// client on the other side sees of it.
class TestCore : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void aClientSignsInAndItsCallsAreShown();
    void aRevokedGrantIsRefusedAtOnceAndItsStreamsEnd();
    void aRevokedGrantEndsThoughTheDiskCannotBeWritten();
    void revokingAllEndsEveryClient();
    void aWithdrawnScopeTakesItsToolsAway();
    void theBaselineCannotBeWithdrawn();
    void aForgottenClientIsGoneWithItsGrants();
    void signingOutEndsWhatStoodOnTheSignIn();
    void aDisconnectedSessionIsGoneAndTheGrantStays();
    void aRestartKeepsGrantSessionAndActiveAccount();
    void aTakenPortIsAStateThatNamesTheHolder();
    void anotherTakenPortLeavesTheServerWhereItIs();
    void withoutKeychainNothingIsKeptUntilThePersonChooses();
    void headlessFallsBackToThisSessionOnly();
    void aSessionWithoutTheKeychainLogsNoClientOut();
    void contentsOfCallsAreLeftOutWhenThePersonSaysSo();
    void whatGoesWrongAtCloudflareReachesTheClientInWords_data();
    void whatGoesWrongAtCloudflareReachesTheClientInWords();
    void anOutageAtCloudflareLogsNoClientOut_data();
    void anOutageAtCloudflareLogsNoClientOut();
    void theCallbackIsReadOnly();
    void anUnreadableVaultIsAnErrorThatNamesTheFile();

private:
    void start(std::unique_ptr<store::Keychain> keychain = {});
    [[nodiscard]] quint16 port() const { return m_core->snapshot()->server.port; }
    [[nodiscard]] GrantId onlyGrant() const { return m_core->snapshot()->grants.at(0).grant.id; }
    [[nodiscard]] int statusOfPing(const test::OAuthClient &client) const;
    [[nodiscard]] bool orderFault(const QByteArray &order) const;

    std::unique_ptr<QTemporaryDir> m_dir;
    test::KeychainContent m_keys;
    test::ReadyPrompter m_person;
    Options m_options;
    std::unique_ptr<Core> m_core;
};

void TestCore::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_keys = std::make_shared<QHash<QString, QByteArray>>();
    m_options = {};
    m_options.dataDir = {m_dir->path()};
    m_options.sandbox = true;
    m_options.autoApprove = true;
}

void TestCore::cleanup()
{
    if (m_core)
        m_core->shutDown();
    m_core.reset();
}

void TestCore::start(std::unique_ptr<store::Keychain> keychain)
{
    if (!keychain)
        keychain = std::make_unique<test::MemoryKeychain>(m_keys);
    auto core = Core::create(m_options, m_person, std::move(keychain));
    QVERIFY2(core, core ? "" : qPrintable(core.error().text()));
    m_core = std::move(*core);
    QVERIFY(m_core->listen(0));
}

int TestCore::statusOfPing(const test::OAuthClient &client) const
{
    HttpCall call(port(), "POST", "/mcp",
                  {{"Authorization", "Bearer " + client.token()},
                   {"Content-Type", "application/json"},
                   {"Accept", "application/json, text/event-stream"}},
                  rpcMessage(1, "initialize", initializeParams(kRevision)));
    return call.finish() ? call.status() : 0;
}

bool TestCore::orderFault(const QByteArray &order) const
{
    HttpCall call(quint16(QUrl(m_core->snapshot()->server.sandboxUrl).port()), "POST",
                  "/sandbox/fault", {{"Content-Type", "application/json"}}, order);
    return call.finish() && call.status() == 200;
}

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
    QCOMPARE(snapshot->cloudflareClientSource, u"sandbox"_s);
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

    QElapsedTimer timer;
    timer.start();
    QVERIFY(m_core->revokeGrant(onlyGrant()));
    QVERIFY(stream->finish());
    QVERIFY2(timer.elapsed() < 100, qPrintable(u"the stream lived %1 ms"_s.arg(timer.elapsed())));

    const auto refused = session.begin("tools/call", {{"name", "add"}});
    QVERIFY(refused->finish());
    QCOMPARE(refused->status(), 401);
    QVERIFY(refused->header("WWW-Authenticate").startsWith("Bearer "));
    QVERIFY(m_core->snapshot()->grants.isEmpty());
    QVERIFY(m_core->snapshot()->clients.at(0).sessions.isEmpty());
}

void TestCore::aRevokedGrantEndsThoughTheDiskCannotBeWritten()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    const auto stream = session.listen();
    QVERIFY(stream->waitForHead());

    const QString file = m_options.dataDir.vaultFile();
    test::setWritable(file, false);
    const auto revoked = m_core->revokeGrant(onlyGrant());
    QVERIFY(stream->finish());
    QCOMPARE(statusOfPing(client), 401);
    QVERIFY(m_core->snapshot()->grants.isEmpty());
    QCOMPARE(revoked.error().kind, Error::Kind::Storage);
    QVERIFY2(revoked.error().text().contains(file), qPrintable(revoked.error().text()));
    QVERIFY(m_core->snapshot()->withdrawalProblem.contains(file));

    // The disk is mended before the program ends, and the next run knows.
    test::setWritable(file, true);
    m_core->shutDown();
    QVERIFY(m_core->snapshot()->withdrawalProblem.isEmpty());
    m_core.reset();
    start();
    QVERIFY(m_core->snapshot()->grants.isEmpty());
    QCOMPARE(statusOfPing(client), 401);
}

void TestCore::revokingAllEndsEveryClient()
{
    start();
    test::OAuthClient first(port(), u"first"_s);
    test::OAuthClient second(port(), u"second"_s);
    QVERIFY(first.signIn());
    QVERIFY(second.signIn());
    QCOMPARE(m_core->snapshot()->grants.size(), 2);
    QVERIFY(m_core->revokeAllGrants());
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
    QVERIFY(session.call("workers_list").contains("permission workers:read"));
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
}

void TestCore::aTakenPortIsAStateThatNamesTheHolder()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    auto core = Core::create(m_options, m_person, std::make_unique<test::MemoryKeychain>());
    QVERIFY(core);
    m_core = std::move(*core);
    QVERIFY(!m_core->listen(other.serverPort()));
    const ServerView taken = m_core->snapshot()->server;
    QCOMPARE(taken.state, ServerState::PortTaken);
    QCOMPARE(taken.port, other.serverPort());
    QVERIFY(taken.portHolder.contains(QString::number(QCoreApplication::applicationPid())));
    QVERIFY(taken.problem.contains(QString::number(other.serverPort())));
    QVERIFY(taken.freePort > other.serverPort());

    QVERIFY(m_core->listen(taken.freePort));
    QCOMPARE(m_core->snapshot()->server.state, ServerState::Listening);
    QVERIFY(m_core->snapshot()->server.problem.isEmpty());
}

void TestCore::anotherTakenPortLeavesTheServerWhereItIs()
{
    start();
    const quint16 before = port();
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    const auto moved = m_core->listen(other.serverPort());
    QVERIFY(!moved);
    QVERIFY(moved.error().text().contains(QString::number(other.serverPort())));
    QCOMPARE(m_core->snapshot()->server.state, ServerState::Listening);
    QCOMPARE(port(), before);
    test::OAuthClient client(before);
    QVERIFY(client.signIn());
}

void TestCore::withoutKeychainNothingIsKeptUntilThePersonChooses()
{
    start(std::make_unique<test::NoKeychain>());
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::NoKeychain);
    QVERIFY(m_core->snapshot()->keyProblem.contains(u"keychain"_s));
    QSignalSpy changed(m_core.get(), &Core::changed);
    m_core->useThisSessionOnly();
    QVERIFY(changed.wait());
    QCOMPARE(m_core->snapshot()->keyState, store::KeyState::SessionOnly);
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
}

void TestCore::headlessFallsBackToThisSessionOnly()
{
    m_options.sessionOnlyWithoutKeychain = true;
    start(std::make_unique<test::NoKeychain>());
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::SessionOnly);
}

void TestCore::aSessionWithoutTheKeychainLogsNoClientOut()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    cleanup();

    // The keychain does not open this time, and the person goes on without it.
    m_options.sessionOnlyWithoutKeychain = true;
    start(std::make_unique<test::NoKeychain>());
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::SessionOnly);
    client.moveTo(port());
    QCOMPARE(client.refresh(), 503); // with 400 it would throw its tokens away
    QCOMPARE(m_core->snapshot()->logins.at(0).state, store::LoginState::Suspended);
    // Somebody signs in for this session: everybody goes on.
    test::OAuthClient other(port(), u"other"_s);
    QVERIFY(other.signIn());
    QCOMPARE(client.refresh(), 200);
    QCOMPARE(statusOfPing(client), 200);
    cleanup();

    m_options.sessionOnlyWithoutKeychain = false;
    start();
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Ready);
    client.moveTo(port());
    QCOMPARE(client.refresh(), 200);
    QCOMPARE(statusOfPing(client), 200);
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

void TestCore::whatGoesWrongAtCloudflareReachesTheClientInWords_data()
{
    QTest::addColumn<QByteArray>("fault");
    QTest::addColumn<QByteArray>("says"); // empty: the call works all the same
    QTest::newRow("a slow answer is waited for")
        << R"({"kind":"slow","remaining":1,"delayMs":200})"_ba
        << ""_ba;
    QTest::newRow("one failure is tried again") << R"({"kind":"server_error","remaining":1})"_ba
                                                << ""_ba;
    QTest::newRow("failures to the end") << R"({"kind":"server_error","remaining":-1})"_ba
                                         << "Cloudflare"_ba;
    QTest::newRow("a short limit is waited out")
        << R"({"kind":"rate_limited","remaining":1,"retryAfterSeconds":1})"_ba
        << ""_ba;
    QTest::newRow("a long limit says how long")
        << R"({"kind":"rate_limited","remaining":-1,"retryAfterSeconds":90})"_ba
        << "Wait 90 s"_ba;
    QTest::newRow("an expired token is refreshed") << R"({"kind":"token_expired","remaining":1})"_ba
                                                   << ""_ba;
    QTest::newRow("a cut connection") << R"({"kind":"connection_cut","remaining":-1})"_ba
                                      << "Check the network"_ba;
}

void TestCore::whatGoesWrongAtCloudflareReachesTheClientInWords()
{
    QFETCH(QByteArray, fault);
    QFETCH(QByteArray, says);
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    const QString account = m_core->snapshot()->logins.at(0).accounts.at(0).id;
    const auto listWorkers = [&] {
        return session.ask("tools/call",
                           {{"name", "workers_list"}, {"arguments", {{"account_id", account}}}});
    };

    QVERIFY(orderFault(fault));
    const Json answer = listWorkers();
    QCOMPARE(json::boolAt(answer.at("result"), "isError").value_or(false), !says.isEmpty());
    QVERIFY2(says.isEmpty() || textOf(answer).contains(says), textOf(answer));

    QVERIFY(orderFault(R"({"kind":"none"})"));
    const Json after = listWorkers();
    QVERIFY2(!json::boolAt(after.at("result"), "isError").value_or(false), textOf(after));
}

void TestCore::anOutageAtCloudflareLogsNoClientOut_data()
{
    QTest::addColumn<QByteArray>("fault");
    QTest::newRow("failures") << R"({"kind":"server_error","remaining":-1})"_ba;
    QTest::newRow("a limit")
        << R"({"kind":"rate_limited","remaining":-1,"retryAfterSeconds":90})"_ba;
    QTest::newRow("no network") << R"({"kind":"connection_cut","remaining":-1})"_ba;
}

void TestCore::anOutageAtCloudflareLogsNoClientOut()
{
    QFETCH(QByteArray, fault);
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    const QString account = m_core->snapshot()->logins.at(0).accounts.at(0).id;
    QVERIFY(orderFault(fault));
    const Json answer = session.ask(
        "tools/call", {{"name", "workers_list"}, {"arguments", {{"account_id", account}}}});
    QVERIFY(json::boolAt(answer.at("result"), "isError").value_or(false)); // and no 401
    QCOMPARE(statusOfPing(client), 200);
    QCOMPARE(client.refresh(), 200);
    QCOMPARE(statusOfPing(client), 200);
    QCOMPARE(m_core->snapshot()->grants.size(), 1);
    QVERIFY(m_core->snapshot()->grants.at(0).loginUsable);
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

void TestCore::anUnreadableVaultIsAnErrorThatNamesTheFile()
{
    QFile vault(m_options.dataDir.vaultFile());
    QVERIFY(vault.open(QIODevice::WriteOnly));
    vault.write(QByteArray(8192, 'x'));
    vault.close();
    const auto core = Core::create(m_options, m_person, std::make_unique<test::MemoryKeychain>());
    QVERIFY(!core);
    QVERIFY2(core.error().text().contains(vault.fileName()), qPrintable(core.error().text()));
}

QTEST_GUILESS_MAIN(TestCore)
#include "tst_core.moc"
