#include "core/tools/definition.h"
#include "core/tools/schemacheck.h"

#include "tests/core/cloudflare/comparejson.h"

#include <QTest>

#include <algorithm>

using namespace flaredeck;
using namespace flaredeck::tools;
using namespace Qt::Literals::StringLiterals;

namespace {

const Json &inputOf(const QString &tool)
{
    const auto &all = allDefinitions();
    return std::find_if(all.begin(), all.end(),
                        [&tool](const auto &definition) { return definition.tool.name == tool; })
        ->tool.inputSchema;
}

} // namespace

class TestSchemaCheck : public QObject
{
    Q_OBJECT

private slots:
    void namesTheMember_data();
    void namesTheMember();
    void refusesABrokenSchema();
    void fillsDefaultsAtEveryDepth();
    void knowsWhetherThereAreDefaults();
};

void TestSchemaCheck::namesTheMember_data()
{
    QTest::addColumn<QString>("tool");
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<QString>("problem"); // empty = fits
    const auto row = [](const char *name, const QString &tool, const char *arguments,
                        const QString &problem) {
        QTest::newRow(name) << tool << QByteArray(arguments) << problem;
    };
    const QString add = u"add"_s;
    const QString query = u"query_worker_observability"_s;
    const QString logs = u"worker_logs_by_worker_name"_s;
    row("what fits is fine", add, R"({"a":23,"b":1.5})", {});
    row("unknown members pass", add, R"({"a":1,"b":2,"c":3})", {});
    row("a missing member", add, R"({"a":1})", u"b is missing; it must be a number."_s);
    row("a wrong type", add, R"({"a":"1","b":2})", u"a must be a number."_s);
    row("null is no number", add, R"({"a":null,"b":2})", u"a must be a number."_s);
    row("a deep member", query, R"({"query":{"queryId":1,"parameters":{}}})",
        u"query.queryId must be a text."_s);
    row("a deep missing member", query, R"({"query":{"queryId":"q"}})",
        u"query.parameters is missing; it must be an object."_s);
    row("an item of a list", query,
        R"({"query":{"queryId":"q","parameters":{"filters":[{"key":"k","type":"string","operation":"like"}]}}})",
        u"query.parameters.filters[0].operation must be one of: includes, not_includes, "
        u"starts_with, "
        "regex, exists, is_null, in, not_in, eq, neq, gt, gte, lt, lte."_s);
    row("a list of types", query,
        R"({"query":{"queryId":"q","parameters":{"needle":{"value":[]}}}})",
        u"query.parameters.needle.value must be a text or a number or true or false."_s);
    row("a number beyond a limit", query,
        R"({"query":{"queryId":"q","parameters":{"limit":2001}}})",
        u"query.parameters.limit must be a whole number from 0 to 2000."_s);
    row("below a minimum", logs, R"({"scriptName":"w","limitParam":0})",
        u"limitParam must be a number from 1 to 100."_s);
    row("above a maximum", logs, R"({"scriptName":"w","minutesAgoParam":1441})",
        u"minutesAgoParam must be a number from 1 to 1440."_s);
    row("an empty name", logs, R"({"scriptName":""})",
        u"scriptName must be a text that is not empty."_s);
    row("the timeframe may be left out", query, R"({"query":{"queryId":"q","parameters":{}}})", {});
}

void TestSchemaCheck::namesTheMember()
{
    QFETCH(QString, tool);
    QFETCH(QByteArray, arguments);
    const auto check = SchemaCheck::compile(inputOf(tool));
    QVERIFY(check);
    QTEST(check->problem(*json::parse(arguments)).value_or(QString()), "problem");
}

void TestSchemaCheck::refusesABrokenSchema()
{
    const auto check = SchemaCheck::compile({{"type", 7}});
    QVERIFY(!check);
    QCOMPARE(check.error().kind, Error::Kind::Internal);
}

void TestSchemaCheck::fillsDefaultsAtEveryDepth()
{
    const Json schema = *json::parse(R"({"properties":{
        "a":{"default":1},
        "o":{"properties":{"b":{"default":"x"}}},
        "l":{"items":{"properties":{"c":{"default":[]}}}}}})");
    Json value = *json::parse(R"({"o":{},"l":[{},{"c":1}]})");
    fillDefaults(schema, value);
    COMPARE_JSON(value, *json::parse(R"({"a":1,"o":{"b":"x"},"l":[{"c":[]},{"c":1}]})"));
    Json absent = Json::object();
    fillDefaults(schema, absent);
    COMPARE_JSON(absent, (Json{{"a", 1}})); // an absent object stays absent
}

void TestSchemaCheck::knowsWhetherThereAreDefaults()
{
    QVERIFY(!hasDefaults(inputOf(u"add"_s)));
    QVERIFY(hasDefaults(inputOf(u"query_worker_observability"_s)));
}

QTEST_GUILESS_MAIN(TestSchemaCheck)
#include "tst_schemacheck.moc"
