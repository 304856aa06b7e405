#include "tests/core/remote/scriptedserver.h"
#include "tests/support/testcase.h"

namespace tst_remotehandshake {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::StringLiterals;

class TestRemoteHandshake : public QObject
{
    Q_OBJECT

private slots:
    void theNewerEraIsTriedFirst();
    void olderServersAreInitialized_data();
    void olderServersAreInitialized();
    void aRefusalSaysNothingOfTheEra_data();
    void aRefusalSaysNothingOfTheEra();
    void whatIsRefusedAndYetSupportedIsTriedAgain();
    void aRememberedRevisionThatIsNoLongerSpokenIsForgotten();
    void aSessionThatIsGoneIsMadeAnewOnce_data();
    void aSessionThatIsGoneIsMadeAnewOnce();
    void aSessionWhoseIdIsNoneIsNotTaken();
    void anUnknownRevisionIsRefused();
    void manyCallsShareOneHandshake();
    void closingEndsTheSession();
};

void TestRemoteHandshake::theNewerEraIsTriedFirst()
{
    RemoteFixture f;
    f.server.speakModern();
    f.server.result("tools/call", kDone);
    f.connect();
    QSignalSpy told(f.connection.get(), &remote::Connection::spokenChanged);
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(outcome->value());
    QCOMPARE(f.connection->spoken().name, u"2026-07-28"_s);
    QCOMPARE(told.count(), 1);
    QCOMPARE(f.server.count("initialize"), 0);
    const auto seen = f.server.all("tools/call").first();
    QCOMPARE(seen.headers.value("MCP-Protocol-Version"), "2026-07-28");
    QCOMPARE(seen.headers.value("Mcp-Method"), "tools/call");
    QCOMPARE(seen.headers.value("Mcp-Name"), "tool");
    QVERIFY(!seen.headers.contains("Mcp-Session-Id"));
    QVERIFY(seen.message["params"]["_meta"].contains("io.modelcontextprotocol/clientInfo"));
}

void TestRemoteHandshake::olderServersAreInitialized_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("400")
        << 400
        << QByteArray(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"x"}})");
    QTest::newRow("404") << 404 << QByteArray();
    QTest::newRow("405") << 405 << QByteArray();
    QTest::newRow("a page") << 200 << QByteArray("<html>");
    QTest::newRow("no such method")
        << 200 << QByteArray(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"x"}})");
    QTest::newRow("older revisions only")
        << 200
        << QByteArray(R"({"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2025-11-25"]}})");
}

void TestRemoteHandshake::olderServersAreInitialized()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    RemoteFixture f;
    f.server.on("server/discover",
                http::Response{status, {{"Content-Type", "application/json"}}, body});
    f.server.speakLegacy();
    f.server.result("tools/call", kDone);
    f.connect();
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(outcome->value());
    QCOMPARE(f.connection->spoken().name, u"2025-11-25"_s);
    QCOMPARE(f.connection->serverVersion(), u"scripted 1"_s);
    QVERIFY(!f.server.all("initialize").first().headers.contains("MCP-Protocol-Version"));
    for (const QByteArray what : {"notifications/initialized", "tools/call"}) {
        const auto seen = f.server.all(what).first();
        QCOMPARE(seen.headers.value("MCP-Protocol-Version"), "2025-11-25");
        QCOMPARE(seen.headers.value("Mcp-Session-Id"), "session-1");
    }
}

void TestRemoteHandshake::aRefusalSaysNothingOfTheEra_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("code");
    for (const int status : {307, 401, 403, 429, 500, 503})
        QTest::addRow("%d", status) << status << 0;
    QTest::newRow("an error of the newer era") << 400 << -32021;
}

void TestRemoteHandshake::aRefusalSaysNothingOfTheEra()
{
    QFETCH(int, status);
    QFETCH(int, code);
    RemoteFixture f;
    f.server.on("server/discover", code ? rpcError(status, code) : http::Response::empty(status));
    f.connect();
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(!outcome->value());
    QCOMPARE(f.server.count("initialize"), 0);
    QVERIFY(f.connection->spoken().name.isEmpty());
}

void TestRemoteHandshake::whatIsRefusedAndYetSupportedIsTriedAgain()
{
    RemoteFixture f;
    f.server.on("server/discover", rpcError(400, -32022, {{"supported", {"2026-07-28"}}}));
    f.server.speakModern();
    f.server.result("tools/call", kDone);
    f.connect();
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(outcome->value());
    QCOMPARE(f.server.count("server/discover"), 2);
}

void TestRemoteHandshake::aRememberedRevisionThatIsNoLongerSpokenIsForgotten()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.on("tools/call", rpcError(400, -32022, {{"supported", {"2025-11-25"}}}));
    f.server.result("tools/call", kDone);
    f.connect({}, {u"2026-07-28"_s, f.clock.now()});
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(outcome->value());
    QCOMPARE(f.connection->spoken().name, u"2025-11-25"_s);
}

void TestRemoteHandshake::aSessionThatIsGoneIsMadeAnewOnce_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("handshakes");
    QTest::newRow("404") << 404 << -32001 << 2;
    QTest::newRow("404 without words") << 404 << 0 << 2;
    QTest::newRow("400") << 400 << -32000 << 2;
    QTest::newRow("400 for its parameters") << 400 << -32602 << 1;
}

void TestRemoteHandshake::aSessionThatIsGoneIsMadeAnewOnce()
{
    QFETCH(int, status);
    QFETCH(int, code);
    QFETCH(int, handshakes);
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.on("tools/call", code ? rpcError(status, code) : http::Response::empty(status));
    f.connect();
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(!outcome->value());
    QCOMPARE(f.server.count("initialize"), handshakes);
    QCOMPARE(f.server.count("tools/call"), handshakes);
}

void TestRemoteHandshake::aSessionWhoseIdIsNoneIsNotTaken()
{
    RemoteFixture f;
    f.server.speakLegacy("two words");
    f.server.result("tools/call", kDone);
    f.connect();
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(!f.server.all("tools/call").first().headers.contains("Mcp-Session-Id"));
}

void TestRemoteHandshake::anUnknownRevisionIsRefused()
{
    RemoteFixture f;
    f.server.on("server/discover", http::Response::empty(404));
    f.server.result("initialize", {{"protocolVersion", "2099-01-01"}});
    f.connect();
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(!outcome->value());
    QVERIFY(outcome->value().error().message.contains(u"2099-01-01"_s));
    QCOMPARE(f.server.count("tools/call"), 0);
}

void TestRemoteHandshake::manyCallsShareOneHandshake()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.result("tools/call", kDone);
    f.connect();
    QList<RemoteFixture::Outcome> outcomes;
    for (int i = 0; i < 20; ++i)
        outcomes << f.call(std::make_shared<Client>(), {{"number", i}});
    for (const auto &outcome : outcomes) {
        QTRY_VERIFY(outcome->has_value());
        QVERIFY(outcome->value());
    }
    QCOMPARE(f.server.count("initialize"), 1);
    QSet<QByteArray> tokens;
    for (const auto &seen : f.server.all("tools/call")) {
        QCOMPARE(json::print(seen.message["params"]["_meta"]["progressToken"]),
                 json::print(seen.message["id"]));
        tokens << json::print(seen.message["id"]);
    }
    QCOMPARE(tokens.size(), 20);
}

void TestRemoteHandshake::closingEndsTheSession()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.result("tools/call", kDone);
    f.connect();
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    f.connection->close();
    QTRY_COMPARE(f.server.count("DELETE"), 1);
    QCOMPARE(f.server.all("DELETE").first().headers.value("Mcp-Session-Id"), "session-1");
}

FLAREDECK_TEST(TestRemoteHandshake)

} // namespace tst_remotehandshake

#include "tst_remotehandshake.moc"
