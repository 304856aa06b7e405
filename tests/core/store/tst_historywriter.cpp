#include "core/store/history/history.h"
#include "core/store/history/historyfile.h"
#include "fixtures.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>
#include <QSqlDatabase>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

namespace tst_historywriter {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::CallRecord;
using store::Database;
using store::HistoryReader;
using store::HistoryWriter;

class TestHistoryWriter : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aCallIsReadableSoonAfterItWasAppended();
    void flushWaitsForEverythingAppended();
    void theDestructorWritesWhatIsLeft();
    void threadsAppendAtTheSameTime();
    void idsContinueAfterARestart();
    void appendingNeverWaitsForTheDisk();
    void theQueueIsBoundedAndTheLossReported();
    void clearingForgetsEveryByte();
    void oldCallsGoAtTheStart();
    void oldCallsGoEveryHour();
    void aClockThatRunsAheadTakesNoCalls();
    void zeroDaysKeepCallsForEver();
    void filesArePrivate();
    void aDamagedFileIsReplacedAtTheStart();
    void aFileDamagedLaterIsReplacedWithoutLosingTheBatch();
    void aFileOfAnotherFormatIsLeftAlone();
    void aMissingDirectoryIsReportedOnceAndTriedAgain();

private:
    [[nodiscard]] CallRecord call(int number) const;
    [[nodiscard]] std::unique_ptr<HistoryWriter> writer(int keepDays = 30);
    /// The ids in the file, newest first.
    [[nodiscard]] QList<qint64> ids();
    [[nodiscard]] QStringList damagedFiles() const;

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_file;
    test::ManualClock m_clock;
    QStringList m_failures; ///< reported by the writers of writer()
};

void TestHistoryWriter::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_file = m_dir->filePath(u"history.db"_s);
    m_failures.clear();
}

void TestHistoryWriter::cleanup()
{
    QVERIFY2(QSqlDatabase::connectionNames().isEmpty(), "a connection was not removed");
}

CallRecord TestHistoryWriter::call(int number) const
{
    CallRecord call;
    call.startedAt = m_clock.now();
    call.tool = u"add"_s;
    call.bytesIn = number;
    call.arguments = "{\"number\":" + QByteArray::number(number) + '}';
    return call;
}

std::unique_ptr<HistoryWriter> TestHistoryWriter::writer(int keepDays)
{
    auto made = std::make_unique<HistoryWriter>(m_file, keepDays, m_clock);
    connect(made.get(), &HistoryWriter::failed, this,
            [this](const QString &message) { m_failures << message; });
    return made;
}

QList<qint64> TestHistoryWriter::ids()
{
    QList<qint64> found;
    const auto read = HistoryReader(m_file).calls({}, 0, 1'000'000);
    for (const CallRecord &call : read.value())
        found << call.id;
    return found;
}

QStringList TestHistoryWriter::damagedFiles() const
{
    QStringList files = QDir(m_dir->path()).entryList({u"history.db.damaged-*"_s}, QDir::Files);
    files.removeIf([](const QString &name) { return name.endsWith(u"-wal"_s); }); // kept beside it
    return files;
}

void TestHistoryWriter::aCallIsReadableSoonAfterItWasAppended()
{
    const auto history = writer();
    // No QSignalSpy: it would write on the storage thread while this thread reads.
    QList<qint64> written;
    QObject here;
    connect(history.get(), &HistoryWriter::callsWritten, &here, [&](qint64 id) { written << id; });
    history->append(call(7));
    QTRY_COMPARE(written, QList<qint64>({1}));
    QCOMPARE(HistoryReader(m_file).call(1).value()->bytesIn, 7);
}

void TestHistoryWriter::flushWaitsForEverythingAppended()
{
    const auto history = writer();
    for (int i = 0; i < 3000; ++i)
        history->append(call(i));
    history->flush();
    QCOMPARE(ids().size(), 3000);
    history->flush();
    QCOMPARE(ids().size(), 3000);
}

void TestHistoryWriter::theDestructorWritesWhatIsLeft()
{
    {
        const auto history = writer();
        for (int i = 0; i < 1000; ++i)
            history->append(call(i));
    }
    QCOMPARE(ids().size(), 1000);
}

void TestHistoryWriter::threadsAppendAtTheSameTime()
{
    const auto history = writer();
    std::vector<std::unique_ptr<QThread>> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back(QThread::create([&] {
            for (int i = 0; i < 500; ++i)
                history->append(call(i));
        }));
        threads.back()->start();
    }
    for (const auto &thread : threads)
        thread->wait();
    history->flush();
    QCOMPARE(ids().size(), 2000);
}

void TestHistoryWriter::idsContinueAfterARestart()
{
    for (int run = 0; run < 2; ++run) {
        const auto history = writer();
        for (int i = 0; i < 3; ++i)
            history->append(call(i));
    }
    QCOMPARE(ids(), QList<qint64>({6, 5, 4, 3, 2, 1}));
}

void TestHistoryWriter::appendingNeverWaitsForTheDisk()
{
    const auto history = writer();
    history->append(call(0)); // without anything to write, flush() does not wait for the file
    history->flush();
    // Keeps the write lock, like a slow disk.
    Result<Database> other = Database::open(m_file, Database::Durability::Normal);
    QVERIFY(other && other->execute(u"BEGIN IMMEDIATE"_s));
    for (int i = 0; i < 2000; ++i)
        history->append(call(i));
    QCOMPARE(ids().size(), 1); // all of them were taken before one could be written
    QVERIFY(other->execute(u"COMMIT"_s));
    history->flush();
    QCOMPARE(ids().size(), 2001);
}

void TestHistoryWriter::theQueueIsBoundedAndTheLossReported()
{
    constexpr int kBig = 1024 * 1024;
    const auto history = writer();
    history->append(call(0)); // so that the file exists
    history->flush();
    Result<Database> other = Database::open(m_file, Database::Durability::Normal);
    QVERIFY(other && other->execute(u"BEGIN IMMEDIATE"_s));
    CallRecord big = call(1);
    big.result = QByteArray(kBig, 'x');
    // 64 MiB may wait, and as much may be in the storage thread's batch.
    for (int i = 0; i < 200; ++i)
        history->append(big);
    QVERIFY(other->execute(u"COMMIT"_s));
    history->flush();
    const auto kept = ids().size() - 1;
    QVERIFY2(kept > 0 && kept <= 128, qPrintable(QString::number(kept)));
    QTRY_COMPARE(m_failures.size(), 1);
    QVERIFY2(m_failures[0].startsWith(QString::number(200 - kept)), qPrintable(m_failures[0]));
    history->append(call(2));
    history->flush();
    QCOMPARE(ids().size(), kept + 2);
}

void TestHistoryWriter::clearingForgetsEveryByte()
{
    const QByteArray secret = "forget-this-argument";
    const auto history = writer();
    int cleared = 0;
    QObject here;
    connect(history.get(), &HistoryWriter::cleared, &here, [&] { ++cleared; });
    CallRecord before = call(1);
    before.arguments = secret;
    for (int i = 0; i < 500; ++i)
        history->append(before);
    history->flush();
    QVERIFY(test::contentOf(m_dir->path()).contains(secret));
    history->append(before); // still in the queue
    history->clear();
    history->append(call(2));
    history->flush();
    QTRY_COMPARE(cleared, 1);
    const QList<qint64> left = ids();
    QCOMPARE(left.size(), 1);
    QVERIFY(left[0] > 500); // an id is never used twice
    QVERIFY(!test::contentOf(m_dir->path()).contains(secret));
}

void TestHistoryWriter::oldCallsGoAtTheStart()
{
    {
        const auto history = writer();
        for (int i = 0; i < 1200; ++i) // more than are deleted at once
            history->append(call(i));
        history->flush();
        m_clock.advance(20 * test::kDay);
        history->append(call(1));
    }
    m_clock.advance(11 * test::kDay);
    const auto history = writer();
    history->append(call(2));
    history->flush();
    QCOMPARE(ids().size(), 1202); // the app may have been started with a wrong clock
    m_clock.advance(ClockWatch::kBelievedAfter);
    history->append(call(3));
    QTRY_COMPARE(ids(), QList<qint64>({1203, 1202, 1201}));
}

void TestHistoryWriter::oldCallsGoEveryHour()
{
    const auto history = writer(1);
    history->append(call(1));
    history->flush();
    m_clock.advance(test::kDay + test::kHour);
    history->append(call(2)); // wakes the storage thread
    QTRY_COMPARE(ids(), QList<qint64>({2}));
}

void TestHistoryWriter::aClockThatRunsAheadTakesNoCalls()
{
    const auto history = writer(1);
    history->append(call(1));
    history->flush();
    m_clock.advance(2 * test::kHour);
    m_clock.set(4000 * test::kDay);
    for (int i = 0; i < 2; ++i) {
        history->append(call(2));
        history->flush();
        m_clock.advance(ClockWatch::kBelievedAfter / 2 - 1000);
    }
    m_clock.set(-4000 * test::kDay);
    history->append(call(3));
    history->flush();
    QCOMPARE(ids(), QList<qint64>({4, 3, 2, 1}));
}

void TestHistoryWriter::zeroDaysKeepCallsForEver()
{
    const auto history = writer(0);
    history->append(call(1));
    history->flush();
    m_clock.advance(10'000 * test::kDay);
    for (int i = 0; i < 2; ++i) {
        history->append(call(2));
        history->flush();
    }
    QCOMPARE(ids().size(), 3);
}

void TestHistoryWriter::filesArePrivate()
{
    const auto history = writer();
    history->append(call(1));
    history->flush();
    QVERIFY(QFile::exists(m_file + u"-wal"_s));
    QCOMPARE(test::openToOthers(m_dir->path()), QStringList());
}

void TestHistoryWriter::aDamagedFileIsReplacedAtTheStart()
{
    const QByteArray garbage(5000, '\x5a');
    QFile file(m_file);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(garbage);
    file.close();
    const auto history = writer();
    history->append(call(1));
    history->flush();
    QCOMPARE(ids().size(), 1);
    QCOMPARE(damagedFiles().size(), 1);
    QFile aside(m_dir->filePath(damagedFiles().constFirst()));
    QVERIFY(aside.open(QIODevice::ReadOnly));
    QVERIFY(aside.readAll() == garbage);
    QTRY_COMPARE(m_failures.size(), 1);
    QVERIFY2(m_failures[0].contains(u"damaged"_s) && m_failures[0].contains(m_file) &&
                 m_failures[0].contains(damagedFiles().constFirst()),
             qPrintable(m_failures[0]));
}

void TestHistoryWriter::aFileDamagedLaterIsReplacedWithoutLosingTheBatch()
{
    {
        const auto history = writer();
        for (int i = 0; i < 2000; ++i)
            history->append(call(i));
    }
    qint64 page = 0;
    {
        Result<Database> database = Database::open(m_file, Database::Durability::Normal);
        QVERIFY(database);
        const auto query =
            database->run(u"SELECT rootpage FROM sqlite_schema WHERE name = 'calls_by_tool'"_s);
        QVERIFY(query && (*query)->next());
        page = (*query)->value(0).toLongLong();
        (*query)->finish();
    }
    // Nothing reads the damaged page before the first insertion.
    QFile file(m_file);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek((page - 1) * 4096));
    file.write(QByteArray(4096, '\x5a'));
    file.close();

    const auto history = writer();
    HistoryReader reader(m_file);
    QCOMPARE(reader.call(1).value()->bytesIn, 0);
    for (int i = 0; i < 5; ++i)
        history->append(call(100 + i));
    history->flush();
    QCOMPARE(damagedFiles().size(), 1);
    QCOMPARE(ids(), QList<qint64>({2005, 2004, 2003, 2002, 2001}));
    // A reader with the old file open switches to the new one.
    QCOMPARE(reader.calls({}, 0, 100).value().size(), 5);
    QTRY_COMPARE(m_failures.size(), 1);
}

void TestHistoryWriter::aFileOfAnotherFormatIsLeftAlone()
{
    {
        Result<Database> database = Database::open(m_file, Database::Durability::Normal);
        QVERIFY(database && database->execute(u"PRAGMA user_version = 1000"_s));
    }
    const auto history = writer();
    history->append(call(1));
    history->flush();
    QTRY_COMPARE(m_failures.size(), 1);
    QVERIFY2(m_failures[0].contains(u"another version"_s), qPrintable(m_failures[0]));
    QCOMPARE(damagedFiles(), QStringList());
    QVERIFY(!HistoryReader(m_file).calls({}, 0, 1));
}

void TestHistoryWriter::aMissingDirectoryIsReportedOnceAndTriedAgain()
{
    m_file = m_dir->filePath(u"later/history.db"_s);
    const auto history = writer();
    for (int i = 0; i < 3; ++i) {
        history->append(call(i));
        history->flush();
    }
    QTRY_COMPARE(m_failures.size(), 1);
    QVERIFY2(m_failures[0].contains(m_file), qPrintable(m_failures[0]));

    QVERIFY(QDir(m_dir->path()).mkdir(u"later"_s));
    m_clock.advance(60'000);
    history->append(call(9));
    history->flush();
    QCOMPARE(ids().size(), 1);
    QCOMPARE(m_failures.size(), 1);
}

FLAREDECK_TEST(TestHistoryWriter)

} // namespace tst_historywriter

#include "tst_historywriter.moc"
