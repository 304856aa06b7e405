#include "audittest.h"
#include "core/base/crypto.h"
#include "core/store/auditlog.h"
#include "core/store/vaultschema.h"

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::AuditKind;
using store::AuditReader;
using store::AuditRow;

/// That nobody changes the audit trail unseen.
class TestAuditChain : public store::AuditTest
{
    Q_OBJECT

private slots:
    void init() { start(); }
    void cleanup() { stop(); }
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
};

void TestAuditChain::theFormatIsFixed()
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

void TestAuditChain::textsCannotHideAnything()
{
    QString nasty = u"a\nb\u202Ec\u0007d\u007fe\u2028f"_s;
    nasty += QChar(0xD800);
    QCOMPARE(store::audit::clean(nasty, 100), u"a bcde f?"_s);
    QCOMPARE(store::audit::clean(u"a\U000E0041\u3164\ufe0fb"_s, 100), u"ab"_s);
    QCOMPARE(store::audit::clean(u"12345"_s, 3), u"123"_s);
    QCOMPARE(store::audit::clean(u"12😀"_s, 3), u"12"_s);
    QVERIFY(m_vault->record({.kind = AuditKind::Denied, .outcome = nasty}));
    QVERIFY(!verdict().broken);
}

void TestAuditChain::aChangedFieldIsFound_data()
{
    QTest::addColumn<QString>("change");
    for (const char *change :
         {"time = time + 1", "event = 'denied'", "client_id = 'd'", "client_name = 'n'",
          "grant_id = ''", "outcome = outcome || '.'", "program = '/usr/bin/y'", "pid = 8",
          "count = 2", "hash = zeroblob(32)", "hash = (SELECT hash FROM audit WHERE seq = 1)"})
        QTest::newRow(change) << QString::fromLatin1(change);
}

void TestAuditChain::aChangedFieldIsFound()
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

void TestAuditChain::missingRowsAreFound_data()
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

void TestAuditChain::missingRowsAreFound()
{
    QFETCH(QString, change);
    QFETCH(qint64, broken);
    record(4);
    QVERIFY(tamper({change}));
    const auto found = verdict();
    QVERIFY(found.broken);
    QCOMPARE(found.broken->sequence, broken);
}

void TestAuditChain::theTriggersRefuse_data()
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

void TestAuditChain::theTriggersRefuse()
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

void TestAuditChain::tooManyRowsLeaveAnAnchor()
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

void TestAuditChain::oldRowsLeaveAnAnchor()
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

void TestAuditChain::aVaultOfTheFirstFormatGetsATrail()
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

void TestAuditChain::anOlderVaultSaysSo()
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

void TestAuditChain::noVaultIsAnError()
{
    const QString absent = m_dir->filePath(u"absent.db"_s);
    const auto reader = AuditReader::open(absent);
    QVERIFY(!reader);
    QCOMPARE(reader.error().kind, Error::Kind::NotFound);
    QVERIFY(reader.error().text().contains(absent));
    QVERIFY(!QFile::exists(absent));
}

void TestAuditChain::theExportVerifiesByItself()
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

void TestAuditChain::itIsReadWhileItIsWritten()
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

QTEST_GUILESS_MAIN(TestAuditChain)
#include "tst_auditchain.moc"
