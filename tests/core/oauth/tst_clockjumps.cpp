#include "tests/core/oauth/issuer.h"

#include <QSignalSpy>
#include <QTest>

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

/// Somebody sets the clock of this computer by a day, forward or back, at each stage of a grant.
class TestClockJumps : public QObject
{
    Q_OBJECT

private slots:
    void aCodeLivesTwoMinutes_data() { byADay(); }
    void aCodeLivesTwoMinutes();
    void anAccessTokenLivesAnHour_data() { byADay(); }
    void anAccessTokenLivesAnHour();
    void anAccessTokenLivesAnHourOverARestart_data() { byADay(); }
    void anAccessTokenLivesAnHourOverARestart();
    void anAccessTokenComesBackWhenTheClockIsRight();
    void anAccessTokenOfTheFutureIsNotTakenUp();
    void siblingsAreForgivenForAMinute_data() { byADay(); }
    void siblingsAreForgivenForAMinute();
    void replayIsDetected_data() { byADay(); }
    void replayIsDetected();
    void aGrantWithoutEndStays_data() { byADay(); }
    void aGrantWithoutEndStays();
    void aLimitedGrantComesBackWithTheClock();
    void aPausedGrantCanBeTakenAway();
    void aLimitedGrantEndsWhenTheClockStays();
    void aClockSetBackDoesNotProlongAGrant();
    void aGrantMadeUnderAWrongClockLastsItsTime_data() { byADay(); }
    void aGrantMadeUnderAWrongClockLastsItsTime();
    void sleepIsTimeToo();

private:
    static void byADay()
    {
        QTest::addColumn<Millis>("by");
        QTest::newRow("forward") << kDay;
        QTest::newRow("back") << -kDay;
    }
};

void TestClockJumps::aCodeLivesTwoMinutes()
{
    QFETCH(Millis, by);
    Issuer issuer;
    const QByteArray good = issuer.code(issuer.client);
    const QByteArray late = issuer.code(issuer.client);
    issuer.clock.set(by);
    issuer.grants.flush();
    QVERIFY(issuer.tokens.redeem({issuer.client, good, Issuer::kVerifier, std::nullopt, {}}));
    issuer.clock.advance(2 * kMinute);
    QCOMPARE(issuer.tokens.redeem({issuer.client, late, Issuer::kVerifier, std::nullopt, {}})
                 .error()
                 .code,
             QByteArray("invalid_grant"));
}

void TestClockJumps::anAccessTokenLivesAnHour()
{
    QFETCH(Millis, by);
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    issuer.clock.set(by);
    issuer.grants.flush();
    QVERIFY(issuer.accepts(tokens.access));
    issuer.clock.advance(kHour - kSecond); // long after the jump is believed
    QVERIFY(issuer.accepts(tokens.access));
    const auto refreshed = issuer.refresh(tokens.refresh);
    QCOMPARE(refreshed->expiresInSeconds, 3600);
    issuer.clock.advance(kSecond);
    QVERIFY(!issuer.accepts(tokens.access));
    QVERIFY(issuer.accepts(refreshed->access));
    issuer.clock.advance(kHour);
    QVERIFY(!issuer.accepts(refreshed->access));
}

void TestClockJumps::anAccessTokenLivesAnHourOverARestart()
{
    QFETCH(Millis, by);
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    const QByteArray hash = crypto::sha256(tokens.access);
    issuer.clock.advance(20 * kMinute);
    issuer.clock.set(by);
    Issuer::Restarted again(issuer);
    QVERIFY(again.grants.use(hash));
    issuer.clock.advance(30 * kMinute); // by now the jump is believed, and the vault has tidied up
    again.clients.tidy();
    Issuer::Restarted later(issuer);
    QVERIFY(later.grants.use(hash));
    issuer.clock.advance(10 * kMinute);
    QVERIFY(!later.grants.use(hash));
    QVERIFY(!again.grants.use(hash));
    QVERIFY(!Issuer::Restarted(issuer).grants.use(hash));
}

/// As if the computer had been started since: only the wall clock tells the age.
static void startComputerAnew(Issuer &issuer)
{
    test::executeOnAll(issuer.vault.file(), u"UPDATE access_tokens SET boot = 'before'"_s);
}

void TestClockJumps::anAccessTokenComesBackWhenTheClockIsRight()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    startComputerAnew(issuer);
    issuer.clock.set(2 * kHour); // local time in the hardware clock
    Issuer::Restarted again(issuer);
    QVERIFY(!again.grants.use(crypto::sha256(tokens.access)));
    issuer.clock.advance(20 * kSecond);
    issuer.clock.set(-2 * kHour); // the network knows better
    QVERIFY(again.grants.use(crypto::sha256(tokens.access)));
    issuer.clock.advance(kHour - 20 * kSecond);
    QVERIFY(!again.grants.use(crypto::sha256(tokens.access)));
}

void TestClockJumps::anAccessTokenOfTheFutureIsNotTakenUp()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    startComputerAnew(issuer);
    issuer.clock.set(-kDay);
    Issuer::Restarted again(issuer);
    QVERIFY(!again.grants.use(crypto::sha256(tokens.access)));
    const auto refreshed = again.tokens.refresh({issuer.client, tokens.refresh, std::nullopt, {}});
    QVERIFY(refreshed);
    QVERIFY(again.grants.use(crypto::sha256(refreshed->access)));
}

void TestClockJumps::siblingsAreForgivenForAMinute()
{
    QFETCH(Millis, by);
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    const auto second = issuer.refresh(first.refresh);
    QVERIFY(issuer.refresh(second->refresh));
    issuer.clock.set(by);
    issuer.clock.advance(30 * kSecond);
    issuer.tokens.retireUsed();
    QVERIFY(issuer.refresh(first.refresh));
    QVERIFY(issuer.refresh(second->refresh));
}

void TestClockJumps::replayIsDetected()
{
    QFETCH(Millis, by);
    for (const bool previous : {true, false}) {
        Issuer issuer;
        const auto first = issuer.tokensOf(issuer.code(issuer.client));
        const auto second = issuer.refresh(first.refresh);
        if (!previous)
            QVERIFY(issuer.refresh(second->refresh));
        issuer.clock.set(by);
        issuer.clock.advance(2 * kMinute);
        QVERIFY(issuer.accepts(second->access));
        QVERIFY(!issuer.refresh(first.refresh));
        QVERIFY(!issuer.grants.find(issuer.lastGrant));
    }
}

void TestClockJumps::aGrantWithoutEndStays()
{
    QFETCH(Millis, by);
    Issuer issuer;
    auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    for (const Millis jump : {by, -by, by}) {
        issuer.clock.set(jump);
        for (int i = 0; i < 3; ++i) {
            issuer.clock.advance(9 * kMinute);
            issuer.grants.flush();
            const auto refreshed = issuer.refresh(tokens.refresh);
            QVERIFY(refreshed);
            tokens = *refreshed;
            QVERIFY(issuer.accepts(tokens.access));
        }
    }
}

void TestClockJumps::aLimitedGrantComesBackWithTheClock()
{
    Issuer issuer;
    QSignalSpy revoked(&issuer.grants, &GrantBook::revoked);
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client, 8 * kHour));
    issuer.clock.set(kDay);
    issuer.grants.flush();
    QVERIFY(!issuer.accepts(tokens.access));
    const auto refused = issuer.refresh(tokens.refresh);
    QCOMPARE(refused.error().status, 503); // anything else and the client forgets its tokens
    QCOMPARE(refused.error().code, QByteArray("temporarily_unavailable"));
    issuer.clock.advance(9 * kMinute);
    issuer.grants.flush();
    QCOMPARE(revoked.size(), 0);

    issuer.clock.set(-kDay);
    QVERIFY(issuer.accepts(tokens.access));
    QVERIFY(issuer.refresh(tokens.refresh));
    QCOMPARE(issuer.vault->grants.find(issuer.lastGrant)->revokedAt, 0);
}

void TestClockJumps::aPausedGrantCanBeTakenAway()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client, 8 * kHour));
    const GrantId byClient = issuer.lastGrant;
    issuer.tokensOf(issuer.code(issuer.client, 8 * kHour));
    issuer.clock.set(kDay);
    QCOMPARE(issuer.grants.all().size(), 2); // the person sees both
    QVERIFY(issuer.tokens.revoke(issuer.client.id, first.refresh));
    QVERIFY(issuer.grants.revoke(issuer.lastGrant, u"by a person"_s));
    issuer.clock.set(-kDay);
    QVERIFY(issuer.grants.all().isEmpty());
    QVERIFY(issuer.vault->grants.find(byClient)->revokedAt > 0);
}

void TestClockJumps::aLimitedGrantEndsWhenTheClockStays()
{
    Issuer issuer;
    QSignalSpy revoked(&issuer.grants, &GrantBook::revoked);
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client, 8 * kHour));
    issuer.clock.set(kDay);
    issuer.grants.flush();
    issuer.clock.advance(10 * kMinute);
    issuer.grants.flush();
    QCOMPARE(revoked.size(), 1);
    QCOMPARE(issuer.refresh(tokens.refresh).error().code, QByteArray("invalid_grant"));
    QVERIFY(issuer.vault->grants.find(issuer.lastGrant)->revokedAt > 0);
}

void TestClockJumps::aClockSetBackDoesNotProlongAGrant()
{
    Issuer issuer;
    QSignalSpy revoked(&issuer.grants, &GrantBook::revoked);
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client, 30 * kMinute));
    issuer.clock.set(-kDay);
    QVERIFY(issuer.accepts(tokens.access));
    issuer.clock.advance(30 * kMinute);
    QVERIFY(!issuer.accepts(tokens.access));
    QCOMPARE(issuer.refresh(tokens.refresh).error().code, QByteArray("invalid_grant"));
    issuer.grants.flush();
    QCOMPARE(revoked.size(), 1);
}

void TestClockJumps::aGrantMadeUnderAWrongClockLastsItsTime()
{
    QFETCH(Millis, by);
    Issuer issuer;
    issuer.clock.set(by); // a moment ago, so it is not believed yet
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client, 30 * kMinute));
    QCOMPARE(tokens.expiresInSeconds, 1800);
    issuer.clock.advance(29 * kMinute);
    issuer.grants.flush();
    QVERIFY(issuer.accepts(tokens.access));
    QVERIFY(issuer.refresh(tokens.refresh));
    issuer.clock.advance(kMinute);
    QVERIFY(!issuer.accepts(tokens.access));
    QCOMPARE(issuer.refresh(tokens.refresh).error().code, QByteArray("invalid_grant"));
}

void TestClockJumps::sleepIsTimeToo()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client, 8 * kHour));
    issuer.clock.advance(9 * kHour); // both clocks go on, no timer fires
    QVERIFY(!issuer.accepts(tokens.access));
    QCOMPARE(issuer.refresh(tokens.refresh).error().code, QByteArray("invalid_grant"));
}

QTEST_GUILESS_MAIN(TestClockJumps)
#include "tst_clockjumps.moc"
