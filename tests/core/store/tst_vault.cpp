#include "vaulttest.h"

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::Database;
using store::Vault;

class TestVault : public store::VaultTest
{
    Q_OBJECT

private slots:
    void init() { start(); }
    void cleanup() { stop(); }
    void clientsSurviveAReopen();
    void savingAClientAgainKeepsItsGrants();
    void aClientsUseIsNeverSetBack();
    void removingAClientRemovesAllThatIsHis();
    void loginsAndSecretsSurviveAReopen();
    void removingALoginRemovesItsSecrets();
    void sessionsSurviveAReopen();
    void sessionsNeedALiveGrant();
    void tasksSurviveAReopenAndGoWithTheirGrant();
    void filesArePrivate();
    void theSandboxsVaultIsNotCloudflaresAndTheOtherWayRound();
    void aVaultOfAnotherFormatIsRefused();
    void aDamagedVaultIsRefusedAndLeftAlone();
};

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
    QCOMPARE(accessTokens(u"g"_s).size(), 1);
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
    QCOMPARE(accessTokens(u"g1"_s).size(), 0);
    QCOMPARE(accessTokens(u"g2"_s).size(), 1);
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

    QVERIFY(m_vault->sealedSecrets()->isEmpty());
    QVERIFY(m_vault->saveLoginWithSecrets(login, "sealed access", "sealed refresh"));
    QVERIFY(m_vault->saveLogin(other));
    QVERIFY(m_vault->saveSealedSecret(u"app"_s, u"value"_s, QByteArray("\x00\x01", 2)));
    reopen();
    QCOMPARE(m_vault->logins(), QList({login, other}));
    QCOMPARE(m_vault->sealedSecret(u"l1"_s, u"access"_s), QByteArray("sealed access"));
    QCOMPARE(m_vault->sealedSecret(u"l1"_s, u"refresh"_s), QByteArray("sealed refresh"));
    QCOMPARE(m_vault->sealedSecret(u"app"_s, u"value"_s), QByteArray("\x00\x01", 2));
    QVERIFY(m_vault->sealedSecret(u"l2"_s, u"access"_s).isEmpty());
    QVERIFY(!m_vault->sealedSecrets()->isEmpty());

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
    QVERIFY(!m_vault->sealedSecrets()->isEmpty());
    QVERIFY(m_vault->removeSecrets(u"app"_s));
    QVERIFY(m_vault->sealedSecrets()->isEmpty());
}

void TestVault::sessionsSurviveAReopen()
{
    makeGrant(u"c"_s, u"g"_s);
    mcp::StoredSession session = test::session("s1", u"g"_s, m_clock.now());
    QVERIFY(m_vault->saveSession(session));
    session.state = {{"account", "acc2"}, {"deep", {1, 2, {{"x", nullptr}}}}};
    session.logLevel = 4;
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
    QCOMPARE(sessions[0].logLevel, 4);
    QCOMPARE(sessions[0].createdAt, session.createdAt);
    QCOMPARE(sessions[0].lastSeenAt, m_clock.now() + 9);
}

void TestVault::tasksSurviveAReopenAndGoWithTheirGrant()
{
    makeGrant(u"c"_s, u"g"_s);
    using Status = mcp::StoredTask::Status;
    mcp::StoredTask task{"t1", {u"g"_s}, Status::Working, nullptr, m_clock.now(), m_clock.now()};
    QVERIFY(m_vault->saveTask(task));
    task.status = Status::Completed;
    task.outcome = Json{{"text", "Grüße"}};
    task.updatedAt += 5;
    QVERIFY(m_vault->saveTask(task));
    reopen();
    const QList<mcp::StoredTask> tasks = m_vault->tasks();
    QCOMPARE(tasks.size(), 1);
    QCOMPARE(tasks[0].idHash, task.idHash);
    QCOMPARE(tasks[0].grant, task.grant);
    QVERIFY(tasks[0].status == task.status);
    QVERIFY(tasks[0].outcome == task.outcome);
    QCOMPARE(tasks[0].createdAt, task.createdAt);
    QCOMPARE(tasks[0].updatedAt, task.updatedAt);

    QVERIFY(m_vault->revokeGrant({u"g"_s}, u"x"_s, m_clock.now()));
    QVERIFY(m_vault->tasks().isEmpty());
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

void TestVault::theSandboxsVaultIsNotCloudflaresAndTheOtherWayRound()
{
    for (const bool sandbox : {true, false}) {
        start();
        QVERIFY(m_vault->claim(sandbox));
        reopen();
        QVERIFY(m_vault->claim(sandbox));
        const Result<> other = m_vault->claim(!sandbox);
        QVERIFY(!other);
        QVERIFY(other.error().message.contains(m_dir->path()));
        QVERIFY(other.error().action.contains(u"--data-dir"_s));
        QVERIFY(m_vault->claim(sandbox));
        stop();
    }
    start();
}

void TestVault::aVaultOfAnotherFormatIsRefused()
{
    m_vault.reset();
    {
        Result<Database> database = Database::open(m_file, Database::Durability::Full);
        QVERIFY(database);
        QVERIFY(database->execute(u"PRAGMA user_version = 1000"_s));
    }
    const Result<Vault> vault = Vault::open(m_file, m_clock);
    QVERIFY(!vault);
    QVERIFY2(vault.error().message.contains(u"another version"_s),
             qPrintable(vault.error().message));
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
