#include "tests/core/http/rawclient.h"

#include <QSignalSpy>
#include <QTest>

using namespace flaredeck;
using namespace flaredeck::http;
using namespace flaredeck::test;

/// The limits of time, size and number, as a client meets them.
class TestConnectionGuard : public QObject
{
    Q_OBJECT

private slots:
    void refusalIsReadable_data();
    void refusalIsReadable();
    void foreignHostMayNotUpload();
    void refusalCarriesCors();
    void continueIsSaidOnce();
    void continueIsNotSaidToWhatIsRefused();
    void unfinishedRequestTimesOut_data();
    void unfinishedRequestTimesOut();
    void silentConnectionIsClosed();
    void idleConnectionIsClosed();
    void pendingAnswerNeverTimesOut();
    void openStreamNeverTimesOut();
    void tooManyConnectionsAreRefused();
    void unreadAnswersHoldUpTheirConnection();

private:
    void start(const Limits &limits);

    std::unique_ptr<HttpServer> m_server;
    quint16 m_port = 0;
    QList<ExchangePtr> m_held;
    int m_served = 0;
};

void TestConnectionGuard::start(const Limits &limits)
{
    m_held.clear();
    m_served = 0;
    const auto corsOf = [](const QByteArray &) { return HostGate::Cors::Full; };
    m_server = std::make_unique<HttpServer>(limits, std::make_unique<HostGate>(corsOf));
    m_server->route("/echo", [this](const RequestPtr &r, const ExchangePtr &exchange) {
        ++m_served;
        exchange->respond(Response::text(200, r->body));
    });
    m_server->route("/big", [this](const RequestPtr &, const ExchangePtr &exchange) {
        ++m_served;
        exchange->respond(Response::text(200, QByteArray(1024 * 1024, 'x')));
    });
    m_server->route("/hold", [this](const RequestPtr &, const ExchangePtr &exchange) {
        m_held.append(exchange);
    });
    m_port = m_server->listen(0).value();
}

void TestConnectionGuard::refusalIsReadable_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("body"); // sent as it is
    QTest::addColumn<int>("status");
    const QByteArray post = "POST /echo";
    QTest::newRow("a declared body over the limit")
        << post << QByteArray("Content-Length: 1001\r\n") << QByteArray(1001, 'x') << 413;
    QTest::newRow("a chunked body that grows over the limit")
        << post << QByteArray("Transfer-Encoding: chunked\r\n")
        << QByteArray("64\r\n" + QByteArray(100, 'x') + "\r\n").repeated(20) << 413;
    QTest::newRow("header lines over the limit") << post << "A: " + QByteArray(5000, 'a') + "\r\n"
                                                 << QByteArray() << 431;
    QTest::newRow("malformed header line")
        << post << QByteArray("no colon\r\n") << QByteArray() << 400;
    QTest::newRow("malformed chunk")
        << post << QByteArray("Transfer-Encoding: chunked\r\n") << QByteArray("zz\r\n") << 400;
    QTest::newRow("bad length") << post << QByteArray("Content-Length: x\r\n") << QByteArray()
                                << 400;
    QTest::newRow("malformed request line")
        << QByteArray("POST /e cho") << QByteArray() << QByteArray() << 400;
}

void TestConnectionGuard::refusalIsReadable()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    Limits limits;
    limits.maxBodyBytes = 1000;
    limits.maxHeaderBytes = 4000;
    start(limits);
    RawClient client(m_port);
    client.send(request(m_port, line, headers) + body);
    QTRY_VERIFY(client.isClosed());
    QCOMPARE(client.received().split(' ').value(1).toInt(), status);
    QVERIFY(client.received().contains("Connection: close\r\n"));
    QVERIFY(bodyOf(client.received())
                .startsWith("{\"error\":\"invalid_request\",\"error_description\":"));
    QCOMPARE(m_served, 0);
    QTRY_COMPARE(m_server->connectionCount(), 0);
}

void TestConnectionGuard::foreignHostMayNotUpload()
{
    start({});
    RawClient client(m_port);
    client.send("POST /echo HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1000000\r\n\r\n");
    QTRY_VERIFY(client.received().startsWith("HTTP/1.1 403"));
    QTRY_VERIFY(client.isClosed());
}

void TestConnectionGuard::refusalCarriesCors()
{
    start({});
    RawClient client(m_port);
    client.send(request(m_port, "POST /echo",
                        "Origin: http://localhost:1\r\nContent-Length: 99999999\r\n"));
    QTRY_VERIFY(client.received().startsWith("HTTP/1.1 413"));
    QVERIFY(client.received().contains("Access-Control-Allow-Origin: http://localhost:1\r\n"));
}

void TestConnectionGuard::continueIsSaidOnce()
{
    start({});
    RawClient client(m_port);
    client.send(request(m_port, "POST /echo", "Expect: 100-continue\r\nContent-Length: 5\r\n"));
    QTRY_COMPARE(client.received(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    QTRY_VERIFY(client.received().endsWith("hello"));
    QCOMPARE(client.received().count("100 Continue"), 1);
}

void TestConnectionGuard::continueIsNotSaidToWhatIsRefused()
{
    start({});
    RawClient client(m_port);
    client.send(
        request(m_port, "POST /echo", "Expect: 100-continue\r\nContent-Length: 99999999\r\n"));
    QTRY_VERIFY(client.received().startsWith("HTTP/1.1 413"));
}

void TestConnectionGuard::unfinishedRequestTimesOut_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("in the request line") << QByteArray("GET /ec");
    QTest::newRow("in the header lines") << QByteArray("GET /echo HTTP/1.1\r\nHost: loc");
    QTest::newRow("in the body") << QByteArray("POST /echo HTTP/1.1\r\nHost: localhost:@\r\n"
                                               "Content-Length: 5\r\n\r\nhel");
    QTest::newRow("in a chunk") << QByteArray("POST /echo HTTP/1.1\r\nHost: localhost:@\r\n"
                                              "Transfer-Encoding: chunked\r\n\r\n5\r\nhel");
}

void TestConnectionGuard::unfinishedRequestTimesOut()
{
    QFETCH(QByteArray, bytes);
    Limits limits;
    limits.requestTimeoutMs = 150;
    start(limits);
    RawClient client(m_port);
    client.send(bytes.replace("@", QByteArray::number(m_port)));
    QTRY_VERIFY(client.isClosed());
    QVERIFY(client.received().startsWith("HTTP/1.1 408"));
}

void TestConnectionGuard::silentConnectionIsClosed()
{
    Limits limits;
    limits.requestTimeoutMs = 150;
    start(limits);
    RawClient client(m_port);
    QTRY_COMPARE(m_server->connectionCount(), 1);
    QTRY_VERIFY(client.isClosed());
    QVERIFY(client.received().isEmpty());
}

void TestConnectionGuard::idleConnectionIsClosed()
{
    Limits limits;
    limits.idleTimeoutMs = 150;
    start(limits);
    RawClient client(m_port);
    client.send(request(m_port, "POST /echo", {}, "x"));
    QTRY_VERIFY(client.received().endsWith("x"));
    const QByteArray answer = client.received();
    QTRY_VERIFY(client.isClosed());
    QCOMPARE(client.received(), answer);
}

// Both of these wait until a second, idle connection has been timed out twice over.
void TestConnectionGuard::pendingAnswerNeverTimesOut()
{
    Limits limits;
    limits.requestTimeoutMs = 60;
    limits.idleTimeoutMs = 60;
    start(limits);
    RawClient client(m_port);
    client.send(request(m_port, "GET /hold"));
    QTRY_COMPARE(m_held.size(), 1);
    for (int i = 0; i < 2; ++i) {
        RawClient other(m_port);
        QTRY_VERIFY(other.isClosed());
    }
    m_held[0]->respond(Response::text(200, "late"));
    QTRY_VERIFY(client.received().endsWith("late"));
}

void TestConnectionGuard::openStreamNeverTimesOut()
{
    Limits limits;
    limits.requestTimeoutMs = 60;
    limits.idleTimeoutMs = 60;
    start(limits);
    RawClient client(m_port);
    client.send(request(m_port, "GET /hold"));
    QTRY_COMPARE(m_held.size(), 1);
    m_held[0]->startStream();
    for (int i = 0; i < 2; ++i) {
        RawClient other(m_port);
        QTRY_VERIFY(other.isClosed());
    }
    QVERIFY(m_held[0]->isOpen());
    m_held[0]->write("still here");
    QTRY_VERIFY(client.received().contains("still here"));
}

void TestConnectionGuard::tooManyConnectionsAreRefused()
{
    start({});
    const int most = Limits{}.maxConnections;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < most; ++i) {
        clients.push_back(std::make_unique<RawClient>(m_port));
        QVERIFY(!clients.back()->isClosed());
        QTRY_COMPARE(m_server->connectionCount(), i + 1);
    }
    RawClient extra(m_port);
    extra.send(request(m_port, "POST /echo", {}, "x"));
    QTRY_VERIFY(extra.isClosed());
    QVERIFY(extra.received().startsWith("HTTP/1.1 503"));
    QVERIFY(extra.received().contains("Retry-After: 1\r\n"));
    QCOMPARE(m_server->connectionCount(), most);

    clients.front()->send(request(m_port, "POST /echo", {}, "x"));
    QTRY_VERIFY(clients.front()->received().endsWith("x"));
    clients.clear();
    QTRY_COMPARE(m_server->connectionCount(), 0);
    RawClient next(m_port);
    next.send(request(m_port, "POST /echo", {}, "x"));
    QTRY_VERIFY(next.received().endsWith("x"));
}

void TestConnectionGuard::unreadAnswersHoldUpTheirConnection()
{
    Limits limits;
    limits.requestTimeoutMs = 300;
    start(limits);
    constexpr int kRequests = 200; // of a megabyte each
    QTcpSocket client;
    client.setReadBufferSize(1);
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
    QVERIFY(client.waitForConnected());
    client.write(request(m_port, "GET /big").repeated(kRequests));
    // Who never reads is cut off, long before all answers were made.
    QTRY_VERIFY(m_served > 0);
    QTRY_COMPARE(m_server->connectionCount(), 0);
    QVERIFY2(m_served < 50, qPrintable(QString::number(m_served)));
}

QTEST_GUILESS_MAIN(TestConnectionGuard)
#include "tst_connectionguard.moc"
