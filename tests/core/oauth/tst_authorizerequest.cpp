#include "core/oauth/consent/authorizerequest.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_authorizerequest {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestAuthorizeRequest : public QObject
{
    Q_OBJECT

private slots:
    void acceptsWhatClientsSend_data();
    void acceptsWhatClientsSend();
    void staysHereWhenDoubtful_data();
    void staysHereWhenDoubtful();
    void tellsTheClient_data();
    void tellsTheClient();
    void stateGoesBackByteForByte_data();
    void stateGoesBackByteForByte();
    void aSingleAppLinkNeedsNoRedirectUri();
    void recognisesReloadsAndSiblings();
    void descriptionsAreReadable();
};

namespace {

const QByteArray kIssuer = "http://localhost:8788";
const QByteArray kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const QByteArray kGood =
    "client_id=c&response_type=code&code_challenge_method=S256&code_challenge=" + kChallenge +
    "&redirect_uri=http%3A%2F%2Flocalhost%3A3334%2Fcb";

std::optional<store::Client> findClient(const ClientId &id)
{
    store::Client client;
    client.id = id;
    if (id.value == u"c"_s)
        client.redirectUris = {u"http://localhost:3334/cb"_s, u"http://127.0.0.1/cb"_s};
    else if (id.value == u"app"_s)
        client.redirectUris = {u"cursor://a/cb"_s};
    else if (id.value == u"loop"_s)
        client.redirectUris = {u"http://localhost:1/cb"_s};
    else
        return std::nullopt;
    return client;
}

auto parse(const QByteArray &query)
{
    return parseAuthorizeRequest(query, kIssuer, 8788, findClient);
}

} // namespace

void TestAuthorizeRequest::acceptsWhatClientsSend_data()
{
    QTest::addColumn<QByteArray>("extra");
    QTest::addColumn<QStringList>("resources");

    const QStringList everything{u"/"_s};
    const auto row = [](const char *name, const char *extra, const QStringList &resources) {
        QTest::newRow(name) << QByteArray(extra) << resources;
    };
    row("Q17: Cursor sends no state", "", everything);
    row("Q23: the conformance suite sends no scope", "&state=x", everything);
    row("Q7: mcp-remote's last resort", "&scope=openid%20email%20profile", everything);
    row("the SDK adds a prompt", "&scope=mcp:read+offline_access&prompt=consent", everything);
    row("unknown parameters are ignored", "&nonce=1&login_hint=x&ui_locales=de", everything);
    row("a resource", "&resource=http%3A%2F%2Flocalhost%3A8788%2Fmcp", {u"/mcp"_s});
    row("the resource in another spelling", "&resource=http%3A%2F%2F127.0.0.1%3A8788%2Fmcp%2F",
        {u"/mcp"_s});
    row("several resources",
        "&resource=http%3A%2F%2Flocalhost%3A8788%2Fmcp&resource=http%3A%2F%2Flocalhost%3A8788%"
        "2Fsse",
        {u"/mcp"_s, u"/sse"_s});
}

void TestAuthorizeRequest::acceptsWhatClientsSend()
{
    QFETCH(QByteArray, extra);
    QFETCH(QStringList, resources);
    const auto request = parse(kGood + extra);
    QVERIFY2(request, request ? "" : qPrintable(request.error().description));
    QCOMPARE(request->redirectUri, u"http://localhost:3334/cb"_s);
    QCOMPARE(request->challenge, kChallenge);
    QCOMPARE(request->resources, resources);
    QCOMPARE(request->scopes, ScopeSet{u"mcp:read"_s});
}

void TestAuthorizeRequest::staysHereWhenDoubtful_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("code");

    QByteArray query = kGood;
    const auto replaced = [](const char *what, const char *by) {
        QByteArray changed = kGood;
        return changed.replace(what, by);
    };
    const QByteArray good = "http%3A%2F%2Flocalhost%3A3334%2Fcb";
    QTest::newRow("no client") << replaced("client_id=c", "x=1") << QByteArray("invalid_request");
    QTest::newRow("unknown client")
        << replaced("client_id=c", "client_id=gone") << QByteArray("invalid_client");
    QTest::newRow("two clients") << kGood + "&client_id=c" << QByteArray("invalid_request");
    QTest::newRow("two redirect URIs")
        << kGood + "&redirect_uri=" + good << QByteArray("invalid_request");
    QTest::newRow("no redirect URI and more than one registered")
        << replaced("redirect_uri", "x") << QByteArray("invalid_request");
    QTest::newRow("an unregistered redirect URI")
        << replaced(good, "https%3A%2F%2Fevil.example%2F") << QByteArray("invalid_request");
    QTest::newRow("a redirect URI that runs code")
        << replaced(good, "javascript%3Aalert(1)") << QByteArray("invalid_request");
    QTest::newRow("a registration without port must not lead to us")
        << replaced(good, "http%3A%2F%2F127.0.0.1%3A8788%2Fcb") << QByteArray("invalid_request");
}

void TestAuthorizeRequest::staysHereWhenDoubtful()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, code);
    const auto request = parse(query);
    QVERIFY(!request);
    QCOMPARE(request.error().code, code);
    QVERIFY(request.error().redirectUri.isEmpty());
}

void TestAuthorizeRequest::tellsTheClient_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("code");

    const auto replaced = [](const QByteArray &what, const char *by) {
        QByteArray changed = kGood + "&state=s";
        return changed.replace(what, by);
    };
    QTest::newRow("another response type") << replaced("response_type=code", "response_type=token")
                                           << QByteArray("unsupported_response_type");
    QTest::newRow("no challenge") << replaced(kChallenge, "") << QByteArray("invalid_request");
    QTest::newRow("a short challenge")
        << replaced(kChallenge, "abc") << QByteArray("invalid_request");
    QTest::newRow("a challenge in standard base64")
        << replaced("E9Melhoa", "E9Mel%2Bo%2F") << QByteArray("invalid_request");
    QTest::newRow("PKCE downgrade: plain")
        << replaced("=S256", "=plain") << QByteArray("invalid_request");
    QTest::newRow("PKCE downgrade: no method")
        << replaced("code_challenge_method", "x") << QByteArray("invalid_request");
    QTest::newRow("somebody else's resource")
        << kGood + "&state=s&resource=https%3A%2F%2Fother.example%2Fmcp"
        << QByteArray("invalid_target");
    QTest::newRow("a relative resource")
        << kGood + "&state=s&resource=%2Fmcp" << QByteArray("invalid_target");
    QTest::newRow("a scope with a quote")
        << kGood + "&state=s&scope=a%22" << QByteArray("invalid_scope");
    QTest::newRow("a repeated parameter")
        << kGood + "&state=s&scope=a&scope=b" << QByteArray("invalid_request");
}

void TestAuthorizeRequest::tellsTheClient()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, code);
    const auto request = parse(query);
    QVERIFY(!request);
    QCOMPARE(request.error().code, code);
    const QByteArray location = errorRedirect(request.error(), kIssuer);
    QVERIFY(location.startsWith("http://localhost:3334/cb?error=" + code + "&error_description="));
    // Q6: the issuer is named on errors, too.
    QVERIFY(location.endsWith("&state=s&iss=http%3A%2F%2Flocalhost%3A8788"));
}

void TestAuthorizeRequest::stateGoesBackByteForByte_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("returned");

    QTest::newRow("Q16: VS Code's standard base64")
        << QByteArray("a%2Bb%2Fc%3D%3D") << QByteArray("a%2Bb%2Fc%3D%3D");
    QTest::newRow("a plus is a space") << QByteArray("a+b") << QByteArray("a%20b");
    QTest::newRow("bytes that are no text") << QByteArray("%FF%00%C3") << QByteArray("%FF%00%C3");
    QTest::newRow("an empty state was sent, too") << QByteArray("") << QByteArray("");
}

void TestAuthorizeRequest::stateGoesBackByteForByte()
{
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, returned);
    const auto request = parse(kGood + "&state=" + sent);
    QVERIFY(request);
    QCOMPARE(codeRedirect(*request, "code"), "http://localhost:3334/cb?code=code&state=" +
                                                 returned + "&iss=http%3A%2F%2Flocalhost%3A8788");
}

void TestAuthorizeRequest::aSingleAppLinkNeedsNoRedirectUri()
{
    const QByteArray rest =
        "&response_type=code&code_challenge_method=S256&code_challenge=" + kChallenge;
    const auto request = parse("client_id=app" + rest);
    QVERIFY(request);
    QCOMPARE(request->redirectUri, u"cursor://a/cb"_s);
    // For loopback the port would be a guess.
    QVERIFY(!parse("client_id=loop" + rest));
}

void TestAuthorizeRequest::recognisesReloadsAndSiblings()
{
    QByteArray other = kGood;
    other.replace(kChallenge, QByteArray(43, 'x'));
    http::PeerProcess browser;
    browser.pid = 7;
    browser.executable = u"/usr/bin/curl"_s;
    const auto sent = [&browser](const QByteArray &query) {
        auto request = *parse(query);
        request.requester = Requester::identify(browser, {}, {});
        return request;
    };
    const AuthorizeRequest known = sent(kGood + "&state=1");
    const auto *const first = &known;
    QVERIFY(sent(kGood + "&state=1").isReloadOf(*first));
    QVERIFY(!sent(kGood + "&state=2").isReloadOf(*first));
    QVERIFY(!sent(other + "&state=1").isReloadOf(*first));
    // From somebody else, or from nobody knows whom, it is another one.
    QVERIFY(!parse(kGood + "&state=1")->isReloadOf(*first));
    QVERIFY(parse(kGood + "&state=1")->isTwinOf(*first));
    browser.pid = 8;
    QVERIFY(!sent(kGood + "&state=1").isReloadOf(*first));
    browser.pid = 7;
    QVERIFY(parse(other + "&state=2")->asksTheSameAs(*first));
    QVERIFY(!parse(kGood + "&scope=workers:read")->asksTheSameAs(*first));
    // Bridges of one client listen at ports of their own; whether one program does is not said
    // here.
    QByteArray moved = kGood;
    moved.replace("3334", "3335");
    QVERIFY(parse(moved)->asksTheSameAs(*first));
    QVERIFY(!sent(moved + "&state=1").isReloadOf(*first));
}

void TestAuthorizeRequest::descriptionsAreReadable()
{
    const QByteArray location = errorRedirect(
        {"access_denied", u"He said \u201cno\u201d, \"really\""_s, u"a.b:/cb"_s, std::nullopt},
        kIssuer);
    QCOMPARE(location,
             QByteArray("a.b:/cb?error=access_denied&error_description=He%20said%20%20no%20%2C%20"
                        "%27really%27&iss=http%3A%2F%2Flocalhost%3A8788"));
}

FLAREDECK_TEST(TestAuthorizeRequest)

} // namespace tst_authorizerequest

#include "tst_authorizerequest.moc"
