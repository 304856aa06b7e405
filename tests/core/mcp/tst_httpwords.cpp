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
        QTest::newRow("what clients send")
            << QByteArray("application/json, text/event-stream") << true << true;
        QTest::newRow("case and parameters do not matter")
            << QByteArray("Text/Event-Stream;q=0.5 ,APPLICATION/JSON; charset=utf-8") << true
            << true;
        QTest::newRow("one of them") << QByteArray("application/json") << true << false;
        QTest::newRow("the other") << QByteArray("text/event-stream") << false << true;
        QTest::newRow("anything") << QByteArray("*/*") << true << true;
        QTest::newRow("any text") << QByteArray("text/*") << false << true;
        QTest::newRow("no part of a longer name")
            << QByteArray("application/jsonlines, text/event-streams") << false << false;
        QTest::newRow("nothing") << QByteArray("") << false << false;
        QTest::newRow("only commas") << QByteArray(",,") << false << false;
    }

    void readsAccept()
    {
        QFETCH(const QByteArray, accept);
        QFETCH(const bool, json);
        QFETCH(const bool, stream);
        const http::Headers headers{{"accept", accept}};
        QCOMPARE(accepts(headers, "application/json"), json);
        QCOMPARE(accepts(headers, "text/event-stream"), stream);
    }

    void severalAcceptLinesAreOneList()
    {
        const http::Headers headers{{"Accept", "application/json"},
                                    {"Accept", "text/event-stream"}};
        QVERIFY(accepts(headers, "application/json"));
        QVERIFY(accepts(headers, "text/event-stream"));
        QVERIFY(!accepts({}, "application/json"));
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
