#include "tests/core/oauth/servertest.h"
#include "tests/support/testcase.h"

#include <QTcpSocket>

#include <algorithm>

namespace tst_attacks {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

/// What somebody on this computer tries, over the socket and with nothing but what they can know.
class TestAttacks : public ServerTest
{
    Q_OBJECT

private slots:
    void init() { start(); }
    void cleanup() { stop(); }
    void aWebPageGetsNothing_data();
    void aWebPageGetsNothing();
    void aWebPageIsNotLetIntoThePrivateNetwork();
    void aWebPageCannotOpenASignInUnseen_data();
    void aWebPageCannotOpenASignInUnseen();
    void aReboundNameGetsNothing_data();
    void aReboundNameGetsNothing();
    void aStolenCodeIsWorthless();
    void aCodeThatComesBackEndsWhatItGave();
    void aStolenRefreshTokenEndsTheGrant();
    void pkceCannotBeTurnedOff_data();
    void pkceCannotBeTurnedOff();
    void aVerifierIsNotItsChallenge();
    void aSecretDoesNotReplacePkce();
    void noRequestReachesCloudflareUnasked();
    void whatIsNotOfferedIsRefused_data();
    void whatIsNotOfferedIsRefused();
    void nothingIsKeptInACache_data();
    void nothingIsKeptInACache();
    void everyAnswerNamesItsIssuer_data();
    void everyAnswerNamesItsIssuer();
    void aFloodOfRegistrationsPushesNobodyOut();

private:
    /// Exactly these lines; the whole answer.
    QByteArray raw(const QByteArray &head, const QByteArray &body = {})
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, m_server->http.port());
        socket.write(head + "Connection: close\r\nContent-Length: " +
                     QByteArray::number(body.size()) + "\r\n\r\n" + body);
        // The server answers in this thread.
        if (!QTest::qWaitFor(
                [&socket] { return socket.state() == QAbstractSocket::UnconnectedState; }))
            qWarning("no answer");
        return socket.readAll();
    }
    static bool isRefused(const QByteArray &answer)
    {
        return answer.startsWith("HTTP/1.1 403 ") &&
               !answer.toLower().contains("access-control-allow");
    }
    http::ClientResponse redeemAs(const QByteArray &client, const QByteArray &code,
                                  const QByteArray &more)
    {
        return m_browser->post("/token", "grant_type=authorization_code&client_id=" + client +
                                             "&code=" + code + more);
    }
};

void TestAttacks::aWebPageGetsNothing_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    const QByteArray metadata =
        R"({"client_name":"x","redirect_uris":["https://evil.example/cb"]})";
    const auto rows = [](const char *what, const char *request, const char *type,
                         const QByteArray &body) {
        for (const char *origin : {"https://evil.example", "http://evil.example:8788", "null",
                                   "http://localhost.evil.example", "http://127.0.0.1.nip.io"})
            QTest::addRow("%s from %s", what, origin)
                << QByteArray(origin) << QByteArray(request) << QByteArray(type) << body;
    };
    // What a page may send without asking first (Fetch §2.2.2): a form or plain text.
    rows("a registration as text", "POST /register", "text/plain", metadata);
    rows("a registration", "POST /register", "application/json", metadata);
    rows("a token request", "POST /token", "application/x-www-form-urlencoded",
         "grant_type=refresh_token&refresh_token=x&client_id=y");
    rows("a revocation", "POST /revoke", "application/x-www-form-urlencoded", "token=x");
    rows("a call as text", "POST /mcp", "text/plain",
         R"({"jsonrpc":"2.0","id":1,"method":"ping"})");
    rows("metadata", "GET /.well-known/oauth-authorization-server", "", {});
    rows("a stream", "GET /sse", "", {});
    rows("a poll", "GET /authorize/flow/x/status", "", {});
}

void TestAttacks::aWebPageGetsNothing()
{
    QFETCH(QByteArray, origin);
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QByteArray head =
        request + " HTTP/1.1\r\nHost: localhost:" + QByteArray::number(m_server->http.port()) +
        "\r\nOrigin: " + origin + "\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n";
    if (!type.isEmpty())
        head += "Content-Type: " + type + "\r\n";
    const QByteArray answer = raw(head, body);
    QVERIFY2(isRefused(answer), answer);
    QVERIFY(m_server->oauth->clients().isEmpty());
}

void TestAttacks::aWebPageIsNotLetIntoThePrivateNetwork()
{
    const auto ask = [this](const QByteArray &origin, const char *path) {
        return m_browser->send("OPTIONS", path,
                               {{"Origin", origin},
                                {"Access-Control-Request-Method", "POST"},
                                {"Access-Control-Request-Private-Network", "true"}});
    };
    for (const char *path : {"/mcp", "/token", "/register", "/revoke", "/authorize",
                             "/.well-known/oauth-authorization-server"}) {
        const auto refused = ask("https://evil.example", path);
        QCOMPARE(refused.status, 403);
        QVERIFY(refused.headers.value("Access-Control-Allow-Private-Network").isEmpty());
    }
    // A page of this computer, which could connect anyhow.
    const auto allowed = ask("http://localhost:6274", "/mcp");
    QCOMPARE(allowed.status, 204);
    QCOMPARE(allowed.headers.value("Access-Control-Allow-Private-Network"), QByteArray("true"));
    // Pages for people are nobody's to read.
    QVERIFY(ask("http://localhost:6274", "/authorize")
                .headers.value("Access-Control-Allow-Private-Network")
                .isEmpty());
}

void TestAttacks::aWebPageCannotOpenASignInUnseen_data()
{
    QTest::addColumn<QByteArray>("destination");
    for (const char *destination :
         {"iframe", "frame", "image", "empty", "script", "object", "embed"})
        QTest::newRow(destination) << QByteArray(destination);
}

void TestAttacks::aWebPageCannotOpenASignInUnseen()
{
    QFETCH(QByteArray, destination);
    const OAuthClient client(*m_browser);
    const auto answer = m_browser->send("GET", client.authorizeUrl(),
                                        {{"Accept", "text/html"},
                                         {"Sec-Fetch-Dest", destination},
                                         {"Sec-Fetch-Site", "cross-site"}});
    QCOMPARE(answer.status, 403);
    QVERIFY(m_server->prompter.asked.isEmpty());
}

void TestAttacks::aReboundNameGetsNothing_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("request");
    for (const char *host :
         {"evil.example", "evil.example:@", "localhost.evil.example:@", "127.0.0.1.nip.io:@",
          "localhost:1", "127.0.0.2:@", "0.0.0.0:@", "localhost:@\r\nHost: evil.example:@"}) {
        for (const char *request :
             {"GET /.well-known/oauth-authorization-server",
              "GET /.well-known/oauth-protected-resource/mcp", "POST /register", "POST /token",
              "POST /mcp", "GET /sse", "GET /authorize?client_id=x", "GET /oauth/callback?state=x",
              "GET /nothing"})
            QTest::addRow("%s of %s", request, host) << QByteArray(host) << QByteArray(request);
    }
}

void TestAttacks::aReboundNameGetsNothing()
{
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, request);
    // For the browser it is the page's own site, so it sends no Origin with a GET.
    host.replace("@", QByteArray::number(m_server->http.port()));
    const QByteArray answer = raw(request + " HTTP/1.1\r\nHost: " + host + "\r\n");
    // Two of them are refused by the parser already.
    QVERIFY2(isRefused(answer) || (host.contains("\r\n") && answer.startsWith("HTTP/1.1 400 ")),
             answer);
}

void TestAttacks::aStolenCodeIsWorthless()
{
    m_server->prompter.atOnce = FakePrompter::allow();
    OAuthClient victim(*m_browser);
    OAuthClient thief(*m_browser);
    const QByteArray code = victim.parameter(follow(victim.authorizeUrl()), "code");
    const QByteArray redirect = "&redirect_uri=" + victim.redirectUri().toPercentEncoding();
    const QByteArray verifier = "&code_verifier=" + QByteArray(43, 'v');

    // As itself, as the victim without the secret, with a guessed one, and from another address.
    QCOMPARE(redeemAs(thief.id, code, redirect + verifier).status, 400);
    QCOMPARE(redeemAs(victim.id, code, redirect).status, 400);
    QCOMPARE(redeemAs(victim.id, code, redirect + "&code_verifier=" + QByteArray(43, 'x')).status,
             400);
    QCOMPARE(redeemAs(victim.id, code,
                      "&redirect_uri=" + thief.redirectUri().toPercentEncoding() + verifier)
                 .status,
             400);
    QCOMPARE(redeemAs("d_made-up", code, redirect + verifier).status, 401);
    // None of it spoilt the code for the victim.
    QCOMPARE(victim.redeem(code).status, 200);
}

void TestAttacks::aCodeThatComesBackEndsWhatItGave()
{
    m_server->prompter.atOnce = FakePrompter::allow();
    OAuthClient client(*m_browser);
    const QByteArray code = client.parameter(follow(client.authorizeUrl()), "code");
    const auto tokens = client.redeem(code);
    const QByteArray access = Browser::text(tokens, "access_token");
    QCOMPARE(m_browser->call(access).status, 200);
    const auto again = client.redeem(code);
    QCOMPARE(again.status, 400);
    QCOMPARE(Browser::text(again, "error"), QByteArray("invalid_grant"));
    QCOMPARE(m_browser->call(access).status, 401);
    QCOMPARE(client.refresh(Browser::text(tokens, "refresh_token")).status, 400);
}

void TestAttacks::aStolenRefreshTokenEndsTheGrant()
{
    OAuthClient client(*m_browser);
    const QByteArray stolen = Browser::text(allowAndRedeem(client), "refresh_token");
    const auto second = client.refresh(stolen);
    const QByteArray access = Browser::text(second, "access_token");
    QCOMPARE(m_browser->call(access).status, 200);
    m_server->clock.advance(kMinute + kSecond);
    m_server->oauth->flush();
    QVERIFY(m_server->prompter.warnings.isEmpty());
    // The thief comes late: neither of them goes on, and the person is told by whom it was.
    const auto replay = client.refresh(stolen);
    QCOMPARE(replay.status, 400);
    QCOMPARE(Browser::text(replay, "error"), QByteArray("invalid_grant"));
    QCOMPARE(m_browser->call(access).status, 401);
    QCOMPARE(client.refresh(Browser::text(second, "refresh_token")).status, 400);
    QVERIFY(m_server->oauth->liveGrants().isEmpty());
    QCOMPARE(m_server->prompter.warnings.size(), 1);
    const QString warning = m_server->prompter.warnings.first();
    QVERIFY2(warning.contains(u"Test client"_s), qPrintable(warning));
    QVERIFY2(warning.contains(u"had been replaced was used again"_s), qPrintable(warning));
#ifdef Q_OS_LINUX
    QVERIFY2(warning.contains(QCoreApplication::applicationFilePath()), qPrintable(warning));
#endif
    // Once for the grant, however often.
    client.refresh(stolen);
    QCOMPARE(m_server->prompter.warnings.size(), 1);
}

void TestAttacks::pkceCannotBeTurnedOff_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::newRow("plain") << QByteArray("=S256") << QByteArray("=plain");
    QTest::newRow("in small letters") << QByteArray("=S256") << QByteArray("=s256");
    QTest::newRow("no method") << QByteArray("&code_challenge_method=S256") << QByteArray();
    QTest::newRow("no challenge") << "&code_challenge=" + crypto::pkceChallenge(QByteArray(43, 'v'))
                                  << QByteArray();
    QTest::newRow("a short challenge")
        << crypto::pkceChallenge(QByteArray(43, 'v')) << QByteArray("abc");
    QTest::newRow("two challenges")
        << QByteArray("&state=") << "&code_challenge=" + QByteArray(43, 'a') + "&state=";
}

void TestAttacks::pkceCannotBeTurnedOff()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    m_server->prompter.atOnce = FakePrompter::allow();
    const OAuthClient client(*m_browser);
    const QByteArray url = client.authorizeUrl();
    QVERIFY(url.contains(from));
    const QByteArray location = follow(QByteArray(url).replace(from, to));
    QCOMPARE(client.parameter(location, "error"), QByteArray("invalid_request"));
    QVERIFY(client.parameter(location, "code").isEmpty());
    QVERIFY(m_server->prompter.asked.isEmpty());
}

void TestAttacks::aVerifierIsNotItsChallenge()
{
    // Who read the address knows the challenge; as a verifier of the method "plain" it would fit.
    m_server->prompter.atOnce = FakePrompter::allow();
    OAuthClient client(*m_browser);
    const QByteArray code = client.parameter(follow(client.authorizeUrl()), "code");
    const auto answer = client.redeem(code, crypto::pkceChallenge(QByteArray(43, 'v')));
    QCOMPARE(answer.status, 400);
    QCOMPARE(Browser::text(answer, "error"), QByteArray("invalid_grant"));
    QCOMPARE(client.redeem(code).status, 200);
}

void TestAttacks::aSecretDoesNotReplacePkce()
{
    const auto registered = m_browser->send(
        "POST", "/register", {{"Content-Type", "application/json"}},
        R"({"client_name":"x","redirect_uris":["https://example.org/cb"],"token_endpoint_auth_method":"client_secret_basic"})");
    QVERIFY(!Browser::text(registered, "client_secret").isEmpty());
    const auto answer = m_browser->get("/authorize?response_type=code&client_id=" +
                                       Browser::text(registered, "client_id") + "&state=s");
    QCOMPARE(answer.status, 302);
    QVERIFY(answer.headers.value("Location").startsWith("https://example.org/cb?"));
    QVERIFY(answer.headers.value("Location").contains("error=invalid_request"));
    QVERIFY(m_server->prompter.asked.isEmpty());
}

/// The confused deputy: our one client at Cloudflare serves nobody whom a person has not let in.
void TestAttacks::noRequestReachesCloudflareUnasked()
{
    m_server->logins.present.reset();
    const OAuthClient client(*m_browser);
    const QByteArray flow = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    QCOMPARE(m_server->prompter.asked.size(), 1);
    QCOMPARE(m_server->logins.signIns, 0);
    m_server->prompter.answer(ConsentAnswer{});
    QCOMPARE(Browser::text(m_browser->get(flow + "/status?seen=consent"), "state"),
             QByteArray("failed"));
    QCOMPARE(m_server->logins.signIns, 0);
}

void TestAttacks::whatIsNotOfferedIsRefused_data()
{
    QTest::addColumn<QByteArray>("grantType");
    const QByteArray urn = "urn:ietf:params:oauth:grant-type:";
    for (const QByteArray &type :
         {QByteArray("client_credentials"), QByteArray("password"), QByteArray("implicit"),
          urn + "device_code", urn + "jwt-bearer", urn + "token-exchange", urn + "saml2-bearer"})
        QTest::newRow(type) << type;
}

void TestAttacks::whatIsNotOfferedIsRefused()
{
    QFETCH(QByteArray, grantType);
    const OAuthClient client(*m_browser);
    const auto answer = m_browser->post(
        "/token", "grant_type=" + grantType.toPercentEncoding() + "&client_id=" + client.id +
                      "&username=a&password=b&scope=mcp:read&subject_token=x&assertion=x");
    QCOMPARE(answer.status, 400);
    QCOMPARE(Browser::text(answer, "error"), QByteArray("unsupported_grant_type"));

    const Json document = Browser::json(m_browser->get("/.well-known/oauth-authorization-server"));
    for (const Json &offered : document.at("grant_types_supported"))
        QVERIFY(json::toQString(offered).toUtf8() != grantType);
    for (const char *path : {"/introspect", "/device_authorization", "/par", "/jwks"})
        QCOMPARE(m_browser->post(path, "token=x").status, 404);
    for (const char *type : {"token", "id_token", "code%20token", "code%20id_token"}) {
        const QByteArray url = client.authorizeUrl().replace("response_type=code",
                                                             QByteArray("response_type=") + type);
        QCOMPARE(client.parameter(follow(url), "error"), QByteArray("unsupported_response_type"));
    }
    QVERIFY(m_server->prompter.asked.isEmpty());
}

void TestAttacks::nothingIsKeptInACache_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *request, const char *body = "") {
        QTest::newRow(request) << QByteArray(request) << QByteArray(body);
    };
    row("GET /.well-known/oauth-authorization-server");
    row("GET /.well-known/oauth-protected-resource/mcp");
    row("GET /.well-known/openid-configuration");
    row("POST /register", "{}");
    row("GET /register/d_x");
    row("POST /token", "grant_type=x");
    row("GET /token");
    row("POST /revoke", "token=x");
    row("GET /authorize?client_id=x");
    row("GET /authorize/flow/x");
    row("GET /authorize/flow/x/status");
    row("GET /mcp");
    row("POST /mcp");
    row("GET /nothing");
}

void TestAttacks::nothingIsKeptInACache()
{
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, body);
    const QList<QByteArray> parts = request.split(' ');
    const QByteArray type =
        parts.at(1) == "/register" ? "application/json" : "application/x-www-form-urlencoded";
    const auto answer = m_browser->send(
        parts.at(0), parts.at(1), {{"Content-Type", type}, {"Accept", "text/html, */*"}}, body);
    QVERIFY(answer.status > 0);
    QVERIFY2(answer.headers.value("Cache-Control").contains("no-store"),
             QByteArray::number(answer.status));
}

void TestAttacks::everyAnswerNamesItsIssuer_data()
{
    QTest::addColumn<QByteArray>("host");
    for (const char *host : {"localhost", "127.0.0.1", "[::1]"})
        QTest::newRow(host) << QByteArray(host);
}

/// RFC 9207: a client that talks to two servers can tell whose answer it got.
void TestAttacks::everyAnswerNamesItsIssuer()
{
    QFETCH(QByteArray, host);
    const QByteArray origin = "http://" + host + ':' + QByteArray::number(m_server->http.port());
    const OAuthClient client(*m_browser);
    const auto issuerOf = [&](const QByteArray &extra, const char *member) {
        const QByteArray location = follow(origin + client.authorizeUrl(extra));
        return client.parameter(location, member).isEmpty() ? QByteArray("nothing")
                                                            : client.parameter(location, "iss");
    };
    m_server->prompter.atOnce = FakePrompter::allow();
    QCOMPARE(issuerOf({}, "code"), origin);
    QCOMPARE(issuerOf("&resource=http://evil.example", "error"), origin);
    QCOMPARE(issuerOf("&scope=%22", "error"), origin);
    m_server->prompter.atOnce = ConsentAnswer{};
    QCOMPARE(issuerOf("&scope=workers:read", "error"), origin);
}

void TestAttacks::aFloodOfRegistrationsPushesNobodyOut()
{
    OAuthClient friendly(*m_browser);
    QCOMPARE(allowAndRedeem(friendly).status, 200);
    int taken = 0;
    int turnedAway = 0;
    for (int i = 0; i < 30; ++i) {
        const auto answer =
            m_browser->send("POST", "/register", {{"Content-Type", "application/json"}},
                            R"({"client_name":"flood","redirect_uris":["http://127.0.0.1/cb"]})");
        if (answer.status == 201) {
            ++taken;
            continue;
        }
        ++turnedAway;
        QCOMPARE(answer.status, 429);
        QCOMPARE(Browser::text(answer, "error"), QByteArray("temporarily_unavailable"));
        QVERIFY(answer.headers.value("Retry-After").toInt() > 0);
    }
    QCOMPARE(taken, 9); // ten a minute of one program, the first was the friend's
    QCOMPARE(turnedAway, 21);
    // Hour after hour at the permitted rate: what waits is bounded, and whom a person allowed
    // stays.
    for (int minute = 0; minute < 230; ++minute) {
        m_server->clock.advance(kMinute);
        m_browser->send("POST", "/register", {{"Content-Type", "application/json"}},
                        R"({"client_name":"flood","redirect_uris":["http://127.0.0.1/cb"]})");
    }
    const auto clients = m_server->oauth->clients();
    QCOMPARE(clients.size(), 201);
    QVERIFY(std::any_of(clients.begin(), clients.end(), [&friendly](const store::Client &client) {
        return client.id.value.toUtf8() == friendly.id;
    }));
    QCOMPARE(m_server->prompter.asked.size(), 1); // nobody was bothered
    QCOMPARE(m_server->oauth->liveGrants().size(), 1);
}

FLAREDECK_TEST(TestAttacks)

} // namespace tst_attacks

#include "tst_attacks.moc"
