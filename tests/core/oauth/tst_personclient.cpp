#include "core/oauth/clients/personclient.h"

#include "tests/core/oauth/servertest.h"
#include "tests/support/testcase.h"

namespace tst_personclient {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

/// Clients that a person adds by hand.
class TestPersonClient : public ServerTest
{
    Q_OBJECT

private slots:
    void init() { start(); }
    void cleanup() { stop(); }
    void whatIsWrongIsSaid_data();
    void whatIsWrongIsSaid();
    void theQuestionSaysWhoAddedIt();
    void theSecretOpensTheTokenEndpoint_data();
    void theSecretOpensTheTokenEndpoint();
    void nobodyManagesItFromOutside();

private:
    personclient::Added add(bool confidential, const QByteArray &redirect)
    {
        return m_server->oauth
            ->addClient({u"My agent"_s, {QString::fromLatin1(redirect)}, confidential},
                        m_server->http.port())
            .value();
    }
};

void TestPersonClient::whatIsWrongIsSaid_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("uris");
    QTest::addColumn<QString>("problem");
    const QString good = u"http://localhost/cb"_s;
    QTest::newRow("no redirect") << u"X"_s << QStringList()
                                 << u"The client needs at least one redirect URI."_s;
    QTest::newRow("no name") << u" \u200b "_s << QStringList{good} << u"The client needs a name."_s;
    QTest::newRow("http elsewhere")
        << u"X"_s << QStringList{good, u"http://example.com/cb"_s}
        << u"This redirect URI cannot be used: http is allowed on this computer only."_s;
    QTest::newRow("a scheme that runs code") << u"X"_s << QStringList{u"javascript:alert(1)"_s}
                                             << u"This redirect URI cannot be used: the scheme "
                                                u"javascript: runs code or reads files, and "
                                                "names no application."_s;
    QTest::newRow("ourselves") << u"X"_s << QStringList{u"http://127.0.0.1:8788/cb"_s}
                               << u"A redirect URI cannot lead back to this server."_s;
    QTest::newRow("too many") << u"X"_s << QStringList(11, good)
                              << u"redirect_uris may hold at most ten URIs."_s;
}

void TestPersonClient::whatIsWrongIsSaid()
{
    QFETCH(QString, name);
    QFETCH(QStringList, uris);
    QFETCH(QString, problem);
    const auto made = personclient::make({name, uris, false}, 8788);
    QVERIFY(!made);
    QCOMPARE(made.error().kind, Error::Kind::InvalidInput);
    QCOMPARE(made.error().message, problem);
}

void TestPersonClient::theQuestionSaysWhoAddedIt()
{
    OAuthClient client(*m_browser);
    client.id = add(false, client.redirectUri()).id.value.toLatin1();
    QCOMPARE(allowAndRedeem(client).status, 200);
    QVERIFY(m_server->prompter.asked.last().addedByPerson);
    QCOMPARE(m_server->prompter.asked.last().clientName, u"My agent"_s);
}

void TestPersonClient::theSecretOpensTheTokenEndpoint_data()
{
    QTest::addColumn<bool>("inHeader");
    QTest::newRow("in the header") << true;
    QTest::newRow("in the body") << false;
}

void TestPersonClient::theSecretOpensTheTokenEndpoint()
{
    QFETCH(bool, inHeader);
    OAuthClient client(*m_browser);
    const auto added = add(true, client.redirectUri());
    client.id = added.id.value.toLatin1();
    m_server->prompter.atOnce = FakePrompter::allow();
    const QByteArray code = client.parameter(follow(client.authorizeUrl()), "code");
    // Without it there are no tokens, and the code stays good for who has it.
    QCOMPARE(client.redeem(code).status, 401);
    QByteArray form = "grant_type=authorization_code&code=" + code +
                      "&code_verifier=" + QByteArray(43, 'v') +
                      "&redirect_uri=" + client.redirectUri().toPercentEncoding();
    http::Headers headers;
    if (inHeader)
        headers.set("Authorization", "Basic " + (client.id + ':' + added.secret).toBase64());
    else
        form += "&client_id=" + client.id + "&client_secret=" + added.secret;
    QCOMPARE(m_browser->post("/token", form, headers).status, 200);
}

void TestPersonClient::nobodyManagesItFromOutside()
{
    // RFC 7592 is for clients that registered themselves: this one has no token for it.
    const auto added = add(true, "http://localhost/cb");
    for (const QByteArray &token : {QByteArray(), added.secret, QByteArray("cfl_reg_x")}) {
        const auto answer = m_browser->send("DELETE", "/register/" + added.id.value.toLatin1(),
                                            {{"Authorization", "Bearer " + token}});
        QCOMPARE(answer.status, 401);
    }
    QCOMPARE(m_server->oauth->clients().size(), 1);
}

FLAREDECK_TEST(TestPersonClient)

} // namespace tst_personclient

#include "tst_personclient.moc"
