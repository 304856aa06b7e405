#include "tests/core/remote/scriptedserver.h"
#include "tests/support/testcase.h"

namespace tst_remotetransfer {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::StringLiterals;

class TestRemoteTransfer : public QObject
{
    Q_OBJECT

private slots:
    void statusesAreErrorsInWords_data();
    void statusesAreErrorsInWords();
    void aRefusedTokenIsRenewedOnce_data();
    void aRefusedTokenIsRenewedOnce();
    void aMissingScopeIsTold();
    void aStreamThatIsCutGoesOnElsewhere();
    void aStreamThatIsCutWithoutAnIdFails();
    void aServerThatNeverAnswersIsNotAskedForEver();
    void brokenJsonOnAStreamEndsTheCall_data();
    void brokenJsonOnAStreamEndsTheCall();
    void tooMuchOfAnAnswerIsCutOff();
    void plainHttpIsForThisComputerOnly();
    void listsHaveBounds();
    void toolsWithMarksThatCannotBeObeyedAreLeftOut();
};

void TestRemoteTransfer::statusesAreErrorsInWords_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("kind");
    QTest::newRow("301") << 301 << int(Error::Kind::Upstream);
    QTest::newRow("307") << 307 << int(Error::Kind::Upstream);
    QTest::newRow("401") << 401 << int(Error::Kind::Unauthorized);
    QTest::newRow("403") << 403 << int(Error::Kind::Denied);
    QTest::newRow("410") << 410 << int(Error::Kind::Upstream);
    QTest::newRow("429") << 429 << int(Error::Kind::RateLimited);
    QTest::newRow("500") << 500 << int(Error::Kind::Upstream);
    QTest::newRow("202") << 202 << int(Error::Kind::Upstream);
}

void TestRemoteTransfer::statusesAreErrorsInWords()
{
    QFETCH(int, status);
    QFETCH(int, kind);
    RemoteFixture f;
    f.server.speakModern();
    f.server.on("tools/call", http::Response::empty(status, {{"Location", "http://127.0.0.1:1/"},
                                                             {"Retry-After", "7"}}));
    f.connect();
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(!outcome->value());
    QCOMPARE(int(outcome->value().error().kind), kind);
    QCOMPARE(outcome->value().error().retryAfterSeconds, status == 429 ? 7 : 0);
    QCOMPARE(f.server.count("tools/call"), 1);
}

void TestRemoteTransfer::aRefusedTokenIsRenewedOnce_data()
{
    QTest::addColumn<bool>("isGoodThen");
    QTest::newRow("the next one is good") << true;
    QTest::newRow("so is none") << false;
}

void TestRemoteTransfer::aRefusedTokenIsRenewedOnce()
{
    QFETCH(bool, isGoodThen);
    RemoteFixture f;
    f.server.speakModern();
    f.server.on("tools/call", http::Response::empty(
                                  401, {{"WWW-Authenticate", "Bearer error=\"invalid_token\""}}));
    if (isGoodThen)
        f.server.result("tools/call", kDone);
    int number = 1;
    remote::Bearer bearer;
    bearer.token = [&number](std::stop_token) -> Task<Result<Secret>> {
        co_return Result<Secret>(Secret("token-" + QByteArray::number(number)));
    };
    bearer.reject = [&number](const Secret &) { ++number; };
    f.connect(bearer);
    QSignalSpy told(f.connection.get(), &remote::Connection::challenged);
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QCOMPARE(outcome->value().has_value(), isGoodThen);
    QCOMPARE(told.count(), isGoodThen ? 0 : 1);
    const auto seen = f.server.all("tools/call");
    QCOMPARE(seen.size(), 2);
    QCOMPARE(seen.at(0).headers.value("Authorization"), "Bearer token-1");
    QCOMPARE(seen.at(1).headers.value("Authorization"), "Bearer token-2");
}

void TestRemoteTransfer::aMissingScopeIsTold()
{
    RemoteFixture f;
    f.server.speakModern();
    const QByteArray challenge = "Bearer error=\"insufficient_scope\", scope=\"kv:write\"";
    f.server.on("tools/call", http::Response::empty(403, {{"WWW-Authenticate", challenge}}));
    f.connect();
    QSignalSpy told(f.connection.get(), &remote::Connection::challenged);
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(outcome->value().error().message.contains(u"kv:write"_s));
    QCOMPARE(told.count(), 1);
    QCOMPARE(told.first().first().toByteArray(), challenge);
}

void TestRemoteTransfer::aStreamThatIsCutGoesOnElsewhere()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("tools/call");
    f.server.stream("GET");
    f.connect();
    const auto outcome = f.call();
    QTRY_COMPARE(f.server.streams.size(), 1);
    f.server.streams.first()->write("id: e-1\nretry: 100\ndata:\n\nid: e-2\ndata: {\"half");
    f.server.streams.first()->end();
    QTRY_COMPARE(f.server.streams.size(), 2);
    QCOMPARE(f.server.all("GET").first().headers.value("Last-Event-ID"), "e-1");
    const Json request = f.server.all("tools/call").first().message;
    f.server.streams.last()->write(
        sse({{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", kDone}}));
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(outcome->value());
    QCOMPARE(f.server.count("tools/call"), 1);
}

void TestRemoteTransfer::aStreamThatIsCutWithoutAnIdFails()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("tools/call");
    f.connect();
    const auto outcome = f.call();
    QTRY_COMPARE(f.server.streams.size(), 1);
    f.server.streams.first()->write(": nothing\n\n");
    f.server.streams.first()->end();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(!outcome->value());
    QVERIFY(!outcome->value().error().action.isEmpty());
    QCOMPARE(f.server.count("GET"), 0);
}

void TestRemoteTransfer::aServerThatNeverAnswersIsNotAskedForEver()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("tools/call");
    f.server.on("GET", [](const Json &, const auto &exchange) {
        exchange->startStream();
        exchange->write("retry: 0\n\n");
        exchange->end();
    });
    f.connect();
    const auto outcome = f.call();
    QTRY_COMPARE(f.server.streams.size(), 1);
    f.server.streams.first()->write("id: e-1\nretry: 0\ndata:\n\n");
    f.server.streams.first()->end();
    QTRY_VERIFY_WITH_TIMEOUT(outcome->has_value(), 60'000);
    QVERIFY(!outcome->value());
    QCOMPARE(f.server.count("GET"), 20);
}

void TestRemoteTransfer::brokenJsonOnAStreamEndsTheCall_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::newRow("cut") << QByteArray("{\"jsonrpc\":");
    QTest::newRow("a giant number") << QByteArray("{\"id\":1e9999}");
    QTest::newRow("too deep") << QByteArray(100'000, '[');
}

void TestRemoteTransfer::brokenJsonOnAStreamEndsTheCall()
{
    QFETCH(QByteArray, data);
    RemoteFixture f;
    f.server.speakModern();
    f.server.stream("tools/call");
    f.connect();
    const auto outcome = f.call();
    QTRY_COMPARE(f.server.streams.size(), 1);
    f.server.streams.first()->write("data: " + data + "\n\n");
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(!outcome->value());
}

void TestRemoteTransfer::tooMuchOfAnAnswerIsCutOff()
{
    RemoteFixture f;
    f.server.speakModern();
    f.server.stream("tools/call");
    f.connect();
    const auto outcome = f.call();
    QTRY_COMPARE(f.server.streams.size(), 1);
    const QByteArray comment = ':' + QByteArray(1 << 20, 'x') + "\n\n";
    for (int i = 0; i < 9; ++i)
        f.server.streams.first()->write(comment);
    QTRY_VERIFY(outcome->has_value());
    QCOMPARE(int(outcome->value().error().kind), int(Error::Kind::Upstream));
}

void TestRemoteTransfer::plainHttpIsForThisComputerOnly()
{
    ManualClock clock;
    for (const QString &url : {u"http://example.com/mcp"_s, u"ftp://localhost/mcp"_s}) {
        remote::Connection connection(std::make_shared<remote::Lanes>(),
                                      {u"t"_s, u"T"_s, QUrl(url), false, true}, {}, {}, clock);
        const auto tools = QCoro::waitFor(connection.listTools({}));
        QVERIFY(!tools);
        QCOMPARE(int(tools.error().kind), int(Error::Kind::InvalidInput));
    }
}

void TestRemoteTransfer::listsHaveBounds()
{
    RemoteFixture f;
    f.server.speakModern();
    int page = 0;
    f.server.on("tools/list", [&page](const Json &message, const auto &exchange) {
        ++page;
        const std::string name = "tool-" + std::to_string(page);
        const Json large{{"name", "large"}, {"description", std::string(300 * 1024, 'x')}};
        exchange->respond(rpcResult(
            message,
            {{"tools",
              {{{"name", name}}, {{"name", "twice"}}, large, {{"name", std::string(129, 'x')}}, 5}},
             {"nextCursor", name}}));
    });
    f.connect();
    const auto listed = f.list();
    QTRY_VERIFY_WITH_TIMEOUT(listed->has_value(), 60'000);
    QVERIFY(listed->value());
    QCOMPARE(page, 50);
    QCOMPARE(listed->value()->size(), 51);
}

void TestRemoteTransfer::toolsWithMarksThatCannotBeObeyedAreLeftOut()
{
    RemoteFixture f;
    f.server.speakModern();
    const Json marked = *json::parse(
        R"({"name":"bad","inputSchema":{"properties":{"a":{"type":"object","x-mcp-header":"A"}}}})");
    f.server.result("tools/list", {{"tools", {{{"name", "good"}}, marked}}});
    f.connect();
    const auto listed = f.list();
    QTRY_VERIFY(listed->has_value());
    QCOMPARE(listed->value()->size(), 1);
}

FLAREDECK_TEST(TestRemoteTransfer)

} // namespace tst_remotetransfer

#include "tst_remotetransfer.moc"
