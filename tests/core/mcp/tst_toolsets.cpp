#include "core/mcp/errorcodes.h"

#include "mcpclient.h"
#include "statelessclient.h"
#include "tests/support/testcase.h"
#include "testserver.h"

#include <QTest>

namespace tst_toolsets {

using namespace flaredeck;
using namespace flaredeck::mcp;

/// Addresses that have one toolset only: /numbers/mcp and /numbers/sse beside /mcp and /sse.
class TestToolsets : public QObject
{
    Q_OBJECT

    std::unique_ptr<TestServer> m_server;

    static QStringList names(const Json &listed)
    {
        QStringList names;
        for (const Json &tool : listed.at("result").at("tools"))
            names << json::stringAt(tool, "name").value_or(QString());
        return names;
    }

    const QStringList m_numbers{QStringLiteral("add"), QStringLiteral("count")};

private slots:
    void init() { m_server = std::make_unique<TestServer>(); }
    void cleanup() { m_server.reset(); }

    void aSessionThereSeesItsToolsOnly_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("its address") << QByteArray("/numbers/mcp");
        QTest::newRow("with a slash, as people type it") << QByteArray("/numbers/mcp/");
        QTest::newRow("Streamable HTTP at the older transport's") << QByteArray("/numbers/sse");
    }

    void aSessionThereSeesItsToolsOnly()
    {
        QFETCH(QByteArray, path);
        McpClient client(m_server->port(), "alice", path);
        QVERIFY(client.open("2025-11-25"));
        QCOMPARE(names(client.ask("tools/list")), m_numbers);
        QCOMPARE(client.call("add", {{"a", 2}, {"b", 3}}), QByteArray("5"));
        QCOMPARE(client.call("tell"), QByteArray("error -32602"));
    }

    void soDoesAStatelessClient()
    {
        StatelessClient client(m_server->port(), "alice", "/numbers/mcp");
        QCOMPARE(names(client.ask("tools/list")), m_numbers);
        QCOMPARE(textOf(client.ask("tools/call",
                                   {{"name", "add"}, {"arguments", {{"a", 2}, {"b", 3}}}})),
                 QByteArray("5"));
        QCOMPARE(errorCode(client.ask("tools/call", {{"name", "tell"}})), rpc::kInvalidParams);
    }

    void soDoesAClientOfHttpSse()
    {
        const http::Headers headers{{"Authorization", "Bearer alice"},
                                    {"Content-Type", "application/json"}};
        HttpCall stream(m_server->port(), "GET", "/numbers/sse", headers);
        QVERIFY(stream.waitForEvents(1));
        const QByteArray endpoint = stream.events().value(0).data;
        QVERIFY2(endpoint.startsWith("/numbers/sse/message?sessionId="), endpoint);

        const auto post = [&](const QByteArray &body) {
            HttpCall call(m_server->port(), "POST", endpoint, headers, body);
            return call.finish() ? call.status() : 0;
        };
        QCOMPARE(post(rpcMessage(1, "initialize", initializeParams("2024-11-05"))), 202);
        QCOMPARE(post(rpcMessage(2, "tools/list")), 202);
        QVERIFY(stream.waitForEvents(3));
        QCOMPARE(names(stream.event(2)), m_numbers);
    }

    void theWholeServerHasThemAll()
    {
        McpClient client(m_server->port(), "alice", "/mcp/");
        QVERIFY(client.open("2025-11-25"));
        QVERIFY(names(client.ask("tools/list")).size() > m_numbers.size());
        QVERIFY(!client.call("tell").startsWith("error"));
    }

    void oneSessionServesAllAddressesOfItsGrant()
    {
        McpClient whole(m_server->port(), "alice");
        QVERIFY(whole.open("2025-11-25"));
        McpClient numbers(m_server->port(), "alice", "/numbers/mcp");
        numbers.resume(whole.sessionId(), "2025-11-25");
        QCOMPARE(names(numbers.ask("tools/list")), m_numbers);

        McpClient stranger(m_server->port(), "bob", "/numbers/mcp");
        stranger.resume(whole.sessionId(), "2025-11-25");
        QCOMPARE(errorCode(stranger.ask("tools/list")), kSessionNotFound);
    }

    void everyoneIsIdentifiedThereToo()
    {
        HttpCall call(m_server->port(), "POST", "/numbers/mcp", {}, "{}");
        QVERIFY(call.finish());
        QCOMPARE(call.status(), 401);
        HttpCall unknown(m_server->port(), "POST", "/letters/mcp", {}, "{}");
        QVERIFY(unknown.finish());
        QCOMPARE(unknown.status(), 404);
    }
};

FLAREDECK_TEST(TestToolsets)

} // namespace tst_toolsets

#include "tst_toolsets.moc"
