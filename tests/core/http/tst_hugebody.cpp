#include "tests/core/http/rawclient.h"
#include "tests/support/testcase.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#ifdef Q_OS_LINUX
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace tst_hugebody {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsInstrumented = true;
#else
constexpr bool kIsInstrumented = false;
#endif

using namespace flaredeck;
using namespace flaredeck::http;
using namespace flaredeck::test;

/// A gigabyte that nobody asked for. A program of its own, so that the peak of its memory is that
/// of this test.
class TestHugeBody : public QObject
{
    Q_OBJECT

private slots:
    void gigabyteIsRefusedWithoutBeingKept_data();
    void gigabyteIsRefusedWithoutBeingKept();
};

#ifdef Q_OS_LINUX
namespace {

constexpr qint64 kGiB = 1024 * 1024 * 1024;
constexpr qint64 kAllowedGrowth = 16 * 1024 * 1024;

qint64 memoryFigure(const QByteArray &name)
{
    QFile file(QStringLiteral("/proc/self/status"));
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith(name + ':'))
            return line.mid(name.size() + 1).trimmed().split(' ').first().toLongLong() * 1024;
    }
    return -1;
}

bool sendAll(int socket, const char *data, size_t size)
{
    while (size > 0) {
        const ssize_t sent = ::send(socket, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        data += sent;
        size -= static_cast<size_t>(sent);
    }
    return true;
}

/// A stubborn client: sends everything before it looks at the answer.
QByteArray upload(quint16 port, const QByteArray &head, bool isChunked)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    QByteArray answer;
    if (::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0 &&
        sendAll(socket, head.constData(), static_cast<size_t>(head.size()))) {
        const QByteArray data(256 * 1024, 'x');
        const QByteArray block = isChunked ? "40000\r\n" + data + "\r\n" : data;
        for (qint64 sent = 0; sent < kGiB; sent += data.size()) {
            if (!sendAll(socket, block.constData(), static_cast<size_t>(block.size())))
                break;
        }
        char buffer[4096];
        for (ssize_t got; (got = ::recv(socket, buffer, sizeof buffer, 0)) > 0;)
            answer.append(buffer, got);
    }
    ::close(socket);
    return answer;
}

} // namespace
#endif

void TestHugeBody::gigabyteIsRefusedWithoutBeingKept_data()
{
    QTest::addColumn<bool>("isChunked");
    QTest::newRow("declared") << false;
    QTest::newRow("chunked") << true;
}

void TestHugeBody::gigabyteIsRefusedWithoutBeingKept()
{
#ifndef Q_OS_LINUX
    QSKIP("the memory of a process is measured on Linux only");
#else
    QFETCH(bool, isChunked);
    HttpServer server;
    const quint16 port = server.listen(0).value();
    const QByteArray head =
        request(port, "POST /x",
                isChunked ? "Transfer-Encoding: chunked\r\n"
                          : "Content-Length: " + QByteArray::number(kGiB) + "\r\n");
    const qint64 before = memoryFigure("VmRSS");
    QByteArray answer;
    const std::unique_ptr<QThread> client(
        QThread::create([&] { answer = upload(port, head, isChunked); }));
    QSignalSpy finished(client.get(), &QThread::finished);
    client->start();
    const bool ended = finished.wait(60'000);
    server.close(); // unblocks the client in any case
    client->wait();
    const qint64 peak = memoryFigure("VmHWM");

    QVERIFY(ended);
    QVERIFY2(answer.startsWith("HTTP/1.1 413"), answer.constData());
    QVERIFY(before > 0 && peak >= before);
    if (kIsInstrumented)
        QSKIP("the sanitizer keeps freed memory, so the peak says nothing");
    qInfo("memory grew by %lld KiB", (peak - before) / 1024);
    QVERIFY2(peak - before <= kAllowedGrowth, qPrintable(QString::number(peak - before)));
#endif
}

FLAREDECK_TEST(TestHugeBody)

} // namespace tst_hugebody

#include "tst_hugebody.moc"
