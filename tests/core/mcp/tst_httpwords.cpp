#include "core/mcp/transports/httpwords.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_httpwords {

using namespace flaredeck;
using namespace flaredeck::mcp;

class TestHttpWords : public QObject
{
    Q_OBJECT

private slots:
    void readsAccept_data()
    {
        QTest::addColumn<QByteArray>("accept");
        QTest::addColumn<bool>("json");
        QTest::addColumn<bool>("stream");
        QTest::addColumn<bool>("prefersStream");
        const auto row = [](const char *name, const char *accept, bool json, bool stream,
                            bool prefersStream) {
            QTest::newRow(name) << QByteArray(accept) << json << stream << prefersStream;
        };
        row("what clients send", "application/json, text/event-stream", true, true, false);
        row("streams first", "text/event-stream, application/json", true, true, true);
        row("streams first, with a weight", "text/event-stream;q=0.9, application/json", true, true,
            false);
        row("case and parameters do not matter",
            "Text/Event-Stream;q=0.5 ,APPLICATION/JSON; charset=utf-8", true, true, false);
        row("one of them", "application/json", true, false, false);
        row("the other", "text/event-stream", false, true, true);
        row("anything", "*/*", true, true, false);
        row("any text", "text/*", false, true, false);
        row("no part of a longer name", "application/jsonlines, text/event-streams", false, false,
            false);
        row("nothing", "", false, false, false);
        row("only commas", ",,", false, false, false);
    }

    void readsAccept()
    {
        QFETCH(const QByteArray, accept);
        const Accepted accepted = Accepted::of({{"accept", accept}});
        QTEST(accepted.json, "json");
        QTEST(accepted.stream, "stream");
        QTEST(accepted.prefersStream, "prefersStream");
    }

    void severalAcceptLinesAreOneList()
    {
        const Accepted accepted =
            Accepted::of({{"Accept", "application/json"}, {"Accept", "text/event-stream"}});
        QVERIFY(accepted.json && accepted.stream && !accepted.prefersStream);
    }

    void aMissingAcceptIsAnything()
    {
        const Accepted accepted = Accepted::of({{"Content-Type", "application/json"}});
        QVERIFY(accepted.json && accepted.stream && !accepted.prefersStream);
    }

    void equalMembersAreOneValue_data()
    {
        QTest::addColumn<QByteArrayList>("lines");
        QTest::addColumn<bool>("isOne");
        QTest::addColumn<QByteArray>("value");
        const auto row = [](const char *name, const QByteArrayList &lines, bool isOne,
                            const QByteArray &value = {}) {
            QTest::newRow(name) << lines << isOne << value;
        };
        row("none", {}, true);
        row("one", {"a"}, true, "a");
        row("joined", {"a, a"}, true, "a");
        row("joined without a space, thrice", {"a,a,a"}, true, "a");
        row("two lines", {"a", "a"}, true, "a");
        row("a line and a joined one", {"a", " a ,a"}, true, "a");
        row("empty members are none", {",a,, a", ""}, true, "a");
        row("two", {"a, b"}, false);
        row("two in two lines", {"a", "b"}, false);
        row("two, the first of them twice", {"a, a", "b"}, false);
        row("case matters", {"a, A"}, false);
    }

    void equalMembersAreOneValue()
    {
        QFETCH(const QByteArrayList, lines);
        QFETCH(const bool, isOne);
        for (const char *name : {"MCP-Protocol-Version", "Mcp-Session-Id", "Mcp-Method",
                                 "Last-Event-ID", "cf-account-id"}) {
            http::Headers headers{{"Accept", "x, y"}};
            for (const QByteArray &line : lines)
                headers.append(QByteArray(name).toLower(), line);
            QCOMPARE(oneValue(headers, name).has_value(), isOne);
            QCOMPARE(!contradictionIn(headers, "cf-account-id"), isOne);
            if (isOne)
                QTEST(valueOf(headers, name), "value");
        }
    }

    void readsTheType_data()
    {
        QTest::addColumn<QByteArrayList>("lines");
        QTest::addColumn<bool>("isJson");
        QTest::newRow("as usual") << QByteArrayList{"application/json"} << true;
        QTest::newRow("with parameters")
            << QByteArrayList{"Application/JSON; charset=\"a,b\""} << true;
        QTest::newRow("joined") << QByteArrayList{"application/json, application/json"} << true;
        QTest::newRow("twice") << QByteArrayList{"application/json", "application/json"} << true;
        QTest::newRow("two types") << QByteArrayList{"application/json, text/plain"} << false;
        QTest::newRow("two lines") << QByteArrayList{"application/json", "text/plain"} << false;
        QTest::newRow("empty") << QByteArrayList{""} << false;
        QTest::newRow("none") << QByteArrayList{} << false;
    }

    void readsTheType()
    {
        QFETCH(const QByteArrayList, lines);
        http::Headers headers;
        for (const QByteArray &line : lines)
            headers.append("Content-Type", line);
        QTEST(mcp::isJson(headers), "isJson");
    }

    void refusalsNameTheCauseInJson()
    {
        const http::Response refused =
            refusal(400, {rpc::kInvalidRequest, QStringLiteral("Because.")});
        QCOMPARE(refused.status, 400);
        const auto body = json::parse(refused.body);
        QVERIFY(body);
        QCOMPARE(json::print(body->at("error").at("message")), QByteArray("\"Because.\""));
        QVERIFY(body->at("id").is_null());

        const http::Response wrongMethod = methodNotAllowed("GET");
        QCOMPARE(wrongMethod.status, 405);
        QCOMPARE(wrongMethod.headers.value("Allow"), "GET");
    }
};

FLAREDECK_TEST(TestHttpWords)

} // namespace tst_httpwords

#include "tst_httpwords.moc"
