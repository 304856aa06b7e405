#include "core/mcp/transports/ssetransport.h"

#include "core/mcp/errorcodes.h"

#include "mcpclient.h"
#include "tests/support/testcase.h"
#include "testserver.h"

#include <QTest>

namespace tst_ssetransport {

using namespace flaredeck;
using namespace flaredeck::mcp;

/// Conversations over HTTP+SSE, once per revision that a client may negotiate over it.
class TestSseTransport : public QObject
{
    Q_OBJECT

    std::unique_ptr<TestServer> m_server;
    std::unique_ptr<HttpCall> m_stream;
    int m_nextId = 1;

    [[nodiscard]] http::Headers headersOf(const QByteArray &token) const
    {
        return {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}};
    }

    [[nodiscard]] QByteArray endpoint() const { return m_stream->events().value(0).data; }

    /// Posts a message; the status of the answer.
    int post(const QByteArray &body, const QByteArray &token = "alice")
    {
        HttpCall call(m_server->port(), "POST", endpoint(), headersOf(token), body);
        return call.finish() ? call.status() : 0;
    }

    /// Sends a request and waits for the next message of the stream.
    Json ask(const QByteArray &method, const Json &params = Json::object())
    {
        const int before = int(m_stream->events().size());
        if (post(rpcMessage(m_nextId++, method, params)) != 202 ||
            !m_stream->waitForEvents(before + 1))
            return {};
        return m_stream->event(before);
    }

private slots:
    void initTestCase_data()
    {
        QTest::addColumn<QByteArray>("revision");
        for (const char *name : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
            QTest::newRow(name) << QByteArray(name);
    }

    void init()
    {
        m_server = std::make_unique<TestServer>();
        m_stream = std::make_unique<HttpCall>(m_server->port(), "GET", "/sse?sessionId=mine",
                                              headersOf("alice"));
        QVERIFY(m_stream->waitForEvents(1));
    }

    void cleanup()
    {
        m_stream.reset();
        m_server.reset();
    }

    void theStreamOpensWithTheEndpoint()
    {
        QVERIFY(m_stream->isStream());
        QCOMPARE(m_stream->events().first().name, QByteArray("endpoint"));
        QVERIFY(endpoint().startsWith("/sse/message?sessionId="));
        QVERIFY(!endpoint().contains("mine")); // an id is never the client's choice
    }

    void aConversation()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        const Json welcome = ask("initialize", initializeParams(revision));
        QCOMPARE(welcome.at("result").value("protocolVersion", ""), revision.toStdString());
        QCOMPARE(post(rpcMessage(nullptr, "notifications/initialized")), 202);
        QCOMPARE(json::print(ask("ping").at("result")), QByteArray("{}"));
        QCOMPARE(ask("tools/list").at("result").at("tools").size(), 6U);
        QCOMPARE(textOf(ask("tools/call", {{"name", "add"}, {"arguments", {{"a", 40}, {"b", 2}}}})),
                 QByteArray("42"));
        QCOMPARE(m_stream->events().last().name, QByteArray("message"));
        QCOMPARE(errorCode(ask("initialize", initializeParams(revision))), rpc::kInvalidRequest);
        QCOMPARE(textOf(ask("tools/call", {{"name", "remember"}, {"arguments", {{"value", "x"}}}})),
                 QByteArray("nothing"));
        QCOMPARE(textOf(ask("tools/call", {{"name", "remember"}})), QByteArray("x"));
    }

    /// Whoever was given this address and speaks the newer transport need not know better.
    void streamableHttpIsServedHereToo()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        http::Headers headers = McpClient(m_server->port(), "alice").headers();
        HttpCall hello(m_server->port(), "POST", "/sse", headers,
                       rpcMessage(1, "initialize", initializeParams(revision)));
        QVERIFY(hello.finish());
        QCOMPARE(hello.status(), 200);
        headers.append("Mcp-Session-Id", hello.header("Mcp-Session-Id"));
        HttpCall list(m_server->port(), "POST", "/sse", headers, rpcMessage(2, "tools/list"));
        QVERIFY(list.finish());
        QCOMPARE(list.json().at("result").at("tools").size(), 6U);
        HttpCall stream(m_server->port(), "GET", "/sse", headers);
        QVERIFY(stream.waitForHead());
        emit m_server->tools()->listChanged();
        QVERIFY(stream.waitForEvents(1));
        QCOMPARE(stream.events().constFirst().name, QByteArray("message")); // and no endpoint
        HttpCall end(m_server->port(), "DELETE", "/sse", headers);
        QVERIFY(end.finish());
        QCOMPARE(end.status(), 204);
    }

    void progressAndAnswerComeInOrder()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        QVERIFY(ask("initialize", initializeParams(revision)).contains("result"));
        const int before = int(m_stream->events().size());
        QCOMPARE(post(rpcMessage("c", "tools/call",
                                 {{"name", "count"},
                                  {"arguments", {{"steps", 2}}},
                                  {"_meta", {{"progressToken", 7}}}})),
                 202);
        QVERIFY(m_stream->waitForEvents(before + 3));
        QCOMPARE(m_stream->event(before).at("params").value("progressToken", 0), 7);
        QCOMPARE(textOf(m_stream->event(before + 2)), QByteArray("counted"));
    }

    void aCancelledCallIsNotAnswered()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        QVERIFY(ask("initialize", initializeParams(revision)).contains("result"));
        const Json endless{{"name", "count"}, {"arguments", {{"steps", 1000000}}}};
        QCOMPARE(post(rpcMessage("c", "tools/call", endless)), 202);
        QTRY_COMPARE(*m_server->tools()->counting(), 1);
        QCOMPARE(post(rpcMessage("c", "ping")), 400); // the id is taken
        QCOMPARE(post(rpcMessage(nullptr, "notifications/cancelled", {{"requestId", "c"}})), 202);
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
        const Json next = ask("ping");
        QVERIFY(next.contains("result"));
        QCOMPARE(m_stream->events().size(), 3); // endpoint, initialize, ping
    }

    void theSessionEndsWithItsStream()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        QVERIFY(ask("initialize", initializeParams(revision)).contains("result"));
        const Json endless{{"name", "count"}, {"arguments", {{"steps", 1000000}}}};
        QCOMPARE(post(rpcMessage("c", "tools/call", endless)), 202);
        QTRY_COMPARE(*m_server->tools()->counting(), 1);
        m_stream->hangUp();
        QTRY_VERIFY(m_server->service().sessions().isEmpty());
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
        QCOMPARE(post(rpcMessage(2, "ping")), 404);
    }

    void batchesBelongToOneRevision()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        QVERIFY(ask("initialize", initializeParams(revision)).contains("result"));
        const int before = int(m_stream->events().size());
        const int status =
            post('[' + rpcMessage("a", "ping") + ',' + rpcMessage("b", "ping") + ']');
        QCOMPARE(status, revision == "2025-03-26" ? 202 : 400);
        if (status == 202)
            QVERIFY(m_stream->waitForEvents(before + 2));
    }

    void theToolsChanged()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        QVERIFY(ask("initialize", initializeParams(revision)).contains("result"));
        const int before = int(m_stream->events().size());
        CallerIdentity alice;
        alice.grant = {QStringLiteral("alice")};
        m_server->service().identityChanged(std::make_shared<const CallerIdentity>(alice));
        QVERIFY(m_stream->waitForEvents(before + 1));
        QCOMPARE(m_stream->event(before).value("method", ""),
                 std::string("notifications/tools/list_changed"));
    }

    void onlyPingGoesBeforeInitialize()
    {
        QVERIFY(ask("ping").contains("result"));
        QCOMPARE(errorCode(ask("tools/list")), rpc::kInvalidRequest);
        QCOMPARE(errorCode(ask("initialize")), rpc::kInvalidParams);
        QCOMPARE(post('[' + rpcMessage(1, "ping") + ']'), 400);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("allow");
        const QByteArray ping = rpcMessage(1, "ping");
        const QByteArray jsonType = "application/json";
        const QByteArray none;
        QTest::newRow("PUT to the stream")
            << QByteArray("PUT") << QByteArray("/sse") << QByteArray("alice") << jsonType << ping
            << 405 << QByteArray("GET, POST, DELETE");
        QTest::newRow("GET of the messages")
            << QByteArray("GET") << QByteArray("/sse/message") << QByteArray("alice") << jsonType
            << none << 405 << QByteArray("POST");
        QTest::newRow("no session id") << QByteArray("POST") << QByteArray("/sse/message")
                                       << QByteArray("alice") << jsonType << ping << 400 << none;
        QTest::newRow("an unknown session")
            << QByteArray("POST") << QByteArray("/sse/message?sessionId=x") << QByteArray("alice")
            << jsonType << ping << 404 << none;
        QTest::newRow("the session of somebody else")
            << QByteArray("POST") << none << QByteArray("bob") << jsonType << ping << 404 << none;
        QTest::newRow("another type") << QByteArray("POST") << none << QByteArray("alice")
                                      << QByteArray("text/plain") << ping << 400 << none;
        QTest::newRow("no JSON") << QByteArray("POST") << none << QByteArray("alice") << jsonType
                                 << QByteArray("{") << 400 << none;
        QTest::newRow("no JSON-RPC") << QByteArray("POST") << none << QByteArray("alice")
                                     << jsonType << QByteArray("{}") << 400 << none;
    }

    void refuses()
    {
        QFETCH(const QByteArray, method);
        QFETCH(const QByteArray, target);
        QFETCH(const QByteArray, token);
        QFETCH(const QByteArray, type);
        QFETCH(const QByteArray, body);
        QFETCH(const int, status);
        QFETCH(const QByteArray, allow);
        http::Headers headers = headersOf(token);
        headers.set("Content-Type", type);
        HttpCall call(m_server->port(), method, target.isEmpty() ? endpoint() : target, headers,
                      body);
        QVERIFY(call.finish());
        QCOMPARE(call.status(), status);
        QCOMPARE(call.header("Allow"), allow);
        QVERIFY(errorCode(call.json()) != 0);
        QCOMPARE(m_stream->events().size(), 1);
    }

    /// Neither transport opens the sessions of the other.
    void sessionsBelongToTheirTransport()
    {
        McpClient streamable(m_server->port(), "alice");
        streamable.resume(endpoint().mid(endpoint().indexOf('=') + 1), "2025-11-25");
        QCOMPARE(errorCode(streamable.ask("ping")), kSessionNotFound);
        QVERIFY(McpClient(m_server->port(), "alice").open("2025-11-25"));
    }
};

FLAREDECK_TEST(TestSseTransport)

} // namespace tst_ssetransport

#include "tst_ssetransport.moc"
