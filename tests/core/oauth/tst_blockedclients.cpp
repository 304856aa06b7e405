#include "core/store/audit/auditreader.h"
#include "tests/core/oauth/servertest.h"
#include "tests/core/store/storedclient.h"
#include "tests/support/testcase.h"

namespace tst_blockedclients {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

/// A client that a person has blocked gets nothing, is told so in words, and has no reason to
/// register as somebody else.
class TestBlockedClients : public ServerTest
{
    Q_OBJECT

private slots:
    void init() { start(); }
    void cleanup() { stop(); }
    void itsAccessEndsAtOnce();
    void theTokenEndpointNeverSaysInvalidClient();
    void tabAndClientAreToldInWords();
    void aFloodOfTabsIsRefusedWithoutThem();
    void theBlockOutlivesARestartAndOldAge();
    void aBlockIsSavedAsSoonAsTheDiskAllows();
    void itCannotTakeItsRegistrationAway();
    void theQuestionOffersIt();
    void aYesOfBeforeIsVoid();
    void afterwardsItMayAskAgain();
    void aDocumentKeepsItsBlock();
    void theAuditTrailTells();

private:
    static ClientId idOf(const OAuthClient &client) { return {QString::fromLatin1(client.id)}; }
    [[nodiscard]] QStringList auditOutcomes(store::AuditKind kind)
    {
        QStringList outcomes;
        auto reader = store::AuditReader::open(m_server->vault.file());
        const auto rows = reader->rows(0, 100);
        for (const store::AuditRow &row : *rows) {
            if (row.event == store::auditName(kind))
                outcomes << row.outcome;
        }
        return outcomes;
    }
};

void TestBlockedClients::itsAccessEndsAtOnce()
{
    OAuthClient client(*m_browser);
    const auto tokens = allowAndRedeem(client);
    const QByteArray access = Browser::text(tokens, "access_token");
    QCOMPARE(m_browser->call(access).status, 200);
    QSignalSpy ended(m_server->oauth.get(), &AuthorizationServer::grantRevoked);
    QVERIFY(m_server->oauth->blockClient(idOf(client)));
    QCOMPARE(ended.size(), 1);
    QVERIFY(m_server->oauth->liveGrants().isEmpty());
    QCOMPARE(m_browser->call(access).status, 401);
    QCOMPARE(m_server->oauth->blockClient({u"nobody"_s}).error().kind, Error::Kind::NotFound);
}

void TestBlockedClients::theTokenEndpointNeverSaysInvalidClient()
{
    OAuthClient client(*m_browser);
    const auto tokens = allowAndRedeem(client);
    m_server->prompter.atOnce = FakePrompter::allow();
    const QByteArray code =
        client.parameter(follow(client.authorizeUrl({}, QByteArray(43, 'w'))), "code");
    QVERIFY(m_server->oauth->blockClient(idOf(client)));
    for (const auto &answer :
         {client.refresh(Browser::text(tokens, "refresh_token")),
          client.redeem(code, QByteArray(43, 'w')), client.refresh("cfl_rt_unknown")}) {
        QCOMPARE(answer.status, 400);
        QCOMPARE(Browser::text(answer, "error"), QByteArray("invalid_grant"));
        QCOMPARE(Browser::text(answer, "error_description"),
                 QByteArray("This client is blocked in Flaredeck."));
    }
}

void TestBlockedClients::tabAndClientAreToldInWords()
{
    OAuthClient client(*m_browser);
    QVERIFY(m_server->oauth->blockClient(idOf(client)));
    const auto page = m_browser->get(client.authorizeUrl(), "text/html");
    QCOMPARE(page.status, 200);
    QVERIFY(page.body.contains("This client is blocked in Flaredeck"));
    const auto status = m_browser->get(flowPathIn(page) + "/status?seen=consent");
    QCOMPARE(Browser::text(status, "state"), QByteArray("failed"));
    QCOMPARE(Browser::json(status).value("stay", false), true);
    const QByteArray told = Browser::text(status, "next");
    QCOMPARE(client.parameter(told, "error"), QByteArray("access_denied"));
    QVERIFY(client.parameter(told, "error_description").contains("unblock it there"));
    QCOMPARE(client.parameter(told, "state"), QByteArray("s+1"));
    // A client that only follows redirects, and one that looks before it opens a browser.
    QCOMPARE(client.parameter(follow(client.authorizeUrl()), "error"), QByteArray("access_denied"));
    const auto preflight = m_browser->get(client.authorizeUrl(), "application/json");
    QCOMPARE(preflight.status, 403);
    QCOMPARE(Browser::text(preflight, "error"), QByteArray("access_denied"));
    QVERIFY(m_server->prompter.asked.isEmpty());
}

void TestBlockedClients::aFloodOfTabsIsRefusedWithoutThem()
{
    OAuthClient client(*m_browser);
    OAuthClient other(*m_browser);
    QVERIFY(m_server->oauth->blockClient(idOf(client)));
    for (int i = 0; i < 30; ++i)
        QCOMPARE(client.parameter(follow(client.authorizeUrl()), "error"),
                 QByteArray("access_denied"));
    QCOMPARE(allowAndRedeem(other).status, 200); // it took nobody's turn
}

void TestBlockedClients::theBlockOutlivesARestartAndOldAge()
{
    OAuthClient client(*m_browser);
    QVERIFY(m_server->oauth->blockClient(idOf(client)));
    m_server->clock.advance(400 * kDay);
    const OAuthClient newcomer(*m_browser); // a registration is what removes old ones
    QVERIFY(!newcomer.id.isEmpty());
    m_server->restart();
    QCOMPARE(client.parameter(follow(client.authorizeUrl()), "error"), QByteArray("access_denied"));
}

void TestBlockedClients::aBlockIsSavedAsSoonAsTheDiskAllows()
{
    OAuthClient client(*m_browser);
    m_server->vault.setWritable(false);
    const auto blocked = m_server->oauth->blockClient(idOf(client));
    QCOMPARE(blocked.error().kind, Error::Kind::Storage);
    QVERIFY(m_server->oauth->problem().contains(u"block"_s));
    QCOMPARE(client.parameter(follow(client.authorizeUrl()), "error"), QByteArray("access_denied"));
    m_server->vault.setWritable(true);
    QTRY_VERIFY(m_server->oauth->problem().isEmpty());
    QVERIFY(test::storedClient(*m_server->vault, idOf(client))->isBlocked());
}

void TestBlockedClients::itCannotTakeItsRegistrationAway()
{
    const Json body{{"redirect_uris", {"http://localhost:1/cb"}},
                    {"token_endpoint_auth_method", "none"}};
    const auto registered = m_browser->send(
        "POST", "/register", {{"Content-Type", "application/json"}}, json::print(body));
    const QByteArray address = Browser::text(registered, "registration_client_uri");
    const http::Headers token{
        {"Authorization", "Bearer " + Browser::text(registered, "registration_access_token")}};
    const ClientId id{QString::fromLatin1(Browser::text(registered, "client_id"))};
    QVERIFY(m_server->oauth->blockClient(id));
    for (const char *method : {"GET", "DELETE"})
        QCOMPARE(m_browser->send(method, address, token).status, 403);
    QVERIFY(m_server->oauth->unblockClient(id));
    QCOMPARE(m_browser->send("DELETE", address, token).status, 204);
}

void TestBlockedClients::theQuestionOffersIt()
{
    OAuthClient client(*m_browser);
    const QByteArray first = flowPathIn(m_browser->get(client.authorizeUrl(), "text/html"));
    const QByteArray second =
        flowPathIn(m_browser->get(client.authorizeUrl("&scope=observability%3Aread"), "text/html"));
    QCOMPARE(m_server->prompter.asked.size(), 2);
    ConsentAnswer never;
    never.reason = u"The person blocked this client."_s;
    never.blocks = true;
    m_server->prompter.answer(never);
    for (const QByteArray &flow : {first, second}) {
        const auto status = m_browser->get(flow + "/status?seen=consent");
        QCOMPARE(Browser::text(status, "state"), QByteArray("failed"));
    }
    QCOMPARE(m_server->prompter.withdrawn, QStringList{m_server->prompter.asked.first().id});
    QVERIFY(m_server->oauth->clients().first().isBlocked());
    follow(client.authorizeUrl());
    QCOMPARE(m_server->prompter.asked.size(), 2);
}

void TestBlockedClients::aYesOfBeforeIsVoid()
{
    OAuthClient client(*m_browser);
    m_browser->get(client.authorizeUrl(), "text/html");
    m_server->prompter.answer(FakePrompter::allow()); // the tab never comes for it
    QVERIFY(m_server->oauth->blockClient(idOf(client)));
    QVERIFY(m_server->oauth->unblockClient(idOf(client)));
    m_browser->get(client.authorizeUrl({}, QByteArray(43, 'w')), "text/html");
    QCOMPARE(m_server->prompter.asked.size(), 2);
}

void TestBlockedClients::afterwardsItMayAskAgain()
{
    OAuthClient client(*m_browser);
    QVERIFY(m_server->oauth->blockClient(idOf(client)));
    QVERIFY(m_server->oauth->unblockClient(idOf(client)));
    QVERIFY(!m_server->oauth->clients().first().isBlocked());
    QCOMPARE(allowAndRedeem(client).status, 200);
}

void TestBlockedClients::aDocumentKeepsItsBlock()
{
    ManualClock clock;
    TestVault vault(clock);
    ClientRegistry clients(*vault, clock);
    store::Client document;
    document.id = {u"https://app.example/client.json"_s};
    document.kind = store::ClientKind::Document;
    document.redirectUris = {u"https://app.example/cb"_s};
    QVERIFY(clients.saveDocument(document));
    QVERIFY(clients.setBlocked(document.id, true));
    QVERIFY(clients.saveDocument(document)); // fetched again
    QVERIFY(clients.find(document.id)->isBlocked());
    QVERIFY(test::storedClient(*vault, document.id)->isBlocked());
}

void TestBlockedClients::theAuditTrailTells()
{
    OAuthClient client(*m_browser);
    QVERIFY(m_server->oauth->blockClient(idOf(client)));
    QVERIFY(m_server->oauth->blockClient(idOf(client))); // nothing new
    follow(client.authorizeUrl());
    QVERIFY(m_server->oauth->unblockClient(idOf(client)));
    QCOMPARE(auditOutcomes(store::AuditKind::ClientBlocked), QStringList{u"Blocked by you"_s});
    QCOMPARE(auditOutcomes(store::AuditKind::Blocked),
             QStringList{u"A blocked client asked for access"_s});
    QCOMPARE(auditOutcomes(store::AuditKind::ClientUnblocked), QStringList{u"May ask again"_s});
}

FLAREDECK_TEST(TestBlockedClients)

} // namespace tst_blockedclients

#include "tst_blockedclients.moc"
