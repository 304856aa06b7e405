#include "core/oauth/grants/grantbook.h"

#include "tests/core/oauth/issuer.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>
#include <QTest>

namespace tst_grantbook {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestGrantBook : public QObject
{
    Q_OBJECT

private slots:
    void everythingComesBackAfterARestart();
    void revokingCommitsBeforeItTells();
    void afterARestartAGrantIsTakenAwayUnused_data();
    void afterARestartAGrantIsTakenAwayUnused();
    void afterARestartAClientHasItsGrants();
    void revokingTwiceIsAnError();
    void revokingAllEndsUncollectedGrantsToo();
    void scopesCanOnlyBeTakenAway();
    void aYesOfAPersonWidensAGrant();
    void aWiderGrantSettlesWhatWasStillToBeWritten();
    void aNewCallerReplacesTheOldOne();
    void theTimeOfLastUseIsWrittenByFlush();
    void expiryEndsTheGrantForEverybody();
    void aClientKeepsFiveGrants();
    void othersKeepTheirs();
    void aDroppedClientTakesItsGrantsAlong();
    void whatIsTakenAwayIsGoneThoughTheVaultCannotBeWritten_data();
    void whatIsTakenAwayIsGoneThoughTheVaultCannotBeWritten();
    void aScopeIsTakenAwayThoughTheVaultCannotBeWritten();
    void aTokenIsTakenAwayThoughTheVaultCannotBeWritten();
};

void TestGrantBook::everythingComesBackAfterARestart()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    GrantBook restarted(*issuer.vault, issuer.clients, issuer.clock);
    QCOMPARE(restarted.all(), issuer.grants.all());
    const auto *token = restarted.use(crypto::sha256(tokens.access));
    QVERIFY(token);
    QCOMPARE(*token->live->caller, *issuer.grants.find(issuer.lastGrant)->caller);
    QCOMPARE(token->live->caller->clientName, u"Test client"_s);
    QCOMPARE(token->live->caller->accounts.size(), 2);
}

void TestGrantBook::revokingCommitsBeforeItTells()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    int told = 0;
    connect(&issuer.grants, &GrantBook::revoked, this, [&](const GrantId &id) {
        ++told;
        QCOMPARE(id, issuer.lastGrant);
        QVERIFY(!issuer.accepts(tokens.access));
        QVERIFY(issuer.vault->grants.find(id)->revokedAt > 0);
    });
    QVERIFY(issuer.grants.revoke(issuer.lastGrant, u"by a person"_s));
    QCOMPARE(told, 1);
    QCOMPARE(issuer.vault->grants.find(issuer.lastGrant)->revokeReason, u"by a person"_s);
}

void TestGrantBook::afterARestartAGrantIsTakenAwayUnused_data()
{
    QTest::addColumn<bool>("writable");
    QTest::newRow("and it is written") << true;
    QTest::newRow("though the vault cannot be written") << false;
}

void TestGrantBook::afterARestartAGrantIsTakenAwayUnused()
{
    QFETCH(bool, writable);
    Issuer issuer;
    const auto revoked = issuer.tokensOf(issuer.code(issuer.client));
    const GrantId revokedGrant = issuer.lastGrant;
    const auto cut = issuer.tokensOf(issuer.code(issuer.client));
    const GrantId cutGrant = issuer.lastGrant;
    const auto ofClient = issuer.tokensOf(issuer.code(issuer.client));

    Issuer::Restarted restarted(issuer);
    GrantBook &grants = restarted.grants;
    QSignalSpy ended(&grants, &GrantBook::revoked);
    issuer.vault.setWritable(writable);
    QCOMPARE(grants.setScopes(cutGrant, {}).has_value(), writable);
    QCOMPARE(grants.use(crypto::sha256(cut.access))->live->caller->scopes, ScopeSet{u"mcp:read"_s});
    QCOMPARE(grants.revoke(revokedGrant, u"x"_s).has_value(), writable);
    QVERIFY(!grants.use(crypto::sha256(revoked.access)));
    QCOMPARE(ended.size(), 1);
    QCOMPARE(grants.revokeClient(issuer.client.id, u"x"_s).has_value(), writable);
    QVERIFY(!grants.use(crypto::sha256(ofClient.access)));
    QCOMPARE(ended.size(), 3);
    QVERIFY(grants.all().isEmpty());
    issuer.vault.setWritable(true);
    issuer.vault->outbox.retry();
    QVERIFY(issuer.vault->grants.live().isEmpty());
}

void TestGrantBook::afterARestartAClientHasItsGrants()
{
    Issuer issuer;
    issuer.tokensOf(issuer.code(issuer.client));
    issuer.code(issuer.client); // never collected
    const store::Client other = issuer.registerClient();
    QVERIFY(issuer.tokens.redeem({other, issuer.code(other), Issuer::kVerifier, std::nullopt, {}}));
    GrantBook restarted(*issuer.vault, issuer.clients, issuer.clock);
    QCOMPARE(restarted.count(), 2);
    QCOMPARE(restarted.ofClient(issuer.client.id), issuer.grants.ofClient(issuer.client.id));
    QCOMPARE(restarted.ofClient(issuer.client.id).size(), 1);
    QCOMPARE(restarted.ofClient(other.id).size(), 1);
    QCOMPARE(restarted.all().size(), 2);
}

void TestGrantBook::revokingTwiceIsAnError()
{
    Issuer issuer;
    issuer.tokensOf(issuer.code(issuer.client));
    QVERIFY(issuer.grants.revoke(issuer.lastGrant, u"x"_s));
    QCOMPARE(issuer.grants.revoke(issuer.lastGrant, u"x"_s).error().kind, Error::Kind::NotFound);
}

void TestGrantBook::revokingAllEndsUncollectedGrantsToo()
{
    Issuer issuer;
    issuer.tokensOf(issuer.code(issuer.client));
    const QByteArray waiting = issuer.code(issuer.client);
    QVERIFY(issuer.grants.revokeAll(u"x"_s));
    QVERIFY(issuer.vault->grants.live().isEmpty());
    QVERIFY(!issuer.tokens.redeem({issuer.client, waiting, Issuer::kVerifier, std::nullopt, {}}));
}

void TestGrantBook::scopesCanOnlyBeTakenAway()
{
    Issuer issuer;
    issuer.tokensOf(issuer.code(issuer.client));
    QSignalSpy changed(&issuer.grants, &GrantBook::changed);
    QVERIFY(issuer.grants.setScopes(issuer.lastGrant, {u"workers:read"_s, u"kv:write"_s}));
    QCOMPARE(changed.size(), 0); // the same as before: the baseline stays, more is not given
    QVERIFY(issuer.grants.setScopes(issuer.lastGrant, {}));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(issuer.grants.find(issuer.lastGrant)->caller->scopes, ScopeSet{u"mcp:read"_s});
    QCOMPARE(issuer.vault->grants.find(issuer.lastGrant)->scopes, ScopeSet{u"mcp:read"_s});
}

void TestGrantBook::aYesOfAPersonWidensAGrant()
{
    Issuer issuer;
    issuer.tokensOf(issuer.code(issuer.client));
    QSignalSpy changed(&issuer.grants, &GrantBook::changed);
    QVERIFY(issuer.grants.widen(issuer.lastGrant, {u"workers:read"_s}, u"x"_s, {}));
    QCOMPARE(changed.size(), 0); // it had that
    QVERIFY(issuer.grants.widen(issuer.lastGrant, {u"observability:read"_s}, u"x"_s, {}));
    QCOMPARE(changed.size(), 1);
    const ScopeSet all{u"mcp:read"_s, u"observability:read"_s, u"workers:read"_s};
    QCOMPARE(issuer.grants.find(issuer.lastGrant)->caller->scopes, all);
    QCOMPARE(issuer.vault->grants.find(issuer.lastGrant)->scopes, all);
    QVERIFY(issuer.grants.revoke(issuer.lastGrant, u"x"_s));
    QCOMPARE(issuer.grants.widen(issuer.lastGrant, {u"kv:write"_s}, u"x"_s, {}).error().kind,
             Error::Kind::NotFound);
}

void TestGrantBook::aWiderGrantSettlesWhatWasStillToBeWritten()
{
    Issuer issuer;
    issuer.tokensOf(issuer.code(issuer.client));
    issuer.vault.setWritable(false);
    QVERIFY(!issuer.grants.setScopes(issuer.lastGrant, {}));
    QVERIFY(!issuer.grants.widen(issuer.lastGrant, {u"observability:read"_s}, u"x"_s, {}));
    issuer.vault.setWritable(true);
    QVERIFY(issuer.grants.widen(issuer.lastGrant, {u"observability:read"_s}, u"x"_s, {}));
    QVERIFY(issuer.vault->outbox.problem().isEmpty());
    const ScopeSet left{u"mcp:read"_s, u"observability:read"_s};
    QCOMPARE(issuer.grants.find(issuer.lastGrant)->caller->scopes, left);
    QCOMPARE(issuer.vault->grants.find(issuer.lastGrant)->scopes, left);
}

void TestGrantBook::aNewCallerReplacesTheOldOne()
{
    Issuer issuer;
    issuer.tokensOf(issuer.code(issuer.client));
    const CallerPtr before = issuer.grants.find(issuer.lastGrant)->caller;
    QVERIFY(issuer.grants.setScopes(issuer.lastGrant, {}));
    QVERIFY(before->scopes.count(u"workers:read"_s) == 1); // immutable: calls under way keep theirs
    QVERIFY(issuer.grants.find(issuer.lastGrant)->caller != before);
}

void TestGrantBook::theTimeOfLastUseIsWrittenByFlush()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    QSignalSpy dirty(&issuer.grants, &GrantBook::dirty);
    issuer.clock.advance(kMinute);
    QVERIFY(issuer.accepts(tokens.access));
    QVERIFY(issuer.accepts(tokens.access));
    QCOMPARE(dirty.size(), 1);
    QCOMPARE(issuer.grants.all().first().lastUsedAt, issuer.clock.now());
    QCOMPARE(issuer.vault->grants.find(issuer.lastGrant)->lastUsedAt, 0);
    issuer.grants.flush();
    QCOMPARE(issuer.vault->grants.find(issuer.lastGrant)->lastUsedAt, issuer.clock.now());
    QCOMPARE(issuer.clients.find(issuer.client.id)->lastUsedAt, issuer.clock.now());
}

void TestGrantBook::expiryEndsTheGrantForEverybody()
{
    Issuer issuer;
    QSignalSpy revoked(&issuer.grants, &GrantBook::revoked);
    issuer.tokensOf(issuer.code(issuer.client, 10 * kMinute));
    issuer.clock.advance(10 * kMinute);
    QVERIFY(issuer.grants.all().isEmpty());
    QVERIFY(!issuer.grants.find(issuer.lastGrant));
    issuer.grants.flush();
    QCOMPARE(revoked.size(), 1);
}

void TestGrantBook::aClientKeepsFiveGrants()
{
    Issuer issuer;
    QList<GrantId> ids;
    for (int i = 0; i < 6; ++i) {
        issuer.clock.advance(kSecond);
        issuer.tokensOf(issuer.code(issuer.client));
        ids << issuer.lastGrant;
    }
    QCOMPARE(issuer.grants.all().size(), 5);
    QVERIFY(!issuer.grants.find(ids.first()));
    QVERIFY(issuer.grants.find(ids.last()));
}

void TestGrantBook::othersKeepTheirs()
{
    // An abandoned second sign-in must not log out a working session.
    Issuer issuer;
    const auto working = issuer.tokensOf(issuer.code(issuer.client));
    for (int i = 0; i < 10; ++i)
        issuer.code(issuer.client); // never collected
    issuer.clock.advance(3 * kMinute);
    issuer.grants.flush();
    QVERIFY(issuer.accepts(working.access));
}

void TestGrantBook::aDroppedClientTakesItsGrantsAlong()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    QSignalSpy revoked(&issuer.grants, &GrantBook::revoked);
    QVERIFY(issuer.clients.remove(issuer.client.id));
    issuer.grants.dropClient(issuer.client.id);
    QCOMPARE(revoked.size(), 1);
    QVERIFY(!issuer.accepts(tokens.access));
    QVERIFY(issuer.vault->grants.live().isEmpty());
}

void TestGrantBook::whatIsTakenAwayIsGoneThoughTheVaultCannotBeWritten_data()
{
    QTest::addColumn<bool>("all");
    QTest::newRow("one grant") << false;
    QTest::newRow("all grants") << true;
}

void TestGrantBook::whatIsTakenAwayIsGoneThoughTheVaultCannotBeWritten()
{
    QFETCH(bool, all);
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    QSignalSpy revoked(&issuer.grants, &GrantBook::revoked);
    store::Outbox &outbox = issuer.vault->outbox;
    QSignalSpy problems(&outbox, &store::Outbox::changed);

    issuer.vault.setWritable(false);
    const auto done = all ? issuer.grants.revokeAll(u"by a person"_s)
                          : issuer.grants.revoke(issuer.lastGrant, u"by a person"_s);
    QCOMPARE(revoked.size(), 1); // which closes its streams
    QVERIFY(!issuer.accepts(tokens.access));
    QCOMPARE(issuer.refresh(tokens.refresh).error().code, QByteArray("invalid_grant"));
    QVERIFY(issuer.grants.all().isEmpty());
    // The person learns that it is not durable, why, and what to do.
    QVERIFY(!done);
    QCOMPARE(done.error().kind, Error::Kind::Storage);
    QVERIFY2(done.error().message.contains(u"could not be saved"_s),
             qPrintable(done.error().message));
    QVERIFY2(done.error().message.contains(u"cannot be written"_s),
             qPrintable(done.error().message));
    QVERIFY2(done.error().action.contains(u"writable"_s), qPrintable(done.error().action));
    QCOMPARE(problems.size(), 1);
    QVERIFY(outbox.problem().contains(u"writable"_s));

    outbox.retry();
    QVERIFY(!outbox.problem().isEmpty());
    QCOMPARE(issuer.vault->grants.find(issuer.lastGrant)->revokedAt, 0);

    const Millis at = issuer.clock.now();
    issuer.clock.advance(kMinute);
    issuer.vault.setWritable(true);
    QTRY_VERIFY(outbox.problem().isEmpty()); // it tries again by itself
    QCOMPARE(issuer.vault->grants.find(issuer.lastGrant)->revokedAt, at);
    QCOMPARE(issuer.vault->grants.find(issuer.lastGrant)->revokeReason, u"by a person"_s);
    GrantBook restarted(*issuer.vault, issuer.clients, issuer.clock);
    QVERIFY(restarted.all().isEmpty());
    QVERIFY(!restarted.use(crypto::sha256(tokens.access)));
}

void TestGrantBook::aScopeIsTakenAwayThoughTheVaultCannotBeWritten()
{
    Issuer issuer;
    issuer.tokensOf(issuer.code(issuer.client));
    QSignalSpy changed(&issuer.grants, &GrantBook::changed);
    issuer.vault.setWritable(false);
    QCOMPARE(issuer.grants.setScopes(issuer.lastGrant, {}).error().kind, Error::Kind::Storage);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(issuer.grants.find(issuer.lastGrant)->caller->scopes, ScopeSet{u"mcp:read"_s});
    issuer.vault.setWritable(true);
    issuer.vault->outbox.retry();
    QCOMPARE(issuer.vault->grants.find(issuer.lastGrant)->scopes, ScopeSet{u"mcp:read"_s});
}

void TestGrantBook::aTokenIsTakenAwayThoughTheVaultCannotBeWritten()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    issuer.vault.setWritable(false);
    QCOMPARE(issuer.tokens.revoke(issuer.client.id, tokens.access).error().kind,
             Error::Kind::Storage);
    QVERIFY(!issuer.accepts(tokens.access));
    issuer.vault.setWritable(true);
    issuer.vault->outbox.retry();
    QVERIFY(issuer.vault->tokens.accessTokens().isEmpty());
}

FLAREDECK_TEST(TestGrantBook)

} // namespace tst_grantbook

#include "tst_grantbook.moc"
