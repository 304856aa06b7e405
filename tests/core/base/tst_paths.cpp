#include "core/base/paths.h"

#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

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

QTEST_GUILESS_MAIN(TestPaths)
#include "tst_paths.moc"
