#include "core/provider/signinagain.h"

#include "tests/core/provider/loginsetup.h"
#include "tests/support/testcase.h"

namespace tst_signinagain {

using namespace flaredeck;
using namespace flaredeck::test;

namespace {

/// A login that Cloudflare has ended, and calls that need it.
struct Ended : Setup {
    explicit Ended(std::chrono::milliseconds patience = std::chrono::seconds(25))
        : credentials(store.logins, client, upstream.endpoints(), publicClient, clock)
        , again(store.logins, login, clock, {patience})
    {
        store::Login gone = store.add("at", "rt", clock.now() - 1);
        gone.userId = u"u1"_s;
        gone.sandbox = true;
        gone.state = store::LoginState::NeedsLogin;
        if (!store.logins.save(gone, {Secret("at"), Secret("rt")}))
            qFatal("cannot save a login");
        credentials.setRevive([this](LoginId id, std::stop_token stop) {
            return again.wait(std::move(id), std::move(stop));
        });
    }
    void call() { keepToken(credentials.accessToken(LoginId{u"login-1"_s}, {}), &got); }
    void signIn() { callback("code=c&state=" + state()); }

    static Task<> keepToken(Task<Result<Secret>> task, QList<QByteArray> *got)
    {
        const Result<Secret> token = co_await task;
        got->append(token ? token->reveal() + "" : "refused");
    }

    provider::Credentials credentials;
    provider::SignInAgain again;
    QList<QByteArray> got;
};

} // namespace

class TestSignInAgain : public QObject
{
    Q_OBJECT

private slots:
    void callsWaitForThePersonAndGoOn();
    void aSignInThatEndsDuringACallIsBroughtBackForIt();
    void whoeverClosesThePageIsLeftInPeace();
    void aCallThatWaitedTooLongIsRefused();
    void anotherPersonIsNoReplacement();
    void withNobodyToAskCallsFailAtOnce();
};

void TestSignInAgain::callsWaitForThePersonAndGoOn()
{
    Ended s;
    s.scriptSuccess();
    s.call();
    s.call();
    QTRY_COMPARE(s.prompter.requests.size(), 1);
    QCOMPARE(s.got.size(), 0);
    s.signIn();
    QTRY_COMPARE(s.got, (QList<QByteArray>{"at", "at"}));
    QCOMPARE(s.prompter.requests.size(), 1);
}

void TestSignInAgain::aSignInThatEndsDuringACallIsBroughtBackForIt()
{
    Ended s;
    store::Login alive = *s.store.logins.login(LoginId{u"login-1"_s});
    alive.state = store::LoginState::Ok;
    QVERIFY(s.store.logins.save(alive, {Secret("old"), Secret("rt")}));
    s.upstream.on(kTokenPath, http::Response::json(400, {{"error", "invalid_grant"}}));
    s.scriptSuccess();
    s.call();
    QTRY_COMPARE(s.prompter.requests.size(), 1);
    s.signIn();
    QTRY_COMPARE(s.got, (QList<QByteArray>{"at"}));
}

void TestSignInAgain::whoeverClosesThePageIsLeftInPeace()
{
    Ended s;
    s.scriptSuccess();
    s.call();
    QTRY_COMPARE(s.prompter.requests.size(), 1);
    s.login.cancel(s.prompter.requests.first().id);
    QTRY_COMPARE(s.got, (QList<QByteArray>{"refused"}));
    s.call();
    QTRY_COMPARE(s.got.size(), 2);
    QCOMPARE(s.prompter.requests.size(), 1);

    // A sign-in that the person starts is awaited.
    s.start();
    QTRY_COMPARE(s.prompter.requests.size(), 2);
    s.call();
    s.signIn();
    QTRY_COMPARE(s.got.size(), 3);
    QCOMPARE(s.got.last(), QByteArray("at"));
}

void TestSignInAgain::aCallThatWaitedTooLongIsRefused()
{
    Ended s(std::chrono::milliseconds(20));
    s.scriptSuccess();
    s.call();
    QTRY_COMPARE(s.got, (QList<QByteArray>{"refused"}));
    // The page is still open and works for the next call.
    s.signIn();
    s.call();
    QTRY_COMPARE(s.got.size(), 2);
    QCOMPARE(s.got.last(), QByteArray("at"));
    QCOMPARE(s.prompter.requests.size(), 1);
}

void TestSignInAgain::anotherPersonIsNoReplacement()
{
    Ended s;
    s.upstream.on(kTokenPath, issued("at", "rt", 3600));
    s.scriptIdentity("somebody-else");
    s.call();
    QTRY_COMPARE(s.prompter.requests.size(), 1);
    s.signIn();
    QTRY_COMPARE(s.got, (QList<QByteArray>{"refused"}));
}

void TestSignInAgain::withNobodyToAskCallsFailAtOnce()
{
    Ended s;
    s.prompter.shown = {SignInSurface::Unavailable, u"no screen here"_s};
    s.call();
    QTRY_COMPARE(s.got, (QList<QByteArray>{"refused"}));
    s.call();
    QTRY_COMPARE(s.got.size(), 2);
    QCOMPARE(s.prompter.requests.size(), 1);
}

FLAREDECK_TEST(TestSignInAgain)

} // namespace tst_signinagain

#include "tst_signinagain.moc"
