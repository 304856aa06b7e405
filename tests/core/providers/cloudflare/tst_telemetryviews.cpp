#include "core/providers/cloudflare/telemetryviews.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_telemetryviews {

using namespace flaredeck;
using namespace flaredeck::cloudflare;
using namespace Qt::Literals::StringLiterals;

class TestTelemetryViews : public QObject
{
    Q_OBJECT

private slots:
    void renders_data();
    void renders();
};

void TestTelemetryViews::renders_data()
{
    QTest::addColumn<QString>("view");
    QTest::addColumn<QByteArray>("result");
    QTest::addColumn<QString>("text");
    const QString calculations = u"calculations"_s;

    QTest::newRow("a calculation is two tables")
        << calculations << QByteArray(R"({"calculations":[{"calculation":"COUNT","alias":"n",
            "aggregates":[{"value":7,"count":7}],
            "series":[{"time":"t1","data":[{"value":3}]},{"time":"t2","data":[{"value":4}]}]}]})")
        << u"## n\n\n### Aggregation\nn\n7\n\n### Series\ntime\tn\nt1\t3\nt2\t4"_s;
    QTest::newRow("an empty alias falls back to the calculation")
        << calculations
        << QByteArray(
               R"({"calculations":[{"calculation":"p99","alias":"","aggregates":[],"series":[]}]})")
        << u"## p99\n\n### Aggregation\n\n\n### Series\n"_s;
    QTest::newRow("groups at the same time stay apart")
        << calculations << QByteArray(R"({"calculations":[{"calculation":"count","alias":"n",
            "aggregates":[{"value":1,"groups":[{"key":"svc","value":"a"}]},
                          {"value":2,"groups":[{"key":"svc","value":"b"}]}],
            "series":[{"time":"t1","data":[
                {"value":1,"groups":[{"key":"svc","value":"a"},{"key":"st","value":200}]},
                {"value":2,"groups":[{"key":"svc","value":"b"},{"key":"st","value":500}]}]}]}]})")
        << u"## n\n\n### Aggregation\nsvc\tn\na\t1\nb\t2\n\n"
           "### Series\ntime\tkey\tn\nt1\t * a * 200\t1\nt1\t * b * 500\t2"_s;
    QTest::newRow("no calculation says so")
        << calculations << QByteArray(R"({"statistics":{}})")
        << u"The query has no calculations or matched no events."_s;
    QTest::newRow("events stay raw, with the fields that a Worker logged")
        << u"events"_s
        << QByteArray(
               R"({"events":{"count":1,"events":[{"source":{"mine":{"deep":1}},"x":null}]}})")
        << uR"([{"source":{"mine":{"deep":1}},"x":null}])"_s;
    QTest::newRow("no events are an empty list")
        << u"events"_s << QByteArray(R"({"statistics":{}})") << u"[]"_s;
    QTest::newRow("an invocation is Cloudflare's own record of it, else its first log")
        << u"invocations"_s << QByteArray(R"({"invocations":{
            "r1":[{"$metadata":{"id":"1","type":"log"}},{"$metadata":{"id":"2","type":"cf-worker-event"}}],
            "r2":[{"$metadata":{"id":"3","type":"log","error":"boom"}}],
            "r3":[]}})")
        << u"id\ttype\terror\n2\tcf-worker-event\t\n3\tlog\tboom"_s;
    QTest::newRow("another view is the whole result")
        << u"traces"_s << QByteArray(R"({"traces":[]})") << uR"({"traces":[]})"_s;
}

void TestTelemetryViews::renders()
{
    QFETCH(QString, view);
    QFETCH(QByteArray, result);
    QTEST(renderTelemetry({{"query", {{"view", view}}}}, *json::parse(result)), "text");
}

FLAREDECK_TEST(TestTelemetryViews)

} // namespace tst_telemetryviews

#include "tst_telemetryviews.moc"
