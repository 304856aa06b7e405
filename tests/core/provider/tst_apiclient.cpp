#include "core/providers/cloudflare/cloudflare.h"
#include "tests/core/provider/comparejson.h"
#include "tests/core/provider/upstreamfixture.h"
#include "tests/support/testcase.h"

#include <QElapsedTimer>

namespace tst_apiclient {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;
using provider::ApiRequest;
using provider::ApiResponse;

namespace {

const QByteArray kPath = "/client/v4/accounts";

struct Setup {
    Setup()
        : store(clock)
        , credentials(store.logins, http, upstream.endpoints(), publicClient, clock)
        , client(*cloudflare, http, credentials, upstream.endpoints())
    {
        store.add("at", "rt", clock.now() + 3'600'000);
    }

    static ApiRequest accounts()
    {
        ApiRequest request;
        request.path = u"/accounts"_s;
        return request;
    }

    static ApiRequest post()
    {
        ApiRequest request;
        request.site = u"blog"_s;
        request.path = u"/posts/a%20b"_s;
        request.query.addQueryItem(u"limit"_s, u"5"_s);
        return request;
    }

    Result<ApiResponse> sendForText(ApiRequest request, const LoginId &login)
    {
        return QCoro::waitFor(client.sendForText(login, std::move(request), {}, trace));
    }
    Result<ApiResponse> send(ApiRequest request = accounts(), std::stop_token stop = {})
    {
        return QCoro::waitFor(client.send(id, std::move(request), std::move(stop), trace));
    }

    const LoginId id{u"login-1"_s};
    ManualClock clock;
    ScriptedUpstream upstream;
    http::HttpClient http;
    StoreFixture store;
    const std::unique_ptr<provider::Provider> cloudflare = cloudflare::makeProvider();
    provider::Credentials credentials;
    provider::ApiClient client;
    provider::UpstreamTrace trace = std::make_shared<QList<store::UpstreamRequest>>();
};

} // namespace

class TestApiClient : public QObject
{
    Q_OBJECT

private slots:
    void sendsTheTokenAndUnwrapsTheEnvelope();
    void sendsJsonAndQuery();
    void keepsEncodedSegments();
    void tracesEveryRequest();
    void a401IsRefreshedOnce();
    void asecond401IsAnError();
    void a401OfAWriteIsSentAgainWithANewToken();
    void a403IsNoReasonToSignInAgain();
    void aRateLimitIsWaitedFor();
    void aLongRateLimitIsReported();
    void anOutageIsRetriedTwice();
    void anOutageThatEndsIsNoFailure();
    void aWriteIsNeverRepeated();
    void aCutConnectionIsRetried();
    void aWebPageIsAFailure();
    void aDownloadComesUnchanged();
    void aRefusedDownloadNamesTheCause();
    void cancellingEndsTheWaiting();
    void aPublicSiteIsSentNoCredential();
    void aPublicSiteIsAskedWithoutASignIn();
    void aRefusalOfAPublicSiteIsNoSignInProblem_data();
    void aRefusalOfAPublicSiteIsNoSignInProblem();
};

void TestApiClient::sendsTheTokenAndUnwrapsTheEnvelope()
{
    Setup s;
    s.upstream.on(kPath, enveloped(Json::array({1, 2}), {{"page", 1}}));
    const auto response = s.send();
    QVERIFY2(response, response ? "" : qPrintable(response.error().text()));
    COMPARE_JSON(response->result, Json::array({1, 2}));
    COMPARE_JSON(response->resultInfo, (Json{{"page", 1}}));
    QCOMPARE(s.upstream.last(kPath)->headers.value("Authorization"), QByteArray("Bearer at"));
}

void TestApiClient::sendsJsonAndQuery()
{
    Setup s;
    s.upstream.on(kPath, enveloped(nullptr));
    ApiRequest request = Setup::accounts();
    request.method = "POST";
    request.query.addQueryItem(u"page"_s, u"2"_s);
    request.body = Json{{"a", 1}};
    request.headers.append("portal-version", "2");
    QVERIFY(s.send(request));
    const auto seen = s.upstream.last(kPath);
    QCOMPARE(seen->method, http::Method::Post);
    QCOMPARE(seen->query, QByteArray("page=2"));
    QCOMPARE(seen->body, QByteArray(R"({"a":1})"));
    QCOMPARE(seen->headers.value("Content-Type"), QByteArray("application/json"));
    QCOMPARE(seen->headers.value("portal-version"), QByteArray("2"));
}

void TestApiClient::keepsEncodedSegments()
{
    Setup s;
    s.upstream.on("/client/v4/workers/a%2Fb%20c", enveloped(nullptr));
    ApiRequest request;
    request.path = u"/workers/a%2Fb%20c"_s;
    QVERIFY(s.send(request));
}

void TestApiClient::tracesEveryRequest()
{
    Setup s;
    s.upstream.on(kPath, http::Response::empty(500));
    s.upstream.on(kPath, [](const auto &, const auto &exchange) {
        http::Response response = enveloped(nullptr);
        response.headers.append("CF-Ray", "abc-FRA");
        exchange->respond(response);
    });
    QVERIFY(s.send());
    QCOMPARE(s.trace->size(), 2);
    QCOMPARE(s.trace->at(0).status, 500);
    QCOMPARE(s.trace->at(1).status, 200);
    QCOMPARE(s.trace->at(1).method, u"GET"_s);
    QCOMPARE(s.trace->at(1).path, u"/accounts"_s);
    QCOMPARE(s.trace->at(1).rayId, u"abc-FRA"_s);
}

void TestApiClient::a401IsRefreshedOnce()
{
    Setup s;
    s.upstream.on(kPath, refused(401, 10000, "Authentication error"));
    s.upstream.on(kPath, enveloped(7));
    s.upstream.on("/oauth2/token", issued("at2", "rt2"));
    const auto response = s.send();
    QVERIFY(response);
    COMPARE_JSON(response->result, Json(7));
    QCOMPARE(s.upstream.last(kPath)->headers.value("Authorization"), QByteArray("Bearer at2"));
    QCOMPARE(s.upstream.count("/oauth2/token"), 1);
}

void TestApiClient::asecond401IsAnError()
{
    Setup s;
    s.upstream.on(kPath, refused(401, 10000, "Authentication error"));
    s.upstream.on("/oauth2/token", issued("at2", "rt2"));
    const auto response = s.send();
    QVERIFY(!response);
    QCOMPARE(response.error().kind, Error::Kind::Unauthorized);
    QVERIFY(response.error().message.contains("Authentication error (code 10000)"_L1));
    QCOMPARE(s.upstream.count(kPath), 2);
}

void TestApiClient::a401OfAWriteIsSentAgainWithANewToken()
{
    Setup s;
    s.upstream.on(kPath, refused(401, 10000, "Authentication error"));
    s.upstream.on(kPath, enveloped(7));
    s.upstream.on("/oauth2/token", issued("at2", "rt2"));
    ApiRequest request = Setup::accounts();
    request.safeToRepeat = false;
    QVERIFY(s.send(request));
}

void TestApiClient::a403IsNoReasonToSignInAgain()
{
    Setup s;
    s.upstream.on(kPath, refused(403, 9109, "Unauthorized to access requested resource"));
    const auto response = s.send();
    QVERIFY(!response);
    QCOMPARE(response.error().kind, Error::Kind::Denied);
    QCOMPARE(s.upstream.count(kPath), 1);
    QCOMPARE(s.upstream.count("/oauth2/token"), 0);
    QCOMPARE(s.store.logins.login(s.id)->state, store::LoginState::Ok);
}

void TestApiClient::aRateLimitIsWaitedFor()
{
    Setup s;
    s.upstream.on(kPath, refused(429, 971, "Slow down", {{"Retry-After", "1"}}));
    s.upstream.on(kPath, enveloped(7));
    QElapsedTimer watch;
    watch.start();
    QVERIFY(s.send());
    QVERIFY(watch.elapsed() >= 990);
}

void TestApiClient::aLongRateLimitIsReported()
{
    Setup s;
    s.upstream.on(kPath, refused(429, 971, "Slow down", {{"Retry-After", "120"}}));
    const auto response = s.send();
    QVERIFY(!response);
    QCOMPARE(response.error().kind, Error::Kind::RateLimited);
    QCOMPARE(response.error().retryAfterSeconds, 120);
    QCOMPARE(s.upstream.count(kPath), 1);
}

void TestApiClient::anOutageIsRetriedTwice()
{
    Setup s;
    s.upstream.on(kPath, http::Response::empty(502));
    const auto response = s.send();
    QVERIFY(!response);
    QCOMPARE(response.error().kind, Error::Kind::Upstream);
    QCOMPARE(s.upstream.count(kPath), 3);
}

void TestApiClient::anOutageThatEndsIsNoFailure()
{
    Setup s;
    s.upstream.on(kPath, http::Response::empty(503));
    s.upstream.on(kPath, enveloped(7));
    QVERIFY(s.send());
    QCOMPARE(s.upstream.count(kPath), 2);
}

void TestApiClient::aWriteIsNeverRepeated()
{
    Setup s;
    s.upstream.on(kPath, http::Response::empty(503));
    ApiRequest request = Setup::accounts();
    request.method = "POST";
    request.safeToRepeat = false;
    QVERIFY(!s.send(request));
    QCOMPARE(s.upstream.count(kPath), 1);
}

void TestApiClient::aCutConnectionIsRetried()
{
    Setup s;
    s.upstream.cut(kPath);
    s.upstream.on(kPath, enveloped(7));
    const auto response = s.send();
    QVERIFY2(response, response ? "" : qPrintable(response.error().text()));
}

void TestApiClient::aWebPageIsAFailure()
{
    Setup s;
    s.upstream.on(kPath, http::Response::html(200, "<html>Just a moment</html>"));
    const auto response = s.send();
    QVERIFY(!response);
    QCOMPARE(response.error().kind, Error::Kind::Upstream);
    QVERIFY(response.error().message.contains("web page"_L1));
}

void TestApiClient::aDownloadComesUnchanged()
{
    Setup s;
    s.upstream.on(kPath, http::Response::text(200, "export default {}\n"));
    ApiRequest request = Setup::accounts();
    request.headers.append("Accept", "application/javascript");
    const auto response = QCoro::waitFor(s.client.sendForText(s.id, request, {}, s.trace));
    QVERIFY(response);
    QCOMPARE(response->text, QByteArray("export default {}\n"));
    QCOMPARE(s.upstream.last(kPath)->headers.value("Accept"), QByteArray("application/javascript"));
}

void TestApiClient::aRefusedDownloadNamesTheCause()
{
    Setup s;
    s.upstream.on(kPath, refused(404, 10007, "This Worker does not exist"));
    const auto response =
        QCoro::waitFor(s.client.sendForText(s.id, Setup::accounts(), {}, s.trace));
    QVERIFY(!response);
    QCOMPARE(response.error().kind, Error::Kind::NotFound);
    QVERIFY(response.error().message.contains("This Worker does not exist (code 10007)"_L1));
}

namespace {
Task<> keepResult(Task<Result<ApiResponse>> task, std::optional<Result<ApiResponse>> *result)
{
    *result = co_await task;
}
} // namespace

void TestApiClient::cancellingEndsTheWaiting()
{
    Setup s;
    s.upstream.on(kPath, refused(429, 971, "Slow down", {{"Retry-After", "9"}}));
    std::stop_source stop;
    std::optional<Result<ApiResponse>> result;
    keepResult(s.client.send(s.id, Setup::accounts(), stop.get_token(), s.trace), &result);
    QTRY_COMPARE(s.trace->size(), 1);
    stop.request_stop();
    QVERIFY(result.has_value());
    QCOMPARE(result->error().kind, Error::Kind::Cancelled);
}

void TestApiClient::aPublicSiteIsSentNoCredential()
{
    Setup s;
    s.upstream.on("/sites/blog/posts/a%20b", http::Response::empty(500));
    s.upstream.on("/sites/blog/posts/a%20b", http::Response::text(200, "words"));
    const auto response = s.sendForText(Setup::post(), s.id);
    QVERIFY2(response, response ? "" : qPrintable(response.error().text()));
    QCOMPARE(response->text, QByteArray("words"));
    QCOMPARE(s.upstream.seen.size(), 2); // a site is asked again after an outage, too
    for (const http::RequestPtr &request : std::as_const(s.upstream.seen)) {
        QVERIFY(!request->headers.contains("Authorization"));
        QVERIFY(!request->headers.contains("Cookie"));
        QCOMPARE(request->query, QByteArray("limit=5"));
    }
    QCOMPARE(s.trace->constLast().path,
             s.upstream.origin().toString() + u"/sites/blog/posts/a%20b"_s);
}

void TestApiClient::aPublicSiteIsAskedWithoutASignIn()
{
    Setup s;
    s.upstream.on("/sites/blog/posts/a%20b", http::Response::text(200, "words"));
    QVERIFY(s.sendForText(Setup::post(), LoginId{u"nobody"_s}));
}

void TestApiClient::aRefusalOfAPublicSiteIsNoSignInProblem_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("kind");
    QTest::newRow("bad arguments") << 400 << int(Error::Kind::InvalidInput);
    QTest::newRow("not found") << 404 << int(Error::Kind::NotFound);
    QTest::newRow("elsewhere") << 302 << int(Error::Kind::Upstream);
    QTest::newRow("unauthorized") << 401 << int(Error::Kind::Upstream);
    QTest::newRow("limited") << 429 << int(Error::Kind::RateLimited);
    QTest::newRow("an outage") << 503 << int(Error::Kind::Upstream);
}

void TestApiClient::aRefusalOfAPublicSiteIsNoSignInProblem()
{
    QFETCH(int, status);
    Setup s;
    s.upstream.on("/sites/blog/posts/a%20b", http::Response::empty(status));
    const auto response = s.sendForText(Setup::post(), s.id);
    QVERIFY(!response);
    QTEST(int(response.error().kind), "kind");
    QVERIFY2(response.error().message.startsWith(u"127.0.0.1 "_s),
             qPrintable(response.error().message));
    QVERIFY(!response.error().action.isEmpty());
}

FLAREDECK_TEST(TestApiClient)

} // namespace tst_apiclient

#include "tst_apiclient.moc"
