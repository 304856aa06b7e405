#include "tests/core/oauth/issuer.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>
#include <QTest>

namespace tst_clockjumps {

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
    void anAccessTokenEndsOnce_data() { byADay(); }
    void anAccessTokenEndsOnce();
    void anAccessTokenEndsOnceOverARestart_data() { byADay(); }
    void anAccessTokenEndsOnceOverARestart();
    void anAccessTokenComesBackWhenTheClockIsRight();
    void anAccessTokenOfTheFutureIsNotTakenUp();
    void aCorrectionOfTheClockEndsNothing();
    void nothingLivesLongerThanItsTimeSinceTheStart();
    void siblingsAreForgivenForAMinute_data() { byADay(); }
    void siblingsAreForgivenForAMinute();
    void replayIsDetected_data() { byADay(); }
    void replayIsDetected();
    void aGrantWithoutEndStays_data() { byADay(); }
    void aGrantWithoutEndStays();
    void aLimitedGrantComesBackWithTheClock();
    void aGrantThatIsOverForNowCanBeTakenAway();
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

void TestClockJumps::anAccessTokenEndsOnce()
{
    QFETCH(Millis, by);
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    issuer.clock.set(by);
    issuer.grants.flush();
    QVERIFY(!issuer.accepts(tokens.access));
    const auto refreshed = issuer.refresh(tokens.refresh);
    QCOMPARE(refreshed->expiresInSeconds, 3600);
    issuer.clock.advance(kHour - kSecond);
    QVERIFY(issuer.accepts(refreshed->access));
    issuer.clock.advance(kSecond);
    QVERIFY(!issuer.accepts(refreshed->access));
}

void TestClockJumps::anAccessTokenEndsOnceOverARestart()
{
    QFETCH(Millis, by);
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    issuer.clock.advance(20 * kMinute);
    issuer.clock.set(by);
    Issuer::Restarted again(issuer);
    QVERIFY(!again.grants.use(crypto::sha256(tokens.access)));
    const auto refreshed = again.tokens.refresh({issuer.client, tokens.refresh, std::nullopt, {}});
    QVERIFY(refreshed);
    const QByteArray hash = crypto::sha256(refreshed->access);
    issuer.clock.advance(30 * kMinute); // by now the clock has stood, and the vault has tidied up
    again.clients.tidy();
    Issuer::Restarted later(issuer);
    QVERIFY(later.grants.use(hash));
    issuer.clock.advance(30 * kMinute);
    QVERIFY(!later.grants.use(hash));
    QVERIFY(!again.grants.use(hash));
}

void TestClockJumps::anAccessTokenComesBackWhenTheClockIsRight()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
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
    issuer.clock.set(-kDay);
    Issuer::Restarted again(issuer);
    QVERIFY(!again.grants.use(crypto::sha256(tokens.access)));
    const auto refreshed = again.tokens.refresh({issuer.client, tokens.refresh, std::nullopt, {}});
    QVERIFY(refreshed);
    QVERIFY(again.grants.use(crypto::sha256(refreshed->access)));
}

void TestClockJumps::aCorrectionOfTheClockEndsNothing()
{
    for (const Millis by : {4 * kMinute, -4 * kMinute}) {
        Issuer issuer;
        const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
        issuer.clock.set(by);
        QVERIFY(issuer.accepts(tokens.access));
        issuer.clock.advance(kHour);
        QVERIFY(!issuer.accepts(tokens.access));
    }
}

void TestClockJumps::nothingLivesLongerThanItsTimeSinceTheStart()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client, 8 * kHour));
    const QByteArray hash = crypto::sha256(tokens.access);
    issuer.clock.advance(40 * kMinute);
    issuer.clock.set(-40 * kMinute); // so the wall clock says that it was just issued
    Issuer::Restarted again(issuer);
    QVERIFY(again.grants.use(hash));
    for (int i = 0; i < 4; ++i) {
        issuer.clock.advance(15 * kMinute);
        issuer.clock.set(-15 * kMinute);
    }
    QVERIFY(!again.grants.use(hash));
    QVERIFY(again.grants.find(issuer.lastGrant));
    issuer.clock.advance(7 * kHour);
    issuer.clock.set(-7 * kHour);
    QVERIFY(!again.grants.find(issuer.lastGrant));
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
        QVERIFY(issuer.accepts(second->access));
        issuer.clock.set(by);
        issuer.clock.advance(2 * kMinute);
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
    QCOMPARE(issuer.refresh(tokens.refresh).error().code, QByteArray("invalid_grant"));
    QVERIFY(issuer.grants.all().isEmpty());
    issuer.clock.advance(9 * kMinute);
    issuer.grants.flush();
    QCOMPARE(revoked.size(), 0);

    issuer.clock.set(-kDay);
    QVERIFY(issuer.accepts(tokens.access));
    QVERIFY(issuer.refresh(tokens.refresh));
    QCOMPARE(issuer.grants.all().size(), 1);
    QCOMPARE(issuer.vault->grants.find(issuer.lastGrant)->revokedAt, 0);
}

void TestClockJumps::aGrantThatIsOverForNowCanBeTakenAway()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client, 8 * kHour));
    const GrantId byClient = issuer.lastGrant;
    issuer.tokensOf(issuer.code(issuer.client, 8 * kHour));
    issuer.clock.set(kDay);
    QVERIFY(issuer.grants.all().isEmpty());
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
    const auto refreshed = issuer.refresh(tokens.refresh);
    QCOMPARE(refreshed->expiresInSeconds, 1800);
    QVERIFY(issuer.accepts(refreshed->access));
    issuer.clock.advance(30 * kMinute);
    QVERIFY(!issuer.accepts(refreshed->access));
    QCOMPARE(issuer.refresh(refreshed->refresh).error().code, QByteArray("invalid_grant"));
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

FLAREDECK_TEST(TestClockJumps)

} // namespace tst_clockjumps

#include "tst_clockjumps.moc"
