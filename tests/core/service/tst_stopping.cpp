#include "coretest.h"
#include "tests/support/testcase.h"

#include <QCoroTask>

namespace tst_stopping {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

namespace {

Task<> keep(Task<Result<>> task, std::optional<Result<>> *end)
{
    *end = co_await task;
}

} // namespace

/// The core may go while anything at all waits. Every task of it has ended then: a TaskScope ends
/// the program where one has not.
class TestStopping : public CoreTest
{
    Q_OBJECT

    /// A client that has access, and whose calls reach the stand-in.
    void connectClient()
    {
        m_client = std::make_unique<test::OAuthClient>(port(), u"Claude Code"_s);
        QVERIFY(m_client->signIn());
        m_session = std::make_unique<McpClient>(port(), m_client->token());
        QVERIFY(m_session->open(kRevision));
    }
    /// With and without the orderly end before it.
    void end(bool inOrder)
    {
        if (inOrder)
            m_core->shutDown();
        m_core.reset();
    }
    static void inBothWays()
    {
        QTest::addColumn<bool>("inOrder");
        QTest::newRow("in order") << true;
        QTest::newRow("at once") << false;
    }

    std::unique_ptr<test::OAuthClient> m_client;
    std::unique_ptr<McpClient> m_session;

private slots:
    void init() { prepare(); }
    void cleanup()
    {
        m_session.reset();
        m_client.reset();
        shutDown();
    }

    void whileTheKeychainIsAsked_data() { inBothWays(); }
    void whileTheKeychainIsAsked()
    {
        QFETCH(const bool, inOrder);
        start(std::make_unique<test::SilentKeychain>());
        end(inOrder);
    }

    void whileConsentIsAsked_data() { inBothWays(); }
    void whileConsentIsAsked()
    {
        QFETCH(const bool, inOrder);
        start();
        connectClient();
        m_person.isAway = true;
        QTcpServer listener;
        QVERIFY(listener.listen(QHostAddress::LocalHost));
        const QByteArray redirect =
            "http%3A%2F%2F127.0.0.1%3A" + QByteArray::number(listener.serverPort()) + "%2Fcb";
        const QString id = registerAt(listener.serverPort());
        HttpCall tab(port(), "GET",
                     "/authorize?response_type=code&client_id=" + id.toLatin1() +
                         "&redirect_uri=" + redirect +
                         "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
                         "&code_challenge_method=S256",
                     {{"Accept", "text/html"}});
        QVERIFY(tab.finish());
        QCOMPARE(tab.status(), 200);
        end(inOrder);
    }

    void whileACallAsksAPerson_data() { inBothWays(); }
    void whileACallAsksAPerson()
    {
        QFETCH(const bool, inOrder);
        start();
        connectClient();
        QVERIFY(m_core->withdrawScope(onlyGrant(), u"workers:read"_s));
        m_person.isAway = true;
        const auto call = m_session->begin("tools/call", workersList());
        QTRY_COMPARE(m_person.asked.size(), 1);
        end(inOrder);
    }

    void whileSomebodySignsIn_data() { inBothWays(); }
    void whileSomebodySignsIn()
    {
        QFETCH(const bool, inOrder);
        start();
        m_person.hasScreen = true;
        std::optional<Result<>> signedIn;
        keep(m_core->signIn(), &signedIn);
        QTRY_COMPARE(m_person.signIns.size(), 1);
        end(inOrder);
        QVERIFY(signedIn);
        QVERIFY(!*signedIn);
    }

    void whileTheSignInPageIsNotShownYet_data() { inBothWays(); }
    void whileTheSignInPageIsNotShownYet()
    {
        QFETCH(const bool, inOrder);
        start();
        m_person.isAway = true;
        std::optional<Result<>> signedIn;
        keep(m_core->signIn(), &signedIn);
        QTRY_COMPARE(m_person.signIns.size(), 1);
        end(inOrder);
        QVERIFY(signedIn);
    }

    void whileCloudflareIsWaitedFor_data()
    {
        QTest::addColumn<bool>("inOrder");
        QTest::addColumn<QByteArray>("place");
        for (const bool inOrder : {true, false}) {
            for (const char *place : {"api", "token"})
                QTest::addRow("%s, %s", place, inOrder ? "in order" : "at once")
                    << inOrder << QByteArray(place);
        }
    }
    void whileCloudflareIsWaitedFor()
    {
        QFETCH(const bool, inOrder);
        QFETCH(const QByteArray, place);
        start();
        connectClient();
        QVERIFY(orderFault(slow(place)));
        if (place == "token")
            QVERIFY(orderFault("{\"kind\":\"token_expired\"}"));
        const auto call = m_session->begin("tools/call", workersList());
        QTRY_COMPARE(m_core->snapshot()->clients.at(0).sessions.at(0).runningCalls, 1);
        end(inOrder);
        QVERIFY(call->finish());
    }

    void whileASignInIsRevoked_data() { inBothWays(); }
    void whileASignInIsRevoked()
    {
        QFETCH(const bool, inOrder);
        start();
        connectClient();
        QVERIFY(orderFault(slow("revoke")));
        std::optional<Result<>> signedOut;
        keep(m_core->signOut(m_core->snapshot()->logins.at(0).id), &signedOut);
        QVERIFY(!signedOut);
        end(inOrder);
        QVERIFY(signedOut);
    }

private:
    [[nodiscard]] static QByteArray slow(const QByteArray &place)
    {
        return json::print({{"kind", "slow"}, {"at", place.toStdString()}, {"delayMs", 600'000}});
    }
    [[nodiscard]] QString registerAt(quint16 redirectPort) const
    {
        const std::string uri = "http://127.0.0.1:" + std::to_string(redirectPort) + "/cb";
        const Json metadata{{"redirect_uris", Json::array({uri})},
                            {"token_endpoint_auth_method", "none"}};
        HttpCall call(port(), "POST", "/register", {{"Content-Type", "application/json"}},
                      json::print(metadata));
        return call.finish() ? json::stringAt(call.json(), "client_id").value_or(QString())
                             : QString();
    }
};

FLAREDECK_TEST(TestStopping)

} // namespace tst_stopping

#include "tst_stopping.moc"
