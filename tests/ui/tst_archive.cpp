#include "tests/support/testcase.h"
#include "ui/archive.h"

#include <QObject>
#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>

namespace tst_archive {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// A disk that answers when the test lets it.
class TestArchive : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aSlowDiskDoesNotHoldTheWindow();
    void whatIsNoLongerWantedIsNotRead();
    void anAnswerThatComesTooLateIsDropped();
    void askingAgainWaitsForTheAnswer();
    void theEndLeavesNobodyWaiting();
    void withoutATrailThereIsAnError();

private:
    /// Answers with the value when the disk does.
    auto ask(int value)
    {
        return m_archive->calls([this, value](store::HistoryReader &) {
            m_begun.release();
            m_disk.acquire();
            m_read << value;
            return value;
        });
    }
    void note(int answer) { m_answers << answer; }

    QTemporaryDir m_directory;
    QSemaphore m_begun;
    QSemaphore m_disk; ///< released once for each answer
    QList<int> m_read; ///< on the other thread
    QList<int> m_answers;
    std::unique_ptr<Archive> m_archive;
};

void TestArchive::init()
{
    m_read.clear();
    m_answers.clear();
    m_begun.acquire(m_begun.available());
    m_disk.acquire(m_disk.available());
    m_archive = std::make_unique<Archive>(m_directory.filePath(u"history.db"_s),
                                          m_directory.filePath(u"vault.db"_s));
}

void TestArchive::cleanup()
{
    m_disk.release(100);
    m_archive.reset();
}

void TestArchive::aSlowDiskDoesNotHoldTheWindow()
{
    whenDone(ask(1), this, [this](int answer) { note(answer); });
    m_begun.acquire();
    bool isAlive = false;
    QMetaObject::invokeMethod(
        this, [&isAlive] { isAlive = true; }, Qt::QueuedConnection);
    QTRY_VERIFY(isAlive);
    QVERIFY(m_answers.isEmpty());
    m_disk.release();
    QTRY_COMPARE(m_answers, QList<int>{1});
}

void TestArchive::whatIsNoLongerWantedIsNotRead()
{
    Reading reading;
    const auto then = [this](int answer) { note(answer); };
    reading.start(
        this, [this] { return ask(1); }, then);
    m_begun.acquire();
    reading.start(
        this, [this] { return ask(2); }, then);
    reading.start(
        this, [this] { return ask(3); }, then);
    m_disk.release(3);
    QTRY_COMPARE(m_answers, QList<int>{3});
    m_archive.reset();
    QCOMPARE(m_read, (QList<int>{1, 3}));
}

void TestArchive::anAnswerThatComesTooLateIsDropped()
{
    Reading reading;
    reading.start(
        this, [this] { return ask(1); }, [this](int answer) { note(answer); });
    m_disk.release();
    m_begun.acquire();
    // The answer is on its way when nobody wants it any more.
    m_archive.reset();
    QCOMPARE(m_read, QList<int>{1});
    reading.drop();
    QVERIFY(!reading.isAwaited());
    QCoreApplication::processEvents();
    QVERIFY(m_answers.isEmpty());
}

void TestArchive::askingAgainWaitsForTheAnswer()
{
    Reading reading;
    int asked = 0;
    const auto again = [this, &reading, &asked] {
        reading.refresh(
            this, [this, &asked] { return ask(++asked); }, [this](int answer) { note(answer); });
    };
    again();
    again();
    again();
    QCOMPARE(asked, 1);
    m_disk.release(2);
    QTRY_COMPARE(m_answers, (QList<int>{1, 2})); // both are shown, however slow they are
    QVERIFY(!reading.isAwaited());
    QCOMPARE(asked, 2);
}

void TestArchive::theEndLeavesNobodyWaiting()
{
    const auto first = ask(1);
    const auto second = ask(2);
    m_begun.acquire();
    m_disk.release(2);
    m_archive.reset();
    QVERIFY(first.isFinished() && second.isFinished());
    QCOMPARE(m_read.value(0), 1);
}

void TestArchive::withoutATrailThereIsAnError()
{
    std::optional<Result<qint64>> answer;
    whenDone(m_archive->audit([](store::AuditReader &) -> Result<qint64> { return 1; }), this,
             [&answer](const Result<qint64> &given) { answer = given; });
    QTRY_VERIFY(answer);
    QVERIFY(!*answer);
    QVERIFY(answer->error().text().contains(u"vault.db"_s));
}

FLAREDECK_TEST(TestArchive)

} // namespace tst_archive

#include "tst_archive.moc"
