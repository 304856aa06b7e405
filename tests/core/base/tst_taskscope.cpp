#include "core/base/taskscope.h"
#include "core/base/waiting.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_taskscope {

using namespace flaredeck;
using namespace std::chrono_literals;

namespace {

/// An owner like those in the core: its tasks use its members.
class Owner : public QObject
{
    Q_OBJECT

public:
    explicit Owner(QStringList &told)
        : m_told(told)
    {
    }

    void start(QFuture<int> future, std::chrono::milliseconds patience = 1h)
    {
        m_tasks.run(take(std::move(future), patience));
    }
    void startPausing() { m_tasks.run(rest()); }
    void startListening(std::chrono::milliseconds patience) { m_tasks.run(listen(patience)); }
    /// A task that awaits another one, which is not given to the scope.
    void startNested(QFuture<int> future) { m_tasks.run(outer(std::move(future))); }
    void stop() { m_tasks.stop(); }
    [[nodiscard]] bool isIdle() const { return m_tasks.isIdle(); }

signals:
    void rang();

private:
    Task<> take(QFuture<int> future, std::chrono::milliseconds patience)
    {
        const auto value = co_await waitFor(std::move(future), patience, m_tasks.token());
        m_told << (value ? QString::number(*value) : QStringLiteral("nothing"));
    }
    Task<> rest()
    {
        co_await pause(1h, m_tasks.token());
        m_told << QStringLiteral("rested");
    }
    Task<> listen(std::chrono::milliseconds patience)
    {
        const auto came = co_await waitForSignal(this, &Owner::rang, patience, m_tasks.token());
        m_told << (!came   ? QStringLiteral("stopped")
                   : *came ? QStringLiteral("rang")
                           : QStringLiteral("silent"));
    }
    Task<int> inner(QFuture<int> future)
    {
        const auto value = co_await waitFor(std::move(future), m_tasks.token());
        co_return value.value_or(-1);
    }
    Task<> outer(QFuture<int> future)
    {
        const int value = co_await inner(std::move(future));
        m_told << QString::number(value);
        // A wait that begins after the stop returns at once.
        co_await pause(1h, m_tasks.token());
        m_told << QStringLiteral("over");
    }

    QStringList &m_told;
    TaskScope m_tasks;
};

} // namespace

/// Tasks end before their owner does.
class TestTaskScope : public QObject
{
    Q_OBJECT

    QStringList m_told;

private slots:
    void init() { m_told.clear(); }

    void aValueArrives()
    {
        QPromise<int> promise;
        promise.start();
        Owner owner(m_told);
        owner.start(promise.future());
        QVERIFY(!owner.isIdle());
        promise.addResult(7);
        promise.finish();
        QTRY_COMPARE(m_told, QStringList{QStringLiteral("7")});
        QVERIFY(owner.isIdle());
    }

    void aValueThatDoesNotComeIsGivenUp()
    {
        QPromise<int> promise;
        promise.start();
        Owner owner(m_told);
        owner.start(promise.future(), 1ms);
        QTRY_COMPARE(m_told, QStringList{QStringLiteral("nothing")});
        QVERIFY(owner.isIdle());
    }

    void whoeverPromisedMayGo()
    {
        auto promise = std::make_unique<QPromise<int>>();
        promise->start();
        Owner owner(m_told);
        owner.start(promise->future());
        promise.reset();
        QTRY_COMPARE(m_told, QStringList{QStringLiteral("nothing")});
    }

    void everyTaskEndsBeforeItsOwner()
    {
        QPromise<int> promise;
        promise.start();
        {
            Owner owner(m_told);
            owner.start(promise.future());
            owner.startPausing();
            owner.startListening(1h);
            owner.startNested(promise.future());
            QVERIFY(m_told.isEmpty());
        }
        m_told.sort();
        QCOMPARE(m_told, (QStringList{QStringLiteral("-1"), QStringLiteral("nothing"),
                                      QStringLiteral("over"), QStringLiteral("rested"),
                                      QStringLiteral("stopped")}));
    }

    void whatBeginsAfterTheStopDoesNotWait()
    {
        QPromise<int> promise;
        promise.start();
        Owner owner(m_told);
        owner.stop();
        owner.start(promise.future());
        QCOMPARE(m_told, QStringList{QStringLiteral("nothing")});
        QVERIFY(owner.isIdle());
    }

    void aSignalIsWaitedFor()
    {
        Owner owner(m_told);
        owner.startListening(1h);
        emit owner.rang();
        emit owner.rang();
        QTRY_COMPARE(m_told, QStringList{QStringLiteral("rang")});
    }

    void aSignalThatDoesNotComeIsGivenUp()
    {
        Owner owner(m_told);
        owner.startListening(1ms);
        QTRY_COMPARE(m_told, QStringList{QStringLiteral("silent")});
    }
};

FLAREDECK_TEST(TestTaskScope)

} // namespace tst_taskscope

#include "tst_taskscope.moc"
