#include "core/providers/cloudflare/workerlogs.h"

#include "tests/core/provider/comparejson.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_workerlogs {

using namespace flaredeck;
using namespace flaredeck::cloudflare;
using namespace Qt::Literals::StringLiterals;

class TestWorkerLogs : public QObject
{
    Q_OBJECT

private slots:
    void filtersFollowFromTheArguments_data();
    void filtersFollowFromTheArguments();
    void shortensEvents_data();
    void shortensEvents();
    void theQueryIsComplete();
};

void TestWorkerLogs::filtersFollowFromTheArguments_data()
{
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<QString>("ids");
    QTest::newRow("a Worker") << QByteArray(R"({"scriptName":"w"})") << u"worker-name-filter"_s;
    QTest::newRow("only errors of a Worker")
        << QByteArray(R"({"scriptName":"w","shouldFilterErrors":true})")
        << u"worker-name-filter error-filter"_s;
    QTest::newRow("one request of a Worker")
        << QByteArray(R"({"scriptName":"w","rayId":"r"})") << u"worker-name-filter ray-id-filter"_s;
    QTest::newRow("one request over all Workers")
        << QByteArray(R"({"rayId":"r","shouldFilterErrors":false})") << u"ray-id-filter"_s;
}

void TestWorkerLogs::filtersFollowFromTheArguments()
{
    QFETCH(QByteArray, arguments);
    const Json body = WorkerLogsTool::query(*json::parse(arguments), {1, 2});
    QStringList ids;
    for (const Json &filter : body.at("parameters").at("filters"))
        ids << json::toQString(filter.at("id"));
    QTEST(ids.join(u' '), "ids");
}

void TestWorkerLogs::theQueryIsComplete()
{
    const Json body =
        WorkerLogsTool::query(*json::parse(R"({"scriptName":"w","limitParam":7})"), {1, 2});
    COMPARE_JSON(body, *json::parse(R"({"queryId":"workers-logs","timeframe":{"from":1,"to":2},
        "view":"events","limit":7,"parameters":{"datasets":["cloudflare-workers"],
        "filters":[{"id":"worker-name-filter","key":"$metadata.service","type":"string",
                    "operation":"eq","value":"w"}],
        "calculations":[],"groupBys":[],"havings":[]}})"));
}

void TestWorkerLogs::shortensEvents_data()
{
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<QByteArray>("changes"); // to the event in which everything is missing
    QTest::newRow("what is missing is null") << QByteArray("{}") << QByteArray("{}");
    QTest::newRow("a complete event")
        << QByteArray(R"({"timestamp":1750000000000,"source":{"exception":{"stack":"s"}},
            "$metadata":{"id":"e1","error":"boom","message":"hello"},
            "$workers":{"outcome":"exception","eventType":"fetch","requestId":"q1","wallTimeMs":10,
                "cpuTimeMs":2.5,"event":{"rayId":"r","request":{"path":"/p","method":"GET"},
                "response":{"status":500}}}})")
        << QByteArray(R"({"timestamp":"2025-06-15T15:06:40.000Z","path":"/p","method":"GET",
            "status":500,"outcome":"exception","eventType":"fetch","duration":12.5,"error":"boom",
            "message":"hello","requestId":"q1","rayId":"r","exceptionStack":"s"})");
    QTest::newRow("without a message the request line tells")
        << QByteArray(R"({"$workers":{"event":{"request":{"path":"/p","method":"GET"}}}})")
        << QByteArray(R"({"path":"/p","method":"GET","message":"GET /p"})");
    QTest::newRow("an RPC call is named")
        << QByteArray(R"({"$workers":{"event":{"rpcMethod":"sum"}}})")
        << QByteArray(R"({"message":"RPC: sum"})");
    QTest::newRow("the event's id stands in for the request's")
        << QByteArray(R"({"$metadata":{"id":"e1"}})") << QByteArray(R"({"requestId":"e1"})");
    QTest::newRow("no time at all is no duration")
        << QByteArray(R"({"$workers":{"wallTimeMs":0,"cpuTimeMs":0}})") << QByteArray("{}");
    QTest::newRow("a logged text has no stack")
        << QByteArray(R"({"source":"plain"})") << QByteArray("{}");
}

void TestWorkerLogs::shortensEvents()
{
    QFETCH(QByteArray, event);
    QFETCH(QByteArray, changes);
    Json expected = *json::parse(R"({"timestamp":null,"path":null,"method":null,"status":null,
        "outcome":null,"eventType":"unknown","duration":null,"error":null,"message":null,
        "requestId":"unknown","rayId":null,"exceptionStack":null})");
    expected.update(*json::parse(changes));
    COMPARE_JSON(WorkerLogsTool::shorten(*json::parse(event)), expected);
}

FLAREDECK_TEST(TestWorkerLogs)

} // namespace tst_workerlogs

#include "tst_workerlogs.moc"
