#include "core/provider/refreshschedule.h"

#include "tests/core/provider/upstreamfixture.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>

namespace tst_refreshschedule {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray kTokenPath = "/oauth2/token";

/// A store with a login whose access token expires in an hour, and no calls.
struct Setup {
    Setup()
        : store(clock)
        , credentials(store.logins, client, upstream.endpoints(), publicClient, clock)
    {
    }

    void start(bool sandbox = false)
    {
        schedule =
            std::make_unique<provider::RefreshSchedule>(store.logins, credentials, sandbox, clock);
    }
    void pass(Millis time)
    {
        clock.advance(time);
        schedule->look();
    }
    [[nodiscard]] int asked() const { return upstream.count(kTokenPath); }
    [[nodiscard]] QByteArray access() const
    {
        return store.logins.tokens(LoginId{u"login-1"_s})->access.reveal() + "";
    }

    ManualClock clock;
    ScriptedUpstream upstream;
    http::HttpClient client;
    StoreFixture store;
    provider::Credentials credentials;
    std::unique_ptr<provider::RefreshSchedule> schedule;
};

} // namespace

class TestRefreshSchedule : public QObject
{
    Q_OBJECT

private slots:
    void aTokenIsRenewedBeforeAnybodyNeedsIt();
    void aTokenThatEndedWhileTheComputerSleptIsRenewed();
    void anOutageIsMetWithPatience();
    void anEndedSignInIsToldAndLeftAlone();
    void otherSignInsAreLeftAlone();
};

void TestRefreshSchedule::aTokenIsRenewedBeforeAnybodyNeedsIt()
{
    Setup s;
    s.upstream.on(kTokenPath, issued("at2", "rt2"));
    s.store.add("at", "rt", s.clock.now() + 60 * kMinute);
    s.start();
    s.pass(54 * kMinute);
    QCOMPARE(s.asked(), 0);
    s.pass(2 * kMinute);
    QTRY_COMPARE(s.access(), QByteArray("at2"));
    QCOMPARE(s.asked(), 1);
    // The same again an hour later.
    s.pass(50 * kMinute);
    QCOMPARE(s.asked(), 1);
    s.pass(6 * kMinute);
    QTRY_COMPARE(s.asked(), 2);
}

void TestRefreshSchedule::aTokenThatEndedWhileTheComputerSleptIsRenewed()
{
    Setup s;
    s.upstream.on(kTokenPath, issued("at2", "rt2"));
    s.store.add("at", "rt", s.clock.now() + 60 * kMinute);
    s.start();
    s.pass(9 * 60 * kMinute);
    QTRY_COMPARE(s.access(), QByteArray("at2"));
}

void TestRefreshSchedule::anOutageIsMetWithPatience()
{
    Setup s;
    s.upstream.on(kTokenPath, http::Response::text(502, "Bad gateway\n"));
    s.store.add("at", "rt", s.clock.now() + 60 * kMinute);
    s.start();
    s.pass(56 * kMinute);
    QTRY_COMPARE(s.asked(), 1);
    s.pass(20'000);
    QCOMPARE(s.asked(), 1);
    // A failure is noted a moment after the request came, so that the pause may begin later.
    const auto askedLater = [&s] {
        s.pass(kSecond);
        return s.asked();
    };
    s.pass(10'000);
    QTRY_COMPARE(askedLater(), 2);
    s.pass(50'000);
    QCOMPARE(s.asked(), 2);
    s.pass(10'000);
    QTRY_COMPARE(askedLater(), 3);
    QCOMPARE(s.store.logins.logins().first().state, store::LoginState::Ok);
    s.upstream.script[kTokenPath] = {};
    s.upstream.on(kTokenPath, issued("at2", "rt2"));
    const auto accessLater = [&s] {
        s.pass(kMinute);
        return s.access();
    };
    QTRY_COMPARE(accessLater(), QByteArray("at2"));
}

void TestRefreshSchedule::anEndedSignInIsToldAndLeftAlone()
{
    Setup s;
    s.upstream.on(kTokenPath, http::Response::json(400, {{"error", "invalid_grant"}}));
    s.store.add("at", "rt", s.clock.now() + 60 * kMinute);
    QSignalSpy told(&s.credentials, &provider::Credentials::needsLogin);
    bool asked = false;
    s.credentials.setRevive([&asked](LoginId, std::stop_token) -> Task<bool> {
        asked = true;
        co_return false;
    });
    s.start();
    s.pass(56 * kMinute);
    QTRY_COMPARE(told.size(), 1);
    s.pass(60 * kMinute);
    QCOMPARE(s.asked(), 1);
    QVERIFY2(!asked, "nobody called anything, so nobody is asked to sign in");
}

void TestRefreshSchedule::otherSignInsAreLeftAlone()
{
    Setup s;
    s.store.add("key", "", 0, store::LoginKind::ApiToken);
    s.start();
    s.pass(600 * kMinute);
    Setup real;
    real.store.add("at", "rt", real.clock.now() + 60 * kMinute);
    real.start(true);
    real.pass(600 * kMinute);
    QCOMPARE(s.asked() + real.asked(), 0);
}

FLAREDECK_TEST(TestRefreshSchedule)

} // namespace tst_refreshschedule

#include "tst_refreshschedule.moc"
