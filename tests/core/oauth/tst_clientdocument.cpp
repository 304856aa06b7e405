#include "core/oauth/clients/clientdocument.h"

#include "core/base/json.h"
#include "core/oauth/clients/redirecturi.h"
#include "tests/support/testcase.h"

#include <QFloat16>
#include <QTest>

namespace tst_clientdocument {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestClientDocument : public QObject
{
    Q_OBJECT

private slots:
    void urlsThatMayNameAClient_data();
    void urlsThatMayNameAClient();
    void urlsThatMayNot_data();
    void urlsThatMayNot();
    void readsRealDocuments_data();
    void readsRealDocuments();
    void copilotIsAnsweredAtAPortOfItsOwn();
    void refusesDocuments_data();
    void refusesDocuments();
    void whatIsReadIsKept();
    void thePublisherIsTheHost();
};

namespace {

constexpr quint16 kPort = 8788;
const QString kUrl = u"https://client.example/oauth/client.json"_s;
constexpr char kCopilot[] =
    R"({"client_id":"https://github.com/copilot/cli/client-metadata.json",
        "client_name":"GitHub Copilot CLI","redirect_uris":["http://127.0.0.1/callback"],
        "token_endpoint_auth_method":"none"})";

} // namespace

void TestClientDocument::urlsThatMayNameAClient_data()
{
    QTest::addColumn<QString>("url");
    for (const char *url :
         {"https://claude.ai/oauth/claude-code-client-metadata",
          "https://vscode.dev/oauth/client-metadata.json",
          "https://github.com/copilot/cli/client-metadata.json",
          "https://opencode.ai/oauth/opencode/client.json",
          "https://chatgpt.com/oauth/codex/client.json", "https://a.example/c?version=2",
          "https://a.example:8443/c", "https://xn--bcher-kva.example/c", "https://a.example/c/",
          "https://a.example/a.b/..c/...", "https://a.example/%20"})
        QTest::newRow(url) << QString::fromLatin1(url);
}

void TestClientDocument::urlsThatMayNameAClient()
{
    QFETCH(QString, url);
    QVERIFY(clientdocument::isUrl(url));
    const auto checked = clientdocument::checkUrl(url);
    QVERIFY2(checked, checked ? "" : qPrintable(checked.error().message));
}

void TestClientDocument::urlsThatMayNot_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("cause");
    const auto row = [](const QString &url, const char *cause) {
        QTest::newRow(qPrintable(url)) << url << QString::fromLatin1(cause);
    };
    row(u"http://a.example/c"_s, "https://");
    row(u"HTTPS://a.example/c"_s, "https://");
    row(u"ftp://a.example/c"_s, "https://");
    row(u"https://a.example"_s, "no path");
    row(u"https://a.example/"_s, "no path");
    row(u"https://a.example?c"_s, "no path");
    row(u"https://user@a.example/c"_s, "user name");
    row(u"https://user:pw@a.example/c"_s, "user name");
    row(u"https://a.example/c#f"_s, "fragment");
    row(u"https://a.example/c#"_s, "fragment");
    row(u"https://a.example/./c"_s, ". or ..");
    row(u"https://a.example/b/../c"_s, ". or ..");
    row(u"https://a.example/b/.."_s, ". or ..");
    row(u"https://a.example/%2e%2e/c"_s, ". or ..");
    row(u"https://a.example/%2E./c"_s, ". or ..");
    row(u"https://a.example/b%2f..%2fc"_s, ". or ..");
    row(u"https://a.example/b%5c..%5cc"_s, ". or ..");
    row(u"https://a.example/b\\c"_s, "character");
    row(u"https://a.example\\@b.example/c"_s, "character");
    row(u"https://a.example/b c"_s, "character");
    row(u"https://a.example/b\tc"_s, "character");
    row(u"https://a.example/b\nc"_s, "character");
    row(u"https://a.example/\u00fc"_s, "character");
    row(u"https://b\u00fccher.example/c"_s, "character");
    row(u"https://a.example/%0d%0aHost"_s, "control");
    row(u"https://a.example/%00"_s, "control");
    row(u"https://a.example/%5c"_s, "control");
    row(u"https://A.example/c"_s, "domain");
    row(u"https:///c"_s, "domain");
    row(u"https://127.0.0.1/c"_s, "domain");
    row(u"https://2130706433/c"_s, "domain");
    row(u"https://[::1]/c"_s, "domain");
    row(u"https://a.example./c"_s, "domain");
    row(u"https://a..example/c"_s, "domain");
    row(u"https://a.example:0/c"_s, "normal form");
    row(u"https://a.example:99999/c"_s, "normal form");
    row(u"https://a.example:/c"_s, "normal form");
    row(u"https://a.example/%zz"_s, "normal form");
    row(u"https://a.example/%7e"_s, "normal form");
    row(u"https://a.example/"_s + QString(1024, u'x'), "longer");
}

void TestClientDocument::urlsThatMayNot()
{
    QFETCH(QString, url);
    QFETCH(QString, cause);
    QVERIFY(clientdocument::isUrl(url));
    const auto checked = clientdocument::checkUrl(url);
    QVERIFY(!checked);
    QCOMPARE(checked.error().kind, Error::Kind::InvalidInput);
    QVERIFY2(checked.error().message.contains(cause), qPrintable(checked.error().message));
}

void TestClientDocument::readsRealDocuments_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QByteArray>("document");
    const auto row = [](const char *name, const char *url, const char *document) {
        QTest::newRow(name) << QString::fromLatin1(url) << QByteArray(document);
    };
    row("Claude Code: loopback without a port",
        "https://claude.ai/oauth/claude-code-client-metadata",
        R"({"client_id":"https://claude.ai/oauth/claude-code-client-metadata",
            "client_name":"Claude Code","client_uri":"https://claude.ai",
            "redirect_uris":["http://localhost/callback","http://127.0.0.1/callback"],
            "grant_types":["authorization_code","refresh_token"],"response_types":["code"],
            "token_endpoint_auth_method":"none"})");
    row("VS Code: grants that we do not have", "https://vscode.dev/oauth/client-metadata.json",
        R"({"client_id":"https://vscode.dev/oauth/client-metadata.json",
            "client_name":"Visual Studio Code","client_uri":"https://vscode.dev/product",
            "grant_types":["authorization_code","refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code"],"response_types":["code"],
            "redirect_uris":["http://127.0.0.1:33418/","http://127.0.0.1/",
                "https://vscode.dev/redirect","https://insiders.vscode.dev/redirect"],
            "token_endpoint_auth_method":"none","application_type":"native"})");
    row("Copilot CLI", "https://github.com/copilot/cli/client-metadata.json", kCopilot);
    row("opencode", "https://opencode.ai/oauth/opencode/client.json",
        R"({"client_id":"https://opencode.ai/oauth/opencode/client.json","client_name":"OpenCode",
            "client_uri":"https://opencode.ai","logo_uri":"",
            "redirect_uris":["http://127.0.0.1:19876/mcp/oauth/callback"],
            "grant_types":["authorization_code","refresh_token"],"response_types":["code"],
            "token_endpoint_auth_method":"none"})");
    row("Codex: prefers keys, also does without", "https://chatgpt.com/oauth/codex/client.json",
        R"({"client_id":"https://chatgpt.com/oauth/codex/client.json","client_name":"Codex",
            "redirect_uris":["http://127.0.0.1/callback"],
            "token_endpoint_auth_method":"private_key_jwt",
            "token_endpoint_auth_methods_supported":["private_key_jwt","none"],
            "jwks":{"keys":[{"kty":"EC","crv":"P-256","x":"1","y":"2"}]}})");
    row("names no authentication method", "https://a.example/c",
        R"({"client_id":"https://a.example/c","client_name":"A","redirect_uris":["a.b:/cb"]})");
}

void TestClientDocument::readsRealDocuments()
{
    QFETCH(QString, url);
    QFETCH(QByteArray, document);
    const auto client = clientdocument::parse(url, document, kPort);
    QVERIFY2(client, client ? "" : qPrintable(client.error().message));
    QCOMPARE(client->id.value, url);
    QCOMPARE(client->kind, store::ClientKind::Document);
    QCOMPARE(client->authMethod, u"none"_s);
    QVERIFY(client->secretHash.isEmpty());
    QVERIFY(!client->name.isEmpty());
    QCOMPARE(client->grantTypes, (QStringList{u"authorization_code"_s, u"refresh_token"_s}));
}

void TestClientDocument::copilotIsAnsweredAtAPortOfItsOwn()
{
    // 1.0.102 listens at any port below /callback.
    const QString url = u"https://github.com/copilot/cli/client-metadata.json"_s;
    const auto client = clientdocument::parse(url, kCopilot, kPort);
    QVERIFY(client);
    const QString &registered = client->redirectUris.first();
    QVERIFY(redirecturi::matches(registered, u"http://127.0.0.1:41234/callback"_s));
    QVERIFY(!redirecturi::matches(registered, u"http://127.0.0.1:41234/"_s));
}

void TestClientDocument::refusesDocuments_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QString>("cause");
    const auto raw = [](const char *name, const QByteArray &document, const char *cause) {
        QTest::newRow(name) << document << QString::fromLatin1(cause);
    };
    const auto changed = [raw](const char *name, const char *member, const Json &value,
                               const char *cause) {
        Json document{{"client_id", kUrl},
                      {"client_name", "A client"},
                      {"redirect_uris", {"http://localhost/cb"}},
                      {"token_endpoint_auth_method", "none"}};
        if (value.is_discarded())
            document.erase(member);
        else
            document[member] = value;
        raw(name, json::print(document), cause);
    };
    const Json absent(Json::value_t::discarded);
    raw("empty", "", "JSON object");
    raw("not JSON", "<html>", "JSON object");
    raw("a list", "[]", "JSON object");
    raw("not UTF-8", "{\"client_id\":\"\xff\"}", "JSON object");
    changed("no client_id", "client_id", absent, "client_id");
    changed("another client_id", "client_id", "https://client.example/oauth/other.json",
            "client_id");
    changed("the client_id in another spelling", "client_id",
            "https://CLIENT.example/oauth/client.json", "client_id");
    changed("client_id is no string", "client_id", 1, "client_id");
    changed("no name", "client_name", absent, "client_name");
    changed("an empty name", "client_name", "", "client_name");
    changed("a name of invisible characters", "client_name", "\u200b\u202e", "client_name");
    changed("no redirect URI", "redirect_uris", absent, "redirect_uris");
    changed("an empty list", "redirect_uris", Json::array(), "redirect_uris");
    changed("a redirect URI that runs code", "redirect_uris", {"javascript:alert"}, "javascript");
    changed("a redirect URI that leads here", "redirect_uris", {"http://localhost:8788/cb"},
            "back to this server");
    changed("a redirect URI in clear text", "redirect_uris", {"http://a.example/cb"}, "http");
    changed("a secret", "client_secret", "x", "client_secret");
    changed("an empty secret", "client_secret", "", "client_secret");
    changed("the end of a secret", "client_secret_expires_at", 0, "client_secret_expires_at");
    changed("a method with a secret", "token_endpoint_auth_method", "client_secret_post",
            "token_endpoint_auth_method");
    changed("a key method only", "token_endpoint_auth_method", "private_key_jwt",
            "token_endpoint_auth_method");
    changed("no grant of ours", "grant_types", {"client_credentials"}, "grant_types");
    changed("a link that is no web address", "client_uri", "javascript:x", "client_uri");
    for (const char *member : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
        changed(qPrintable(u"a private key: %1"_s.arg(QLatin1String(member))), "jwks",
                {{"keys", {{{"kty", "RSA"}, {member, "x"}}}}}, "private keys");
    }
}

void TestClientDocument::refusesDocuments()
{
    QFETCH(QByteArray, document);
    QFETCH(QString, cause);
    const auto client = clientdocument::parse(kUrl, document, kPort);
    QVERIFY(!client);
    QCOMPARE(client.error().kind, Error::Kind::InvalidInput);
    QVERIFY(client.error().message.contains("client.example"_L1));
    QVERIFY2(client.error().message.contains(cause), qPrintable(client.error().message));
}

void TestClientDocument::whatIsReadIsKept()
{
    const Json document{{"client_id", kUrl},
                        {"client_name", "A\u202e  client"},
                        {"redirect_uris", {"http://localhost/cb", "a.b:/cb"}},
                        {"client_uri", "https://client.example"},
                        {"software_id", "x"}};
    const auto client = clientdocument::parse(kUrl, json::print(document), kPort);
    QVERIFY(client);
    QCOMPARE(client->name, u"A client"_s);
    QCOMPARE(client->redirectUris, (QStringList{u"http://localhost/cb"_s, u"a.b:/cb"_s}));
    QCOMPARE(client->metadata.at("client_uri"), Json("https://client.example"));
    QCOMPARE(client->metadata.at("software_id"), Json("x"));
}

void TestClientDocument::thePublisherIsTheHost()
{
    QCOMPARE(clientdocument::publisher(kUrl), u"client.example"_s);
    QCOMPARE(clientdocument::publisher(u"https://a.example:8443/c"_s), u"a.example:8443"_s);
    QVERIFY(!clientdocument::isUrl(u"d_0123456789abcdef"_s));
}

FLAREDECK_TEST(TestClientDocument)

} // namespace tst_clientdocument

#include "tst_clientdocument.moc"
