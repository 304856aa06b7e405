#include "core/provider/facts.h"
#include "core/provider/scopes.h"
#include "tests/core/oauth/servertest.h"
#include "tests/support/testcase.h"

namespace tst_authorizationserver {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

namespace {

/// What reads, of the scopes that the tools of these toolsets need.
template <typename Filter>
ScopeSet readers(Filter isMeant)
{
    ScopeSet found{u"mcp:read"_s};
    for (const provider::Toolset &toolset : provider::facts().toolsets) {
        for (const QString &scope : toolset.scopes) {
            if (isMeant(toolset) && !scopes::find(scope)->write)
                found.insert(scope);
        }
    }
    return found;
}

} // namespace

class TestAuthorizationServer : public ServerTest
{
    Q_OBJECT

private slots:
    void init() { start(); }
    void cleanup() { stop(); }
    void probesGetAChallenge_data();
    void probesGetAChallenge();
    void plainClientsGetByWithRedirects_data();
    void plainClientsGetByWithRedirects();
    void denialIsToldToClientAndTab();
    void aPersonWhoIsGoneDenies();
    void theQuestionIsComplete();
    void anAddressOfOneToolsetSuggestsItsScopes();
    void namedScopesAreTicked();
    void answersAreCutToWhatWasOffered();
    void chosenAccountsAreGranted();
    void aLifetimeEndsTheGrant();
    void theInspectorsPreflightPasses();
    void otherSitesAreRefused();
};

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
    QCOMPARE(asked.preselected, readers([](const auto &toolset) { return !toolset.deprecated; }));
    QVERIFY(asked.alreadyGranted.empty());
    QCOMPARE(asked.loginLabel, u"ada@example.com"_s);
    QCOMPARE(asked.accounts.size(), 2);
    QVERIFY(asked.sandbox);
#ifdef Q_OS_LINUX
    // The listener of the redirect URI is this test.
    QCOMPARE(asked.programPid, QCoreApplication::applicationPid());
    QCOMPARE(asked.program, QCoreApplication::applicationFilePath());
    QVERIFY(!asked.programParent.isEmpty());
    QCOMPARE(asked.registeredBy, asked.program);
    QVERIFY(!asked.hasChangedProgram());
#endif
}

void TestAuthorizationServer::anAddressOfOneToolsetSuggestsItsScopes()
{
    for (const provider::Toolset &toolset : provider::facts().toolsets) {
        OAuthClient client(*m_browser);
        const QByteArray address = m_browser->origin() + '/' + toolset.name.toLatin1() + "/mcp";
        m_browser->get(client.authorizeUrl("&resource=" + address.toPercentEncoding()),
                       "text/html");
        const ScopeSet suggested = m_server->prompter.asked.last().preselected;
        QVERIFY2(suggested ==
                     readers([&toolset](const auto &one) { return one.name == toolset.name; }),
                 qPrintable(toolset.name + u": "_s + scopes::print(suggested)));
        m_server->prompter.answer({});
        m_server->clock.advance(test::kMinute); // nobody asks that often
    }
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
    const ConsentRequest &again = m_server->prompter.asked.last();
    QCOMPARE(again.alreadyGranted, (ScopeSet{u"mcp:read"_s, u"workers:read"_s}));
    QCOMPARE(again.earlierApprovals, 1);
    QCOMPARE(again.lastUsed, m_server->clock.now());
    QCOMPARE(m_server->prompter.asked.first().earlierApprovals, 0);
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

FLAREDECK_TEST(TestAuthorizationServer)

} // namespace tst_authorizationserver

#include "tst_authorizationserver.moc"
