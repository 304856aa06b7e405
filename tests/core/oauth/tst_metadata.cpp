#include "core/oauth/endpoints/metadata.h"

#include "core/oauth/endpoints/challenge.h"
#include "core/oauth/endpoints/resource.h"
#include "core/provider/facts.h"
#include "tests/support/testcase.h"

#include <QFloat16>
#include <QTest>

namespace tst_metadata {

using namespace flaredeck;
using namespace flaredeck::oauth;

class TestMetadata : public QObject
{
    Q_OBJECT

private slots:
    void paths_data();
    void paths();
    void resourceMirrorsTheRequest_data();
    void resourceMirrorsTheRequest();
    void anAddressWithAQueryIsToldAsItWasTyped_data();
    void anAddressWithAQueryIsToldAsItWasTyped();
    void aQueryCannotSpeakInTheChallenge_data();
    void aQueryCannotSpeakInTheChallenge();
    void issuerIsTheSpellingOfTheClient_data();
    void issuerIsTheSpellingOfTheClient();
    void serverDocument();
    void theServerNamesItsResources();
    void whatIsSwitchedOffIsNotOffered();
    void theIssuerIsPromisedOnRequestOnly();
    void resourceDocument();
    void otherMethodsAreRefused();
    void noMemberIsNullOrEmpty();
};

namespace {

http::Request get(const QByteArray &path, const QByteArray &host = "localhost:8788",
                  http::Method method = http::Method::Get)
{
    http::Request request;
    request.method = method;
    request.path = path;
    request.headers = {{"Host", host}};
    return request;
}

Json bodyOf(const http::Response &response)
{
    return json::parse(response.body).value_or(Json());
}

} // namespace

void TestMetadata::paths_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");

    const auto row = [](const char *name, const char *path, int status) {
        QTest::newRow(name) << QByteArray(path) << status;
    };
    row("server document", "/.well-known/oauth-authorization-server", 200);
    row("a strict client must move on from the path form",
        "/.well-known/oauth-authorization-server/mcp", 404);
    row("the same for sse", "/.well-known/oauth-authorization-server/sse", 404);
    row("Q14: no OpenID document", "/.well-known/openid-configuration", 404);
    row("nor its path form", "/.well-known/openid-configuration/mcp", 404);
    row("nor below the endpoint", "/mcp/.well-known/openid-configuration", 404);
    row("nor anything else there", "/sse/.well-known/oauth-protected-resource", 404);
    row("resource document", "/.well-known/oauth-protected-resource", 200);
    row("of /mcp", "/.well-known/oauth-protected-resource/mcp", 200);
    row("of /mcp with a slash", "/.well-known/oauth-protected-resource/mcp/", 200);
    row("of /sse", "/.well-known/oauth-protected-resource/sse", 200);
    row("of a toolset", "/.well-known/oauth-protected-resource/observability/mcp", 200);
    row("of no toolset", "/.well-known/oauth-protected-resource/nothing/mcp", 404);
    row("below a toolset", "/observability/mcp/.well-known/openid-configuration", 404);
    row("of an unknown path", "/.well-known/oauth-protected-resource/other", 404);
    row("of a longer path", "/.well-known/oauth-protected-resource/mcp/x", 404);
}

void TestMetadata::paths()
{
    QFETCH(QByteArray, path);
    QFETCH(int, status);
    const http::Response response = metadata::answer(get(path));
    QCOMPARE(response.status, status);
    QVERIFY(response.headers.value("Content-Type").startsWith("application/json"));
    QCOMPARE(response.headers.value("Cache-Control"), QByteArray("no-store"));
    QVERIFY(bodyOf(response).is_object());
    QCOMPARE(bodyOf(response).contains("error"), status != 200);
}

void TestMetadata::resourceMirrorsTheRequest_data()
{
    QTest::addColumn<QByteArray>("suffix");
    for (const char *suffix :
         {"", "/mcp", "/mcp/", "/sse", "/sse/", "/observability/mcp", "/observability/sse/"})
        QTest::addRow("Q16: suffix '%s'", suffix) << QByteArray(suffix);
}

void TestMetadata::resourceMirrorsTheRequest()
{
    QFETCH(QByteArray, suffix);
    const Json document = bodyOf(
        metadata::answer(get("/.well-known/oauth-protected-resource" + suffix, "127.0.0.1:8788")));
    QCOMPARE(document.at("resource").get<QString>().toLatin1(), "http://127.0.0.1:8788" + suffix);
}

void TestMetadata::anAddressWithAQueryIsToldAsItWasTyped_data()
{
    QTest::addColumn<QByteArray>("typed");
    for (const char *typed : {"/mcp?x=y", "/mcp/?x=y", "/sse?a=1&b=2", "/observability/mcp?x=y",
                              "/mcp?a={b}|,;%22%20'", "/mcp?/sse", "/mcp??", "/mcp?x"})
        QTest::newRow(typed) << QByteArray(typed);
}

void TestMetadata::anAddressWithAQueryIsToldAsItWasTyped()
{
    QFETCH(QByteArray, typed);
    const auto at = [](const QByteArray &address) {
        http::Request request = get(address.left(address.indexOf('?')));
        request.query = address.mid(address.indexOf('?') + 1);
        return request;
    };
    // RFC 9728 §3.1: the query stands behind the path of the document.
    const QByteArray document = "/.well-known/oauth-protected-resource" + typed;
    QVERIFY(challenge(at(typed)).contains("=\"http://localhost:8788" + document + "\""));
    const QString resource = json::toQString(bodyOf(metadata::answer(at(document))).at("resource"));
    QCOMPARE(resource.toLatin1(), "http://localhost:8788" + typed);
    QVERIFY(resource::canonical(resource, 8788));
}

void TestMetadata::aQueryCannotSpeakInTheChallenge_data()
{
    QTest::addColumn<QByteArray>("query");
    for (const char *query :
         {"scope=admin", "x=1&telescope=1", "SCOPE=admin", "error=x", "error_description=x",
          "resource_metadata=http://evil.example/", "realm=x", "access_token=x", "a\"b", "a\\b",
          "a\r\nX: y", "a b", "\xc3\xbc", ""})
        QTest::addRow("'%s'", query) << QByteArray(query);
}

void TestMetadata::aQueryCannotSpeakInTheChallenge()
{
    QFETCH(QByteArray, query);
    http::Request request = get("/mcp");
    const QByteArray plain = challenge(request);
    request.query = query;
    QCOMPARE(challenge(request), plain);
}

void TestMetadata::issuerIsTheSpellingOfTheClient_data()
{
    QTest::addColumn<QByteArray>("host");
    for (const char *host : {"localhost:8788", "127.0.0.1:8788", "[::1]:8788"})
        QTest::addRow("Q25: %s", host) << QByteArray(host);
}

void TestMetadata::issuerIsTheSpellingOfTheClient()
{
    QFETCH(QByteArray, host);
    const Json server =
        bodyOf(metadata::answer(get("/.well-known/oauth-authorization-server", host)));
    const Json resource =
        bodyOf(metadata::answer(get("/.well-known/oauth-protected-resource/mcp", host)));
    QCOMPARE(server.at("issuer").get<QString>().toLatin1(), "http://" + host);
    // Q15: byte-identical, no slash.
    QCOMPARE(resource.at("authorization_servers"), Json::array({server.at("issuer")}));
    QCOMPARE(server.at("token_endpoint").get<QString>().toLatin1(), "http://" + host + "/token");
}

void TestMetadata::serverDocument()
{
    const Json document = metadata::authorizationServer("http://localhost:8788");
    QCOMPARE(document.at("authorization_endpoint"), Json("http://localhost:8788/authorize"));
    QCOMPARE(document.at("registration_endpoint"), Json("http://localhost:8788/register"));
    QCOMPARE(document.at("revocation_endpoint"), Json("http://localhost:8788/revoke"));
    QCOMPARE(document.at("response_types_supported"), Json::array({"code"}));
    QCOMPARE(document.at("code_challenge_methods_supported"), Json::array({"S256"}));
    QCOMPARE(document.at("grant_types_supported"),
             Json::array({"authorization_code", "refresh_token"}));
    QCOMPARE(document.at("token_endpoint_auth_methods_supported").front(), Json("none"));
    QCOMPARE(document.at("scopes_supported").front(), Json("mcp:read"));
    QCOMPARE(document.at("scopes_supported").back(), Json("offline_access"));
    QVERIFY(!document.contains("authorization_response_iss_parameter_supported"));
    QCOMPARE(document.at("client_id_metadata_document_supported"), Json(true));
    QVERIFY(!document.contains("introspection_endpoint"));
    QVERIFY(!document.contains("device_authorization_endpoint"));
    QVERIFY(!document.contains("jwks_uri"));
}

void TestMetadata::theServerNamesItsResources()
{
    const Json document = metadata::authorizationServer("http://127.0.0.1:1");
    const Json &resources = document.at("protected_resources");
    Json expected = Json::array({"http://127.0.0.1:1/mcp", "http://127.0.0.1:1/sse"});
    for (const provider::Toolset &toolset : provider::facts().toolsets) {
        for (const char *transport : {"/mcp", "/sse"})
            expected.push_back("http://127.0.0.1:1/" + toolset.name.toStdString() + transport);
    }
    QCOMPARE(resources, expected);
    for (const Json &resource : resources) {
        const QByteArray path =
            json::toQString(resource).toLatin1().mid(qstrlen("http://127.0.0.1:1"));
        const Json named = bodyOf(
            metadata::answer(get("/.well-known/oauth-protected-resource" + path, "127.0.0.1:1")));
        QCOMPARE(named.at("resource"), resource);
    }
}

void TestMetadata::whatIsSwitchedOffIsNotOffered()
{
    const Json closed =
        metadata::authorizationServer("http://localhost:8788", {.opensRegistration = false});
    QVERIFY(!closed.contains("registration_endpoint"));
    QCOMPARE(closed.at("client_id_metadata_document_supported"), Json(true));

    const Json undescribed =
        metadata::authorizationServer("http://localhost:8788", {.acceptsDocuments = false});
    QVERIFY(!undescribed.contains("client_id_metadata_document_supported"));
    QVERIFY(undescribed.contains("registration_endpoint"));
}

void TestMetadata::theIssuerIsPromisedOnRequestOnly()
{
    // Q24: clients that lose `iss` refuse the answer once it was promised.
    const Json silent = metadata::authorizationServer("http://localhost:8788");
    QVERIFY(!silent.contains("authorization_response_iss_parameter_supported"));
    const Json promising =
        metadata::authorizationServer("http://localhost:8788", {.promisesIssuer = true});
    QCOMPARE(promising.at("authorization_response_iss_parameter_supported"), Json(true));
}

void TestMetadata::resourceDocument()
{
    const Json document = metadata::protectedResource("http://localhost:8788", "/mcp");
    // Q27: the list joined with spaces is the challenge's scope, byte for byte and for ever.
    QCOMPARE(metadata::kChallengeScope, QByteArray("mcp:read"));
    QCOMPARE(document.at("scopes_supported"), Json::array({"mcp:read"}));
    QCOMPARE(document.at("bearer_methods_supported"), Json::array({"header"}));
}

void TestMetadata::otherMethodsAreRefused()
{
    const http::Response response = metadata::answer(
        get("/.well-known/oauth-authorization-server", "localhost:8788", http::Method::Post));
    QCOMPARE(response.status, 405);
    QCOMPARE(response.headers.value("Allow"), QByteArray("GET, HEAD"));
}

void TestMetadata::noMemberIsNullOrEmpty()
{
    for (const Json &document : {metadata::authorizationServer("http://localhost:8788"),
                                 metadata::protectedResource("http://localhost:8788", "")}) {
        for (const auto &[key, value] : document.items())
            QVERIFY2(!value.is_null() && value != "" && !value.empty(), key.c_str());
    }
}

FLAREDECK_TEST(TestMetadata)

} // namespace tst_metadata

#include "tst_metadata.moc"
