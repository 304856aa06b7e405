#include "core/service/selfstart.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace tst_selfstart {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

const QString kId = u"org.example.flaredeck"_s;

/// What starts Flaredeck with the session is found and taken away, and nothing else.
class TestSelfStart : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_config = std::make_unique<QTemporaryDir>(); }
    void entriesThatStartUsGo();
    void othersStay();

private:
    QString put(const QString &name, const QByteArray &text) const
    {
        const QString path = m_config->filePath(name);
        QFile file(path);
        if (!QDir().mkpath(QFileInfo(path).absolutePath()) || !file.open(QIODevice::WriteOnly) ||
            file.write(text) != text.size())
            qFatal("cannot write");
        return path;
    }
    QString link(const QString &name, const QString &target) const
    {
        const QString path = m_config->filePath(name);
        if (!QDir().mkpath(QFileInfo(path).absolutePath()) || !QFile::link(target, path))
            qFatal("cannot link");
        return path;
    }
    [[nodiscard]] QString autostart() const { return u"autostart/%1.desktop"_s.arg(kId); }

    std::unique_ptr<QTemporaryDir> m_config;
};

const QString kWants = u"systemd/user/default.target.wants/flaredeck.service"_s;

void TestSelfStart::entriesThatStartUsGo()
{
#ifdef Q_OS_WIN
    QSKIP("Windows keeps them in its registry.");
#endif
    QCOMPARE(selfstart::find(m_config->path(), kId), QStringList());
    const QString entry =
        put(autostart(),
            "[Desktop Entry]\nExec=\"/home/a/.local/lib/flaredeck/bin/flaredeck\" --hidden\n");
    const QString unit = m_config->filePath(u"systemd/user/flaredeck.service"_s);
    const QString wants = link(kWants, unit);
    put(u"systemd/user/flaredeck.service"_s, "[Service]\n");
    const QStringList found = selfstart::find(m_config->path(), kId);
    QCOMPARE(found, QStringList({entry, wants}));
    for (const QString &one : found)
        QCOMPARE(selfstart::remove(one), QString());
    QCOMPARE(selfstart::find(m_config->path(), kId), QStringList());
    QVERIFY(QFile::exists(unit));                  // the installer's, not the start
    QCOMPARE(selfstart::remove(entry), QString()); // gone already
}

void TestSelfStart::othersStay()
{
    for (const QByteArray &text :
         {QByteArray("[Desktop Entry]\nExec=/usr/bin/other --flaredeck\n"),
          QByteArray("[Desktop Entry]\n#Exec=flaredeck\n"), QByteArray("Exec=flaredeckx\n")}) {
        put(autostart(), text);
        QCOMPARE(selfstart::find(m_config->path(), kId), QStringList());
    }
    QFile::remove(m_config->filePath(autostart()));
    link(autostart(), put(u"mine.desktop"_s, "Exec=flaredeck\n"));
    link(kWants, m_config->filePath(u"other.service"_s));
    QCOMPARE(selfstart::find(m_config->path(), kId), QStringList());
}

FLAREDECK_TEST(TestSelfStart)

} // namespace tst_selfstart

#include "tst_selfstart.moc"
