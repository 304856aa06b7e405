#include "core/http/ssestream.h"
#include "tests/core/http/rawclient.h"
#include "tests/support/testcase.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>
#include <QTimerEvent>

namespace tst_ssestream {

using namespace flaredeck;
using namespace flaredeck::http;
using namespace flaredeck::test;

class TestSseStream : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void framesEvents_data();
    void framesEvents();
    void streamOpensSendsAndEnds();
    void nextRequestFollowsAnEndedStream();
    void http10StreamEndsWithTheConnection();
    void destructionEndsTheStream();
    void leavingPeerCloses();
    void keepAliveIsAComment();
    void slowReaderIsCutOff();
    void longMessagesReachAClientThatReads_data();
    void longMessagesReachAClientThatReads();
    void whoStopsReadingIsCutOffInTime();
    void nothingIsSaidTwiceInTheHead();
    void requestBehindAnOpenStreamClosesIt();
    void lineBreakBehindABodyDoesNotHarm();
    void headGetsTheHeadOnly();

private:
    /// The stream that /sse opened for this client.
    void open(RawClient &client);

    std::unique_ptr<HttpServer> m_server;
    quint16 m_port = 0;
    std::unique_ptr<SseStream> m_stream;
};

void TestSseStream::init()
{
    m_server = std::make_unique<HttpServer>();
    m_server->route("/sse", [this](const RequestPtr &, const ExchangePtr &exchange) {
        m_stream = std::make_unique<SseStream>(exchange, Headers{{"X-Extra", "1"}});
    });
    m_port = m_server->listen(0).value();
}

void TestSseStream::cleanup()
{
    m_stream.reset();
    m_server.reset();
}

void TestSseStream::open(RawClient &client)
{
    client.send(request(m_port, "GET /sse"));
    QTRY_VERIFY(client.received().endsWith("\r\n\r\n"));
    QVERIFY(m_stream && m_stream->isOpen());
}

void TestSseStream::framesEvents_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char *name, const char *data, const char *event, const char *id,
                        const char *bytes) {
        QTest::newRow(name) << QByteArray(data) << QByteArray(event) << QByteArray(id)
                            << QByteArray(bytes);
    };
    row("event and data", "{}", "message", "", "event: message\ndata: {}\n\n");
    row("with an id", "{}", "message", "7", "event: message\nid: 7\ndata: {}\n\n");
    row("without event", "x", "", "", "data: x\n\n");
    row("several lines", "a\nb\r\n\rc", "", "", "data: a\ndata: b\ndata: \ndata: c\n\n");
    row("empty data keep their line", "", "", "7", "id: 7\ndata: \n\n");
}

void TestSseStream::framesEvents()
{
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, event);
    QFETCH(QByteArray, id);
    QFETCH(QByteArray, bytes);
    QCOMPARE(SseStream::frame(data, event, id), bytes);
}

void TestSseStream::streamOpensSendsAndEnds()
{
    RawClient client(m_port);
    open(client);
    const QByteArray head = client.takeReceived();
    QVERIFY(head.startsWith("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"));
    QVERIFY(head.contains("X-Extra: 1\r\n"));
    QSignalSpy closed(m_stream.get(), &SseStream::closed);
    m_stream->send("{}");
    QTRY_COMPARE(client.received(), "19\r\nevent: message\ndata: {}\n\n\r\n");
    (void)client.takeReceived();
    m_stream->end();
    QTRY_COMPARE(client.received(), "0\r\n\r\n");
    QVERIFY(!m_stream->isOpen());
    m_stream->send("too late");
    QCOMPARE(closed.count(), 0);
    QVERIFY(!client.isClosed());
}

void TestSseStream::nextRequestFollowsAnEndedStream()
{
    RawClient client(m_port);
    open(client);
    m_stream->end();
    QTRY_VERIFY(client.received().endsWith("0\r\n\r\n"));
    (void)client.takeReceived();
    open(client);
}

void TestSseStream::http10StreamEndsWithTheConnection()
{
    RawClient client(m_port);
    client.send("GET /sse HTTP/1.0\r\nHost: localhost:" + QByteArray::number(m_port) + "\r\n\r\n");
    QTRY_VERIFY(client.received().endsWith("\r\n\r\n"));
    m_stream->send("{}");
    m_stream->end();
    QTRY_VERIFY(client.isClosed());
    QCOMPARE(bodyOf(client.received()), "event: message\ndata: {}\n\n");
}

void TestSseStream::destructionEndsTheStream()
{
    RawClient client(m_port);
    open(client);
    m_stream.reset();
    QTRY_VERIFY(client.received().endsWith("0\r\n\r\n"));
}

void TestSseStream::leavingPeerCloses()
{
    RawClient client(m_port);
    open(client);
    QSignalSpy closed(m_stream.get(), &SseStream::closed);
    client.close();
    QTRY_COMPARE(closed.count(), 1);
    QVERIFY(!m_stream->isOpen());
    m_stream->send("to nobody");
}

void TestSseStream::keepAliveIsAComment()
{
    RawClient client(m_port);
    open(client);
    (void)client.takeReceived();
    QTimerEvent tick(0);
    QCoreApplication::sendEvent(m_stream.get(), &tick);
    QTRY_COMPARE(client.received(), "d\r\n: keepalive\n\n\r\n");
}

void TestSseStream::slowReaderIsCutOff()
{
    QTcpSocket client;
    client.setReadBufferSize(1);
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
    QVERIFY(client.waitForConnected());
    client.write(request(m_port, "GET /sse"));
    QTRY_VERIFY(m_stream);
    QSignalSpy closed(m_stream.get(), &SseStream::closed);
    const QByteArray data(64 * 1024, 'x');
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("does not read it")));
    for (int i = 0; i < 1000 && m_stream->isOpen(); ++i)
        m_stream->send(data);
    QVERIFY(!m_stream->isOpen());
    QCOMPARE(closed.count(), 1);
    QTRY_COMPARE(m_server->connectionCount(), 0);
}

void TestSseStream::longMessagesReachAClientThatReads_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("bytes");
    QTest::newRow("a result of 5 MiB") << 1 << 5 * 1024 * 1024;
    QTest::newRow("two of them due at once") << 2 << 5 * 1024 * 1024;
    QTest::newRow("twenty of 400 KiB due at once") << 20 << 400 * 1024;
    QTest::newRow("far more than the system takes") << 1 << 64 * 1024 * 1024;
}

void TestSseStream::longMessagesReachAClientThatReads()
{
    QFETCH(int, count);
    QFETCH(int, bytes);
    RawClient client(m_port);
    open(client);
    const QByteArray data(bytes, 'x');
    for (int i = 0; i < count; ++i)
        m_stream->send(data);
    m_stream->send("the end");
    QTRY_VERIFY_WITH_TIMEOUT(client.received().endsWith("data: the end\n\n\r\n"), 30'000);
    QCOMPARE(client.received().count("data: xxx"), count);
    QVERIFY(m_stream->isOpen());
}

void TestSseStream::whoStopsReadingIsCutOffInTime()
{
    QTcpSocket client;
    // Some systems would hold all of it for a program that does not read.
    QVERIFY(client.bind(QHostAddress(QHostAddress::LocalHost)));
    client.setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, 256 * 1024);
    client.setReadBufferSize(1);
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
    QVERIFY(client.waitForConnected());
    client.write(request(m_port, "GET /sse"));
    QTRY_VERIFY(m_stream);
    QSignalSpy closed(m_stream.get(), &SseStream::closed);
    m_stream->send(QByteArray(64 * 1024 * 1024, 'x'));
    const auto tick = [this] {
        QTimerEvent event(0);
        QCoreApplication::sendEvent(m_stream.get(), &event);
    };
    tick();
    QVERIFY(m_stream->isOpen());
    // It reads, though not all of it.
    QByteArray taken;
    client.setReadBufferSize(1024 * 1024); // not more at a time, or it might take all
    QTRY_VERIFY_WITH_TIMEOUT((taken += client.readAll()).size() > 16 * 1024 * 1024, 30'000);
    client.setReadBufferSize(1);
    tick();
    QVERIFY(m_stream->isOpen());
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("does not read it")));
    // Until the system holds what it can.
    QTRY_VERIFY_WITH_TIMEOUT((tick(), !m_stream->isOpen()), 30'000);
    QCOMPARE(closed.count(), 1);
    QTRY_COMPARE(m_server->connectionCount(), 0);
}

void TestSseStream::nothingIsSaidTwiceInTheHead()
{
    RawClient client(m_port);
    open(client);
    QList<QByteArray> names;
    for (const QByteArray &line : client.received().split('\n').mid(1)) {
        if (const QByteArray name = line.split(':').first().toLower(); line.contains(':')) {
            QVERIFY2(!names.contains(name), name.constData());
            names << name;
        }
    }
    QVERIFY(names.contains("x-accel-buffering"));
}

void TestSseStream::requestBehindAnOpenStreamClosesIt()
{
    RawClient client(m_port);
    open(client);
    QSignalSpy closed(m_stream.get(), &SseStream::closed);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("with an open stream")));
    client.send(request(m_port, "GET /sse"));
    QTRY_COMPARE(closed.count(), 1);
    QTRY_VERIFY(client.isClosed());
}

void TestSseStream::lineBreakBehindABodyDoesNotHarm()
{
    RawClient client(m_port);
    open(client);
    client.send("\r\n");
    m_stream->send("{}");
    QTRY_VERIFY(client.received().contains("data: {}"));
    QVERIFY(m_stream->isOpen());
}

void TestSseStream::headGetsTheHeadOnly()
{
    RawClient client(m_port);
    client.send(request(m_port, "HEAD /sse"));
    QTRY_VERIFY(client.received().endsWith("\r\n\r\n"));
    QVERIFY(client.received().contains("text/event-stream"));
    QVERIFY(!m_stream->isOpen());
}

FLAREDECK_TEST(TestSseStream)

} // namespace tst_ssestream

#include "tst_ssestream.moc"
