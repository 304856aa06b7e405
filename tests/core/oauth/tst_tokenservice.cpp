#include "core/oauth/grants/tokenservice.h"

#include "core/oauth/endpoints/resource.h"
#include "tests/core/oauth/issuer.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>
#include <QTest>

namespace tst_tokenservice {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestTokenService : public QObject
{
    Q_OBJECT

private slots:
    void redeems();
    void redemptionIsRefused_data();
    void redemptionIsRefused();
    void aWrongResourceLeavesTheCodeUsable();
    void redeemingWithTheOriginGetsTheEndpoint();
    void aCodeUsedTwiceEndsTheGrant();
    void anotherClientsReplayEndsNothing();
    void aCodeExpiresWithItsGrant();
    void tokensNeverOutliveTheGrant();
    void clientsWithoutTheRefreshGrantGetNoRefreshToken();
    void refreshRotates();
    void parallelRefreshesGetTheSameToken();
    void fortyRefreshesAtOnceGiveFortyUsableAnswers();
    void whatCameWithThemIsGivenBackForItself();
    void aLostAnswerIsRepeatedOnceADay();
    void aRetiredTokenEndsTheGrant();
    void anUnusedSuccessorRetiresNothing();
    void retirementSurvivesARestart();
    void aSiblingIsForgivenAcrossARestart();
    void aReplayIsFoundAcrossARestart();
    void givingBackNeedsNoKeychain();
    void theUserIsToldOfAReplay();
    void aLockedKeychainIsTemporary();
    void aReplacedKeyKeepsTheLiveToken();
    void aRotatedKeyLogsNobodyOut();
    void aReplayIsFoundAcrossARotatedKey();
    void refreshScope_data();
    void refreshScope();
    void aDeadLoginIsInvalidGrant();
    void aSuspendedLoginIsTemporary();
    void oldAccessTokensLiveAsLongAsPromised();
    void anAccessTokenLivesItsTimeWhateverHappens();
    void revokingARefreshTokenEndsTheGrant();
    void revokingAnAccessTokenEndsOnlyThat();
    void revokingForeignTokensDoesNothing();
    void aRefreshThatCannotBeStoredChangesNothing();
};

void TestTokenService::redeems()
{
    Issuer issuer;
    QSignalSpy created(&issuer.grants, &GrantBook::created);
    const QByteArray code = issuer.code(issuer.client);
    QVERIFY(code.startsWith("cfl_ac_"));
    QCOMPARE(code.size(), 50);
    QVERIFY(issuer.grants.all().isEmpty());

    const auto tokens = issuer.tokensOf(code);
    QVERIFY(tokens.access.startsWith("cfl_at_"));
    QCOMPARE(tokens.access.size(), 56);
    QVERIFY(tokens.refresh.startsWith("cfl_rt_" + issuer.lastGrant.value.toLatin1() + "_1_"));
    QCOMPARE(tokens.expiresInSeconds, 3600);
    QCOMPARE(tokens.scopes, (ScopeSet{u"mcp:read"_s, u"workers:read"_s}));
    QCOMPARE(created.size(), 1);
    QCOMPARE(issuer.grants.all().size(), 1);
    QVERIFY(issuer.accepts(tokens.access)); // Q28: valid the instant it is returned
}

void TestTokenService::redemptionIsRefused_data()
{
    QTest::addColumn<QString>("fault");
    for (const char *fault :
         {"unknown code", "another client", "another redirect URI", "wrong verifier",
          "short verifier", "verifier with a bad character", "too late"})
        QTest::newRow(fault) << QString::fromLatin1(fault);
}

void TestTokenService::redemptionIsRefused()
{
    QFETCH(QString, fault);
    Issuer issuer;
    const QByteArray code = issuer.code(issuer.client);
    TokenService::CodeExchange exchange{
        issuer.client, code, Issuer::kVerifier, u"http://localhost:3334/cb"_s, {}};
    if (fault == u"unknown code"_s)
        exchange.code += 'x';
    else if (fault == u"another client"_s)
        exchange.client = issuer.registerClient();
    else if (fault == u"another redirect URI"_s)
        exchange.redirectUri = u"http://localhost:3335/cb"_s;
    else if (fault == u"wrong verifier"_s)
        exchange.verifier = QByteArray(43, 'w');
    else if (fault == u"short verifier"_s)
        exchange.verifier = QByteArray(42, 'v');
    else if (fault == u"verifier with a bad character"_s)
        exchange.verifier = QByteArray(42, 'v') + '+';
    else
        issuer.clock.advance(120 * kSecond);

    const auto tokens = issuer.tokens.redeem(exchange);
    QVERIFY(!tokens);
    QCOMPARE(tokens.error().status, 400);
    QCOMPARE(tokens.error().code, QByteArray("invalid_grant"));
    if (fault != u"too late"_s) // a failed attempt does not spend the code
        QVERIFY(issuer.tokens.redeem({issuer.client, code, Issuer::kVerifier, std::nullopt, {}}));
}

void TestTokenService::aWrongResourceLeavesTheCodeUsable()
{
    Issuer issuer;
    const QByteArray code = issuer.code(issuer.client, 0, {u"/mcp"_s});
    const auto wrong =
        issuer.tokens.redeem({issuer.client, code, Issuer::kVerifier, std::nullopt, {u"/sse"_s}});
    QCOMPARE(wrong.error().code, QByteArray("invalid_target"));
    const auto right =
        issuer.tokens.redeem({issuer.client, code, Issuer::kVerifier, std::nullopt, {u"/mcp"_s}});
    QVERIFY(right);
    QCOMPARE(right->resources, QStringList{u"/mcp"_s});
}

void TestTokenService::redeemingWithTheOriginGetsTheEndpoint()
{
    // mcp-remote 0.1.18 and hosts on SDK 1.13 and 1.14 authorize with one and redeem with the
    // other.
    Issuer issuer;
    const QByteArray code = issuer.code(issuer.client, 0, {u"/mcp"_s});
    const auto tokens =
        issuer.tokens.redeem({issuer.client, code, Issuer::kVerifier, std::nullopt, {u"/"_s}});
    QVERIFY(tokens);
    QCOMPARE(tokens->resources, QStringList{u"/mcp"_s});

    const auto foreign =
        issuer.tokens.refresh({issuer.client, tokens->refresh, std::nullopt, {u"/sse"_s}});
    QVERIFY(!foreign);
    QCOMPARE(foreign.error().code, QByteArray("invalid_target"));
    const auto refreshed =
        issuer.tokens.refresh({issuer.client, tokens->refresh, std::nullopt, {u"/"_s}});
    QVERIFY(refreshed);
    QCOMPARE(refreshed->resources, QStringList{u"/mcp"_s});
    QCOMPARE(issuer.grants.findToken(crypto::sha256(refreshed->access))->cover,
             resource::coverOf({u"/mcp"_s}));
}

void TestTokenService::aCodeUsedTwiceEndsTheGrant()
{
    Issuer issuer;
    QSignalSpy revoked(&issuer.grants, &GrantBook::revoked);
    const QByteArray code = issuer.code(issuer.client);
    const auto tokens = issuer.tokensOf(code);
    const auto again =
        issuer.tokens.redeem({issuer.client, code, Issuer::kVerifier, std::nullopt, {}});
    QCOMPARE(again.error().code, QByteArray("invalid_grant"));
    QCOMPARE(revoked.size(), 1);
    QVERIFY(!issuer.accepts(tokens.access));
    QCOMPARE(issuer.refresh(tokens.refresh).error().code, QByteArray("invalid_grant"));
}

void TestTokenService::anotherClientsReplayEndsNothing()
{
    Issuer issuer;
    const QByteArray code = issuer.code(issuer.client);
    const auto tokens = issuer.tokensOf(code);
    QVERIFY(!issuer.tokens.redeem(
        {issuer.registerClient(), code, Issuer::kVerifier, std::nullopt, {}}));
    QVERIFY(issuer.accepts(tokens.access));
}

void TestTokenService::aCodeExpiresWithItsGrant()
{
    Issuer issuer;
    issuer.code(issuer.client);
    issuer.clock.advance(120 * kSecond);
    issuer.grants.flush();
    QVERIFY(issuer.vault->grants.live().isEmpty());
}

void TestTokenService::tokensNeverOutliveTheGrant()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client, 10 * kMinute));
    QCOMPARE(tokens.expiresInSeconds, 600);
    QVERIFY(issuer.accepts(tokens.access));
    issuer.clock.advance(10 * kMinute);
    QVERIFY(!issuer.accepts(tokens.access));
    QCOMPARE(issuer.refresh(tokens.refresh).error().code, QByteArray("invalid_grant"));
}

void TestTokenService::clientsWithoutTheRefreshGrantGetNoRefreshToken()
{
    Issuer issuer;
    issuer.client.grantTypes = {u"authorization_code"_s};
    QVERIFY(issuer.tokensOf(issuer.code(issuer.client)).refresh.isEmpty());
}

void TestTokenService::refreshRotates()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    issuer.clock.advance(kHour);
    QVERIFY(!issuer.accepts(first.access));
    const auto second = issuer.refresh(first.refresh);
    QVERIFY(second);
    QVERIFY(second->refresh != first.refresh);
    QVERIFY(issuer.accepts(second->access));
    const auto third = issuer.refresh(second->refresh);
    QVERIFY(third);
    QVERIFY(third->refresh.contains("_3_"));
}

void TestTokenService::parallelRefreshesGetTheSameToken()
{
    // Q8: two processes share one token file.
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    const auto a = issuer.refresh(first.refresh);
    const auto b = issuer.refresh(first.refresh);
    QVERIFY(a && b);
    QCOMPARE(a->refresh, b->refresh);
    QVERIFY(issuer.accepts(a->access) && issuer.accepts(b->access));

    // A third is late: the first two have already moved on twice, within the minute.
    QVERIFY(issuer.refresh(a->refresh));
    issuer.clock.advance(30 * kSecond);
    const auto late = issuer.refresh(first.refresh);
    QVERIFY(late);
    QVERIFY(late->refresh.contains("_3_"));
}

void TestTokenService::fortyRefreshesAtOnceGiveFortyUsableAnswers()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    QList<TokenService::Tokens> answers;
    for (int i = 0; i < 40; ++i) {
        const auto answer = issuer.tokens.refresh(
            {issuer.client, first.refresh, std::nullopt, {}, {u"/usr/bin/node"_s, 100 + i}});
        QVERIFY(answer);
        answers << *answer;
        issuer.clock.advance(kSecond);
    }
    QVERIFY(issuer.accepts(first.access));
    for (const auto &answer : answers)
        QVERIFY(issuer.accepts(answer.access));
    // Whoever was later got what was left of it.
    QCOMPARE(answers.last().expiresInSeconds, answers.first().expiresInSeconds - 39);

    issuer.clock.advance(30 * kMinute);
    for (const auto &answer : answers) {
        const auto next = issuer.refresh(answer.refresh);
        QVERIFY(next);
        QVERIFY(issuer.accepts(next->access));
    }
    QVERIFY(issuer.accepts(answers.first().access));
    QVERIFY(issuer.grants.find(issuer.lastGrant));

    // A thief who comes later is still told from them.
    issuer.clock.advance(kMinute);
    QCOMPARE(issuer.refresh(answers.first().refresh).error().code, QByteArray("invalid_grant"));
    QVERIFY(!issuer.grants.find(issuer.lastGrant));
}

void TestTokenService::whatCameWithThemIsGivenBackForItself()
{
    Issuer issuer;
    const QStringList both{u"/mcp"_s, u"/sse"_s};
    const auto first = issuer.tokensOf(issuer.code(issuer.client, 0, both));
    const auto ask = [&](const QStringList &resources) {
        return *issuer.tokens.refresh({issuer.client, first.refresh, std::nullopt, resources});
    };
    const auto all = ask({});
    const auto narrow = ask({u"/sse"_s});
    QCOMPARE(narrow.resources, QStringList{u"/sse"_s});
    QVERIFY(narrow.access != all.access);
    QCOMPARE(ask({u"/sse"_s}).access, narrow.access);
    // One that a client gave back is not handed out once more.
    QVERIFY(issuer.tokens.revoke(issuer.client.id, narrow.access));
    const auto again = ask({u"/sse"_s});
    QVERIFY(again.access != narrow.access);
    QVERIFY(issuer.accepts(again.access));
}

void TestTokenService::aLostAnswerIsRepeatedOnceADay()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    const auto lost = issuer.refresh(first.refresh);
    issuer.clock.advance(kHour);
    const auto repeated = issuer.refresh(first.refresh);
    QVERIFY(repeated);
    QCOMPARE(repeated->refresh, lost->refresh);
    issuer.clock.advance(kHour);
    QCOMPARE(issuer.refresh(first.refresh).error().code, QByteArray("invalid_grant"));
    QVERIFY(issuer.refresh(repeated->refresh)); // refused, but the grant lives
}

void TestTokenService::aRetiredTokenEndsTheGrant()
{
    Issuer issuer;
    QSignalSpy revoked(&issuer.grants, &GrantBook::revoked);
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    const auto second = issuer.refresh(first.refresh);
    issuer.clock.advance(kMinute);
    QVERIFY(issuer.accepts(second->access));
    QCOMPARE(issuer.refresh(first.refresh).error().code, QByteArray("invalid_grant"));
    QCOMPARE(revoked.size(), 1);
    QVERIFY(!issuer.accepts(second->access));
    QVERIFY(!issuer.refresh(second->refresh));
    QVERIFY(!issuer.vault->grants.find(issuer.lastGrant)->revokeReason.isEmpty());
}

void TestTokenService::anUnusedSuccessorRetiresNothing()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    QVERIFY(issuer.refresh(first.refresh));
    issuer.clock.advance(5 * kMinute);
    QVERIFY(issuer.accepts(first.access)); // of the generation before
    QVERIFY(issuer.refresh(first.refresh));
}

void TestTokenService::retirementSurvivesARestart()
{
    for (const bool used : {false, true}) {
        Issuer issuer;
        const auto first = issuer.tokensOf(issuer.code(issuer.client));
        const auto second = issuer.refresh(first.refresh);
        QCOMPARE(used && issuer.accepts(second->access), used);
        issuer.clock.advance(kMinute);
        issuer.tokens.retireUsed();
        // What nobody may ask for again is no longer there.
        QCOMPARE(issuer.vault->tokens.refreshState(issuer.lastGrant)->successor.isEmpty(), used);
        Issuer::Restarted again(issuer);
        const auto late = again.tokens.refresh({issuer.client, first.refresh, std::nullopt, {}});
        QCOMPARE(late.has_value(), !used);
        QCOMPARE(again.grants.find(issuer.lastGrant) != nullptr, !used);
    }
}

void TestTokenService::aSiblingIsForgivenAcrossARestart()
{
    // Two processes share one token file; ours crashes and comes back while the second still holds
    // a token from two rotations ago.
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    const auto second = issuer.refresh(first.refresh);
    issuer.clock.advance(5 * kSecond);
    const auto third = issuer.refresh(second->refresh);
    QVERIFY(issuer.accepts(third->access));
    issuer.clock.advance(20 * kSecond);

    Issuer::Restarted again(issuer);
    const auto late = again.tokens.refresh({issuer.client, first.refresh, std::nullopt, {}});
    QVERIFY(late);
    QCOMPARE(late->refresh, third->refresh);
    QVERIFY(again.tokens.refresh({issuer.client, third->refresh, std::nullopt, {}}));
}

void TestTokenService::aReplayIsFoundAcrossARestart()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    const auto second = issuer.refresh(first.refresh);
    QVERIFY(issuer.refresh(second->refresh));
    issuer.clock.advance(2 * kMinute);
    Issuer::Restarted again(issuer);
    QVERIFY(!again.tokens.refresh({issuer.client, first.refresh, std::nullopt, {}}));
    QVERIFY(!again.grants.find(issuer.lastGrant));
}

void TestTokenService::aLockedKeychainIsTemporary()
{
    // Q11: anything else makes the SDKs open a browser.
    Issuer issuer;
    issuer.key.clear();
    const auto first = issuer.tokensOf(issuer.code(issuer.client)); // needs no key
    const auto locked = issuer.refresh(first.refresh);
    QCOMPARE(locked.error().status, 503);
    QCOMPARE(locked.error().code, QByteArray("temporarily_unavailable"));
    QVERIFY(locked.error().retryAfterSeconds > 0);
    issuer.key = "open now";
    QVERIFY(issuer.refresh(first.refresh));
}

void TestTokenService::givingBackNeedsNoKeychain()
{
    for (const int chosen : {0, 1, 2}) {
        Issuer issuer;
        const auto first = issuer.tokensOf(issuer.code(issuer.client));
        const auto second = issuer.refresh(first.refresh);
        const auto third = issuer.refresh(second->refresh);
        issuer.key.clear();
        const QByteArray given[] = {first.refresh, second->refresh, third->refresh};
        QVERIFY(issuer.tokens.revoke(issuer.client.id, given[chosen]));
        QVERIFY(!issuer.grants.find(issuer.lastGrant));
    }
}

void TestTokenService::theUserIsToldOfAReplay()
{
    Issuer issuer;
    const QByteArray code = issuer.code(issuer.client);
    issuer.tokensOf(code);
    TokenService::CodeExchange theft{issuer.client, code, Issuer::kVerifier, std::nullopt, {}};
    theft.peer = {u"/tmp/thief"_s, 4711};
    QVERIFY(!issuer.tokens.redeem(theft));
    QCOMPARE(issuer.person.warnings.size(), 1);
    QVERIFY2(issuer.person.warnings.at(0).contains(u"/tmp/thief (process 4711)"_s),
             qPrintable(issuer.person.warnings.at(0)));
    // A dead grant is no news.
    QVERIFY(!issuer.tokens.redeem(theft));
    QCOMPARE(issuer.person.warnings.size(), 1);
}

void TestTokenService::aReplacedKeyKeepsTheLiveToken()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    const auto second = issuer.refresh(first.refresh);
    issuer.key = "another key";
    const auto repeated = issuer.refresh(first.refresh);
    QVERIFY(repeated);
    QVERIFY(repeated->refresh != second->refresh);
    QVERIFY(issuer.refresh(repeated->refresh));
}

void TestTokenService::aRotatedKeyLogsNobodyOut()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    const auto second = issuer.refresh(first.refresh);
    issuer.rotateKey();
    // A sibling that lost the race, or an answer that was lost, is given the same token as before.
    QCOMPARE(issuer.refresh(first.refresh)->refresh, second->refresh);
    const auto third = issuer.refresh(second->refresh);
    QVERIFY(third);
    issuer.rotateKey();
    const auto fourth = issuer.refresh(third->refresh);
    // Two generations and two keys behind, within the minute.
    QCOMPARE(issuer.refresh(second->refresh)->refresh, fourth->refresh);
    QCOMPARE(issuer.refresh(first.refresh)->refresh, fourth->refresh);
    QVERIFY(issuer.refresh(fourth->refresh));
}

void TestTokenService::aReplayIsFoundAcrossARotatedKey()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    const auto second = issuer.refresh(first.refresh);
    issuer.rotateKey();
    const auto third = issuer.refresh(second->refresh);
    QVERIFY(issuer.refresh(third->refresh));
    issuer.clock.advance(2 * kMinute);
    QVERIFY(!issuer.refresh(first.refresh));
    QVERIFY(!issuer.grants.find(issuer.lastGrant));
}

void TestTokenService::refreshScope_data()
{
    QTest::addColumn<QString>("scope");
    QTest::addColumn<QByteArray>("code"); // empty = accepted

    QTest::newRow("Q29: the granted scope is repeated")
        << u"mcp:read workers:read"_s << QByteArray();
    QTest::newRow("more than granted is cut") << u"workers:read kv:write"_s << QByteArray();
    QTest::newRow("nothing of it granted") << u"openid email"_s << QByteArray("invalid_scope");
    QTest::newRow("an empty scope is none") << u""_s << QByteArray();
}

void TestTokenService::refreshScope()
{
    QFETCH(QString, scope);
    QFETCH(QByteArray, code);
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    const auto answer = issuer.tokens.refresh({issuer.client, first.refresh, scope, {}});
    QCOMPARE(answer ? QByteArray() : answer.error().code, code);
    if (answer)
        QCOMPARE(answer->scopes, first.scopes); // what the token really opens
}

void TestTokenService::aDeadLoginIsInvalidGrant()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    issuer.logins.present->usable = false;
    QCOMPARE(issuer.refresh(first.refresh).error().code, QByteArray("invalid_grant"));
    issuer.logins.present->usable = true;
    QVERIFY(issuer.refresh(first.refresh));
}

void TestTokenService::aSuspendedLoginIsTemporary()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    issuer.logins.present->usable = false;
    issuer.logins.present->suspended = true;
    const auto refused = issuer.refresh(first.refresh);
    QCOMPARE(refused.error().status, 503);
    QCOMPARE(refused.error().code, QByteArray("temporarily_unavailable"));
    QVERIFY(refused.error().retryAfterSeconds > 0);
    issuer.logins.present = FakeLogins::ada();
    QVERIFY(issuer.refresh(first.refresh));
}

void TestTokenService::oldAccessTokensLiveAsLongAsPromised()
{
    Issuer issuer;
    auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    QList<QByteArray> access{tokens.access};
    for (int i = 0; i < 40; ++i) {
        issuer.clock.advance(kMinute);
        tokens = *issuer.refresh(tokens.refresh);
        access << tokens.access;
        issuer.tokens.retireUsed();
    }
    for (const QByteArray &each : access)
        QVERIFY(issuer.accepts(each));
    Issuer::Restarted again(issuer);
    for (const QByteArray &each : access)
        QVERIFY(again.grants.use(crypto::sha256(each)));
    issuer.clock.advance(20 * kMinute);
    QVERIFY(!issuer.accepts(access.first()));
    QVERIFY(!again.grants.use(crypto::sha256(access.first())));
    QVERIFY(issuer.accepts(access.at(1)));
    QVERIFY(again.grants.use(crypto::sha256(access.at(1))));
}

void TestTokenService::anAccessTokenLivesItsTimeWhateverHappens()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    QCOMPARE(tokens.expiresInSeconds, 3600);
    const QByteArray hash = crypto::sha256(tokens.access);
    const auto livesOn = [&] {
        issuer.clock.advance(5 * kMinute);
        issuer.grants.flush();
        issuer.tokens.retireUsed();
        issuer.clients.tidy();
        Issuer::Restarted again(issuer);
        return issuer.accepts(tokens.access) && again.grants.use(hash);
    };
    const auto refreshed = issuer.refresh(tokens.refresh);
    QVERIFY(refreshed);
    QVERIFY(livesOn());
    QVERIFY(issuer.grants.widen(issuer.lastGrant, {u"observability:read"_s}, u"stepped up"_s, {}));
    QVERIFY(livesOn());
    QVERIFY(issuer.grants.setScopes(issuer.lastGrant, {u"workers:read"_s}));
    QVERIFY(livesOn());
    issuer.rotateKey();
    QVERIFY(livesOn());
    issuer.key.clear(); // the keychain is locked, or has lost it
    QVERIFY(livesOn());
    issuer.logins.present.reset(); // calls say so in words; a 401 would have the client ask anew
    QVERIFY(livesOn());
    issuer.tokensOf(issuer.code(issuer.client)); // another window of the client
    QVERIFY(livesOn());
    issuer.clock.advance(25 * kMinute);
    QVERIFY(!issuer.accepts(tokens.access));
    QVERIFY(!Issuer::Restarted(issuer).grants.use(hash));
}

void TestTokenService::revokingARefreshTokenEndsTheGrant()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    QVERIFY(issuer.tokens.revoke(issuer.client.id, tokens.refresh));
    QVERIFY(!issuer.accepts(tokens.access));
    QVERIFY(issuer.grants.all().isEmpty());
}

void TestTokenService::revokingAnAccessTokenEndsOnlyThat()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    QVERIFY(issuer.tokens.revoke(issuer.client.id, tokens.access));
    QVERIFY(!issuer.accepts(tokens.access));
    QVERIFY(issuer.accepts(issuer.refresh(tokens.refresh)->access));
}

void TestTokenService::revokingForeignTokensDoesNothing()
{
    Issuer issuer;
    const auto tokens = issuer.tokensOf(issuer.code(issuer.client));
    const ClientId other = issuer.registerClient().id;
    for (const QByteArray &token :
         {tokens.access, tokens.refresh, QByteArray("garbage"), QByteArray()}) {
        QVERIFY(issuer.tokens.revoke(other, token));
        QVERIFY(issuer.accepts(tokens.access));
    }
    QByteArray forged = tokens.refresh;
    forged[forged.size() - 1] = forged.endsWith('a') ? 'b' : 'a';
    QVERIFY(issuer.tokens.revoke(issuer.client.id, forged));
    QVERIFY(issuer.accepts(tokens.access));
}

void TestTokenService::aRefreshThatCannotBeStoredChangesNothing()
{
    Issuer issuer;
    const auto first = issuer.tokensOf(issuer.code(issuer.client));
    issuer.vault.setWritable(false);
    const auto refused = issuer.refresh(first.refresh);
    QCOMPARE(refused.error().status, 503);
    QCOMPARE(refused.error().code, QByteArray("temporarily_unavailable"));
    QVERIFY(issuer.accepts(first.access));
    issuer.vault.setWritable(true);
    const auto second = issuer.refresh(first.refresh);
    QVERIFY(second);
    QVERIFY(second->refresh.contains("_2_"));
}

FLAREDECK_TEST(TestTokenService)

} // namespace tst_tokenservice

#include "tst_tokenservice.moc"
