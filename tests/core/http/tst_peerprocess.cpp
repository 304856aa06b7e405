#include "core/http/peerprocess.h"
#include "tests/support/testcase.h"

#include <QCoreApplication>
#include <QFutureWatcher>
#include <QProcess>
#include <QScopeGuard>
#include <QSemaphore>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace tst_peerprocess {

using namespace flaredeck::http;
using namespace Qt::StringLiterals;

class TestPeerProcess : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void findsARealChildProcess();
    void knowsAProgramWhoseFileWasReplaced();
    void whatAnybodyCanCauseWaitsBehindKnownClients();
    void findsAPeerOnIPv6();
    void findsTheListener();
    void findsTheListenersOfBothFamilies();
    void findsNothingForAnUnusedPort();
    void knowsTheSameProgramAgain();
    void aDecoyThatInheritsAConnectionIsNotTakenForItsSender();
    void everyHolderOfAListeningSocketCounts();
    void tellsWhatAnInterpreterRuns();
    void callsAProgramByItsName();
    void knowsInterpreters();
    void knowsWhoseAConnectionIs();
    void aConnectionOfAnotherUserIsSeen();
    void aPathInAFileSystemOfItsOwnIsMarked();
};

namespace {

/// A program that connects to `server` and runs `then` with the connection as descriptor 3.
struct Connected {
    QProcess program;
    std::unique_ptr<QTcpSocket> socket;

    Connected(QTcpServer &server, const QString &shell, const QString &then, uid_t user = 0)
    {
        if (user != 0)
            program.setChildProcessModifier([user] {
                if (::setuid(user) != 0)
                    ::_exit(1);
            });
        program.start(shell, {u"-c"_s, u"exec 3<>/dev/tcp/127.0.0.1/%1; %2"_s.arg(
                                           QString::number(server.serverPort()), then)});
        if (program.waitForStarted() &&
            QTest::qWaitFor([&server] { return server.hasPendingConnections(); }))
            socket.reset(server.nextPendingConnection());
    }
    ~Connected()
    {
        program.closeWriteChannel();
        if (program.state() != QProcess::NotRunning)
            program.waitForFinished(5000);
    }
    [[nodiscard]] Peer peer() const
    {
        return {socket->peerAddress(), socket->peerPort(), socket->localPort()};
    }
    [[nodiscard]] std::optional<PeerProcess> process() const
    {
        const auto future = findPeerProcess(peer());
        return QTest::qWaitFor([&future] { return future.isFinished(); }) ? future.result()
                                                                          : std::nullopt;
    }
};

} // namespace

void TestPeerProcess::initTestCase()
{
#ifndef Q_OS_LINUX
    QSKIP("the lookup exists on Linux only");
#endif
}

void TestPeerProcess::findsARealChildProcess()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QProcess child;
    child.start(
        u"bash"_s,
        {u"-c"_s, u"exec 3<>/dev/tcp/127.0.0.1/%1; read -r line # access_token=sesame"_s.arg(
                      server.serverPort())});
    QVERIFY(child.waitForStarted());
    QTRY_VERIFY(server.hasPendingConnections());
    const QTcpSocket *socket = server.nextPendingConnection();

    const Peer peer{socket->peerAddress(), socket->peerPort(), server.serverPort()};
    QFuture<std::optional<PeerProcess>> future = findPeerProcess(peer);
    QTRY_VERIFY(future.isFinished());
    const auto process = future.result();
    QVERIFY(process);
    QCOMPARE(process->pid, child.processId());
    QCOMPARE(process->name(), u"bash"_s);
    QVERIFY(process->executable.startsWith(u'/'));
    QVERIFY(process->commandLine.contains(u"/dev/tcp/127.0.0.1"_s));
    QVERIFY(!process->commandLine.contains(u"sesame"_s));
    QCOMPARE(process->parentPid, QCoreApplication::applicationPid());
    QCOMPARE(process->parentName, u"http_tests"_s);
    QVERIFY(process->startedAt > 0);
    child.closeWriteChannel();
    QVERIFY(child.waitForFinished());

    // The socket is gone, and so is the answer.
    QFuture<std::optional<PeerProcess>> again = findPeerProcess(peer);
    QTRY_VERIFY(again.isFinished());
    QVERIFY(!again.result());
}

void TestPeerProcess::knowsAProgramWhoseFileWasReplaced()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const QTemporaryDir directory;
    const QString program = directory.filePath(u"updated"_s);
    QVERIFY(QFile::copy(QStandardPaths::findExecutable(u"bash"_s), program));
    QProcess child;
    child.start(program, {u"-c"_s, u"exec 3<>/dev/tcp/127.0.0.1/%1; read -r line"_s.arg(
                                       server.serverPort())});
    QVERIFY(child.waitForStarted());
    QTRY_VERIFY(server.hasPendingConnections());
    const QTcpSocket *socket = server.nextPendingConnection();
    QVERIFY(QFile::remove(program));
    QFuture<std::optional<PeerProcess>> future =
        findPeerProcess({socket->peerAddress(), socket->peerPort(), server.serverPort()});
    QTRY_VERIFY(future.isFinished());
    QVERIFY(future.result());
    QCOMPARE(future.result()->executable, program);
    child.closeWriteChannel();
    QVERIFY(child.waitForFinished());
}

void TestPeerProcess::whatAnybodyCanCauseWaitsBehindKnownClients()
{
    QThreadPool *const pool = QThreadPool::globalInstance();
    const int threads = pool->maxThreadCount();
    pool->setMaxThreadCount(1);
    const auto reset = qScopeGuard([&] { pool->setMaxThreadCount(threads); });
    QSemaphore busy;
    pool->start([&busy] { busy.acquire(); });

    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QTcpSocket client;
    client.connectToHost(QHostAddress::LocalHost, server.serverPort());
    QTRY_VERIFY(server.hasPendingConnections());
    const Peer peer{client.localAddress(), client.localPort(), server.serverPort()};
    QList<char> order; // by the one thread of the pool
    const auto note = [&order](QFuture<std::optional<PeerProcess>> future, char who) {
        return future.then(QtFuture::Launch::Sync, [&order, who](const auto &) { order << who; });
    };
    QList<QFuture<void>> all;
    for (int i = 0; i < 5; ++i)
        all << note(findPeerProcess(peer), 'a');
    all << note(findPeerProcess(peer, LookUp::ForKnownClient), 'k');
    busy.release();
    for (QFuture<void> &one : all)
        one.waitForFinished();
    QCOMPARE(order, QList<char>({'k', 'a', 'a', 'a', 'a', 'a'}));
}

void TestPeerProcess::findsAPeerOnIPv6()
{
    QTcpServer server;
    if (!server.listen(QHostAddress::LocalHostIPv6))
        QSKIP("this machine has no IPv6 loopback address");
    QTcpSocket client;
    client.connectToHost(QHostAddress(QHostAddress::LocalHostIPv6), server.serverPort());
    QTRY_VERIFY(server.hasPendingConnections());
    QFuture<std::optional<PeerProcess>> future =
        findPeerProcess({client.localAddress(), client.localPort(), server.serverPort()});
    QTRY_VERIFY(future.isFinished());
    QVERIFY(future.result());
    QCOMPARE(future.result()->pid, QCoreApplication::applicationPid());
}

void TestPeerProcess::findsTheListener()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const auto now = listenerNow(server.serverPort());
    QVERIFY(now);
    QCOMPARE(now->pid, QCoreApplication::applicationPid());
    QCOMPARE(now->name(), u"http_tests"_s);
    QFuture<QList<PeerProcess>> later = findListeners(server.serverPort());
    QTRY_VERIFY(later.isFinished());
    QCOMPARE(later.result(), QList<PeerProcess>{*now});
}

void TestPeerProcess::findsTheListenersOfBothFamilies()
{
    // A browser that is sent to "localhost" may end at either of the two.
    QTcpServer first;
    QTcpServer second;
    QVERIFY(first.listen(QHostAddress::LocalHost));
    if (!second.listen(QHostAddress::LocalHostIPv6, first.serverPort()))
        QSKIP("this machine has no IPv6 loopback address");
    QFuture<QList<PeerProcess>> found = findListeners(first.serverPort());
    QTRY_VERIFY(found.isFinished());
    QCOMPARE(found.result().size(), 2);
}

void TestPeerProcess::findsNothingForAnUnusedPort()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const quint16 port = server.serverPort();
    server.close();
    QVERIFY(!listenerNow(port));
}

void TestPeerProcess::knowsTheSameProgramAgain()
{
    const PeerProcess bridge{10, u"/usr/bin/node"_s, u"node bridge.js"_s, 5, u"claude"_s, 100};
    QVERIFY(bridge.isSameProgramAs(bridge));
    PeerProcess other = bridge;
    other.pid = 11;
    other.startedAt = 200;
    QVERIFY(bridge.isSameProgramAs(other)); // restarted by the same program
    other.commandLine = u"node else.js"_s;
    QVERIFY(!bridge.isSameProgramAs(other));
    other = bridge;
    other.pid = 11;
    other.parentPid = 6;
    QVERIFY(!bridge.isSameProgramAs(other));
    other = bridge;
    other.startedAt = 200; // the number was given to another process
    other.parentPid = 6;
    QVERIFY(!bridge.isSameProgramAs(other));
    QVERIFY(!PeerProcess{}.isSameProgramAs(PeerProcess{}));
}

void TestPeerProcess::aDecoyThatInheritsAConnectionIsNotTakenForItsSender()
{
    // Whoever starts another program can leave it the connection and speak over it all the same.
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    Connected thief(server, u"bash"_s, u"sleep 60 <&- >&- 2>&- & echo; read -r line; kill $!"_s);
    QVERIFY(thief.socket);
    QTRY_VERIFY(thief.program.bytesAvailable() > 0); // both are there
    QTRY_VERIFY(thief.process() && thief.process()->executable.isEmpty());
    QVERIFY(thief.process()->pid > 0);
    QVERIFY(thief.process()->commandLine.isEmpty());
    QVERIFY(thief.process()->parentName.isEmpty());
}

void TestPeerProcess::everyHolderOfAListeningSocketCounts()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const auto descriptor = static_cast<int>(server.socketDescriptor());
    QCOMPARE(::fcntl(descriptor, F_SETFD, 0), 0); // children inherit it from now on
    QProcess heir;
    heir.start(u"sleep"_s, {u"60"_s});
    QVERIFY(heir.waitForStarted());
    QList<PeerProcess> holders;
    QTRY_VERIFY_WITH_TIMEOUT(
        [&] {
            auto future = findListeners(server.serverPort());
            future.waitForFinished();
            holders = future.result();
            return holders.size() == 2 && holders.last().name() == u"sleep"_s;
        }(),
        5000);
    QVERIFY(std::any_of(holders.begin(), holders.end(), [](const PeerProcess &one) {
        return one.pid == QCoreApplication::applicationPid();
    }));
    QVERIFY(holders.last().ancestors.contains(QCoreApplication::applicationPid()));
    heir.kill();
    QVERIFY(heir.waitForFinished());
}

void TestPeerProcess::tellsWhatAnInterpreterRuns()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const QTemporaryDir directory;
    QFile script(directory.filePath(u"client.sh"_s));
    QVERIFY(script.open(QIODevice::WriteOnly));
    script.write("exec 3<>/dev/tcp/127.0.0.1/$1; read -r line\n");
    script.close();
    QProcess child;
    child.setWorkingDirectory(directory.path());
    child.start(u"bash"_s, {u"--norc"_s, u"client.sh"_s, QString::number(server.serverPort())});
    QVERIFY(child.waitForStarted());
    QTRY_VERIFY(server.hasPendingConnections());
    const QTcpSocket *socket = server.nextPendingConnection();
    auto future = findPeerProcess({socket->peerAddress(), socket->peerPort(), server.serverPort()});
    QTRY_VERIFY(future.isFinished());
    QVERIFY(future.result());
    QCOMPARE(future.result()->script, QFileInfo(script.fileName()).canonicalFilePath());
    QVERIFY(future.result()->isInterpreter());
    QVERIFY(future.result()->parentExecutable.endsWith(u"/http_tests"_s));
    child.closeWriteChannel();
    QVERIFY(child.waitForFinished());

    // What is given as text is no script that could be told again.
    Connected unnamed(server, u"bash"_s, u"read -r line"_s);
    QVERIFY(unnamed.socket);
    QTRY_VERIFY(unnamed.process() && unnamed.process()->isInterpreter());
    QVERIFY(unnamed.process()->script.isEmpty());
}

void TestPeerProcess::callsAProgramByItsName()
{
    const auto nameOf = [](const QString &executable, const QString &script = {}) {
        PeerProcess process;
        process.executable = executable;
        process.script = script;
        return process.plainName();
    };
    QCOMPARE(nameOf(u"/usr/bin/codex"_s), u"codex"_s);
    QCOMPARE(nameOf(u"/home/a/.local/share/claude/versions/2.1.332"_s), u"claude"_s);
    QCOMPARE(nameOf(u"/usr/lib/claude-code/bin/claude.exe"_s), u"claude"_s);
    QCOMPARE(nameOf(u"/usr/bin/node"_s, u"/opt/gemini-cli/bundle/gemini.js"_s), u"gemini"_s);
    QCOMPARE(nameOf(u"/usr/bin/node"_s, u"/opt/@github/copilot/index.js"_s), u"copilot"_s);
    QCOMPARE(nameOf(u"/usr/bin/node"_s, u"/opt/qwen-code/dist/cli.js"_s), u"qwen-code"_s);
    QCOMPARE(nameOf(u"/usr/bin/python3.11"_s), u"python3.11"_s);
    QCOMPARE(nameOf(u"/1/2/3"_s), u"3"_s);
}

void TestPeerProcess::knowsInterpreters()
{
    const auto isInterpreter = [](const QString &path) {
        PeerProcess process;
        process.executable = path;
        return process.isInterpreter();
    };
    for (const char *path : {"/usr/bin/node", "/usr/bin/python3.11", "/usr/bin/ruby-3.2", "/bin/sh",
                             "/usr/bin/perl", "/usr/lib/jvm/bin/java", "/usr/bin/qemu-x86_64"})
        QVERIFY2(isInterpreter(QString::fromLatin1(path)), path);
    for (const char *path : {"/usr/bin/curl", "/opt/Claude/claude", "/usr/bin/nodemon-app", ""})
        QVERIFY2(!isInterpreter(QString::fromLatin1(path)), path);
}

void TestPeerProcess::knowsWhoseAConnectionIs()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    Connected own(server, u"bash"_s, u"read -r line"_s);
    QVERIFY(own.socket);
    QCOMPARE(peerOwner(own.peer()), PeerOwner::ThisUser);
    const Peer peer = own.peer();
    own.program.closeWriteChannel();
    QVERIFY(own.program.waitForFinished());
    QTRY_COMPARE(peerOwner(peer), PeerOwner::Gone);
}

void TestPeerProcess::aConnectionOfAnotherUserIsSeen()
{
    if (::getuid() != 0)
        QSKIP("only root can start a program as another user");
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    Connected other(server, u"bash"_s, u"read -r line"_s, 65534);
    QVERIFY(other.socket);
    QCOMPARE(peerOwner(other.peer()), PeerOwner::OtherUser);
}

void TestPeerProcess::aPathInAFileSystemOfItsOwnIsMarked()
{
    // Any program can show another file under a path that only it sees (mount_namespaces(7)).
    const QString bash = QStandardPaths::findExecutable(u"bash"_s);
    const QString sleep = QFileInfo(QStandardPaths::findExecutable(u"sleep"_s)).canonicalFilePath();
    const QTemporaryDir directory;
    QProcess probe;
    probe.start(u"unshare"_s, {u"-rm"_s, u"true"_s});
    if (!probe.waitForFinished() || probe.exitCode() != 0)
        QSKIP("this system lets no program have a file system of its own");
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QProcess thief;
    thief.start(
        u"unshare"_s,
        {u"-rm"_s, bash, u"-c"_s,
         u"mount --bind %1 %2 && exec %2 -c 'exec 3<>/dev/tcp/127.0.0.1/%3; read -r line'"_s.arg(
             QFileInfo(bash).canonicalFilePath(), sleep, QString::number(server.serverPort()))});
    QVERIFY(thief.waitForStarted());
    QTRY_VERIFY(server.hasPendingConnections());
    const QTcpSocket *socket = server.nextPendingConnection();
    const auto future =
        findPeerProcess({socket->peerAddress(), socket->peerPort(), server.serverPort()});
    QTRY_VERIFY(future.isFinished());
    QVERIFY(future.result());
    QVERIFY(future.result()->executable != sleep);
    QVERIFY2(future.result()->executable.contains(u"file system of its own"_s),
             qPrintable(future.result()->executable));
    thief.closeWriteChannel();
    QVERIFY(thief.state() == QProcess::NotRunning || thief.waitForFinished());
}

FLAREDECK_TEST(TestPeerProcess)

} // namespace tst_peerprocess

#include "tst_peerprocess.moc"
