#include "core/mcp/httpwords.h"

#include <QTest>

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
        QVERIFY(!Accepted::of({}).json);
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

QTEST_GUILESS_MAIN(TestHttpWords)
#include "tst_httpwords.moc"
