#include "telemetrytest.h"
#include "tests/support/testcase.h"

#include <algorithm>
#include <map>
#include <set>

namespace tst_telemetrygroups {

using namespace flaredeck;
using namespace flaredeck::sandbox;

/// Views that aggregate events: calculations and invocations.
class TestTelemetryGroups : public TelemetryTest
{
    Q_OBJECT

private slots:
    void initTestCase() { generate(); }
    void calculationsPerGroupAreTrue();
    void seriesAddUpToTheAggregate();
    void havingAndOrderAndLimitApplyToGroups();
    void invocationsHoldEveryMatchingEventOfTheNewestRequests();
};

void TestTelemetryGroups::calculationsPerGroupAreTrue()
{
    Json calculations = Json::array({{{"operator", "count"}, {"alias", "n"}}});
    const std::vector<std::string> operators{"avg", "sum", "min", "max", "variance", "p95", "uniq"};
    for (const std::string &name : operators)
        calculations.push_back({{"operator", name},
                                {"key", "$workers.wallTimeMs"},
                                {"keyType", "number"},
                                {"alias", name}});
    const Json result =
        run(body({{"calculations", calculations},
                  {"groupBys", {{{"type", "string"}, {"value", "$metadata.service"}}}}},
                 "calculations"));

    std::map<std::string, std::vector<double>> expected;
    for (const Raw &raw : m_raw)
        expected[text(raw.fields, "$metadata.service")].push_back(
            number(raw.fields, "$workers.wallTimeMs"));
    QCOMPARE(expected.size(), std::size_t(5));
    for (auto &[service, values] : expected)
        std::sort(values.begin(), values.end());

    QCOMPARE(result["calculations"].size(), operators.size() + 1);
    for (const Json &calculation : result["calculations"]) {
        QCOMPARE(calculation["aggregates"].size(), expected.size());
        const std::string name = calculation["alias"].get<std::string>();
        for (const Json &aggregate : calculation["aggregates"]) {
            const auto &values = expected.at(aggregate["groups"][0]["value"].get<std::string>());
            const auto count = double(values.size());
            double sum = 0;
            for (const double value : values)
                sum += value;
            double squares = 0;
            for (const double value : values)
                squares += (value - sum / count) * (value - sum / count);
            const double rank = 0.95 * (count - 1);
            const auto low = std::size_t(rank);
            const std::map<std::string, double> truth{
                {"n", count},
                {"avg", sum / count},
                {"sum", sum},
                {"min", values.front()},
                {"max", values.back()},
                {"variance", squares / count},
                {"p95",
                 values[low] + (rank - double(low)) *
                                   (values[std::min(low + 1, values.size() - 1)] - values[low])},
                {"uniq", double(std::set<double>(values.begin(), values.end()).size())}};
            QVERIFY2(qAbs(aggregate["value"].get<double>() - truth.at(name)) <=
                         1e-9 * qMax(1.0, qAbs(truth.at(name))),
                     name.c_str());
            QCOMPARE(aggregate["count"].get<std::size_t>(), values.size());
        }
    }
}

void TestTelemetryGroups::seriesAddUpToTheAggregate()
{
    Json request = body({{"calculations", {{{"operator", "count"}}}}}, "calculations");
    request["granularity"] = 3'600'000;
    const Json calculation = run(request)["calculations"][0];
    QCOMPARE(text(calculation, "calculation"), std::string("count"));
    QCOMPARE(calculation["aggregates"][0]["value"].get<std::size_t>(), m_raw.size());
    qint64 total = 0;
    std::string last;
    for (const Json &point : calculation["series"]) {
        const std::string time = point["time"].get<std::string>();
        QVERIFY(time > last);
        QVERIFY(QByteArray::fromStdString(time).endsWith(":00:00.000Z"));
        last = time;
        total += point["data"][0]["value"].get<qint64>();
    }
    QCOMPARE(total, qint64(m_raw.size()));
}

void TestTelemetryGroups::havingAndOrderAndLimitApplyToGroups()
{
    std::map<std::string, qint64> counts;
    for (const Raw &raw : m_raw) {
        if (raw.fields.contains("userId"))
            ++counts[text(raw.fields, "userId")];
    }
    constexpr qint64 kAtLeast = 20;
    std::vector<qint64> expected;
    for (const auto &[user, count] : counts) {
        if (count >= kAtLeast)
            expected.push_back(count);
    }
    std::sort(expected.begin(), expected.end());
    QVERIFY(expected.size() > 3);
    expected.resize(3);

    const Json result =
        run(body({{"calculations", {{{"operator", "count"}, {"alias", "calls"}}}},
                  {"groupBys", {{{"type", "string"}, {"value", "userId"}}}},
                  {"havings", {{{"key", "calls"}, {"operation", "gte"}, {"value", kAtLeast}}}},
                  {"orderBy", {{"value", "calls"}, {"order", "asc"}}},
                  {"limit", 3}},
                 "calculations"));
    std::vector<qint64> actual;
    for (const Json &aggregate : result["calculations"][0]["aggregates"])
        actual.push_back(aggregate["value"].get<qint64>());
    QCOMPARE(actual, expected);
}

void TestTelemetryGroups::invocationsHoldEveryMatchingEventOfTheNewestRequests()
{
    Json request =
        body({{"filters", {filter("$metadata.service", "eq", "storefront")}}}, "invocations");
    request["limit"] = 5;
    std::vector<std::string> newest;
    std::map<std::string, std::size_t> sizes;
    for (auto raw = m_raw.rbegin(); raw != m_raw.rend(); ++raw) {
        if (text(raw->fields, "$metadata.service") != "storefront")
            continue;
        const std::string id = text(raw->fields, "$metadata.requestId");
        if (++sizes[id] == 1)
            newest.push_back(id);
    }
    const Json result = run(request)["invocations"];
    QCOMPARE(result.size(), std::size_t(5));
    for (int i = 0; i < 5; ++i) {
        const std::string &id = newest[std::size_t(i)];
        QVERIFY(result.contains(id));
        QCOMPARE(result[id].size(), sizes[id]);
    }
}

FLAREDECK_TEST(TestTelemetryGroups)

} // namespace tst_telemetrygroups

#include "tst_telemetrygroups.moc"
