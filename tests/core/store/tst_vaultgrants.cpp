#include "tests/support/testcase.h"
#include "unwritable.h"
#include "vaulttest.h"

namespace tst_vaultgrants {

using namespace Qt::StringLiterals;
using namespace flaredeck;

class TestVaultGrants : public store::VaultTest
{
    Q_OBJECT

private slots:
    void init() { start(); }
    void cleanup() { stop(); }
    void grantsSurviveAReopen();
    void aGrantNeedsItsClient();
    void aGrantWithoutItsCodeIsNotWritten();
    void scopesOfALiveGrantChange();
    void grantsAreTouchedForwardOnly();
    void expiredGrantsAreNotLive();
    void aCodeIsRedeemedOnce();
    void aCodeOfARevokedGrantIsNotRedeemed();
    void aCodeIsNotRedeemedForAnotherGrant();
    void aFailedRedemptionChangesNothing();
    void rotationKeepsTheNewestTokens();
    void whatWasReplacedIsKnownUntilTheGrantEnds();
    void aRevokedGrantCannotBeRotated();
    void accessTokensSurviveAReopen();
    void revokingEndsEverythingButTheCode();
    void aGrantIsRedeemedWhenItsClientHasItsTokens();
    void revokingTwiceKeepsTheFirstReason();
    void revokingAnUnknownGrantIsNotFound();
    void revokingAllNamesTheLiveOnes();
};

void TestVaultGrants::grantsSurviveAReopen()
{
    QVERIFY(m_vault->clients.save(test::client(u"c"_s, m_clock.now())));
    store::Grant grant = test::grant(u"g"_s, u"c"_s, m_clock.now());
    grant.lastUsedAt = m_clock.now() + 1;
    grant.expiresAt = m_clock.now() + test::kDay;
    const store::AuthorizationCode code = test::code("code", grant);
    QVERIFY(m_vault->grants.add(grant, code));
    reopen();
    QCOMPARE(m_vault->grants.live(), QList({grant}));
    QCOMPARE(m_vault->grants.find(grant.id), std::optional(grant));
    const auto stored = m_vault->tokens.code("code");
    QVERIFY(stored);
    QCOMPARE(stored->grant, grant.id);
    QCOMPARE(stored->client, grant.client);
    QCOMPARE(stored->redirectUri, code.redirectUri);
    QCOMPARE(stored->challenge, code.challenge);
    QCOMPARE(stored->resources, code.resources);
    QCOMPARE(stored->createdAt, code.createdAt);
    QCOMPARE(stored->expiresAt, code.expiresAt);
    QCOMPARE(stored->usedAt, 0);
    QVERIFY(!m_vault->tokens.code("other"));
}

void TestVaultGrants::aGrantNeedsItsClient()
{
    const store::Grant grant = test::grant(u"g"_s, u"nobody"_s, m_clock.now());
    const Result<> created = m_vault->grants.add(grant, test::code("code", grant));
    QVERIFY(!created);
    QCOMPARE(created.error().kind, Error::Kind::Storage);
    QVERIFY(!m_vault->grants.find(grant.id));
}

void TestVaultGrants::aGrantWithoutItsCodeIsNotWritten()
{
    makeGrant(u"c"_s, u"g1"_s);
    const store::Grant grant = test::grant(u"g2"_s, u"c"_s, m_clock.now());
    QVERIFY(!m_vault->grants.add(grant, test::code("code of g1", grant))); // the hash is taken
    QVERIFY(!m_vault->grants.find(grant.id));
}

void TestVaultGrants::scopesOfALiveGrantChange()
{
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->grants.setScopes({u"g"_s}, {u"mcp:read"_s}));
    reopen();
    QCOMPARE(m_vault->grants.find({u"g"_s})->scopes, ScopeSet{u"mcp:read"_s});
    QVERIFY(m_vault->grants.revoke({u"g"_s}, {}, m_clock.now()));
    QCOMPARE(m_vault->grants.setScopes({u"g"_s}, {}).error().kind, Error::Kind::NotFound);
}

void TestVaultGrants::grantsAreTouchedForwardOnly()
{
    makeGrant(u"c"_s, u"g1"_s);
    makeGrant(u"c"_s, u"g2"_s);
    QVERIFY(m_vault->grants.touch({{{u"g1"_s}, 500}, {{u"g2"_s}, 600}, {{u"absent"_s}, 1}}));
    QVERIFY(m_vault->grants.touch({{{u"g1"_s}, 400}}));
    QCOMPARE(m_vault->grants.find({u"g1"_s})->lastUsedAt, 500);
    QCOMPARE(m_vault->grants.find({u"g2"_s})->lastUsedAt, 600);
}

void TestVaultGrants::expiredGrantsAreNotLive()
{
    QVERIFY(m_vault->clients.save(test::client(u"c"_s, m_clock.now())));
    store::Grant grant = test::grant(u"g"_s, u"c"_s, m_clock.now());
    grant.expiresAt = m_clock.now() + test::kHour;
    QVERIFY(m_vault->grants.add(grant, test::code("code", grant)));
    QCOMPARE(m_vault->grants.live().size(), 1);
    m_clock.advance(test::kHour);
    QCOMPARE(m_vault->grants.live().size(), 0);
    QVERIFY(m_vault->grants.find({u"g"_s}));
}

void TestVaultGrants::aCodeIsRedeemedOnce()
{
    makeGrant(u"c"_s, u"g"_s);
    const auto second =
        m_vault->tokens.redeem("code of g", test::accessToken("again", u"g"_s, m_clock.now()),
                               test::refreshState(u"g"_s, 1, "again"), m_clock.now() + 5);
    QVERIFY(second);
    QCOMPARE(*second, false);
    QCOMPARE(m_vault->tokens.code("code of g")->usedAt, m_clock.now());
    QCOMPARE(accessTokens(u"g"_s).size(), 1);
    QCOMPARE(m_vault->tokens.refreshState({u"g"_s})->hash, QByteArray("refresh of g"));
    QCOMPARE(m_vault->tokens
                 .redeem("unknown", test::accessToken("x", u"g"_s, 0),
                         test::refreshState(u"g"_s, 1, "x"), 1)
                 .value(),
             false);
}

void TestVaultGrants::aCodeOfARevokedGrantIsNotRedeemed()
{
    QVERIFY(m_vault->clients.save(test::client(u"c"_s, m_clock.now())));
    const store::Grant grant = test::grant(u"g"_s, u"c"_s, m_clock.now());
    QVERIFY(m_vault->grants.add(grant, test::code("code", grant)));
    QVERIFY(m_vault->grants.revoke(grant.id, u"user"_s, m_clock.now()));
    QCOMPARE(m_vault->tokens
                 .redeem("code", test::accessToken("a", u"g"_s, m_clock.now()),
                         test::refreshState(u"g"_s, 1, "r"), m_clock.now())
                 .value(),
             false);
    QVERIFY(!m_vault->tokens.refreshState(grant.id));
}

void TestVaultGrants::aCodeIsNotRedeemedForAnotherGrant()
{
    makeGrant(u"c"_s, u"g1"_s);
    const store::Grant grant = test::grant(u"g2"_s, u"c"_s, m_clock.now());
    QVERIFY(m_vault->grants.add(grant, test::code("code", grant)));
    QCOMPARE(m_vault->tokens
                 .redeem("code", test::accessToken("a", u"g1"_s, m_clock.now()),
                         test::refreshState(u"g"_s, 1, "r"), m_clock.now())
                 .value(),
             false);
    QCOMPARE(m_vault->tokens.code("code")->usedAt, 0);
}

void TestVaultGrants::aFailedRedemptionChangesNothing()
{
    makeGrant(u"c"_s, u"g1"_s);
    const store::Grant grant = test::grant(u"g2"_s, u"c"_s, m_clock.now());
    QVERIFY(m_vault->grants.add(grant, test::code("code", grant)));
    // An access token with this hash exists, so that the second step fails.
    QVERIFY(!m_vault->tokens.redeem("code",
                                    test::accessToken("access of g1", u"g2"_s, m_clock.now()),
                                    test::refreshState(u"g"_s, 1, "r"), m_clock.now()));
    QCOMPARE(m_vault->tokens.code("code")->usedAt, 0);
    QVERIFY(!m_vault->tokens.refreshState(grant.id));
}

void TestVaultGrants::rotationKeepsTheNewestTokens()
{
    makeGrant(u"c"_s, u"g"_s);
    makeGrant(u"c"_s, u"other"_s);
    constexpr int kKept = 1024; // a client that refreshes more often within an hour is faulty
    test::forgoSync(m_file);
    for (int i = 2; i <= kKept + 2; ++i) {
        const store::RefreshState state =
            test::refreshState(u"g"_s, i, "hash " + QByteArray::number(i));
        // Two in the same millisecond: the later one is the newer one.
        QVERIFY(m_vault->tokens.rotate(state, test::accessToken("access " + QByteArray::number(i),
                                                                u"g"_s, m_clock.now() + i / 2)));
        if (i % 100 == 0)
            QCOMPARE(m_vault->tokens.refreshState({u"g"_s}), std::optional(state));
    }
    reopen();
    QList<QByteArray> hashes;
    for (const store::AccessToken &token : accessTokens(u"g"_s))
        hashes << token.hash;
    QCOMPARE(hashes.size(), kKept);
    QCOMPARE(hashes.first(), QByteArray("access 3"));
    QCOMPARE(hashes.last(), QByteArray("access 1026"));
    QCOMPARE(accessTokens(u"other"_s).size(), 1);
}

void TestVaultGrants::whatWasReplacedIsKnownUntilTheGrantEnds()
{
    makeGrant(u"c"_s, u"g"_s);
    const auto rotateTo = [this](int generation, int before) {
        store::RefreshState state =
            test::refreshState(u"g"_s, generation, "hash " + QByteArray::number(generation));
        state.previousHash = "hash " + QByteArray::number(before);
        state.rotatedAt = generation;
        static int token = 0;
        QVERIFY(m_vault->tokens.rotate(
            state, test::accessToken("access " + QByteArray::number(++token), u"g"_s, 0)));
    };
    for (const int generation : {2, 3, 4, 4})
        rotateTo(generation, generation - 1);
    const auto known = [this](int generation) {
        return m_vault->tokens.replacedToken({u"g"_s}, generation);
    };
    QVERIFY(!known(4) && !known(3)); // the current one, and the previous one
    reopen();
    QVERIFY(known(2));
    QCOMPARE(known(2)->hash, "hash 2"_ba);
    QCOMPARE(known(2)->at, 3);

    rotateTo(10'004, 10'003);
    QVERIFY(!known(2)); // beyond the limit, and years old
    QCOMPARE(known(3)->hash, "hash 3"_ba);
    QVERIFY(m_vault->grants.revoke({u"g"_s}, u"user"_s, m_clock.now()));
    QVERIFY(!known(3));
}

void TestVaultGrants::aRevokedGrantCannotBeRotated()
{
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->grants.revoke({u"g"_s}, u"user"_s, m_clock.now()));
    const Result<> rotated = m_vault->tokens.rotate(test::refreshState(u"g"_s, 2, "r2"),
                                                    test::accessToken("a2", u"g"_s, m_clock.now()));
    QCOMPARE(rotated.error().kind, Error::Kind::NotFound);
    QVERIFY(!m_vault->tokens.refreshState({u"g"_s}));
    QVERIFY(!m_vault->tokens.save(test::refreshState(u"g"_s, 2, "r2")));
}

void TestVaultGrants::accessTokensSurviveAReopen()
{
    makeGrant(u"c"_s, u"g"_s);
    reopen();
    const QList<store::AccessToken> tokens = accessTokens(u"g"_s);
    QCOMPARE(tokens.size(), 1);
    QCOMPARE(tokens[0].hash, QByteArray("access of g"));
    QCOMPARE(tokens[0].grant.value, u"g"_s);
    QCOMPARE(tokens[0].resources, QStringList(u"/mcp"_s));
    QCOMPARE(tokens[0].refreshGeneration, 1);
    QCOMPARE(tokens[0].expiresAt, m_clock.now() + test::kHour);
    QVERIFY(m_vault->tokens.removeAccessToken("access of g"));
    QVERIFY(m_vault->tokens.accessTokens().isEmpty());
}

void TestVaultGrants::revokingEndsEverythingButTheCode()
{
    makeGrant(u"c"_s, u"g"_s);
    makeGrant(u"c"_s, u"other"_s);
    m_vault->sessions.save(test::session("s1", u"g"_s, m_clock.now()));
    m_vault->sessions.save(test::session("s2", u"other"_s, m_clock.now()));
    QVERIFY(m_vault->grants.revoke({u"g"_s}, u"by the user"_s, m_clock.now() + 7));
    reopen();
    QCOMPARE(m_vault->grants.live().size(), 1);
    const auto revoked = m_vault->grants.find({u"g"_s});
    QCOMPARE(revoked->revokedAt, m_clock.now() + 7);
    QCOMPARE(revoked->revokeReason, u"by the user"_s);
    QVERIFY(!m_vault->tokens.refreshState({u"g"_s}));
    QCOMPARE(accessTokens(u"g"_s).size(), 0);
    QCOMPARE(accessTokens(u"other"_s).size(), 1);
    QCOMPARE(m_vault->sessions.load().size(), 1);
    QVERIFY(m_vault->tokens.code("code of g")->usedAt > 0);
    QVERIFY(m_vault->tokens.refreshState({u"other"_s}));
    QCOMPARE(m_vault->tokens.redeemedGrants(), QSet<GrantId>({{u"other"_s}}));
}

void TestVaultGrants::aGrantIsRedeemedWhenItsClientHasItsTokens()
{
    QVERIFY(m_vault->clients.save(test::client(u"c"_s, m_clock.now())));
    const store::Grant grant = test::grant(u"g"_s, u"c"_s, m_clock.now());
    QVERIFY(m_vault->grants.add(grant, test::code("code", grant)));
    QVERIFY(m_vault->tokens.redeemedGrants().isEmpty());
    QVERIFY(m_vault->tokens
                .redeem("code", test::accessToken("access", u"g"_s, m_clock.now()),
                        test::refreshState(u"g"_s, 1, "refresh"), m_clock.now())
                .value_or(false));
    QCOMPARE(m_vault->tokens.redeemedGrants(), QSet<GrantId>({grant.id}));
}

void TestVaultGrants::revokingTwiceKeepsTheFirstReason()
{
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->grants.revoke({u"g"_s}, u"first"_s, 100));
    QVERIFY(m_vault->grants.revoke({u"g"_s}, u"second"_s, 200));
    QCOMPARE(m_vault->grants.find({u"g"_s})->revokeReason, u"first"_s);
    QCOMPARE(m_vault->grants.find({u"g"_s})->revokedAt, 100);
}

void TestVaultGrants::revokingAnUnknownGrantIsNotFound()
{
    QCOMPARE(m_vault->grants.revoke({u"g"_s}, {}, 1).error().kind, Error::Kind::NotFound);
}

void TestVaultGrants::revokingAllNamesTheLiveOnes()
{
    makeGrant(u"c1"_s, u"g1"_s);
    makeGrant(u"c1"_s, u"g2"_s);
    makeGrant(u"c2"_s, u"g3"_s);
    m_vault->sessions.save(test::session("s", u"g3"_s, m_clock.now()));
    QVERIFY(m_vault->grants.revoke({u"g2"_s}, u"earlier"_s, 50));
    const auto revoked = m_vault->grants.revokeAll(u"panic"_s, 100);
    QVERIFY(revoked);
    QCOMPARE(*revoked, QList<GrantId>({{u"g1"_s}, {u"g3"_s}}));
    QCOMPARE(m_vault->grants.live().size(), 0);
    QCOMPARE(accessTokens(u"g1"_s).size(), 0);
    QCOMPARE(accessTokens(u"g3"_s).size(), 0);
    QCOMPARE(m_vault->sessions.load().size(), 0);
    QVERIFY(!m_vault->tokens.refreshState({u"g1"_s}));
    QCOMPARE(m_vault->grants.find({u"g2"_s})->revokeReason, u"earlier"_s);
    QCOMPARE(m_vault->grants.find({u"g3"_s})->revokeReason, u"panic"_s);
}

FLAREDECK_TEST(TestVaultGrants)

} // namespace tst_vaultgrants

#include "tst_vaultgrants.moc"
