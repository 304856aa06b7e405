#include "core/oauth/clients/documentclients.h"

#include "tests/core/oauth/documentsite.h"
#include "tests/core/oauth/servertest.h"
#include "tests/support/testcase.h"

#include <QFloat16>
#include <QTcpServer>

namespace tst_documentclients {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

// Clients that show a document instead of registering, against a live server.
class TestDocumentClients : public ServerTest
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void q18APortlessLocalhostServesAnyPort();
    void theQuestionNamesWhoPublishes();
    void aFreshDocumentIsNotFetchedAgain();
    void tokensNeedNoWebSite();
    void anUnreachableSiteLeavesTheLastDocumentAWeek();
    void aClientWithAccessGoesOnWithoutItsSite();
    void aDocumentThatIsGoneServesNobody();
    void sitesOutOfReachAreNotPromised_data();
    void sitesOutOfReachAreNotPromised();
    void aFetchThatWorksBringsThePromiseBack();
    void itIsTriedAgainAfterSomeMinutes();
    void aWrongDocumentLeavesThePromise_data();
    void aWrongDocumentLeavesThePromise();
    void whereNobodyMayRegisterThePromiseStays();
    void switchedOffOnlyKnownClientsGoOn();
    void changesArriveWhenItIsFetchedAgain();
    void itSurvivesARestart();
    void thePreflightKnowsDocuments();
    void insideAddressesAreRefused_data();
    void insideAddressesAreRefused();
    void redirectsAreRefused();

private:
    /// Listens on a port of its own and shows the document as its id.
    std::unique_ptr<OAuthClient> makeClient()
    {
        auto client = std::make_unique<OAuthClient>(*m_browser);
        client->id = m_site->url("/client.json").toPercentEncoding();
        return client;
    }
    QByteArray authorize(const OAuthClient &client)
    {
        return client.parameter(follow(client.authorizeUrl(), 100), "code");
    }

    /// What the metadata say of this way; null when nothing.
    Json promised()
    {
        const auto answer = m_browser->get("/.well-known/oauth-authorization-server");
        return json::parse(answer.body)
            .value_or(Json::object())
            .value("client_id_metadata_document_supported", Json());
    }

    std::unique_ptr<DocumentSite> m_site;
};

void TestDocumentClients::init()
{
    m_site = std::make_unique<DocumentSite>();
    m_site->publish();
    start(m_site->network());
    m_server->prompter.atOnce = FakePrompter::allow();
}

void TestDocumentClients::cleanup()
{
    stop();
    m_site.reset();
}

void TestDocumentClients::q18APortlessLocalhostServesAnyPort()
{
    // Q18: the document says http://localhost/cb, the client listens where the system let it.
    for (int i = 0; i < 2; ++i) {
        const auto client = makeClient();
        const QByteArray code = authorize(*client);
        QVERIFY(!code.isEmpty());
        const auto tokens = client->redeem(code);
        QCOMPARE(tokens.status, 200);
        QCOMPARE(m_browser->call(Browser::text(tokens, "access_token")).status, 200);
    }
    const auto clients = m_server->oauth->clients();
    const auto known =
        std::find_if(clients.begin(), clients.end(), [](const store::Client &client) {
            return client.kind == store::ClientKind::Document;
        });
    QVERIFY(known != clients.end());
    QCOMPARE(known->id.value, m_site->clientId());
    QCOMPARE(m_server->oauth->liveGrants().first().client, known->id);
}

void TestDocumentClients::theQuestionNamesWhoPublishes()
{
    const auto client = makeClient();
    authorize(*client);
    const ConsentRequest asked = m_server->prompter.asked.first();
    QCOMPARE(asked.publishedAt, u"client.example:%1"_s.arg(m_site->port()));
    QCOMPARE(asked.clientName, u"A client"_s);

    const OAuthClient registered(*m_browser);
    authorize(registered);
    QVERIFY(m_server->prompter.asked.last().publishedAt.isEmpty());
}

void TestDocumentClients::aFreshDocumentIsNotFetchedAgain()
{
    // On a port of its own each: the same request again would be a reloaded tab.
    QVERIFY(!authorize(*makeClient()).isEmpty());
    m_server->clock.advance(5 * kMinute - 1);
    QVERIFY(!authorize(*makeClient()).isEmpty());
    QCOMPARE(m_site->requests.size(), 1);
    m_server->clock.advance(1);
    QVERIFY(!authorize(*makeClient()).isEmpty());
    QCOMPARE(m_site->requests.size(), 2);
}

void TestDocumentClients::tokensNeedNoWebSite()
{
    const auto client = makeClient();
    const QByteArray code = authorize(*client);
    m_site->serve("/client.json", {}, {}, "404 Not Found");
    const auto tokens = client->redeem(code);
    QCOMPARE(tokens.status, 200);
    m_server->clock.advance(30 * kDay);
    QCOMPARE(client->refresh(Browser::text(tokens, "refresh_token")).status, 200);
    QCOMPARE(m_site->requests.size(), 1);
}

void TestDocumentClients::anUnreachableSiteLeavesTheLastDocumentAWeek()
{
    const auto client = makeClient();
    QCOMPARE(client->redeem(authorize(*client)).status, 200);
    m_site->serve("/client.json", {}, {}, "503 Later");
    m_server->clock.advance(6 * kDay);
    QVERIFY(!authorize(*client).isEmpty());
    QVERIFY(m_server->oauth->revokeAll(u"test"_s));
    m_server->clock.advance(2 * kDay);
    const auto refused = m_browser->get(client->authorizeUrl(), "text/html");
    QCOMPARE(refused.status, 503);
    QVERIFY(refused.body.contains("503"));
}

void TestDocumentClients::aClientWithAccessGoesOnWithoutItsSite()
{
    const auto client = makeClient();
    QCOMPARE(client->redeem(authorize(*client)).status, 200);
    m_site->addresses.clear();
    m_server->clock.advance(30 * kDay);
    QVERIFY(!authorize(*makeClient()).isEmpty());
    QVERIFY(!m_server->oauth->documentProblem().isEmpty());
}

void TestDocumentClients::aDocumentThatIsGoneServesNobody()
{
    const auto client = makeClient();
    QCOMPARE(client->redeem(authorize(*client)).status, 200);
    m_site->serve("/client.json", {}, {}, "404 Not Found");
    m_server->clock.advance(kHour);
    const auto refused = m_browser->get(client->authorizeUrl(), "text/html");
    QCOMPARE(refused.status, 400);
    QVERIFY(refused.body.contains("client.example"));
    QVERIFY(refused.body.contains("404"));
    QCOMPARE(m_server->prompter.asked.size(), 1);
}

void TestDocumentClients::sitesOutOfReachAreNotPromised_data()
{
    QTest::addColumn<QByteArray>("answer"); // empty = the name has no address
    QTest::addColumn<bool>("isPublic");
    QTest::newRow("no network") << QByteArray() << true;
    QTest::newRow("the site is down") << QByteArray("503 Later") << true;
    QTest::newRow("bot protection") << QByteArray("403 Forbidden") << true;
    QTest::newRow("a filter answers its name") << QByteArray("200 OK") << false;
}

void TestDocumentClients::sitesOutOfReachAreNotPromised()
{
    QFETCH(QByteArray, answer);
    QFETCH(bool, isPublic);
    if (answer.isEmpty())
        m_site->addresses.clear();
    else
        m_site->serve("/client.json", {}, {}, answer);
    if (!isPublic) {
        stop();
        DocumentNetwork network = m_site->network();
        network.admits = DocumentNetwork::system().admits;
        start(network);
    }
    QSignalSpy changed(m_server->oauth.get(), &AuthorizationServer::problemChanged);
    QCOMPARE(promised(), Json(true));

    // None of these clients falls back by itself: the page says how to go on, and the next try
    // finds the way to register.
    const auto client = makeClient();
    const auto page = m_browser->get(client->authorizeUrl(), "text/html");
    QVERIFY(page.status >= 400);
    QVERIFY(page.body.contains("start it again"));
    QCOMPARE(promised(), Json());
    QCOMPARE(changed.size(), 1);
    QVERIFY(m_server->oauth->documentProblem().contains("client.example"_L1));

    m_server->prompter.atOnce = FakePrompter::allow();
    const OAuthClient registered(*m_browser);
    QVERIFY(!authorize(registered).isEmpty());
}

void TestDocumentClients::aFetchThatWorksBringsThePromiseBack()
{
    m_site->serve("/client.json", {}, {}, "503 Later");
    m_browser->get(makeClient()->authorizeUrl(), "text/html");
    QCOMPARE(promised(), Json());
    m_site->publish();
    m_server->clock.advance(DocumentFetcher::kFailureKept);
    QVERIFY(!authorize(*makeClient()).isEmpty());
    QCOMPARE(promised(), Json(true));
    QVERIFY(m_server->oauth->documentProblem().isEmpty());
}

void TestDocumentClients::itIsTriedAgainAfterSomeMinutes()
{
    m_site->serve("/client.json", {}, {}, "503 Later");
    m_browser->get(makeClient()->authorizeUrl(), "text/html");
    m_server->clock.advance(DocumentClients::kRetryAfter);
    QCOMPARE(promised(), Json()); // nobody waits for the web site
    QTRY_COMPARE(m_site->requests.size(), 2);
    m_site->publish();
    // When the failure was noted, nobody but the server knows: the next try is due after that.
    const auto later = [this] {
        m_server->clock.advance(DocumentClients::kRetryAfter);
        return promised();
    };
    QTRY_COMPARE(later(), Json(true));
}

void TestDocumentClients::aWrongDocumentLeavesThePromise_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::newRow("gone") << QByteArray("404 Not Found");
    QTest::newRow("no document") << QByteArray("200 OK");
    QTest::newRow("it moved") << QByteArray("302 Found");
}

void TestDocumentClients::aWrongDocumentLeavesThePromise()
{
    QFETCH(QByteArray, status);
    m_site->serve("/client.json", "{}", {}, status);
    const auto page = m_browser->get(makeClient()->authorizeUrl(), "text/html");
    QCOMPARE(page.status, 400);
    QVERIFY(page.body.contains("may be able to register itself"));
    QCOMPARE(promised(), Json(true));
    QVERIFY(m_server->oauth->documentProblem().isEmpty());
}

void TestDocumentClients::whereNobodyMayRegisterThePromiseStays()
{
    m_server->oauth->setOptions({.opensRegistration = false});
    m_site->addresses.clear();
    const auto page = m_browser->get(makeClient()->authorizeUrl(), "text/html");
    QVERIFY(page.body.contains("let clients register themselves, under Settings"));
    QCOMPARE(promised(), Json(true));
}

void TestDocumentClients::switchedOffOnlyKnownClientsGoOn()
{
    QVERIFY(!authorize(*makeClient()).isEmpty());
    m_server->oauth->setOptions({.acceptsDocuments = false});
    QCOMPARE(promised(), Json());
    m_server->clock.advance(kHour);
    QVERIFY(!authorize(*makeClient()).isEmpty());

    const auto unknown = makeClient();
    unknown->id = m_site->url("/unknown.json").toPercentEncoding();
    m_site->publish({}, "/unknown.json");
    const auto refused = m_browser->get(unknown->authorizeUrl(), "text/html");
    QCOMPARE(refused.status, 400);
    QVERIFY(refused.body.contains("switched off in Flaredeck"));
    QCOMPARE(m_site->requests.size(), 1);
}

void TestDocumentClients::changesArriveWhenItIsFetchedAgain()
{
    const auto client = makeClient();
    QCOMPARE(client->redeem(authorize(*client)).status, 200);
    const Millis firstSeen = m_server->clock.now();
    Json changed = m_site->document();
    changed["client_name"] = "Another name";
    m_site->serveJson("/client.json", json::print(changed));
    m_server->clock.advance(kHour);
    QVERIFY(!authorize(*client).isEmpty());
    QCOMPARE(m_server->prompter.asked.last().clientName, u"Another name"_s);
    QCOMPARE(m_server->prompter.asked.last().firstSeen, firstSeen);
    QCOMPARE(m_server->prompter.asked.last().alreadyGranted, ScopeSet{u"mcp:read"_s});
}

void TestDocumentClients::itSurvivesARestart()
{
    const auto client = makeClient();
    const auto tokens = client->redeem(authorize(*client));
    m_server->oauth->flush();
    m_site->serve("/client.json", {}, {}, "503 Later");
    const auto before = m_server->oauth->clients();
    m_server->restart();
    QCOMPARE(m_server->oauth->clients(), before);
}

void TestDocumentClients::thePreflightKnowsDocuments()
{
    const auto client = makeClient();
    QCOMPARE(m_browser->get(client->authorizeUrl(), "application/json").status, 200);
    QVERIFY(m_server->prompter.asked.isEmpty());

    client->id = m_site->url("/none.json").toPercentEncoding();
    m_site->serve("/none.json", {}, {}, "404 Not Found");
    const auto gone = m_browser->get(client->authorizeUrl(), "application/json");
    QCOMPARE(gone.status, 401);
    QCOMPARE(Browser::text(gone, "error"), QByteArray("invalid_client"));

    client->id = m_site->url("/busy.json").toPercentEncoding();
    m_site->serve("/busy.json", {}, {}, "500 Oops");
    const auto busy = m_browser->get(client->authorizeUrl(), "application/json");
    QCOMPARE(busy.status, 503);
    QCOMPARE(Browser::text(busy, "error"), QByteArray("temporarily_unavailable"));

    client->id = QByteArray("http://client.example/client.json").toPercentEncoding();
    const auto plain = m_browser->get(client->authorizeUrl(), "application/json");
    QCOMPARE(plain.status, 401);
    QVERIFY(Browser::text(plain, "error_description").contains("https://"));
}

void TestDocumentClients::insideAddressesAreRefused_data()
{
    QTest::addColumn<QStringList>("addresses");
    QTest::newRow("this computer") << QStringList{u"127.0.0.1"_s};
    QTest::newRow("machine credentials") << QStringList{u"169.254.169.254"_s};
    QTest::newRow("public and private") << QStringList{u"1.1.1.1"_s, u"10.0.0.1"_s};
}

void TestDocumentClients::insideAddressesAreRefused()
{
    QFETCH(QStringList, addresses);
    m_site->addresses.clear();
    for (const QString &address : addresses)
        m_site->addresses << QHostAddress(address);
    DocumentNetwork network = m_site->network();
    network.admits = DocumentNetwork::system().admits;
    stop();
    start(network);

    const auto client = makeClient();
    const auto refused = m_browser->get(client->authorizeUrl(), "text/html");
    QCOMPARE(refused.status, 400);
    QVERIFY(refused.body.contains("client.example is not on the public internet"));
    QCOMPARE(m_site->resolved, QStringList{u"client.example"_s});
    QCOMPARE(m_site->connections, 0);
    QVERIFY(m_server->prompter.asked.isEmpty());
}

void TestDocumentClients::redirectsAreRefused()
{
    QTcpServer inside;
    QVERIFY(inside.listen(QHostAddress::LocalHost));
    m_site->serve("/client.json", {},
                  "Location: http://127.0.0.1:" + QByteArray::number(inside.serverPort()) + "/\r\n",
                  "302 Found");
    const auto client = makeClient();
    const auto refused = m_browser->get(client->authorizeUrl(), "text/html");
    QCOMPARE(refused.status, 400);
    QVERIFY(refused.body.contains("redirects to another one"));
    QVERIFY(!inside.hasPendingConnections());
}

FLAREDECK_TEST(TestDocumentClients)

} // namespace tst_documentclients

#include "tst_documentclients.moc"
