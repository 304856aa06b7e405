#include "audittest.h"
#include "tests/support/testcase.h"

namespace tst_audit {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::AuditKind;
using store::AuditRow;

/// The events that the audit trail records.
class TestAudit : public store::AuditTest
{
    Q_OBJECT

private slots:
    void init() { start(); }
    void cleanup() { stop(); }
    void anEmptyTrailIsIntact();
    void aGrantAndItsEventComeTogether();
    void whatFailsLeavesNoEvent();
    void theLifeOfAGrantIsToldInOrder();
    void aReplayStandsBeforeTheEndThatItCaused();
    void anEndIsToldOnce();
    void aForgottenClientIsToldWithItsGrants();
    void unusedClientsTakeTheirGrantsWithAnEvent();
    void moreScopesThanBeforeAreAStepUp();
    void oneClientsEventsCanBeRead();
    void floodsBecomeOneRow();
};

void TestAudit::anEmptyTrailIsIntact()
{
    const auto found = verdict();
    QVERIFY(!found.broken);
    QCOMPARE(found.rows, 0);
    QCOMPARE(found.head, 0);
}

void TestAudit::aGrantAndItsEventComeTogether()
{
    QVERIFY(m_vault->clients.add(test::client(u"c"_s, m_clock.now()), {u"/usr/bin/node"_s, 42}));
    const store::Grant grant = test::grant(u"g"_s, u"c"_s, m_clock.now());
    QVERIFY(m_vault->grants.add(grant, test::code("code", grant), {u"/usr/bin/node"_s, 43}));
    const QList<AuditRow> found = rows();
    QCOMPARE(found.size(), 2);
    QCOMPARE(found[0].event, u"registered"_s);
    QCOMPARE(found[0].client, u"c"_s);
    QCOMPARE(found[0].clientName, u"Client \"c\""_s);
    QCOMPARE(found[0].program, u"/usr/bin/node"_s);
    QCOMPARE(found[0].pid, 42);
    QCOMPARE(found[0].outcome, u"Answers go to http://127.0.0.1:1 app.x:"_s);
    QCOMPARE(found[1].event, u"consented"_s);
    QCOMPARE(found[1].client, u"c"_s);
    QCOMPARE(found[1].grant, u"g"_s);
    QCOMPARE(found[1].pid, 43);
    QCOMPARE(found[1].time, m_clock.now());
    QCOMPARE(found[1].outcome, u"May use mcp:read workers:read until revoked"_s);
}

void TestAudit::whatFailsLeavesNoEvent()
{
    makeGrant(u"c"_s, u"g1"_s);
    const QStringList before = events();
    const store::Grant grant = test::grant(u"g2"_s, u"c"_s, m_clock.now());
    QVERIFY(!m_vault->grants.add(grant, test::code("code of g1", grant))); // the hash is taken
    QVERIFY(!m_vault->grants.revoke({u"g9"_s}, u"x"_s, m_clock.now(),
                                    store::AuditEvent{.kind = AuditKind::ReplayDetected}));
    QVERIFY(!m_vault->grants.setScopes({u"g9"_s}, {}));
    // An access token with this hash exists, so that the second step of a rotation fails.
    QVERIFY(!m_vault->tokens.rotate(test::refreshState(u"g1"_s, 2, "r2"),
                                    test::accessToken("access of g1", u"g1"_s, m_clock.now())));
    QCOMPARE(events(), before);
    QVERIFY(!verdict().broken);
}

void TestAudit::theLifeOfAGrantIsToldInOrder()
{
    QVERIFY(m_vault->clients.add(test::client(u"c"_s, m_clock.now())));
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->tokens.rotate(test::refreshState(u"g"_s, 2, "r2"),
                                   test::accessToken("a2", u"g"_s, m_clock.now()),
                                   {u"/bin/y"_s, 5}));
    QVERIFY(m_vault->grants.setScopes({u"g"_s}, {u"mcp:read"_s}));
    QVERIFY(m_vault->grants.revoke({u"g"_s}, u"by the person"_s, m_clock.now()));
    QCOMPARE(events(), QStringList({u"registered"_s, u"consented"_s, u"refreshed"_s,
                                    u"scopes_withdrawn"_s, u"revoked"_s}));
    const QList<AuditRow> found = rows();
    QCOMPARE(found[2].pid, 5);
    QCOMPARE(found[2].client, u"c"_s);
    QCOMPARE(found[3].outcome, u"Taken away: workers:read"_s);
    QCOMPARE(found[4].outcome, u"by the person"_s);
    QVERIFY(!verdict().broken);
    // The trail contains neither codes nor tokens, nor their hashes.
    for (const AuditRow &row : found) {
        const QByteArray line = store::audit::line(row, {});
        for (const char *secret : {"code of", "access of", "r2", "a2\"", "salt"})
            QVERIFY2(!line.contains(secret), line.constData());
    }
}

void TestAudit::aReplayStandsBeforeTheEndThatItCaused()
{
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->grants.revoke({u"g"_s}, u"used twice"_s, m_clock.now(),
                                   store::AuditEvent{.kind = AuditKind::ReplayDetected,
                                                     .grant = {u"g"_s},
                                                     .peer = {u"/tmp/thief"_s, 66}}));
    QCOMPARE(events(), QStringList({u"consented"_s, u"replay_detected"_s, u"revoked"_s}));
    QCOMPARE(rows()[1].program, u"/tmp/thief"_s);
    QCOMPARE(rows()[1].client, u"c"_s);
}

void TestAudit::anEndIsToldOnce()
{
    makeGrant(u"c"_s, u"g1"_s);
    makeGrant(u"c"_s, u"g2"_s);
    QVERIFY(m_vault->grants.revoke({u"g1"_s}, u"first"_s, m_clock.now()));
    QVERIFY(m_vault->grants.revoke({u"g1"_s}, u"second"_s, m_clock.now()));
    QVERIFY(m_vault->grants.revokeAll(u"panic"_s, m_clock.now()));
    QStringList ends;
    for (const AuditRow &row : rows()) {
        if (row.event == u"revoked"_s)
            ends << row.grant + u' ' + row.outcome;
    }
    QCOMPARE(ends, QStringList({u"g1 first"_s, u"g2 panic"_s}));
}

void TestAudit::aForgottenClientIsToldWithItsGrants()
{
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->clients.remove({u"c"_s}));
    const QList<AuditRow> found = rows();
    QCOMPARE(events(), QStringList({u"consented"_s, u"revoked"_s, u"forgotten"_s}));
    QCOMPARE(found[1].grant, u"g"_s);
    QCOMPARE(found[2].clientName, u"Client \"c\""_s); // the client's row is deleted
}

void TestAudit::unusedClientsTakeTheirGrantsWithAnEvent()
{
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->clients.save(test::client(u"never approved"_s, m_clock.now())));
    // A grant that has expired but is not revoked.
    store::Grant limited = test::grant(u"g2"_s, u"c2"_s, m_clock.now());
    limited.expiresAt = m_clock.now() + test::kDay;
    QVERIFY(m_vault->clients.save(test::client(u"c2"_s, m_clock.now())));
    QVERIFY(m_vault->grants.add(limited, test::code("code of g2", limited)));
    m_clock.advance(200 * test::kDay);
    QVERIFY(m_vault->clients.purge(m_clock.now(), m_clock.now(), 200));
    QCOMPARE(m_vault->clients.all().size(), 1); // a live grant protects its client
    QCOMPARE(events(), QStringList({u"consented"_s, u"consented"_s, u"revoked"_s}));
    QCOMPARE(rows()[2].grant, u"g2"_s);
    QVERIFY(!verdict().broken);
}

void TestAudit::moreScopesThanBeforeAreAStepUp()
{
    makeGrant(u"c"_s, u"g1"_s);
    makeGrant(u"other"_s, u"g2"_s);
    store::Grant grant = test::grant(u"g3"_s, u"c"_s, m_clock.now());
    grant.scopes.insert(u"workers:write"_s);
    grant.expiresAt = 1'900'000'000'000;
    QVERIFY(m_vault->grants.add(grant, test::code("c3", grant)));
    QCOMPARE(events(), QStringList({u"consented"_s, u"consented"_s, u"stepped_up"_s}));
    QCOMPARE(rows()[2].outcome, u"New: workers:write. May use mcp:read workers:read workers:write "
                                "until 2030-03-17T17:46:40Z"_s);
}

void TestAudit::oneClientsEventsCanBeRead()
{
    const auto append = [this](const QString &client, const QString &name, const QString &outcome) {
        m_clock.advance(1000);
        QVERIFY(m_vault->audit.record({.kind = AuditKind::Blocked,
                                       .client = {client},
                                       .outcome = outcome,
                                       .clientName = name}));
    };
    append(u"a"_s, u"Ann"_s, u"1"_s);
    append(u"b"_s, u"Bob"_s, u"2"_s);
    append({}, {}, u"3"_s);
    append(u"a"_s, u"Anna"_s, u"4"_s);
    append(u"a' OR '1'='1"_s, {}, u"5"_s); // a name is bound as a value, not SQL

    auto reader = store::AuditReader::open(m_file);
    QVERIFY(reader);
    QCOMPARE(*reader->clients(),
             (QList<store::AuditParty>{
                 {{u"a' OR '1'='1"_s}, {}}, {{u"a"_s}, u"Anna"_s}, {{u"b"_s}, u"Bob"_s}}));
    const auto outcomes = [&reader](qint64 before, int limit, const QString &client) {
        QStringList found;
        const auto read = reader->rows(before, limit, {client});
        for (const AuditRow &row : *read)
            found << row.outcome;
        return found;
    };
    QCOMPARE(outcomes(0, 9, u"a"_s), (QStringList{u"4"_s, u"1"_s}));
    QCOMPARE(outcomes(4, 9, u"a"_s), QStringList{u"1"_s});
    QCOMPARE(outcomes(0, 1, u"a"_s), QStringList{u"4"_s});
    QCOMPARE(outcomes(0, 9, u"c"_s), QStringList());
    QCOMPARE(outcomes(0, 9, {}).size(), 5);
}

void TestAudit::floodsBecomeOneRow()
{
    int told = 0;
    m_vault->audit.setListener([&told] { ++told; });
    const store::AuditEvent blocked{.kind = AuditKind::Blocked, .outcome = u"foreign"_s};
    for (int i = 0; i < 1000; ++i)
        m_vault->audit.note(blocked);
    QCOMPARE(rows().size(), 1);
    QVERIFY(told >= 1);
    QVERIFY(m_vault->audit.notesDueIn());
    m_clock.advance(*m_vault->audit.notesDueIn());
    m_vault->audit.writeNotes();
    QCOMPARE(rows().size(), 2);
    QCOMPARE(rows()[0].count, 1);
    QCOMPARE(rows()[1].count, 999);
    m_vault->audit.note(blocked);
    QCOMPARE(rows().size(), 2);
    m_vault->audit.writeNotes(true);
    QCOMPARE(rows().size(), 3);
    QVERIFY(!m_vault->audit.notesDueIn());
    QVERIFY(!verdict().broken);
}

FLAREDECK_TEST(TestAudit)

} // namespace tst_audit

#include "tst_audit.moc"
