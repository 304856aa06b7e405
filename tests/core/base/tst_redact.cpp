#include "core/base/redact.h"

#include "core/base/logging.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_redact {

using namespace Qt::StringLiterals;
using namespace flaredeck;

/// No part of a secret is left, wherever it is, and the rest of the text is.
class TestRedact : public QObject
{
    Q_OBJECT

private slots:
    void namesOfSecretsAreKnown_data();
    void namesOfSecretsAreKnown();
    void noWordOfASecretIsLeftInText_data();
    void noWordOfASecretIsLeftInText();
    void whatStandsBesideASecretIsKept_data();
    void whatStandsBesideASecretIsKept();
    void valuesAreWalkedByTheirKeys_data();
    void valuesAreWalkedByTheirKeys();
    void commandLinesShowNoSecret_data();
    void commandLinesShowNoSecret();
    void anyTextCanBeRedacted();
};

void TestRedact::namesOfSecretsAreKnown_data()
{
    QTest::addColumn<bool>("secret");
    for (const char *name : {"password",
                             "PASSWORD",
                             "db_password",
                             "passwd",
                             "pwd",
                             "passphrase",
                             "secret",
                             "client_secret",
                             "clientSecret",
                             "CLIENT-SECRET",
                             "secret_text",
                             "token",
                             "Token",
                             "access_token",
                             "refreshToken",
                             "id_token",
                             "apiToken",
                             "CLOUDFLARE_API_TOKEN",
                             "api_key",
                             "apiKey",
                             "api-key",
                             "X-API-Key",
                             "x-auth-key",
                             "Authorization",
                             "Proxy-Authorization",
                             "Cookie",
                             "Set-Cookie",
                             "private_key",
                             "credential",
                             "credentials",
                             "code_verifier",
                             "client_assertion",
                             "tokens",
                             "secrets",
                             "passwords",
                             "token2",
                             "CF-Access-Client-Secret",
                             "AWS_SECRET_ACCESS_KEY",
                             "registration_access_token",
                             "Mcp-Session-Id",
                             "--token"})
        QTest::newRow(name) << true;
    for (const char *name : {"",
                             "name",
                             "key",
                             "id",
                             "code",
                             "state",
                             "tokens_used",
                             "max_tokens",
                             "token_type",
                             "token_endpoint",
                             "token_endpoint_auth_method",
                             "next_token",
                             "next_page_token",
                             "nextPageToken",
                             "pageToken",
                             "continuation_token",
                             "expires_in",
                             "secret_name",
                             "authorization_endpoint",
                             "client_id",
                             "monkey",
                             "keyboard",
                             "tokenizer",
                             "author",
                             "passed",
                             "compass",
                             "bypass_cache",
                             "access_token_expires_in"})
        QTest::addRow("not %s", name) << false;
}

void TestRedact::namesOfSecretsAreKnown()
{
    QFETCH(bool, secret);
    QString name = QString::fromLatin1(QTest::currentDataTag());
    if (!secret)
        name = name.mid(4);
    QCOMPARE(redaction::namesSecret(name), secret);
}

void TestRedact::noWordOfASecretIsLeftInText_data()
{
    // In each of these "correct", "horse" and "staple" occur only in secrets.
    QTest::addColumn<QString>("text");
    int row = 0;
    for (const char *text :
         {R"({"password":"correct horse"})",
          R"({"password" : "correct horse","a":1})",
          R"({"password":"correct \"horse\" staple"})",
          R"({"password":"correct horse\\"})",
          R"({"text":"{\"password\":\"correct horse\"}"})",
          R"({"text":"{\"password\":\"correct \\\"horse\\\" staple\"}"})",
          R"({"a":"{\"b\":\"{\\\"secret\\\":\\\"correct horse\\\"}\"}"})",
          R"({'password': 'correct horse'})",
          R"({"secret":["correct","horse staple"]})",
          R"({"secret":{"a":"correct","b":["horse"]},"c":1})",
          R"({"tokens":[{"v":"correct } horse"}],"c":1})",
          R"({"token":{"value":"correct horse)",
          R"({"apiKey": "correct horse)",
          "{\"token\":\n  \"correct horse\"}",
          R"({"token":7700112233,"b":1} "secret": "horse")",
          "Authorization: Token correct-horse",
          "Authorization: correct horse staple",
          "authorization: Digest username=\"correct\", response=\"horse\"",
          "Proxy-Authorization: Basic correct:horse",
          "Cookie: a=correct; b=horse",
          "Set-Cookie: session=correct horse; Path=/",
          "X-Auth-Key: correct horse",
          "curl -H \"Authorization: Token correct-horse\"",
          "curl -H 'X-Auth-Key: correct horse'",
          "curl --token correct-horse",
          "curl --api-key \"correct horse\"",
          "run --password=correct --client-secret='horse staple'",
          "password=correct horse",
          "A=1\nPASSWORD=correct horse\nB=2",
          "export API_TOKEN=correct horse",
          "token=correct&client_secret=horse",
          "GET /cb?access_token=correct#api_token=staple",
          "GET /x?api_key=correct&b=2",
          "https://correct:horse@example.com/x",
          "redis://:correct@example.com",
          "password: correct horse staple",
          "login failed, password: correct horse",
          "  secret: correct horse",
          "{token: correct, user: me, secret: horse}",
          "api key: c0rrect-horse",
          "[token] => correct",
          "x=%22access_token%22%3A%22correct%22",
          "jwt eyJhbGciOiJIUzI1NiJ9.correct.horse",
          "-----BEGIN RSA PRIVATE KEY-----\ncorrect\nhorse\n-----END RSA PRIVATE KEY-----",
          R"({"log":"GET / HTTP/1.1\r\nAuthorization: Token correct\r\nHost: x"})",
          "grant_type=authorization_code&code=correct-horse&code_verifier=staple",
          "GET /oauth/callback?code=correcthorse&state=staple-staple"})
        QTest::addRow("%d", ++row) << QString::fromUtf8(text);
}

void TestRedact::noWordOfASecretIsLeftInText()
{
    QFETCH(QString, text);
    for (const QString &clean :
         {redact(text), QString::fromUtf8(redact(text.toUtf8())), redact(redact(text))}) {
        for (const char *word : {"correct", "c0rrect", "horse", "staple", "7700112233"})
            QVERIFY2(!clean.contains(QLatin1String(word)), qPrintable(clean));
        QVERIFY2(clean.contains(u"[redacted]"_s), qPrintable(clean));
    }
}

void TestRedact::whatStandsBesideASecretIsKept_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(expected);
    };
    row(R"({"a":1,"password":"x y","b":2})", R"({"a":1,"password":"[redacted]","b":2})");
    row(R"({"token":["x",{"y":"]"}],"b":2})", R"({"token":"[redacted]","b":2})");
    row(R"({"token":null,"secret":false,"tokens_used":12,"max_tokens":5,"next_token":"abc"})",
        R"({"token":null,"secret":false,"tokens_used":12,"max_tokens":5,"next_token":"abc"})");
    row(R"({"error":{"code":-32601,"state":"failed"}})",
        R"({"error":{"code":-32601,"state":"failed"}})");
    row(R"({"tokens":12})", R"({"tokens":12})");
    row("tokens: 12, of 20", "tokens: 12, of 20");
    row("a=1&token=x&b=2", "a=1&token=[redacted]&b=2");
    row("https://user:x@example.com/a?b=c", "https://[redacted]@example.com/a?b=c");
    row("https://example.com:8080/a@b", "https://example.com:8080/a@b");
    row("run --token x1 --port 5", "run --token [redacted] --port 5");
    row("run --token --port 5", "run --token --port 5");
    row("cannot retire a token: The disk is full.", "cannot retire a token: The disk is full.");
    row("the token endpoint answered 400", "the token endpoint answered 400");
    row("exit code=1 state=failed", "exit code=1 state=failed");
    row("token:", "token:");
    row("Authorization: Token x\nHost: y", "Authorization: [redacted]\nHost: y");
    row("-H 'Authorization: Token x' -d y", "-H 'Authorization: [redacted]' -d y");
}

void TestRedact::whatStandsBesideASecretIsKept()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(redact(text), expected);
}

void TestRedact::valuesAreWalkedByTheirKeys_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *value, const char *expected) {
        QTest::newRow(value) << QByteArray(value) << QByteArray(expected);
    };
    row(R"({"password":"correct horse","user":"me"})", R"({"password":"[redacted]","user":"me"})");
    row(R"({"a":[{"apiKey":{"v":["x"]}}],"token":[],"secret":""})",
        R"({"a":[{"apiKey":"[redacted]"}],"secret":"","token":[]})");
    row(R"({"headers":[{"name":"Authorization","value":"Token x"},{"name":"Host","value":"y"}]})",
        R"({"headers":[{"name":"Authorization","value":"[redacted]"},{"name":"Host","value":"y"}]})");
    row(R"({"headers":[["authorization","Token x"],["host","y"]]})",
        R"({"headers":[["authorization","[redacted]"],["host","y"]]})");
    row(R"({"headers":["Authorization: Token x","Host: y"]})",
        R"({"headers":["Authorization: [redacted]","Host: y"]})");
    row(R"({"args":["--token","x","--port","5"]})",
        R"({"args":["--token","[redacted]","--port","5"]})");
    row(R"({"bindings":[{"name":"KEY","text":"x","type":"secret_text"}]})",
        R"({"bindings":[{"name":"KEY","text":"[redacted]","type":"secret_text"}]})");
    row(R"({"text":"{\"secret\": \"x\", \"b\": 1}"})",
        R"({"text":"{\"b\":1,\"secret\":\"[redacted]\"}"})");
    row(R"({"code":"abc","grant_type":"authorization_code","state":"s"})",
        R"({"code":"[redacted]","grant_type":"authorization_code","state":"[redacted]"})");
    row(R"({"code":"ENOENT","message":"x"})", R"({"code":"ENOENT","message":"x"})");
    row(R"({"required":["password","token"],"tokens":3,"tokens_used":12})",
        R"({"required":["password","token"],"tokens":3,"tokens_used":12})");
    row(R"(["x",1,null,true])", R"(["x",1,null,true])");
}

void TestRedact::valuesAreWalkedByTheirKeys()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, expected);
    QCOMPARE(json::print(redaction::walk(*json::parse(value))), expected);
}

void TestRedact::commandLinesShowNoSecret_data()
{
    QTest::addColumn<QByteArrayList>("arguments");
    QTest::addColumn<QString>("expected");
    QTest::newRow("an option") << QByteArrayList{"npx", "--token", "a b c", "--port", "5"}
                               << u"npx --token [redacted] --port 5"_s;
    QTest::newRow("with =") << QByteArrayList{"npx", "--api-key=a b c", "x"}
                            << u"npx --api-key=[redacted] x"_s;
    QTest::newRow("a header") << QByteArrayList{"npx", "--header", "Authorization: Bearer a b", "x"}
                              << u"npx --header Authorization: [redacted] x"_s;
    QTest::newRow("a header of another scheme")
        << QByteArrayList{"curl", "-H", "X-Auth-Key: a b"} << u"curl -H X-Auth-Key: [redacted]"_s;
    QTest::newRow("a user") << QByteArrayList{"curl", "-u", "me:a b", "https://x"}
                            << u"curl -u me:[redacted] https://x"_s;
    QTest::newRow("a variable") << QByteArrayList{"env", "API_TOKEN=a b", "node"}
                                << u"env API_TOKEN=[redacted] node"_s;
    QTest::newRow("an address") << QByteArrayList{"git", "clone", "https://me:ab@x/y"}
                                << u"git clone https://[redacted]@x/y"_s;
    QTest::newRow("a shell") << QByteArrayList{"sh", "-c", "curl -H 'Authorization: Token a' x"}
                             << u"sh -c curl -H 'Authorization: [redacted]' x"_s;
    QTest::newRow("nothing") << QByteArrayList{"node", "server.js"} << u"node server.js"_s;
}

void TestRedact::commandLinesShowNoSecret()
{
    QFETCH(QByteArrayList, arguments);
    QFETCH(QString, expected);
    QCOMPARE(redaction::commandLine(arguments), expected);
}

void TestRedact::anyTextCanBeRedacted()
{
    // Every piece of a text with quotes, escapes and brackets: redact() ends, and adds only its
    // marks.
    const QString whole =
        u"x {\"token\":\"a\\\\\",\"secret\":[{\"k\":'v'}],\\\"pwd\\\":\\\"b\\\"} --password 'q' "
        "%22token%22%3A%22z%22 Authorization: \"w\" cookie=\\n"_s;
    for (qsizetype from = 0; from < whole.size(); ++from) {
        for (qsizetype length = 0; length <= whole.size() - from; length += 3) {
            const QString text = whole.mid(from, length);
            const QString once = redact(text);
            QVERIFY(once.size() <= text.size() + 12 * u"[redacted]"_s.size());
        }
    }
    QCOMPARE(redact(u"\\"_s.repeated(1000)), u"\\"_s.repeated(1000));
    const QString open = u"\"token\":["_s + u"["_s.repeated(100'000);
    QCOMPARE(redact(open), u"\"token\":\"[redacted]\""_s);
}

FLAREDECK_TEST(TestRedact)

} // namespace tst_redact

#include "tst_redact.moc"
