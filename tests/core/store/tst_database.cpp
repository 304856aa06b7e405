#include "core/store/database.h"
#include "fixtures.h"
#include "tests/support/testcase.h"

#include <QSqlDatabase>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

namespace tst_database {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::Database;

namespace {

const QString kCreate = u"CREATE TABLE t (x INTEGER NOT NULL)"_s;

Database opened(const QString &file, Database::Access access = Database::Access::ReadWrite)
{
    Result<Database> database = Database::open(file, Database::Durability::Full, access);
    if (!database)
        qFatal("%s", qPrintable(database.error().text()));
    return *std::move(database);
}

QVariant value(Database &database, const QString &sql)
{
    const auto query = database.run(sql);
    if (!query || !(*query)->next())
        return {};
    const QVariant first = (*query)->value(0);
    (*query)->finish();
    return first;
}

} // namespace

class TestDatabase : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void setsDurabilityAndPrivacy();
    void allFilesArePrivate();
    void sideFilesLeftOpenToOthersAreClosed();
    void bindsAllKindsOfValues();
    void aStatementErrorNamesTheFile();
    void anErrorRollsBack();
    void aFullDiskRollsBackAndSaysSo();
    void foreignKeysAreEnforced();
    void readOnlyDoesNotWrite();
    void readOnlyDoesNotCreate();
    void anotherWriterIsReportedAsLock();
    void aNewFileIsSetUpOnce();
    void aSetUpThatFailsLeavesANewFile();
    void anotherFormatIsRefused();
    void damagedFilesAreRecognisedAndKept_data();
    void damagedFilesAreRecognisedAndKept();
    void aTornTailIsFoundByTheIntegrityCheck();
    void aDirectoryThatDoesNotExistIsAnError();
    void connectionsOfThreadsAreIndependent();

private:
    QString m_file;
    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestDatabase::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_file = m_dir->filePath(u"test.db"_s);
}

void TestDatabase::cleanup()
{
    QVERIFY2(QSqlDatabase::connectionNames().isEmpty(), "a connection was not removed");
}

void TestDatabase::setsDurabilityAndPrivacy()
{
    {
        Database database = opened(m_file);
        QCOMPARE(value(database, u"PRAGMA journal_mode"_s).toString(), u"wal"_s);
        QCOMPARE(value(database, u"PRAGMA synchronous"_s).toInt(), 2);
        QCOMPARE(value(database, u"PRAGMA secure_delete"_s).toInt(), 1);
        QCOMPARE(value(database, u"PRAGMA foreign_keys"_s).toInt(), 1);
    }
    Result<Database> history = Database::open(m_file, Database::Durability::Normal);
    QVERIFY(history);
    QCOMPARE(value(*history, u"PRAGMA synchronous"_s).toInt(), 1);
}

void TestDatabase::allFilesArePrivate()
{
    Database database = opened(m_file);
    QVERIFY(database.execute(kCreate));
    QVERIFY(QFile::exists(m_file + u"-wal"_s) && QFile::exists(m_file + u"-shm"_s));
    QCOMPARE(test::openToOthers(m_dir->path()), QStringList());
}

void TestDatabase::sideFilesLeftOpenToOthersAreClosed()
{
    for (const QString &suffix : {u""_s, u"-wal"_s, u"-shm"_s}) {
        QFile file(m_file + suffix);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
    }
    Database database = opened(m_file);
    QVERIFY(database.execute(kCreate));
    QCOMPARE(test::openToOthers(m_dir->path()), QStringList());
}

void TestDatabase::bindsAllKindsOfValues()
{
    Database database = opened(m_file);
    QVERIFY(database.execute(u"CREATE TABLE v (t TEXT, b BLOB, i INTEGER, n TEXT)"_s));
    const QByteArray bytes("\x00\xff\x80", 3);
    const qint64 number = std::numeric_limits<qint64>::max();
    for (int i = 0; i < 2; ++i)
        QVERIFY(database.run(u"INSERT INTO v VALUES (?, ?, ?, ?)"_s,
                             {u"Größe 😀"_s, bytes, number, QString()}));
    const auto query = database.run(u"SELECT t, b, i, n IS NULL FROM v"_s);
    QVERIFY(query);
    int rows = 0;
    while ((*query)->next()) {
        ++rows;
        QCOMPARE((*query)->value(0).toString(), u"Größe 😀"_s);
        QCOMPARE((*query)->value(1).toByteArray(), bytes);
        QCOMPARE((*query)->value(2).toLongLong(), number);
        QVERIFY((*query)->value(3).toBool());
    }
    QCOMPARE(rows, 2);
}

void TestDatabase::aStatementErrorNamesTheFile()
{
    Database database = opened(m_file);
    for (const Result<> &done : {database.execute(u"NONSENSE"_s),
                                 database.run(u"SELECT * FROM absent"_s).map([](QSqlQuery *) {})}) {
        QVERIFY(!done);
        QCOMPARE(done.error().kind, Error::Kind::Storage);
        QVERIFY2(done.error().message.contains(m_file), qPrintable(done.error().message));
        QVERIFY(!store::isDamage(done.error()));
    }
}

void TestDatabase::anErrorRollsBack()
{
    Database database = opened(m_file);
    QVERIFY(database.execute(kCreate));
    const Result<> done = database.transaction([&]() -> Result<> {
        if (const auto inserted = database.run(u"INSERT INTO t VALUES (1)"_s); !inserted)
            return fail(inserted.error());
        return fail(Error::Kind::Denied, u"no"_s);
    });
    QCOMPARE(done.error().kind, Error::Kind::Denied);
    QCOMPARE(value(database, u"SELECT count(*) FROM t"_s).toInt(), 0);
    QVERIFY(database.transaction([&] { return database.execute(u"INSERT INTO t VALUES (2)"_s); }));
    QCOMPARE(value(database, u"SELECT count(*) FROM t"_s).toInt(), 1);
}

void TestDatabase::aFullDiskRollsBackAndSaysSo()
{
    Database database = opened(m_file);
    QVERIFY(database.execute(u"CREATE TABLE big (b BLOB)"_s));
    // SQLite's own limit gives the same error as a full disk.
    QVERIFY(database.execute(u"PRAGMA max_page_count = 4"_s));
    const Result<> done = database.transaction([&]() -> Result<> {
        for (int i = 0; i < 100; ++i) {
            if (const auto inserted =
                    database.run(u"INSERT INTO big VALUES (?)"_s, {QByteArray(4096, 'x')});
                !inserted)
                return fail(inserted.error());
        }
        return {};
    });
    QVERIFY(!done);
    QVERIFY2(done.error().message.contains(u"disk is full"_s), qPrintable(done.error().message));
    QVERIFY(done.error().message.contains(m_file));
    QVERIFY(!done.error().action.isEmpty());
    QVERIFY(!store::isDamage(done.error()));
    QCOMPARE(value(database, u"SELECT count(*) FROM big"_s).toInt(), 0);
    QVERIFY(database.execute(u"PRAGMA max_page_count = 1000"_s));
    QVERIFY(database.run(u"INSERT INTO big VALUES (?)"_s, {QByteArray(4096, 'x')}));
}

void TestDatabase::foreignKeysAreEnforced()
{
    Database database = opened(m_file);
    QVERIFY(database.execute(u"CREATE TABLE parent (id INTEGER PRIMARY KEY)"_s));
    QVERIFY(database.execute(u"CREATE TABLE child (id INTEGER REFERENCES parent(id))"_s));
    QVERIFY(!database.execute(u"INSERT INTO child VALUES (1)"_s));
}

void TestDatabase::readOnlyDoesNotWrite()
{
    Database writer = opened(m_file);
    QVERIFY(writer.execute(kCreate));
    Database reader = opened(m_file, Database::Access::ReadOnly);
    const Result<> done = reader.execute(u"INSERT INTO t VALUES (1)"_s);
    QVERIFY(!done);
    QVERIFY2(done.error().message.contains(u"cannot be written"_s),
             qPrintable(done.error().message));
    QVERIFY(writer.execute(u"INSERT INTO t VALUES (1)"_s));
    QCOMPARE(value(reader, u"SELECT count(*) FROM t"_s).toInt(), 1);
}

void TestDatabase::readOnlyDoesNotCreate()
{
    QVERIFY(!Database::open(m_file, Database::Durability::Full, Database::Access::ReadOnly));
    QVERIFY(!QFile::exists(m_file));
}

void TestDatabase::anotherWriterIsReportedAsLock()
{
    Database first = opened(m_file);
    Database second = opened(m_file);
    QVERIFY(second.execute(u"PRAGMA busy_timeout = 10"_s));
    QVERIFY(first.execute(u"BEGIN IMMEDIATE"_s));
    const Result<> done = second.transaction([] { return Result<>(); });
    QVERIFY(!done);
    QVERIFY2(done.error().message.contains(u"locked by another program"_s),
             qPrintable(done.error().message));
    QVERIFY(first.execute(u"COMMIT"_s));
    QVERIFY(second.transaction([] { return Result<>(); }));
}

void TestDatabase::aNewFileIsSetUpOnce()
{
    for (int i = 0; i < 2; ++i) {
        Database database = opened(m_file);
        QCOMPARE(database.hasFormat(3).value(), i > 0);
        const Result<> done = database.setUp(3, {kCreate, u"INSERT INTO t VALUES (7)"_s});
        QVERIFY2(done, done ? "" : qPrintable(done.error().text()));
        QCOMPARE(value(database, u"SELECT count(*) FROM t"_s).toInt(), 1);
    }
}

void TestDatabase::aSetUpThatFailsLeavesANewFile()
{
    Database database = opened(m_file);
    QVERIFY(!database.setUp(1, {kCreate, u"NONSENSE"_s}));
    QCOMPARE(database.hasFormat(1).value(), false);
    QVERIFY(database.setUp(1, {kCreate}));
}

void TestDatabase::anotherFormatIsRefused()
{
    Database database = opened(m_file);
    QVERIFY(database.setUp(2, {kCreate}));
    for (const int known : {1, 3}) {
        const Result<> done = database.setUp(known, {kCreate});
        QVERIFY(!done);
        QVERIFY2(done.error().message.contains(u"another version"_s) &&
                     done.error().message.contains(m_file),
                 qPrintable(done.error().message));
        QVERIFY(done.error().action.contains(u"Update"_s));
        QVERIFY(!store::isDamage(done.error()));
    }
}

void TestDatabase::damagedFilesAreRecognisedAndKept_data()
{
    QTest::addColumn<int>("offset");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("no database at all") << 0 << QByteArray(3000, 'x');
    QTest::newRow("a broken header") << 0 << QByteArray("SQLite format 9");
    QTest::newRow("a broken schema page") << 100 << QByteArray(500, '\xff');
}

void TestDatabase::damagedFilesAreRecognisedAndKept()
{
    QFETCH(int, offset);
    QFETCH(QByteArray, bytes);
    {
        Database database = opened(m_file);
        QVERIFY(database.execute(kCreate));
    }
    QFile file(m_file);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(offset));
    file.write(bytes);
    file.close();
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();

    const Result<Database> database = Database::open(m_file, Database::Durability::Full);
    QVERIFY(!database);
    QVERIFY(store::isDamage(database.error()));
    QVERIFY(database.error().message.contains(m_file));
    QVERIFY(database.error().message.contains(u"damaged"_s));
    QVERIFY(!database.error().action.isEmpty());
    file.seek(0);
    QCOMPARE(file.readAll(), before);
}

void TestDatabase::aTornTailIsFoundByTheIntegrityCheck()
{
    {
        Database database = opened(m_file);
        QVERIFY(database.execute(u"CREATE TABLE big (b BLOB)"_s));
        for (int i = 0; i < 50; ++i)
            QVERIFY(database.run(u"INSERT INTO big VALUES (?)"_s, {QByteArray(1000, 'x')}));
        QVERIFY(database.checkIntegrity());
    }
    // A damaged page in the middle, as a failing disk leaves it.
    QFile file(m_file);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(4096L * 5));
    file.write(QByteArray(4096, '\x5a'));
    file.close();
    Database database = opened(m_file);
    const Result<> sound = database.checkIntegrity();
    QVERIFY(!sound);
    QVERIFY(store::isDamage(sound.error()));
}

void TestDatabase::aDirectoryThatDoesNotExistIsAnError()
{
    const QString file = m_dir->filePath(u"absent/test.db"_s);
    const Result<Database> database = Database::open(file, Database::Durability::Full);
    QVERIFY(!database);
    QVERIFY(database.error().message.contains(file));
    QVERIFY(!database.error().action.isEmpty());
}

void TestDatabase::connectionsOfThreadsAreIndependent()
{
    Database database = opened(m_file);
    QVERIFY(database.execute(kCreate));
    std::vector<std::unique_ptr<QThread>> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back(QThread::create([this] {
            Database own = opened(m_file);
            for (int i = 0; i < 20; ++i) {
                const Result<> done =
                    own.transaction([&own] { return own.execute(u"INSERT INTO t VALUES (1)"_s); });
                if (!done)
                    qWarning().noquote() << done.error().text();
            }
        }));
        threads.back()->start();
    }
    for (const auto &thread : threads)
        thread->wait();
    QCOMPARE(value(database, u"SELECT count(*) FROM t"_s).toInt(), 60);
}

FLAREDECK_TEST(TestDatabase)

} // namespace tst_database

#include "tst_database.moc"
