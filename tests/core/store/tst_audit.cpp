#include "core/base/crypto.h"
#include "core/store/auditlog.h"
#include "core/store/auditreader.h"
#include "core/store/vaultschema.h"
#include "vaulttest.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::AuditKind;
using store::AuditReader;
using store::AuditRow;

/// The audit trail of a vault: what it tells, and that nobody changes it unseen.
class TestAudit : public store::VaultTest
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
    void theFormatIsFixed();
    void textsCannotHideAnything();
    void aChangedFieldIsFound_data();
    void aChangedFieldIsFound();
    void missingRowsAreFound_data();
    void missingRowsAreFound();
    void theTriggersRefuse_data();
    void theTriggersRefuse();
    void tooManyRowsLeaveAnAnchor();
    void oldRowsLeaveAnAnchor();
    void aVaultOfTheFirstFormatGetsATrail();
    void anOlderVaultSaysSo();
    void noVaultIsAnError();
    void theExportVerifiesByItself();
    void itIsReadWhileItIsWritten();
    void floodsBecomeOneRow();

private:
    [[nodiscard]] QList<AuditRow> rows() const;
    [[nodiscard]] QStringList events() const;
    [[nodiscard]] store::AuditVerdict verdict() const;
    void record(int count);
    Result<> tamper(const QStringList &statements, bool withoutTriggers = true) const;
};

QList<AuditRow> TestAudit::rows() const
{
    auto reader = AuditReader::open(m_file);
    auto found = reader ? reader->rows(0, 20'000) : Result<QList<AuditRow>>(fail(reader.error()));
    if (!found)
        qFatal("%s", qPrintable(found.error().text()));
    std::reverse(found->begin(), found->end());
    return *found;
}

QStringList TestAudit::events() const
{
    QStringList names;
    for (const AuditRow &row : rows())
        names << row.event;
    return names;
}

store::AuditVerdict TestAudit::verdict() const
{
    auto reader = AuditReader::open(m_file);
    const auto found =
        reader ? reader->verify() : Result<store::AuditVerdict>(fail(reader.error()));
    if (!found)
        qFatal("%s", qPrintable(found.error().text()));
    return *found;
}

void TestAudit::record(int count)
{
    for (int i = 0; i < count; ++i) {
        m_clock.advance(1000);
        QVERIFY(m_vault->record({.kind = AuditKind::SettingsChanged,
                                 .client = {u"c"_s},
                                 .grant = {u"g"_s},
                                 .outcome = u"change %1"_s.arg(i),
                                 .peer = {u"/usr/bin/x"_s, 7}}));
    }
}

/// As somebody does who can write the file.
Result<> TestAudit::tamper(const QStringList &statements, bool withoutTriggers) const
{
    auto database = store::Database::open(m_file, store::Database::Durability::Full);
    if (!database)
        return fail(database.error());
    if (withoutTriggers) {
        for (const QString &name :
             {u"audit_appends"_s, u"audit_moves_head"_s, u"audit_never_changes"_s,
              u"audit_drops_what_is_anchored"_s, u"audit_chain_moves_forward"_s,
              u"audit_chain_stays"_s, u"audit_chain_is_one"_s}) {
            if (const auto gone = database->execute(u"DROP TRIGGER "_s + name); !gone)
                return gone;
        }
    }
    for (const QString &statement : statements) {
        if (const auto done = database->execute(statement); !done)
            return done;
    }
    return {};
}

void TestAudit::anEmptyTrailIsIntact()
{
    const auto found = verdict();
    QVERIFY(!found.broken);
    QCOMPARE(found.rows, 0);
    QCOMPARE(found.head, 0);
}

void TestAudit::aGrantAndItsEventComeTogether()
{
    QVERIFY(m_vault->registerClient(test::client(u"c"_s, m_clock.now()), {u"/usr/bin/node"_s, 42}));
    const store::Grant grant = test::grant(u"g"_s, u"c"_s, m_clock.now());
    QVERIFY(m_vault->createGrant(grant, test::code("code", grant), {u"/usr/bin/node"_s, 43}));
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
    QVERIFY(!m_vault->createGrant(grant, test::code("code of g1", grant))); // the hash is taken
    QVERIFY(!m_vault->revokeGrant({u"g9"_s}, u"x"_s, m_clock.now(),
                                  store::AuditEvent{.kind = AuditKind::ReplayDetected}));
    QVERIFY(!m_vault->setGrantScopes({u"g9"_s}, {}));
    // An access token with this hash exists, so that the second step of a rotation fails.
    QVERIFY(!m_vault->rotate({u"g1"_s}, test::refreshState(2, "r2"),
                             test::accessToken("access of g1", u"g1"_s, m_clock.now())));
    QCOMPARE(events(), before);
    QVERIFY(!verdict().broken);
}

void TestAudit::theLifeOfAGrantIsToldInOrder()
{
    QVERIFY(m_vault->registerClient(test::client(u"c"_s, m_clock.now())));
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->rotate({u"g"_s}, test::refreshState(2, "r2"),
                            test::accessToken("a2", u"g"_s, m_clock.now()), {u"/bin/y"_s, 5}));
    QVERIFY(m_vault->setGrantScopes({u"g"_s}, {u"mcp:read"_s}));
    QVERIFY(m_vault->revokeGrant({u"g"_s}, u"by the person"_s, m_clock.now()));
    QCOMPARE(events(), QStringList({u"registered"_s, u"consented"_s, u"refreshed"_s,
                                    u"scopes_withdrawn"_s, u"revoked"_s}));
    const QList<AuditRow> found = rows();
    QCOMPARE(found[2].pid, 5);
    QCOMPARE(found[2].client, u"c"_s);
    QCOMPARE(found[3].outcome, u"Taken away: workers:read"_s);
    QCOMPARE(found[4].outcome, u"by the person"_s);
    QVERIFY(!verdict().broken);
    // Neither codes nor tokens, not even their hashes.
    for (const AuditRow &row : found) {
        const QByteArray line = store::audit::line(row, {});
        for (const char *secret : {"code of", "access of", "r2", "a2\"", "salt"})
            QVERIFY2(!line.contains(secret), line.constData());
    }
}

void TestAudit::aReplayStandsBeforeTheEndThatItCaused()
{
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->revokeGrant({u"g"_s}, u"used twice"_s, m_clock.now(),
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
    QVERIFY(m_vault->revokeGrant({u"g1"_s}, u"first"_s, m_clock.now()));
    QVERIFY(m_vault->revokeGrant({u"g1"_s}, u"second"_s, m_clock.now()));
    QVERIFY(m_vault->revokeAllGrants(u"panic"_s, m_clock.now()));
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
    QVERIFY(m_vault->removeClient({u"c"_s}));
    const QList<AuditRow> found = rows();
    QCOMPARE(events(), QStringList({u"consented"_s, u"revoked"_s, u"forgotten"_s}));
    QCOMPARE(found[1].grant, u"g"_s);
    QCOMPARE(found[2].clientName, u"Client \"c\""_s); // its row is gone
}

void TestAudit::unusedClientsTakeTheirGrantsWithAnEvent()
{
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(m_vault->saveClient(test::client(u"never approved"_s, m_clock.now())));
    m_clock.advance(200 * test::kDay);
    QVERIFY(m_vault->purgeClients(m_clock.now(), m_clock.now(), 200));
    QVERIFY(m_vault->clients().isEmpty());
    QCOMPARE(events(), QStringList({u"revoked"_s})); // the older event has been dropped
    QCOMPARE(rows()[0].grant, u"g"_s);
    QVERIFY(!verdict().broken);
}

void TestAudit::moreScopesThanBeforeAreAStepUp()
{
    makeGrant(u"c"_s, u"g1"_s);
    makeGrant(u"other"_s, u"g2"_s);
    store::Grant grant = test::grant(u"g3"_s, u"c"_s, m_clock.now());
    grant.scopes.insert(u"workers:write"_s);
    grant.expiresAt = 1'900'000'000'000;
    QVERIFY(m_vault->createGrant(grant, test::code("c3", grant)));
    QCOMPARE(events(), QStringList({u"consented"_s, u"consented"_s, u"stepped_up"_s}));
    QCOMPARE(rows()[2].outcome, u"New: workers:write. May use mcp:read workers:read workers:write "
                                "until 2030-03-17T17:46:40Z"_s);
}

void TestAudit::theFormatIsFixed()
{
    AuditRow row{.sequence = 3,
                 .time = 1'800'000'000'123,
                 .event = u"blocked"_s,
                 .client = u"d_1"_s,
                 .clientName = u"Größe \"x\" \\ /"_s,
                 .grant = u"g"_s,
                 .outcome = u"why"_s,
                 .program = u"/usr/bin/x"_s,
                 .pid = 7,
                 .count = 2};
    const QByteArray previous = store::audit::genesis();
    const QByteArray canonical =
        R"({"seq":3,"time":"2027-01-15T08:00:00.123Z","event":"blocked","client":"d_1",)"
        R"("client_name":"Größe \"x\" \\ /","grant":"g","outcome":"why","program":"/usr/bin/x",)"
        R"("pid":7,"count":2,"prev":")" +
        QByteArray(64, '0') + R"("})";
    QCOMPARE(store::audit::canonical(row, previous), canonical);
    row.hash = store::audit::hashOf(row, previous);
    QCOMPARE(row.hash, crypto::sha256(canonical));
    QCOMPARE(store::audit::line(row, previous),
             canonical.chopped(1) + ",\"hash\":\"" + row.hash.toHex() + "\"}");
}

void TestAudit::textsCannotHideAnything()
{
    QString nasty = u"a\nb\u202Ec\u0007d\u007fe\u2028f"_s;
    nasty += QChar(0xD800);
    QCOMPARE(store::audit::clean(nasty, 100), u"a bcde f?"_s);
    QCOMPARE(store::audit::clean(u"12345"_s, 3), u"123"_s);
    QVERIFY(m_vault->record({.kind = AuditKind::Denied, .outcome = nasty}));
    QVERIFY(!verdict().broken);
}

void TestAudit::aChangedFieldIsFound_data()
{
    QTest::addColumn<QString>("change");
    for (const char *change :
         {"time = time + 1", "event = 'denied'", "client_id = 'd'", "client_name = 'n'",
          "grant_id = ''", "outcome = outcome || '.'", "program = '/usr/bin/y'", "pid = 8",
          "count = 2", "hash = zeroblob(32)", "hash = (SELECT hash FROM audit WHERE seq = 1)"})
        QTest::newRow(change) << QString::fromLatin1(change);
}

void TestAudit::aChangedFieldIsFound()
{
    QFETCH(QString, change);
    record(4);
    QVERIFY(!verdict().broken);
    QVERIFY(tamper({u"UPDATE audit SET %1 WHERE seq = 3"_s.arg(change)}));
    const auto found = verdict();
    QVERIFY(found.broken);
    QCOMPARE(found.broken->sequence, 3);
    QVERIFY(found.broken->problem.contains(u"Row 3 "_s));
}

void TestAudit::missingRowsAreFound_data()
{
    QTest::addColumn<QString>("change");
    QTest::addColumn<qint64>("broken");
    const auto row = [](const char *name, const char *change, qint64 broken) {
        QTest::newRow(name) << QString::fromLatin1(change) << broken;
    };
    row("in the middle", "DELETE FROM audit WHERE seq = 3", 3);
    row("at the beginning", "DELETE FROM audit WHERE seq < 3", 1);
    row("at the end", "DELETE FROM audit WHERE seq > 2", 3);
    row("all", "DELETE FROM audit", 1);
    row("one added at the end",
        "INSERT INTO audit SELECT 5, time, event, client_id, client_name, grant_id, outcome, "
        "program, pid, count, hash FROM audit WHERE seq = 4",
        5);
    row("two swapped",
        "UPDATE audit SET seq = CASE seq WHEN 2 THEN 30 ELSE 20 END WHERE seq IN (2, 3)", 2);
    row("an anchor that hides the beginning",
        "UPDATE audit_chain SET anchor_seq = 2, anchor_hash = zeroblob(32)", 1);
    row("another end", "UPDATE audit_chain SET head_hash = zeroblob(32)", 4);
    row("no ends", "DELETE FROM audit_chain", 4);
}

void TestAudit::missingRowsAreFound()
{
    QFETCH(QString, change);
    QFETCH(qint64, broken);
    record(4);
    QVERIFY(tamper({change}));
    const auto found = verdict();
    QVERIFY(found.broken);
    QCOMPARE(found.broken->sequence, broken);
}

void TestAudit::theTriggersRefuse_data()
{
    QTest::addColumn<QString>("statement");
    for (const char *statement :
         {"UPDATE audit SET outcome = 'x' WHERE seq = 2", "UPDATE audit SET seq = 9 WHERE seq = 4",
          "DELETE FROM audit WHERE seq = 4", "DELETE FROM audit WHERE seq = 1", "DELETE FROM audit",
          "INSERT INTO audit SELECT 9, time, event, client_id, client_name, grant_id, outcome, "
          "program, pid, count, hash FROM audit WHERE seq = 4",
          "INSERT OR REPLACE INTO audit SELECT seq, time, 'denied', client_id, client_name, "
          "grant_id, outcome, program, pid, count, hash FROM audit WHERE seq = 2",
          "DELETE FROM audit_chain", "UPDATE audit_chain SET head_seq = 3",
          "UPDATE audit_chain SET head_hash = zeroblob(32)",
          "UPDATE audit_chain SET anchor_seq = 2, anchor_hash = zeroblob(32)",
          "UPDATE audit_chain SET anchor_seq = 99",
          "INSERT OR REPLACE INTO audit_chain VALUES (0, 0, zeroblob(32), 0, zeroblob(32))"})
        QTest::newRow(statement) << QString::fromLatin1(statement);
}

void TestAudit::theTriggersRefuse()
{
    QFETCH(QString, statement);
    record(4);
    const QList<AuditRow> before = rows();
    const Result<> refused = tamper({statement}, false);
    QVERIFY(!refused);
    QVERIFY2(refused.error().detail.contains(u"audit trail"_s), qPrintable(refused.error().detail));
    QCOMPARE(rows(), before);
    QVERIFY(!verdict().broken);
}

void TestAudit::tooManyRowsLeaveAnAnchor()
{
    // Past the limit in one transaction: ten thousand commits take their time.
    auto database = store::Database::open(m_file, store::Database::Durability::Full);
    QVERIFY(database);
    QVERIFY(database->transaction([&]() -> Result<> {
        for (qint64 i = 0; i < store::audit::kMostRows + 25; ++i) {
            const auto done = store::auditlog::append(
                *database, {.kind = AuditKind::Refreshed, .outcome = u"x"_s}, m_clock.now());
            if (!done)
                return done;
        }
        return {};
    }));
    const auto found = verdict();
    QVERIFY(!found.broken);
    QCOMPARE(found.rows, store::audit::kMostRows);
    QCOMPARE(found.dropped, 25);
    QCOMPARE(found.head, store::audit::kMostRows + 25);

    *database = {};
    QVERIFY(tamper({u"UPDATE audit SET pid = 1 WHERE seq = 26"_s}));
    QCOMPARE(verdict().broken->sequence, 26); // the first one is bound to the anchor
}

void TestAudit::oldRowsLeaveAnAnchor()
{
    record(3);
    m_clock.advance(store::audit::kKeptFor - 1500);
    record(1); // two and a half seconds of the three are too old now
    QCOMPARE(verdict().dropped, 2);
    QCOMPARE(verdict().rows, 2);
    m_clock.advance(store::audit::kKeptFor - 500);
    reopen(); // those that aged while the app was closed
    const auto found = verdict();
    QVERIFY(!found.broken);
    QCOMPARE(found.dropped, 3);
    QCOMPARE(found.rows, 1);
    m_clock.advance(test::kDay);
    reopen();
    QCOMPARE(verdict().rows, 0);
    QVERIFY(!verdict().broken);
    record(1);
    QCOMPARE(rows()[0].sequence, 5);
    QVERIFY(!verdict().broken);
}

void TestAudit::aVaultOfTheFirstFormatGetsATrail()
{
    m_vault.reset();
    QVERIFY(QFile::remove(m_file));
    {
        auto database = store::Database::open(m_file, store::Database::Durability::Full);
        QVERIFY(database);
        QVERIFY(database->migrate(store::vaultMigrations().first(1)));
        QVERIFY(database->execute(
            u"INSERT INTO clients VALUES ('c', 'Old', '[]', 'none', 1, NULL, '[]', '{}', NULL, "
            "%1, 1, 1)"_s.arg(m_clock.now())));
        QVERIFY(database->execute(
            u"INSERT INTO grants VALUES ('g', 'c', 'l', '[]', '[]', '[]', %1, 0, 0, 0, NULL)"_s.arg(
                m_clock.now())));
        QCOMPARE(database->version().value(), 1);
    }
    reopen();
    QCOMPARE(m_vault->liveGrants().size(), 1);
    QVERIFY(m_vault->revokeGrant({u"g"_s}, u"after the update"_s, m_clock.now()));
    QCOMPARE(events(), QStringList{u"revoked"_s});
    QVERIFY(!verdict().broken);
}

void TestAudit::anOlderVaultSaysSo()
{
    const QString old = m_dir->filePath(u"old.db"_s);
    {
        auto database = store::Database::open(old, store::Database::Durability::Full);
        QVERIFY(database);
        QVERIFY(database->migrate(store::vaultMigrations().first(1)));
    }
    const auto reader = AuditReader::open(old);
    QVERIFY(!reader);
    QCOMPARE(reader.error().kind, Error::Kind::NotFound);
    QVERIFY(reader.error().text().contains(u"Start Flaredeck once"_s));
}

void TestAudit::noVaultIsAnError()
{
    const QString absent = m_dir->filePath(u"absent.db"_s);
    const auto reader = AuditReader::open(absent);
    QVERIFY(!reader);
    QCOMPARE(reader.error().kind, Error::Kind::NotFound);
    QVERIFY(reader.error().text().contains(absent));
    QVERIFY(!QFile::exists(absent));
}

void TestAudit::theExportVerifiesByItself()
{
    record(3);
    QVERIFY(m_vault->registerClient(test::client(u"Ünï"_s, m_clock.now())));
    auto reader = AuditReader::open(m_file);
    QVERIFY(reader);
    QList<QByteArray> lines;
    QVERIFY(reader->exportLines([&lines](const QByteArray &line) -> Result<> {
        lines << line;
        return {};
    }));
    QCOMPARE(lines.size(), 4);
    QByteArray previous = QByteArray(64, '0');
    for (const QByteArray &line : lines) {
        const auto row = json::parse(line);
        QVERIFY(row);
        QCOMPARE(json::stringAt(*row, "prev").value_or(u""_s).toLatin1(), previous);
        previous = json::stringAt(*row, "hash").value_or(u""_s).toLatin1();
        const QByteArray content = line.left(line.indexOf(",\"hash\"")) + '}';
        QCOMPARE(crypto::sha256(content).toHex(), previous);
    }
    QCOMPARE(previous, verdict().headHash.toHex());
}

void TestAudit::itIsReadWhileItIsWritten()
{
    record(2);
    auto reader = AuditReader::open(m_file);
    QVERIFY(reader);
    int seen = 0;
    QVERIFY(reader->exportLines([&](const QByteArray &) -> Result<> {
        ++seen;
        record(1); // is not waited for and not seen
        return {};
    }));
    QCOMPARE(seen, 2);
    const auto found = reader->verify();
    QVERIFY(found && !found->broken);
    QCOMPARE(found->rows, 4);
}

void TestAudit::floodsBecomeOneRow()
{
    int told = 0;
    m_vault->setAuditListener([&told] { ++told; });
    const store::AuditEvent blocked{.kind = AuditKind::Blocked, .outcome = u"foreign"_s};
    for (int i = 0; i < 1000; ++i)
        m_vault->note(blocked);
    QCOMPARE(rows().size(), 1);
    QVERIFY(told >= 1);
    QVERIFY(m_vault->notesDueIn());
    m_clock.advance(*m_vault->notesDueIn());
    m_vault->writeNotes();
    QCOMPARE(rows().size(), 2);
    QCOMPARE(rows()[0].count, 1);
    QCOMPARE(rows()[1].count, 999);
    m_vault->note(blocked);
    QCOMPARE(rows().size(), 2);
    m_vault->writeNotes(true);
    QCOMPARE(rows().size(), 3);
    QVERIFY(!m_vault->notesDueIn());
    QVERIFY(!verdict().broken);
}

QTEST_GUILESS_MAIN(TestAudit)
#include "tst_audit.moc"
