#include "core/store/vault/vault.h"
#include "fixtures.h"
#include "tests/support/testcase.h"

#include <QTemporaryDir>
#include <QTest>

namespace tst_vaultpurge {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::Vault;
using test::kDay;
using test::kHour;

// What the vault deletes once it trusts the clock, and what it must keep.
class TestVaultPurge : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_vault.reset(); }
    void clientsNeverAuthorizedGoAfterADay();
    void authorizedClientsGo90DaysAfterTheirLastUse();
    void aLiveGrantCountsAsAuthorization();
    void neverAuthorizedClientsAreTheFirstToMakeRoom();
    void thePurgeOfClientsMayBeAskedFor();
    void clientsWithALiveGrantAreNeverPushedOut();
    void documentsAreNotPushedOutByRegistrations();
    void unusedCodesGoWithTheirGrant();
    void usedCodesStayWithALiveGrant();
    void usedCodesGoADayAfterTheEndOfTheirGrant();
    void revokedGrantsStay30Days();
    void expiredGrantsStay7Days();
    void accessTokensStayAnHourBeyondTheirEnd();
    void sessionsNotSeenForAWeekGo();
    void aStartWithTheClockAheadForgetsNothing();
    void aClockThatRunsAheadForASecondForgetsNothing();
    void aLiveGrantProtectsItsClientAlways();

private:
    void reopenAfter(Millis span);
    void tidy();
    void addClient(const QString &id)
    {
        QVERIFY(m_vault->clients.save(test::client(id, m_clock.now())));
    }
    store::Grant addGrant(const QString &id, Millis lifetime = 0);
    void redeem(const QString &grantId);

    std::unique_ptr<QTemporaryDir> m_dir;
    test::ManualClock m_clock;
    std::unique_ptr<Vault> m_vault;
};

void TestVaultPurge::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    reopenAfter(0);
}

void TestVaultPurge::reopenAfter(Millis span)
{
    m_vault.reset();
    // Opened that much earlier, so that the clock is trusted at the end of the span.
    m_clock.advance(span - ClockWatch::kBelievedAfter);
    auto vault = Vault::open(m_dir->filePath(u"vault.db"_s), m_clock);
    QVERIFY2(vault, vault ? "" : qPrintable(vault.error().text()));
    m_vault = *std::move(vault);
    m_clock.advance(ClockWatch::kBelievedAfter);
    tidy();
}

void TestVaultPurge::tidy()
{
    QVERIFY(m_vault->purge());
    const ClockWatch &time = m_vault->time();
    QVERIFY(m_vault->clients.purge(time.olderThan(kDay), time.olderThan(90 * kDay), 200));
}

/// A grant of the client "c", which therefore counts as used.
store::Grant TestVaultPurge::addGrant(const QString &id, Millis lifetime)
{
    if (!test::storedClient(*m_vault, {u"c"_s}))
        addClient(u"c"_s);
    store::Grant grant = test::grant(id, u"c"_s, m_clock.now());
    grant.expiresAt = lifetime ? m_clock.now() + lifetime : 0;
    if (!m_vault->grants.add(grant, test::code("code of " + id.toUtf8(), grant)))
        qFatal("the grant could not be created");
    return grant;
}

void TestVaultPurge::redeem(const QString &grantId)
{
    QVERIFY(m_vault->tokens
                .redeem("code of " + grantId.toUtf8(),
                        test::accessToken("access of " + grantId.toUtf8(), grantId, m_clock.now()),
                        test::refreshState(grantId, 1, "refresh of " + grantId.toUtf8()),
                        m_clock.now())
                .value());
}

void TestVaultPurge::clientsNeverAuthorizedGoAfterADay()
{
    addClient(u"c"_s);
    reopenAfter(kDay - 1);
    QCOMPARE(m_vault->clients.all().size(), 1);
    reopenAfter(2);
    QCOMPARE(m_vault->clients.all().size(), 0);
}

void TestVaultPurge::authorizedClientsGo90DaysAfterTheirLastUse()
{
    store::Client client = test::client(u"c"_s, m_clock.now());
    client.firstAuthorizedAt = m_clock.now();
    client.lastUsedAt = m_clock.now() + 10 * kDay;
    QVERIFY(m_vault->clients.save(client));
    reopenAfter(100 * kDay - 1);
    QCOMPARE(m_vault->clients.all().size(), 1);
    reopenAfter(2);
    QCOMPARE(m_vault->clients.all().size(), 0);
}

void TestVaultPurge::aLiveGrantCountsAsAuthorization()
{
    // A crash may have lost the time in the client's row.
    addGrant(u"g"_s);
    redeem(u"g"_s);
    reopenAfter(80 * kDay);
    QCOMPARE(m_vault->grants.live().size(), 1);
    QVERIFY(m_vault->grants.touch({{{u"g"_s}, m_clock.now()}}));
    reopenAfter(80 * kDay);
    QCOMPARE(m_vault->grants.live().size(), 1);
    QVERIFY(m_vault->grants.revoke({u"g"_s}, u"test"_s, m_clock.now()));
    reopenAfter(11 * kDay);
    QCOMPARE(m_vault->clients.all().size(), 0);
}

void TestVaultPurge::aLiveGrantProtectsItsClientAlways()
{
    addGrant(u"g"_s);
    redeem(u"g"_s);
    reopenAfter(4000 * kDay);
    QCOMPARE(m_vault->clients.all().size(), 1);
    QCOMPARE(m_vault->grants.live().size(), 1);
    QVERIFY(m_vault->clients.purge(m_clock.now(), m_clock.now(), 0));
    QCOMPARE(m_vault->grants.live().size(), 1);
}

void TestVaultPurge::aStartWithTheClockAheadForgetsNothing()
{
    addClient(u"asked"_s);
    addGrant(u"limited"_s, 30 * kDay);
    addGrant(u"g"_s);
    for (const QString &id : {u"limited"_s, u"g"_s})
        redeem(id);
    m_vault->sessions.save(test::session("s", u"g"_s, m_clock.now()));
    store::RememberedApproval approval;
    approval.id = u"a"_s;
    approval.client = {u"c"_s};
    approval.redirect = u"http://127.0.0.1/cb"_s;
    approval.login = {u"login"_s};
    approval.resources = {u"/"_s};
    approval.requested = approval.scopes = {u"mcp:read"_s};
    approval.accountIds = {u"acc1"_s};
    approval.createdAt = m_clock.now();
    approval.expiresAt = m_clock.now() + kDay;
    const auto remembered = m_vault->approvals.save(approval);
    QVERIFY2(remembered, remembered ? "" : qPrintable(remembered.error().detail));

    const auto isAllThere = [this] {
        return m_vault->clients.all().size() == 2 && m_vault->grants.find({u"limited"_s}) &&
               m_vault->approvals.all().size() == 1 && m_vault->sessions.load().size() == 1 &&
               m_vault->tokens.accessTokens().size() == 2 && m_vault->tokens.code("code of g");
    };
    m_vault.reset();
    m_clock.set(95 * kDay);
    auto early = Vault::open(m_dir->filePath(u"vault.db"_s), m_clock);
    QVERIFY(early);
    m_vault = *std::move(early);
    m_clock.advance(ClockWatch::kBelievedAfter - 1);
    tidy();
    QVERIFY(isAllThere());
    m_clock.set(-95 * kDay); // somebody corrects the clock
    tidy();
    QVERIFY(isAllThere());
    m_clock.advance(ClockWatch::kBelievedAfter);
    tidy();
    QVERIFY(isAllThere());
}

void TestVaultPurge::aClockThatRunsAheadForASecondForgetsNothing()
{
    addClient(u"asked"_s);
    addGrant(u"limited"_s, 30 * kDay);
    redeem(u"limited"_s);
    m_clock.advance(kHour);
    tidy(); // the clock is trusted now
    m_clock.set(4000 * kDay);
    tidy();
    m_clock.advance(1000);
    tidy();
    m_clock.set(-4000 * kDay);
    tidy();
    m_clock.advance(ClockWatch::kBelievedAfter);
    tidy();
    QCOMPARE(m_vault->clients.all().size(), 2);
    QVERIFY(m_vault->grants.find({u"limited"_s}));
    QVERIFY(!m_vault->tokens.accessTokens().isEmpty());
}

void TestVaultPurge::neverAuthorizedClientsAreTheFirstToMakeRoom()
{
    store::Client authorized = test::client(u"authorized"_s, m_clock.now());
    authorized.firstAuthorizedAt = m_clock.now();
    QVERIFY(m_vault->clients.save(authorized));
    for (int i = 0; i < 220; ++i) {
        m_clock.advance(1);
        addClient(u"new %1"_s.arg(i));
    }
    reopenAfter(1);
    const QList<store::Client> clients = m_vault->clients.all();
    QCOMPARE(clients.size(), 200);
    QVERIFY(test::storedClient(*m_vault, {u"authorized"_s}));
    QVERIFY(!test::storedClient(*m_vault, {u"new 20"_s}));
    QVERIFY(test::storedClient(*m_vault, {u"new 21"_s}));
}

void TestVaultPurge::thePurgeOfClientsMayBeAskedFor()
{
    for (int i = 0; i < 5; ++i) {
        addClient(u"c%1"_s.arg(i));
        m_clock.advance(10);
    }
    QVERIFY(m_vault->clients.purge(m_clock.now() - 35, 0, 200));
    QCOMPARE(m_vault->clients.all().size(), 3);
    QVERIFY(m_vault->clients.purge(0, 0, 1));
    QCOMPARE(m_vault->clients.all().size(), 1);
    QCOMPARE(m_vault->clients.all().constFirst().id.value, u"c4"_s);
}

void TestVaultPurge::clientsWithALiveGrantAreNeverPushedOut()
{
    addGrant(u"live"_s);
    addGrant(u"ended"_s);
    addGrant(u"expired"_s, kHour);
    for (const QString &id : {u"live"_s, u"ended"_s, u"expired"_s})
        redeem(id);
    QVERIFY(m_vault->grants.revoke({u"ended"_s}, u"test"_s, m_clock.now()));
    m_clock.advance(2 * kHour);
    const ClientId holder = m_vault->grants.find({u"live"_s})->client;
    addClient(u"new"_s);
    const auto gone = m_vault->clients.purge(0, 0, 0);
    QVERIFY(gone);
    QVERIFY(gone->contains({u"new"_s}));
    QVERIFY(!gone->contains(holder));
    QCOMPARE(m_vault->clients.all().size(), 1);
    QVERIFY(test::storedClient(*m_vault, holder));
    QCOMPARE(m_vault->grants.live().size(), 1);
}

void TestVaultPurge::documentsAreNotPushedOutByRegistrations()
{
    const auto addDocument = [this](const QString &id, Millis authorizedAt) {
        store::Client document = test::client(id, m_clock.now());
        document.kind = store::ClientKind::Document;
        document.freshUntil = 5;
        document.firstAuthorizedAt = authorizedAt;
        QVERIFY(m_vault->clients.save(document));
        QCOMPARE(test::storedClient(*m_vault, {id}), document);
    };
    addDocument(u"https://a.example/allowed"_s, m_clock.now());
    addDocument(u"https://a.example/asked"_s, 0);
    for (int i = 0; i < 3; ++i) {
        m_clock.advance(1);
        addClient(u"new %1"_s.arg(i));
    }
    QVERIFY(m_vault->clients.purge(0, 0, 1));
    QCOMPARE(m_vault->clients.all().size(), 3);
    QVERIFY(test::storedClient(*m_vault, {u"https://a.example/asked"_s}));
    QVERIFY(test::storedClient(*m_vault, {u"new 2"_s}));

    // Documents that nobody allowed can be fetched again.
    QVERIFY(m_vault->clients.purge(0, 0, 0));
    QCOMPARE(m_vault->clients.all().size(), 1);
    QVERIFY(test::storedClient(*m_vault, {u"https://a.example/allowed"_s}));
}

void TestVaultPurge::unusedCodesGoWithTheirGrant()
{
    addGrant(u"kept"_s);
    redeem(u"kept"_s);
    addGrant(u"g"_s);
    reopenAfter(kDay);
    QVERIFY(m_vault->tokens.code("code of g"));
    QVERIFY(m_vault->grants.find({u"g"_s}));
    reopenAfter(200'000);
    QVERIFY(!m_vault->tokens.code("code of g"));
    QVERIFY(!m_vault->grants.find({u"g"_s}));
    QVERIFY(m_vault->grants.find({u"kept"_s}));
}

void TestVaultPurge::usedCodesStayWithALiveGrant()
{
    addGrant(u"g"_s);
    redeem(u"g"_s);
    reopenAfter(60 * kDay);
    QVERIFY(m_vault->tokens.code("code of g")->usedAt > 0);
}

void TestVaultPurge::usedCodesGoADayAfterTheEndOfTheirGrant()
{
    addGrant(u"revoked"_s);
    redeem(u"revoked"_s);
    addGrant(u"expired"_s, kHour);
    redeem(u"expired"_s);
    QVERIFY(m_vault->grants.revoke({u"revoked"_s}, {}, m_clock.now()));
    reopenAfter(kDay - 1);
    QVERIFY(m_vault->tokens.code("code of revoked"));
    QVERIFY(m_vault->tokens.code("code of expired"));
    reopenAfter(2 * kHour);
    QVERIFY(!m_vault->tokens.code("code of revoked"));
    QVERIFY(!m_vault->tokens.code("code of expired"));
    QVERIFY(m_vault->grants.find({u"revoked"_s}));
}

void TestVaultPurge::revokedGrantsStay30Days()
{
    addGrant(u"g"_s);
    redeem(u"g"_s);
    addGrant(u"live"_s);
    redeem(u"live"_s);
    QVERIFY(m_vault->grants.revoke({u"g"_s}, {}, m_clock.now()));
    reopenAfter(30 * kDay - 1);
    QVERIFY(m_vault->grants.find({u"g"_s}));
    reopenAfter(2);
    QVERIFY(!m_vault->grants.find({u"g"_s}));
    QVERIFY(m_vault->grants.find({u"live"_s}));
}

void TestVaultPurge::expiredGrantsStay7Days()
{
    addGrant(u"g"_s, kDay);
    redeem(u"g"_s);
    addGrant(u"live"_s);
    redeem(u"live"_s);
    reopenAfter(8 * kDay - 1);
    QVERIFY(m_vault->grants.find({u"g"_s}));
    reopenAfter(2);
    QVERIFY(!m_vault->grants.find({u"g"_s}));
    QVERIFY(m_vault->grants.find({u"live"_s}));
}

void TestVaultPurge::accessTokensStayAnHourBeyondTheirEnd()
{
    addGrant(u"g"_s);
    redeem(u"g"_s);
    const QByteArray hash = "access of g";
    reopenAfter(2 * kHour - 1); // it lives for an hour
    QVERIFY(test::contentOf(m_dir->path()).contains(hash));
    reopenAfter(2);
    m_vault.reset();
    QVERIFY(!test::contentOf(m_dir->path()).contains(hash)); // secure_delete
}

void TestVaultPurge::sessionsNotSeenForAWeekGo()
{
    addGrant(u"g"_s);
    redeem(u"g"_s);
    m_vault->sessions.save(test::session("s1", u"g"_s, m_clock.now()));
    m_vault->sessions.save(test::session("s2", u"g"_s, m_clock.now()));
    m_vault->sessions.touch("s2", m_clock.now() + kDay);
    reopenAfter(7 * kDay + 1);
    QCOMPARE(m_vault->sessions.load().size(), 1);
    QCOMPARE(m_vault->sessions.load().constFirst().idHash, QByteArray("s2"));
}

FLAREDECK_TEST(TestVaultPurge)

} // namespace tst_vaultpurge

#include "tst_vaultpurge.moc"
