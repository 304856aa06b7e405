#include "core/tools/resttool.h"

#include "core/providers/cloudflare/telemetryviews.h"

#include "tests/core/provider/comparejson.h"
#include "tests/support/testcase.h"

#include <QTest>

#include <algorithm>

namespace tst_resttool {

using namespace flaredeck;
using namespace flaredeck::tools;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr Millis kNow = 1'750'000'000'000;

const ToolDefinition &definitionOf(const QString &tool)
{
    const auto &all = allDefinitions();
    return *std::find_if(all.begin(), all.end(),
                         [&tool](const auto &definition) { return definition.tool.name == tool; });
}

Invocation callWith(const char *arguments)
{
    Invocation call;
    call.account = {u"acc 1"_s, u"One"_s};
    call.arguments = *json::parse(arguments);
    return call;
}

Result<mcp::ToolResult> projected(const QString &tool, const char *result,
                                  const char *arguments = "{}")
{
    provider::ApiResponse response;
    response.result = *json::parse(result);
    return RestTool::project(definitionOf(tool).result, response, callWith(arguments),
                             cloudflare::telemetryResult);
}

} // namespace

class TestRestTool : public QObject
{
    Q_OBJECT

private slots:
    void encodesPathSegments();
    void refusesSegmentsThatMeanAnotherPath_data();
    void refusesSegmentsThatMeanAnotherPath();
    void leavesOutAbsentQueryArguments();
    void sendsTheBodyWithTimesInMilliseconds();
    void keysGetTheTimesTwice();
    void aWrongTimeframeIsTheCallers();
    void workersListHasStringIdsNewestFirst();
    void aWorkerIsOneRow();
    void aMissingWorkerIsAnError();
    void keysAndValuesAreTables();
    void textPassesUnchanged();
};

void TestRestTool::encodesPathSegments()
{
    const auto request =
        RestTool::buildRequest(*definitionOf(u"workers_get_worker"_s).request,
                               callWith(R"({"scriptName":"my worker..?#%2f"})"), kNow);
    QVERIFY(request);
    QCOMPARE(request->path, u"/accounts/acc%201/workers/services/my%20worker..%3F%23%252f"_s);
    QCOMPARE(request->method, QByteArray("GET"));
    QVERIFY(!request->body);
}

void TestRestTool::refusesSegmentsThatMeanAnotherPath_data()
{
    QTest::addColumn<QByteArray>("arguments");
    QTest::newRow("two dots") << QByteArray(R"({"scriptName":".."})");
    QTest::newRow("one dot") << QByteArray(R"({"scriptName":"."})");
    QTest::newRow("another place") << QByteArray(R"({"scriptName":"w/../x"})");
    QTest::newRow("a slash the other way") << QByteArray(R"({"scriptName":"w\\x"})");
    QTest::newRow("a line end") << QByteArray(R"({"scriptName":"w\nx"})");
    QTest::newRow("nothing") << QByteArray("{}");
}

void TestRestTool::refusesSegmentsThatMeanAnotherPath()
{
    QFETCH(QByteArray, arguments);
    const auto request = RestTool::buildRequest(*definitionOf(u"workers_get_worker"_s).request,
                                                callWith(arguments.constData()), kNow);
    QVERIFY(!request);
    QCOMPARE(request.error().kind, Error::Kind::InvalidInput);
}

void TestRestTool::leavesOutAbsentQueryArguments()
{
    RequestTemplate from;
    from.method = "GET";
    from.path = u"/zones"_s;
    const QList<std::pair<QString, QString>> items{
        {u"page"_s, u"page"_s}, {u"per_page"_s, u"perPage"_s}, {u"name"_s, u"name"_s}};
    for (const auto &[key, argument] : items)
        from.query << RequestTemplate::QueryItem{key, filling::Source::read(argument), {}};
    const auto request = RestTool::buildRequest(from, callWith(R"({"page":2,"name":"a b"})"), kNow);
    QVERIFY(request);
    QCOMPARE(request->query.queryItems(QUrl::FullyDecoded),
             (QList<std::pair<QString, QString>>{{u"page"_s, u"2"_s}, {u"name"_s, u"a b"_s}}));
}

void TestRestTool::sendsTheBodyWithTimesInMilliseconds()
{
    const auto request = RestTool::buildRequest(
        *definitionOf(u"query_worker_observability"_s).request,
        callWith(R"({"query":{"queryId":"q","parameters":{},"timeframe":{"offset":"-5m"}}})"),
        kNow);
    QVERIFY(request);
    COMPARE_JSON(*request->body, (Json{{"queryId", "q"},
                                       {"parameters", Json::object()},
                                       {"timeframe", {{"from", kNow - 300'000}, {"to", kNow}}}}));
    QVERIFY(request->headers.contains("workers-observability-origin"));
}

void TestRestTool::keysGetTheTimesTwice()
{
    const auto request = RestTool::buildRequest(*definitionOf(u"observability_keys"_s).request,
                                                callWith(R"({"keysQuery":{}})"), kNow);
    QVERIFY(request);
    const Millis from = kNow - 3'600'000;
    COMPARE_JSON(
        *request->body,
        (Json{{"from", from}, {"to", kNow}, {"timeframe", {{"from", from}, {"to", kNow}}}}));
}

void TestRestTool::aWrongTimeframeIsTheCallers()
{
    const auto request =
        RestTool::buildRequest(*definitionOf(u"observability_values"_s).request,
                               callWith(R"({"valuesQuery":{"timeframe":{"offset":"x"}}})"), kNow);
    QVERIFY(!request);
    QCOMPARE(request.error().kind, Error::Kind::InvalidInput);
}

void TestRestTool::workersListHasStringIdsNewestFirst()
{
    const auto result = projected(u"workers_list"_s, R"([
        {"id":"undated","tag":"t0"},
        {"id":"old","tag":"t1","created_on":"2024-01-01T00:00:00Z","modified_on":"2024-02-01T00:00:00Z"},
        {"id":"new","created_on":"2025-01-01T00:00:00.5Z","extra":1}])");
    QVERIFY(result);
    QVERIFY(!result->isError);
    const Json expected = *json::parse(R"({"count":3,"workers":[
        {"name":"new","id":null,"modified_on":null,"created_on":"2025-01-01T00:00:00.5Z"},
        {"name":"old","id":"t1","modified_on":"2024-02-01T00:00:00Z","created_on":"2024-01-01T00:00:00Z"},
        {"name":"undated","id":"t0","modified_on":null,"created_on":null}]})");
    COMPARE_JSON(*result->structured, expected);
    COMPARE_JSON(*json::parse(result->content.first().text.toUtf8()), expected);
}

void TestRestTool::aWorkerIsOneRow()
{
    const auto result = projected(u"workers_get_worker"_s,
                                  R"({"id":"w","default_environment":{"script_tag":"t"}})");
    QVERIFY(result);
    QCOMPARE(result->content.first().text, u"name\tid\nw\tt"_s);
}

void TestRestTool::aMissingWorkerIsAnError()
{
    const auto result = projected(u"workers_get_worker"_s, "null");
    QVERIFY(!result);
    QCOMPARE(result.error().kind, Error::Kind::NotFound);
}

void TestRestTool::keysAndValuesAreTables()
{
    const auto keys = projected(u"observability_keys"_s,
                                R"([{"key":"$metadata.service","type":"string","lastSeenAt":1}])");
    QVERIFY(keys);
    QCOMPARE(keys->content.first().text, u"type\tkey\nstring\t$metadata.service"_s);
    const auto values = projected(u"observability_values"_s,
                                  R"([{"key":"k","type":"number","value":200,"dataset":"d"}])");
    QVERIFY(values);
    QCOMPARE(values->content.first().text, u"type\tvalue\nnumber\t200"_s);
    QCOMPARE(projected(u"observability_keys"_s, "null")->content.first().text, QString());
}

void TestRestTool::textPassesUnchanged()
{
    provider::ApiResponse response;
    response.text = "--boundary\r\nexport default {}\n";
    const auto result = RestTool::project(definitionOf(u"workers_get_worker_code"_s).result,
                                          response, callWith("{}"), {});
    QVERIFY(result);
    QCOMPARE(result->content.first().text.toUtf8(), response.text);
}

FLAREDECK_TEST(TestRestTool)

} // namespace tst_resttool

#include "tst_resttool.moc"
