#include "core/sandbox/aggregates.h"

#include <QTest>

using namespace flaredeck;
using namespace flaredeck::sandbox;
using namespace Qt::StringLiterals;

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
    const auto aggregate = Aggregate::named(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(aggregate);
    const double actual = aggregate->of({10, 1, 4, 2, 3});
    if (aggregate->operation() == Aggregate::Operator::Uniq)
        QCOMPARE(aggregate->of({10, 1, 4, 1, 3}), expected);
    else
        QVERIFY2(qAbs(actual - expected) < 1e-9, QByteArray::number(actual));
}

void TestAggregates::onlyNumbersCountInArithmetic()
{
    QCOMPARE(Aggregate::named(u"sum"_s)->of({1, "2", true, 3.5}), 4.5);
    QCOMPARE(Aggregate::named(u"avg"_s)->of({1, "2", 3}), 2.0);
}

void TestAggregates::uniqCountsValuesOfAnyType()
{
    QCOMPARE(Aggregate::named(u"uniq"_s)->of({"a", "b", "a", true, 1}), 4.0);
}

void TestAggregates::nothingGivesZero()
{
    for (const auto name : {"count", "uniq", "sum", "avg", "min", "p99", "stddev"})
        QCOMPARE(Aggregate::named(QString::fromLatin1(name))->of({}), 0.0);
}

void TestAggregates::unknownOperatorsAreRefused()
{
    QVERIFY(!Aggregate::named(u"p50"_s));
    QVERIFY(!Aggregate::named({}));
}

QTEST_GUILESS_MAIN(TestAggregates)
#include "tst_aggregates.moc"
