#include "core/oauth/ratelimit.h"

#include <QTest>

using namespace flaredeck::oauth;

class TestRateLimit : public QObject
{
    Q_OBJECT

private slots:
    void letsTheCountThroughAndThenWaits();
    void keysDoNotDisturbEachOther();
    void aPenaltyStartsWithTheLastEventAndThenForgets();
    void manyKeysStayBounded();
};

void TestRateLimit::letsTheCountThroughAndThenWaits()
{
    RateLimit limit(3, 60'000);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(limit.take("a", i * 1000), 0);
    QCOMPARE(limit.take("a", 3000), 57);
    QCOMPARE(limit.take("a", 59'999), 1);
    QCOMPARE(limit.take("a", 60'000), 0);
    QVERIFY(limit.take("a", 60'000) > 0);
}

void TestRateLimit::keysDoNotDisturbEachOther()
{
    RateLimit limit(1, 60'000);
    QCOMPARE(limit.take("a", 0), 0);
    QCOMPARE(limit.take("b", 0), 0);
    QVERIFY(limit.take("a", 0) > 0);
}

void TestRateLimit::aPenaltyStartsWithTheLastEventAndThenForgets()
{
    RateLimit limit(2, 60'000, 30'000);
    limit.record("a", 0);
    QCOMPARE(limit.waitSeconds("a", 0), 0);
    limit.record("a", 1000);
    QCOMPARE(limit.waitSeconds("a", 1000), 30);
    QCOMPARE(limit.waitSeconds("a", 31'000), 0);
    limit.record("a", 31'000);
    QCOMPARE(limit.waitSeconds("a", 31'000), 0);
}

void TestRateLimit::manyKeysStayBounded()
{
    RateLimit limit(1, 60'000);
    QCOMPARE(limit.take("first", 0), 0);
    for (int i = 0; i < 5000; ++i)
        limit.take(QByteArray::number(i), 1);
    QCOMPARE(limit.take("first", 2), 0); // forgotten rather than kept for ever
}

QTEST_APPLESS_MAIN(TestRateLimit)
#include "tst_ratelimit.moc"
