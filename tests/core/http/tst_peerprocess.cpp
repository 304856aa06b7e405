#include "core/http/peerprocess.h"

#include <QCoreApplication>
#include <QFutureWatcher>
#include <QProcess>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace flaredeck::http;
using namespace Qt::StringLiterals;

class TestPeerProcess : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void findsARealChildProcess();
    void findsAPeerOnIPv6();
    void findsTheListener();
    void findsNothingForAnUnusedPort();
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
    child.closeWriteChannel();
    QVERIFY(child.waitForFinished());

    // The socket is gone, and so is the answer.
    QFuture<std::optional<PeerProcess>> again = findPeerProcess(peer);
    QTRY_VERIFY(again.isFinished());
    QVERIFY(!again.result());
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
    QFuture<std::optional<PeerProcess>> later = findListener(server.serverPort());
    QTRY_VERIFY(later.isFinished());
    QCOMPARE(later.result(), now);
}

void TestPeerProcess::findsNothingForAnUnusedPort()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const quint16 port = server.serverPort();
    server.close();
    QVERIFY(!listenerNow(port));
}

QTEST_GUILESS_MAIN(TestPeerProcess)
#include "tst_peerprocess.moc"
