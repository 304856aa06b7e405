#include "core/base/surroundings.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace tst_surroundings {

using namespace flaredeck;
using namespace Qt::StringLiterals;

class TestSurroundings : public QObject
{
    Q_OBJECT

    void put(const QString &name, const QByteArray &content = {}) const
    {
        QVERIFY(QDir().mkpath(QFileInfo(m_root->filePath(name)).absolutePath()));
        QFile file(m_root->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    [[nodiscard]] Surroundings look() const { return Surroundings::ofSystem(m_root->path()); }

    std::unique_ptr<QTemporaryDir> m_root;

private slots:
    void init()
    {
        m_root = std::make_unique<QTemporaryDir>();
        for (const char *name : {"container", "WSL_DISTRO_NAME", "DISTROBOX_ENTER_PATH"})
            qunsetenv(name);
    }

    void aPlainComputerHasNone()
    {
        put(u"proc/sys/kernel/osrelease"_s, "6.1.0-18-amd64\n");
        QCOMPARE(look(), Surroundings());
    }

    void theKernelTellsOfWsl()
    {
        for (const char *kernel :
             {"5.15.167.4-microsoft-standard-WSL2\n", "4.4.0-19041-Microsoft\n"}) {
            put(u"proc/sys/kernel/osrelease"_s, kernel);
            qputenv("WSL_DISTRO_NAME", "Ubuntu");
            QVERIFY(look().isWsl);
            QCOMPARE(look().distribution, u"Ubuntu"_s);
            QVERIFY(look().container.isEmpty());
        }
        QVERIFY(look().isOfWindows(u"/mnt/c/Users/ada/.claude.json"_s));
        QVERIFY(!look().isOfWindows(u"/home/ada/.claude.json"_s));
        QVERIFY(!look().isOfWindows(u"/mnt/data/x"_s));
        QVERIFY(!Surroundings().isOfWindows(u"/mnt/c/Users/ada/.claude.json"_s));
    }

    void containersLeaveTheirMarks_data()
    {
        QTest::addColumn<QString>("mark");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("container");
        QTest::newRow("docker") << u".dockerenv"_s << QByteArray() << u"docker"_s;
        QTest::newRow("podman") << u"run/.containerenv"_s << QByteArray() << u"podman"_s;
        QTest::newRow("told by the manager")
            << u"run/host/container-manager"_s << QByteArray("systemd-nspawn\n")
            << u"systemd-nspawn"_s;
        QTest::newRow("kubernetes")
            << u"run/secrets/kubernetes.io/token"_s << QByteArray("x") << u"kubernetes"_s;
        QTest::newRow("no name of a program")
            << u"run/host/container-manager"_s << QByteArray("Ada's <b>box</b>") << QString();
        QTest::newRow("WSL says so of itself")
            << u"run/systemd/container"_s << QByteArray("wsl\n") << QString();
    }

    void containersLeaveTheirMarks()
    {
        QFETCH(const QString, mark);
        QFETCH(const QByteArray, content);
        QFETCH(const QString, container);
        put(mark, content);
        QCOMPARE(look().container, container);
    }

    void theEnvironmentTellsAsWell()
    {
        qputenv("container", "lxc");
        QCOMPARE(look().container, u"lxc"_s);
    }

    void aContainerWithinWslIsAContainer()
    {
        put(u"proc/sys/kernel/osrelease"_s, "5.15.167.4-microsoft-standard-WSL2\n");
        put(u".dockerenv"_s);
        QVERIFY(!look().isWsl);
        QCOMPARE(look().container, u"docker"_s);
    }

    void whatSharesTheNetworkIsNoBoundary()
    {
        put(u"run/.containerenv"_s);
        put(u"run/.toolboxenv"_s);
        QVERIFY(look().container.isEmpty());
    }
};

FLAREDECK_TEST(TestSurroundings)

} // namespace tst_surroundings

#include "tst_surroundings.moc"
