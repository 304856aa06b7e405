#include "app/singleinstance.h"

#include <QCoreApplication>
#include <QFile>
#include <QLocalServer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <future>

using flaredeck::app::SingleInstance;
using namespace Qt::StringLiterals;

class TestSingleInstance : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void theSecondOneIsNotTheFirst();
    void theSecondOneRaisesTheFirst();
    void aFirstOneWithoutWindowSaysSo();
    void otherDirectoriesDoNotMeet();
    void whatAKilledOneLeftDoesNotBlock();
    void withoutAFirstOneThereIsNoAnswer();

private:
    [[nodiscard]] QString lockFile() const { return m_dir->filePath(u"flaredeck.lock"_s); }
    /// The later start waits for its answer, so it cannot share the thread of the first one.
    [[nodiscard]] std::future<SingleInstance::Raised> raiseFromElsewhere() const
    {
        return std::async(std::launch::async,
                          [file = lockFile()] { return SingleInstance(file).raiseOther(); });
    }
    static bool isReady(const std::future<SingleInstance::Raised> &answer)
    {
        return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestSingleInstance::theSecondOneIsNotTheFirst()
{
    auto first = std::make_unique<SingleInstance>(lockFile());
    QVERIFY(first->acquire());
    SingleInstance second(lockFile());
    QVERIFY(!second.acquire());
    QCOMPARE(second.otherPid(), QCoreApplication::applicationPid());
    first.reset();
    QVERIFY(second.acquire());
}

void TestSingleInstance::theSecondOneRaisesTheFirst()
{
    SingleInstance first(lockFile());
    QVERIFY(first.acquire());
    first.setHasWindow(true);
    QSignalSpy raised(&first, &SingleInstance::raiseRequested);
    auto answer = raiseFromElsewhere();
    QTRY_VERIFY(isReady(answer));
    QCOMPARE(answer.get(), SingleInstance::Raised::Window);
    QCOMPARE(raised.size(), 1);
}

void TestSingleInstance::aFirstOneWithoutWindowSaysSo()
{
    SingleInstance first(lockFile());
    QVERIFY(first.acquire());
    QSignalSpy raised(&first, &SingleInstance::raiseRequested);
    auto answer = raiseFromElsewhere();
    QTRY_VERIFY(isReady(answer));
    QCOMPARE(answer.get(), SingleInstance::Raised::NoWindow);
    QVERIFY(raised.isEmpty());
}

void TestSingleInstance::otherDirectoriesDoNotMeet()
{
    SingleInstance first(lockFile());
    QVERIFY(first.acquire());
    QTemporaryDir elsewhere;
    SingleInstance other(elsewhere.filePath(u"flaredeck.lock"_s));
    QVERIFY(other.acquire());
}

void TestSingleInstance::whatAKilledOneLeftDoesNotBlock()
{
    // A lock file that names a running process, as after a restart of a container, and a socket
    // that nobody serves.
    QFile file(lockFile());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::number(QCoreApplication::applicationPid()));
    file.close();
    SingleInstance next(lockFile());
    QVERIFY(next.acquire());
    next.setHasWindow(true);
    auto answer = raiseFromElsewhere();
    QTRY_VERIFY(isReady(answer));
    QCOMPARE(answer.get(), SingleInstance::Raised::Window);
}

void TestSingleInstance::withoutAFirstOneThereIsNoAnswer()
{
    QCOMPARE(SingleInstance(lockFile()).raiseOther(), SingleInstance::Raised::NoAnswer);
}

QTEST_GUILESS_MAIN(TestSingleInstance)
#include "tst_singleinstance.moc"
