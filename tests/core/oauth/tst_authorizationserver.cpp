#include "core/oauth/authorizationserver.h"

#include "core/policy/scopes.h"
#include "tests/core/oauth/browser.h"
#include "tests/core/oauth/liveserver.h"

#include <QSignalSpy>
#include <QTest>

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestAuthorizationServer : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void probesGetAChallenge_data();
    void probesGetAChallenge();
    void plainClientsGetByWithRedirects_data();
    void plainClientsGetByWithRedirects();
    void theSignInTabComesBack();
    void aFailedSignInReachesTheClient();
    void browsersGetAPage();
    void theCodeIsHandedOutOnce();
    void denialIsToldToClientAndTab();
    void aPersonWhoIsGoneDenies();
    void theQuestionIsComplete();
    void namedScopesAreTicked();
    void answersAreCutToWhatWasOffered();
    void chosenAccountsAreGranted();
    void aLifetimeEndsTheGrant();

    void preflightStartsNothing();
    void aDeletedClientLearnsItFromThePreflight();
    void doubtfulRequestsStayHere();
    void framesAreRefused();
    void reloadingResumes();
    void siblingsShareOneQuestion();
    void cancellingWithdrawsTheQuestion();
    void tooManyPendingFlowsAreTurnedAway();
    void theCodeWaitsForTheListener();
    void pollingIsLimited();

    void revocationIsImmediate();
    void revokedByTheClient_data();
    void revokedByTheClient();
    void grantsSurviveARestart();
    void forgettingAClient();
    void registrationsAreLimited();
    void tokenRequestsAreRefused_data();
    void tokenRequestsAreRefused();
    void failingTooOftenIsSlowedDown();
    void theInspectorsPreflightPasses();
    void otherSitesAreRefused();
    void pagesForPeopleHaveNoCors();

private:
    /// Follows redirects until they leave the server.
    QByteArray follow(const QByteArray &url, int hops = 10);
    QByteArray flowPathIn(const http::ClientResponse &page);
    http::ClientResponse allowAndRedeem(OAuthClient &client);

    std::unique_ptr<LiveServer> m_server;
    std::unique_ptr<Browser> m_browser;
};

void TestAuthorizationServer::init()
{
    m_server = std::make_unique<LiveServer>();
    m_browser = std::make_unique<Browser>(m_server->http.port());
}

void TestAuthorizationServer::cleanup()
{
    m_browser.reset();
    m_server.reset();
}

QByteArray TestAuthorizationServer::follow(const QByteArray &url, int hops)
{
    QByteArray location = url;
    for (int i = 0; i < hops; ++i) {
        const auto response = m_browser->get(location);
        location = response.headers.value("Location");
        if (!location.startsWith('/') && !location.startsWith(m_browser->origin()))
            break;
    }
    return location;
}

QByteArray TestAuthorizationServer::flowPathIn(const http::ClientResponse &page)
{
    const QByteArray mark = "data-flow=\"";
    const auto start = page.body.indexOf(mark) + mark.size();
    return page.body.mid(start, page.body.indexOf('"', start) - start);
}

http::ClientResponse TestAuthorizationServer::allowAndRedeem(OAuthClient &client)
{
    m_server->prompter.atOnce = FakePrompter::allow({u"mcp:read"_s, u"workers:read"_s});
    return client.redeem(client.parameter(follow(client.authorizeUrl()), "code"));
}

void TestAuthorizationServer::probesGetAChallenge_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("accept");
    for (const char *path : {"/mcp", "/sse"}) {
        for (const char *accept : {"application/json, text/event-stream", "text/html", "*/*"}) {
            for (const char *method : {"GET", "POST", "DELETE"})
                QTest::addRow("Q1: %s %s for %s", method, path, accept)
                    << QByteArray(method) << QByteArray(path) << QByteArray(accept);
        }
    }
}

void TestAuthorizationServer::probesGetAChallenge()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, accept);
    const auto response = m_browser->send(method, path, {{"Accept", accept}});
    QCOMPARE(response.status, 401);
    const QByteArray document =
        m_browser->origin() + "/.well-known/oauth-protected-resource" + path;
    QVERIFY(response.headers.value("WWW-Authenticate").contains('"' + document + '"'));
    QCOMPARE(Browser::text(m_browser->get(document), "resource"), m_browser->origin() + path);
}

void TestAuthorizationServer::plainClientsGetByWithRedirects_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("at the advertised address") << QByteArray("/authorize");
    QTest::newRow("at its alias") << QByteArray("/oauth/authorize");
}

void TestAuthorizationServer::plainClientsGetByWithRedirects()
{
    QFETCH(QByteArray, path);
    OAuthClient client(*m_browser);
    m_server->prompter.atOnce = FakePrompter::allow();
    QSignalSpy created(m_server->oauth.get(), &AuthorizationServer::grantCreated);

    QByteArray url =
        client.authorizeUrl("&resource=" + (m_browser->origin() + "/mcp").toPercentEncoding());
    const auto answer = m_browser->get(url.replace("/authorize", path));
    QCOMPARE(answer.status, 302);
    const QByteArray location = answer.headers.value("Location");
    QVERIFY(location.contains("&state=s%2B1&")); // byte for byte
    QCOMPARE(client.parameter(location, "iss"), m_browser->origin());

    const auto tokens = client.redeem(client.parameter(location, "code"));
    QCOMPARE(tokens.status, 200);
    QCOMPARE(tokens.headers.value("Cache-Control"), QByteArray("no-store"));
    QCOMPARE(Browser::text(tokens, "token_type"), QByteArray("Bearer"));
    QCOMPARE(Browser::text(tokens, "scope"), QByteArray("mcp:read"));
    QCOMPARE(Browser::text(tokens, "resource"), m_browser->origin() + "/mcp");
    QCOMPARE(json::integerAt(Browser::json(tokens), "expires_in"), std::optional<qint64>(3600));
    QCOMPARE(created.size(), 1);

    const QByteArray access = Browser::text(tokens, "access_token");
    QCOMPARE(m_browser->call(access).status, 200);
    QCOMPARE(m_browser->call(access, "/sse").status, 401); // for /mcp only

    const auto refreshed = client.refresh(Browser::text(tokens, "refresh_token"));
    QCOMPARE(refreshed.status, 200);
    QVERIFY(Browser::text(refreshed, "refresh_token") != Browser::text(tokens, "refresh_token"));
    QCOMPARE(m_browser->call(Browser::text(refreshed, "access_token")).status, 200);
}

void TestAuthorizationServer::theSignInTabComesBack()
{
    OAuthClient client(*m_browser);
    m_server->prompter.atOnce = FakePrompter::allow();
    m_server->logins.present.reset();
    m_server->logins.tabUrl =
        m_browser->origin() + "/oauth/callback?code=x&state=y"; // signs in at once
    QVERIFY(m_server->oauth->returnPage().isEmpty());

    const auto first = m_browser->get(client.authorizeUrl());
    QCOMPARE(first.headers.value("Location"), m_server->logins.tabUrl);
    const QByteArray flow = m_server->oauth->returnPage();
    QVERIFY(flow.startsWith("/authorize/flow/"));
    QVERIFY(m_server->prompter.asked.last().loginLabel.isEmpty());

    const QByteArray location = follow(m_server->logins.tabUrl);
    QVERIFY(!client.parameter(location, "code").isEmpty());
    QCOMPARE(m_server->logins.signIns, 1);
    QVERIFY(m_server->oauth->returnPage().isEmpty());
    QCOMPARE(client.redeem(client.parameter(location, "code")).status, 200);
}

void TestAuthorizationServer::aFailedSignInReachesTheClient()
{
    OAuthClient client(*m_browser);
    m_server->prompter.atOnce = FakePrompter::allow();
    m_server->logins.present.reset();
    const auto page = m_browser->get(client.authorizeUrl(), "text/html");
    QTRY_COMPARE(m_server->logins.signIns, 1);
    m_server->logins.finish(fail(Error::Kind::Offline, u"Cloudflare cannot be reached."_s));
    const auto status = m_browser->get(flowPathIn(page) + "/status?seen=sign_in");
    QCOMPARE(Browser::text(status, "state"), QByteArray("failed"));
    QCOMPARE(client.parameter(Browser::text(status, "next"), "error"),
             QByteArray("temporarily_unavailable"));
    QCOMPARE(client.parameter(Browser::text(status, "next"), "error_description"),
             QByteArray("Cloudflare cannot be reached."));
}

void TestAuthorizationServer::browsersGetAPage()
{
    OAuthClient client(*m_browser);
    const auto page = m_browser->get(client.authorizeUrl(), "text/html,application/xhtml+xml");
    QCOMPARE(page.status, 200);
    QVERIFY(page.headers.value("Content-Type").startsWith("text/html"));
    const QByteArray policy = page.headers.value("Content-Security-Policy");
    for (const char *rule :
         {"default-src 'none'", "script-src 'nonce-", "style-src 'nonce-", "connect-src 'self'",
          "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"})
        QVERIFY2(policy.contains(rule), rule);
    QCOMPARE(page.headers.value("X-Frame-Options"), QByteArray("DENY"));
    QCOMPARE(page.headers.value("Referrer-Policy"), QByteArray("no-referrer"));
    QCOMPARE(page.headers.value("Cache-Control"), QByteArray("no-store"));

    QCOMPARE(m_server->prompter.asked.size(), 1);
    const QString phrase = m_server->prompter.asked.first().checkPhrase;
    QCOMPARE(phrase.count(u' '), 1);
    QVERIFY(page.body.contains(phrase.toUtf8()));
    QVERIFY(page.body.contains("Test client"));
    QVERIFY(!page.body.contains("{{"));
    QVERIFY(!page.body.contains("<form"));
    QVERIFY(!page.body.contains("src="));
}

void TestAuthorizationServer::theCodeIsHandedOutOnce()
{
    OAuthClient client(*m_browser);
    const QByteArray flow = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    auto poll = m_browser->start("GET", flow + "/status");
    m_server->prompter.answer(FakePrompter::allow());
    auto status = *QCoro::waitFor(poll);
    if (!Browser::json(status).contains("next"))
        status = m_browser->get(flow + "/status?seen=" + Browser::text(status, "state"));
    QCOMPARE(Browser::text(status, "state"), QByteArray("done"));
    const QByteArray code = client.parameter(Browser::text(status, "next"), "code");
    QVERIFY(code.startsWith("cfl_ac_"));

    // A second visit would look like a replay to the token endpoint.
    QCOMPARE(m_browser->get(flow + "/status").status, 404);
    QCOMPARE(m_browser->get(flow).status, 404);
    QCOMPARE(client.redeem(code).status, 200);
    QCOMPARE(m_browser->get("/authorize/flow/" + QByteArray(43, 'x') + "/status").status, 404);
}

void TestAuthorizationServer::denialIsToldToClientAndTab()
{
    OAuthClient client(*m_browser);
    const QByteArray flow = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    ConsentAnswer answer;
    answer.reason = u"You said no."_s;
    m_server->prompter.answer(answer);
    const auto status = m_browser->get(flow + "/status?seen=consent");
    QCOMPARE(Browser::text(status, "state"), QByteArray("failed"));
    QCOMPARE(Browser::text(status, "message"), QByteArray("You said no."));
    // Q6: readable for whoever shows it.
    const QByteArray next = Browser::text(status, "next");
    QCOMPARE(client.parameter(next, "error"), QByteArray("access_denied"));
    QCOMPARE(client.parameter(next, "error_description"), QByteArray("You said no."));
    QCOMPARE(client.parameter(next, "state"), QByteArray("s+1"));
    QCOMPARE(client.parameter(next, "iss"), m_browser->origin());
}

void TestAuthorizationServer::aPersonWhoIsGoneDenies()
{
    OAuthClient client(*m_browser);
    const QByteArray flow = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    m_server->prompter.vanish();
    const auto status = m_browser->get(flow + "/status?seen=consent");
    QCOMPARE(client.parameter(Browser::text(status, "next"), "error"), QByteArray("access_denied"));
}

void TestAuthorizationServer::theQuestionIsComplete()
{
    OAuthClient client(*m_browser);
    m_browser->get(client.authorizeUrl(), "text/html");
    const ConsentRequest asked = m_server->prompter.asked.first();
    QCOMPARE(asked.client.value.toUtf8(), client.id);
    QCOMPARE(asked.clientName, u"Test client"_s);
    QCOMPARE(asked.redirectTarget, u"this computer, port %1, /cb"_s.arg(client.port));
    QVERIFY(!asked.leavesComputer);
    QCOMPARE(asked.firstSeen, m_server->clock.now());
    QCOMPARE(asked.expiresAt, m_server->clock.now() + 600'000);
    QCOMPARE(asked.requested, ScopeSet{u"mcp:read"_s});
    QCOMPARE(asked.offered, scopes::all());
    QCOMPARE(asked.preselected, scopes::all()); // everything there is only reads
    QVERIFY(asked.alreadyGranted.empty());
    QCOMPARE(asked.loginLabel, u"ada@example.com"_s);
    QCOMPARE(asked.accounts.size(), 2);
    QVERIFY(asked.sandbox);
#ifdef Q_OS_LINUX
    // The listener of the redirect URI is this test.
    QCOMPARE(asked.programPid, QCoreApplication::applicationPid());
    QCOMPARE(asked.program, QCoreApplication::applicationFilePath());
    QCOMPARE(m_server->oauth->clients().first().registeredBy, asked.program);
#endif
}

void TestAuthorizationServer::namedScopesAreTicked()
{
    OAuthClient client(*m_browser);
    m_browser->get(client.authorizeUrl("&scope=workers:read%20openid"), "text/html");
    const ConsentRequest asked = m_server->prompter.asked.first();
    QCOMPARE(asked.requested, (ScopeSet{u"mcp:read"_s, u"workers:read"_s}));
    QCOMPARE(asked.preselected, asked.requested);
    QCOMPARE(asked.offered, scopes::all());
}

void TestAuthorizationServer::answersAreCutToWhatWasOffered()
{
    OAuthClient client(*m_browser);
    m_server->prompter.atOnce = FakePrompter::allow({u"workers:read"_s, u"root:write"_s});
    const auto tokens = client.redeem(client.parameter(follow(client.authorizeUrl()), "code"));
    QCOMPARE(Browser::text(tokens, "scope"), QByteArray("mcp:read workers:read"));
    m_browser->get(client.authorizeUrl("&prompt=consent"), "text/html");
    QCOMPARE(m_server->prompter.asked.last().alreadyGranted,
             (ScopeSet{u"mcp:read"_s, u"workers:read"_s}));
}

void TestAuthorizationServer::chosenAccountsAreGranted()
{
    OAuthClient client(*m_browser);
    m_server->prompter.atOnce = FakePrompter::allow();
    m_server->prompter.atOnce->accountIds = {u"acc2"_s, u"not-mine"_s};
    client.redeem(client.parameter(follow(client.authorizeUrl()), "code"));
    const auto accounts = m_server->oauth->liveGrants().first().accounts;
    QCOMPARE(accounts, (QList<AccountRef>{{u"acc2"_s, u"Second"_s}}));

    m_server->prompter.atOnce->accountIds = {u"not-mine"_s};
    QCOMPARE(client.parameter(follow(client.authorizeUrl()), "error"), QByteArray("access_denied"));
}

void TestAuthorizationServer::aLifetimeEndsTheGrant()
{
    OAuthClient client(*m_browser);
    m_server->prompter.atOnce = FakePrompter::allow();
    m_server->prompter.atOnce->lifetimeSeconds = 600;
    const auto tokens = client.redeem(client.parameter(follow(client.authorizeUrl()), "code"));
    QCOMPARE(json::integerAt(Browser::json(tokens), "expires_in"), std::optional<qint64>(600));
    m_server->clock.advance(600 * kSecond);
    QCOMPARE(m_browser->call(Browser::text(tokens, "access_token")).status, 401);
    QSignalSpy revoked(m_server->oauth.get(), &AuthorizationServer::grantRevoked);
    m_server->oauth->flush();
    QCOMPARE(revoked.size(), 1);
}

void TestAuthorizationServer::preflightStartsNothing()
{
    OAuthClient client(*m_browser);
    // Q26: mcp-remote checks its cached registration before it opens a browser.
    const auto fine = m_browser->send("GET", client.authorizeUrl(),
                                      {{"Accept", "application/json"}, {"Sec-Fetch-Mode", "cors"}});
    QCOMPARE(fine.status, 200);
    QCOMPARE(fine.body, QByteArray("{}"));
    QCOMPARE(m_browser->send("HEAD", client.authorizeUrl()).status, 200);
    QByteArray wrong = client.authorizeUrl();
    const auto refused = m_browser->get(wrong.replace("S256", "plain"), "application/json");
    QCOMPARE(refused.status, 400);
    QCOMPARE(Browser::text(refused, "error"), QByteArray("invalid_request"));
    QVERIFY(m_server->prompter.asked.isEmpty());
}

void TestAuthorizationServer::aDeletedClientLearnsItFromThePreflight()
{
    OAuthClient client(*m_browser);
    QVERIFY(m_server->oauth->forgetClient({QString::fromLatin1(client.id)}));
    const auto response = m_browser->get(client.authorizeUrl(), "application/json");
    QCOMPARE(response.status, 401);
    QCOMPARE(Browser::text(response, "error"), QByteArray("invalid_client"));
    const auto page = m_browser->get(client.authorizeUrl(), "text/html");
    QCOMPARE(page.status, 400);
    QVERIFY(page.headers.value("Location").isEmpty());
}

void TestAuthorizationServer::doubtfulRequestsStayHere()
{
    OAuthClient client(*m_browser);
    QByteArray url = client.authorizeUrl();
    url.replace("%2Fcb", "%2Felsewhere");
    const auto page = m_browser->get(url, "text/html");
    QCOMPARE(page.status, 400);
    QVERIFY(page.headers.value("Location").isEmpty());
    QVERIFY(!page.body.contains("elsewhere"));
    QVERIFY(!page.body.contains("href="));
}

void TestAuthorizationServer::framesAreRefused()
{
    OAuthClient client(*m_browser);
    for (const char *destination : {"iframe", "image", "empty", "script"}) {
        const auto page =
            m_browser->send("GET", client.authorizeUrl(),
                            {{"Accept", "text/html"}, {"Sec-Fetch-Dest", destination}});
        QCOMPARE(page.status, 403);
    }
    QVERIFY(m_server->prompter.asked.isEmpty());
    const auto page = m_browser->send("GET", client.authorizeUrl(),
                                      {{"Accept", "text/html"}, {"Sec-Fetch-Dest", "document"}});
    QCOMPARE(page.status, 200);
}

void TestAuthorizationServer::reloadingResumes()
{
    OAuthClient client(*m_browser);
    const QByteArray first = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    const QByteArray second = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    QCOMPARE(first, second);
    QCOMPARE(m_server->prompter.asked.size(), 1);
}

void TestAuthorizationServer::siblingsShareOneQuestion()
{
    // Q20: Claude Desktop starts its bridge twice; each gets a code of its own.
    OAuthClient client(*m_browser);
    const QByteArray otherSecret(43, 'w');
    const QByteArray first = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    const auto otherPage = m_browser->get(client.authorizeUrl({}, otherSecret), "text/html");
    const QByteArray second = flowPathIn(otherPage);
    QVERIFY(first != second);
    QCOMPARE(m_server->prompter.asked.size(), 1);
    QVERIFY(otherPage.body.contains(m_server->prompter.asked.first().checkPhrase.toUtf8()));

    m_server->prompter.answer(FakePrompter::allow());
    const QByteArray code = client.parameter(follow(first), "code");
    const QByteArray otherCode = client.parameter(follow(second), "code");
    QVERIFY(code != otherCode);
    QCOMPARE(client.redeem(code, otherSecret).status, 400);
    QCOMPARE(client.redeem(code).status, 200);
    QCOMPARE(client.redeem(otherCode, otherSecret).status, 200);
}

void TestAuthorizationServer::cancellingWithdrawsTheQuestion()
{
    OAuthClient client(*m_browser);
    const QByteArray flow = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    QCOMPARE(m_browser->send("POST", flow + "/cancel").status, 405);
    QCOMPARE(m_browser->send("HEAD", flow + "/cancel").status, 200);
    QVERIFY(m_server->prompter.withdrawn.isEmpty());
    const auto answer = m_browser->get(flow + "/cancel", "text/html");
    QCOMPARE(answer.status, 302);
    QCOMPARE(client.parameter(answer.headers.value("Location"), "error"),
             QByteArray("access_denied"));
    QCOMPARE(m_server->prompter.withdrawn, QStringList{m_server->prompter.asked.first().id});
}

void TestAuthorizationServer::tooManyPendingFlowsAreTurnedAway()
{
    OAuthClient client(*m_browser);
    for (int i = 0; i < 5; ++i) {
        const auto page = m_browser->get(
            client.authorizeUrl({}, QByteArray(43, static_cast<char>('a' + i))), "text/html");
        QCOMPARE(page.status, 200);
    }
    const QByteArray location = follow(client.authorizeUrl());
    QCOMPARE(client.parameter(location, "error"), QByteArray("temporarily_unavailable"));
    QCOMPARE(client.parameter(location, "state"), QByteArray("s+1"));
}

void TestAuthorizationServer::theCodeWaitsForTheListener()
{
    // Q4: some clients open the browser before they listen. Q3: they listen on one family only.
    OAuthClient client(*m_browser);
    client.stopListening();
    m_server->prompter.atOnce = FakePrompter::allow();
    const QByteArray flow = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    auto status = m_browser->get(flow + "/status?seen=finishing");
    QCOMPARE(Browser::text(status, "state"), QByteArray("waiting_for_client"));
    QVERIFY(client.listenAgain());
    status = m_browser->get(flow + "/status?seen=waiting_for_client");
    QVERIFY(!client.parameter(Browser::text(status, "next"), "code").isEmpty());
}

void TestAuthorizationServer::pollingIsLimited()
{
    OAuthClient client(*m_browser);
    const QByteArray flow = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    for (int i = 0; i < 10; ++i)
        QCOMPARE(m_browser->get(flow + "/status?seen=x").status, 200);
    const auto refused = m_browser->get(flow + "/status?seen=x");
    QCOMPARE(refused.status, 429);
    QVERIFY(!refused.headers.value("Retry-After").isEmpty());
}

void TestAuthorizationServer::revocationIsImmediate()
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

void TestAuthorizationServer::revokedByTheClient_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("at /revoke") << QByteArray("/revoke");
    QTest::newRow("at /token, which older metadata named") << QByteArray("/token");
}

void TestAuthorizationServer::revokedByTheClient()
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

void TestAuthorizationServer::grantsSurviveARestart()
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

void TestAuthorizationServer::forgettingAClient()
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

void TestAuthorizationServer::registrationsAreLimited()
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

void TestAuthorizationServer::tokenRequestsAreRefused_data()
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

void TestAuthorizationServer::tokenRequestsAreRefused()
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

void TestAuthorizationServer::failingTooOftenIsSlowedDown()
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

void TestAuthorizationServer::theInspectorsPreflightPasses()
{
    // Q21
    const http::Headers preflight{
        {"Origin", "http://localhost:6274"},
        {"Access-Control-Request-Method", "POST"},
        {"Access-Control-Request-Headers", "authorization, mcp-protocol-version"}};
    for (const char *path : {"/mcp", "/token", "/register"}) {
        const auto response = m_browser->send("OPTIONS", path, preflight);
        QCOMPARE(response.status, 204);
        QCOMPARE(response.headers.value("Access-Control-Allow-Origin"),
                 QByteArray("http://localhost:6274"));
    }
    const auto challenge = m_browser->send("GET", "/mcp", {{"Origin", "http://localhost:6274"}});
    QCOMPARE(challenge.status, 401);
    QVERIFY(challenge.headers.value("Access-Control-Expose-Headers")
                .toLower()
                .contains("www-authenticate"));
}

void TestAuthorizationServer::otherSitesAreRefused()
{
    for (const char *path :
         {"/.well-known/oauth-authorization-server", "/register", "/token", "/mcp"})
        QCOMPARE(m_browser->send("GET", path, {{"Origin", "https://evil.example"}}).status, 403);
}

void TestAuthorizationServer::pagesForPeopleHaveNoCors()
{
    OAuthClient client(*m_browser);
    const auto page =
        m_browser->send("GET", client.authorizeUrl(),
                        {{"Accept", "text/html"}, {"Origin", "http://localhost:6274"}});
    QVERIFY(page.headers.value("Access-Control-Allow-Origin").isEmpty());
}

QTEST_GUILESS_MAIN(TestAuthorizationServer)
#include "tst_authorizationserver.moc"
