#include "core/oauth/clients/registration.h"
#include "tests/support/testcase.h"

#include <QFloat16>
#include <QTest>

namespace tst_registration {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestRegistration : public QObject
{
    Q_OBJECT

private slots:
    void acceptsRealClients_data();
    void acceptsRealClients();
    void refuses_data();
    void refuses();
    void namesAreCleaned_data();
    void namesAreCleaned();
    void namesInManyLanguagesAreNotAllKept();
    void grantTypesAreIntersected_data();
    void grantTypesAreIntersected();
    void aMissingAuthMethodIsBasicOrBody();
    void echoesRedirectUrisExactly();
    void publicAnswerHasNoSecret();
    void confidentialAnswerHasASecretForEver();
    void absentMembersStayAbsent();
};

namespace {

constexpr quint16 kPort = 8788;
const registration::Management kManagement{"http://localhost:8788/register/d_1", "cfl_reg_1"};

} // namespace

void TestRegistration::acceptsRealClients_data()
{
    QTest::addColumn<QByteArray>("body");

    QTest::newRow("Q2: mcp-remote")
        << QByteArray(R"({"redirect_uris":["http://localhost:23456/oauth/callback"],
            "token_endpoint_auth_method":"none","application_type":"native",
            "grant_types":["authorization_code","refresh_token"],"response_types":["code"],
            "client_name":"MCP CLI Proxy","client_uri":"https://github.com/modelcontextprotocol/mcp-cli",
            "software_id":"2e6dc280-f3c3-4e01-99a7-8181dbd1d23d","software_version":"0.15.1",
            "scope":"mcp:read"})");
    QTest::newRow("Q16: VS Code lists the device grant") << QByteArray(
        R"({"client_name":"Visual Studio Code","client_uri":"https://code.visualstudio.com",
            "grant_types":["authorization_code","refresh_token","urn:ietf:params:oauth:grant-type:device_code"],
            "response_types":["code"],
            "redirect_uris":["https://insiders.vscode.dev/redirect","https://vscode.dev/redirect",
            "http://127.0.0.1/","http://127.0.0.1:33418/"],
            "scope":"mcp:read","token_endpoint_auth_method":"none","application_type":"native"})");
    QTest::newRow("Q17: Cursor sends three redirect URIs at once")
        << QByteArray(R"({"client_name":"Cursor","redirect_uris":[
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback","http://localhost:8787/callback"],
            "grant_types":["authorization_code","refresh_token"],"response_types":["code"],
            "token_endpoint_auth_method":"none"})");
    QTest::newRow("Q21: the Inspector sends an empty scope")
        << QByteArray(R"({"redirect_uris":["http://localhost:6274/oauth/callback"],
            "token_endpoint_auth_method":"none","grant_types":["authorization_code","refresh_token"],
            "response_types":["code"],"client_name":"MCP Inspector",
            "client_uri":"https://github.com/modelcontextprotocol/inspector","scope":""})");
    QTest::newRow("nulls and empty links are absent members")
        << QByteArray(R"({"redirect_uris":["http://localhost:1/cb"],"client_uri":"","logo_uri":null,
            "contacts":null,"software_statement":"x","something_new":{"a":1}})");
    QTest::newRow("public keys are ignored") << QByteArray(
        R"({"redirect_uris":["http://localhost:1/cb"],"jwks":{"keys":[{"kty":"EC","x":"1"}]}})");
}

void TestRegistration::acceptsRealClients()
{
    QFETCH(QByteArray, body);
    const auto client = registration::parse(body, kPort);
    QVERIFY2(client, client ? "" : qPrintable(client.error().description));
    QVERIFY(client->grantTypes.contains(u"refresh_token"_s));
    QVERIFY(!registration::print(*client, {}, kManagement).contains("scope") ||
            registration::print(*client, {}, kManagement).at("scope") != "");
}

void TestRegistration::refuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("code");

    const auto row = [](const char *name, const char *body, const char *code) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(code);
    };
    row("not JSON", "{", "invalid_request");
    row("not an object", "[]", "invalid_request");
    row("empty", "", "invalid_request");
    row("no redirect URI", "{}", "invalid_redirect_uri");
    row("an empty list", R"({"redirect_uris":[]})", "invalid_redirect_uri");
    row("not a list", R"({"redirect_uris":"http://localhost/"})", "invalid_redirect_uri");
    row("a list of numbers", R"({"redirect_uris":[1]})", "invalid_redirect_uri");
    row("one bad URI refuses them all",
        R"({"redirect_uris":["http://localhost:1/cb","javascript:alert"]})",
        "invalid_redirect_uri");
    row("our own origin", R"({"redirect_uris":["http://127.0.0.1:8788/cb"]})",
        "invalid_redirect_uri");
    row("eleven URIs",
        R"({"redirect_uris":["a.b:/1","a.b:/2","a.b:/3","a.b:/4","a.b:/5","a.b:/6","a.b:/7","a.b:/8",
            "a.b:/9","a.b:/10","a.b:/11"]})",
        "invalid_redirect_uri");
    QTest::newRow("a redirect URI of 60 KiB")
        << R"({"redirect_uris":["a.b:/)" + QByteArray(60 * 1024, 'x') + R"("]})"
        << QByteArray("invalid_redirect_uri");
    QTest::newRow("contacts of 60 KiB")
        << R"({"redirect_uris":["a.b:/"],"contacts":[")" + QByteArray(60 * 1024, 'x') + R"("]})"
        << QByteArray("invalid_client_metadata");
    QTest::newRow("a thousand contacts") << R"({"redirect_uris":["a.b:/"],"contacts":["x")" +
                                                QByteArray(R"(,"x")").repeated(999) + "]}"
                                         << QByteArray("invalid_client_metadata");
    QTest::newRow("a software id of 60 KiB")
        << R"({"redirect_uris":["a.b:/"],"software_id":")" + QByteArray(60 * 1024, 'x') + R"("})"
        << QByteArray("invalid_client_metadata");
    row("no grant type of ours", R"({"redirect_uris":["a.b:/"],"grant_types":["implicit"]})",
        "invalid_client_metadata");
    row("no response type of ours", R"({"redirect_uris":["a.b:/"],"response_types":["token"]})",
        "invalid_client_metadata");
    row("an unknown authentication method",
        R"({"redirect_uris":["a.b:/"],"token_endpoint_auth_method":"private_key_jwt"})",
        "invalid_client_metadata");
    row("a link that runs code", R"({"redirect_uris":["a.b:/"],"logo_uri":"javascript:x"})",
        "invalid_client_metadata");
    row("a name that is no string", R"({"redirect_uris":["a.b:/"],"client_name":{}})",
        "invalid_client_metadata");
    row("a private key", R"({"redirect_uris":["a.b:/"],"jwks":{"keys":[{"kty":"EC","d":"1"}]}})",
        "invalid_client_metadata");
}

void TestRegistration::refuses()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, code);
    const auto client = registration::parse(body, kPort);
    QVERIFY(!client);
    QCOMPARE(client.error().code, code);
    QCOMPARE(client.error().status, 400);
    QVERIFY(!client.error().description.isEmpty());
}

void TestRegistration::namesAreCleaned_data()
{
    QTest::addColumn<QString>("sent");
    QTest::addColumn<QString>("kept");

    QTest::newRow("a plain name stays") << u"Claude Code"_s << u"Claude Code"_s;
    QTest::newRow("other alphabets stay") << u"\u30c6\u30b9\u30c8"_s << u"\u30c6\u30b9\u30c8"_s;
    QTest::newRow("line breaks go") << u"a\nb"_s << u"ab"_s;
    QTest::newRow("right-to-left overrides go") << u"a\u202eb"_s << u"ab"_s;
    QTest::newRow("isolates go") << u"a\u2066b"_s << u"ab"_s;
    QTest::newRow("zero-width characters go") << u"a\u200bb\ufeff"_s << u"ab"_s;
    QTest::newRow("tag characters go") << u"a\U000E0041\U000E007Fb"_s << u"ab"_s;
    QTest::newRow("blank letters go") << u"a\u3164\u115f\u1160\uffa0\u2800b"_s << u"ab"_s;
    QTest::newRow("variation selectors go") << u"a\ufe0f\U000E0100\u180bb"_s << u"ab"_s;
    QTest::newRow("a name of nothing that is seen is none")
        << u"\u3164 \u2800\U000E0041"_s << u""_s;
    QTest::newRow("pictures stay") << u"a \U0001F600"_s << u"a \U0001F600"_s;
    QTest::newRow("no character is cut in two")
        << QString(119, u'x') + u"\U0001F600"_s << QString(119, u'x');
    QTest::newRow("no space is left where a name is cut")
        << QString(119, u'x') + u" yz"_s << QString(119, u'x');
    QTest::newRow("long names are cut") << QString(200, u'x') << QString(120, u'x');
}

void TestRegistration::namesAreCleaned()
{
    QFETCH(QString, sent);
    QFETCH(QString, kept);
    const Json body{{"redirect_uris", {"http://localhost:1/cb"}}, {"client_name", sent}};
    QCOMPARE(registration::parse(json::print(body), kPort)->name, kept);
}

void TestRegistration::namesInManyLanguagesAreNotAllKept()
{
    Json body{{"redirect_uris", {"a.b:/"}}};
    for (int i = 0; i < 1000; ++i)
        body["client_name#x-" + std::to_string(i)] = "name";
    const auto client = registration::parse(json::print(body), kPort);
    QVERIFY(client);
    QVERIFY(client->metadata.size() < 30);
}

void TestRegistration::grantTypesAreIntersected_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("kept");

    QTest::newRow("none named: old clients still get to refresh")
        << QByteArray(R"({"redirect_uris":["a.b:/"]})")
        << QStringList{u"authorization_code"_s, u"refresh_token"_s};
    QTest::newRow("only codes: no refresh token")
        << QByteArray(R"({"redirect_uris":["a.b:/"],"grant_types":["authorization_code"]})")
        << QStringList{u"authorization_code"_s};
}

void TestRegistration::grantTypesAreIntersected()
{
    QFETCH(QByteArray, body);
    QFETCH(QStringList, kept);
    QCOMPARE(registration::parse(body, kPort)->grantTypes, kept);
}

void TestRegistration::aMissingAuthMethodIsBasicOrBody()
{
    const auto client =
        registration::parse(R"({"redirect_uris":["http://localhost:1/cb"]})", kPort);
    QCOMPARE(client->authMethod, u"client_secret_basic"_s);
    QVERIFY(!client->authMethodExplicit);
}

void TestRegistration::echoesRedirectUrisExactly()
{
    const QByteArray body = R"({"redirect_uris":["HTTP://LocalHost:1/cb","http://127.0.0.1"]})";
    const auto client = registration::parse(body, kPort);
    QCOMPARE(registration::print(*client, {}, kManagement).at("redirect_uris"),
             Json::array({"HTTP://LocalHost:1/cb", "http://127.0.0.1"}));
}

void TestRegistration::publicAnswerHasNoSecret()
{
    auto client = registration::parse(
        R"({"redirect_uris":["http://localhost:1/cb"],"token_endpoint_auth_method":"none","client_name":"x"})",
        kPort);
    client->id.value = u"d_1"_s;
    client->createdAt = 1'700'000'000'123;
    const Json answer = registration::print(*client, {}, kManagement);
    QCOMPARE(answer.at("client_id"), Json("d_1"));
    QCOMPARE(answer.at("client_id_issued_at"), Json(1'700'000'000));
    QCOMPARE(answer.at("client_name"), Json("x"));
    QCOMPARE(answer.at("response_types"), Json::array({"code"}));
    QCOMPARE(answer.at("token_endpoint_auth_method"), Json("none"));
    QCOMPARE(answer.at("application_type"), Json("native"));
    QVERIFY(!answer.contains("client_secret"));
    QVERIFY(!answer.contains("client_secret_expires_at"));
    // One without the other breaks clients, and RFC 7592 is not offered.
    QCOMPARE(answer.at("registration_client_uri"), Json("http://localhost:8788/register/d_1"));
    QCOMPARE(answer.at("registration_access_token"), Json("cfl_reg_1"));
}

void TestRegistration::confidentialAnswerHasASecretForEver()
{
    const auto client = registration::parse(R"({"redirect_uris":["https://a.example/cb"]})", kPort);
    const Json answer = registration::print(*client, "secret", kManagement);
    QCOMPARE(answer.at("client_secret"), Json("secret"));
    QCOMPARE(answer.at("client_secret_expires_at"), Json(0));
    QCOMPARE(answer.at("application_type"), Json("web"));
}

void TestRegistration::absentMembersStayAbsent()
{
    const auto client =
        registration::parse(R"({"redirect_uris":["a.b:/"],"client_uri":"","scope":""})", kPort);
    const Json answer = registration::print(*client, {}, kManagement);
    for (const char *key : {"client_uri", "logo_uri", "scope", "client_name", "contacts"})
        QVERIFY2(!answer.contains(key), key);
    for (const auto &[key, value] : answer.items())
        QVERIFY2(!value.is_null(), key.c_str());
}

FLAREDECK_TEST(TestRegistration)

} // namespace tst_registration

#include "tst_registration.moc"
