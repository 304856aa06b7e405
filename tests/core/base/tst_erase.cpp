#include "core/base/erase.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace tst_erase {

using namespace flaredeck;
using namespace Qt::StringLiterals;

/// What is removed when everything is forgotten, and above all what is not.
class TestErase : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void everythingOfOursGoesWithTheFolder();
    void whatIsNotOursStaysAndIsNamed();
    void linksAreRemovedAndNotFollowed();
    void aFolderOfRecordsThatIsALinkIsNotEntered();
    void theLockGoesLast();

private:
    void put(const QString &name) const
    {
        QFile file(path(name));
        QVERIFY(QDir().mkpath(QFileInfo(file).absolutePath()));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("x") == 1);
    }
    [[nodiscard]] QString path(const QString &name) const { return m_home->filePath(name); }
    [[nodiscard]] DataDir data() const { return {path(u"data"_s)}; }

    std::unique_ptr<QTemporaryDir> m_home;
};

void TestErase::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir().mkpath(data().root));
}

void TestErase::everythingOfOursGoesWithTheFolder()
{
    for (const QString &name :
         {u"vault.db"_s, u"vault.db-wal"_s, u"vault.db-shm"_s, u"history.db"_s,
          u"history.db.damaged-20261201-021411-123"_s, u"settings.ini"_s, u"settings.ini.lock"_s,
          u"sandbox.json"_s, u"flaredeck.lock"_s, u"connections/cursor-0123456789ab.json"_s,
          u"connections/cursor-0123456789ab.before"_s})
        put(u"data/"_s + name);
    QCOMPARE(dataFiles(data()).size(), 11);
    QCOMPARE(eraseData(data()), QStringList());
    QVERIFY(!QDir(data().root).exists());
    QCOMPARE(eraseData(data()), QStringList()); // once more, of nothing
}

void TestErase::whatIsNotOursStaysAndIsNamed()
{
    for (const QString &name : {u"vault.db"_s, u"thesis.odt"_s, u"vault.db.copy"_s, u".hidden"_s,
                                u"connections/notes.txt"_s, u"photos/vault.db"_s})
        put(u"data/"_s + name);
    QCOMPARE(dataFiles(data()), QStringList{data().vaultFile()});
    const QStringList left = eraseData(data());
    QCOMPARE(left.size(), 1);
    for (const QString &name : {u"thesis.odt"_s, u"vault.db.copy"_s, u".hidden"_s,
                                u"connections/notes.txt"_s, u"photos/vault.db"_s}) {
        QVERIFY2(QFile::exists(path(u"data/"_s + name)), qPrintable(name));
        QVERIFY2(left.first().contains(name.section(u'/', 0, 0)), qPrintable(left.first()));
    }
    QVERIFY(!QFile::exists(data().vaultFile()));
}

void TestErase::linksAreRemovedAndNotFollowed()
{
    put(u"elsewhere/vault.db"_s);
    put(u"elsewhere/folder/settings.ini"_s);
    QVERIFY(QFile::link(path(u"elsewhere/vault.db"_s), data().vaultFile()));
    QVERIFY(QFile::link(path(u"elsewhere/folder"_s), path(u"data/local.socket"_s)));
    QVERIFY(QFile::link(path(u"nowhere"_s), data().historyFile()));
    QCOMPARE(eraseData(data()), QStringList());
    QVERIFY(!QDir(data().root).exists());
    QVERIFY(QFile::exists(path(u"elsewhere/vault.db"_s)));
    QVERIFY(QFile::exists(path(u"elsewhere/folder/settings.ini"_s)));
}

void TestErase::aFolderOfRecordsThatIsALinkIsNotEntered()
{
    put(u"elsewhere/cursor-0123456789ab.json"_s);
    put(u"data/settings.ini"_s);
    QVERIFY(QFile::link(path(u"elsewhere"_s), data().connections()));
    QCOMPARE(eraseData(data()), QStringList());
    QVERIFY(QFile::exists(path(u"elsewhere/cursor-0123456789ab.json"_s)));
    QVERIFY(!QDir(data().root).exists());
}

/// A second Flaredeck waits for it.
void TestErase::theLockGoesLast()
{
    put(u"data/flaredeck.lock"_s);
    QVERIFY(QDir().mkpath(path(u"data/vault.db/full"_s))); // a folder under that name is not ours
    const QStringList left = eraseData(data());
    QVERIFY2(left.size() == 1 && left.first().contains(u"vault.db"_s), qPrintable(left.join(u' ')));
    QVERIFY(QFile::exists(path(u"data/vault.db/full"_s)));
    QVERIFY(!QFile::exists(data().lockFile()));
}

FLAREDECK_TEST(TestErase)

} // namespace tst_erase

#include "tst_erase.moc"
