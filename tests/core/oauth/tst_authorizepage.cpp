#include "core/oauth/consent/flowtab.h"
#include "tests/core/oauth/servertest.h"
#include "tests/core/oauth/thief.h"
#include "tests/support/testcase.h"

namespace tst_authorizepage {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

#ifdef Q_OS_LINUX
#define SKIP_WHERE_PROGRAMS_ARE_UNKNOWN
#else
#define SKIP_WHERE_PROGRAMS_ARE_UNKNOWN QSKIP("programs are told apart on Linux only, so far");
#endif

/// The tab that a client opens: what it shows, how it waits, where it goes.
class TestAuthorizePage : public ServerTest
{
    Q_OBJECT

private slots:
    void init() { start(); }
    void cleanup() { stop(); }
    void theSignInTabComesBack();
    void aFailedSignInReachesTheClient();
    void whatTheSignInLacksTakesANewOne_data();
    void whatTheSignInLacksTakesANewOne();
    void browsersGetAPage();
    void theCodeIsHandedOutOnce();
    void preflightStartsNothing();
    void aDeletedClientLearnsItFromThePreflight();
    void doubtfulRequestsStayHere();
    void pagesShowWhatIsHidden();
    void framesAreRefused();
    void reloadingResumes();
    void siblingsShareOneQuestion();
    void siblingsAtOtherPortsShareOneQuestion();
    void anotherProgramGetsAQuestionOfItsOwn();
    void aDeniedTabKeepsItsWords();
    void aSuspendedTabKeepsItsQuestion();
    void aLateYesServesTheNextRequest();
    void aLateYesIsForgotten();
    void noCodeForAProgramThatTookThePort();
    void noCodeForAnotherProgramThanTheRegistrant();
    void aCopiedIdIsAskedAboutAsWhatItIs();
    void cancellingWithdrawsTheQuestion();
    void tooManyPendingFlowsAreTurnedAway();
    void theCodeWaitsForTheListener();
    void pollingIsLimited();
    void pagesForPeopleHaveNoCors();
};

void TestAuthorizePage::theSignInTabComesBack()
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

void TestAuthorizePage::aFailedSignInReachesTheClient()
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

void TestAuthorizePage::whatTheSignInLacksTakesANewOne_data()
{
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<bool>("isTicked");
    QTest::newRow("asked for by name") << QByteArray("&scope=workers:read") << true;
    QTest::newRow("not asked for") << QByteArray() << false;
}

void TestAuthorizePage::whatTheSignInLacksTakesANewOne()
{
    QFETCH(QByteArray, asked);
    QFETCH(bool, isTicked);
    OAuthClient client(*m_browser);
    auto &logins = m_server->logins;
    logins.present->lacking = {u"workers:read"_s};
    logins.tabUrl = m_browser->origin() + "/oauth/callback?code=x&state=y"; // signs in at once

    m_server->prompter.atOnce = FakePrompter::allow({u"mcp:read"_s, u"observability:read"_s});
    QVERIFY(!client.parameter(follow(client.authorizeUrl(asked)), "code").isEmpty());
    QCOMPARE(logins.signIns, 0); // left out, it costs nothing
    const ConsentRequest &question = m_server->prompter.asked.last();
    QCOMPARE(question.lacking, ScopeSet{u"workers:read"_s});
    QCOMPARE(question.preselected.contains(u"workers:read"_s), isTicked);

    m_server->prompter.atOnce = FakePrompter::allow({u"mcp:read"_s, u"workers:read"_s});
    const QByteArray location = follow(client.authorizeUrl(asked));
    QCOMPARE(logins.signIns, 1);
    const auto tokens = client.redeem(client.parameter(location, "code"));
    QCOMPARE(Browser::text(tokens, "scope"), QByteArray("mcp:read workers:read"));
    // The new one holds it.
    follow(client.authorizeUrl(asked));
    QCOMPARE(logins.signIns, 1);
    QVERIFY(m_server->prompter.asked.last().lacking.empty());
}

void TestAuthorizePage::browsersGetAPage()
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

void TestAuthorizePage::theCodeIsHandedOutOnce()
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

void TestAuthorizePage::preflightStartsNothing()
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

void TestAuthorizePage::aDeletedClientLearnsItFromThePreflight()
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

void TestAuthorizePage::doubtfulRequestsStayHere()
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

void TestAuthorizePage::pagesShowWhatIsHidden()
{
    const QByteArray page =
        flowpages::message(400, QStringLiteral("A\u202E<b>"), QStringLiteral("a\u200B\u3164b"))
            .body;
    QVERIFY2(page.contains("A\\u{202e}&lt;b&gt;"), page);
    QVERIFY2(page.contains("a\\u{200b}\\u{3164}b"), page);
}

void TestAuthorizePage::framesAreRefused()
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

void TestAuthorizePage::reloadingResumes()
{
    OAuthClient client(*m_browser);
    const QByteArray first = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    const QByteArray second = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    QCOMPARE(first, second);
    QCOMPARE(m_server->prompter.asked.size(), 1);
}

void TestAuthorizePage::siblingsShareOneQuestion()
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

void TestAuthorizePage::siblingsAtOtherPortsShareOneQuestion()
{
    OAuthClient client(*m_browser);
    QTcpServer second;
    QVERIFY(second.listen(QHostAddress::LocalHost));
    QByteArray url = client.authorizeUrl();
    url.replace("%3A" + QByteArray::number(client.port),
                "%3A" + QByteArray::number(second.serverPort()));
    const QByteArray first = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    const QByteArray other = flowPathIn(m_browser->get(url, "text/html"));
    QVERIFY(first != other);
    QCOMPARE(m_server->prompter.asked.size(), 1);
    m_server->prompter.answer(FakePrompter::allow());
    QVERIFY(follow(first).contains(":" + QByteArray::number(client.port) + "/cb?code="));
    QVERIFY(follow(other).contains(":" + QByteArray::number(second.serverPort()) + "/cb?code="));
}

void TestAuthorizePage::anotherProgramGetsAQuestionOfItsOwn()
{
    SKIP_WHERE_PROGRAMS_ARE_UNKNOWN
    OAuthClient client(*m_browser);
    const Thief thief;
    QVERIFY(thief.port() > 0);
    QByteArray url = client.authorizeUrl();
    url.replace("%3A" + QByteArray::number(client.port), "%3A" + QByteArray::number(thief.port()));
    m_browser->get(client.authorizeUrl(), "text/html");
    m_browser->get(url, "text/html");
    QCOMPARE(m_server->prompter.asked.size(), 2);
    QVERIFY(!m_server->prompter.asked.first().hasChangedProgram());
    QVERIFY(m_server->prompter.asked.last().hasChangedProgram());
    QCOMPARE(m_server->prompter.asked.last().program, thief.executable());
}

void TestAuthorizePage::aDeniedTabKeepsItsWords()
{
    OAuthClient client(*m_browser);
    const auto page = m_browser->get(client.authorizeUrl(), "text/html");
    // The page itself tells the client, who need not listen any more.
    QVERIFY(page.headers.value("Content-Security-Policy")
                .contains("connect-src 'self' http://localhost:" + QByteArray::number(client.port) +
                          ";"));
    QVERIFY(page.body.contains("start it again"));
    client.stopListening();
    ConsentAnswer no;
    no.reason = u"The person denied the request."_s;
    m_server->prompter.answer(no);
    const QByteArray flow = flowPathIn(page);
    const auto status = m_browser->get(flow + "/status?seen=consent");
    QCOMPARE(Browser::json(status).value("stay", false), true);
    QCOMPARE(Browser::text(status, "message"), QByteArray("The person denied the request."));
    QCOMPARE(client.parameter(Browser::text(status, "next"), "error"), QByteArray("access_denied"));
    const auto again = m_browser->get(flow, "text/html");
    QCOMPARE(again.status, 200);
    QVERIFY(again.body.contains("The person denied the request."));
    // Who cannot show a page is redirected.
    QCOMPARE(m_browser->get(flow).status, 302);
}

void TestAuthorizePage::aSuspendedTabKeepsItsQuestion()
{
    OAuthClient client(*m_browser);
    const QByteArray flow = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    m_server->clock.advance(5 * 60 * kSecond); // nobody polls
    QVERIFY(m_server->prompter.withdrawn.isEmpty());
    m_server->prompter.answer(FakePrompter::allow());
    const QByteArray location = follow(flow);
    QCOMPARE(client.redeem(client.parameter(location, "code")).status, 200);
}

void TestAuthorizePage::aLateYesServesTheNextRequest()
{
    SKIP_WHERE_PROGRAMS_ARE_UNKNOWN
    OAuthClient client(*m_browser);
    const QByteArray gone = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    m_server->prompter.answer(FakePrompter::allow({u"workers:read"_s}));
    QTRY_COMPARE(m_server->vault->grants.count({QString::fromLatin1(client.id)}), 1);
    const QByteArray retrySecret(43, 'r');
    const QByteArray code = client.parameter(follow(client.authorizeUrl({}, retrySecret)), "code");
    QCOMPARE(m_server->prompter.asked.size(), 1);
    const auto tokens = client.redeem(code, retrySecret);
    QCOMPARE(Browser::text(tokens, "scope"), QByteArray("mcp:read workers:read"));
    // It was used up: the first tab gets nothing, and the next request is a question again.
    QCOMPARE(Browser::text(m_browser->get(gone + "/status"), "state"), QByteArray("failed"));
    m_browser->get(client.authorizeUrl({}, QByteArray(43, 'q')), "text/html");
    QCOMPARE(m_server->prompter.asked.size(), 2);
}

void TestAuthorizePage::aLateYesIsForgotten()
{
    OAuthClient client(*m_browser);
    m_browser->get(client.authorizeUrl(), "text/html");
    m_server->prompter.answer(FakePrompter::allow());
    m_browser->get(client.authorizeUrl("&scope=workers:read", QByteArray(43, 'o')), "text/html");
    QCOMPARE(m_server->prompter.asked.size(), 2); // asks for something else
    m_server->clock.advance(300 * kSecond);
    m_browser->get(client.authorizeUrl({}, QByteArray(43, 'r')), "text/html");
    QCOMPARE(m_server->prompter.asked.size(), 3);
}

void TestAuthorizePage::noCodeForAProgramThatTookThePort()
{
    SKIP_WHERE_PROGRAMS_ARE_UNKNOWN
    OAuthClient client(*m_browser);
    const QByteArray flow = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    client.stopListening();
    const Thief thief(client.port);
    QCOMPARE(thief.port(), client.port);
    m_server->prompter.answer(FakePrompter::allow());
    auto status = m_browser->get(flow + "/status?seen=consent");
    if (Browser::text(status, "state") == "finishing")
        status = m_browser->get(flow + "/status?seen=finishing");
    QCOMPARE(Browser::text(status, "state"), QByteArray("failed"));
    QVERIFY(Browser::text(status, "message").contains(thief.executable().toUtf8()));
    QVERIFY(!Browser::json(status).contains("next"));
    QVERIFY(m_browser->get(flow, "text/html").body.contains(thief.executable().toUtf8()));
    QCOMPARE(m_server->prompter.warnings.size(), 1);
    QVERIFY(m_server->prompter.warnings.first().contains(thief.executable()));
    QVERIFY(m_server->oauth->liveGrants().isEmpty());
}

void TestAuthorizePage::noCodeForAnotherProgramThanTheRegistrant()
{
    SKIP_WHERE_PROGRAMS_ARE_UNKNOWN
    OAuthClient client(*m_browser);
    client.stopListening();
    m_server->prompter.atOnce = FakePrompter::allow();
    const QByteArray flow = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    const ConsentRequest asked = m_server->prompter.asked.first();
    QCOMPARE(asked.programPid, 0);
    QCOMPARE(asked.registeredBy, QCoreApplication::applicationFilePath());
    auto status = m_browser->get(flow + "/status?seen=finishing");
    QCOMPARE(Browser::text(status, "state"), QByteArray("waiting_for_client"));
    const Thief thief(client.port);
    QCOMPARE(thief.port(), client.port);
    status = m_browser->get(flow + "/status?seen=waiting_for_client");
    QCOMPARE(Browser::text(status, "state"), QByteArray("failed"));
    QVERIFY(!Browser::json(status).contains("next"));
    QCOMPARE(m_server->prompter.warnings.size(), 1);
}

void TestAuthorizePage::aCopiedIdIsAskedAboutAsWhatItIs()
{
    SKIP_WHERE_PROGRAMS_ARE_UNKNOWN
    OAuthClient client(*m_browser);
    QCOMPARE(allowAndRedeem(client).status, 200);
    m_server->prompter.atOnce.reset();

    // Another program knows name and id of a client that was allowed, and listens for the answer.
    const Thief thief;
    const QByteArray own = QByteArray(client.authorizeUrl("&scope=workers:read"))
                               .replace("%3A" + QByteArray::number(client.port),
                                        "%3A" + QByteArray::number(thief.port()));
    const QByteArray flow = flowPathIn(m_browser->get(own, "text/html"));
    QCOMPARE(m_server->prompter.asked.size(), 2); // nothing is let through unasked
    const ConsentRequest &asked = m_server->prompter.asked.last();
    QCOMPARE(asked.program, thief.executable());
    QCOMPARE(asked.registeredBy, QCoreApplication::applicationFilePath());
    QVERIFY(asked.hasChangedProgram());
    QVERIFY(asked.redirectTarget.contains(QString::number(thief.port())));

    ConsentAnswer no;
    no.reason = u"Not that program."_s;
    m_server->prompter.answer(no);
    QCOMPARE(Browser::text(m_browser->get(flow + "/status?seen=consent"), "state"),
             QByteArray("failed"));
    QCOMPARE(m_server->oauth->liveGrants().size(), 1); // the real one goes on
}

void TestAuthorizePage::cancellingWithdrawsTheQuestion()
{
    OAuthClient client(*m_browser);
    const QByteArray flow = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    QCOMPARE(m_browser->send("POST", flow + "/cancel").status, 405);
    QCOMPARE(m_browser->send("HEAD", flow + "/cancel").status, 200);
    QVERIFY(m_server->prompter.withdrawn.isEmpty());
    const auto answer = m_browser->get(flow + "/cancel", "text/html");
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.contains("cancelled in the browser"));
    const auto status = m_browser->get(flow + "/status?seen=consent");
    QCOMPARE(client.parameter(Browser::text(status, "next"), "error"), QByteArray("access_denied"));
    QCOMPARE(m_server->prompter.withdrawn, QStringList{m_server->prompter.asked.first().id});
}

void TestAuthorizePage::tooManyPendingFlowsAreTurnedAway()
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

void TestAuthorizePage::theCodeWaitsForTheListener()
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

void TestAuthorizePage::pollingIsLimited()
{
    OAuthClient client(*m_browser);
    const QByteArray flow = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    for (int i = 0; i < 10; ++i)
        QCOMPARE(m_browser->get(flow + "/status?seen=x").status, 200);
    const auto refused = m_browser->get(flow + "/status?seen=x");
    QCOMPARE(refused.status, 429);
    QVERIFY(!refused.headers.value("Retry-After").isEmpty());
}

void TestAuthorizePage::pagesForPeopleHaveNoCors()
{
    OAuthClient client(*m_browser);
    const auto page =
        m_browser->send("GET", client.authorizeUrl(),
                        {{"Accept", "text/html"}, {"Origin", "http://localhost:6274"}});
    QVERIFY(page.headers.value("Access-Control-Allow-Origin").isEmpty());
}

FLAREDECK_TEST(TestAuthorizePage)

} // namespace tst_authorizepage

#include "tst_authorizepage.moc"
