#include "telemetrytest.h"
#include "tests/support/testcase.h"

#include <QRegularExpression>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace tst_telemetry {

using namespace flaredeck;
using namespace flaredeck::sandbox;
using namespace Qt::StringLiterals;

using Predicate = std::function<bool(const Json &fields)>;
class TestTelemetry : public TelemetryTest
{
    Q_OBJECT

private slots:
    void initTestCase() { generate(); }
    void theEventsAreWhatTheyShouldBe();
    void filtersSelectExactlyTheMatchingEvents_data();
    void filtersSelectExactlyTheMatchingEvents();
    void theTimeframeLimitsTheEvents();
    void eventsArePagedByTheIdOfTheLast();
    void keysListEveryFieldWithItsType();
    void keyNeedleLooksAtNamesOnly();
    void valuesListEveryDistinctValueMostUsedFirst();
    void bothBodyFormsOfKeysWork();
    void oneAccountNeverSeesAnother();
    void badQueriesNameTheirFault_data();
    void badQueriesNameTheirFault();
};

void TestTelemetry::theEventsAreWhatTheyShouldBe()
{
    const auto events = generateEvents(m_clock.now(), Sandbox::kEvents);
    QCOMPARE(events.size(), std::size_t(Sandbox::kEvents));
    std::set<std::string> ids;
    std::set<std::string> types;
    qsizetype lastHour = 0;
    for (const GeneratedEvent &event : events) {
        ids.insert(event.body["$metadata"]["id"].get<std::string>());
        types.insert(event.body["$workers"]["eventType"].get<std::string>());
        QVERIFY(event.timestamp >= m_clock.now() - kTelemetrySpan);
        QVERIFY(event.timestamp <= m_clock.now());
        lastHour += event.timestamp > m_clock.now() - 3'600'000;
        for (const char *member : {"requestId", "outcome", "event"})
            QVERIFY(event.body["$workers"].contains(member));
    }
    QCOMPARE(ids.size(), events.size());
    QCOMPARE(types, (std::set<std::string>{"cron", "fetch", "queue"}));
    QVERIFY(lastHour > Sandbox::kEvents / 5);
    QVERIFY(generateEvents(m_clock.now(), 50).back().body ==
            generateEvents(m_clock.now(), 50).back().body);
}

void TestTelemetry::filtersSelectExactlyTheMatchingEvents_data()
{
    QTest::addColumn<Json>("parameters");
    QTest::addColumn<Predicate>("matches");
    const auto row = [](const char *name, const Json &filters, Predicate matches) {
        QTest::newRow(name) << Json{{"filters", filters}} << std::move(matches);
    };
    const auto one = [&row](const char *name, const Json &leaf, Predicate matches) {
        row(name, Json::array({leaf}), std::move(matches));
    };

    one("eq on text", filter("$metadata.service", "eq", "checkout-api"),
        [](const Json &f) { return text(f, "$metadata.service") == "checkout-api"; });
    one("eq is case-sensitive", filter("$metadata.service", "=", "Checkout-API"),
        [](const Json &) { return false; });
    one("eq on a number given as text", filter("$metadata.statusCode", "eq", "404", "number"),
        [](const Json &f) { return number(f, "$metadata.statusCode") == 404; });
    one("eq with the wrong type finds nothing", filter("$metadata.statusCode", "eq", "404"),
        [](const Json &) { return false; });
    one("eq on a boolean", filter("cacheHit", "eq", true, "boolean"),
        [](const Json &f) { return f.contains("cacheHit") && f["cacheHit"] == true; });
    one("neq is the opposite of eq", filter("plan", "neq", "free"),
        [](const Json &f) { return text(f, "plan") != "free"; });
    one("gt", filter("$workers.wallTimeMs", "gt", 100, "number"),
        [](const Json &f) { return number(f, "$workers.wallTimeMs") > 100; });
    one("gte", filter("$workers.wallTimeMs", ">=", 100, "number"),
        [](const Json &f) { return number(f, "$workers.wallTimeMs") >= 100; });
    one("lt", filter("amount", "lt", 50.5, "number"),
        [](const Json &f) { return f.contains("amount") && number(f, "amount") < 50.5; });
    one("lte", filter("itemCount", "LTE", 3, "number"),
        [](const Json &f) { return f.contains("itemCount") && number(f, "itemCount") <= 3; });
    one("text never compares with numbers", filter("$metadata.service", "gt", 5, "number"),
        [](const Json &) { return false; });
    one("includes", filter("$metadata.message", "includes", "cart"), [](const Json &f) {
        return text(f, "$metadata.message").find("cart") != std::string::npos;
    });
    one("not_includes", filter("$metadata.message", "DOES_NOT_INCLUDE", "cart"), [](const Json &f) {
        return text(f, "$metadata.message").find("cart") == std::string::npos;
    });
    one("starts_with", filter("$metadata.trigger", "starts_with", "POST "),
        [](const Json &f) { return text(f, "$metadata.trigger").rfind("POST ", 0) == 0; });
    one("ends_with", filter("$metadata.trigger", "ends_with", ":id"), [](const Json &f) {
        return QByteArray::fromStdString(text(f, "$metadata.trigger")).endsWith(":id");
    });
    one("regex", filter("$workers.event.request.path", "regex", "^/(img|thumb)/1[0-4]"),
        [](const Json &f) {
            static const QRegularExpression pattern(u"^/(img|thumb)/1[0-4]"_s);
            return QString::fromStdString(text(f, "$workers.event.request.path")).contains(pattern);
        });
    one("in", filter("$metadata.region", "in", "FRA, GRU"), [](const Json &f) {
        return text(f, "$metadata.region") == "FRA" || text(f, "$metadata.region") == "GRU";
    });
    one("in on numbers", filter("$metadata.statusCode", "in", "404,500", "number"),
        [](const Json &f) {
            return number(f, "$metadata.statusCode") == 404 ||
                   number(f, "$metadata.statusCode") == 500;
        });
    one("not_in", filter("$metadata.region", "not_in", "FRA,GRU"), [](const Json &f) {
        return text(f, "$metadata.region") != "FRA" && text(f, "$metadata.region") != "GRU";
    });
    one("exists", {{"key", "$metadata.error"}, {"operation", "exists"}, {"type", "string"}},
        [](const Json &f) { return f.contains("$metadata.error"); });
    one("is_null", {{"key", "userId"}, {"operation", "is_null"}, {"type", "string"}},
        [](const Json &f) { return !f.contains("userId"); });
    one("a custom field also with the prefix source.", filter("source.userId", "eq", "user-7"),
        [](const Json &f) { return text(f, "userId") == "user-7"; });
    one("an unknown key", filter("no.such.key", "eq", "x"), [](const Json &) { return false; });
    one("a key with a quote in it", filter("a\"b", "eq", "x"), [](const Json &) { return false; });

    row("filters combine with and",
        {filter("$metadata.service", "eq", "storefront"),
         filter("$metadata.statusCode", "eq", 404, "number")},
        [](const Json &f) {
            return text(f, "$metadata.service") == "storefront" &&
                   number(f, "$metadata.statusCode") == 404;
        });
    QTest::newRow("filters combine with or")
        << Json{{"filterCombination", "OR"},
                {"filters",
                 {filter("$metadata.service", "eq", "nightly-report"),
                  filter("$workers.outcome", "eq", "exceededCpu")}}}
        << Predicate([](const Json &f) {
               return text(f, "$metadata.service") == "nightly-report" ||
                      text(f, "$workers.outcome") == "exceededCpu";
           });
    const Json group{
        {"kind", "group"},
        {"filterCombination", "or"},
        {"filters",
         {filter("$metadata.level", "eq", "warn"), filter("$metadata.level", "eq", "error")}}};
    row("a group stands for one filter", {filter("$metadata.service", "eq", "checkout-api"), group},
        [](const Json &f) {
            return text(f, "$metadata.service") == "checkout-api" &&
                   (text(f, "$metadata.level") == "warn" || text(f, "$metadata.level") == "error");
        });
    QTest::newRow("a needle searches every value without case")
        << Json{{"needle", {{"value", "D1_error"}}}} << Predicate([](const Json &f) {
               return std::any_of(f.begin(), f.end(), [](const Json &value) {
                   return value.is_string() && QString::fromStdString(value.get<std::string>())
                                                   .contains("d1_error"_L1, Qt::CaseInsensitive);
               });
           });
    QTest::newRow("a needle may mind the case")
        << Json{{"needle", {{"value", "d1_error"}, {"matchCase", true}}}}
        << Predicate([](const Json &) { return false; });
    QTest::newRow("a needle may be a regular expression")
        << Json{{"needle", {{"value", "^user-[12]$"}, {"isRegex", true}}}}
        << Predicate([](const Json &f) {
               return text(f, "userId") == "user-1" || text(f, "userId") == "user-2";
           });
    QTest::newRow("another dataset is empty")
        << Json{{"datasets", {"other"}}} << Predicate([](const Json &) { return false; });
}

void TestTelemetry::filtersSelectExactlyTheMatchingEvents()
{
    QFETCH(Json, parameters);
    QFETCH(Predicate, matches);
    std::vector<std::string> expected;
    for (auto raw = m_raw.rbegin(); raw != m_raw.rend(); ++raw) {
        if (matches(raw->fields))
            expected.push_back(text(raw->fields, "$metadata.id"));
    }
    const Json result = run(body(parameters));
    QCOMPARE(result["events"]["count"].get<std::size_t>(), expected.size());
    expected.resize(std::min<std::size_t>(expected.size(), kLimit));
    std::vector<std::string> actual;
    for (const Json &event : result["events"]["events"])
        actual.push_back(event["$metadata"]["id"].get<std::string>());
    QCOMPARE(actual, expected);
    // Rows that expect nothing test what must not match; all others must not be empty.
    const QByteArrayView tag(QTest::currentDataTag());
    if (tag == "eq on text" || tag == "regex" || tag == "exists" || tag == "ends_with")
        QVERIFY(!actual.empty());
}

void TestTelemetry::theTimeframeLimitsTheEvents()
{
    const Millis from = m_clock.now() - 2 * 3'600'000;
    const Millis to = m_clock.now() - 3'600'000;
    Json request = body(Json::object());
    request["timeframe"] = {{"from", from}, {"to", to}};
    const auto expected = std::count_if(m_raw.begin(), m_raw.end(), [&](const Raw &raw) {
        return raw.time >= from && raw.time <= to;
    });
    QVERIFY(expected > 0);
    const Json result = run(request);
    QCOMPARE(result["events"]["count"].get<qint64>(), qint64(expected));
    QCOMPARE(result["statistics"]["rows_read"].get<qint64>(), qint64(expected));
}

void TestTelemetry::eventsArePagedByTheIdOfTheLast()
{
    Json request = body(Json::object());
    request["limit"] = 10;
    std::vector<Json> seen;
    for (int page = 0; page < 3; ++page) {
        const Json result = run(request);
        for (const Json &event : result["events"]["events"])
            seen.push_back(event);
        request["offset"] = seen.back()["$metadata"]["id"];
    }
    QCOMPARE(seen.size(), std::size_t(30));
    for (std::size_t i = 0; i < seen.size(); ++i)
        QVERIFY(seen[i] == m_raw[m_raw.size() - 1 - i].body);

    request["offset"] = seen[20]["$metadata"]["id"];
    request["offsetDirection"] = "prev";
    const Json back = run(request)["events"]["events"];
    QVERIFY(back == Json(std::vector<Json>(seen.begin() + 10, seen.begin() + 20)));
}

void TestTelemetry::keysListEveryFieldWithItsType()
{
    std::map<std::pair<std::string, std::string>, Millis> expected;
    for (const Raw &raw : m_raw) {
        for (const auto &[key, value] : raw.fields.items()) {
            const char *type = value.is_string()    ? "string"
                               : value.is_boolean() ? "boolean"
                                                    : "number";
            Millis &seen = expected[{key, type}];
            seen = std::max(seen, raw.time);
        }
    }
    const auto keys = m_telemetry.keys(m_account, body(Json::object()));
    QVERIFY(keys);
    QCOMPARE(keys->size(), expected.size());
    for (const Json &key : *keys) {
        const auto found = expected.find({text(key, "key"), text(key, "type")});
        QVERIFY(found != expected.end());
        QCOMPARE(key["lastSeenAt"].get<Millis>(), found->second);
    }
}

void TestTelemetry::keyNeedleLooksAtNamesOnly()
{
    Json request = body(Json::object());
    request["keyNeedle"] = {{"value", "USERID"}, {"matchCase", false}};
    const auto keys = m_telemetry.keys(m_account, request);
    QVERIFY(keys);
    QCOMPARE(keys->size(), std::size_t(1));
    QCOMPARE(text((*keys)[0], "key"), std::string("userId"));
}

void TestTelemetry::valuesListEveryDistinctValueMostUsedFirst()
{
    Json request = body(Json::object());
    request["key"] = "$metadata.service";
    request["type"] = "string";
    std::map<std::string, int> uses;
    for (const Raw &raw : m_raw)
        ++uses[text(raw.fields, "$metadata.service")];
    const auto values = m_telemetry.values(m_account, request);
    QVERIFY(values);
    QCOMPARE(values->size(), uses.size());
    int previous = Sandbox::kEvents;
    for (const Json &value : *values) {
        QCOMPARE(text(value, "dataset"), std::string("cloudflare-workers"));
        const int count = uses.at(text(value, "value"));
        QVERIFY(count <= previous);
        previous = count;
    }

    request["key"] = "cacheHit";
    request["type"] = "boolean";
    const auto booleans = m_telemetry.values(m_account, request);
    QVERIFY(booleans);
    QCOMPARE(booleans->size(), std::size_t(2));
    QVERIFY((*booleans)[0]["value"].is_boolean());
}

void TestTelemetry::bothBodyFormsOfKeysWork()
{
    const Json filters = Json::array({filter("$metadata.service", "eq", "nightly-report")});
    Json nested = body({{"filters", filters}});
    Json flat{{"from", nested["timeframe"]["from"]},
              {"to", nested["timeframe"]["to"]},
              {"filters", filters}};
    const auto a = m_telemetry.keys(m_account, nested);
    const auto b = m_telemetry.keys(m_account, flat);
    QVERIFY(a && b);
    QVERIFY(!a->empty());
    QVERIFY(*a == *b);
    // No cron Worker has an HTTP path.
    QVERIFY(std::none_of(a->begin(), a->end(), [](const Json &key) {
        return text(key, "key") == "$workers.event.request.path";
    }));
}

void TestTelemetry::oneAccountNeverSeesAnother()
{
    const auto other = m_telemetry.query(inventory::accounts().last().id, body(Json::object()));
    QVERIFY(other);
    QCOMPARE((*other)["events"]["count"].get<std::size_t>(),
             std::size_t(Sandbox::kEvents) - m_raw.size());
}

void TestTelemetry::badQueriesNameTheirFault_data()
{
    QTest::addColumn<Json>("request");
    QTest::addColumn<QString>("word");
    const Json good = body(Json::object());
    const auto with = [&good](const char *key, const Json &value) {
        Json changed = good;
        changed[key] = value;
        return changed;
    };
    Json noTime = good;
    noTime.erase("timeframe");
    QTest::newRow("no timeframe") << noTime << u"timeframe"_s;
    QTest::newRow("a timeframe that ends before it begins")
        << with("timeframe", {{"from", 2}, {"to", 1}}) << u"timeframe"_s;
    QTest::newRow("a timeframe of eight days")
        << with("timeframe", {{"from", 0}, {"to", 8 * test::kDay}}) << u"7 days"_s;
    QTest::newRow("a limit above 2000") << with("limit", 2001) << u"limit"_s;
    QTest::newRow("an unknown view") << with("view", "traces") << u"view"_s;
    QTest::newRow("an unknown offset") << with("offset", "nobody") << u"offset"_s;
    QTest::newRow("an unknown operation")
        << with("parameters", {{"filters", {filter("a", "like", "b")}}}) << u"like"_s;
    QTest::newRow("a broken regular expression")
        << with("parameters", {{"filters", {filter("a", "regex", "(")}}})
        << u"regular expression"_s;
    QTest::newRow("text where a number belongs")
        << with("parameters", {{"filters", {filter("a", "gt", "b", "number")}}}) << u"number"_s;
    Json deep = filter("a", "eq", "b");
    for (int i = 0; i < 5; ++i)
        deep = {{"kind", "group"}, {"filters", Json::array({deep})}};
    QTest::newRow("groups nested too deep")
        << with("parameters", {{"filters", Json::array({deep})}}) << u"nested"_s;
    Json calculations = with("view", "calculations");
    calculations["parameters"] = {{"calculations", {{{"operator", "avg"}}}}};
    QTest::newRow("a calculation without its key") << calculations << u"key"_s;
    calculations["parameters"] = {{"calculations", {{{"operator", "mode"}, {"key", "a"}}}}};
    QTest::newRow("an unknown operator") << calculations << u"mode"_s;
}

void TestTelemetry::badQueriesNameTheirFault()
{
    QFETCH(Json, request);
    QFETCH(QString, word);
    const auto result = m_telemetry.query(m_account, request);
    QVERIFY(!result);
    QCOMPARE(result.error().kind, Error::Kind::InvalidInput);
    QVERIFY2(result.error().message.contains(word), qPrintable(result.error().message));
}

FLAREDECK_TEST(TestTelemetry)

} // namespace tst_telemetry

#include "tst_telemetry.moc"
