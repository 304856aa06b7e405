#include "tests/core/oauth/servertest.h"
#include "tests/support/testcase.h"

#include <QProcess>
#include <QSemaphore>
#include <QThreadPool>

#include <utility>

namespace tst_tokenrequests {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

/// What clients send without a browser: registration, tokens, revocation.
class TestTokenRequests : public ServerTest
{
    Q_OBJECT

private slots:
    void init() { start(); }
    void cleanup() { stop(); }
    void revocationIsImmediate();
    void revokedByTheClient_data();
    void revokedByTheClient();
    void grantsSurviveARestart();
    void everyTokenResponseNamesWhatItOpens();
    void forgettingAClient();
    void registrationsAreLimited();
    void registrationCanBeClosed();
    void aClientManagesItsRegistration();
    void nobodyElseManagesARegistration();
    void tokenRequestsAreRefused_data();
    void tokenRequestsAreRefused();
    void aMangledFormIsNotRepeated();
    void failingTooOftenIsSlowedDown();
    void anImpostorsFailuresLeaveTheRealClientAlone();
    void madeUpTokensAreRefusedBeforeAnybodyIsLookedUp();
    void oneProgramsRegistrationsLeaveTheOthersAlone();
    void fortyRefreshesOverSocketsAtOnce();
};

namespace {

/// Keeps every look-up of a program from beginning.
class NoLookUps
{
public:
    NoLookUps()
    {
        for (int i = 0; i < m_threads; ++i)
            QThreadPool::globalInstance()->start([this] { m_busy.acquire(); });
    }
    ~NoLookUps() { end(); }
    void end()
    {
        m_busy.release(std::exchange(m_threads, 0));
        QThreadPool::globalInstance()->waitForDone();
    }

private:
    int m_threads = QThreadPool::globalInstance()->maxThreadCount();
    QSemaphore m_busy;
};

} // namespace

void TestTokenRequests::revocationIsImmediate()
{
    OAuthClient client(*m_browser);
    const auto tokens = allowAndRedeem(client);
    const QByteArray access = Browser::text(tokens, "access_token");
    QCOMPARE(m_browser->call(access).status, 200);
    const GrantId grant = m_server->oauth->liveGrants().first().id;
    QVERIFY(m_server->oauth->caller(grant));

    QSignalSpy revoked(m_server->oauth.get(), &AuthorizationServer::grantRevoked);
    QVERIFY(m_server->oauth->revoke(grant, u"by a person"_s));
    QCOMPARE(revoked.size(), 1); // in the same tick
    QVERIFY(!m_server->oauth->caller(grant));
    QCOMPARE(m_browser->call(access).status, 401);
    const auto refreshed = client.refresh(Browser::text(tokens, "refresh_token"));
    QCOMPARE(refreshed.status, 400);
    QCOMPARE(Browser::text(refreshed, "error"), QByteArray("invalid_grant"));
}

void TestTokenRequests::revokedByTheClient_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("at /revoke") << QByteArray("/revoke");
    QTest::newRow("at /token, which older metadata named") << QByteArray("/token");
}

void TestTokenRequests::revokedByTheClient()
{
    QFETCH(QByteArray, path);
    OAuthClient client(*m_browser);
    const auto tokens = allowAndRedeem(client);
    const QByteArray who = "client_id=" + client.id;
    for (const char *token : {"unknown", "cfl_at_x", "cfl_rt_x"})
        QCOMPARE(m_browser->post(path, who + "&token=" + token).status, 200);
    QCOMPARE(m_browser->post("/revoke", who).status, 400);
    QCOMPARE(m_browser->post(path, "client_id=gone&token=x").status, 401);
    QCOMPARE(m_browser->call(Browser::text(tokens, "access_token")).status, 200);

    const auto done =
        m_browser->post(path, who + "&token=" + Browser::text(tokens, "refresh_token"));
    QCOMPARE(done.status, 200);
    QVERIFY(done.body.isEmpty());
    QCOMPARE(m_browser->call(Browser::text(tokens, "access_token")).status, 401);
    QVERIFY(m_server->oauth->liveGrants().isEmpty());
}

void TestTokenRequests::grantsSurviveARestart()
{
    OAuthClient client(*m_browser);
    const auto tokens = allowAndRedeem(client);
    QVERIFY(m_server->oauth->setScopes(m_server->oauth->liveGrants().first().id, {}));
    const auto before = m_server->oauth->liveGrants();
    m_server->restart();
    QCOMPARE(m_server->oauth->liveGrants(), before);
    QCOMPARE(m_browser->call(Browser::text(tokens, "access_token")).status, 200);
    const auto refreshed = client.refresh(Browser::text(tokens, "refresh_token"));
    QCOMPARE(refreshed.status, 200);
    QCOMPARE(Browser::text(refreshed, "scope"), QByteArray("mcp:read"));
}

void TestTokenRequests::everyTokenResponseNamesWhatItOpens()
{
    OAuthClient client(*m_browser);
    const auto tokens = allowAndRedeem(client);
    QCOMPARE(Browser::text(tokens, "scope"), QByteArray("mcp:read workers:read"));
    const auto refreshed = client.refresh(Browser::text(tokens, "refresh_token"));
    QCOMPARE(Browser::text(refreshed, "scope"), QByteArray("mcp:read workers:read"));
    // More or less than was granted: the token opens the grant, and the answer says so.
    const QByteArray form = "grant_type=refresh_token&client_id=" + client.id +
                            "&refresh_token=" + Browser::text(refreshed, "refresh_token");
    for (const char *asked : {"mcp:read", "workers:read kv:write", ""}) {
        const auto answer = m_browser->post("/token", form + "&scope=" + asked);
        QCOMPARE(answer.status, 200);
        QCOMPARE(Browser::text(answer, "scope"), QByteArray("mcp:read workers:read"));
    }
    QVERIFY(m_server->oauth->setScopes(m_server->oauth->liveGrants().first().id, {}));
    QCOMPARE(Browser::text(m_browser->post("/token", form), "scope"), QByteArray("mcp:read"));
}

void TestTokenRequests::forgettingAClient()
{
    OAuthClient client(*m_browser);
    const auto tokens = allowAndRedeem(client);
    QSignalSpy revoked(m_server->oauth.get(), &AuthorizationServer::grantRevoked);
    QSignalSpy changed(m_server->oauth.get(), &AuthorizationServer::clientsChanged);
    QVERIFY(m_server->oauth->forgetClient({QString::fromLatin1(client.id)}));
    QCOMPARE(revoked.size(), 1);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(m_browser->call(Browser::text(tokens, "access_token")).status, 401);
    // Q12: this code makes the SDKs register anew.
    const auto refreshed = client.refresh(Browser::text(tokens, "refresh_token"));
    QCOMPARE(refreshed.status, 401);
    QCOMPARE(Browser::text(refreshed, "error"), QByteArray("invalid_client"));
}

void TestTokenRequests::registrationsAreLimited()
{
    for (int i = 0; i < 10; ++i)
        QVERIFY(!OAuthClient(*m_browser).id.isEmpty()); // Q5: one at every start is fine
    const http::Headers json{{"Content-Type", "application/json"}};
    const QByteArray body = R"({"redirect_uris":["http://localhost:1/cb"]})";
    const auto refused = m_browser->send("POST", "/register", json, body);
    QCOMPARE(refused.status, 429);
    QCOMPARE(Browser::text(refused, "error"), QByteArray("temporarily_unavailable"));
    QVERIFY(!refused.headers.value("Retry-After").isEmpty());
    m_server->clock.advance(kMinute);
    QCOMPARE(m_browser->send("POST", "/register", json, body).status, 201);

    QCOMPARE(m_browser->send("POST", "/register", json, QByteArray(65 * 1024, 'x')).status, 413);
    QCOMPARE(m_browser->send("POST", "/register", {{"Content-Type", "text/plain"}}, body).status,
             415);
    const auto get = m_browser->get("/register");
    QCOMPARE(get.status, 405);
    QCOMPARE(get.headers.value("Allow"), QByteArray("POST"));
}

void TestTokenRequests::registrationCanBeClosed()
{
    OAuthClient known(*m_browser);
    m_server->oauth->setOptions({.opensRegistration = false});
    const auto refused =
        m_browser->send("POST", "/register", {{"Content-Type", "application/json"}},
                        R"({"redirect_uris":["http://localhost:1/cb"]})");
    QCOMPARE(refused.status, 403);
    QCOMPARE(Browser::text(refused, "error"), QByteArray("access_denied"));
    QVERIFY(Browser::text(refused, "error_description").contains("settings"));
    QVERIFY(!m_browser->get("/.well-known/oauth-authorization-server")
                 .body.contains("registration_endpoint"));
    // Those that are there go on.
    QVERIFY(!Browser::text(allowAndRedeem(known), "access_token").isEmpty());
    m_server->oauth->setOptions({});
    QVERIFY(!OAuthClient(*m_browser).id.isEmpty());
}

void TestTokenRequests::aClientManagesItsRegistration()
{
    OAuthClient client(*m_browser);
    const QByteArray access = Browser::text(allowAndRedeem(client), "access_token");
    const auto registered =
        m_browser->send("POST", "/register", {{"Content-Type", "application/json"}},
                        R"({"redirect_uris":["http://localhost:1/cb"],"client_name":"Mine"})");
    const QByteArray path = "/register/" + Browser::text(registered, "client_id");
    const http::Headers token{
        {"Authorization", "Bearer " + Browser::text(registered, "registration_access_token")}};
    QVERIFY(Browser::text(registered, "registration_client_uri").endsWith(path));

    const auto shown = m_browser->send("GET", path, token);
    QCOMPARE(shown.status, 200);
    QCOMPARE(Browser::text(shown, "client_name"), QByteArray("Mine"));
    QVERIFY(!shown.body.contains("client_secret\""));
    QCOMPARE(shown.headers.value("Cache-Control"), QByteArray("no-store"));
    QCOMPARE(m_browser->send("PUT", path, token, "{}").status, 405);

    QCOMPARE(m_browser->send("DELETE", path, token).status, 204);
    QCOMPARE(m_browser->send("GET", path, token).status, 401);
    QCOMPARE(m_browser->call(access).status, 200); // the other client goes on
}

void TestTokenRequests::nobodyElseManagesARegistration()
{
    OAuthClient victim(*m_browser);
    const QByteArray access = Browser::text(allowAndRedeem(victim), "access_token");
    const auto thief = m_browser->send("POST", "/register", {{"Content-Type", "application/json"}},
                                       R"({"redirect_uris":["http://localhost:1/cb"]})");
    const http::Headers token{
        {"Authorization", "Bearer " + Browser::text(thief, "registration_access_token")}};
    const auto wrong = m_browser->send("DELETE", "/register/" + victim.id, token);
    QCOMPARE(wrong.status, 401);
    const auto unknown = m_browser->send("DELETE", "/register/d_nobody", token);
    QCOMPARE(unknown.status, 401);
    QCOMPARE(unknown.body, wrong.body); // which ids exist is nobody's business
    QCOMPARE(m_browser->send("GET", "/register/" + victim.id, {}).status, 401);
    QCOMPARE(m_browser->call(access).status, 200);

    int status = 401;
    for (int i = 0; i < 30 && status == 401; ++i)
        status = m_browser->send("GET", "/register/" + victim.id, token).status;
    QCOMPARE(status, 429);
}

void TestTokenRequests::tokenRequestsAreRefused_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body"); // %c is the client
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("error");

    const QByteArray form = "application/x-www-form-urlencoded";
    const auto row = [&form](const char *name, const char *body, int status, const char *error) {
        QTest::newRow(name) << QByteArray("POST") << form << QByteArray(body) << status
                            << QByteArray(error);
    };
    QTest::newRow("a GET") << QByteArray("GET") << QByteArray() << QByteArray() << 405
                           << QByteArray("invalid_request");
    QTest::newRow("JSON") << QByteArray("POST") << QByteArray("application/json")
                          << QByteArray("{}") << 400 << QByteArray("invalid_request");
    QTest::newRow("two media types in one header")
        << QByteArray("POST") << "application/json, " + form << QByteArray("client_id=%c") << 400
        << QByteArray("invalid_request");
    QTest::newRow("a charset does no harm")
        << QByteArray("POST") << form + ";charset=UTF-8" << QByteArray("client_id=%c&grant_type=x")
        << 400 << QByteArray("unsupported_grant_type");
    QTest::newRow("a huge form") << QByteArray("POST") << form << QByteArray(17 * 1024, 'a') << 413
                                 << QByteArray("invalid_request");
    row("no client", "grant_type=refresh_token&refresh_token=x", 401, "invalid_client");
    row("an unknown client", "grant_type=refresh_token&refresh_token=x&client_id=gone", 401,
        "invalid_client");
    row("a secret that a public client does not have",
        "grant_type=refresh_token&refresh_token=x&client_id=%c&client_secret=s", 401,
        "invalid_client");
    row("a repeated parameter", "grant_type=x&grant_type=x&client_id=%c", 400, "invalid_request");
    row("no grant type", "client_id=%c", 400, "invalid_request");
    row("an unknown grant type", "grant_type=password&client_id=%c", 400, "unsupported_grant_type");
    row("no code", "grant_type=authorization_code&client_id=%c&code_verifier=x", 400,
        "invalid_request");
    row("no verifier", "grant_type=authorization_code&client_id=%c&code=x", 400, "invalid_request");
    row("an unknown code", "grant_type=authorization_code&client_id=%c&code=x&code_verifier=x", 400,
        "invalid_grant");
    row("no refresh token", "grant_type=refresh_token&client_id=%c", 400, "invalid_request");
    row("an unknown refresh token", "grant_type=refresh_token&refresh_token=x&client_id=%c", 400,
        "invalid_grant");
    row("somebody else's resource",
        "grant_type=refresh_token&refresh_token=x&client_id=%c&resource=https://other.example", 400,
        "invalid_target");
}

void TestTokenRequests::tokenRequestsAreRefused()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, error);
    OAuthClient client(*m_browser);
    http::Headers headers;
    if (!type.isEmpty())
        headers.append("Content-Type", type);
    const auto response = m_browser->send(method, "/token", headers, body.replace("%c", client.id));
    QCOMPARE(response.status, status);
    QCOMPARE(Browser::text(response, "error"), error);
    QVERIFY(response.headers.value("Content-Type").startsWith("application/json"));
    QCOMPARE(response.headers.value("Cache-Control"), QByteArray("no-store"));
    QVERIFY(!Browser::text(response, "error_description").isEmpty());
}

void TestTokenRequests::aMangledFormIsNotRepeated()
{
    OAuthClient client(*m_browser);
    const QByteArray mangled = "&token-cfl_at_secret&token-cfl_at_secret";
    const auto answer = m_browser->post("/token", "client_id=" + client.id + mangled);
    QCOMPARE(answer.status, 400);
    QVERIFY2(!answer.body.contains("cfl_at_secret"), answer.body);
    QVERIFY2(answer.body.contains("more than once"), answer.body);
    const auto named = m_browser->post("/token", "grant_type=x&grant_type=y");
    QVERIFY2(named.body.contains("The parameter grant_type"), named.body);
}

void TestTokenRequests::failingTooOftenIsSlowedDown()
{
    OAuthClient client(*m_browser);
    OAuthClient other(*m_browser);
    for (int i = 0; i < 10; ++i)
        QCOMPARE(client.refresh("x").status, 400);
    QCOMPARE(client.refresh("x").status, 429);
    QCOMPARE(other.refresh("x").status, 400);
    m_server->clock.advance(kMinute);
    QCOMPARE(client.refresh("x").status, 400);
}

void TestTokenRequests::anImpostorsFailuresLeaveTheRealClientAlone()
{
    OAuthClient client(*m_browser);
    const auto tokens = allowAndRedeem(client);
    // Another program read the public client's id somewhere and guesses.
    for (int i = 0; i < 30; ++i)
        QCOMPARE(client.refresh("guess " + QByteArray::number(i)).status, 400);
    for (int i = 0; i < 11; ++i)
        client.refresh("the same guess");
    QCOMPARE(client.refresh("the same guess").status, 429);
    QCOMPARE(client.refresh(Browser::text(tokens, "refresh_token")).status, 200);
}

void TestTokenRequests::madeUpTokensAreRefusedBeforeAnybodyIsLookedUp()
{
    OAuthClient client(*m_browser);
    OAuthClient other(*m_browser);
    const auto tokens = allowAndRedeem(client);
    const QByteArray refresh = Browser::text(tokens, "refresh_token");
    QVERIFY(m_server->oauth->blockClient({QString::fromLatin1(other.id)}));

    NoLookUps none;
    const QByteArray madeUp = refresh.left(refresh.size() - 43) + QByteArray(43, 'x');
    for (const QByteArray &token : {QByteArray("x"), madeUp, "cfl_rt_" + QByteArray(80, '0')})
        QCOMPARE(client.refresh(token).status, 400);
    QCOMPARE(client.redeem("cfl_ac_x").status, 400);
    QCOMPARE(m_browser->post("/token", "grant_type=password&client_id=" + client.id).status, 400);
    // Those that are told of with their program: one at a time.
    auto told =
        m_browser->start("POST", "/token", {{"Content-Type", "application/x-www-form-urlencoded"}},
                         "grant_type=refresh_token&refresh_token=x&client_id=" + other.id);
    for (int i = 0; i < 11; ++i)
        client.refresh("again and again");
    none.end();
    QCOMPARE(QCoro::waitFor(std::move(told))->status, 400);
    QCOMPARE(client.refresh(refresh).status, 200);
}

void TestTokenRequests::oneProgramsRegistrationsLeaveTheOthersAlone()
{
    const QByteArray body = R"({"redirect_uris":["http://localhost:1/cb"]})";
    int status = 201;
    for (int i = 0; i < 200; ++i)
        status = m_browser->send("POST", "/register", {{"Content-Type", "application/json"}}, body)
                     .status;
    QCOMPARE(status, 429);

    const QString request =
        u"POST /register HTTP/1.1\\r\\nHost: localhost:%1\\r\\nContent-Type: application/json\\r\\n"
        "Connection: close\\r\\nContent-Length: %2\\r\\n\\r\\n%3"_s.arg(
            QString::number(m_server->http.port()), QString::number(body.size()),
            QString::fromLatin1(body));
    QProcess other;
    other.start(u"bash"_s, {u"-c"_s, u"exec 3<>/dev/tcp/127.0.0.1/%1; printf '%2' >&3; read -r "
                                     "line <&3; echo \"$line\""_s.arg(
                                         QString::number(m_server->http.port()), request)});
    QSignalSpy finished(&other, &QProcess::finished);
    QVERIFY(finished.wait(20'000));
    const QByteArray answer = other.readAllStandardOutput();
    QVERIFY2(answer.startsWith("HTTP/1.1 201"), answer);
}

void TestTokenRequests::fortyRefreshesOverSocketsAtOnce()
{
    OAuthClient client(*m_browser);
    const auto tokens = allowAndRedeem(client);
    const QByteArray form = "grant_type=refresh_token&client_id=" + client.id +
                            "&refresh_token=" + Browser::text(tokens, "refresh_token");
    std::vector<Task<Result<http::ClientResponse>>> running;
    for (int i = 0; i < 40; ++i)
        running.push_back(m_browser->start(
            "POST", "/token", {{"Content-Type", "application/x-www-form-urlencoded"}}, form));
    QList<http::ClientResponse> answers;
    for (auto &one : running)
        answers << *QCoro::waitFor(std::move(one));
    for (const auto &answer : answers) {
        QCOMPARE(answer.status, 200);
        QCOMPARE(m_browser->call(Browser::text(answer, "access_token")).status, 200);
    }
    m_server->clock.advance(30 * kMinute);
    for (const auto &answer : answers)
        QCOMPARE(client.refresh(Browser::text(answer, "refresh_token")).status, 200);
    QCOMPARE(m_server->oauth->liveGrants().size(), 1);
}

FLAREDECK_TEST(TestTokenRequests)

} // namespace tst_tokenrequests

#include "tst_tokenrequests.moc"
