#include "core/store/vault.h"
#include "fixtures.h"

#include <QSqlDatabase>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::Database;
using store::Vault;

class TestVault : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void clientsSurviveAReopen();
    void savingAClientAgainKeepsItsGrants();
    void aClientsUseIsNeverSetBack();
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
    void aRevokedGrantCannotBeRotated();
    void accessTokensEndWithTimeAndGrant();
    void revokingEndsEverythingButTheCode();
    void revokingTwiceKeepsTheFirstReason();
    void revokingAnUnknownGrantIsNotFound();
    void revokingAllNamesTheLiveOnes();
    void removingAClientRemovesAllThatIsHis();
    void loginsAndSecretsSurviveAReopen();
    void removingALoginRemovesItsSecrets();
    void sessionsSurviveAReopen();
    void sessionsNeedALiveGrant();
    void filesArePrivate();
    void aNewerVaultIsRefused();
    void aDamagedVaultIsRefusedAndLeftAlone();

private:
    void reopen();
    /// A client and a grant with a code, redeemed into tokens.
    void makeGrant(const QString &clientId, const QString &grantId);

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_file;
    test::FakeClock m_clock;
    std::optional<Vault> m_vault;
};

void TestVault::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_file = m_dir->filePath(u"vault.db"_s);
    reopen();
}

void TestVault::cleanup()
{
    m_vault.reset();
    QVERIFY2(QSqlDatabase::connectionNames().isEmpty(), "a connection was not removed");
}

void TestVault::reopen()
{
    m_vault.reset();
    Result<Vault> vault = Vault::open(m_file, m_clock);
    QVERIFY2(vault, vault ? "" : qPrintable(vault.error().text()));
    m_vault.emplace(*std::move(vault));
}

void TestVault::makeGrant(const QString &clientId, const QString &grantId)
{
    if (!m_vault->client({clientId}))
        QVERIFY(m_vault->saveClient(test::client(clientId, m_clock.now())));
    const store::Grant grant = test::grant(grantId, clientId, m_clock.now());
    const QByteArray hash = "code of " + grantId.toUtf8();
    QVERIFY(m_vault->createGrant(grant, test::code(hash, grant)));
    QVERIFY(
        m_vault
            ->redeemCode(hash,
                         test::accessToken("access of " + grantId.toUtf8(), grantId, m_clock.now()),
                         test::refreshState(1, "refresh of " + grantId.toUtf8()), m_clock.now())
            .value());
}

void TestVault::clientsSurviveAReopen()
{
    store::Client full = test::client(u"c1"_s, m_clock.now());
    full.authMethodExplicit = false;
    full.secretHash = QByteArray("\x00\xff\x01", 3);
    full.registeredBy = u"/usr/bin/node"_s;
    full.firstAuthorizedAt = m_clock.now() + 1;
    full.lastUsedAt = m_clock.now() + 2;
    store::Client bare;
    bare.id = {u"c2"_s};
    bare.createdAt = m_clock.now() + 1;
    QVERIFY(m_vault->saveClient(full));
    QVERIFY(m_vault->saveClient(bare));
    reopen();
    QCOMPARE(m_vault->clients(), QList({full, bare}));
    QCOMPARE(m_vault->client(full.id), std::optional(full));
    QVERIFY(!m_vault->client({u"c3"_s}));
}

void TestVault::savingAClientAgainKeepsItsGrants()
{
    makeGrant(u"c"_s, u"g"_s);
    store::Client renamed = *m_vault->client({u"c"_s});
    renamed.name = u"New name"_s;
    renamed.redirectUris = {u"http://localhost/other"_s};
    QVERIFY(m_vault->saveClient(renamed));
    QCOMPARE(m_vault->client({u"c"_s}), std::optional(renamed));
    QCOMPARE(m_vault->liveGrants().size(), 1);
    QCOMPARE(m_vault->accessTokens().size(), 1);
}

void TestVault::aClientsUseIsNeverSetBack()
{
    store::Client client = test::client(u"c"_s, m_clock.now());
    client.firstAuthorizedAt = 100;
    client.lastUsedAt = 200;
    QVERIFY(m_vault->saveClient(client));
    store::Client older = client;
    older.firstAuthorizedAt = 0;
    older.lastUsedAt = 150;
    QVERIFY(m_vault->saveClient(older));
    QCOMPARE(m_vault->client({u"c"_s}), std::optional(client));
}

void TestVault::grantsSurviveAReopen()
{
    QVERIFY(m_vault->saveClient(test::client(u"c"_s, m_clock.now())));
    store::Grant grant = test::grant(u"g"_s, u"c"_s, m_clock.now());
    grant.lastUsedAt = m_clock.now() + 1;
    grant.expiresAt = m_clock.now() + test::kDay;
    const store::AuthorizationCode code = test::code("code", grant);
    QVERIFY(m_vault->createGrant(grant, code));
    reopen();
    QCOMPARE(m_vault->liveGrants(), QList({grant}));
    QCOMPARE(m_vault->grant(grant.id), std::optional(grant));
    const auto stored = m_vault->code("code");
    QVERIFY(stored);
    QCOMPARE(stored->grant, grant.id);
    QCOMPARE(stored->client, grant.client);
    QCOMPARE(stored->redirectUri, code.redirectUri);
    QCOMPARE(stored->challenge, code.challenge);
    QCOMPARE(stored->resources, code.resources);
    QCOMPARE(stored->createdAt, code.createdAt);
    QCOMPARE(stored->expiresAt, code.expiresAt);
    QCOMPARE(stored->usedAt, 0);
    QVERIFY(!m_vault->code("other"));
}

void TestVault::aGrantNeedsItsClient()
{
    const store::Grant grant = test::grant(u"g"_s, u"nobody"_s, m_clock.now());
    const Result<> created = m_vault->createGrant(grant, test::code("code", grant));
    QVERIFY(!created);
    QCOMPARE(created.error().kind, Error::Kind::Storage);
    QVERIFY(!m_vault->grant(grant.id));
}

void TestVault::aGrantWithoutItsCodeIsNotWritten()
{
    makeGrant(u"c"_s, u"g1"_s);
    const store::Grant grant = test::grant(u"g2"_s, u"c"_s, m_clock.now());
    QVERIFY(!m_vault->createGrant(grant, test::code("code of g1", grant))); // the hash is taken
    QVERIFY(!m_vault->grant(grant.id));
}

void TestVault::scopesOfALiveGrantChange()
{
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->setGrantScopes({u"g"_s}, {u"mcp:read"_s}));
    reopen();
    QCOMPARE(m_vault->grant({u"g"_s})->scopes, ScopeSet{u"mcp:read"_s});
    QVERIFY(m_vault->revokeGrant({u"g"_s}, {}, m_clock.now()));
    QCOMPARE(m_vault->setGrantScopes({u"g"_s}, {}).error().kind, Error::Kind::NotFound);
}

void TestVault::grantsAreTouchedForwardOnly()
{
    makeGrant(u"c"_s, u"g1"_s);
    makeGrant(u"c"_s, u"g2"_s);
    QVERIFY(m_vault->touchGrants({{{u"g1"_s}, 500}, {{u"g2"_s}, 600}, {{u"absent"_s}, 1}}));
    QVERIFY(m_vault->touchGrants({{{u"g1"_s}, 400}}));
    QCOMPARE(m_vault->grant({u"g1"_s})->lastUsedAt, 500);
    QCOMPARE(m_vault->grant({u"g2"_s})->lastUsedAt, 600);
}

void TestVault::expiredGrantsAreNotLive()
{
    QVERIFY(m_vault->saveClient(test::client(u"c"_s, m_clock.now())));
    store::Grant grant = test::grant(u"g"_s, u"c"_s, m_clock.now());
    grant.expiresAt = m_clock.now() + test::kHour;
    QVERIFY(m_vault->createGrant(grant, test::code("code", grant)));
    QCOMPARE(m_vault->liveGrants().size(), 1);
    m_clock.advance(test::kHour);
    QCOMPARE(m_vault->liveGrants().size(), 0);
    QVERIFY(m_vault->grant({u"g"_s}));
}

void TestVault::aCodeIsRedeemedOnce()
{
    makeGrant(u"c"_s, u"g"_s);
    const auto second =
        m_vault->redeemCode("code of g", test::accessToken("again", u"g"_s, m_clock.now()),
                            test::refreshState(1, "again"), m_clock.now() + 5);
    QVERIFY(second);
    QCOMPARE(*second, false);
    QCOMPARE(m_vault->code("code of g")->usedAt, m_clock.now());
    QCOMPARE(m_vault->accessTokens().size(), 1);
    QCOMPARE(m_vault->refreshState({u"g"_s})->hash, QByteArray("refresh of g"));
    QCOMPARE(m_vault
                 ->redeemCode("unknown", test::accessToken("x", u"g"_s, 0),
                              test::refreshState(1, "x"), 1)
                 .value(),
             false);
}

void TestVault::aCodeOfARevokedGrantIsNotRedeemed()
{
    QVERIFY(m_vault->saveClient(test::client(u"c"_s, m_clock.now())));
    const store::Grant grant = test::grant(u"g"_s, u"c"_s, m_clock.now());
    QVERIFY(m_vault->createGrant(grant, test::code("code", grant)));
    QVERIFY(m_vault->revokeGrant(grant.id, u"user"_s, m_clock.now()));
    QCOMPARE(m_vault
                 ->redeemCode("code", test::accessToken("a", u"g"_s, m_clock.now()),
                              test::refreshState(1, "r"), m_clock.now())
                 .value(),
             false);
    QVERIFY(!m_vault->refreshState(grant.id));
}

void TestVault::aCodeIsNotRedeemedForAnotherGrant()
{
    makeGrant(u"c"_s, u"g1"_s);
    const store::Grant grant = test::grant(u"g2"_s, u"c"_s, m_clock.now());
    QVERIFY(m_vault->createGrant(grant, test::code("code", grant)));
    QCOMPARE(m_vault
                 ->redeemCode("code", test::accessToken("a", u"g1"_s, m_clock.now()),
                              test::refreshState(1, "r"), m_clock.now())
                 .value(),
             false);
    QCOMPARE(m_vault->code("code")->usedAt, 0);
}

void TestVault::aFailedRedemptionChangesNothing()
{
    makeGrant(u"c"_s, u"g1"_s);
    const store::Grant grant = test::grant(u"g2"_s, u"c"_s, m_clock.now());
    QVERIFY(m_vault->createGrant(grant, test::code("code", grant)));
    // An access token with this hash exists, so that the second step fails.
    QVERIFY(!m_vault->redeemCode("code", test::accessToken("access of g1", u"g2"_s, m_clock.now()),
                                 test::refreshState(1, "r"), m_clock.now()));
    QCOMPARE(m_vault->code("code")->usedAt, 0);
    QVERIFY(!m_vault->refreshState(grant.id));
}

void TestVault::rotationKeepsTheNewestTokens()
{
    makeGrant(u"c"_s, u"g"_s);
    makeGrant(u"c"_s, u"other"_s);
    for (int i = 2; i <= 10; ++i) {
        const store::RefreshState state = test::refreshState(i, "hash " + QByteArray::number(i));
        // Two in the same millisecond: the later one is the newer one.
        QVERIFY(m_vault->rotate(
            {u"g"_s}, state,
            test::accessToken("access " + QByteArray::number(i), u"g"_s, m_clock.now() + i / 2)));
        QCOMPARE(m_vault->refreshState({u"g"_s}), std::optional(state));
    }
    reopen();
    QList<QByteArray> hashes;
    for (const store::AccessToken &token : m_vault->accessTokens()) {
        if (token.grant.value == u"g"_s)
            hashes << token.hash;
    }
    QCOMPARE(hashes, QList<QByteArray>({"access 3", "access 4", "access 5", "access 6", "access 7",
                                        "access 8", "access 9", "access 10"}));
    QCOMPARE(m_vault->accessTokens().size(), 9);
}

void TestVault::aRevokedGrantCannotBeRotated()
{
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->revokeGrant({u"g"_s}, u"user"_s, m_clock.now()));
    const Result<> rotated = m_vault->rotate({u"g"_s}, test::refreshState(2, "r2"),
                                             test::accessToken("a2", u"g"_s, m_clock.now()));
    QCOMPARE(rotated.error().kind, Error::Kind::NotFound);
    QVERIFY(!m_vault->refreshState({u"g"_s}));
    QVERIFY(!m_vault->saveRefreshState({u"g"_s}, test::refreshState(2, "r2")));
}

void TestVault::accessTokensEndWithTimeAndGrant()
{
    makeGrant(u"c"_s, u"g"_s);
    const QList<store::AccessToken> tokens = m_vault->accessTokens();
    QCOMPARE(tokens.size(), 1);
    QCOMPARE(tokens[0].hash, QByteArray("access of g"));
    QCOMPARE(tokens[0].grant.value, u"g"_s);
    QCOMPARE(tokens[0].resources, QStringList(u"/mcp"_s));
    QCOMPARE(tokens[0].refreshGeneration, 1);
    QCOMPARE(tokens[0].expiresAt, m_clock.now() + test::kHour);
    m_clock.advance(test::kHour);
    QCOMPARE(m_vault->accessTokens().size(), 0);

    makeGrant(u"c"_s, u"g2"_s);
    QCOMPARE(m_vault->accessTokens().size(), 1);
    QVERIFY(m_vault->removeAccessToken("access of g2"));
    QCOMPARE(m_vault->accessTokens().size(), 0);
}

void TestVault::revokingEndsEverythingButTheCode()
{
    makeGrant(u"c"_s, u"g"_s);
    makeGrant(u"c"_s, u"other"_s);
    QVERIFY(m_vault->saveSession(test::session("s1", u"g"_s, m_clock.now())));
    QVERIFY(m_vault->saveSession(test::session("s2", u"other"_s, m_clock.now())));
    QVERIFY(m_vault->revokeGrant({u"g"_s}, u"by the user"_s, m_clock.now() + 7));
    reopen();
    QCOMPARE(m_vault->liveGrants().size(), 1);
    const auto revoked = m_vault->grant({u"g"_s});
    QCOMPARE(revoked->revokedAt, m_clock.now() + 7);
    QCOMPARE(revoked->revokeReason, u"by the user"_s);
    QVERIFY(!m_vault->refreshState({u"g"_s}));
    QCOMPARE(m_vault->accessTokens().size(), 1);
    QCOMPARE(m_vault->sessions().size(), 1);
    QVERIFY(m_vault->code("code of g")->usedAt > 0);
    QVERIFY(m_vault->refreshState({u"other"_s}));
}

void TestVault::revokingTwiceKeepsTheFirstReason()
{
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->revokeGrant({u"g"_s}, u"first"_s, 100));
    QVERIFY(m_vault->revokeGrant({u"g"_s}, u"second"_s, 200));
    QCOMPARE(m_vault->grant({u"g"_s})->revokeReason, u"first"_s);
    QCOMPARE(m_vault->grant({u"g"_s})->revokedAt, 100);
}

void TestVault::revokingAnUnknownGrantIsNotFound()
{
    QCOMPARE(m_vault->revokeGrant({u"g"_s}, {}, 1).error().kind, Error::Kind::NotFound);
}

void TestVault::revokingAllNamesTheLiveOnes()
{
    makeGrant(u"c1"_s, u"g1"_s);
    makeGrant(u"c1"_s, u"g2"_s);
    makeGrant(u"c2"_s, u"g3"_s);
    QVERIFY(m_vault->saveSession(test::session("s", u"g3"_s, m_clock.now())));
    QVERIFY(m_vault->revokeGrant({u"g2"_s}, u"earlier"_s, 50));
    const auto revoked = m_vault->revokeAllGrants(u"panic"_s, 100);
    QVERIFY(revoked);
    QCOMPARE(*revoked, QList<GrantId>({{u"g1"_s}, {u"g3"_s}}));
    QCOMPARE(m_vault->liveGrants().size(), 0);
    QCOMPARE(m_vault->accessTokens().size(), 0);
    QCOMPARE(m_vault->sessions().size(), 0);
    QVERIFY(!m_vault->refreshState({u"g1"_s}));
    QCOMPARE(m_vault->grant({u"g2"_s})->revokeReason, u"earlier"_s);
    QCOMPARE(m_vault->grant({u"g3"_s})->revokeReason, u"panic"_s);
}

void TestVault::removingAClientRemovesAllThatIsHis()
{
    makeGrant(u"c1"_s, u"g1"_s);
    makeGrant(u"c2"_s, u"g2"_s);
    QVERIFY(m_vault->saveSession(test::session("s", u"g1"_s, m_clock.now())));
    QVERIFY(m_vault->removeClient({u"c1"_s}));
    QCOMPARE(m_vault->clients().size(), 1);
    QVERIFY(!m_vault->grant({u"g1"_s}));
    QVERIFY(!m_vault->code("code of g1"));
    QVERIFY(!m_vault->refreshState({u"g1"_s}));
    QCOMPARE(m_vault->sessions().size(), 0);
    QCOMPARE(m_vault->accessTokens().size(), 1);
    QVERIFY(m_vault->grant({u"g2"_s}));
}

void TestVault::loginsAndSecretsSurviveAReopen()
{
    store::Login login;
    login.id = {u"l1"_s};
    login.kind = store::LoginKind::ApiToken;
    login.state = store::LoginState::NeedsLogin;
    login.userId = u"u"_s;
    login.email = u"me@example.com"_s;
    login.accounts = {{u"a"_s, u"A"_s}};
    login.upstreamScopes = {u"account:read"_s, u"offline_access"_s};
    login.sandbox = true;
    login.createdAt = 1;
    login.refreshedAt = 2;
    login.expiresAt = 3;
    store::Login other;
    other.id = {u"l2"_s};
    other.createdAt = 5;

    QVERIFY(!m_vault->hasSealedSecrets());
    QVERIFY(m_vault->saveLoginWithSecrets(login, "sealed access", "sealed refresh"));
    QVERIFY(m_vault->saveLogin(other));
    QVERIFY(m_vault->saveSealedSecret(u"app"_s, u"value"_s, QByteArray("\x00\x01", 2)));
    reopen();
    QCOMPARE(m_vault->logins(), QList({login, other}));
    QCOMPARE(m_vault->sealedSecret(u"l1"_s, u"access"_s), QByteArray("sealed access"));
    QCOMPARE(m_vault->sealedSecret(u"l1"_s, u"refresh"_s), QByteArray("sealed refresh"));
    QCOMPARE(m_vault->sealedSecret(u"app"_s, u"value"_s), QByteArray("\x00\x01", 2));
    QVERIFY(m_vault->sealedSecret(u"l2"_s, u"access"_s).isEmpty());
    QVERIFY(m_vault->hasSealedSecrets());

    login.state = store::LoginState::Ok;
    QVERIFY(m_vault->saveLogin(login));
    QCOMPARE(m_vault->logins().constFirst(), login);
    QCOMPARE(m_vault->sealedSecret(u"l1"_s, u"access"_s), QByteArray("sealed access"));
}

void TestVault::removingALoginRemovesItsSecrets()
{
    store::Login login;
    login.id = {u"l"_s};
    QVERIFY(m_vault->saveLoginWithSecrets(login, "a", "r"));
    QVERIFY(m_vault->saveSealedSecret(u"app"_s, u"value"_s, "x"));
    QVERIFY(m_vault->removeLogin(login.id));
    QVERIFY(m_vault->logins().isEmpty());
    QVERIFY(m_vault->sealedSecret(u"l"_s, u"access"_s).isEmpty());
    QVERIFY(m_vault->hasSealedSecrets());
    QVERIFY(m_vault->removeSecrets(u"app"_s));
    QVERIFY(!m_vault->hasSealedSecrets());
}

void TestVault::sessionsSurviveAReopen()
{
    makeGrant(u"c"_s, u"g"_s);
    mcp::StoredSession session = test::session("s1", u"g"_s, m_clock.now());
    QVERIFY(m_vault->saveSession(session));
    session.state = {{"account", "acc2"}, {"deep", {1, 2, {{"x", nullptr}}}}};
    QVERIFY(m_vault->saveSession(session));
    QVERIFY(m_vault->saveSession(test::session("s2", u"g"_s, m_clock.now())));
    QVERIFY(m_vault->touchSession("s1", m_clock.now() + 9));
    QVERIFY(m_vault->removeSession("s2"));
    reopen();
    const QList<mcp::StoredSession> sessions = m_vault->sessions();
    QCOMPARE(sessions.size(), 1);
    QCOMPARE(sessions[0].idHash, QByteArray("s1"));
    QCOMPARE(sessions[0].grant.value, u"g"_s);
    QCOMPARE(sessions[0].revision, QByteArray("2025-11-25"));
    QCOMPARE(sessions[0].clientInfo, session.clientInfo);
    QVERIFY(sessions[0].clientCapabilities == session.clientCapabilities);
    QVERIFY(sessions[0].state == session.state);
    QCOMPARE(sessions[0].createdAt, session.createdAt);
    QCOMPARE(sessions[0].lastSeenAt, m_clock.now() + 9);
}

void TestVault::sessionsNeedALiveGrant()
{
    QVERIFY(!m_vault->saveSession(test::session("s", u"absent"_s, m_clock.now())));
}

void TestVault::filesArePrivate()
{
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(QFile::exists(m_file + u"-wal"_s));
    QCOMPARE(test::openToOthers(m_dir->path()), QStringList());
}

void TestVault::aNewerVaultIsRefused()
{
    m_vault.reset();
    {
        Result<Database> database = Database::open(m_file, Database::Durability::Full);
        QVERIFY(database);
        QVERIFY(database->execute(u"PRAGMA user_version = 1000"_s));
    }
    const Result<Vault> vault = Vault::open(m_file, m_clock);
    QVERIFY(!vault);
    QVERIFY2(vault.error().message.contains(u"newer version"_s), qPrintable(vault.error().message));
}

void TestVault::aDamagedVaultIsRefusedAndLeftAlone()
{
    for (int i = 0; i < 30; ++i)
        makeGrant(u"client %1"_s.arg(i), u"grant %1"_s.arg(i));
    m_vault.reset();
    QFile file(m_file);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.size() > 4 * 4096);
    QVERIFY(file.seek(file.size() / 4096 / 2 * 4096));
    file.write(QByteArray(4096, '\x5a'));
    file.close();
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();

    const Result<Vault> vault = Vault::open(m_file, m_clock);
    QVERIFY(!vault);
    QVERIFY(store::isDamage(vault.error()));
    QVERIFY(vault.error().message.contains(m_file));
    QVERIFY(!vault.error().action.isEmpty());
    file.seek(0);
    QVERIFY(file.readAll() == before);
    QCOMPARE(QDir(m_dir->path()).entryList({u"*damaged*"_s}), QStringList());
}

QTEST_GUILESS_MAIN(TestVault)
#include "tst_vault.moc"
