#include "core/provider/scopes.h"
#include "core/providers/cloudflare/tokencheck.h"
#include "tests/core/provider/upstreamfixture.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_tokencheck {

using namespace flaredeck;
using namespace flaredeck::cloudflare;
using namespace Qt::Literals::StringLiterals;
using test::enveloped;
using test::refused;
using test::ScriptedUpstream;

namespace {

const Millis kNow =
    QDateTime::fromString(u"2026-11-01T00:00:00Z"_s, Qt::ISODate).toMSecsSinceEpoch();

http::ClientResponse answered(const http::Response &response)
{
    http::ClientResponse answer;
    answer.status = response.status;
    answer.headers = response.headers;
    answer.body = response.body;
    return answer;
}

provider::Identity person(const QStringList &accounts)
{
    provider::Identity identity{u"u1"_s, u"ada@example.com"_s, {}};
    for (const QString &account : accounts)
        identity.accounts << AccountRef{account, account};
    return identity;
}

} // namespace

class TestTokenCheck : public QObject
{
    Q_OBJECT

private slots:
    void verification_data();
    void verification();
    void probes_data();
    void probes();
    void aGlobalKeyIsRefused();
    void findsOutWhatATokenOpens();
    void aRefusalCountsWhenEveryAccountRefuses();
    void anAccountsTokenIsVerifiedThere();
    void sendsNothingThatChanges();
};

void TestTokenCheck::verification_data()
{
    QTest::addColumn<QByteArray>("result");
    QTest::addColumn<QString>("problem"); ///< empty = it works
    QTest::addColumn<QString>("ends");
    QTest::newRow("active") << QByteArray(R"({"status":"active"})") << QString() << QString();
    QTest::newRow("active for a while")
        << QByteArray(R"({"status":"active","expires_on":"2026-12-30T10:00:00Z"})") << QString()
        << u"2026-12-30T10:00:00Z"_s;
    QTest::newRow("over, says the status")
        << QByteArray(R"({"status":"expired"})") << u"has expired"_s << QString();
    QTest::newRow("over, says the date")
        << QByteArray(R"({"status":"active","expires_on":"2026-10-30T10:00:00Z"})")
        << u"has expired"_s << QString();
    QTest::newRow("disabled") << QByteArray(R"({"status":"disabled"})") << u"is disabled"_s
                              << QString();
    QTest::newRow("not yet") << QByteArray(
                                    R"({"status":"active","not_before":"2027-01-01T00:00:00Z"})")
                             << u"not valid yet"_s << QString();
    QTest::newRow("no status") << QByteArray("{}") << u"does not say"_s << QString();
}

void TestTokenCheck::verification()
{
    QFETCH(QByteArray, result);
    QFETCH(QString, problem);
    QFETCH(QString, ends);
    const auto check = readVerification(*json::parse(result), kNow);
    QCOMPARE(check.has_value(), problem.isEmpty());
    if (!check) {
        QCOMPARE(check.error().kind, Error::Kind::Unauthorized);
        QVERIFY2(check.error().message.contains(problem), qPrintable(check.error().message));
        return;
    }
    QCOMPARE(check->endsAt,
             ends.isEmpty() ? 0 : QDateTime::fromString(ends, Qt::ISODate).toMSecsSinceEpoch());
}

void TestTokenCheck::probes_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("code");
    QTest::addColumn<Tried>("means");
    QTest::newRow("it answers") << 200 << 0 << Tried::Opens;
    QTest::newRow("authentication error") << 403 << 10000 << Tried::Refused;
    QTest::newRow("unauthorized") << 403 << 9109 << Tried::Refused;
    QTest::newRow("refused for another reason") << 403 << 10042 << Tried::Unknown;
    QTest::newRow("the product is off") << 404 << 7003 << Tried::Unknown;
    QTest::newRow("too many") << 429 << 10000 << Tried::Unknown;
    QTest::newRow("down") << 502 << 10000 << Tried::Unknown;
}

void TestTokenCheck::probes()
{
    QFETCH(int, status);
    QFETCH(int, code);
    const auto response = status == 200 ? enveloped(Json::array()) : refused(status, code, "No");
    QTEST(judgeProbe(answered(response)), "means");
}

void TestTokenCheck::aGlobalKeyIsRefused()
{
    const Result<> key = checkTokenForm(Secret("cfk_abc"));
    QVERIFY(!key && key.error().message.contains(u"global API key"_s));
    for (const char *token : {"cfut_abc", "cfat_abc", "0123456789abcdef0123456789abcdef01234567"})
        QVERIFY(checkTokenForm(Secret(token)));
}

void TestTokenCheck::findsOutWhatATokenOpens()
{
    ScriptedUpstream upstream;
    http::HttpClient client;
    upstream.on("/client/v4/user/tokens/verify",
                enveloped({{"status", "active"}, {"expires_on", "2100-01-01T00:00:00Z"}}));
    upstream.on("/client/v4/accounts/a1/workers/scripts", enveloped(Json::array()));
    upstream.on("/client/v4/accounts/a1/d1/database", refused(403, 10000, "Authentication error"));
    const auto check = QCoro::waitFor(
        checkToken(client, upstream.endpoints(), Secret("cfut_x"), person({u"a1"_s}), {}));
    QVERIFY(check);
    QCOMPARE(check->opens, QStringList{u"workers-scripts.read"_s});
    QCOMPARE(check->lacks, QStringList{u"d1.read"_s});
    QVERIFY(check->endsAt > kNow);
    QCOMPARE(scopes::lackedBy({}, check->lacks), ScopeSet{u"d1:read"_s});
}

void TestTokenCheck::aRefusalCountsWhenEveryAccountRefuses()
{
    ScriptedUpstream upstream;
    http::HttpClient client;
    upstream.on("/client/v4/user/tokens/verify", enveloped({{"status", "active"}}));
    upstream.on("/client/v4/accounts/a1/d1/database", refused(403, 10000, "Authentication error"));
    upstream.on("/client/v4/accounts/a2/d1/database", enveloped(Json::array()));
    upstream.on("/client/v4/accounts/a1/r2/buckets", refused(403, 10000, "Authentication error"));
    upstream.on("/client/v4/accounts/a2/r2/buckets", refused(403, 10000, "Authentication error"));
    const auto check = QCoro::waitFor(
        checkToken(client, upstream.endpoints(), Secret("cfut_x"), person({u"a1"_s, u"a2"_s}), {}));
    QVERIFY(check);
    QCOMPARE(check->opens, QStringList{u"d1.read"_s});
    QCOMPARE(check->lacks, QStringList{u"workers-r2.read"_s});
}

void TestTokenCheck::anAccountsTokenIsVerifiedThere()
{
    ScriptedUpstream upstream;
    http::HttpClient client;
    upstream.on("/client/v4/accounts/a1/tokens/verify", enveloped({{"status", "disabled"}}));
    provider::Identity account = person({u"a1"_s});
    account.userId.clear();
    const auto check =
        QCoro::waitFor(checkToken(client, upstream.endpoints(), Secret("cfat_x"), account, {}));
    QVERIFY(!check);
    QCOMPARE(check.error().message, u"This token is disabled."_s);
    QCOMPARE(upstream.seen.size(), 1); // nothing is tried with it
}

void TestTokenCheck::sendsNothingThatChanges()
{
    ScriptedUpstream upstream;
    http::HttpClient client;
    upstream.on("/client/v4/user/tokens/verify", enveloped({{"status", "active"}}));
    QVERIFY(QCoro::waitFor(
        checkToken(client, upstream.endpoints(), Secret("cfut_x"), person({u"a1"_s}), {})));
    QVERIFY(upstream.seen.size() > 5);
    for (const auto &request : std::as_const(upstream.seen)) {
        QCOMPARE(request->method, http::Method::Get);
        QCOMPARE(request->headers.value("Authorization"), QByteArray("Bearer cfut_x"));
    }
}

FLAREDECK_TEST(TestTokenCheck)

} // namespace tst_tokencheck

#include "tst_tokencheck.moc"
