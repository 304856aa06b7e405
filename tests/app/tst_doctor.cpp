#include "app/doctor.h"
#include "app/doctorport.h"
#include "core/base/localsocket.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QLocalServer>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

namespace tst_doctor {

using namespace flaredeck;
using namespace flaredeck::app;
using namespace Qt::StringLiterals;

class TestDoctor : public QObject
{
    Q_OBJECT

    [[nodiscard]] Json examine(const std::optional<Json> &running = {}) const
    {
        CommandLine line;
        line.dataDir = m_dir->path();
        line.port = m_port;
        return doctor::examine(line, running);
    }
    /// "ok: what was found → what to do" of all checks of a name.
    [[nodiscard]] static QStringList said(const Json &report, const QString &name)
    {
        QStringList texts;
        for (const Json &one : report.at("checks")) {
            const auto text = [&one](const char *key) {
                return json::stringAt(one, key).value_or(QString());
            };
            if (text("check") == name)
                texts << text("state") + u": "_s + text("found") + u" → "_s + text("remedy");
        }
        return texts;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    int m_port = -1;

private slots:
    void init()
    {
        qunsetenv("XDG_RUNTIME_DIR");
        m_dir = std::make_unique<QTemporaryDir>();
        m_port = -1;
    }
    void aDirectoryThatIsOpenToOthersIsAProblem();
    void aSocketIsThereOrStaleOrNot();
    void thePortIsFreeOrHeldOrOurs();
    void thePortOfTheSettingsIsLookedAt();
    void theHomeDirectoryIsNotNamed();
    void variablesAreNamedWithoutTheirValues();
    void anAppThatSaysNothingIsAProblem();
};

void TestDoctor::aDirectoryThatIsOpenToOthersIsAProblem()
{
    QVERIFY(said(examine(), u"Data directory"_s).constFirst().startsWith(u"ok: "_s));
    QFile::setPermissions(m_dir->path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner |
                                             QFile::ReadGroup | QFile::ExeGroup);
    const QString text = said(examine(), u"Data directory"_s).constFirst();
    QVERIFY2(text.startsWith(u"problem: "_s) && text.contains(u"mode 0750"_s), qPrintable(text));
}

void TestDoctor::aSocketIsThereOrStaleOrNot()
{
    const QString name = u"Local socket"_s;
    QVERIFY(said(examine(), name).constFirst().contains(u"not there"_s));
    const QString place = localsocket::candidates(m_dir->path()).constLast();
    {
        QLocalServer server;
        QVERIFY(server.listen(place));
        QVERIFY(said(examine(), name).constFirst().contains(u"answers"_s));
    }
    QVERIFY(QFile::link(m_dir->filePath(u"gone"_s), place));
    QVERIFY(said(examine(), name).constFirst().contains(u"is stale"_s));
}

void TestDoctor::thePortIsFreeOrHeldOrOurs()
{
    QTcpServer holder;
    QVERIFY(holder.listen(QHostAddress::LocalHost));
    const quint16 port = holder.serverPort();
    const auto v4 = [port](qint64 ours) { return doctor::lookAtPort(port, ours).constFirst(); };

    QVERIFY(!v4(0).isWell);
    QVERIFY2(v4(0).found.contains(u"(pid %1)"_s.arg(QCoreApplication::applicationPid())),
             qPrintable(v4(0).found));
    QVERIFY(v4(0).remedy.contains(u"--port"_s));
    QVERIFY(v4(QCoreApplication::applicationPid()).isWell);
    holder.close();
    QVERIFY(v4(0).isWell);
    QVERIFY(!v4(1).isWell); // it runs, and does not listen
}

void TestDoctor::thePortOfTheSettingsIsLookedAt()
{
    QVERIFY(said(examine(), u"Port"_s).constFirst().contains(u":8788 "_s));
    QFile file(m_dir->filePath(u"settings.ini"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[server]\nport=18123\n");
    file.close();
    QVERIFY(said(examine(), u"Port"_s).constFirst().contains(u":18123 "_s));
    m_port = 18124;
    QVERIFY(said(examine(), u"Port"_s).constFirst().contains(u":18124 "_s));
}

void TestDoctor::theHomeDirectoryIsNotNamed()
{
    qputenv("HOME", m_dir->path().toLocal8Bit());
    const Json running{{"rows", Json::array()},
                       {"log", Json::array({{{"message", m_dir->filePath(u"vault.db"_s)}}})}};
    const Json report = examine(running);
    QVERIFY2(!json::print(report).contains(m_dir->path().toUtf8()), json::print(report));
    QCOMPARE(json::stringAt(report.at("log").at(0), "message"), u"~/vault.db"_s);
    QCOMPARE(doctor::withoutHome(m_dir->path() + u"/a and "_s + m_dir->path() + u"2/b"_s),
             u"~/a and "_s + m_dir->path() + u"2/b"_s);
}

void TestDoctor::variablesAreNamedWithoutTheirValues()
{
    qputenv("https_proxy", "http://user:pa55word@proxy.example");
    const Json report = examine();
    qunsetenv("https_proxy");
    QVERIFY(said(report, u"Proxy variables"_s).constFirst().contains(u"https_proxy"_s));
    QVERIFY(!json::print(report).contains("pa55word"));
}

void TestDoctor::anAppThatSaysNothingIsAProblem()
{
    QVERIFY(doctor::hasProblem(examine()));
    QVERIFY(doctor::hasProblem(examine(doctor::silent())));
}

FLAREDECK_TEST(TestDoctor)

} // namespace tst_doctor

#include "tst_doctor.moc"
