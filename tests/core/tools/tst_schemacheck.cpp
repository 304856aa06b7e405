#include "core/tools/definition.h"
#include "core/tools/schemacheck.h"

#include "tests/core/provider/comparejson.h"
#include "tests/support/testcase.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <functional>

namespace tst_schemacheck {

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

/// A text of the form that the schema wants.
Json textFor(const Json &schema)
{
    const auto pattern = json::stringAt(schema, "pattern");
    const qint64 shortest = json::integerAt(schema, "minLength").value_or(0);
    for (const QString &text :
         {u"x"_s, u"1"_s, u"dev"_s, u"https://example.com/"_s, u"2025-01-01T00:00:00Z"_s,
          u"2025-01-01"_s, u"example.com"_s, u"::1"_s, u"ada@example.com"_s,
          u"70f53d65-6f64-46e0-aa25-3670b1b18826"_s, QString(32, u'a'), QString(64, u'a')}) {
        if (text.size() < shortest)
            continue;
        if (!pattern || QRegularExpression(*pattern).match(text).hasMatch())
            return text;
    }
    qFatal("no text here has the form %s", qPrintable(pattern.value_or(QString())));
}

} // namespace

class TestSchemaCheck : public QObject
{
    Q_OBJECT

private slots:
    void namesTheMember_data();
    void namesTheMember();
    void saysHowLongATextMayBe_data();
    void saysHowLongATextMayBe();
    void refusesABrokenSchema();
    void readsWhatModelsMean_data();
    void readsWhatModelsMean();
    void everyOptionalArgumentMayBeNull();
    void fillsDefaultsAtEveryDepth();
    void patternsEndWhereTheTextEnds_data();
    void patternsEndWhereTheTextEnds();
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

void TestSchemaCheck::saysHowLongATextMayBe_data()
{
    QTest::addColumn<QByteArray>("limits");
    QTest::addColumn<QString>("problem");
    QTest::newRow("at least one") << QByteArray(R"("minLength":1)")
                                  << u"x must be a text that is not empty."_s;
    QTest::newRow("at least two") << QByteArray(R"("minLength":2)")
                                  << u"x must be a text of at least 2 characters."_s;
    QTest::newRow("two to three") << QByteArray(R"("minLength":2,"maxLength":3)")
                                  << u"x must be a text of 2 to 3 characters."_s;
    QTest::newRow("one to three") << QByteArray(R"("minLength":1,"maxLength":3)")
                                  << u"x must be a text of 1 to 3 characters."_s;
}

void TestSchemaCheck::saysHowLongATextMayBe()
{
    QFETCH(QByteArray, limits);
    QFETCH(QString, problem);
    const auto check = SchemaCheck::compile(
        *json::parse(R"({"type":"object","properties":{"x":{"type":"string",)" + limits + "}}}"));
    QVERIFY(check);
    QCOMPARE(check->problem({{"x", ""}}).value_or(QString()), problem);
}

void TestSchemaCheck::refusesABrokenSchema()
{
    const auto check = SchemaCheck::compile({{"type", 7}});
    QVERIFY(!check);
    QCOMPARE(check.error().kind, Error::Kind::Internal);
}

void TestSchemaCheck::readsWhatModelsMean_data()
{
    QTest::addColumn<QString>("tool");
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<QByteArray>("meant");
    const auto row = [](const char *name, const QString &tool, const char *arguments,
                        const char *meant) {
        QTest::newRow(name) << tool << QByteArray(arguments) << QByteArray(meant);
    };
    const QString add = u"add"_s;
    const QString query = u"query_worker_observability"_s;
    const QString logs = u"worker_logs_by_worker_name"_s;
    row("what fits stays", query,
        R"({"query":{"queryId":"5","parameters":{"needle":{"value":"7","isRegex":true}}},"more":null})",
        R"({"query":{"queryId":"5","parameters":{"needle":{"value":"7","isRegex":true}}},"more":null})");
    row("null", logs, R"({"scriptName":"w","rayId":null,"limitParam":null})",
        R"({"scriptName":"w"})");
    row("null deep inside", query,
        R"({"query":{"queryId":"q","view":null,"parameters":{"filters":[{"key":"k","operation":"exists","type":"string","value":null}],"orderBy":null}}})",
        R"({"query":{"queryId":"q","parameters":{"filters":[{"key":"k","operation":"exists","type":"string"}]}}})");
    row("a required null is for the check", add, R"({"a":null,"b":2})", R"({"a":null,"b":2})");
    row("empty text for no text", logs,
        R"({"scriptName":"w","limitParam":"","shouldFilterErrors":" "})", R"({"scriptName":"w"})");
    row("empty text that the schema refuses", logs, R"({"scriptName":"w","rayId":""})",
        R"({"scriptName":"w"})");
    row("empty text that is none of the choices", query,
        R"({"query":{"queryId":"q","parameters":{"filterCombination":""},"offsetDirection":""}})",
        R"({"query":{"queryId":"q","parameters":{}}})");
    row("a choice with other capitals", query,
        R"({"query":{"queryId":"q","view":"Events","parameters":{"filterCombination":"AND"}}})",
        R"({"query":{"queryId":"q","view":"events","parameters":{"filterCombination":"and"}}})");
    row("no choice at all is for the check", query,
        R"({"query":{"queryId":"q","parameters":{"filterCombination":"XOR"}}})",
        R"({"query":{"queryId":"q","parameters":{"filterCombination":"XOR"}}})");
    row("empty text that is a value", query,
        R"({"query":{"queryId":"","parameters":{"needle":{"value":""}},"offset":""}})",
        R"({"query":{"queryId":"","parameters":{"needle":{"value":""}},"offset":""}})");
    row("a required empty text is for the check", logs, R"({"scriptName":""})",
        R"({"scriptName":""})");
    row("numbers as text", add, R"({"a":"23","b":" -1.5e1 "})", R"({"a":23,"b":-15.0})");
    row("a boolean and null as text", logs,
        R"({"scriptName":"w","shouldFilterErrors":"true","limitParam":"null"})",
        R"({"scriptName":"w","shouldFilterErrors":true})");
    row("an object as text, with more inside", query,
        R"({"query":"{\"queryId\":\"q\",\"limit\":\"5\",\"dry\":null,\"parameters\":\"{\\\"datasets\\\":\\\"[\\\\\\\"d\\\\\\\"]\\\"}\"}"})",
        R"({"query":{"queryId":"q","limit":5,"parameters":{"datasets":["d"]}}})");
    row("items of a list as text", query,
        R"({"query":{"queryId":"q","parameters":{"filters":["{\"key\":\"k\"}"]}}})",
        R"({"query":{"queryId":"q","parameters":{"filters":[{"key":"k"}]}}})");
    row("text that is no JSON", add, R"({"a":"twenty","b":"1e999"})",
        R"({"a":"twenty","b":"1e999"})");
    row("JSON of another kind", add, R"({"a":"[1]","b":"true"})", R"({"a":"[1]","b":"true"})");
    row("a digit where text is wanted", logs, R"({"scriptName":"5"})", R"({"scriptName":"5"})");
}

void TestSchemaCheck::readsWhatModelsMean()
{
    QFETCH(QString, tool);
    QFETCH(QByteArray, arguments);
    QFETCH(QByteArray, meant);
    Json value = *json::parse(arguments);
    readMeaning(inputOf(tool), value);
    COMPARE_JSON(value, *json::parse(meant));
}

/// Strict modes send null for whatever the model leaves out.
void TestSchemaCheck::everyOptionalArgumentMayBeNull()
{
    int optionals = 0;
    const std::function<Json(const Json &)> filled = [&](const Json &schema) -> Json {
        if (json::find(schema, "enum"))
            return schema.at("enum").front();
        const QString type = json::stringAt(schema, "type").value_or(QString());
        if (type == u"number"_s || type == u"integer"_s)
            return schema.value("minimum", Json(1));
        if (type == u"array"_s)
            return Json::array({filled(schema.at("items"))});
        if (type != u"object"_s)
            return textFor(schema);
        Json object = Json::object();
        for (const auto &[name, property] : schema.at("properties").items()) {
            const Json *required = json::find(schema, "required");
            const bool isRequired =
                required && std::find(required->begin(), required->end(), name) != required->end();
            optionals += isRequired ? 0 : 1;
            object[name] = isRequired ? filled(property) : Json();
        }
        return object;
    };
    for (const ToolDefinition &definition : allDefinitions()) {
        const Json &schema = definition.tool.inputSchema;
        Json arguments = filled(schema);
        const auto check = SchemaCheck::compile(schema);
        readMeaning(schema, arguments);
        QCOMPARE(check->problem(arguments).value_or(QString()), QString());
        QVERIFY2(!json::print(arguments).contains("null"), qPrintable(definition.tool.name));
    }
    QVERIFY(optionals > 20);
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

void TestSchemaCheck::patternsEndWhereTheTextEnds_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("fits");
    QTest::newRow("the text itself") << u"^[a-z]+$"_s << u"abc"_s << true;
    QTest::newRow("a line end behind it") << u"^[a-z]+$"_s << u"abc\n"_s << false;
    QTest::newRow("one of two ends") << u"^(a$|b$)"_s << u"b\n"_s << false;
    QTest::newRow("a dollar that is meant") << u"^\\$[0-9]+$"_s << u"$5"_s << true;
    QTest::newRow("a dollar of a class") << u"^[$]{2}$"_s << u"$$"_s << true;
    QTest::newRow("a bracket that is none") << u"^\\[a$"_s << u"[a\n"_s << false;
    QTest::newRow("a bracket within a class") << u"^[\\]$]$"_s << u"$"_s << true;
}

void TestSchemaCheck::patternsEndWhereTheTextEnds()
{
    QFETCH(QString, pattern);
    QFETCH(QString, text);
    QFETCH(bool, fits);
    const auto check = SchemaCheck::compile(
        {{"type", "object"}, {"properties", {{"x", {{"type", "string"}, {"pattern", pattern}}}}}});
    QVERIFY(check);
    QCOMPARE(!check->problem({{"x", text}}), fits);
}

FLAREDECK_TEST(TestSchemaCheck)

} // namespace tst_schemacheck

#include "tst_schemacheck.moc"
