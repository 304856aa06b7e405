#include "core/oauth/grants/bearerguard.h"

#include "core/oauth/endpoints/metadata.h"
#include "tests/core/oauth/issuer.h"
#include "tests/support/testcase.h"

#include <QRegularExpression>
#include <QTest>

namespace tst_bearerguard {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestBearerGuard : public QObject
{
    Q_OBJECT

private slots:
    void letsTheCallerThrough_data();
    void letsTheCallerThrough();
    void challengesWhoShowsNoToken_data();
    void challengesWhoShowsNoToken();
    void theChallengeNamesTheAddress_data();
    void theChallengeNamesTheAddress();
    void refusesOtherTokens_data();
    void refusesOtherTokens();
    void aWrongChecksumIsNotLookedUp();
    void cloudflaresOwnTokensAreRefused_data();
    void cloudflaresOwnTokensAreRefused();
    void theChallengeFollowsTheAddress_data();
    void theChallengeFollowsTheAddress();
    void theChallengeIsReadByRealClients();
    void audience_data();
    void audience();
    void tokensInTheQueryAreRefused();
    void aLackOfScopesIsNamed();
    void aDeadTokenIsSlowedDownAlone();
};

namespace {

http::Request call(const QByteArray &authorization, const QByteArray &path = "/mcp",
                   const QByteArray &host = "localhost:8788")
{
    http::Request request;
    request.method = http::Method::Post;
    request.path = path;
    request.headers = {{"Host", host}};
    if (!authorization.isEmpty())
        request.headers.append("Authorization", authorization);
    return request;
}

} // namespace

void TestBearerGuard::letsTheCallerThrough_data()
{
    QTest::addColumn<QByteArray>("scheme");
    QTest::newRow("as usual") << QByteArray("Bearer ");
    QTest::newRow("the scheme has no case") << QByteArray("bearer ");
    QTest::newRow("two spaces") << QByteArray("Bearer  ");
    QTest::newRow("many spaces") << QByteArray("BEARER      ");
}

void TestBearerGuard::letsTheCallerThrough()
{
    QFETCH(QByteArray, scheme);
    Issuer issuer;
    BearerGuard guard(issuer.grants, issuer.clock);
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    const auto caller = guard.check(call(scheme + tokens.access));
    QVERIFY(caller);
    QVERIFY(guard.check(call(scheme + tokens.access + "  ")));
    QVERIFY(!guard.check(call(scheme.trimmed() + tokens.access)));
    QVERIFY(!guard.check(call(scheme + tokens.access + " x")));
    QCOMPARE((*caller)->grant, issuer.lastGrant);
    QCOMPARE((*caller)->scopes, tokens.scopes);
}

void TestBearerGuard::challengesWhoShowsNoToken_data()
{
    QTest::addColumn<QByteArray>("authorization");
    QTest::newRow("Q1: no header") << QByteArray();
    QTest::newRow("another scheme") << QByteArray("Basic eDp5");
    QTest::newRow("a scheme without a token") << QByteArray("Bearer");
    QTest::newRow("a scheme and spaces") << QByteArray("Bearer   ");
}

void TestBearerGuard::challengesWhoShowsNoToken()
{
    QFETCH(QByteArray, authorization);
    Issuer issuer;
    BearerGuard guard(issuer.grants, issuer.clock);
    const auto refused = guard.check(call(authorization));
    QVERIFY(!refused);
    QCOMPARE(refused.error().status, 401);
    // For people: three clients print it behind half a sentence of their own.
    const Json body = *json::parse(refused.error().body);
    QCOMPARE(json::stringAt(body, "error"), u"invalid_token"_s);
    QVERIFY(json::stringAt(body, "error_description")->startsWith(u"Sign in"_s));
    QCOMPARE(refused.error().headers.value("Content-Type"), QByteArray("application/json"));
    QCOMPARE(refused.error().headers.value("Cache-Control"), QByteArray("no-store"));
    QCOMPARE(
        refused.error().headers.value("WWW-Authenticate"),
        QByteArray("Bearer realm=\"OAuth\", resource_metadata=\"http://localhost:8788/.well-known/"
                   "oauth-protected-resource/mcp\", scope=\"mcp:read\""));
}

void TestBearerGuard::theChallengeNamesTheAddress_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("document");
    const auto row = [](const char *path, const char *document) {
        QTest::newRow(path) << QByteArray(path) << QByteArray(document);
    };
    row("/mcp", "/mcp");
    row("/mcp/", "/mcp/");
    row("/sse/message", "/sse");
    row("/observability/mcp", "/observability/mcp");
    row("/observability/sse/", "/observability/sse/");
    row("/observability/sse/message", "/observability/sse");
}

void TestBearerGuard::theChallengeNamesTheAddress()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, document);
    Issuer issuer;
    BearerGuard guard(issuer.grants, issuer.clock);
    const auto refused = guard.check(call({}, path));
    QVERIFY(!refused);
    QVERIFY(refused.error()
                .headers.value("WWW-Authenticate")
                .contains("/.well-known/oauth-protected-resource" + document + "\""));
}

void TestBearerGuard::refusesOtherTokens_data()
{
    QTest::addColumn<QString>("fault");
    for (const char *fault : {"malformed", "unknown", "expired", "revoked", "a refresh token",
                              "wrong audience", "another toolset", "an expired grant"})
        QTest::newRow(fault) << QString::fromLatin1(fault);
}

void TestBearerGuard::refusesOtherTokens()
{
    QFETCH(QString, fault);
    Issuer issuer;
    BearerGuard guard(issuer.grants, issuer.clock);
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client, 2 * kHour, {u"/mcp"_s}));
    QByteArray token = tokens.access;
    QByteArray path = "/mcp";
    if (fault == u"malformed"_s)
        token = "x";
    else if (fault == u"unknown"_s)
        token = accesstoken::create();
    else if (fault == u"expired"_s)
        issuer.clock.advance(kHour);
    else if (fault == u"an expired grant"_s)
        issuer.clock.advance(2 * kHour);
    else if (fault == u"revoked"_s)
        QVERIFY(issuer.grants.revoke(issuer.lastGrant, u"x"_s));
    else if (fault == u"a refresh token"_s)
        token = tokens.refresh;
    else
        path = fault == u"another toolset"_s ? "/observability/mcp" : "/sse";

    const auto refused = guard.check(call("Bearer " + token, path));
    QVERIFY(!refused);
    QCOMPARE(refused.error().status, 401); // never 403 or 404: clients refresh on 401 only
    const QByteArray line = refused.error().headers.value("WWW-Authenticate");
    QVERIFY(line.contains(", error=\"invalid_token\", error_description=\""));
    QCOMPARE(json::parse(refused.error().body)->at("error").get<QString>(), u"invalid_token"_s);
}

namespace {

/// Makes the book accept `token`, as if it had been issued.
void plant(Issuer &issuer, const QByteArray &token)
{
    issuer.grants.addToken({crypto::sha256(token),
                            issuer.lastGrant,
                            {u"/"_s},
                            0,
                            issuer.clock.now(),
                            issuer.clock.now() + kHour});
}

} // namespace

void TestBearerGuard::aWrongChecksumIsNotLookedUp()
{
    Issuer issuer;
    BearerGuard guard(issuer.grants, issuer.clock);
    const QByteArray token = issuer.tokensOf(issuer.code(issuer.client)).access;
    QVERIFY(guard.check(call("Bearer " + token)));
    // Even a token that a look-up would find: so there was none.
    QByteArray mistyped = token;
    mistyped[20] = mistyped.at(20) == 'x' ? 'y' : 'x';
    plant(issuer, mistyped);
    QVERIFY(issuer.accepts(mistyped));
    const auto refused = guard.check(call("Bearer " + mistyped));
    QVERIFY(!refused);
    QCOMPARE(refused.error().status, 401);
    QVERIFY(refused.error().headers.value("WWW-Authenticate").contains("error=\"invalid_token\""));
}

void TestBearerGuard::cloudflaresOwnTokensAreRefused_data()
{
    QTest::addColumn<QByteArray>("token");
    for (const char *prefix : {"cfut_", "cfat_", "cfoat_"})
        QTest::newRow(prefix) << prefix + QByteArray(40, 'x');
}

void TestBearerGuard::cloudflaresOwnTokensAreRefused()
{
    QFETCH(QByteArray, token);
    Issuer issuer;
    BearerGuard guard(issuer.grants, issuer.clock);
    issuer.tokensOf(issuer.code(issuer.client));
    plant(issuer, token);
    const auto refused = guard.check(call("Bearer " + token));
    QVERIFY(!refused);
    QCOMPARE(refused.error().status, 401);
    const Json body = *json::parse(refused.error().body);
    QCOMPARE(json::stringAt(body, "error"), u"invalid_token"_s);
    const QString words = json::stringAt(body, "error_description").value_or(QString());
    QVERIFY2(words.contains(u"under Settings in Flaredeck"_s), qPrintable(words));
    QVERIFY(refused.error().headers.value("WWW-Authenticate").endsWith(words.toLatin1() + '"'));
    QVERIFY(!refused.error().body.contains(token));
}

void TestBearerGuard::theChallengeFollowsTheAddress_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("document");

    const QByteArray at = "/.well-known/oauth-protected-resource";
    QTest::newRow("slash") << QByteArray("/mcp/") << QByteArray("localhost:1")
                           << "http://localhost:1" + at + "/mcp/";
    QTest::newRow("IPv4") << QByteArray("/sse") << QByteArray("127.0.0.1:1")
                          << "http://127.0.0.1:1" + at + "/sse";
    QTest::newRow("IPv6") << QByteArray("/mcp") << QByteArray("[::1]:1")
                          << "http://[::1]:1" + at + "/mcp";
    QTest::newRow("messages belong to /sse")
        << QByteArray("/sse/message") << QByteArray("localhost:1")
        << "http://localhost:1" + at + "/sse";
}

void TestBearerGuard::theChallengeFollowsTheAddress()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, document);
    Issuer issuer;
    BearerGuard guard(issuer.grants, issuer.clock);
    const auto refused = guard.check(call({}, path, host));
    QVERIFY(refused.error().headers.value("WWW-Authenticate").contains('"' + document + '"'));
}

void TestBearerGuard::theChallengeIsReadByRealClients()
{
    Issuer issuer;
    BearerGuard guard(issuer.grants, issuer.clock);
    const QRegularExpression grammar(
        u"^Bearer [a-z_]+=\"[^\"\\\\]*\"(, [a-z_]+=\"[^\"\\\\]*\")*$"_s);
    for (const QByteArray &token : {QByteArray("x"), QByteArray("cfut_x")}) {
        const auto refused = guard.check(call("Bearer " + token));
        QCOMPARE(refused.error().headers.count("WWW-Authenticate"), 1);
        const QString line = QString::fromLatin1(refused.error().headers.value("WWW-Authenticate"));
        QVERIFY2(grammar.match(line).hasMatch(), qPrintable(line));
        for (const QString &name : {u"scope="_s, u"error="_s, u"resource_metadata="_s})
            QCOMPARE(line.count(name), 1);
        QVERIFY(line.indexOf(u"scope="_s) < line.indexOf(u"error_description="_s));
        // Q27: the same string as in the metadata.
        QVERIFY(
            line.contains(u"scope=\"%1\""_s.arg(QString::fromLatin1(metadata::kChallengeScope))));
    }
}

void TestBearerGuard::audience_data()
{
    QTest::addColumn<QStringList>("resources");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<bool>("accepted");

    QTest::newRow("the origin covers /mcp") << QStringList{u"/"_s} << QByteArray("/mcp") << true;
    QTest::newRow("the origin covers /sse")
        << QStringList{u"/"_s} << QByteArray("/sse/message") << true;
    QTest::newRow("/mcp covers itself") << QStringList{u"/mcp"_s} << QByteArray("/mcp") << true;
    QTest::newRow("and a slash") << QStringList{u"/mcp"_s} << QByteArray("/mcp/") << true;
    QTest::newRow("but not /sse") << QStringList{u"/mcp"_s} << QByteArray("/sse") << false;
    QTest::newRow("nor a longer name") << QStringList{u"/mcp"_s} << QByteArray("/mcp-x") << false;
    QTest::newRow("two resources")
        << QStringList{u"/mcp"_s, u"/sse"_s} << QByteArray("/sse") << true;
}

void TestBearerGuard::audience()
{
    QFETCH(QStringList, resources);
    QFETCH(QByteArray, path);
    QFETCH(bool, accepted);
    Issuer issuer;
    BearerGuard guard(issuer.grants, issuer.clock);
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client, 0, resources));
    QCOMPARE(guard.check(call("Bearer " + tokens.access, path)).has_value(), accepted);
}

void TestBearerGuard::tokensInTheQueryAreRefused()
{
    Issuer issuer;
    BearerGuard guard(issuer.grants, issuer.clock);
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    http::Request request = call({});
    request.query = "a=b&access_token=" + tokens.access;
    const auto refused = guard.check(request);
    QCOMPARE(refused.error().status, 400);
    QVERIFY(
        refused.error().headers.value("WWW-Authenticate").contains("error=\"invalid_request\""));
    request = call("Bearer " + tokens.access);
    request.query = "my_access_token=1";
    QVERIFY(guard.check(request));
}

void TestBearerGuard::aLackOfScopesIsNamed()
{
    const auto refused =
        BearerGuard::insufficientScope(call("Bearer x", "/observability/mcp"),
                                       {u"observability:read"_s, u"mcp:read"_s, u"workers:read"_s});
    QCOMPARE(refused.status, 403);
    QCOMPARE(refused.headers.value("WWW-Authenticate"),
             QByteArray("Bearer realm=\"OAuth\", "
                        "resource_metadata=\"http://localhost:8788/.well-known/"
                        "oauth-protected-resource/observability/mcp\", "
                        "scope=\"mcp:read observability:read workers:read\", "
                        "error=\"insufficient_scope\", error_description=\"This call needs scopes "
                        "that the client was not given.\""));
    QCOMPARE(refused.headers.value("Cache-Control"), QByteArray("no-store"));
    QCOMPARE(json::stringAt(*json::parse(refused.body), "error"), u"insufficient_scope"_s);
}

void TestBearerGuard::aDeadTokenIsSlowedDownAlone()
{
    Issuer issuer;
    BearerGuard guard(issuer.grants, issuer.clock);
    const auto live = issuer.tokensOf(issuer.code(issuer.client));
    const auto statusOf = [&guard](const QByteArray &token) {
        const auto checked = guard.check(call("Bearer " + token));
        return checked ? 200 : checked.error().status;
    };
    for (int i = 0; i < 60; ++i)
        QCOMPARE(statusOf("dead"), 401);
    QCOMPARE(statusOf("dead"), 429);
    QVERIFY(!guard.check(call("Bearer dead")).error().headers.value("Retry-After").isEmpty());
    QCOMPARE(statusOf("another"), 401);
    QCOMPARE(statusOf(live.access), 200);
    issuer.clock.advance(30 * kSecond);
    QCOMPARE(statusOf("dead"), 401);
}

FLAREDECK_TEST(TestBearerGuard)

} // namespace tst_bearerguard

#include "tst_bearerguard.moc"
