#include "core/oauth/grantbook.h"

#include "tests/core/oauth/issuer.h"

#include <QSignalSpy>
#include <QTest>

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestGrantBook : public QObject
{
    Q_OBJECT

private slots:
    void everythingComesBackAfterARestart();
    void revokingCommitsBeforeItTells();
    void revokingTwiceIsAnError();
    void revokingAllEndsUncollectedGrantsToo();
    void scopesCanOnlyBeTakenAway();
    void aNewCallerReplacesTheOldOne();
    void theTimeOfLastUseIsWrittenByFlush();
    void expiryEndsTheGrantForEverybody();
    void aClientKeepsFiveGrants();
    void othersKeepTheirs();
    void aDroppedClientTakesItsGrantsAlong();
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
        QVERIFY(issuer.vault->grant(id)->revokedAt > 0);
    });
    QVERIFY(issuer.grants.revoke(issuer.lastGrant, u"by a person"_s));
    QCOMPARE(told, 1);
    QCOMPARE(issuer.vault->grant(issuer.lastGrant)->revokeReason, u"by a person"_s);
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
    QVERIFY(issuer.vault->liveGrants().isEmpty());
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
    QCOMPARE(issuer.vault->grant(issuer.lastGrant)->scopes, ScopeSet{u"mcp:read"_s});
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
    QCOMPARE(issuer.vault->grant(issuer.lastGrant)->lastUsedAt, 0);
    issuer.grants.flush();
    QCOMPARE(issuer.vault->grant(issuer.lastGrant)->lastUsedAt, issuer.clock.now());
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
    QVERIFY(issuer.vault->liveGrants().isEmpty());
}

QTEST_GUILESS_MAIN(TestGrantBook)
#include "tst_grantbook.moc"
