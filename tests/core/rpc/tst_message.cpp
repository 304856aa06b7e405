#include "core/rpc/message.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_message {

using namespace flaredeck;
using namespace flaredeck::rpc;

class TestMessage : public QObject
{
    Q_OBJECT

private slots:
    void readsWhatIsValid_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("id");

        const int request = int(Message::Kind::Request);
        const int notification = int(Message::Kind::Notification);
        const int response = int(Message::Kind::Response);
        QTest::newRow("a request with an integer id")
            << QByteArray(R"({"jsonrpc":"2.0","id":7,"method":"ping"})") << request
            << QByteArray("7");
        QTest::newRow("a negative id") << QByteArray(R"({"jsonrpc":"2.0","id":-7,"method":"ping"})")
                                       << request << QByteArray("-7");
        QTest::newRow("an id beyond 2^63 keeps every digit")
            << QByteArray(R"({"jsonrpc":"2.0","id":18446744073709551615,"method":"ping"})")
            << request << QByteArray("18446744073709551615");
        QTest::newRow("a string id stays a string")
            << QByteArray(R"({"jsonrpc":"2.0","id":"7","method":"ping"})") << request
            << QByteArray("\"7\"");
        QTest::newRow("an id written 1.0 is 1")
            << QByteArray(R"({"jsonrpc":"2.0","id":1.0,"method":"ping"})") << request
            << QByteArray("1");
        QTest::newRow("params null are none")
            << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":null})") << request
            << QByteArray("1");
        QTest::newRow("half a surrogate in the method")
            << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"\ud83d"})") << request
            << QByteArray("1");
        QTest::newRow("half a surrogate in the id")
            << QByteArray(R"({"jsonrpc":"2.0","id":"\ud83d","method":"ping"})") << request
            << QByteArray("\"\xef\xbf\xbd\"");
        QTest::newRow("unknown members pass")
            << QByteArray(
                   R"({"jsonrpc":"2.0","id":1,"method":"ping","extra":[1],"params":{"x":1}})")
            << request << QByteArray("1");
        QTest::newRow("no id makes a notification")
            << QByteArray(R"({"jsonrpc":"2.0","method":"notifications/initialized"})")
            << notification << QByteArray();
        QTest::newRow("a result is a response")
            << QByteArray(R"({"jsonrpc":"2.0","id":1,"result":{}})") << response << QByteArray("1");
        QTest::newRow("an error about an unreadable request has no id")
            << QByteArray(R"({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}})")
            << response << QByteArray();
    }

    void readsWhatIsValid()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const int, kind);
        QFETCH(const QByteArray, id);
        const auto payload = parse(body);
        QVERIFY2(payload, payload ? "" : qPrintable(payload.error().error.message));
        QVERIFY(!payload->isBatch);
        QCOMPARE(payload->messages.size(), 1U);
        QCOMPARE(int(payload->messages.front().kind), kind);
        QCOMPARE(payload->messages.front().id.json(), id);
    }

    void refusesWhatIsNot_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("answeredId");

        const auto row = [](const char *name, const QByteArray &body, int code,
                            const QByteArray &id = "null") {
            QTest::newRow(name) << body << code << id;
        };
        row("nothing at all", "", kParseError);
        row("half a document", R"({"jsonrpc":"2.0",)", kParseError);
        row("two documents", R"({"jsonrpc":"2.0","method":"a"}{})", kParseError);
        row("broken UTF-8", "{\"jsonrpc\":\"2.0\",\"method\":\"\xff\"}", kParseError);
        row("nesting without end", QByteArray(100000, '['), kParseError);
        row("a number", "1", kInvalidRequest);
        row("no version", R"({"id":1,"method":"ping"})", kInvalidRequest, "1");
        row("version 1.0", R"({"jsonrpc":"1.0","id":1,"method":"ping"})", kInvalidRequest, "1");
        row("a version that is a number", R"({"jsonrpc":2.0,"id":1,"method":"ping"})",
            kInvalidRequest, "1");
        row("a method that is no string", R"({"jsonrpc":"2.0","id":1,"method":5})", kInvalidRequest,
            "1");
        row("the id null", R"({"jsonrpc":"2.0","id":null,"method":"ping"})", kInvalidRequest);
        row("a fraction as id", R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})", kInvalidRequest,
            "1.5");
        row("a number too large to be exact", R"({"jsonrpc":"2.0","id":1e300,"method":"ping"})",
            kInvalidRequest, "1e+300");
        row("an object as id", R"({"jsonrpc":"2.0","id":{},"method":"ping"})", kInvalidRequest);
        row("params that are a string", R"({"jsonrpc":"2.0","id":1,"method":"ping","params":"x"})",
            kInvalidRequest, "1");
        row("neither method nor result", R"({"jsonrpc":"2.0","id":"a"})", kInvalidRequest, "\"a\"");
        row("result and error at once",
            R"({"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}})",
            kInvalidRequest, "1");
        row("a result for nobody", R"({"jsonrpc":"2.0","id":null,"result":{}})", kInvalidRequest);
        row("an empty batch", "[]", kInvalidRequest);
        row("a batch with one wrong element", R"([{"jsonrpc":"2.0","id":1,"method":"ping"},1])",
            kInvalidRequest);
        QByteArray many = "[";
        for (int i = 0; i <= kMaxBatch; ++i)
            many += QByteArray(i ? "," : "") + R"({"jsonrpc":"2.0","method":"x"})";
        row("one message more than a batch may hold", many + ']', kInvalidRequest);
    }

    void refusesWhatIsNot()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const int, code);
        QFETCH(const QByteArray, answeredId);
        const auto payload = parse(body);
        QVERIFY(!payload);
        QCOMPARE(payload.error().error.code, code);
        QVERIFY(!payload.error().error.message.isEmpty());
        const QByteArray answer = errorMessage(payload.error().id, payload.error().error);
        QVERIFY2(answer.contains("\"id\":" + answeredId + ','), answer);
    }

    void aBatchKeepsTheOrder()
    {
        const auto payload = parse(R"([{"jsonrpc":"2.0","id":1,"method":"a"},
            {"jsonrpc":"2.0","method":"b"},{"jsonrpc":"2.0","id":2,"method":"c"}])");
        QVERIFY(payload);
        QVERIFY(payload->isBatch);
        QCOMPARE(payload->requestCount(), 2);
        QCOMPARE(payload->messages.at(1).method, std::string("b"));
        QCOMPARE(payload->messages.at(2).id.json(), "2");
    }

    void printsWhatItReads()
    {
        const auto id = RequestId::fromJson(Json("a\"b\n"));
        QVERIFY(id);
        const QByteArray result = "{\"jsonrpc\":\"2.0\",\"id\":\"a\\\"b\\n\",\"result\":{\"x\":1}}";
        QCOMPARE(resultMessage(*id, "{\"x\":1}"), result);
        const QByteArray error =
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}})";
        QCOMPARE(errorMessage(std::nullopt, {kParseError, QStringLiteral("no"), nullptr}), error);
        const QByteArray withParams = R"({"jsonrpc":"2.0","method":"n","params":{"a":1}})";
        QCOMPARE(notification("n", Json{{"a", 1}}), withParams);
        const QByteArray without = R"({"jsonrpc":"2.0","method":"n"})";
        QCOMPARE(notification("n"), without);
    }

    void internalErrorsKeepTheirCause()
    {
        const Error error{Error::Kind::InvalidInput, QStringLiteral("Bad."),
                          QStringLiteral("Mend it.")};
        QCOMPARE(toRpcError(error), (RpcError{kInvalidParams, QStringLiteral("Bad. Mend it.")}));
        QCOMPARE(toRpcError({Error::Kind::Storage, QStringLiteral("Full.")}).code, kInternalError);
    }
};

FLAREDECK_TEST(TestMessage)

} // namespace tst_message

#include "tst_message.moc"
