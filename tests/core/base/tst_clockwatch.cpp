#include "core/base/clockwatch.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_clockwatch {

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
    void steadyNeverJumps();
    void nothingIsOldBeforeTheClockHasStood_data();
    void nothingIsOldBeforeTheClockHasStood();
    void aClockThatCreepsIsNotBelievedAboutAges();
    void theSystemsClocksRun();
};

void TestClockWatch::steadyNeverJumps()
{
    TwoClocks clock;
    const ClockWatch watch(clock);
    const Millis start = watch.steady();
    QCOMPARE(start, clock.now());
    QCOMPARE(watch.startedAt(), start);
    clock.setWall(kDay);
    clock.pass(kDay);
    QCOMPARE(watch.steady(), start + kDay);
    QCOMPARE(watch.wall(), clock.now());
    clock.setWall(-3 * kDay);
    clock.pass(40 * kDay); // nobody read the clock, or the computer slept
    QCOMPARE(watch.steady(), start + 41 * kDay);
    QCOMPARE(watch.wall(), clock.now());
    QCOMPARE(watch.startedAt(), start);
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
    QCOMPARE(watch.olderThan(0), 0); // the app may have been started with a wrong clock
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
    clock.setWall(by); // set on purpose
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
    QVERIFY(qAbs(watch.steady() - clock.now()) < kMinute);
}

FLAREDECK_TEST(TestClockWatch)

} // namespace tst_clockwatch

#include "tst_clockwatch.moc"
