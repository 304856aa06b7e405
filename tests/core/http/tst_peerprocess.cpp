#include "core/http/peerprocess.h"

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
};

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
    QCOMPARE(process->parentName, u"tst_peerprocess"_s);
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
    QCOMPARE(now->name(), u"tst_peerprocess"_s);
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

QTEST_GUILESS_MAIN(TestPeerProcess)
#include "tst_peerprocess.moc"
