#include "core/oauth/clients/clientauth.h"

#include "core/base/crypto.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_clientauth {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestClientAuth : public QObject
{
    Q_OBJECT

private slots:
    void reads_data();
    void reads();
    void enforcesTheRegisteredMethod_data();
    void enforcesTheRegisteredMethod();
    void unknownClientIsInvalidClient();
};

void TestClientAuth::reads_data()
{
    QTest::addColumn<QByteArray>("authorization");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("expected"); // "id:secret" or the error code
    QTest::addColumn<bool>("basicChallenge");

    const auto basic = [](const QByteArray &pair) { return "Basic " + pair.toBase64(); };
    QTest::newRow("a public client")
        << QByteArray() << QByteArray("client_id=a") << QByteArray("a:") << false;
    QTest::newRow("secret in the body")
        << QByteArray() << QByteArray("client_id=a&client_secret=s") << QByteArray("a:s") << false;
    QTest::newRow("secret in the header")
        << basic("a:s") << QByteArray() << QByteArray("a:s") << false;
    QTest::newRow("scheme in any case") << QByteArray("bAsIc ") + QByteArray("a:s").toBase64()
                                        << QByteArray() << QByteArray("a:s") << false;
    QTest::newRow("both halves are form-encoded")
        << basic("a%2Db:s%5F+") << QByteArray() << QByteArray("a-b:s_ ") << false;
    QTest::newRow("the first colon divides")
        << basic("a:s:t") << QByteArray() << QByteArray("a:s:t") << false;
    QTest::newRow("client_id may be repeated in the body")
        << basic("a:s") << QByteArray("client_id=a") << QByteArray("a:s") << false;
    QTest::newRow("two secrets are too many")
        << basic("a:s") << QByteArray("client_id=a&client_secret=s")
        << QByteArray("invalid_request") << false;
    QTest::newRow("two names are too many")
        << basic("a:s") << QByteArray("client_id=b") << QByteArray("invalid_request") << false;
    QTest::newRow("no colon") << basic("abc") << QByteArray() << QByteArray("invalid_client")
                              << true;
    QTest::newRow("not base64") << QByteArray("Basic !!!") << QByteArray()
                                << QByteArray("invalid_client") << true;
    QTest::newRow("nobody") << QByteArray() << QByteArray() << QByteArray("invalid_client")
                            << false;
    QTest::newRow("a bearer header is not client authentication")
        << QByteArray("Bearer x") << QByteArray("client_id=a") << QByteArray("a:") << false;
}

void TestClientAuth::reads()
{
    QFETCH(QByteArray, authorization);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, expected);
    QFETCH(bool, basicChallenge);

    http::Request request;
    if (!authorization.isEmpty())
        request.headers.append("Authorization", authorization);
    const auto read = clientauth::read(request, http::Form::parse(body));
    QCOMPARE(read ? read->client.value.toUtf8() + ':' + read->secret : read.error().code, expected);
    if (!read)
        QCOMPARE(read.error().toResponse().headers.contains("WWW-Authenticate"), basicChallenge);
}

void TestClientAuth::enforcesTheRegisteredMethod_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<bool>("chosen");
    QTest::addColumn<int>("way");
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<bool>("accepted");

    using clientauth::Way;
    const auto row = [](const char *name, const QString &method, bool chosen, Way way,
                        const char *secret, bool accepted) {
        QTest::newRow(name) << method << chosen << int(way) << QByteArray(secret) << accepted;
    };
    const QString basic = u"client_secret_basic"_s;
    const QString post = u"client_secret_post"_s;
    row("public", u"none"_s, true, Way::Public, "", true);
    row("a public client has no secret", u"none"_s, true, Way::Body, "right", false);
    row("basic as chosen", basic, true, Way::Basic, "right", true);
    row("basic with a wrong secret", basic, true, Way::Basic, "wrong", false);
    row("basic chosen, sent in the body", basic, true, Way::Body, "right", false);
    row("basic by default, sent in the body", basic, false, Way::Body, "right", true);
    row("basic by default, no secret", basic, false, Way::Public, "", false);
    row("post as chosen", post, true, Way::Body, "right", true);
    row("post chosen, sent as basic", post, true, Way::Basic, "right", false);
    row("an empty secret is wrong", post, true, Way::Body, "", false);
}

void TestClientAuth::enforcesTheRegisteredMethod()
{
    QFETCH(QString, method);
    QFETCH(bool, chosen);
    QFETCH(int, way);
    QFETCH(QByteArray, secret);
    QFETCH(bool, accepted);

    store::Client client;
    client.id.value = u"a"_s;
    client.authMethod = method;
    client.authMethodExplicit = chosen;
    if (method != u"none"_s)
        client.secretHash = crypto::sha256("right");
    const auto checked = clientauth::check({client.id, secret, clientauth::Way(way)}, client);
    QCOMPARE(checked.has_value(), accepted);
    if (!accepted) {
        QCOMPARE(checked.error().code, QByteArray("invalid_client"));
        QCOMPARE(checked.error().status, 401);
    }
}

void TestClientAuth::unknownClientIsInvalidClient()
{
    const auto checked =
        clientauth::check({{u"gone"_s}, {}, clientauth::Way::Public}, std::nullopt);
    QVERIFY(!checked);
    QCOMPARE(checked.error().status, 401);
    QCOMPARE(checked.error().code, QByteArray("invalid_client"));
}

FLAREDECK_TEST(TestClientAuth)

} // namespace tst_clientauth

#include "tst_clientauth.moc"
