#include "core/service/throttle.h"
#include "tests/support/testcase.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

namespace tst_throttle {

using flaredeck::service::Throttle;

class TestThrottle : public QObject
{
    Q_OBJECT

private slots:
    void manyRequestsAreDueOnce();
    void requestsDuringTheIntervalAreDueAtItsEnd();
    void nothingIsDueWithoutARequest();
};

void TestThrottle::manyRequestsAreDueOnce()
{
    Throttle throttle(60'000);
    QSignalSpy due(&throttle, &Throttle::due);
    for (int i = 0; i < 100; ++i)
        throttle.request();
    QCOMPARE(due.size(), 0);
    QVERIFY(due.wait());
    QCOMPARE(due.size(), 1);
}

void TestThrottle::requestsDuringTheIntervalAreDueAtItsEnd()
{
    constexpr int kIntervalMs = 50;
    Throttle throttle(kIntervalMs);
    QSignalSpy due(&throttle, &Throttle::due);
    throttle.request();
    QVERIFY(due.wait());
    QElapsedTimer timer;
    timer.start();
    throttle.request();
    throttle.request();
    QVERIFY(due.wait());
    QVERIFY2(timer.elapsed() >= kIntervalMs / 2, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(due.size(), 2);
}

void TestThrottle::nothingIsDueWithoutARequest()
{
    Throttle throttle(1);
    QSignalSpy due(&throttle, &Throttle::due);
    throttle.request();
    QVERIFY(due.wait());
    QVERIFY(!due.wait(50));
}

FLAREDECK_TEST(TestThrottle)

} // namespace tst_throttle

#include "tst_throttle.moc"
