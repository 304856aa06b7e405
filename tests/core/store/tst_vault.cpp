#include "tests/support/testcase.h"
#include "vaulttest.h"

namespace tst_vault {

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
    QVERIFY(m_vault->clients.save(full));
    QVERIFY(m_vault->clients.save(bare));
    reopen();
    QCOMPARE(m_vault->clients.all(), QList({full, bare}));
    QCOMPARE(test::storedClient(*m_vault, full.id), std::optional(full));
    QVERIFY(!test::storedClient(*m_vault, {u"c3"_s}));
}

void TestVault::savingAClientAgainKeepsItsGrants()
{
    makeGrant(u"c"_s, u"g"_s);
    store::Client renamed = *test::storedClient(*m_vault, {u"c"_s});
    renamed.name = u"New name"_s;
    renamed.redirectUris = {u"http://localhost/other"_s};
    QVERIFY(m_vault->clients.save(renamed));
    QCOMPARE(test::storedClient(*m_vault, {u"c"_s}), std::optional(renamed));
    QCOMPARE(m_vault->grants.live().size(), 1);
    QCOMPARE(accessTokens(u"g"_s).size(), 1);
}

void TestVault::removingAClientRemovesAllThatIsHis()
{
    makeGrant(u"c1"_s, u"g1"_s);
    makeGrant(u"c2"_s, u"g2"_s);
    m_vault->sessions.save(test::session("s", u"g1"_s, m_clock.now()));
    QVERIFY(m_vault->clients.remove({u"c1"_s}));
    QCOMPARE(m_vault->clients.all().size(), 1);
    QVERIFY(!m_vault->grants.find({u"g1"_s}));
    QVERIFY(!m_vault->tokens.code("code of g1"));
    QVERIFY(!m_vault->tokens.refreshState({u"g1"_s}));
    QCOMPARE(m_vault->sessions.load().size(), 0);
    QCOMPARE(accessTokens(u"g1"_s).size(), 0);
    QCOMPARE(accessTokens(u"g2"_s).size(), 1);
    QVERIFY(m_vault->grants.find({u"g2"_s}));
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

    QVERIFY(m_vault->keys.secrets()->isEmpty());
    QVERIFY(m_vault->logins.save(login, {{u"l1"_s, u"access"_s, "sealed access"},
                                         {u"l1"_s, u"refresh"_s, "sealed refresh"}}));
    QVERIFY(m_vault->logins.save(other));
    QVERIFY(m_vault->keys.saveSecret({u"app"_s, u"value"_s, QByteArray("\x00\x01", 2)}));
    reopen();
    QCOMPARE(m_vault->logins.all(), QList({login, other}));
    QCOMPARE(m_vault->keys.secret(u"l1"_s, u"access"_s), QByteArray("sealed access"));
    QCOMPARE(m_vault->keys.secret(u"l1"_s, u"refresh"_s), QByteArray("sealed refresh"));
    QCOMPARE(m_vault->keys.secret(u"app"_s, u"value"_s), QByteArray("\x00\x01", 2));
    QVERIFY(m_vault->keys.secret(u"l2"_s, u"access"_s).isEmpty());
    QVERIFY(!m_vault->keys.secrets()->isEmpty());

    login.state = store::LoginState::Ok;
    QVERIFY(m_vault->logins.save(login));
    QCOMPARE(m_vault->logins.all().constFirst(), login);
    QCOMPARE(m_vault->keys.secret(u"l1"_s, u"access"_s), QByteArray("sealed access"));
}

void TestVault::removingALoginRemovesItsSecrets()
{
    store::Login login;
    login.id = {u"l"_s};
    QVERIFY(m_vault->logins.save(login, {{u"l"_s, u"access"_s, "a"}}));
    QVERIFY(m_vault->keys.saveSecret({u"app"_s, u"value"_s, "x"}));
    QVERIFY(m_vault->logins.remove(login.id));
    QVERIFY(m_vault->logins.all().isEmpty());
    QVERIFY(m_vault->keys.secret(u"l"_s, u"access"_s).isEmpty());
    QVERIFY(!m_vault->keys.secrets()->isEmpty());
    QVERIFY(m_vault->keys.removeSecrets(u"app"_s));
    QVERIFY(m_vault->keys.secrets()->isEmpty());
}

void TestVault::sessionsSurviveAReopen()
{
    makeGrant(u"c"_s, u"g"_s);
    mcp::StoredSession session = test::session("s1", u"g"_s, m_clock.now());
    m_vault->sessions.save(session);
    session.state = {{"account", "acc2"}, {"deep", {1, 2, {{"x", nullptr}}}}};
    session.logLevel = 4;
    m_vault->sessions.save(session);
    m_vault->sessions.save(test::session("s2", u"g"_s, m_clock.now()));
    m_vault->sessions.touch("s1", m_clock.now() + 9);
    m_vault->sessions.remove("s2");
    reopen();
    const QList<mcp::StoredSession> sessions = m_vault->sessions.load();
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
    QVERIFY(m_vault->tasks.save(task));
    task.status = Status::Completed;
    task.outcome = Json{{"text", "Grüße"}};
    task.updatedAt += 5;
    QVERIFY(m_vault->tasks.save(task));
    reopen();
    const QList<mcp::StoredTask> tasks = m_vault->tasks.all();
    QCOMPARE(tasks.size(), 1);
    QCOMPARE(tasks[0].idHash, task.idHash);
    QCOMPARE(tasks[0].grant, task.grant);
    QVERIFY(tasks[0].status == task.status);
    QVERIFY(tasks[0].outcome == task.outcome);
    QCOMPARE(tasks[0].createdAt, task.createdAt);
    QCOMPARE(tasks[0].updatedAt, task.updatedAt);

    QVERIFY(m_vault->grants.revoke({u"g"_s}, u"x"_s, m_clock.now()));
    QVERIFY(m_vault->tasks.all().isEmpty());
}

void TestVault::sessionsNeedALiveGrant()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"A session was not stored"_s));
    m_vault->sessions.save(test::session("s", u"absent"_s, m_clock.now()));
    makeGrant(u"c"_s, u"absent"_s);
    QVERIFY(m_vault->sessions.load().isEmpty());
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
    const auto vault = Vault::open(m_file, m_clock);
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

    const auto vault = Vault::open(m_file, m_clock);
    QVERIFY(!vault);
    QVERIFY(store::isDamage(vault.error()));
    QVERIFY(vault.error().message.contains(m_file));
    QVERIFY(!vault.error().action.isEmpty());
    file.seek(0);
    QVERIFY(file.readAll() == before);
    QCOMPARE(QDir(m_dir->path()).entryList({u"*damaged*"_s}), QStringList());
}

FLAREDECK_TEST(TestVault)

} // namespace tst_vault

#include "tst_vault.moc"
