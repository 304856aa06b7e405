#include "core/base/logging.h"
#include "fixtures.h"
#include "tests/support/testcase.h"

#include <QTemporaryDir>
#include <QTest>

#include <sched.h>
#include <sys/mount.h>

namespace tst_vaultdisk {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::Vault;

/// What the program reports when it starts on a disk that cannot be written. Uses its own file
/// systems, which needs the right to mount.
class TestVaultDisk : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void aFullDiskIsNamed_data() { withAndWithoutVault(); }
    void aFullDiskIsNamed();
    void aReadOnlyDiskIsNamed_data() { withAndWithoutVault(); }
    void aReadOnlyDiskIsNamed();
    void aDiskThatFillsUpLosesNothing();

private:
    static void withAndWithoutVault();
    [[nodiscard]] QString vaultFile() const { return m_dir->filePath(u"vault.db"_s); }
    void makeVault();
    void fill() const;

    std::unique_ptr<QTemporaryDir> m_dir;
    test::ManualClock m_clock;
};

void TestVaultDisk::withAndWithoutVault()
{
    QTest::addColumn<bool>("exists");
    QTest::newRow("a new vault") << false;
    QTest::newRow("a vault with a grant") << true;
}

void TestVaultDisk::initTestCase()
{
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        QSKIP("this user may not mount file systems");
}

void TestVaultDisk::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QCOMPARE(mount("tmpfs", QFile::encodeName(m_dir->path()).constData(), "tmpfs", 0, "size=1m"),
             0);
}

void TestVaultDisk::cleanup()
{
    QCOMPARE(umount2(QFile::encodeName(m_dir->path()).constData(), MNT_DETACH), 0);
    m_dir.reset();
}

void TestVaultDisk::makeVault()
{
    auto vault = Vault::open(vaultFile(), m_clock);
    QVERIFY2(vault, vault ? "" : qPrintable(vault.error().text()));
    QVERIFY((*vault)->clients.save(test::client(u"c"_s, m_clock.now())));
    const store::Grant grant = test::grant(u"g"_s, u"c"_s, m_clock.now());
    QVERIFY((*vault)->grants.add(grant, test::code("code", grant)));
}

void TestVaultDisk::fill() const
{
    QFile ballast(m_dir->filePath(u"ballast"_s));
    QVERIFY(ballast.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered));
    while (ballast.write(QByteArray(4096, 'x')) > 0) {
    }
}

void TestVaultDisk::aFullDiskIsNamed()
{
    QFETCH(bool, exists);
    if (exists)
        makeVault();
    fill();
    const auto vault = Vault::open(vaultFile(), m_clock);
    QVERIFY(!vault);
    QVERIFY2(vault.error().message.contains(vaultFile()), qPrintable(vault.error().text()));
    QVERIFY2(vault.error().message.contains(u"disk is full"_s),
             qPrintable(vault.error().text() + vault.error().detail));
    QVERIFY(vault.error().action.contains(u"Free some space"_s));

    QVERIFY(QFile::remove(m_dir->filePath(u"ballast"_s)));
    auto later = Vault::open(vaultFile(), m_clock);
    QVERIFY2(later, later ? "" : qPrintable(later.error().text()));
    QCOMPARE((*later)->grants.live().size(), exists ? 1 : 0);
}

void TestVaultDisk::aReadOnlyDiskIsNamed()
{
    QFETCH(bool, exists);
    if (exists)
        makeVault();
    const QByteArray directory = QFile::encodeName(m_dir->path());
    QCOMPARE(mount("tmpfs", directory.constData(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr), 0);
    const auto vault = Vault::open(vaultFile(), m_clock);
    QVERIFY(!vault);
    QVERIFY2(vault.error().message.contains(vaultFile()), qPrintable(vault.error().text()));
    QVERIFY2(vault.error().action.contains(u"writable"_s), qPrintable(vault.error().text()));
}

void TestVaultDisk::aDiskThatFillsUpLosesNothing()
{
    makeVault();
    auto vault = Vault::open(vaultFile(), m_clock);
    QVERIFY(vault);
    fill();
    int stored = 0;
    Result<> done;
    for (; done && stored < 1000; ++stored)
        done = (*vault)->clients.save(test::client(u"filler %1"_s.arg(stored), m_clock.now()));
    QVERIFY(!done);
    QVERIFY2(done.error().message.contains(u"disk is full"_s), qPrintable(done.error().text()));
    QCOMPARE((*vault)->clients.all().size(), stored); // without the last one, but with "c"
    QCOMPARE((*vault)->grants.live().size(), 1);
    QVERIFY(QFile::remove(m_dir->filePath(u"ballast"_s)));
    QVERIFY((*vault)->grants.revoke({u"g"_s}, u"by a person"_s, m_clock.now()));
}

FLAREDECK_TEST(TestVaultDisk)

} // namespace tst_vaultdisk

#include "tst_vaultdisk.moc"
