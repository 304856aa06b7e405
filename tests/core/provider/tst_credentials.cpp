#include "tests/core/provider/upstreamfixture.h"
#include "tests/core/store/unwritable.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>

namespace tst_credentials {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray kTokenPath = "/oauth2/token";

struct Setup {
    explicit Setup(provider::ClientConfig (*config)() = publicClient)
        : store(clock)
        , credentials(store.logins, client, upstream.endpoints(), config, clock)
    {
    }

    Result<Secret> token() { return QCoro::waitFor(credentials.accessToken(id, {})); }
    [[nodiscard]] store::LoginState state() const { return store.logins.login(id)->state; }
    [[nodiscard]] QByteArray storedRefresh() const
    {
        return store.logins.tokens(id)->refresh.reveal() + "";
    }

    const LoginId id{u"login-1"_s};
    ManualClock clock;
    ScriptedUpstream upstream;
    http::HttpClient client;
    StoreFixture store;
    provider::Credentials credentials;
};

/// A separate waiting task, so that many can wait at once.
Task<> wait(provider::Credentials *credentials, LoginId id, QList<QByteArray> *got,
            std::stop_token stop = {})
{
    const Result<Secret> token = co_await credentials->accessToken(id, stop);
    got->append(token ? token->reveal() + "" : token.error().message.toUtf8());
}

} // namespace

class TestCredentials : public QObject
{
    Q_OBJECT

private slots:
    void givesAValidTokenWithoutAsking();
    void refreshesFiveMinutesEarly_data();
    void refreshesFiveMinutesEarly();
    void oneFlightServesFiftyWaiters();
    void storesTheRotatedTokenBeforeItHandsOut();
    void keepsTheOldRefreshTokenWhenNoneIsSent();
    void aRotatedTokenThatCannotBeStoredServes();
    void aSuspendedSignInIsNotAskedFor();
    void aLostAnswerIsAskedForOnceMore();
    void aSecondLostAnswerIsAnError();
    void anOutageLeavesWhatIsLeftOfTheOldToken();
    void anOutageWithAnExpiredTokenIsNoSignOut();
    void invalidGrantAsksForASignIn();
    void invalidClientIsNoSignOut();
    void aRejectedTokenIsRefreshed();
    void aLateRejectionOfAnOldTokenChangesNothing();
    void anApiTokenNeverExpiresAndCannotBeRefreshed();
    void withoutARefreshTokenTheSignInLastsUntilItExpires();
    void aShortLivedTokenIsNotRefreshedForEachRequest();
    void aPublicClientNamesItselfInTheBody();
    void aConfidentialClientAuthenticatesWithBasic();
    void tokensThatLandAfterSigningOutAreRevoked();
    void whoStopsWaitingLeavesTheRefreshAlone();
};

void TestCredentials::givesAValidTokenWithoutAsking()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() + 6 * kMinute);
    const auto token = s.token();
    QVERIFY(token);
    QCOMPARE(token->reveal(), QByteArray("at"));
    QCOMPARE(s.upstream.seen.size(), 0);
}

void TestCredentials::refreshesFiveMinutesEarly_data()
{
    QTest::addColumn<Millis>("left");
    QTest::addColumn<int>("requests");
    QTest::newRow("more than five minutes left") << 5 * kMinute + 1 << 0;
    QTest::newRow("five minutes left") << 5 * kMinute << 1;
    QTest::newRow("expired") << Millis(-1) << 1;
}

void TestCredentials::refreshesFiveMinutesEarly()
{
    QFETCH(Millis, left);
    Setup s;
    s.store.add("at", "rt", s.clock.now() + left);
    s.upstream.on(kTokenPath, issued("at2", "rt2"));
    QVERIFY(s.token());
    QTEST(s.upstream.count(kTokenPath), "requests");
}

void TestCredentials::oneFlightServesFiftyWaiters()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.hold(kTokenPath);
    QList<QByteArray> got;
    for (int i = 0; i < 50; ++i)
        wait(&s.credentials, s.id, &got);
    QTRY_COMPARE(s.upstream.held.size(), 1);
    s.upstream.release(issued("at2", "rt2"));
    QTRY_COMPARE(got.size(), 50);
    QCOMPARE(got.count("at2"), 50);
    QCOMPARE(s.upstream.count(kTokenPath), 1);
}

void TestCredentials::storesTheRotatedTokenBeforeItHandsOut()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.on(kTokenPath, issued("at2", "rt2", 1000));
    QCOMPARE(s.token()->reveal(), QByteArray("at2"));
    // A second store on the same file sees only what was stored at that moment.
    QCOMPARE(s.storedRefresh(), QByteArray("rt2"));
    QCOMPARE(s.store.logins.login(s.id)->expiresAt, s.clock.now() + 1'000'000);
    QCOMPARE(s.store.logins.login(s.id)->refreshedAt, s.clock.now());
}

void TestCredentials::keepsTheOldRefreshTokenWhenNoneIsSent()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.on(kTokenPath, issued("at2", nullptr));
    QVERIFY(s.token());
    QCOMPARE(s.storedRefresh(), QByteArray("rt"));
}

void TestCredentials::aRotatedTokenThatCannotBeStoredServes()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.on(kTokenPath, issued("at2", "rt2", 600));
    s.upstream.on(kTokenPath, issued("at3", "rt3", 3600));
    const QString file = s.store.directory.filePath(u"vault.db"_s);
    const QByteArray before = s.store.vault->keys.secret(s.id.value, u"refresh"_s);
    setWritable(file, false);
    QCOMPARE(s.token()->reveal(), QByteArray("at2"));
    QCOMPARE(s.token()->reveal(), QByteArray("at2"));
    QCOMPARE(s.upstream.count(kTokenPath), 1);
    // Cloudflare has redeemed "rt"; only "rt2" works from now on.
    s.clock.advance(10 * kMinute);
    QCOMPARE(s.token()->reveal(), QByteArray("at3"));
    QVERIFY(s.upstream.last(kTokenPath)->body.contains("refresh_token=rt2"));
    QCOMPARE(s.state(), store::LoginState::Ok);
    setWritable(file, true);
    QTRY_VERIFY(s.store.vault->keys.secret(s.id.value, u"refresh"_s) != before);
}

void TestCredentials::aSuspendedSignInIsNotAskedFor()
{
    Setup s;
    QSignalSpy needsLogin(&s.credentials, &provider::Credentials::needsLogin);
    s.store.add("at", "rt", s.clock.now() + 60 * kMinute);
    QVERIFY(s.store.logins.setState(s.id, store::LoginState::Suspended));
    const auto token = s.token();
    QCOMPARE(token.error().kind, Error::Kind::Unauthorized);
    QVERIFY(token.error().message.contains("keychain"_L1));
    QCOMPARE(s.upstream.seen.size(), 0);
    QCOMPARE(needsLogin.count(), 0);
}

void TestCredentials::aLostAnswerIsAskedForOnceMore()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.cut(kTokenPath);
    s.upstream.on(kTokenPath, issued("at2", "rt2"));
    QCOMPARE(s.token()->reveal(), QByteArray("at2"));
    QCOMPARE(s.upstream.count(kTokenPath), 2);
    QVERIFY(s.upstream.last(kTokenPath)->body.contains("refresh_token=rt"));
}

void TestCredentials::aSecondLostAnswerIsAnError()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.cut(kTokenPath);
    const auto token = s.token();
    QVERIFY(!token);
    QVERIFY(token.error().kind != Error::Kind::Unauthorized);
    QCOMPARE(s.upstream.count(kTokenPath), 2);
    QCOMPARE(s.state(), store::LoginState::Ok);
}

void TestCredentials::anOutageLeavesWhatIsLeftOfTheOldToken()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() + kMinute);
    s.upstream.on(kTokenPath, http::Response::empty(503));
    QCOMPARE(s.token()->reveal(), QByteArray("at"));
}

void TestCredentials::anOutageWithAnExpiredTokenIsNoSignOut()
{
    Setup s;
    QSignalSpy needsLogin(&s.credentials, &provider::Credentials::needsLogin);
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.on(kTokenPath, http::Response::html(200, "<html>invalid_grant</html>"));
    const auto token = s.token();
    QVERIFY(!token);
    QCOMPARE(token.error().kind, Error::Kind::Upstream);
    QCOMPARE(s.state(), store::LoginState::Ok);
    QCOMPARE(needsLogin.count(), 0);
}

void TestCredentials::invalidGrantAsksForASignIn()
{
    Setup s;
    QSignalSpy needsLogin(&s.credentials, &provider::Credentials::needsLogin);
    s.store.add("at", "rt", s.clock.now() + kMinute);
    s.upstream.on(kTokenPath, http::Response::json(400, {{"error", "invalid_grant"}}));
    const auto token = s.token();
    QVERIFY(!token);
    QCOMPARE(token.error().kind, Error::Kind::Unauthorized);
    QVERIFY(!token.error().action.isEmpty());
    QCOMPARE(s.state(), store::LoginState::NeedsLogin);
    QCOMPARE(needsLogin.count(), 1);
    QVERIFY(!s.token());
    QCOMPARE(s.upstream.count(kTokenPath), 1);
}

void TestCredentials::invalidClientIsNoSignOut()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.on(kTokenPath, http::Response::json(401, {{"error", "invalid_client"}}));
    const auto token = s.token();
    QVERIFY(!token);
    QCOMPARE(token.error().kind, Error::Kind::Upstream);
    QVERIFY(token.error().action.contains("settings"_L1));
    QCOMPARE(s.state(), store::LoginState::Ok);
}

void TestCredentials::aRejectedTokenIsRefreshed()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() + 60 * kMinute);
    s.upstream.on(kTokenPath, issued("at2", "rt2"));
    s.credentials.reject(s.id, Secret("at"));
    QCOMPARE(s.token()->reveal(), QByteArray("at2"));
    QCOMPARE(s.token()->reveal(), QByteArray("at2"));
    QCOMPARE(s.upstream.count(kTokenPath), 1);
}

void TestCredentials::aLateRejectionOfAnOldTokenChangesNothing()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() + 60 * kMinute);
    s.credentials.reject(s.id, Secret("an older one"));
    QCOMPARE(s.token()->reveal(), QByteArray("at"));
    QCOMPARE(s.upstream.seen.size(), 0);
}

void TestCredentials::anApiTokenNeverExpiresAndCannotBeRefreshed()
{
    Setup s;
    s.store.add("cfut_x", "", 0, store::LoginKind::ApiToken);
    QCOMPARE(s.token()->reveal(), QByteArray("cfut_x"));
    s.credentials.reject(s.id, Secret("cfut_x"));
    const auto token = s.token();
    QVERIFY(!token);
    QCOMPARE(token.error().kind, Error::Kind::Unauthorized);
    QCOMPARE(s.state(), store::LoginState::NeedsLogin);
}

void TestCredentials::withoutARefreshTokenTheSignInLastsUntilItExpires()
{
    Setup s;
    s.store.add("at", "", s.clock.now() + kMinute);
    QCOMPARE(s.token()->reveal(), QByteArray("at"));
    s.clock.advance(kMinute);
    QVERIFY(!s.token());
    QCOMPARE(s.state(), store::LoginState::NeedsLogin);
    QCOMPARE(s.upstream.seen.size(), 0);
}

void TestCredentials::aShortLivedTokenIsNotRefreshedForEachRequest()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.on(kTokenPath, issued("at2", "rt2", 60));
    QVERIFY(s.token());
    QVERIFY(s.token());
    QCOMPARE(s.upstream.count(kTokenPath), 1);
    s.clock.advance(31'000);
    QVERIFY(s.token());
    QCOMPARE(s.upstream.count(kTokenPath), 2);
}

void TestCredentials::aPublicClientNamesItselfInTheBody()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.on(kTokenPath, issued("at2", "rt2"));
    QVERIFY(s.token());
    const auto request = s.upstream.last(kTokenPath);
    QCOMPARE(request->headers.value("Content-Type"),
             QByteArray("application/x-www-form-urlencoded"));
    QVERIFY(!request->headers.contains("Authorization"));
    QCOMPARE(request->body,
             QByteArray("grant_type=refresh_token&client_id=client-1&refresh_token=rt"));
}

void TestCredentials::aConfidentialClientAuthenticatesWithBasic()
{
    Setup s([] { return provider::ClientConfig{u"client 1"_s, Secret("s:cret"), {}}; });
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.on(kTokenPath, issued("at2", "rt2"));
    QVERIFY(s.token());
    const auto request = s.upstream.last(kTokenPath);
    QCOMPARE(request->headers.value("Authorization"),
             "Basic " + QByteArray("client%201:s%3Acret").toBase64());
    QVERIFY(request->body.contains("client_id=client%201"));
    QVERIFY(!request->body.contains("cret"));
}

void TestCredentials::tokensThatLandAfterSigningOutAreRevoked()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.hold(kTokenPath);
    s.upstream.on("/oauth2/revoke", http::Response::empty(200));
    QList<QByteArray> got;
    wait(&s.credentials, s.id, &got);
    QTRY_COMPARE(s.upstream.held.size(), 1);
    QVERIFY(s.store.logins.remove(s.id));
    s.upstream.release(issued("at2", "rt2"));
    QTRY_COMPARE(got.size(), 1);
    QCOMPARE(s.upstream.count("/oauth2/revoke"), 1);
    QVERIFY(s.upstream.last("/oauth2/revoke")->body.contains("token=rt2"));
}

void TestCredentials::whoStopsWaitingLeavesTheRefreshAlone()
{
    Setup s;
    s.store.add("at", "rt", s.clock.now() - 1);
    s.upstream.hold(kTokenPath);
    QList<QByteArray> got;
    std::stop_source stop;
    wait(&s.credentials, s.id, &got, stop.get_token());
    wait(&s.credentials, s.id, &got);
    QTRY_COMPARE(s.upstream.held.size(), 1);
    stop.request_stop();
    QCOMPARE(got, QList<QByteArray>{"Flaredeck is shutting down."});
    s.upstream.release(issued("at2", "rt2"));
    QTRY_COMPARE(got.size(), 2);
    QCOMPARE(got.last(), QByteArray("at2"));
}

FLAREDECK_TEST(TestCredentials)

} // namespace tst_credentials

#include "tst_credentials.moc"
