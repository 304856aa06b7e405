#include "tests/support/testcase.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace tst_programstart {

using namespace Qt::StringLiterals;

/// The program itself, started where somebody has prepared something for it.
class TestProgramStart : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void withClosedStreamsNoLogLineGetsIntoAFile();
    void whatIsInThePlaceOfAFileIsNamed_data();
    void whatIsInThePlaceOfAFileIsNamed();
    void aHistoryThatIsAFifoHangsNothing();
    void aDevVarsThatIsAFifoHangsNothing();
    void aForeignDirectoryIsNoProgramThatRuns();
    void aLaterStartClaimsNoWindowThatIsNotThere();
    void sandboxAndCloudflareRefuseEachOthersData();
    void withoutADirectoryTheSandboxHasOneOfItsOwn();
    void thePortOfAnotherFlaredeckIsSaidToBe();
    void secretVariablesAreNotInTheProcess();

private:
    struct End {
        int code = -1;
        QString problem;
    };
    [[nodiscard]] QProcessEnvironment environment() const;
    [[nodiscard]] std::unique_ptr<QProcess> begin(const QStringList &arguments) const;
    /// Starts one that is to go on, and returns what it says when it listens.
    [[nodiscard]] QJsonObject listening(QProcess &program) const;
    /// Starts one that is to end by itself.
    [[nodiscard]] End run(const QStringList &arguments) const;
    static bool stop(QProcess &program)
    {
        program.terminate();
        return program.waitForFinished(20'000) && program.exitStatus() == QProcess::NormalExit;
    }
    [[nodiscard]] QString data() const { return m_dir->filePath(u"data"_s); }
    [[nodiscard]] QString file(const QString &name) const { return data() + u'/' + name; }
    [[nodiscard]] QStringList sandbox() const
    {
        return {u"--sandbox"_s, u"--headless"_s, u"--port"_s, u"0"_s, u"--data-dir"_s, data()};
    }
    [[nodiscard]] QStringList real() const { return sandbox().mid(1); }

    QString m_program;
    std::unique_ptr<QTemporaryDir> m_dir;
};

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

bool makeFifo(const QString &path)
{
    return ::mkfifo(QFile::encodeName(path).constData(), 0600) == 0;
}

} // namespace

void TestProgramStart::initTestCase()
{
    m_program = QStringLiteral(FLAREDECK_PROGRAM);
    QVERIFY2(QFile::exists(m_program), qPrintable(m_program));
}

QProcessEnvironment TestProgramStart::environment() const
{
    QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
    all.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path="_s + m_dir->filePath(u"no-bus"_s));
    all.insert(u"XDG_DATA_HOME"_s, m_dir->filePath(u"home"_s));
    all.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
    all.remove(u"XDG_RUNTIME_DIR"_s);
    return all;
}

std::unique_ptr<QProcess> TestProgramStart::begin(const QStringList &arguments) const
{
    auto program = std::make_unique<QProcess>();
    program->setProcessEnvironment(environment());
    program->setWorkingDirectory(m_dir->path());
    program->setProgram(m_program);
    program->setArguments(arguments);
    return program;
}

QJsonObject TestProgramStart::listening(QProcess &program) const
{
    program.start();
    while (!program.canReadLine()) {
        if (!program.waitForReadyRead(20'000)) {
            qWarning("%s", program.readAllStandardError().constData());
            return {};
        }
    }
    return QJsonDocument::fromJson(program.readLine()).object();
}

TestProgramStart::End TestProgramStart::run(const QStringList &arguments) const
{
    const auto program = begin(arguments);
    program->start();
    if (!program->waitForFinished(20'000))
        return {};
    return {program->exitCode(), QString::fromUtf8(program->readAllStandardError())};
}

void TestProgramStart::withClosedStreamsNoLogLineGetsIntoAFile()
{
    const auto program = begin({});
    program->setProgram(u"/bin/sh"_s);
    program->setArguments(QStringList{u"-c"_s, u"exec \"$0\" \"$@\" <&- >&- 2>&-"_s, m_program} +
                          sandbox());
    program->start();
    QVERIFY(program->waitForStarted());
    const qint64 pid = program->processId(); // the shell's, which became the program
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(file(u"history.db"_s)).size() > 0, 20'000);
    for (const int stream : {0, 1, 2})
        QCOMPARE(QFile::symLinkTarget(u"/proc/%1/fd/%2"_s.arg(pid).arg(stream)), u"/dev/null"_s);
    QVERIFY(stop(*program));
    QCOMPARE(contentOf(file(u"flaredeck.lock"_s)), QByteArray::number(pid));
    for (const QFileInfo &kept : QDir(data()).entryInfoList(QDir::Files))
        QVERIFY2(!contentOf(kept.filePath()).contains("flaredeck.app:"),
                 qPrintable(kept.fileName()));
}

void TestProgramStart::whatIsInThePlaceOfAFileIsNamed_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("linkedTo");

    for (const char *name : {"settings.ini", "vault.db", "vault.db-wal", "flaredeck.lock"}) {
        QTest::addRow("%s is a FIFO", name) << QString::fromLatin1(name) << QString();
        QTest::addRow("%s is a link", name) << QString::fromLatin1(name) << u"precious"_s;
        QTest::addRow("%s is endless", name) << QString::fromLatin1(name) << u"/dev/zero"_s;
    }
}

void TestProgramStart::whatIsInThePlaceOfAFileIsNamed()
{
    QFETCH(const QString, name);
    QFETCH(const QString, linkedTo);
    QVERIFY(QDir().mkpath(data()));
    const QString precious = m_dir->filePath(u"precious"_s);
    write(precious, "precious");
    if (linkedTo.isEmpty())
        QVERIFY(makeFifo(file(name)));
    else
        QVERIFY(QFile::link(linkedTo == u"precious"_s ? precious : linkedTo, file(name)));

    const End end = run(sandbox());
    QCOMPARE(end.code, 1);
    QVERIFY2(end.problem.contains(file(name)), qPrintable(end.problem));
    QVERIFY2(end.problem.contains(linkedTo.isEmpty() ? u"is a pipe"_s : u"is a link to"_s),
             qPrintable(end.problem));
    QVERIFY2(!end.problem.contains(u"runs already"_s), qPrintable(end.problem));
    QCOMPARE(contentOf(precious), "precious");
}

void TestProgramStart::aHistoryThatIsAFifoHangsNothing()
{
    QVERIFY(QDir().mkpath(data()));
    QVERIFY(makeFifo(file(u"history.db"_s)));
    const auto program = begin(sandbox());
    QVERIFY(!listening(*program).isEmpty());
    QVERIFY(stop(*program));
    QVERIFY(program->readAllStandardError().contains("history.db is a pipe"));
}

void TestProgramStart::aDevVarsThatIsAFifoHangsNothing()
{
    QVERIFY(makeFifo(m_dir->filePath(u".dev.vars"_s)));
    const auto program = begin(sandbox());
    QVERIFY(!listening(*program).isEmpty());
    QVERIFY(stop(*program));
    QVERIFY(program->readAllStandardError().contains(".dev.vars is not used"));
}

void TestProgramStart::aForeignDirectoryIsNoProgramThatRuns()
{
    QVERIFY(QDir().mkpath(data()));
    if (::chown(QFile::encodeName(data()).constData(), 65534, 65534) != 0)
        QSKIP("only root can give a directory away");
    const End end = run(sandbox());
    QCOMPARE(end.code, 1);
    QVERIFY2(end.problem.contains(u"belongs to another user"_s), qPrintable(end.problem));
    QVERIFY2(!end.problem.contains(u"runs already"_s), qPrintable(end.problem));
}

void TestProgramStart::aLaterStartClaimsNoWindowThatIsNotThere()
{
    const auto first = begin(sandbox());
    QVERIFY(!listening(*first).isEmpty());
    QStringList windowed = sandbox();
    windowed.removeOne(u"--headless"_s);
    const End second = run(windowed);
    QCOMPARE(second.code, 1);
    const QString pid = QString::number(first->processId());
    QVERIFY2(second.problem.contains(u"(pid %1). It has no window."_s.arg(pid)),
             qPrintable(second.problem));

    for (const QString &socket : QDir(data()).entryList({u"*.socket"_s}, QDir::System))
        QVERIFY(QFile::remove(file(socket)));
    const End third = run(windowed);
    QCOMPARE(third.code, 1);
    QVERIFY2(third.problem.contains(u"could not be raised"_s), qPrintable(third.problem));
    QVERIFY(stop(*first));
}

void TestProgramStart::sandboxAndCloudflareRefuseEachOthersData()
{
    const auto first = begin(sandbox());
    QVERIFY(!listening(*first).isEmpty());
    QVERIFY(stop(*first));
    const End end = run(real());
    QCOMPARE(end.code, 1);
    QVERIFY2(end.problem.contains(u"grants of the sandbox"_s) &&
                 end.problem.contains(u"Start with --sandbox"_s),
             qPrintable(end.problem));
    const auto again = begin(sandbox());
    QVERIFY(!listening(*again).isEmpty());
    QVERIFY(stop(*again));

    QVERIFY(QDir(data()).removeRecursively());
    const auto cloudflare = begin(real());
    QVERIFY(!listening(*cloudflare).isEmpty());
    QVERIFY(stop(*cloudflare));
    const End refused = run(sandbox());
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.problem.contains(u"the sandbox must not touch"_s) &&
                 refused.problem.contains(u"Leave --sandbox out"_s),
             qPrintable(refused.problem));
    QVERIFY(!QFile::exists(file(u"sandbox.json"_s)));
}

void TestProgramStart::withoutADirectoryTheSandboxHasOneOfItsOwn()
{
    const auto program = begin({u"--sandbox"_s, u"--headless"_s, u"--port"_s, u"0"_s});
    QVERIFY(!listening(*program).isEmpty());
    QVERIFY(stop(*program));
    const QDir home(m_dir->filePath(u"home"_s));
    QCOMPARE(home.entryList(QDir::Dirs | QDir::NoDotAndDotDot),
             QStringList{u"flaredeck-sandbox"_s});
    QVERIFY(home.exists(u"flaredeck-sandbox/vault.db"_s));
}

void TestProgramStart::thePortOfAnotherFlaredeckIsSaidToBe()
{
    const auto first = begin(sandbox());
    const QString port = QString::number(QUrl(listening(*first).value(u"mcp"_s).toString()).port());
    const End second =
        run({u"--headless"_s, u"--port"_s, port, u"--data-dir"_s, m_dir->filePath(u"other"_s)});
    QCOMPARE(second.code, 1);
    QVERIFY2(second.problem.contains(u"Another Flaredeck has port %1"_s.arg(port)),
             qPrintable(second.problem));
    QVERIFY(second.problem.contains(QString::number(first->processId())));
    QVERIFY(stop(*first));
}

void TestProgramStart::secretVariablesAreNotInTheProcess()
{
    const auto program = begin(sandbox());
    QProcessEnvironment all = environment();
    for (const char *name : {"CLOUDFLARE_CLIENT_SECRET", "CLOUDFLARE_API_TOKEN", "CF_API_KEY"})
        all.insert(QString::fromLatin1(name), u"hunter2-%1"_s.arg(QLatin1String(name)));
    all.insert(u"CLOUDFLARE_CLIENT_ID"_s, u"public-id"_s);
    program->setProcessEnvironment(all);
    QVERIFY(!listening(*program).isEmpty());
    const QByteArray shown = contentOf(u"/proc/%1/environ"_s.arg(program->processId()));
    QVERIFY(shown.contains("CLOUDFLARE_CLIENT_ID=public-id"));
    QVERIFY(!shown.contains("hunter2"));
    QVERIFY(stop(*program));
    QVERIFY(!program->readAllStandardError().contains("hunter2"));
}

FLAREDECK_TEST(TestProgramStart)

} // namespace tst_programstart

#include "tst_programstart.moc"
