#include "app/doctor.h"
#include "app/doctorport.h"
#include "core/base/localsocket.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QLocalServer>
#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

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
    void aDirectoryThatCannotBeUsedIsAProblem();
    void aDirectoryThatCannotBeWrittenIsAProblem();
    void aSocketIsThereOrStaleOrNot();
    void thePortIsFreeOrHeldOrOurs();
    void eachFamilysHolderIsNamed();
    void theNameLocalhostMustLeadSomewhere();
    void boundariesAreTold();
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

void TestDoctor::aDirectoryThatCannotBeUsedIsAProblem()
{
    const auto found = [this](const QString &place) {
        CommandLine line;
        line.dataDir = m_dir->filePath(place);
        return said(doctor::examine(line, {}), u"Data directory"_s).constFirst();
    };
    QFile file(m_dir->filePath(u"file"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY2(found(u"nothing"_s).startsWith(u"ok: "_s), qPrintable(found(u"nothing"_s)));
    QString text = found(u"file"_s);
    QVERIFY2(text.startsWith(u"problem: "_s) && text.contains(u"is not a directory"_s),
             qPrintable(text));
    // What cannot be looked at is not "not there yet".
    text = found(u"file/below"_s);
    QVERIFY2(text.startsWith(u"problem: "_s) && text.contains(u"--data-dir"_s), qPrintable(text));
}

void TestDoctor::aDirectoryThatCannotBeWrittenIsAProblem()
{
    const bool isRoot = ::getuid() == 0; // who may write everywhere
    constexpr uid_t kNobody = 65534;
    const QByteArray path = QFile::encodeName(m_dir->path());
    QCOMPARE(::chmod(path.constData(), S_IRUSR | S_IXUSR), 0);
    if (isRoot) {
        QCOMPARE(::chown(path.constData(), kNobody, kNobody), 0);
        QCOMPARE(::setresuid(kNobody, kNobody, 0), 0);
    }
    const QString text = said(examine(), u"Data directory"_s).constFirst();
    if (isRoot)
        QCOMPARE(::setresuid(0, 0, 0), 0);
    QCOMPARE(::chmod(path.constData(), S_IRWXU), 0);
    QVERIFY2(text.startsWith(u"problem: "_s) && text.contains(u"cannot be written"_s),
             qPrintable(text));
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

void TestDoctor::eachFamilysHolderIsNamed()
{
    QTcpServer mine;
    QVERIFY(mine.listen(QHostAddress::LocalHost));
    const quint16 port = mine.serverPort();
    QProcess other;
    other.start(u"python3"_s, {u"-c"_s,
                               u"import socket, sys\n"
                               "s = socket.socket(socket.AF_INET6)\n"
                               "s.bind(('::1', int(sys.argv[1])))\n"
                               "s.listen()\n"
                               "print('listens', flush=True)\n"
                               "sys.stdin.read()\n"_s,
                               QString::number(port)});
    if (!other.waitForStarted())
        QSKIP("python3 is not there");
    QTRY_VERIFY(other.bytesAvailable() > 0 || other.state() == QProcess::NotRunning);
    if (other.state() == QProcess::NotRunning)
        QSKIP("this machine has no IPv6 loopback address");
    const auto views = doctor::lookAtPort(port, QCoreApplication::applicationPid());
    other.closeWriteChannel();
    QVERIFY(other.waitForFinished());
    QCOMPARE(views.size(), 2);
    QVERIFY2(views[0].isWell, qPrintable(views[0].found));
    QVERIFY2(!views[1].isWell, qPrintable(views[1].found)); // though we hold the other
    QVERIFY2(views[1].found.contains(u"(pid %1)"_s.arg(other.processId())) ||
                 views[1].found.contains(u"python"_s),
             qPrintable(views[1].found));
}

void TestDoctor::theNameLocalhostMustLeadSomewhere()
{
    const doctor::PortView v4{u"127.0.0.1"_s, true, {}};
    const doctor::PortView v6{u"::1"_s, true, {}};
    QVERIFY(doctor::lookAtLocalhost({u"127.0.0.1"_s}, {v4}).isWell);
    QVERIFY(doctor::lookAtLocalhost({u"::1"_s}, {v4, v6}).isWell);
    QVERIFY(doctor::lookAtLocalhost({u"::1"_s, u"127.0.0.1"_s}, {v4}).isWell);
    const doctor::PortView alone = doctor::lookAtLocalhost({u"::1"_s}, {v4});
    QVERIFY(!alone.isWell);
    QVERIFY(alone.found.contains(u"::1"_s));
    QVERIFY(alone.remedy.contains(u"/etc/hosts"_s));
    QVERIFY(!doctor::lookAtLocalhost({}, {v4}).isWell);
}

void TestDoctor::boundariesAreTold()
{
    const auto told = [](const Surroundings &around) {
        const Json one = doctor::boundaries(around);
        return json::stringAt(one, "found").value_or(u""_s) + u" → "_s +
               json::stringAt(one, "remedy").value_or(u""_s);
    };
    QVERIFY(told({}).endsWith(u" → "_s));
    QVERIFY2(told({false, {}, u"docker"_s}).contains(u"docker"_s) &&
                 told({false, {}, u"docker"_s}).contains(u"published port"_s),
             qPrintable(told({false, {}, u"docker"_s})));
    const QString wsl = told({true, u"Ubuntu"_s, {}});
    QVERIFY2(wsl.contains(u"wsl.exe -d Ubuntu -- /"_s) && wsl.endsWith(u"/flaredeck-bridge"_s),
             qPrintable(wsl));
    qputenv("container", "lxc");
    const QStringList rows = said(examine(), u"Boundaries"_s);
    qunsetenv("container");
    QCOMPARE(rows.size(), 1);
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
