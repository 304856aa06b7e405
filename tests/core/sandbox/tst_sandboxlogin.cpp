#include "core/base/crypto.h"
#include "core/sandbox/inventory.h"
#include "core/sandbox/oauthclients.h"
#include "core/sandbox/sandboxlogin.h"
#include "core/sandbox/tokenrequests.h"
#include "tests/support/manualclock.h"
#include "tests/support/testcase.h"

#include <QRegularExpression>
#include <QTest>
#include <QUrl>

namespace tst_sandboxlogin {

using namespace flaredeck;
using namespace flaredeck::sandbox;
using namespace Qt::StringLiterals;

using Fields = QMap<QString, QString>;

namespace {

const QString kRedirect = u"http://localhost:8788/oauth/callback"_s;
const QByteArray kVerifier = "a-verifier-that-is-long-enough-for-rfc-7636-0000";
const QString kScopes = u"user-details.read account-settings.read workers-scripts.read "
                        "workers-observability.read offline_access"_s;

QByteArray encoded(const Fields &fields)
{
    QByteArray text;
    for (auto field = fields.begin(); field != fields.end(); ++field) {
        if (!text.isEmpty())
            text += '&';
        text += field.key().toLatin1() + '=' + http::encodeComponent(field.value());
    }
    return text;
}

http::Request get(const Fields &query)
{
    http::Request request;
    request.method = http::Method::Get;
    request.query = encoded(query);
    return request;
}

http::Request post(const QByteArray &body)
{
    http::Request request;
    request.method = http::Method::Post;
    request.headers.append("Content-Type", "application/x-www-form-urlencoded");
    request.body = body;
    return request;
}

Fields authorizeQuery()
{
    return {{u"response_type"_s, u"code"_s},
            {u"client_id"_s, oauthclients::kPublicClientId},
            {u"redirect_uri"_s, kRedirect},
            {u"scope"_s, kScopes},
            {u"state"_s, u"a-state-of-some-length"_s},
            {u"code_challenge"_s, QString::fromLatin1(crypto::pkceChallenge(kVerifier))},
            {u"code_challenge_method"_s, u"S256"_s}};
}

QString flowOf(const http::Response &page)
{
    static const QRegularExpression hidden(u"name=\"flow\" value=\"([0-9a-f]+)\""_s);
    return hidden.match(QString::fromUtf8(page.body)).captured(1);
}

http::Form answerOf(const http::Response &redirect)
{
    const QByteArray location = redirect.headers.value("Location");
    return http::Form::parse(location.mid(location.indexOf('?') + 1));
}

} // namespace

class TestSandboxLogin : public QObject
{
    Q_OBJECT

private slots:
    void aPersonSignsInAndChoosesWhatToGrant();
    void denyingGoesBackWithAccessDenied();
    void onlyTheDemoPersonMaySignIn();
    void consentNeedsAnAccount();
    void consentNeedsTheSignInFirst();
    void aFlowEndsAfterTenMinutes();
    void autoApproveRedirectsAtOnce();
    void badRequestsGoBackToTheClient_data();
    void badRequestsGoBackToTheClient();
    void nothingIsSentToADoubtfulAddress_data();
    void nothingIsSentToADoubtfulAddress();
    void askingForNothingCannotBeAllowed();
    void theTokenEndpointRefuses_data();
    void theTokenEndpointRefuses();
    void aConfidentialClientNeedsItsSecret();
    void revokingAnUnknownTokenIsNoError();

private:
    QString signedInFlow()
    {
        const QString flow = flowOf(m_login.authorize(get(authorizeQuery())));
        const auto consent = m_login.signIn(
            post(encoded({{u"flow"_s, flow}, {u"email"_s, inventory::userEmail()}})));
        return flowOf(consent);
    }

    test::ManualClock m_clock;
    TokenBook m_tokens{m_clock, 60};
    SandboxLogin m_login{m_tokens, m_clock, false};
    TokenEndpoint m_endpoint{m_tokens};
};

void TestSandboxLogin::aPersonSignsInAndChoosesWhatToGrant()
{
    const QString flow = signedInFlow();
    QVERIFY(!flow.isEmpty());
    const QString acme = inventory::accounts().first().id;
    const http::Response done = m_login.consent(post("flow=" + flow.toLatin1() +
                                                     "&decision=allow&account=" + acme.toLatin1() +
                                                     "&account=nobody&scope=workers-scripts.read"));
    QCOMPARE(done.status, 303);
    QVERIFY(done.headers.value("Location").startsWith(kRedirect.toLatin1() + '?'));
    const http::Form answer = answerOf(done);
    QCOMPARE(answer.value("state"), u"a-state-of-some-length"_s);
    const QString granted =
        u"user-details.read account-settings.read workers-scripts.read offline_access"_s;
    QCOMPARE(answer.value("scope"), granted);

    const http::Response tokens =
        m_endpoint.token(post(encoded({{u"grant_type"_s, u"authorization_code"_s},
                                       {u"client_id"_s, oauthclients::kPublicClientId},
                                       {u"code"_s, answer.value("code").value_or(QString())},
                                       {u"redirect_uri"_s, kRedirect},
                                       {u"code_verifier"_s, QString::fromLatin1(kVerifier)}})));
    QCOMPARE(tokens.status, 200);
    QCOMPARE(tokens.headers.value("Cache-Control"), "no-store");
    const Json body = json::parse(tokens.body).value();
    QCOMPARE(json::stringAt(body, "scope"), granted);
    QCOMPARE(json::integerAt(body, "expires_in"), 60);
    const Agreement *bearer =
        m_tokens.bearer(json::stringAt(body, "access_token").value_or(QString()).toLatin1());
    QVERIFY(bearer);
    QCOMPARE(bearer->accounts, QStringList{acme});

    // The flow cannot be used again.
    QCOMPARE(m_login.consent(post("decision=allow&flow=" + flow.toLatin1())).status, 400);
}

void TestSandboxLogin::denyingGoesBackWithAccessDenied()
{
    const http::Response done =
        m_login.consent(post("decision=deny&flow=" + signedInFlow().toLatin1()));
    QCOMPARE(done.status, 303);
    QCOMPARE(answerOf(done).value("error"), u"access_denied"_s);
    QCOMPARE(answerOf(done).value("state"), u"a-state-of-some-length"_s);
    QVERIFY(!answerOf(done).contains("code"));
}

void TestSandboxLogin::onlyTheDemoPersonMaySignIn()
{
    const QString flow = flowOf(m_login.authorize(get(authorizeQuery())));
    const http::Response page =
        m_login.signIn(post(encoded({{u"flow"_s, flow}, {u"email"_s, u"eve@evil.example"_s}})));
    QCOMPARE(page.status, 400);
    QVERIFY(page.body.contains("Only demo@acme.example is known here."));
    QVERIFY(!page.body.contains("eve@evil.example"));
    QCOMPARE(m_login.consent(post("decision=allow&flow=" + flow.toLatin1())).status, 400);
}

void TestSandboxLogin::consentNeedsAnAccount()
{
    const QString flow = signedInFlow();
    const http::Response page =
        m_login.consent(post("decision=allow&scope=workers-scripts.read&flow=" + flow.toLatin1()));
    QCOMPARE(page.status, 400);
    QVERIFY(page.body.contains("Choose at least one account."));
    QCOMPARE(flowOf(page), flow);
}

void TestSandboxLogin::consentNeedsTheSignInFirst()
{
    const QString flow = flowOf(m_login.authorize(get(authorizeQuery())));
    QCOMPARE(m_login.consent(post("decision=allow&flow=" + flow.toLatin1())).status, 400);
}

void TestSandboxLogin::aFlowEndsAfterTenMinutes()
{
    const QString flow = signedInFlow();
    m_clock.advance(10 * 60 * 1000);
    QCOMPARE(m_login.consent(post("decision=deny&flow=" + flow.toLatin1())).status, 400);
}

void TestSandboxLogin::autoApproveRedirectsAtOnce()
{
    SandboxLogin login(m_tokens, m_clock, true);
    const http::Response answer = login.authorize(get(authorizeQuery()));
    QCOMPARE(answer.status, 302);
    QVERIFY(answerOf(answer).value("code").value_or(QString()).startsWith("cfoac_"_L1));
    QCOMPARE(answerOf(answer).value("scope"), kScopes);
}

void TestSandboxLogin::badRequestsGoBackToTheClient_data()
{
    QTest::addColumn<QString>("parameter");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("error");
    QTest::newRow("a response type other than code")
        << u"response_type"_s << u"token"_s << u"unsupported_response_type"_s;
    QTest::newRow("a scope that is not registered")
        << u"scope"_s << u"openid"_s << u"invalid_scope"_s;
    QTest::newRow("a short state") << u"state"_s << u"abc"_s << u"invalid_state"_s;
    QTest::newRow("no PKCE") << u"code_challenge"_s << QString() << u"invalid_request"_s;
    QTest::newRow("PKCE method plain")
        << u"code_challenge_method"_s << u"plain"_s << u"invalid_request"_s;
}

void TestSandboxLogin::badRequestsGoBackToTheClient()
{
    QFETCH(QString, parameter);
    QFETCH(QString, value);
    QFETCH(QString, error);
    Fields query = authorizeQuery();
    query[parameter] = value;
    const http::Response answer = m_login.authorize(get(query));
    QCOMPARE(answer.status, 302);
    QVERIFY(answer.headers.value("Location").startsWith(kRedirect.toLatin1() + "?error="));
    QCOMPARE(answerOf(answer).value("error"), error);
    if (parameter == "scope"_L1)
        QVERIFY(answerOf(answer).value("error_description")->contains("openid"_L1));
}

void TestSandboxLogin::nothingIsSentToADoubtfulAddress_data()
{
    QTest::addColumn<QString>("parameter");
    QTest::addColumn<QString>("value");
    QTest::newRow("an unknown client") << u"client_id"_s << u"nobody"_s;
    QTest::newRow("another host") << u"redirect_uri"_s
                                  << u"http://evil.example:8788/oauth/callback"_s;
    QTest::newRow("another path") << u"redirect_uri"_s << u"http://localhost:8788/elsewhere"_s;
    QTest::newRow("a query") << u"redirect_uri"_s << kRedirect + u"?a=b"_s;
    QTest::newRow("a fragment") << u"redirect_uri"_s << kRedirect + u"#a"_s;
    QTest::newRow("a user") << u"redirect_uri"_s << u"http://a@localhost:8788/oauth/callback"_s;
    QTest::newRow("https") << u"redirect_uri"_s << u"https://localhost:8788/oauth/callback"_s;
    QTest::newRow("nothing") << u"redirect_uri"_s << QString();
}

void TestSandboxLogin::nothingIsSentToADoubtfulAddress()
{
    QFETCH(QString, parameter);
    QFETCH(QString, value);
    Fields query = authorizeQuery();
    query[parameter] = value;
    const http::Response answer = m_login.authorize(get(query));
    QCOMPARE(answer.status, 400);
    QVERIFY(!answer.headers.contains("Location"));
}

void TestSandboxLogin::askingForNothingCannotBeAllowed()
{
    Fields query = authorizeQuery();
    query.remove(u"scope"_s);
    const QString flow = flowOf(m_login.authorize(get(query)));
    const http::Response page =
        m_login.signIn(post(encoded({{u"flow"_s, flow}, {u"email"_s, inventory::userEmail()}})));
    QVERIFY(page.body.contains("0 permissions"));
    QVERIFY(page.body.contains("value=\"allow\" disabled"));
    const QByteArray account = inventory::accounts().first().id.toLatin1();
    QCOMPARE(m_login.consent(post("decision=allow&account=" + account + "&flow=" + flow.toLatin1()))
                 .status,
             400);
}

void TestSandboxLogin::theTokenEndpointRefuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("error");
    const QByteArray client = "client_id=" + oauthclients::kPublicClientId.toLatin1();
    QTest::newRow("an unknown client")
        << QByteArray("grant_type=refresh_token&client_id=x") << 401 << u"invalid_client"_s;
    QTest::newRow("a secret from a public client")
        << "grant_type=refresh_token&client_secret=a&" + client << 401 << u"invalid_client"_s;
    QTest::newRow("another grant type")
        << "grant_type=password&" + client << 400 << u"unsupported_grant_type"_s;
    QTest::newRow("an unknown code")
        << "grant_type=authorization_code&code=x&" + client << 400 << u"invalid_grant"_s;
    QTest::newRow("an unknown refresh token")
        << "grant_type=refresh_token&refresh_token=x&" + client << 400 << u"invalid_grant"_s;
    QTest::newRow("a repeated parameter")
        << "grant_type=refresh_token&grant_type=refresh_token&" + client << 400
        << u"invalid_request"_s;
}

void TestSandboxLogin::theTokenEndpointRefuses()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QString, error);
    const http::Response answer = m_endpoint.token(post(body));
    QCOMPARE(answer.status, status);
    QCOMPARE(json::stringAt(json::parse(answer.body).value(), "error"), error);
}

void TestSandboxLogin::aConfidentialClientNeedsItsSecret()
{
    Fields query = authorizeQuery();
    query[u"client_id"_s] = oauthclients::kConfidentialClientId;
    query.remove(u"code_challenge"_s);
    query.remove(u"code_challenge_method"_s);
    SandboxLogin login(m_tokens, m_clock, true);
    const auto redeem = [&](const QByteArray &authorization) {
        const QString code =
            answerOf(login.authorize(get(query))).value("code").value_or(QString());
        http::Request request = post(encoded({{u"grant_type"_s, u"authorization_code"_s},
                                              {u"client_id"_s, oauthclients::kConfidentialClientId},
                                              {u"code"_s, code},
                                              {u"redirect_uri"_s, kRedirect}}));
        if (!authorization.isEmpty())
            request.headers.append("Authorization", authorization);
        return m_endpoint.token(request).status;
    };
    const QByteArray id = oauthclients::kConfidentialClientId.toLatin1();
    QCOMPARE(redeem({}), 401);
    QCOMPARE(redeem("Basic " + (id + ":wrong").toBase64()), 401);
    QCOMPARE(redeem("Basic " + (id + ':' + oauthclients::kConfidentialClientSecret).toBase64()),
             200);
}

void TestSandboxLogin::revokingAnUnknownTokenIsNoError()
{
    const QByteArray client = "client_id=" + oauthclients::kPublicClientId.toLatin1();
    QCOMPARE(m_endpoint.revoke(post("token=nobody&" + client)).status, 200);
    QCOMPARE(m_endpoint.revoke(post("token=nobody&client_id=x")).status, 401);
}

FLAREDECK_TEST(TestSandboxLogin)

} // namespace tst_sandboxlogin

#include "tst_sandboxlogin.moc"
