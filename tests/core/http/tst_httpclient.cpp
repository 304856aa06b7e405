#include "core/http/httpclient.h"
#include "core/http/httpserver.h"
#include "tests/core/http/tlshost.h"
#include "tests/support/testcase.h"

#include <QNetworkProxy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

namespace tst_httpclient {

using namespace flaredeck;
using namespace flaredeck::http;
using namespace Qt::StringLiterals;

using Outcome = std::optional<Result<ClientResponse>>;

class TestHttpClient : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void anyStatusIsAnAnswer_data();
    void anyStatusIsAnAnswer();
    void requestArrivesAsGiven_data();
    void requestArrivesAsGiven();
    void redirectsAreNotFollowed();
    void cookiesAreNotKept();
    void slowAnswerTimesOut();
    void deadPortIsOffline();
    void unknownHostIsOffline();
    void stopCancels();
    void stoppedBeforeItBeganSendsNothing();
    void tooLongAnswerIsCutOff_data();
    void tooLongAnswerIsCutOff();
    void brokenAnswerIsAnUpstreamError();
    void aSinkGetsTheAnswerWhileItArrives();
    void aSinkCountsAllOfTheAnswer();
    void onlySilenceTimesOutASink();
    void anAddressMayBeGiven();
    void theCertificateBelongsToTheName();
    void aGivenAddressTakesNoProxy();

private:
    [[nodiscard]] QUrl url(const QString &path) const
    {
        return QUrl(u"http://127.0.0.1:%1%2"_s.arg(QString::number(m_port), path));
    }
    void send(ClientRequest request, std::stop_token stop = {});

    std::unique_ptr<HttpServer> m_server;
    std::unique_ptr<HttpClient> m_client;
    quint16 m_port = 0;
    QList<RequestPtr> m_requests;
    QList<ExchangePtr> m_held;
    std::shared_ptr<Outcome> m_outcome;
};

namespace {

Task<> keep(Task<Result<ClientResponse>> task, std::shared_ptr<Outcome> outcome)
{
    *outcome = co_await task;
}

} // namespace

void TestHttpClient::init()
{
    m_server = std::make_unique<HttpServer>();
    m_client = std::make_unique<HttpClient>();
    m_server->setFallback([this](const RequestPtr &request, const ExchangePtr &exchange) {
        m_requests.append(request);
        if (request->path == "/hold") {
            m_held.append(exchange);
            return;
        }
        const Form query = Form::parse(request->query);
        Headers headers{{"Set-Cookie", "a=b"}};
        if (const auto location = query.value("location"))
            headers.append("Location", location->toUtf8());
        exchange->respond(Response::text(query.value("status").value_or(u"200"_s).toInt(),
                                         "the body", std::move(headers)));
    });
    m_port = m_server->listen(0).value();
}

void TestHttpClient::cleanup()
{
    m_client.reset();
    m_held.clear();
    m_server.reset();
    m_requests.clear();
}

void TestHttpClient::send(ClientRequest request, std::stop_token stop)
{
    m_outcome = std::make_shared<Outcome>();
    keep(m_client->send(std::move(request), std::move(stop)), m_outcome);
}

void TestHttpClient::anyStatusIsAnAnswer_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {200, 201, 302, 400, 401, 403, 404, 409, 418, 429, 500, 502, 503})
        QTest::addRow("%d", status) << status;
}

void TestHttpClient::anyStatusIsAnAnswer()
{
    QFETCH(int, status);
    send({.url = url(u"/x?status=%1"_s.arg(status))});
    QTRY_VERIFY(m_outcome->has_value());
    const Result<ClientResponse> &result = **m_outcome;
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    QCOMPARE(result->status, status);
    QCOMPARE(result->body, "the body");
    QVERIFY(result->headers.value("Content-Type").startsWith("text/plain"));
}

void TestHttpClient::requestArrivesAsGiven_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("received");
    QTest::newRow("GET") << QByteArray("GET") << QByteArray() << int(Method::Get);
    QTest::newRow("HEAD") << QByteArray("HEAD") << QByteArray() << int(Method::Head);
    QTest::newRow("POST") << QByteArray("POST") << QByteArray("a=b") << int(Method::Post);
    QTest::newRow("empty POST") << QByteArray("POST") << QByteArray() << int(Method::Post);
    QTest::newRow("PUT") << QByteArray("PUT") << QByteArray("x") << int(Method::Put);
    QTest::newRow("PATCH") << QByteArray("PATCH") << QByteArray("x") << int(Method::Patch);
    QTest::newRow("DELETE") << QByteArray("DELETE") << QByteArray() << int(Method::Delete);
    QTest::newRow("DELETE with a body")
        << QByteArray("DELETE") << QByteArray("x") << int(Method::Delete);
}

void TestHttpClient::requestArrivesAsGiven()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, body);
    QFETCH(int, received);
    send({.method = method,
          .url = url(u"/p%2Fq?a=%20"_s),
          .headers = {{"Authorization", "Bearer t"}, {"Content-Type", "text/plain"}},
          .body = body});
    QTRY_VERIFY(m_outcome->has_value());
    QVERIFY(m_outcome->value());
    const Request &request = *m_requests.first();
    QCOMPARE(int(request.method), received);
    QCOMPARE(request.path, "/p%2Fq");
    QCOMPARE(request.query, "a=%20");
    QCOMPARE(request.body, body);
    QCOMPARE(request.headers.value("Authorization"), "Bearer t");
    QVERIFY(request.headers.value("User-Agent").startsWith("Flaredeck/"));
}

void TestHttpClient::redirectsAreNotFollowed()
{
    send({.url = url(u"/x?status=302&location=/other"_s)});
    QTRY_VERIFY(m_outcome->has_value());
    QCOMPARE(m_outcome->value()->status, 302);
    QCOMPARE(m_outcome->value()->headers.value("Location"), "/other");
    QCOMPARE(m_requests.size(), 1);
}

void TestHttpClient::cookiesAreNotKept()
{
    for (int i = 0; i < 2; ++i) {
        send({.url = url(u"/x"_s)});
        QTRY_VERIFY(m_outcome->has_value());
        QVERIFY(m_outcome->value()->headers.contains("Set-Cookie"));
    }
    QVERIFY(!m_requests.last()->headers.contains("Cookie"));
}

void TestHttpClient::slowAnswerTimesOut()
{
    send({.url = url(u"/hold"_s), .timeoutMs = 50});
    QTRY_VERIFY(m_outcome->has_value());
    QCOMPARE(m_outcome->value().error().kind, Error::Kind::Timeout);
}

void TestHttpClient::deadPortIsOffline()
{
    m_server->close();
    send({.url = url(u"/x"_s)});
    QTRY_VERIFY(m_outcome->has_value());
    QCOMPARE(m_outcome->value().error().kind, Error::Kind::Offline);
}

void TestHttpClient::unknownHostIsOffline()
{
    send({.url = QUrl(u"http://does-not-exist.invalid/"_s)});
    QTRY_VERIFY_WITH_TIMEOUT(m_outcome->has_value(), 30'000);
    QCOMPARE(m_outcome->value().error().kind, Error::Kind::Offline);
}

void TestHttpClient::stopCancels()
{
    std::stop_source source;
    send({.url = url(u"/hold"_s)}, source.get_token());
    QTRY_COMPARE(m_held.size(), 1);
    source.request_stop();
    QVERIFY(m_outcome->has_value());
    QCOMPARE(m_outcome->value().error().kind, Error::Kind::Cancelled);
    QTRY_VERIFY(!m_held.first()->isOpen());
}

void TestHttpClient::stoppedBeforeItBeganSendsNothing()
{
    std::stop_source source;
    source.request_stop();
    send({.url = url(u"/x"_s)}, source.get_token());
    QVERIFY(m_outcome->has_value());
    QCOMPARE(m_outcome->value().error().kind, Error::Kind::Cancelled);
    QCOMPARE(m_server->connectionCount(), 0);
}

void TestHttpClient::tooLongAnswerIsCutOff_data()
{
    QTest::addColumn<bool>("isDeclared");
    QTest::newRow("declared") << true;
    QTest::newRow("growing") << false;
}

void TestHttpClient::tooLongAnswerIsCutOff()
{
    QFETCH(bool, isDeclared);
    send({.url = url(u"/hold"_s), .maxBytes = 1000});
    QTRY_COMPARE(m_held.size(), 1);
    if (isDeclared) {
        m_held[0]->respond(Response::text(200, QByteArray(1001, 'x')));
    } else {
        m_held[0]->startStream();
        m_held[0]->write(QByteArray(1001, 'x'));
    }
    QTRY_VERIFY(m_outcome->has_value());
    QVERIFY(!m_outcome->value());
    QCOMPARE(m_outcome->value().error().kind, Error::Kind::Upstream);
    QVERIFY(m_outcome->value().error().message.contains(u"1000"_s));
}

void TestHttpClient::brokenAnswerIsAnUpstreamError()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    connect(&server, &QTcpServer::newConnection, &server, [&server] {
        QTcpSocket *socket = server.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket] {
            socket->write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot all");
            socket->disconnectFromHost();
        });
    });
    send({.url = QUrl(u"http://127.0.0.1:%1/"_s.arg(server.serverPort()))});
    QTRY_VERIFY(m_outcome->has_value());
    QVERIFY(!m_outcome->value());
    QCOMPARE(m_outcome->value().error().kind, Error::Kind::Upstream);
}

void TestHttpClient::aSinkGetsTheAnswerWhileItArrives()
{
    ClientRequest request{.url = url(u"/hold"_s)};
    QList<int> heads;
    QByteArray body;
    request.sink = [&heads, &body](const ClientResponse &head, const QByteArray &bytes) {
        if (bytes.isEmpty())
            heads << head.status;
        body += bytes;
    };
    send(std::move(request));
    QTRY_COMPARE(m_held.size(), 1);
    m_held.first()->startStream({{"X-A", "b"}});
    QTRY_COMPARE(heads, QList<int>({200}));
    m_held.first()->write("one");
    QTRY_COMPARE(body, "one");
    QVERIFY(!m_outcome->has_value());
    m_held.first()->write("two");
    m_held.first()->end();
    QTRY_VERIFY(m_outcome->has_value());
    QCOMPARE(body, "onetwo");
    QCOMPARE(heads.size(), 1);
    QCOMPARE((*m_outcome)->value().headers.value("X-A"), "b");
    QVERIFY((*m_outcome)->value().body.isEmpty());
}

void TestHttpClient::aSinkCountsAllOfTheAnswer()
{
    ClientRequest request{.url = url(u"/hold"_s), .maxBytes = 1000};
    qsizetype taken = 0;
    request.sink = [&taken](const ClientResponse &, const QByteArray &bytes) {
        taken += bytes.size();
    };
    send(std::move(request));
    QTRY_COMPARE(m_held.size(), 1);
    m_held.first()->startStream();
    for (int i = 1; i <= 2; ++i) {
        m_held.first()->write(QByteArray(400, 'x'));
        QTRY_COMPARE(taken, 400 * i);
    }
    m_held.first()->write(QByteArray(400, 'x'));
    QTRY_VERIFY(m_outcome->has_value());
    QCOMPARE(int((*m_outcome)->error().kind), int(Error::Kind::Upstream));
    QCOMPARE(taken, 800);
}

void TestHttpClient::onlySilenceTimesOutASink()
{
    ClientRequest request{.url = url(u"/hold"_s), .timeoutMs = 1000};
    qsizetype taken = 0;
    request.sink = [&taken](const ClientResponse &, const QByteArray &bytes) {
        taken += bytes.size();
    };
    send(std::move(request));
    QTRY_COMPARE(m_held.size(), 1);
    m_held.first()->startStream();
    m_held.first()->write("x");
    QTRY_COMPARE(taken, 1);
    QTRY_VERIFY(m_outcome->has_value());
    QCOMPARE(int((*m_outcome)->error().kind), int(Error::Kind::Timeout));
}

void TestHttpClient::anAddressMayBeGiven()
{
    send({.url = QUrl(u"http://nowhere.invalid:%1/doc?a=b"_s.arg(m_port)),
          .connectTo = QHostAddress(QHostAddress::LocalHost)});
    QTRY_VERIFY(m_outcome->has_value());
    // The server got it, and refuses a name that is not its own.
    QVERIFY(m_outcome->value());
    QCOMPARE(m_outcome->value()->status, 403);
    QVERIFY(m_requests.isEmpty());
}

void TestHttpClient::theCertificateBelongsToTheName()
{
    TlsHost host;
    host.serve("/doc?a=b", "the body");
    send({.url = QUrl(QString::fromLatin1(host.url("/doc?a=b"))),
          .connectTo = QHostAddress(QHostAddress::LocalHost)});
    QTRY_VERIFY(m_outcome->has_value());
    QVERIFY2(m_outcome->value(),
             m_outcome->value() ? "" : qPrintable(m_outcome->value().error().detail));
    QCOMPARE(m_outcome->value()->body, "the body");
    // Names of fields have no case, and Qt's have changed theirs.
    QVERIFY(host.requests.first().toLower().contains(
        "\r\nhost: client.example:" + QByteArray::number(host.port()) + "\r\n"));

    // The same address under a name that its certificate does not hold.
    send({.url = QUrl(u"https://other.example:%1/doc?a=b"_s.arg(host.port())),
          .connectTo = QHostAddress(QHostAddress::LocalHost)});
    QTRY_VERIFY(m_outcome->has_value());
    QCOMPARE(m_outcome->value().error().kind, Error::Kind::Offline);
    QCOMPARE(host.requests.size(), 1);
}

void TestHttpClient::aGivenAddressTakesNoProxy()
{
    QTcpServer proxy;
    QVERIFY(proxy.listen(QHostAddress::LocalHost));
    const QNetworkProxy before = QNetworkProxy::applicationProxy();
    QNetworkProxy::setApplicationProxy(
        {QNetworkProxy::HttpProxy, u"127.0.0.1"_s, proxy.serverPort()});
    send({.url = QUrl(u"http://localhost:%1/"_s.arg(m_port)),
          .connectTo = QHostAddress(QHostAddress::LocalHost)});
    QTRY_VERIFY(m_outcome->has_value());
    QNetworkProxy::setApplicationProxy(before);
    QVERIFY(m_outcome->value());
    QCOMPARE(m_outcome->value()->status, 200);
    QVERIFY(!proxy.hasPendingConnections());
}

FLAREDECK_TEST(TestHttpClient)

} // namespace tst_httpclient

#include "tst_httpclient.moc"
