#include "core/mcp/mcpservice.h"

#include "core/mcp/errorcodes.h"

#include "mcpclient.h"
#include "tests/support/testcase.h"
#include "testserver.h"

#include <QSignalSpy>
#include <QTest>

namespace tst_mcpservice {

using namespace flaredeck;
using namespace flaredeck::mcp;

namespace {

const QByteArray kRevision = "2025-11-25";

} // namespace

/// What the door of the server refuses, and what the rest of the app can see and end.
class TestMcpService : public QObject
{
    Q_OBJECT

    std::unique_ptr<TestServer> m_server;
    std::unique_ptr<McpClient> m_client;

    [[nodiscard]] SessionInfo only() const { return m_server->service().sessions().value(0); }

private slots:
    void initTestCase() { qRegisterMetaType<GrantId>(); }

    void init()
    {
        m_server = std::make_unique<TestServer>();
        m_client = std::make_unique<McpClient>(m_server->port(), "alice");
        QVERIFY(m_client->open(kRevision));
    }

    void cleanup()
    {
        m_client.reset();
        m_server.reset();
    }

    void refusesAtTheDoor_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("change"); ///< "Header: value"; an empty value removes it
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");

        const QByteArray ping = rpcMessage(1, "ping");
        const QByteArray hello = rpcMessage(1, "initialize", initializeParams(kRevision));
        const auto row = [](const char *name, const QByteArray &method, const QByteArray &change,
                            const QByteArray &body, int status, int code = 0,
                            const QByteArray &target = "/mcp") {
            QTest::newRow(name) << method << target << change << body << status << code;
        };
        const int server = rpc::kServerError;
        row("nobody", "POST", "Authorization: ", ping, 401);
        row("nobody, before the method is looked at", "PUT", "Authorization: ", {}, 401);
        row("nobody at /sse by POST", "POST", "Authorization: ", ping, 401, 0, "/sse");
        row("nobody at /sse/message", "GET", "Authorization: ", {}, 401, 0, "/sse/message");
        row("somebody who may not", "POST", "Authorization: Bearer forbidden", ping, 403);

        row("another method", "PUT", {}, {}, 405, server);
        row("only JSON accepted", "POST", "Accept: application/json", ping, 406, server);
        row("only streams accepted", "POST", "Accept: text/event-stream", ping, 406, server);
        row("an Accept that is missing is anything", "POST", "Accept: ", ping, 200);
        row("accept is looked at before the type", "POST", "Accept: text/html", "{", 406, server);
        row("another content type", "POST", "Content-Type: text/plain", ping, 415, server);
        row("no content type", "POST", "Content-Type: ", ping, 415, server);
        row("a charset is fine", "POST", "Content-Type: application/json; charset=utf-8", ping,
            200);
        row("no JSON", "POST", {}, "{\"jsonrpc\"", 400, rpc::kParseError);
        row("no JSON-RPC", "POST", {}, "{\"id\":1}", 400, rpc::kInvalidRequest);
        row("the id null", "POST", {}, "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", 400,
            rpc::kInvalidRequest);
        row("an empty batch", "POST", {}, "[]", 400, rpc::kInvalidRequest);
        row("a batch in this revision", "POST", {}, '[' + ping + ']', 400, rpc::kInvalidRequest);
        row("initialize in a batch", "POST", {}, '[' + hello + ',' + ping + ']', 400,
            rpc::kInvalidRequest);
        row("initialize in a session opens another", "POST", {}, hello, 200);
        row("initialize with the id of a dead session", "POST", "Mcp-Session-Id: x", hello, 200);
        row("initialize with a version of the future", "POST", "MCP-Protocol-Version: 2099-01-01",
            hello, 200);
        row("no session id", "POST", "Mcp-Session-Id: ", ping, 400, server);
        row("an unknown session id", "POST", "Mcp-Session-Id: x", ping, 404, kSessionNotFound);
        row("the session of somebody else", "POST", "Authorization: Bearer bob", ping, 404,
            kSessionNotFound);
        row("an unknown version", "POST", "MCP-Protocol-Version: 1900-01-01", ping, 400, server);
        row("no version", "POST", "MCP-Protocol-Version: ", ping, 200);
        row("the version twice", "POST", "MCP-Protocol-Version: 2025-06-18, 2025-06-18", ping, 200);
        row("two versions", "POST", "MCP-Protocol-Version: 2025-06-18, 2025-11-25", ping, 400,
            server);
        row("initialize with the version twice", "POST",
            "MCP-Protocol-Version: 2025-06-18,2025-06-18", hello, 200);
        row("two accounts", "POST", "cf-account-id: a, b", ping, 400, server);
        row("an account twice", "POST", "cf-account-id: a, a", ping, 200);
        row("two sessions", "POST", "Mcp-Session-Id: x, y", ping, 400, server);
        row("the type twice", "POST", "Content-Type: application/json, application/json", ping,
            200);
        row("another served version", "POST", "MCP-Protocol-Version: 2025-03-26", ping, 200);
        row("a notification", "POST", {}, rpcMessage(nullptr, "notifications/initialized"), 202);
        row("a response", "POST", {}, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", 202);

        row("a stream that is not accepted", "GET", "Accept: application/json", {}, 406, server);
        row("a stream in two versions", "GET", "MCP-Protocol-Version: 2025-06-18, 2025-11-25", {},
            400, server);
        row("a stream after two events", "GET", "Last-Event-ID: 0:1, 0:2", {}, 400, server);
        row("a stream without a session", "GET", "Mcp-Session-Id: ", {}, 400, server);
        row("a stream of an unknown session", "GET", "Mcp-Session-Id: x", {}, 404,
            kSessionNotFound);
        row("a stream of somebody else", "GET", "Authorization: Bearer bob", {}, 404,
            kSessionNotFound);
        row("a stream in an unknown version", "GET", "MCP-Protocol-Version: 1900-01-01", {}, 400,
            server);
        row("DELETE without a session", "DELETE", "Mcp-Session-Id: ", {}, 400, server);
        row("DELETE of an unknown session", "DELETE", "Mcp-Session-Id: x", {}, 404,
            kSessionNotFound);
        row("DELETE by somebody else", "DELETE", "Authorization: Bearer bob", {}, 404,
            kSessionNotFound);
    }

    void refusesAtTheDoor()
    {
        QFETCH(const QByteArray, method);
        QFETCH(const QByteArray, target);
        QFETCH(const QByteArray, change);
        QFETCH(const QByteArray, body);
        QFETCH(const int, status);
        QFETCH(const int, code);

        const QByteArray changed = change.left(change.indexOf(':'));
        const http::Headers usual = m_client->headers();
        http::Headers headers;
        for (const auto &[name, value] : usual.lines()) {
            if (name != changed)
                headers.append(name, value);
        }
        if (const QByteArray value = change.mid(changed.size() + 1).trimmed(); !value.isEmpty())
            headers.append(changed, value);

        HttpCall call(m_server->port(), method, target, headers, body);
        QVERIFY(call.finish());
        QCOMPARE(call.status(), status);
        QCOMPARE(errorCode(call.json()), code);
        if (code)
            QVERIFY(!call.json().at("error").value("message", "").empty());
        if (status == 405)
            QCOMPARE(call.header("Allow"), QByteArray("GET, POST, DELETE"));
        // Whatever was refused changed nothing.
        const bool opens = status == 200 && body.contains("initialize");
        QCOMPARE(m_server->service().sessions().size(), opens ? 2 : 1);
    }

    void theGuardsAnswerIsSentUnchanged()
    {
        HttpCall call(m_server->port(), "POST", "/mcp", {}, "{}");
        QVERIFY(call.finish());
        QCOMPARE(call.body(), QByteArray("who?"));
        QCOMPARE(call.header("WWW-Authenticate"), QByteArray("Bearer realm=\"demo\""));
    }

    void initializeNeedsItsParameters_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::newRow("none") << QByteArray("{}");
        QTest::newRow("a version that is a number")
            << QByteArray("{\"protocolVersion\":1,\"capabilities\":{},\"clientInfo\":"
                          "{\"name\":\"a\",\"version\":\"1\"}}");
        QTest::newRow("no capabilities")
            << QByteArray("{\"protocolVersion\":\"2025-11-25\",\"clientInfo\":"
                          "{\"name\":\"a\",\"version\":\"1\"}}");
        QTest::newRow("a client without a name")
            << QByteArray("{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":"
                          "{\"version\":\"1\"}}");
    }

    void initializeNeedsItsParameters()
    {
        QFETCH(const QByteArray, params);
        McpClient client(m_server->port(), "alice");
        const auto call = client.begin("initialize", *json::parse(params));
        QVERIFY(call->finish());
        QCOMPARE(call->status(), 200);
        QCOMPARE(errorCode(call->json()), rpc::kInvalidParams);
        QVERIFY(call->header("Mcp-Session-Id").isEmpty());
        QCOMPARE(m_server->service().sessions().size(), 1);
    }

    void endingAGrantEndsItsSessionsAtOnce()
    {
        const auto stream = m_client->listen();
        QVERIFY(stream->waitForHead());
        HttpCall sse(m_server->port(), "GET", "/sse",
                     McpClient(m_server->port(), "alice").headers());
        QVERIFY(sse.waitForEvents(1));
        const auto call =
            m_client->begin("tools/call", {{"name", "count"}, {"arguments", {{"steps", 1000000}}}});
        QTRY_COMPARE(*m_server->tools()->counting(), 1);
        McpClient bob(m_server->port(), "bob");
        QVERIFY(bob.open(kRevision));

        m_server->service().endGrant({QStringLiteral("alice")});
        QCOMPARE(m_server->service().sessions().size(), 1);
        QVERIFY(stream->finish());
        QVERIFY(sse.finish());
        QVERIFY(call->finish());
        QCOMPARE(errorCode(call->json()), rpc::kServerError);
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
        QCOMPARE(errorCode(m_client->ask("ping")), kSessionNotFound);
        QCOMPARE(bob.call("add", {{"a", 1}}), QByteArray("1"));
    }

    void showsWhatIsThereAndEndsItByHandle()
    {
        QCOMPARE(only().grant, GrantId{QStringLiteral("alice")});
        QCOMPARE(only().transport, QStringLiteral("Streamable HTTP"));
        QCOMPARE(only().revision, QString::fromLatin1(kRevision));
        QCOMPARE(only().clientInfo, QStringLiteral("test 1.0"));
        QVERIFY(!QString::fromLatin1(m_client->sessionId()).contains(only().handle));

        QSignalSpy changed(&m_server->service(), &McpService::sessionsChanged);
        const auto stream = m_client->listen();
        QTRY_COMPARE(only().openStreams, 1);
        QTRY_VERIFY(!changed.isEmpty());
        const auto call =
            m_client->begin("tools/call", {{"name", "count"}, {"arguments", {{"steps", 1000000}}}});
        QTRY_COMPARE(only().runningCalls, 1);

        m_server->service().endSession(QStringLiteral("no such"));
        QCOMPARE(m_server->service().sessions().size(), 1);
        m_server->service().endSession(only().handle);
        QVERIFY(m_server->service().sessions().isEmpty());
        QVERIFY(stream->finish());
        QVERIFY(call->finish());
    }

    void manyChangesAreOneSignal()
    {
        QSignalSpy changed(&m_server->service(), &McpService::sessionsChanged);
        QVERIFY(changed.wait()); // from opening the session
        changed.clear();
        m_server->clock().advance(5000);
        std::vector<std::unique_ptr<HttpCall>> calls;
        for (int i = 0; i < 20; ++i)
            calls.push_back(
                m_client->begin("tools/call", {{"name", "add"}, {"arguments", {{"a", i}}}}));
        for (const auto &call : calls)
            QVERIFY(call->finish());
        QTRY_COMPARE(changed.size(), 1);
    }

    void everyConnectionOfAGrantIsSeenOnce()
    {
        QSignalSpy seen(&m_server->service(), &McpService::peerSeen);
        const auto stream = m_client->listen();
        QVERIFY(stream->waitForHead());
        QCOMPARE(seen.size(), 1);
        QCOMPARE(seen.first().at(0).value<GrantId>(), GrantId{QStringLiteral("alice")});
        QCOMPARE(seen.first().at(1).value<http::Peer>().port, stream->localPort());
    }

    void oneGrantDoesNotTakeEveryConnection()
    {
        const http::Headers headers = McpClient(m_server->port(), "alice").headers();
        std::vector<std::unique_ptr<HttpCall>> streams;
        for (std::size_t i = 0; i < McpService::kMaxOpenPerGrant; ++i) {
            streams.push_back(std::make_unique<HttpCall>(m_server->port(), "GET", "/sse", headers));
            QVERIFY(streams.back()->waitForHead());
            QCOMPARE(streams.back()->status(), 200);
        }
        HttpCall oneMore(m_server->port(), "GET", "/sse", headers);
        QVERIFY(oneMore.finish());
        QCOMPARE(oneMore.status(), 429);
        QVERIFY(!oneMore.header("Retry-After").isEmpty());
        QCOMPARE(errorCode(oneMore.json()), rpc::kServerError);
        QCOMPARE(errorCode(m_client->ask("ping")), rpc::kServerError);

        McpClient bob(m_server->port(), "bob");
        QVERIFY(bob.open(kRevision));
        const auto bobs = bob.listen();
        QVERIFY(bobs->waitForHead());

        streams.pop_back();
        QTRY_COMPARE(errorCode(m_client->ask("ping")), 0);
    }

    void theAccountHeaderReachesTheTool()
    {
        http::Headers headers = m_client->headers();
        headers.append("cf-account-id", "abc");
        HttpCall call(m_server->port(), "POST", "/mcp", headers,
                      rpcMessage(9, "tools/call", {{"name", "add"}}));
        QVERIFY(call.finish());
        QCOMPARE(m_server->tools()->lastAccountHeader(), QByteArray("abc"));
    }

    void aSessionAndItsStateSurviveARestart()
    {
        MemoryStore store;
        auto before = std::make_unique<TestServer>(&store);
        McpClient first(before->port(), "alice");
        QVERIFY(first.open("2025-06-18"));
        QCOMPARE(first.call("remember", {{"value", "account 1"}}), QByteArray("nothing"));
        HttpCall sse(before->port(), "GET", "/sse", McpClient(before->port(), "alice").headers());
        QVERIFY(sse.waitForEvents(1));
        before.reset();

        TestServer after(&store);
        QCOMPARE(after.service().sessions().size(), 1); // HTTP+SSE sessions end with their stream
        McpClient again(after.port(), "alice");
        again.resume(first.sessionId(), "2025-06-18");
        QCOMPARE(again.call("remember"), QByteArray("account 1"));
        QCOMPARE(again.ask("tools/list").at("result").at("tools").size(), 6U);
        const auto stream = again.listen();
        QVERIFY(stream->waitForEvents(1)); // the tools may have changed meanwhile

        McpClient thief(after.port(), "bob");
        thief.resume(first.sessionId(), "2025-06-18");
        QCOMPARE(errorCode(thief.ask("ping")), kSessionNotFound);

        QCOMPARE(again.close(), 204);
        QVERIFY(store.load().isEmpty());
    }

    void theLogLevelSurvivesARestart()
    {
        MemoryStore store;
        auto before = std::make_unique<TestServer>(&store);
        McpClient first(before->port(), "alice");
        QVERIFY(first.open(kRevision));
        QVERIFY(first.ask("logging/setLevel", {{"level", "debug"}}).contains("result"));
        before.reset();

        TestServer after(&store);
        McpClient again(after.port(), "alice");
        again.resume(first.sessionId(), kRevision);
        const auto call = again.begin("tools/call", {{"name", "tell"}});
        QVERIFY(call->finish());
        QVERIFY2(call->body().contains("quiet"), call->body());
    }

    void shuttingDownEndsStreamsAndKeepsWhatIsStored()
    {
        MemoryStore store;
        TestServer server(&store);
        McpClient client(server.port(), "alice");
        QVERIFY(client.open(kRevision));
        const auto stream = client.listen();
        QVERIFY(stream->waitForHead());
        server.service().shutDown();
        QVERIFY(stream->finish());
        QCOMPARE(store.load().size(), 1);
    }
};

FLAREDECK_TEST(TestMcpService)

} // namespace tst_mcpservice

#include "tst_mcpservice.moc"
