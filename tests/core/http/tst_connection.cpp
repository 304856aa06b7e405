#include "tests/core/http/rawclient.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>
#include <QTest>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

namespace tst_connection {

using namespace flaredeck;
using namespace flaredeck::http;
using namespace flaredeck::test;

/// The limits of time, size and number, as a client meets them.
class TestConnection : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
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
    void emptyLinesBuyNoTime();
    void tooManyConnectionsAreRefused();
    void unreadAnswersHoldUpTheirConnection();
    void sixHundredConnectionsShutNobodyOut_data();
    void sixHundredConnectionsShutNobodyOut();
    void theOldestThatAskedNothingGoesFirst();
    void whatRunsForSomebodyKnownKeepsItsConnection();
    void whatRunsForStrangersMakesRoomLast();
    void aRequestThatArrivedIsServedFirst();
    void aBodyIsNotWaitedForUnlessItsBearerIsKnown_data();
    void aBodyIsNotWaitedForUnlessItsBearerIsKnown();
    void aSmallCallIsAskedAboutOnce();
    void openPathsTakeSmallBodies();
    void unfinishedBodiesShareABudget();
    void compressedBodiesAreRefused_data();
    void compressedBodiesAreRefused();

private:
    void start(const Limits &limits);
    /// One request on a connection of its own is answered with 200.
    [[nodiscard]] bool isServed() const;
    /// A request of somebody known to a path where others get 401.
    [[nodiscard]] QByteArray known(const QByteArray &line, const QByteArray &headers = {},
                                   const QByteArray &body = {}) const
    {
        return request(m_port, line, "Authorization: Bearer known\r\n" + headers, body);
    }
    using Clients = std::vector<std::unique_ptr<RawClient>>;
    /// `deaf` ones do not even notice that the server is done with them.
    [[nodiscard]] Clients connectMany(int count, const QByteArray &bytes, bool deaf = false) const;

    std::unique_ptr<HttpServer> m_server;
    quint16 m_port = 0;
    QList<ExchangePtr> m_held;
    int m_served = 0;
    int m_admissions = 0;
};

void TestConnection::initTestCase()
{
#ifdef Q_OS_UNIX
    // Both ends of each connection are here.
    rlimit files{};
    QCOMPARE(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4096);
    QCOMPARE(setrlimit(RLIMIT_NOFILE, &files), 0);
#endif
}

bool TestConnection::isServed() const
{
    RawClient client(m_port);
    client.send(request(m_port, "POST /echo", {}, "honest"));
    return QTest::qWaitFor([&] { return client.received().endsWith("honest"); });
}

TestConnection::Clients TestConnection::connectMany(int count, const QByteArray &bytes,
                                                    bool deaf) const
{
    Clients clients;
    for (int i = 0; i < count; ++i) {
        clients.push_back(std::make_unique<RawClient>(m_port));
        clients.back()->socket().setReadBufferSize(deaf ? 1 : 0);
        clients.back()->send(bytes);
        // As a server in another process would: it comes to some of them at a time.
        if (i % 64 == 0)
            QCoreApplication::processEvents();
    }
    return clients;
}

void TestConnection::start(const Limits &limits)
{
    m_server.reset();
    m_held.clear();
    m_served = 0;
    m_admissions = 0;
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
    const auto admission = [this](const Request &head) -> std::optional<Response> {
        ++m_admissions;
        if (head.headers.value("Authorization") == "Bearer known")
            return std::nullopt;
        return Response::empty(401, {{"WWW-Authenticate", "Bearer realm=\"test\""}});
    };
    m_server->route(
        "/call",
        [this, admission](const RequestPtr &r, const ExchangePtr &exchange) {
            ++m_served;
            exchange->respond(
                admission(*r).value_or(Response::text(200, QByteArray::number(r->body.size()))));
        },
        admission);
    m_server->route(
        "/work",
        [this, admission](const RequestPtr &r, const ExchangePtr &exchange) {
            if (const auto refusal = admission(*r))
                exchange->respond(*refusal);
            else
                m_held.append(exchange);
        },
        admission);
    m_port = m_server->listen(0).value();
}

void TestConnection::refusalIsReadable_data()
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

void TestConnection::refusalIsReadable()
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

void TestConnection::foreignHostMayNotUpload()
{
    start({});
    RawClient client(m_port);
    client.send("POST /echo HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1000000\r\n\r\n");
    QTRY_VERIFY(client.received().startsWith("HTTP/1.1 403"));
    QTRY_VERIFY(client.isClosed());
}

void TestConnection::refusalCarriesCors()
{
    start({});
    RawClient client(m_port);
    client.send(request(m_port, "POST /echo",
                        "Origin: http://localhost:1\r\nContent-Length: 99999999\r\n"));
    QTRY_VERIFY(client.received().startsWith("HTTP/1.1 413"));
    QVERIFY(client.received().contains("Access-Control-Allow-Origin: http://localhost:1\r\n"));
}

void TestConnection::continueIsSaidOnce()
{
    start({});
    RawClient client(m_port);
    client.send(request(m_port, "POST /echo", "Expect: 100-continue\r\nContent-Length: 5\r\n"));
    QTRY_COMPARE(client.received(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    QTRY_VERIFY(client.received().endsWith("hello"));
    QCOMPARE(client.received().count("100 Continue"), 1);
}

void TestConnection::continueIsNotSaidToWhatIsRefused()
{
    start({});
    RawClient client(m_port);
    client.send(
        request(m_port, "POST /echo", "Expect: 100-continue\r\nContent-Length: 99999999\r\n"));
    QTRY_VERIFY(client.received().startsWith("HTTP/1.1 413"));
}

void TestConnection::unfinishedRequestTimesOut_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("in the request line") << QByteArray("GET /ec");
    QTest::newRow("in the header lines") << QByteArray("GET /echo HTTP/1.1\r\nHost: loc");
    QTest::newRow("in the body") << QByteArray("POST /echo HTTP/1.1\r\nHost: localhost:@\r\n"
                                               "Content-Length: 5\r\n\r\nhel");
    QTest::newRow("in a chunk") << QByteArray("POST /echo HTTP/1.1\r\nHost: localhost:@\r\n"
                                              "Transfer-Encoding: chunked\r\n\r\n5\r\nhel");
}

void TestConnection::unfinishedRequestTimesOut()
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

void TestConnection::silentConnectionIsClosed()
{
    Limits limits;
    limits.requestTimeoutMs = 150;
    start(limits);
    RawClient client(m_port);
    QTRY_COMPARE(m_server->connectionCount(), 1);
    QTRY_VERIFY(client.isClosed());
    QVERIFY(client.received().isEmpty());
}

void TestConnection::idleConnectionIsClosed()
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
void TestConnection::pendingAnswerNeverTimesOut()
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

void TestConnection::openStreamNeverTimesOut()
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

void TestConnection::emptyLinesBuyNoTime()
{
    Limits limits;
    limits.headTimeoutMs = 150;
    start(limits);
    RawClient client(m_port);
    QTRY_VERIFY((client.send("\r\n"), client.isClosed()));
}

void TestConnection::tooManyConnectionsAreRefused()
{
    Limits limits;
    limits.maxConnections = 20;
    start(limits);
    Clients clients = connectMany(limits.maxConnections, known("GET /work"));
    QTRY_COMPARE(m_held.size(), limits.maxConnections);
    RawClient extra(m_port);
    extra.send(request(m_port, "POST /echo", {}, "x"));
    QTRY_VERIFY(extra.isClosed());
    QVERIFY(extra.received().startsWith("HTTP/1.1 503"));
    QVERIFY(extra.received().contains("Retry-After: 1\r\n"));
    QCOMPARE(m_server->connectionCount(), limits.maxConnections);

    m_held.takeFirst()->respond(Response::text(200, "done"));
    QVERIFY(isServed());
    clients.clear();
    QTRY_COMPARE(m_server->connectionCount(), 0);
    QVERIFY(isServed());
}

void TestConnection::unreadAnswersHoldUpTheirConnection()
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

void TestConnection::sixHundredConnectionsShutNobodyOut_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("silent") << QByteArray();
    QTest::newRow("slow head") << QByteArray("POST /call HTTP/1.1\r\nHost: loc");
    QTest::newRow("slow body") << QByteArray("POST /echo HTTP/1.1\r\nHost: localhost:@\r\n"
                                             "Content-Length: 9\r\n\r\nslow");
    QTest::newRow("slow chunks") << QByteArray("POST /echo HTTP/1.1\r\nHost: localhost:@\r\n"
                                               "Transfer-Encoding: chunked\r\n\r\n9\r\nslow");
    QTest::newRow("slow body where a token is needed")
        << QByteArray("POST /call HTTP/1.1\r\nHost: localhost:@\r\n"
                      "Content-Length: 9\r\n\r\nslow");
    QTest::newRow("kept alive") << QByteArray("GET /echo HTTP/1.1\r\nHost: localhost:@\r\n\r\n");
    QTest::newRow("refused, and still there") << QByteArray("GET /ec ho HTTP/1.1\r\n\r\n");
    QTest::newRow("an answer that takes long")
        << QByteArray("GET /hold HTTP/1.1\r\nHost: localhost:@\r\n\r\n");
}

void TestConnection::sixHundredConnectionsShutNobodyOut()
{
    QFETCH(QByteArray, bytes);
    start({});
    bytes.replace("@", QByteArray::number(m_port));
    RawClient before(m_port);
    before.send(known("GET /work"));
    QTRY_COMPARE(m_held.size(), 1);

    const Clients many = connectMany(600, bytes, true);
    QTRY_COMPARE(m_server->connectionCount(), Limits{}.maxConnections);
    QVERIFY(isServed());
    const Clients more = connectMany(100, bytes, true);
    QVERIFY(isServed());

    QVERIFY(m_held.first()->isOpen());
    m_held.first()->respond(Response::text(200, "late"));
    QTRY_VERIFY(before.received().endsWith("late"));
}

void TestConnection::theOldestThatAskedNothingGoesFirst()
{
    Limits limits;
    limits.maxConnections = 4;
    start(limits);
    RawClient asked(m_port);
    asked.send(request(m_port, "POST /echo", {}, "x"));
    QTRY_VERIFY(asked.received().endsWith("x"));
    RawClient askedLater(m_port);
    askedLater.send(request(m_port, "POST /echo", {}, "x"));
    QTRY_VERIFY(askedLater.received().endsWith("x"));
    RawClient silent(m_port);
    QTRY_COMPARE(m_server->connectionCount(), 3);
    RawClient silentLater(m_port);
    QTRY_COMPARE(m_server->connectionCount(), 4);

    // Each of these asks as soon as it is there.
    Clients others = connectMany(1, request(m_port, "POST /echo", {}, "y"));
    QTRY_VERIFY(silent.isClosed());
    QTRY_VERIFY(others[0]->received().endsWith("y"));
    QVERIFY(!silentLater.isClosed());
    others.push_back(std::move(connectMany(1, request(m_port, "POST /echo", {}, "y"))[0]));
    QTRY_VERIFY(silentLater.isClosed());
    QTRY_VERIFY(others[1]->received().endsWith("y"));
    QVERIFY(!asked.isClosed());
    others.push_back(std::move(connectMany(1, request(m_port, "POST /echo", {}, "y"))[0]));
    QTRY_VERIFY(asked.isClosed());
    QVERIFY(!askedLater.isClosed());
    QCOMPARE(m_server->connectionCount(), 4);
}

void TestConnection::whatRunsForSomebodyKnownKeepsItsConnection()
{
    Limits limits;
    limits.maxConnections = 10;
    start(limits);
    RawClient call(m_port);
    call.send(known("GET /work"));
    QTRY_COMPARE(m_held.size(), 1);
    RawClient stream(m_port);
    stream.send(known("GET /work"));
    QTRY_COMPARE(m_held.size(), 2);
    m_held[1]->startStream();

    const Clients many = connectMany(50, {});
    QTRY_COMPARE(m_server->connectionCount(), limits.maxConnections);
    QVERIFY(isServed());
    m_held[0]->respond(Response::text(200, "done"));
    m_held[1]->write("news");
    QTRY_VERIFY(call.received().endsWith("done"));
    QTRY_VERIFY(stream.received().contains("news"));
}

void TestConnection::whatRunsForStrangersMakesRoomLast()
{
    Limits limits;
    limits.maxConnections = 10;
    start(limits);
    const Clients work = connectMany(8, known("GET /work"));
    QTRY_COMPARE(m_held.size(), 8);
    RawClient stranger(m_port);
    stranger.send(request(m_port, "GET /hold"));
    QTRY_COMPARE(m_held.size(), 9);
    QSignalSpy closed(m_held.last().get(), &Exchange::closed);

    QVERIFY(isServed()); // there was one place left
    RawClient silent(m_port);
    QTRY_COMPARE(m_server->connectionCount(), 10);
    QVERIFY(isServed());
    QTRY_VERIFY(silent.isClosed());
    QVERIFY(!stranger.isClosed());

    RawClient ninth(m_port);
    ninth.send(known("GET /work"));
    QTRY_COMPARE(m_held.size(), 10);
    QVERIFY(isServed());
    QCOMPARE(closed.count(), 1);
    QTRY_VERIFY(stranger.isClosed());
}

// All of it waits in the system when the server first looks.
void TestConnection::aRequestThatArrivedIsServedFirst()
{
    Limits limits;
    limits.maxConnections = 3;
    start(limits);
    Clients clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<RawClient>(m_port));
        clients.back()->send(request(m_port, "POST /echo", {}, "x"));
    }
    for (int i = 0; i < 3; ++i)
        clients.push_back(std::make_unique<RawClient>(m_port));
    for (int i = 0; i < 3; ++i)
        QTRY_VERIFY(clients[static_cast<size_t>(i)]->received().endsWith("x"));
}

void TestConnection::aBodyIsNotWaitedForUnlessItsBearerIsKnown_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::newRow("long") << QByteArray("Content-Length: 4000000\r\n");
    QTest::newRow("longer than anybody may send") << QByteArray("Content-Length: 40000000\r\n");
    QTest::newRow("chunked") << QByteArray("Transfer-Encoding: chunked\r\n");
    QTest::newRow("asked beforehand")
        << QByteArray("Content-Length: 10\r\nExpect: 100-continue\r\n");
    QTest::newRow("compressed") << QByteArray("Content-Length: 10\r\nContent-Encoding: gzip\r\n");
}

void TestConnection::aBodyIsNotWaitedForUnlessItsBearerIsKnown()
{
    QFETCH(QByteArray, headers);
    start({});
    RawClient client(m_port);
    client.send(request(m_port, "POST /call", "Origin: http://localhost:1\r\n" + headers));
    QTRY_VERIFY(client.isClosed());
    QVERIFY(client.received().startsWith("HTTP/1.1 401"));
    QVERIFY(client.received().contains("WWW-Authenticate: Bearer realm=\"test\"\r\n"));
    QVERIFY(client.received().contains("Access-Control-Allow-Origin: http://localhost:1\r\n"));
    QCOMPARE(m_served, 0);

    RawClient friendly(m_port);
    const QByteArray body(1'000'000, 'x');
    friendly.send(known("POST /call", {}, body));
    QTRY_VERIFY(friendly.received().endsWith("1000000"));
}

void TestConnection::aSmallCallIsAskedAboutOnce()
{
    start({});
    RawClient client(m_port);
    client.send(known("POST /call", {}, "small"));
    QTRY_VERIFY(client.received().endsWith("5"));
    QCOMPARE(m_admissions, 1);
    // In two writes, as many clients send it. Without a token it is answered in order as well.
    (void)client.takeReceived();
    const QByteArray twoWrites = request(m_port, "POST /call", {}, "small");
    client.send(twoWrites.chopped(5));
    QCoreApplication::processEvents();
    client.send("small");
    QTRY_VERIFY(client.received().startsWith("HTTP/1.1 401"));
    QCOMPARE(m_admissions, 2);
    QVERIFY(!client.received().contains("Connection: close"));
}

void TestConnection::openPathsTakeSmallBodies()
{
    start({});
    const QByteArray small(64 * 1024, 'x');
    RawClient client(m_port);
    client.send(request(m_port, "POST /echo", {}, small));
    QTRY_VERIFY(bodyOf(client.received()) == small);
    for (const char *path : {"POST /echo", "POST /nothing-here"}) {
        RawClient larger(m_port);
        larger.send(request(m_port, path, "Content-Length: 65537\r\n"));
        QTRY_VERIFY(larger.received().startsWith("HTTP/1.1 413"));
        RawClient growing(m_port);
        growing.send(request(m_port, path, "Transfer-Encoding: chunked\r\n") + "10001\r\n");
        QTRY_VERIFY(growing.received().startsWith("HTTP/1.1 413"));
    }
}

void TestConnection::unfinishedBodiesShareABudget()
{
    Limits limits;
    limits.maxUnfinishedBytes = 100'000;
    start(limits);
    const QByteArray head = known("POST /call", "Content-Length: 60000\r\n");
    Clients slow;
    for (int i = 0; i < 3; ++i) {
        slow.push_back(std::make_unique<RawClient>(m_port));
        slow.back()->send(head);
        // The next one begins later: what came of this one was read.
        QTRY_COMPARE(m_admissions, i + 1);
        slow.back()->send(QByteArray(40'000, 'x'));
    }
    QTRY_VERIFY(slow[0]->received().startsWith("HTTP/1.1 503"));
    RawClient honest(m_port);
    honest.send(known("POST /call", {}, QByteArray(60'000, 'x')));
    QTRY_VERIFY(honest.received().endsWith("60000"));
    // What was given up, answered or closed is no longer counted.
    slow.clear();
    honest.close();
    QTRY_COMPARE(m_server->connectionCount(), 0);
    for (int i = 0; i < 2; ++i) {
        slow.push_back(std::make_unique<RawClient>(m_port));
        slow.back()->send(head + QByteArray(40'000, 'x'));
    }
    for (const auto &client : slow) {
        client->send(QByteArray(20'000, 'x'));
        QTRY_VERIFY(client->received().endsWith("60000"));
    }
}

void TestConnection::compressedBodiesAreRefused_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const char *headers, int status) {
        QTest::newRow(name) << QByteArray(headers) << status;
    };
    row("gzip", "Content-Encoding: gzip\r\n", 415);
    row("any case", "content-encoding: GZIP\r\n", 415);
    row("a list", "Content-Encoding: identity, br\r\n", 415);
    row("two lines", "Content-Encoding: identity\r\nContent-Encoding: deflate\r\n", 415);
    row("identity", "Content-Encoding: identity\r\n", 200);
    row("empty", "Content-Encoding:\r\n", 200);
}

void TestConnection::compressedBodiesAreRefused()
{
    QFETCH(QByteArray, headers);
    QFETCH(int, status);
    start({});
    for (const QByteArray &bytes :
         {request(m_port, "POST /echo", headers, "x"), known("POST /call", headers, "x")}) {
        RawClient client(m_port);
        client.send(bytes);
        QTRY_VERIFY(client.received().contains("\r\n\r\n"));
        QCOMPARE(client.received().split(' ').value(1).toInt(), status);
        QCOMPARE(client.received().contains("Accept-Encoding: identity\r\n"), status == 415);
    }
    // A request without a body has nothing that could be compressed.
    RawClient empty(m_port);
    empty.send(request(m_port, "GET /echo", headers));
    QTRY_VERIFY(empty.received().startsWith("HTTP/1.1 200"));
}

FLAREDECK_TEST(TestConnection)

} // namespace tst_connection

#include "tst_connection.moc"
