#include "tests/core/provider/loginsetup.h"
#include "tests/support/testcase.h"

namespace tst_logincallback {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

/// Requests to /oauth/callback, from Cloudflare or from anybody else.
class TestLoginCallback : public QObject
{
    Q_OBJECT

private slots:
    void aBadStateChangesNothing();
    void aStateIsGoodOnce();
    void anExpiredStateEndsTheSignIn();
    void theStateComesBeforeTheError();
    void refusalIsDenied();
    void anotherIssuerIsRefused();
    void ourIssuerIsAccepted();
    void onlyGetIsAnswered();
    void aCallbackAfterCancellingStoresNothing();
    void thePageIsStaticAndEscaped();
};

void TestLoginCallback::aBadStateChangesNothing()
{
    Setup s;
    s.start();
    for (const QByteArray &query : {QByteArray("code=c&state=wrong"), QByteArray("code=c"),
                                    QByteArray("code=c&state="), QByteArray()})
        QCOMPARE(s.callback(query).status, 400);
    QVERIFY(s.login.isRunning());
    QCOMPARE(s.upstream.seen.size(), 0);
    s.scriptSuccess();
    QCOMPARE(s.callback("code=c&state=" + s.state()).status, 200);
}

void TestLoginCallback::aStateIsGoodOnce()
{
    Setup s;
    s.scriptSuccess();
    s.start();
    const QByteArray query = "code=c&state=" + s.state();
    QCOMPARE(s.callback(query).status, 200);
    const http::Response again = s.callback(query);
    QCOMPARE(again.status, 400);
    QVERIFY(again.body.contains("already been used"));
    QCOMPARE(s.upstream.count(kTokenPath), 1);
    QCOMPARE(s.store.logins.logins().size(), 1);
}

void TestLoginCallback::anExpiredStateEndsTheSignIn()
{
    Setup s;
    s.start();
    s.clock.advance(provider::SignIns::kTimeoutMs);
    QCOMPARE(s.callback("code=c&state=" + s.state()).status, 400);
    QTRY_VERIFY(s.outcome.has_value());
    QCOMPARE(s.outcome->error().kind, Error::Kind::Timeout);
    QCOMPARE(s.upstream.seen.size(), 0);
}

void TestLoginCallback::theStateComesBeforeTheError()
{
    Setup s;
    s.start();
    QCOMPARE(s.callback("error=access_denied&state=wrong").status, 400);
    QVERIFY(s.login.isRunning());
}

void TestLoginCallback::refusalIsDenied()
{
    Setup s;
    s.start();
    const auto page =
        s.callback("error=access_denied&error_description=evil%20text&state=" + s.state());
    QCOMPARE(page.status, 400);
    QVERIFY(!page.body.contains("evil"));
    QTRY_VERIFY(s.outcome.has_value());
    QCOMPARE(s.outcome->error().kind, Error::Kind::Denied);
    QCOMPARE(s.prompter.ended.size(), 1);
    QCOMPARE(s.prompter.ended.first().second, s.outcome->error().text());
}

void TestLoginCallback::anotherIssuerIsRefused()
{
    Setup s;
    s.start();
    QCOMPARE(s.callback("code=c&iss=https%3A%2F%2Fevil.example&state=" + s.state()).status, 400);
    QTRY_VERIFY(s.outcome.has_value());
    QVERIFY(!*s.outcome);
    QCOMPARE(s.upstream.seen.size(), 0);
}

void TestLoginCallback::ourIssuerIsAccepted()
{
    Setup s;
    s.scriptSuccess();
    s.start();
    const QByteArray issuer = QUrl::toPercentEncoding(s.upstream.origin().toString());
    QCOMPARE(s.callback("code=c&iss=" + issuer + "&state=" + s.state()).status, 200);
}

void TestLoginCallback::onlyGetIsAnswered()
{
    Setup s;
    s.start();
    QCOMPARE(s.callback("code=c&state=" + s.state(), http::Method::Post).status, 405);
    QVERIFY(s.login.isRunning());
}

void TestLoginCallback::aCallbackAfterCancellingStoresNothing()
{
    Setup s;
    s.upstream.hold(kTokenPath);
    s.upstream.on("/oauth2/revoke", http::Response::empty(200));
    s.start();
    auto request = std::make_shared<http::Request>();
    request->method = http::Method::Get;
    request->query = "code=c&state=" + s.state();
    auto page = s.login.handleCallback(request, {});
    QTRY_COMPARE(s.upstream.held.size(), 1);
    s.login.cancel(s.prompter.requests.first().id);
    s.upstream.release(issued("at", "rt"));
    QCOMPARE(QCoro::waitFor(std::move(page)).status, 400);
    QVERIFY(s.store.logins.logins().isEmpty());
    QCOMPARE(s.upstream.count("/oauth2/revoke"), 1);
}

void TestLoginCallback::thePageIsStaticAndEscaped()
{
    Setup s;
    s.prompter.shown = {SignInSurface::Shown, {}};
    s.upstream.on(kTokenPath, issued("at", "rt"));
    s.upstream.on("/client/v4/user", refused(403, 1, "<script>alert(1)</script>"));
    s.upstream.on("/client/v4/accounts", refused(403, 1, "<script>alert(1)</script>"));
    s.start();
    const http::Response page = s.callback("code=c&state=" + s.state());
    QCOMPARE(page.status, 400);
    QVERIFY(!page.body.contains("<script"));
    QVERIFY(page.body.contains("&lt;script&gt;"));
    QVERIFY(page.headers.value("Content-Security-Policy").startsWith("default-src 'none'"));
    QCOMPARE(page.headers.value("Referrer-Policy"), QByteArray("no-referrer"));
    QCOMPARE(page.headers.value("Cache-Control"), QByteArray("no-store"));
}

FLAREDECK_TEST(TestLoginCallback)

} // namespace tst_logincallback

#include "tst_logincallback.moc"
