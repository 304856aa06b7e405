#include "core/base/clockwatch.h"

#include <QTest>

using namespace flaredeck;

namespace {

constexpr Millis kMinute = 60 * 1000;
constexpr Millis kDay = 24 * 60 * kMinute;

class TwoClocks : public Clock
{
public:
    [[nodiscard]] Millis now() const override { return m_wall; }
    [[nodiscard]] Millis monotonic() const override { return m_monotonic; }
    void pass(Millis time)
    {
        m_wall += time;
        m_monotonic += time;
    }
    void setWall(Millis by) { m_wall += by; }

private:
    Millis m_wall = 1'700'000'000'000;
    Millis m_monotonic = 12'345;
};

} // namespace

class TestClockWatch : public QObject
{
    Q_OBJECT

private slots:
    void followsTheWallClock();
    void followsSmallCorrections();
    void aJumpIsBelievedOnlyWhenItStands_data();
    void aJumpIsBelievedOnlyWhenItStands();
    void aClockThatIsSetBackInTimeNeverJumped();
    void anotherJumpWaitsAnew();
    void steadyNeverJumps();
    void nothingIsOldBeforeTheClockHasStood_data();
    void nothingIsOldBeforeTheClockHasStood();
    void aClockThatCreepsIsNotBelievedAboutAges();
    void theSystemsClocksRun();
};

void TestClockWatch::followsTheWallClock()
{
    TwoClocks clock;
    const ClockWatch watch(clock);
    QCOMPARE(watch.now(), clock.now());
    QCOMPARE(watch.startedAt(), clock.now());
    clock.pass(40 * kDay); // nobody looked, or the computer slept
    QCOMPARE(watch.now(), clock.now());
    QCOMPARE(watch.steady(), clock.now());
}

void TestClockWatch::followsSmallCorrections()
{
    TwoClocks clock;
    const ClockWatch watch(clock);
    for (int i = 0; i < 10; ++i) {
        clock.pass(kMinute);
        clock.setWall(i % 3 == 0 ? -kMinute : 2 * kMinute);
        QCOMPARE(watch.now(), clock.now());
    }
}

void TestClockWatch::aJumpIsBelievedOnlyWhenItStands_data()
{
    QTest::addColumn<Millis>("by");
    QTest::newRow("forward") << kDay;
    QTest::newRow("back") << -kDay;
    QTest::newRow("forward, barely") << ClockWatch::kJump;
    QTest::newRow("back, barely") << -ClockWatch::kJump;
}

void TestClockWatch::aJumpIsBelievedOnlyWhenItStands()
{
    QFETCH(Millis, by);
    TwoClocks clock;
    const ClockWatch watch(clock);
    clock.pass(kDay);
    const Millis before = watch.now();
    clock.setWall(by);
    QCOMPARE(watch.now(), before);
    clock.pass(ClockWatch::kBelievedAfter - 1);
    QCOMPARE(watch.now(), before + ClockWatch::kBelievedAfter - 1);
    clock.pass(1);
    QCOMPARE(watch.now(), clock.now());
}

void TestClockWatch::aClockThatIsSetBackInTimeNeverJumped()
{
    TwoClocks clock;
    const ClockWatch watch(clock);
    for (const Millis by : {kDay, -kDay, kDay}) {
        clock.setWall(by);
        QCOMPARE(watch.now(), clock.now() - by);
        clock.pass(9 * kMinute);
        QCOMPARE(watch.now(), clock.now() - by);
        clock.setWall(-by);
        QCOMPARE(watch.now(), clock.now());
        clock.pass(9 * kMinute);
        QCOMPARE(watch.now(), clock.now());
    }
}

void TestClockWatch::anotherJumpWaitsAnew()
{
    TwoClocks clock;
    const ClockWatch watch(clock);
    const Millis start = clock.now();
    clock.setWall(kDay);
    QCOMPARE(watch.now(), start);
    clock.pass(9 * kMinute);
    clock.setWall(kDay);
    QCOMPARE(watch.now(), start + 9 * kMinute);
    clock.pass(9 * kMinute);
    QCOMPARE(watch.now(), start + 18 * kMinute);
    clock.pass(kMinute);
    QCOMPARE(watch.now(), clock.now());
}

void TestClockWatch::steadyNeverJumps()
{
    TwoClocks clock;
    const ClockWatch watch(clock);
    const Millis start = watch.steady();
    clock.setWall(kDay);
    clock.pass(kDay);
    QVERIFY(watch.now() > 0);
    clock.pass(kDay);
    QCOMPARE(watch.now(), clock.now());
    QCOMPARE(watch.steady(), start + 2 * kDay);
    QCOMPARE(watch.wall(), clock.now());
}

void TestClockWatch::nothingIsOldBeforeTheClockHasStood_data()
{
    QTest::addColumn<Millis>("by");
    QTest::newRow("forward for a second") << 4000 * kDay;
    QTest::newRow("back for a second") << -4000 * kDay;
}

void TestClockWatch::nothingIsOldBeforeTheClockHasStood()
{
    QFETCH(Millis, by);
    TwoClocks clock;
    const ClockWatch watch(clock);
    QCOMPARE(watch.olderThan(0), 0); // it may have been started with a wrong clock
    clock.pass(ClockWatch::kBelievedAfter - 1);
    QCOMPARE(watch.olderThan(kDay), 0);
    clock.pass(1);
    QCOMPARE(watch.olderThan(kDay), clock.now() - kDay);
    for (int i = 0; i < 3; ++i) {
        clock.setWall(by);
        QCOMPARE(watch.olderThan(kDay), 0);
        clock.pass(1000);
        clock.setWall(-by);
        QCOMPARE(watch.olderThan(kDay), 0);
        clock.pass(ClockWatch::kBelievedAfter);
        QCOMPARE(watch.olderThan(kDay), clock.now() - kDay);
    }
    clock.setWall(by); // a person means it
    QCOMPARE(watch.olderThan(kDay), 0);
    clock.pass(ClockWatch::kBelievedAfter);
    QCOMPARE(watch.olderThan(kDay), clock.now() - kDay);
}

void TestClockWatch::aClockThatCreepsIsNotBelievedAboutAges()
{
    TwoClocks clock;
    const ClockWatch watch(clock);
    clock.pass(kDay);
    for (int i = 0; i < 100; ++i) {
        clock.pass(1000);
        clock.setWall(ClockWatch::kJump - 1);
        if (i > 0)
            QCOMPARE(watch.olderThan(0), 0);
        else
            QVERIFY(watch.olderThan(0) > 0);
    }
}

void TestClockWatch::theSystemsClocksRun()
{
    const Clock &clock = Clock::system();
    const ClockWatch watch(clock);
    const Millis start = clock.monotonic();
    QTRY_VERIFY(clock.monotonic() > start);
    QVERIFY(qAbs(watch.now() - clock.now()) < kMinute);
}

QTEST_GUILESS_MAIN(TestClockWatch)
#include "tst_clockwatch.moc"
