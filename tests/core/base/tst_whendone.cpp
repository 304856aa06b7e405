#include "core/base/whendone.h"
#include "tests/support/testcase.h"

#include <QPromise>
#include <QSemaphore>
#include <QTest>
#include <QThread>

#include <memory>
#include <optional>
#include <thread>

namespace tst_whendone {

using namespace flaredeck;

class TestWhenDone : public QObject
{
    Q_OBJECT

private slots:
    void anAnswerFromAnotherThreadArrivesOnTheContextsThread();
    void anAnswerThatIsThereAlreadyArrivesLater();
    void aContextThatIsGoneIsNotCalled();
    void aContextMayGoWhileTheAnswerIsMade();
    void aBrokenPromiseIsNoAnswer();
};

void TestWhenDone::anAnswerFromAnotherThreadArrivesOnTheContextsThread()
{
    QPromise<int> promise;
    promise.start();
    int calls = 0;
    int answer = 0;
    const QThread *calledOn = nullptr;
    whenDone(promise.future(), this, [&](int value) {
        ++calls;
        answer = value;
        calledOn = QThread::currentThread();
    });
    std::thread worker([&promise] {
        promise.addResult(42);
        promise.finish();
    });
    QTRY_COMPARE(answer, 42);
    worker.join();
    QCOMPARE(calledOn, thread());
    QCoreApplication::processEvents();
    QCOMPARE(calls, 1);
}

void TestWhenDone::anAnswerThatIsThereAlreadyArrivesLater()
{
    QPromise<int> promise;
    promise.start();
    promise.addResult(7);
    promise.finish();
    std::optional<int> answer;
    whenDone(promise.future(), this, [&answer](int value) { answer = value; });
    QVERIFY(!answer);
    QTRY_COMPARE(answer, std::optional(7));
}

void TestWhenDone::aContextThatIsGoneIsNotCalled()
{
    QPromise<int> promise;
    promise.start();
    bool called = false;
    auto context = std::make_unique<QObject>();
    whenDone(promise.future(), context.get(), [&called](int) { called = true; });
    promise.addResult(1);
    promise.finish();
    context.reset(); // the answer is in its event queue
    bool witness = false;
    whenDone(promise.future(), this, [&witness](int) { witness = true; });
    QTRY_VERIFY(witness);
    QVERIFY(!called);
}

void TestWhenDone::aContextMayGoWhileTheAnswerIsMade()
{
    constexpr int kRounds = 500;
    for (int round = 0; round < kRounds; ++round) {
        QPromise<int> promise;
        promise.start();
        auto context = std::make_unique<QObject>();
        whenDone(promise.future(), context.get(), [](int) {});
        QSemaphore go;
        std::thread worker([&promise, &go] {
            go.acquire();
            promise.addResult(1);
            promise.finish();
        });
        go.release();
        context.reset(); // at the same moment
        worker.join();
    }
    QCoreApplication::processEvents();
}

void TestWhenDone::aBrokenPromiseIsNoAnswer()
{
    bool called = false;
    QFuture<int> future;
    {
        QPromise<int> promise;
        promise.start();
        future = promise.future();
        whenDone(future, this, [&called](int) { called = true; });
    }
    QTRY_VERIFY(future.isFinished());
    QCoreApplication::processEvents();
    QVERIFY(!called);
}

FLAREDECK_TEST(TestWhenDone)

} // namespace tst_whendone

#include "tst_whendone.moc"
