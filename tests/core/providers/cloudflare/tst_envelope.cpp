#include "core/provider/retryafter.h"
#include "core/providers/cloudflare/envelope.h"

#include "tests/core/provider/comparejson.h"
#include "tests/support/testcase.h"

#include <QTest>
#include <QTimeZone>

namespace tst_envelope {

using namespace flaredeck;
using namespace flaredeck::cloudflare;
using namespace Qt::Literals::StringLiterals;

namespace {

http::ClientResponse answer(int status, const QByteArray &body, http::Headers headers = {})
{
    return {status, std::move(headers), body, 1};
}

constexpr char kError[] =
    R"({"success":false,"result":null,"errors":[{"code":10007,"message":"Not there"}],"messages":[]})";

} // namespace

class TestEnvelope : public QObject
{
    Q_OBJECT

private slots:
    void unwrapsResultAndInfo();
    void mapsEachFailureOnce_data();
    void mapsEachFailureOnce();
    void namesEveryErrorWithItsCode();
    void aRateLimitCarriesItsWait();
    void readsRetryAfter_data();
    void readsRetryAfter();
};

void TestEnvelope::unwrapsResultAndInfo()
{
    const auto envelope = readEnvelope(answer(
        200,
        R"({"success":true,"result":[1],"errors":[],"messages":[],"result_info":{"page":1}})"));
    QVERIFY(envelope);
    COMPARE_JSON(envelope->result, Json::array({1}));
    COMPARE_JSON(envelope->resultInfo, (Json{{"page", 1}}));
}

void TestEnvelope::mapsEachFailureOnce_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, int status, const QByteArray &body, Error::Kind kind,
                        const QString &message) {
        QTest::newRow(name) << status << body << int(kind) << message;
    };
    row("400 is the caller's", 400, kError, Error::Kind::InvalidInput,
        u"Cloudflare did not accept the request: Not there (code 10007)."_s);
    row("401 asks for a sign-in", 401, kError, Error::Kind::Unauthorized,
        u"Cloudflare did not accept the sign-in: Not there (code 10007)."_s);
    row("403 is a missing permission, not a dead token", 403, kError, Error::Kind::Denied,
        u"Cloudflare refused access: Not there (code 10007)."_s);
    row("404 is a wrong name", 404, kError, Error::Kind::NotFound,
        u"Cloudflare found nothing there: Not there (code 10007)."_s);
    row("429 is a limit", 429, kError, Error::Kind::RateLimited,
        u"Cloudflare is limiting requests: Not there (code 10007)."_s);
    row("5xx is Cloudflare's", 503, "", Error::Kind::Upstream,
        u"Cloudflare has a problem (HTTP 503)."_s);
    row("a web page with 5xx keeps the status", 502, "<html>x</html>", Error::Kind::Upstream,
        u"Cloudflare has a problem (HTTP 502)."_s);
    row("a bot check is transient, whatever its status", 403, "<!doctype html><p>Verify",
        Error::Kind::Upstream,
        u"Cloudflare answered with a web page instead of data (HTTP 403)."_s);
    row("a login page with 200 is transient", 200, "<html></html>", Error::Kind::Upstream,
        u"Cloudflare answered with a web page instead of data (HTTP 200)."_s);
    row("a redirect is refused", 302, "", Error::Kind::Upstream,
        u"Cloudflare refused the request (HTTP 302)."_s);
    row("success false with 200 is a failure", 200, kError, Error::Kind::Upstream,
        u"Cloudflare reported a failure: Not there (code 10007)."_s);
    row("200 without an envelope is a failure", 200, "[]", Error::Kind::Upstream,
        u"Cloudflare's answer is not in the expected form."_s);
    row("200 with broken JSON is a failure", 200, "{", Error::Kind::Upstream,
        u"Cloudflare's answer is not in the expected form."_s);
}

void TestEnvelope::mapsEachFailureOnce()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    const auto envelope = readEnvelope(answer(status, body));
    QVERIFY(!envelope);
    QTEST(int(envelope.error().kind), "kind");
    QTEST(envelope.error().message, "message");
    QVERIFY(!envelope.error().action.isEmpty());
}

void TestEnvelope::namesEveryErrorWithItsCode()
{
    const Error error = readFailure(
        answer(400, R"({"errors":[{"code":1,"message":"a"},{"message":"b"},{"code":3}]})"));
    QCOMPARE(error.message,
             u"Cloudflare did not accept the request: a (code 1); b; no message (code 3)."_s);
}

void TestEnvelope::aRateLimitCarriesItsWait()
{
    QCOMPARE(readFailure(answer(429, kError, {{"Retry-After", "7"}})).retryAfterSeconds, 7);
    QCOMPARE(readFailure(answer(429, kError)).retryAfterSeconds,
             provider::kDefaultRetryAfterSeconds);
    QVERIFY(readFailure(answer(429, kError, {{"Retry-After", "7"}})).action.contains("7 s"_L1));
}

void TestEnvelope::readsRetryAfter_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("seconds"); // -1 = none
    QTest::newRow("seconds") << QByteArray("12") << 12;
    QTest::newRow("zero") << QByteArray("0") << 0;
    QTest::newRow("a negative number is none") << QByteArray("-5") << -1;
    QTest::newRow("a date") << QByteArray("Sun, 15 Jun 2025 15:06:50 GMT") << 10;
    QTest::newRow("a date in the past means at once")
        << QByteArray("Sun, 15 Jun 2025 15:00:00 GMT") << 0;
    QTest::newRow("a very long wait is bounded") << QByteArray("99999999999") << 86400;
    QTest::newRow("nonsense is none") << QByteArray("soon") << -1;
    QTest::newRow("nothing is none") << QByteArray() << -1;
}

void TestEnvelope::readsRetryAfter()
{
    QFETCH(QByteArray, value);
    const Millis now =
        QDateTime(QDate(2025, 6, 15), QTime(15, 6, 40), QTimeZone::utc()).toMSecsSinceEpoch();
    http::Headers headers;
    if (!value.isEmpty())
        headers.append("Retry-After", value);
    QTEST(provider::retryAfterSeconds(headers, now).value_or(-1), "seconds");
}

FLAREDECK_TEST(TestEnvelope)

} // namespace tst_envelope

#include "tst_envelope.moc"
