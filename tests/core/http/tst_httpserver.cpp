#include "tests/core/http/rawclient.h"
#include "tests/support/testcase.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

#include <stdexcept>

namespace tst_httpserver {

using namespace flaredeck;
using namespace flaredeck::http;
using namespace flaredeck::test;
using namespace Qt::StringLiterals;

class TestHttpServer : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void requestArrivesAsSent();
    void bothLoopbackAddressesAreServed();
    void routesMatch_data();
    void routesMatch();
    void unknownPathsAnswerJson();
    void unknownMethodsAreNotImplemented();
    void connectionServesManyRequests();
    void closeIsRespected_data();
    void closeIsRespected();
    void headHasNoBody();
    void chunkedBodyArrivesWhole();
    void largeBodyArrivesWhole();
    void pipelinedAnswersComeInOrder();
    void lateAnswerIsSent();
    void secondAnswerIsIgnored();
    void droppedExchangeAnswers500();
    void throwingHandlerAnswers500();
    void leavingPeerClosesTheExchange();
    void exchangeStaysSilentAfterItsAnswer();
    void abortSendsNothing();
    void foreignHostIsRefused();
    void preflightKeepsTheConnection();
    void corsHeadersAreAdded();
    void closingEndsEverything();
    void exchangeMayOutliveTheServer();
    void busyPortNamesItsHolder();
    void freePortIsFreeOnBothAddresses();
    void listensAgainAfterClose();

private:
    [[nodiscard]] QByteArray get(const QByteArray &path) { return request(m_port, "GET " + path); }
    /// Sends and waits for an answer with that body.
    static bool answers(RawClient &client, const QByteArray &bytes, const QByteArray &body);

    std::unique_ptr<HttpServer> m_server;
    quint16 m_port = 0;
    QList<ExchangePtr> m_held; ///< what /hold got
    QList<RequestPtr> m_requests;
};

void TestHttpServer::init()
{
    const auto corsOf = [](const QByteArray &path) {
        return path == "/echo" ? HostGate::Cors::Full : HostGate::Cors::None;
    };
    const Limits limits{.maxOpenBodyBytes = Limits{}.maxBodyBytes};
    m_server = std::make_unique<HttpServer>(limits, std::make_unique<HostGate>(corsOf));
    m_server->route("/echo", [this](const RequestPtr &r, const ExchangePtr &exchange) {
        m_requests.append(r);
        exchange->respond(Response::text(200, r->query + r->body));
    });
    m_server->route("/hold", [this](const RequestPtr &r, const ExchangePtr &exchange) {
        m_requests.append(r);
        m_held.append(exchange);
    });
    m_server->route("/drop", [](const RequestPtr &, const ExchangePtr &) {});
    m_server->route("/throw", [](const RequestPtr &, const ExchangePtr &) {
        throw std::runtime_error("a bug");
    });
    m_port = m_server->listen(0).value();
}

void TestHttpServer::cleanup()
{
    m_held.clear();
    m_requests.clear();
    m_server.reset();
}

bool TestHttpServer::answers(RawClient &client, const QByteArray &bytes, const QByteArray &body)
{
    (void)client.takeReceived();
    client.send(bytes);
    return QTest::qWaitFor([&] {
        return client.received().startsWith("HTTP/1.1 200") && bodyOf(client.received()) == body;
    });
}

void TestHttpServer::requestArrivesAsSent()
{
    RawClient client(m_port);
    QVERIFY(answers(client,
                    request(m_port, "POST /echo?a=%20b+c", "X-Custom:  v\xc3\xbc \r\n", "body"),
                    "a=%20b+cbody"));
    const Request &got = *m_requests.first();
    QCOMPARE(got.method, Method::Post);
    QCOMPARE(got.path, "/echo");
    QCOMPARE(got.query, "a=%20b+c");
    QCOMPARE(got.body, "body");
    QCOMPARE(got.headers.value("x-custom"), "v\xc3\xbc");
    QCOMPARE(got.peer.port, client.socket().localPort());
    QCOMPARE(got.peer.localPort, m_port);
    QVERIFY(got.peer.address.isLoopback());
    QCOMPARE(got.origin(), "http://localhost:" + QByteArray::number(m_port));
    QVERIFY(client.received().contains("\r\nDate: "));
}

void TestHttpServer::bothLoopbackAddressesAreServed()
{
    RawClient v4(m_port, QHostAddress(QHostAddress::LocalHost));
    QVERIFY(answers(v4, get("/echo?4"), "4"));
    RawClient v6(m_port, QHostAddress(QHostAddress::LocalHostIPv6));
    if (v6.isClosed())
        QSKIP("this machine has no IPv6 loopback address");
    QVERIFY(answers(v6, get("/echo?6"), "6"));
    QCOMPARE(m_server->connectionCount(), 2);
}

void TestHttpServer::routesMatch_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("route");
    QTest::newRow("the exact path") << QByteArray("/a") << QByteArray("exact /a");
    QTest::newRow("a prefix") << QByteArray("/a/b") << QByteArray("prefix /a/");
    QTest::newRow("the longest prefix") << QByteArray("/a/b/c") << QByteArray("prefix /a/b/");
    QTest::newRow("exact before prefix") << QByteArray("/a/x") << QByteArray("exact /a/x");
    QTest::newRow("anything else") << QByteArray("/other") << QByteArray("fallback");
    QTest::newRow("a trailing slash is another path")
        << QByteArray("/x/") << QByteArray("fallback");
}

void TestHttpServer::routesMatch()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, route);
    const auto say = [](const QByteArray &text) {
        return [text](const RequestPtr &, const ExchangePtr &exchange) {
            exchange->respond(Response::text(200, text));
        };
    };
    m_server->route("/a", say("exact /a"));
    m_server->route("/a/x", say("exact /a/x"));
    m_server->route("/x", say("exact /x"));
    m_server->routePrefix("/a/", say("prefix /a/"));
    m_server->routePrefix("/a/b/", say("prefix /a/b/"));
    m_server->setFallback(say("fallback"));
    RawClient client(m_port);
    QVERIFY(answers(client, get(path), route));
}

void TestHttpServer::unknownPathsAnswerJson()
{
    RawClient client(m_port);
    client.send(get("/nothing"));
    QTRY_VERIFY(client.received().contains(R"("error":"not_found")"));
    QVERIFY(client.received().startsWith("HTTP/1.1 404 Not Found\r\n"));
    QVERIFY(client.received().contains("Content-Type: application/json\r\n"));
}

void TestHttpServer::unknownMethodsAreNotImplemented()
{
    RawClient client(m_port);
    client.send(request(m_port, "BREW /echo"));
    QTRY_VERIFY(client.received().startsWith("HTTP/1.1 501 Not Implemented\r\n"));
    QVERIFY(m_requests.isEmpty());
}

void TestHttpServer::connectionServesManyRequests()
{
    RawClient client(m_port);
    for (int i = 0; i < 50; ++i) {
        const QByteArray text = QByteArray::number(i);
        QVERIFY(answers(client, request(m_port, "POST /echo", {}, text), text));
    }
    QCOMPARE(m_server->connectionCount(), 1);
    client.close();
    QTRY_COMPARE(m_server->connectionCount(), 0);
}

void TestHttpServer::closeIsRespected_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("Connection: close") << QByteArray("HTTP/1.1\r\nConnection: close\r\n");
    QTest::newRow("HTTP/1.0") << QByteArray("HTTP/1.0\r\n");
}

void TestHttpServer::closeIsRespected()
{
    QFETCH(QByteArray, bytes);
    RawClient client(m_port);
    client.send("GET /echo?x " + bytes + "Host: localhost:" + QByteArray::number(m_port) +
                "\r\n\r\n");
    QTRY_VERIFY(client.isClosed());
    QVERIFY(client.received().contains("Connection: close\r\n"));
    QCOMPARE(bodyOf(client.received()), "x");
}

void TestHttpServer::headHasNoBody()
{
    RawClient client(m_port);
    client.send(request(m_port, "HEAD /echo?hello"));
    QTRY_VERIFY(client.received().endsWith("\r\n\r\n"));
    QVERIFY(client.received().contains("Content-Length: 5\r\n"));
    QVERIFY(answers(client, get("/echo?next"), "next"));
}

void TestHttpServer::chunkedBodyArrivesWhole()
{
    RawClient client(m_port);
    const QByteArray bytes = request(m_port, "POST /echo", "Transfer-Encoding: chunked\r\n") +
                             "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
    for (const char c : bytes) {
        client.send(QByteArray(1, c));
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE(bodyOf(client.received()), "hello world");
}

void TestHttpServer::largeBodyArrivesWhole()
{
    RawClient client(m_port);
    QByteArray body(4 * 1024 * 1024, Qt::Uninitialized);
    for (qsizetype i = 0; i < body.size(); ++i)
        body[i] = static_cast<char>('a' + i % 23);
    client.send(request(m_port, "POST /echo", {}, body));
    QTRY_VERIFY(bodyOf(client.received()) == body);
    const qsizetype first = client.received().size();
    client.send(request(m_port, "POST /echo", {}, "hello"));
    QTRY_COMPARE(bodyOf(client.received().mid(first)), "hello");
}

void TestHttpServer::pipelinedAnswersComeInOrder()
{
    RawClient client(m_port);
    client.send(get("/hold") + get("/echo?2") + get("/hold") + get("/echo?4"));
    QTRY_COMPARE(m_held.size(), 1);
    QVERIFY(client.received().isEmpty());
    m_held[0]->respond(Response::text(200, "1"));
    QTRY_COMPARE(m_held.size(), 2);
    QTRY_VERIFY(client.received().endsWith("2"));
    m_held[1]->respond(Response::text(200, "3"));
    QTRY_COMPARE(client.received().count("HTTP/1.1 200"), 4);
    QByteArray bodies;
    for (const QByteArray &part : client.takeReceived().replace("HTTP/1.1", "\x01").split('\x01'))
        bodies += bodyOf(part);
    QCOMPARE(bodies, "1234");
}

void TestHttpServer::lateAnswerIsSent()
{
    RawClient client(m_port);
    client.send(get("/hold"));
    QTRY_COMPARE(m_held.size(), 1);
    QVERIFY(m_held[0]->isOpen());
    QVERIFY(!m_held[0]->isAnswered());
    m_held[0]->respond(Response::text(200, "late"));
    QVERIFY(m_held[0]->isAnswered());
    QVERIFY(!m_held[0]->isOpen());
    QTRY_COMPARE(bodyOf(client.received()), "late");
    QVERIFY(answers(client, get("/echo?next"), "next"));
}

void TestHttpServer::secondAnswerIsIgnored()
{
    RawClient client(m_port);
    client.send(get("/hold"));
    QTRY_COMPARE(m_held.size(), 1);
    m_held[0]->respond(Response::text(200, "one"));
    m_held[0]->respond(Response::text(200, "two"));
    m_held[0]->startStream();
    m_held[0]->write("three");
    m_held[0]->end();
    QTRY_COMPARE(bodyOf(client.received()), "one");
    QVERIFY(answers(client, get("/echo?next"), "next"));
}

void TestHttpServer::droppedExchangeAnswers500()
{
    RawClient client(m_port);
    QTest::ignoreMessage(QtWarningMsg, "A request was not answered by its handler.");
    client.send(get("/drop"));
    QTRY_VERIFY(client.received().startsWith("HTTP/1.1 500"));
    QVERIFY(answers(client, get("/echo?next"), "next"));
}

void TestHttpServer::throwingHandlerAnswers500()
{
    RawClient client(m_port);
    QTest::ignoreMessage(QtCriticalMsg, "The handler of /throw failed: a bug");
    client.send(get("/throw"));
    QTRY_VERIFY(client.received().startsWith("HTTP/1.1 500"));
    QVERIFY(!client.received().contains("a bug"));
}

void TestHttpServer::leavingPeerClosesTheExchange()
{
    RawClient client(m_port);
    client.send(get("/hold"));
    QTRY_COMPARE(m_held.size(), 1);
    QSignalSpy closed(m_held[0].get(), &Exchange::closed);
    client.close();
    QTRY_COMPARE(closed.count(), 1);
    QVERIFY(!m_held[0]->isOpen());
    m_held[0]->respond(Response::text(200, "to nobody"));
    QTRY_COMPARE(m_server->connectionCount(), 0);
}

void TestHttpServer::exchangeStaysSilentAfterItsAnswer()
{
    RawClient client(m_port);
    client.send(get("/hold"));
    QTRY_COMPARE(m_held.size(), 1);
    QSignalSpy closed(m_held[0].get(), &Exchange::closed);
    m_held[0]->respond(Response::text(200, "x"));
    QTRY_VERIFY(!client.received().isEmpty());
    client.close();
    QTRY_COMPARE(m_server->connectionCount(), 0);
    QCOMPARE(closed.count(), 0);
}

void TestHttpServer::abortSendsNothing()
{
    RawClient client(m_port);
    client.send(get("/hold"));
    QTRY_COMPARE(m_held.size(), 1);
    QSignalSpy closed(m_held[0].get(), &Exchange::closed);
    m_held[0]->abort();
    QTRY_VERIFY(client.isClosed());
    QVERIFY(client.received().isEmpty());
    QCOMPARE(closed.count(), 0);
}

void TestHttpServer::foreignHostIsRefused()
{
    RawClient client(m_port);
    client.send("GET /echo HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    QTRY_VERIFY(client.received().startsWith("HTTP/1.1 403"));
    QVERIFY(client.received().contains(R"("error":"access_denied")"));
    QVERIFY(m_requests.isEmpty());
    QVERIFY(answers(client, get("/echo?next"), "next"));
}

void TestHttpServer::preflightKeepsTheConnection()
{
    RawClient client(m_port);
    client.send(request(m_port, "OPTIONS /echo",
                        "Origin: http://localhost:1\r\nAccess-Control-Request-Method: POST\r\n"));
    QTRY_VERIFY(client.received().startsWith("HTTP/1.1 204"));
    QVERIFY(m_requests.isEmpty());
    QVERIFY(answers(client, get("/echo?next"), "next"));
}

void TestHttpServer::corsHeadersAreAdded()
{
    RawClient client(m_port);
    QVERIFY(answers(client, request(m_port, "GET /echo?x", "Origin: http://localhost:1\r\n"), "x"));
    QVERIFY(client.received().contains("Access-Control-Allow-Origin: http://localhost:1\r\n"));
    QVERIFY(client.received().contains("Vary: Origin\r\n"));
}

void TestHttpServer::closingEndsEverything()
{
    RawClient idle(m_port);
    QVERIFY(answers(idle, get("/echo?x"), "x"));
    RawClient waiting(m_port);
    waiting.send(get("/hold"));
    QTRY_COMPARE(m_held.size(), 1);
    RawClient streaming(m_port);
    streaming.send(get("/hold"));
    QTRY_COMPARE(m_held.size(), 2);
    m_held[1]->startStream();
    QSignalSpy waitingClosed(m_held[0].get(), &Exchange::closed);
    QSignalSpy streamClosed(m_held[1].get(), &Exchange::closed);

    m_server->close();
    QTRY_VERIFY(idle.isClosed() && waiting.isClosed() && streaming.isClosed());
    QVERIFY(streaming.received().endsWith("0\r\n\r\n"));
    QCOMPARE(waitingClosed.count(), 1);
    QCOMPARE(streamClosed.count(), 1);
    QCOMPARE(m_server->connectionCount(), 0);
    QCOMPARE(m_server->port(), 0);
    QVERIFY(RawClient(m_port).isClosed());
}

void TestHttpServer::exchangeMayOutliveTheServer()
{
    RawClient client(m_port);
    client.send(get("/hold"));
    QTRY_COMPARE(m_held.size(), 1);
    RawClient streaming(m_port);
    streaming.send(get("/hold"));
    QTRY_COMPARE(m_held.size(), 2);
    m_held[1]->startStream();
    m_server.reset();
    for (const ExchangePtr &exchange : std::as_const(m_held)) {
        QVERIFY(!exchange->isOpen());
        exchange->respond(Response::text(200, "x"));
        exchange->write("x");
        exchange->end();
        QCOMPARE(exchange->queuedBytes(), 0);
    }
    QTRY_VERIFY(client.isClosed() && streaming.isClosed());
}

void TestHttpServer::busyPortNamesItsHolder()
{
    HttpServer second;
    const auto result = second.listen(m_port);
    QVERIFY(!result);
#ifdef Q_OS_LINUX
    QVERIFY2(result.error().message.contains(
                 u"http_tests (process %1)"_s.arg(QCoreApplication::applicationPid())),
             qPrintable(result.error().message));
#endif
    QVERIFY(result.error().message.contains(QString::number(m_port)));
    QVERIFY(!result.error().action.isEmpty());
}

void TestHttpServer::freePortIsFreeOnBothAddresses()
{
    QTcpServer v6;
    if (!v6.listen(QHostAddress::LocalHostIPv6, m_port))
        QCOMPARE(v6.serverError(), QAbstractSocket::AddressInUseError);
    else
        QFAIL("the server does not listen on ::1");
    QVERIFY(m_port > 0);
    QCOMPARE(m_server->port(), m_port);
}

void TestHttpServer::listensAgainAfterClose()
{
    m_server->close();
    m_port = m_server->listen(0).value();
    RawClient client(m_port);
    QVERIFY(answers(client, get("/echo?again"), "again"));
}

FLAREDECK_TEST(TestHttpServer)

} // namespace tst_httpserver

#include "tst_httpserver.moc"
