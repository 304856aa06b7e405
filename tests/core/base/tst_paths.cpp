#include "core/base/ownfile.h"
#include "core/base/paths.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

namespace tst_paths {

using namespace Qt::StringLiterals;
using namespace flaredeck;

namespace {

constexpr QFile::Permissions kForOthers = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup |
                                          QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;

bool isPrivate(const QString &path)
{
    return !(QFile::permissions(path) & kForOthers);
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

} // namespace

class TestPaths : public QObject
{
    Q_OBJECT

private slots:
    void init() { QVERIFY(m_dir.isValid()); }
    void aNewDirectoryIsClosedToOthers();
    void anExistingDirectoryIsClosedToOthers();
    void withoutANameThePlatformsPlaceIsTaken();
    void filesOfTheDirectoryHaveFixedNames();
    void aDirectoryThatCannotBeIsAnErrorWithItsName();
    void aNewFileIsPrivate();
    void anExistingFileBecomesPrivateAndKeepsItsContent();
    void aFileWithoutDirectoryIsAnErrorWithItsName();
    void theSandboxHasADirectoryOfItsOwn();
    void whatIsNoFileOfOursIsRefusedAndLeftAlone_data();
    void whatIsNoFileOfOursIsRefusedAndLeftAlone();
    void aSmallFileIsReadAndNothingElse();
    void settingsThatHangOrFillTheMemoryAreRefused_data();
    void settingsThatHangOrFillTheMemoryAreRefused();
    void aDirectoryOfSomebodyElseIsRefused();
    void aDirectoryThatAllShareIsNotClosed();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_dir.filePath(name); }
    QTemporaryDir m_dir;
};

void TestPaths::aNewDirectoryIsClosedToOthers()
{
    const Result<DataDir> dir = DataDir::prepare(path(u"new/deeper"_s));
    QVERIFY(dir);
    QVERIFY(QFileInfo(dir->root).isDir());
    QVERIFY(isPrivate(dir->root));
}

void TestPaths::anExistingDirectoryIsClosedToOthers()
{
    QVERIFY(QDir(m_dir.path()).mkdir(u"open"_s));
    QVERIFY(QFile::setPermissions(path(u"open"_s), QFile::ReadOwner | QFile::WriteOwner |
                                                       QFile::ExeOwner | kForOthers));
    QVERIFY(DataDir::prepare(path(u"open"_s)));
    QVERIFY(isPrivate(path(u"open"_s)));
}

void TestPaths::withoutANameThePlatformsPlaceIsTaken()
{
    QStandardPaths::setTestModeEnabled(true);
    const Result<DataDir> dir = DataDir::prepare();
    QVERIFY(dir);
    QCOMPARE(dir->root, QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation));
}

void TestPaths::filesOfTheDirectoryHaveFixedNames()
{
    const DataDir dir{u"/d"_s};
    QCOMPARE(dir.vaultFile(), u"/d/vault.db"_s);
    QCOMPARE(dir.historyFile(), u"/d/history.db"_s);
    QCOMPARE(dir.settingsFile(), u"/d/settings.ini"_s);
    QCOMPARE(dir.lockFile(), u"/d/flaredeck.lock"_s);
}

void TestPaths::aDirectoryThatCannotBeIsAnErrorWithItsName()
{
    write(path(u"file"_s), "x");
    const Result<DataDir> dir = DataDir::prepare(path(u"file/dir"_s));
    QVERIFY(!dir);
    QCOMPARE(dir.error().kind, Error::Kind::Storage);
    QVERIFY(dir.error().message.contains(path(u"file/dir"_s)));
    QVERIFY(!dir.error().action.isEmpty());
}

void TestPaths::aNewFileIsPrivate()
{
    QVERIFY(ensurePrivateFile(path(u"new.db"_s)));
    QVERIFY(QFile::exists(path(u"new.db"_s)));
    QVERIFY(isPrivate(path(u"new.db"_s)));
}

void TestPaths::anExistingFileBecomesPrivateAndKeepsItsContent()
{
    const QString name = path(u"old.db"_s);
    write(name, "content");
    QVERIFY(QFile::setPermissions(name, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
    QVERIFY(ensurePrivateFile(name));
    QVERIFY(isPrivate(name));
    QCOMPARE(QFileInfo(name).size(), 7);
}

void TestPaths::aFileWithoutDirectoryIsAnErrorWithItsName()
{
    const Result<> done = ensurePrivateFile(path(u"absent/file.db"_s));
    QVERIFY(!done);
    QCOMPARE(done.error().kind, Error::Kind::Storage);
    QVERIFY(done.error().message.contains(path(u"absent/file.db"_s)));
    QVERIFY(!done.error().action.isEmpty());
}

void TestPaths::theSandboxHasADirectoryOfItsOwn()
{
    QStandardPaths::setTestModeEnabled(true);
    const DataDir real = DataDir::at();
    const DataDir sandbox = DataDir::at({}, true);
    QCOMPARE(sandbox.root, real.root + u"-sandbox"_s);
    QCOMPARE(DataDir::at(u"/chosen"_s, true).root, u"/chosen"_s);
}

void TestPaths::whatIsNoFileOfOursIsRefusedAndLeftAlone_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("words");

    QTest::newRow("a link to a file of ours") << u"link"_s << u"is a link to"_s;
    QTest::newRow("a link to nothing") << u"dangling"_s << u"is a link to"_s;
    QTest::newRow("a FIFO") << u"fifo"_s << u"is a pipe"_s;
    QTest::newRow("a directory") << u"directory"_s << u"is a directory"_s;
    QTest::newRow("another user's") << u"foreign"_s << u"belongs to another user"_s;
}

void TestPaths::whatIsNoFileOfOursIsRefusedAndLeftAlone()
{
    QFETCH(const QString, what);
    QFETCH(const QString, words);
    const QString name = path(what);
    const QString target = path(what + u"-target"_s);
    if (what == u"link"_s)
        write(target, "precious");
    if (what == u"link"_s || what == u"dangling"_s)
        QVERIFY(QFile::link(target, name));
    else if (what == u"fifo"_s)
        QCOMPARE(::mkfifo(QFile::encodeName(name).constData(), 0644), 0);
    else if (what == u"directory"_s)
        QVERIFY(QDir().mkdir(name));
    else
        write(name, "x");
    if (what == u"foreign"_s && ::chown(QFile::encodeName(name).constData(), 65534, 65534) != 0)
        QSKIP("only root can give a file away");

    for (const Result<> &done : {requireOwnFile(name), ensurePrivateFile(name)}) {
        QVERIFY(!done);
        QVERIFY2(done.error().message.contains(words), qPrintable(done.error().message));
        QVERIFY(done.error().message.contains(name));
        QVERIFY(!done.error().action.isEmpty());
    }
    QVERIFY(!readSmallFile(name, 100, FileOf::Us));
    QCOMPARE(QFileInfo::exists(target), what == u"link"_s);
    if (what == u"link"_s)
        QCOMPARE(readSmallFile(name, 100).value_or(QByteArray()), "precious");
}

void TestPaths::aSmallFileIsReadAndNothingElse()
{
    write(path(u"small"_s), QByteArray(100, 'x'));
    QCOMPARE(readSmallFile(path(u"small"_s), 100, FileOf::Us)->size(), 100);
    QVERIFY(!readSmallFile(path(u"small"_s), 99));
    QCOMPARE(readSmallFile(path(u"none"_s), 99).error().kind, Error::Kind::NotFound);
    QVERIFY(!readSmallFile(u"/dev/zero"_s, 99));
    QVERIFY(!readSmallFile(m_dir.path(), 99));
}

void TestPaths::settingsThatHangOrFillTheMemoryAreRefused_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("words");

    QTest::newRow("a FIFO") << u"fifo"_s << u"is a pipe"_s;
    QTest::newRow("an endless device") << u"zero"_s << u"is a link to"_s;
    QTest::newRow("more than settings can be") << u"large"_s << u"is larger than 1024 KiB"_s;
    QTest::newRow("a FIFO in the place of the lock of the settings")
        << u"lock"_s << u"settings.ini.lock is a pipe"_s;
}

void TestPaths::settingsThatHangOrFillTheMemoryAreRefused()
{
    QFETCH(const QString, what);
    QFETCH(const QString, words);
    const DataDir dir = *DataDir::prepare(path(u"with-"_s + what));
    const QString lock = dir.settingsFile() + u".lock"_s;
    if (what == u"zero"_s)
        QVERIFY(QFile::link(u"/dev/zero"_s, dir.settingsFile()));
    else if (what == u"large"_s)
        write(dir.settingsFile(), QByteArray(1024 * 1024 + 1, ';'));
    else
        QCOMPARE(::mkfifo(QFile::encodeName(what == u"lock"_s ? lock : dir.settingsFile()), 0600),
                 0);
    const auto again = DataDir::prepare(dir.root);
    QVERIFY(!again);
    QVERIFY2(again.error().message.contains(words), qPrintable(again.error().message));
    QVERIFY(!again.error().action.isEmpty());
}

void TestPaths::aDirectoryOfSomebodyElseIsRefused()
{
    const QString name = path(u"foreign-directory"_s);
    QVERIFY(QDir().mkdir(name));
    if (::chown(QFile::encodeName(name).constData(), 65534, 65534) != 0)
        QSKIP("only root can give a directory away");
    const auto dir = DataDir::prepare(name);
    QVERIFY(!dir);
    QVERIFY2(dir.error().message.contains(u"belongs to another user"_s),
             qPrintable(dir.error().message));
    QVERIFY(dir.error().action.contains(u"--data-dir"_s));
}

void TestPaths::aDirectoryThatAllShareIsNotClosed()
{
    const QByteArray name = QFile::encodeName(path(u"shared"_s));
    QCOMPARE(::mkdir(name.constData(), 0700), 0);
    QCOMPARE(::chmod(name.constData(), 01777), 0);
    const auto dir = DataDir::prepare(path(u"shared"_s));
    QVERIFY(!dir);
    QVERIFY(dir.error().message.contains(u"shared by all users"_s));
    struct stat after = {};
    QCOMPARE(::stat(name.constData(), &after), 0);
    QCOMPARE(after.st_mode & 07777, mode_t(01777));
}

FLAREDECK_TEST(TestPaths)

} // namespace tst_paths

#include "tst_paths.moc"
