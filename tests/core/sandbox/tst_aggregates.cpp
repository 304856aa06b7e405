#include "core/sandbox/telemetry.h"
#include "tests/support/manualclock.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_aggregates {

using namespace flaredeck;
using namespace flaredeck::sandbox;
using namespace Qt::StringLiterals;

/// Calculations over a handful of known events.
class TestAggregates : public QObject
{
    Q_OBJECT

private slots:
    void everyOperatorOverKnownNumbers_data();
    void everyOperatorOverKnownNumbers();
    void onlyNumbersCountInArithmetic();
    void uniqCountsValuesOfAnyType();
    void nothingGivesZero();
    void unknownOperatorsAreRefused();

private:
    /// The result of the calculation over events that logged these values.
    [[nodiscard]] Result<double> over(const Json &values, const QString &name) const
    {
        const auto events = [&values](Millis now) {
            std::vector<GeneratedEvent> made;
            for (std::size_t i = 0; i < values.size(); ++i) {
                const std::string id = std::to_string(i);
                made.push_back({u"account"_s,
                                now,
                                {{"timestamp", now},
                                 {"source", {{"x", values[i]}}},
                                 {"$metadata", {{"id", id}, {"requestId", id}}}}});
            }
            return made;
        };
        Telemetry telemetry(m_clock, events);
        const Json request{{"parameters", {{"calculations", {{{"operator", name}, {"key", "x"}}}}}},
                           {"timeframe", {{"from", m_clock.now() - 1000}, {"to", m_clock.now()}}}};
        const Result<Json> answer = telemetry.query(u"account"_s, request);
        if (!answer)
            return fail(answer.error());
        return (*answer)["calculations"][0]["aggregates"][0]["value"].get<double>();
    }

    test::ManualClock m_clock;
};

void TestAggregates::everyOperatorOverKnownNumbers_data()
{
    QTest::addColumn<double>("expected");
    QTest::newRow("count") << 5.0;
    QTest::newRow("uniq") << 4.0;
    QTest::newRow("COUNT_DISTINCT") << 4.0;
    QTest::newRow("sum") << 20.0;
    QTest::newRow("avg") << 4.0;
    QTest::newRow("MIN") << 1.0;
    QTest::newRow("max") << 10.0;
    QTest::newRow("median") << 3.0;
    QTest::newRow("p25") << 2.0;
    QTest::newRow("p75") << 4.0;
    QTest::newRow("p90") << 7.6;
    QTest::newRow("p95") << 8.8;
    QTest::newRow("p99") << 9.76;
    QTest::newRow("p999") << 9.976;
    QTest::newRow("p10") << 1.4;
    QTest::newRow("p05") << 1.2;
    QTest::newRow("p01") << 1.04;
    QTest::newRow("p001") << 1.004;
    QTest::newRow("variance") << 10.0;
    QTest::newRow("stddev") << 3.1622776601683795;
}

void TestAggregates::everyOperatorOverKnownNumbers()
{
    QFETCH(double, expected);
    const QString name = QString::fromLatin1(QTest::currentDataTag());
    const bool isUniq = name == "uniq"_L1 || name == "COUNT_DISTINCT"_L1;
    const Result<double> actual = over(isUniq ? Json{10, 1, 4, 1, 3} : Json{10, 1, 4, 2, 3}, name);
    QVERIFY(actual);
    QVERIFY2(qAbs(*actual - expected) < 1e-9, QByteArray::number(*actual));
}

void TestAggregates::onlyNumbersCountInArithmetic()
{
    QCOMPARE(over({1, "2", true, 3.5}, u"sum"_s), 4.5);
    QCOMPARE(over({1, "2", 3}, u"avg"_s), 2.0);
    QCOMPARE(over({1, "2", 3}, u"median"_s), 2.0);
}

void TestAggregates::uniqCountsValuesOfAnyType()
{
    QCOMPARE(over({"a", "b", "a", true, 1}, u"uniq"_s), 4.0);
}

void TestAggregates::nothingGivesZero()
{
    for (const auto name : {"count", "uniq", "sum", "avg", "min", "p99", "stddev"})
        QCOMPARE(over(Json::array(), QString::fromLatin1(name)), 0.0);
}

void TestAggregates::unknownOperatorsAreRefused()
{
    QVERIFY(!over({1}, u"p50"_s));
    QVERIFY(!over({1}, {}));
}

FLAREDECK_TEST(TestAggregates)

} // namespace tst_aggregates

#include "tst_aggregates.moc"
