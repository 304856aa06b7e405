#include "core/provider/tokenclient.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_tokenclient {

using namespace flaredeck;
using namespace flaredeck::provider;
using namespace Qt::Literals::StringLiterals;
using Kind = TokenFailure::Kind;

class TestTokenClient : public QObject
{
    Q_OBJECT

private slots:
    void readsAGrant();
    void guessesWhatIsMissing();
    void sortsFailures_data();
    void sortsFailures();
    void keepsTokensOutOfErrors();
};

void TestTokenClient::readsAGrant()
{
    const TokenAnswer answer = TokenClient::readAnswer(
        {200,
         {},
         R"({"access_token":"a","refresh_token":"r","expires_in":60,"scope":"x.read y.read",
                      "token_type":"Bearer"})",
         1},
        u"Cloudflare"_s);
    QVERIFY(answer);
    QCOMPARE(answer->access.reveal(), QByteArray("a"));
    QCOMPARE(answer->refresh.reveal(), QByteArray("r"));
    QCOMPARE(answer->expiresInSeconds, 60);
    QCOMPARE(answer->scopes, (QStringList{u"x.read"_s, u"y.read"_s}));
}

void TestTokenClient::guessesWhatIsMissing()
{
    const TokenAnswer answer = TokenClient::readAnswer(
        {200, {}, R"({"access_token":"a","token_type":"bearer"})", 1}, facts().name);
    QVERIFY(answer);
    QVERIFY(answer->refresh.isEmpty());
    QVERIFY(answer->scopes.isEmpty());
    QCOMPARE(answer->expiresInSeconds, TokenGrant::kGuessedSeconds);
}

void TestTokenClient::sortsFailures_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("error");
    const auto row = [](const char *name, int status, const char *body, Kind kind,
                        Error::Kind error) {
        QTest::newRow(name) << status << QByteArray(body) << int(kind) << int(error);
    };
    row("invalid_grant ends the sign-in", 400, R"({"error":"invalid_grant"})", Kind::GrantRefused,
        Error::Kind::Unauthorized);
    row("invalid_client is our configuration, not the user's sign-in", 401,
        R"({"error":"invalid_client"})", Kind::ClientRefused, Error::Kind::Upstream);
    row("unauthorized_client is our configuration", 400, R"({"error":"unauthorized_client"})",
        Kind::ClientRefused, Error::Kind::Upstream);
    row("an unknown error code", 400, R"({"error":"odd"})", Kind::ClientRefused,
        Error::Kind::Upstream);
    row("429 is transient", 429, R"({"error":"invalid_grant"})", Kind::Transient,
        Error::Kind::RateLimited);
    row("5xx is transient", 503, R"({"error":"invalid_grant"})", Kind::Transient,
        Error::Kind::Upstream);
    row("a web page is transient, never parsed", 403, "<html>invalid_grant</html>", Kind::Transient,
        Error::Kind::Upstream);
    row("a web page with 200 is transient", 200, "<html></html>", Kind::Transient,
        Error::Kind::Upstream);
    row("a missing token is transient", 200, R"({"token_type":"bearer"})", Kind::Transient,
        Error::Kind::Upstream);
    row("a token of another type is not used", 200, R"({"access_token":"a","token_type":"mac"})",
        Kind::Transient, Error::Kind::Upstream);
}

void TestTokenClient::sortsFailures()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    const TokenAnswer answer = TokenClient::readAnswer({status, {}, body, 1}, facts().name);
    QVERIFY(!answer);
    QTEST(int(answer.error().kind), "kind");
    QTEST(int(answer.error().error.kind), "error");
    QVERIFY(!answer.error().error.action.isEmpty());
}

void TestTokenClient::keepsTokensOutOfErrors()
{
    const TokenAnswer answer = TokenClient::readAnswer(
        {200, {}, R"({"access_token":"topsecret","token_type":"mac"})", 1}, facts().name);
    QVERIFY(!answer);
    QVERIFY(!answer.error().error.text().contains("topsecret"_L1));
    QVERIFY(!answer.error().error.detail.contains("topsecret"_L1));
}

FLAREDECK_TEST(TestTokenClient)

} // namespace tst_tokenclient

#include "tst_tokenclient.moc"
