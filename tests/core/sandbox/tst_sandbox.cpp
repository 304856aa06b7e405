#include "core/base/json.h"
#include "core/sandbox/sandbox.h"
#include "tests/support/testcase.h"

#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>

namespace tst_sandbox {

using namespace flaredeck;
using namespace flaredeck::sandbox;
using namespace Qt::StringLiterals;

/// The running stand-in over its socket: threads, routes, faults.
class TestSandbox : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanup();
    void theStartPageShowsTheApiToken();
    void pagesSayThatThisIsNotCloudflare();
    void anUnknownPathIsANotFoundEnvelope();
    void aStrangeHostIsRefused();
    void faultsHitTheApi_data();
    void faultsHitTheApi();
    void aSlowAnswerComesLate();
    void whoLeavesASlowAnswerHarmsNobody();
    void aCutConnectionHasNoAnswer();
    void aFaultCanBeSetOverHttp();
    void aBusyPortIsAnError();

private:
    struct Answer {
        int status = 0;
        QByteArray body;
        QByteArray retryAfter;
        QNetworkReply::NetworkError error = QNetworkReply::NoError;
    };
    Answer send(const QString &path, const QByteArray &post = {}, const QByteArray &host = {})
    {
        QNetworkRequest request(m_url.resolved(QUrl(path)));
        request.setRawHeader("Authorization", "Bearer " + Sandbox::apiToken());
        if (!host.isEmpty())
            request.setRawHeader("Host", host);
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
        const std::unique_ptr<QNetworkReply> reply(post.isEmpty() ? m_network.get(request)
                                                                  : m_network.post(request, post));
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        if (!finished.wait(10'000))
            return {};
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(),
                reply->readAll(), reply->rawHeader("Retry-After"), reply->error()};
    }

    Sandbox m_sandbox{{}};
    QUrl m_url;
    QNetworkAccessManager m_network;
};

void TestSandbox::initTestCase()
{
    const Result<QUrl> url = m_sandbox.start();
    QVERIFY2(url, url ? "" : qPrintable(url.error().message));
    m_url = *url;
    QCOMPARE(m_url.host(), u"127.0.0.1"_s);
    QVERIFY(m_url.port() > 0);
}

void TestSandbox::cleanup()
{
    m_sandbox.setFault({});
}

void TestSandbox::theStartPageShowsTheApiToken()
{
    const Answer page = send(u"/"_s);
    QCOMPARE(page.status, 200);
    QVERIFY(page.body.contains(Sandbox::apiToken()));
}

void TestSandbox::pagesSayThatThisIsNotCloudflare()
{
    const QString query = u"/oauth2/auth?response_type=code&client_id=%1&state=0123456789&"
                          "redirect_uri=http%3A%2F%2Flocalhost%3A1%2Foauth%2Fcallback&"
                          "code_challenge=abc&code_challenge_method=S256&scope=user-details.read"_s;
    for (const QString &path : {u"/"_s, u"/oauth2/auth"_s, query.arg(Sandbox::clientId())})
        QVERIFY(send(path).body.contains("not Cloudflare"));
}

void TestSandbox::anUnknownPathIsANotFoundEnvelope()
{
    const Answer answer = send(u"/oauth2/userinfo"_s);
    QCOMPARE(answer.status, 404);
    QCOMPARE(json::parse(answer.body).value()["success"].get<bool>(), false);
}

void TestSandbox::aStrangeHostIsRefused()
{
    QCOMPARE(send(u"/"_s, {}, "evil.example").status, 403);
}

void TestSandbox::faultsHitTheApi_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("status");
    QTest::newRow("a server error is 500") << int(Fault::Kind::ServerError) << 500;
    QTest::newRow("a rate limit is 429") << int(Fault::Kind::RateLimited) << 429;
    QTest::newRow("an expired token is 401") << int(Fault::Kind::TokenExpired) << 401;
}

void TestSandbox::faultsHitTheApi()
{
    QFETCH(int, kind);
    QFETCH(int, status);
    m_sandbox.setFault({Fault::Kind(kind), 2, 0, 7});
    for (int i = 0; i < 2; ++i) {
        const Answer answer = send(u"/client/v4/user"_s);
        QCOMPARE(answer.status, status);
        QCOMPARE(json::parse(answer.body).value()["success"].get<bool>(), false);
        QCOMPARE(answer.retryAfter, QByteArray(status == 429 ? "7" : ""));
        QCOMPARE(send(u"/"_s).status, 200); // faults do not affect pages
    }
    QCOMPARE(send(u"/client/v4/user"_s).status, 200);
}

void TestSandbox::aSlowAnswerComesLate()
{
    m_sandbox.setFault({Fault::Kind::Slow, 1, 300});
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(send(u"/client/v4/user"_s).status, 200);
    QVERIFY(timer.elapsed() >= 300);
}

void TestSandbox::whoLeavesASlowAnswerHarmsNobody()
{
    m_sandbox.setFault({Fault::Kind::Slow, 1, 100});
    QTcpSocket leaving;
    leaving.connectToHost(m_url.host(), quint16(m_url.port()));
    QVERIFY(leaving.waitForConnected());
    leaving.write("GET /client/v4/user HTTP/1.1\r\nHost: " + m_url.authority().toLatin1() +
                  "\r\n\r\n");
    QVERIFY(leaving.waitForBytesWritten());
    QCOMPARE(send(u"/"_s).status, 200); // the one before has been read
    leaving.abort();
    m_sandbox.setFault({Fault::Kind::Slow, 1, 300});
    QCOMPARE(send(u"/client/v4/user"_s).status, 200);
}

void TestSandbox::aCutConnectionHasNoAnswer()
{
    m_sandbox.setFault({Fault::Kind::ConnectionCut, -1});
    const Answer answer = send(u"/client/v4/user"_s);
    QCOMPARE(answer.status, 0);
    QCOMPARE(answer.error, QNetworkReply::RemoteHostClosedError);
}

void TestSandbox::aFaultCanBeSetOverHttp()
{
    QCOMPARE(send(u"/sandbox/fault"_s, R"({"kind":"server_error","remaining":1})").status, 200);
    QCOMPARE(send(u"/client/v4/user"_s).status, 500);
    QCOMPARE(send(u"/client/v4/user"_s).status, 200);
    QCOMPARE(send(u"/sandbox/fault"_s, R"({"kind":"explode"})").status, 400);
    QCOMPARE(send(u"/sandbox/fault"_s).status, 405);
}

void TestSandbox::aBusyPortIsAnError()
{
    Sandbox second({});
    const Result<QUrl> refused = second.start(quint16(m_url.port()));
    QVERIFY(!refused);
    QVERIFY(!refused.error().message.isEmpty());
    QVERIFY(second.start()); // and start() can be called again
}

FLAREDECK_TEST(TestSandbox)

} // namespace tst_sandbox

#include "tst_sandbox.moc"
