#include "coretest.h"
#include "tests/support/testcase.h"

namespace tst_outage {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

/// Cloudflare is down, or has ended the sign-in: what clients see of it.
class TestOutage : public CoreTest
{
    Q_OBJECT

private slots:
    void init() { prepare(); }
    void cleanup() { shutDown(); }
    void anOutageLogsNobodyOut_data();
    void anOutageLogsNobodyOut();
    void aCallBringsAnEndedSignInBack();
    void withNobodyThereAnEndedSignInIsAnErrorOfTheTool();
};

void TestOutage::anOutageLogsNobodyOut_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::newRow("the service fails") << "server_error"_ba;
    QTest::newRow("the service is busy") << "rate_limited"_ba;
    QTest::newRow("the line is cut") << "connection_cut"_ba;
}

void TestOutage::anOutageLogsNobodyOut()
{
    QFETCH(QByteArray, kind);
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    // The access token is refused, and the service that renews it is not there.
    QVERIFY(orderFault(R"({"kind":"token_expired"})"));
    QVERIFY(orderFault(R"({"at":"token","remaining":-1,"kind":")" + kind + "\"}"));

    const Json answer = session.ask("tools/call", workersList());
    QVERIFY2(answer.at("result").value("isError", false), answer.dump().c_str());
    QCOMPARE(client.refresh(), 200);
    QCOMPARE(statusOfPing(client), 200);
    QVERIFY(m_core->snapshot()->grants.at(0).loginUsable);

    QVERIFY(orderFault(R"({"kind":"none","at":"token"})"));
    const Json later = session.ask("tools/call", workersList());
    QVERIFY2(!later.at("result").value("isError", false), later.dump().c_str());
}

void TestOutage::aCallBringsAnEndedSignInBack()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    m_person.hasScreen = true;
    QVERIFY(orderFault(R"({"kind":"token_expired"})"));
    QVERIFY(orderFault(R"({"kind":"token_expired","at":"token"})"));

    const auto call = session.begin("tools/call", workersList());
    QTRY_COMPARE(m_person.signIns.size(), 2);
    QVERIFY(!m_core->snapshot()->grants.at(0).loginUsable);
    QVERIFY(visit(m_person.signIns.last().url));
    QVERIFY(call->finish());
    QCOMPARE(call->status(), 200);
    QVERIFY2(!call->json().at("result").value("isError", false), call->body().constData());
    QVERIFY(m_core->snapshot()->grants.at(0).loginUsable);
}

void TestOutage::withNobodyThereAnEndedSignInIsAnErrorOfTheTool()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    QVERIFY(orderFault(R"({"kind":"token_expired"})"));
    QVERIFY(orderFault(R"({"kind":"token_expired","at":"token"})"));
    const Json answer = session.ask("tools/call", workersList());
    QVERIFY2(answer.at("result").value("isError", false), answer.dump().c_str());
    QVERIFY(textOf(answer).contains("sign in to Cloudflare again"));
    // No 401: a browser of the client could not mend it.
    QCOMPARE(statusOfPing(client), 200);
}

FLAREDECK_TEST(TestOutage)

} // namespace tst_outage

#include "tst_outage.moc"
