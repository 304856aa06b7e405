#include "audittest.h"
#include "core/base/crypto.h"
#include "tests/support/testcase.h"

namespace tst_auditchain {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::AuditKind;
using store::AuditReader;
using store::AuditRow;

/// Every change to the audit trail is detected.
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
    void oldRowsLeaveAnAnchorAndARowThatTells();
    void aClockThatRunsAheadDropsNothing();
    void whatWasDroppedWithoutAWordIsFound_data();
    void whatWasDroppedWithoutAWordIsFound();
    void aDropThatNoRuleAllowsIsFound_data();
    void aDropThatNoRuleAllowsIsFound();
    void anAccessThatNothingTellsOfIsFound();
    void aVaultOfAnotherFormatSaysSo();
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
    QVERIFY(m_vault->audit.record({.kind = AuditKind::Denied, .outcome = nasty}));
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
          "UPDATE audit_chain SET anchor_seq = head_seq, anchor_hash = head_hash",
          "UPDATE audit_chain SET anchor_seq = 2, "
          "anchor_hash = (SELECT hash FROM audit WHERE seq = 2)",
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
    // Exceeds the limit in one transaction, because ten thousand commits are slow.
    QVERIFY(m_vault->audit.transaction([&]() -> Result<> {
        for (qint64 i = 0; i < store::audit::kMostRows + 25; ++i) {
            const auto done =
                m_vault->audit.append({.kind = AuditKind::Refreshed, .outcome = u"x"_s});
            if (!done)
                return done;
        }
        return {};
    }));
    const auto found = verdict();
    QVERIFY2(!found.broken, qPrintable(found.broken ? found.broken->problem : QString()));
    const qint64 dropped = store::audit::kPrunedAtOnce + 1;
    QCOMPARE(found.dropped, dropped);
    QCOMPARE(found.head, store::audit::kMostRows + 25 + 1); // and the row that records the drop
    QCOMPARE(found.rows, found.head - dropped);
    QCOMPARE(events().count(u"pruned"_s), 1);

    QVERIFY(tamper({u"UPDATE audit SET pid = 1 WHERE seq = %1"_s.arg(dropped + 1)}));
    QCOMPARE(verdict().broken->sequence, dropped + 1); // the first row is bound to the anchor
}

void TestAuditChain::oldRowsLeaveAnAnchorAndARowThatTells()
{
    using namespace store::audit;
    record(3);
    m_clock.advance(kKeptFor);
    record(1);
    QVERIFY(m_vault->purge());
    QCOMPARE(verdict().dropped, 0); // once a day is enough
    m_clock.advance(kPrunedEvery);
    record(1);
    QVERIFY(m_vault->purge());
    const auto found = verdict();
    QVERIFY(!found.broken);
    QCOMPARE(found.dropped, 3);
    const QList<AuditRow> kept = rows();
    QCOMPARE(kept.size(), 3);
    QCOMPARE(kept.last().event, u"pruned"_s);
    QCOMPARE(kept.last().count, 3);
    QVERIFY2(kept.last().outcome.startsWith(u"Rows up to 3 were dropped for their age"_s),
             qPrintable(kept.last().outcome));

    // All rows are dropped; the row that records it stays.
    m_clock.advance(2 * kKeptFor);
    QVERIFY(m_vault->purge());
    QCOMPARE(verdict().rows, 1);
    QVERIFY(!verdict().broken);
    reopen();
    record(1);
    QCOMPARE(rows().last().sequence, 8);
    QVERIFY(!verdict().broken);
}

void TestAuditChain::aClockThatRunsAheadDropsNothing()
{
    record(3);
    m_clock.advance(test::kHour);
    m_clock.set(4000 * test::kDay);
    record(1);
    QVERIFY(m_vault->purge());
    QCOMPARE(verdict().rows, 4);
    reopen();
    QVERIFY(m_vault->purge());
    record(1);
    m_clock.set(-4000 * test::kDay);
    m_clock.advance(ClockWatch::kBelievedAfter);
    QVERIFY(m_vault->purge());
    QCOMPARE(verdict().rows, 5);
    QVERIFY(!verdict().broken);
}

void TestAuditChain::whatWasDroppedWithoutAWordIsFound_data()
{
    QTest::addColumn<QStringList>("statements");
    QTest::newRow("all of it, the ends moved along")
        << QStringList{u"UPDATE audit_chain SET anchor_seq = head_seq, anchor_hash = head_hash"_s,
                       u"DELETE FROM audit"_s};
    QTest::newRow("a part, the beginning moved along")
        << QStringList{u"UPDATE audit_chain SET anchor_seq = 2, "
                       "anchor_hash = (SELECT hash FROM audit WHERE seq = 2)"_s,
                       u"DELETE FROM audit WHERE seq <= 2"_s};
    QTest::newRow("as if it had never been")
        << QStringList{u"UPDATE audit_chain SET anchor_seq = 0, anchor_hash = zeroblob(32), "
                       "head_seq = 0, head_hash = zeroblob(32)"_s,
                       u"DELETE FROM audit"_s};
    QTest::newRow("with the record of its ends")
        << QStringList{u"DELETE FROM audit"_s, u"DELETE FROM audit_chain"_s};
    QTest::newRow("the newest rows")
        << QStringList{u"DELETE FROM audit WHERE seq > 2"_s,
                       u"UPDATE audit_chain SET head_seq = 2, "
                       "head_hash = (SELECT hash FROM audit WHERE seq = 2)"_s};
    QTest::newRow("behind a row that says so") << QStringList{
        u"UPDATE audit_chain SET anchor_seq = 3, "
        "anchor_hash = (SELECT hash FROM audit WHERE seq = 3)"_s,
        u"DELETE FROM audit WHERE seq <= 3"_s,
        u"UPDATE audit SET event = 'pruned', outcome = 'Rows up to 3 were dropped for their age, "
        "none of them newer than 2000-01-01T00:00:00.000Z' WHERE seq = 4"_s};
}

void TestAuditChain::whatWasDroppedWithoutAWordIsFound()
{
    QFETCH(QStringList, statements);
    record(3);
    makeGrant(u"c"_s, u"g"_s);
    record(1);
    // The triggers prevent some changes; dropping the triggers is itself a trace.
    const QStringList guards = triggers();
    if (tamper(statements, false)) {
        QVERIFY(verdict().broken);
        return;
    }
    QVERIFY(tamper(statements));
    QVERIFY(verdict().broken);
    QVERIFY(tamper(guards, false)); // put back as they were
    QVERIFY(verdict().broken);
}

void TestAuditChain::aDropThatNoRuleAllowsIsFound_data()
{
    QTest::addColumn<store::AuditPrune>("prune");
    QTest::addColumn<Millis>("told"); // after the newest that was dropped
    QTest::addColumn<bool>("allowed");
    using Why = store::AuditPrune::Why;
    const Millis until = 1'800'000'000'000;
    QTest::newRow("old enough") << store::AuditPrune{3, until, Why::Age} << store::audit::kKeptFor
                                << true;
    QTest::newRow("too young") << store::AuditPrune{3, until, Why::Age}
                               << store::audit::kKeptFor - 1 << false;
    QTest::newRow("not too many") << store::AuditPrune{3, until, Why::Number} << Millis(0) << false;
    QTest::newRow("itself") << store::AuditPrune{5, until, Why::Age} << store::audit::kKeptFor
                            << false;
}

void TestAuditChain::aDropThatNoRuleAllowsIsFound()
{
    QFETCH(store::AuditPrune, prune);
    QFETCH(Millis, told);
    QFETCH(bool, allowed);
    AuditRow row{.sequence = 5, .time = prune.until + told, .event = u"pruned"_s};
    row.outcome = store::audit::pruneInWords(prune);
    QCOMPARE(store::audit::allowedPrune(row).has_value(), allowed);
    if (!allowed)
        return;
    QCOMPARE(store::audit::allowedPrune(row), std::optional(prune));
    for (const QString &other :
         {row.outcome + u'.', QString(row.outcome).replace(u"to 3"_s, u"to 03"_s),
          QString(row.outcome).replace(u"to 3"_s, u"to +3"_s),
          QString(row.outcome).replace(u"age"_s, u"looks"_s)}) {
        row.outcome = other;
        QVERIFY2(!store::audit::allowedPrune(row), qPrintable(other));
    }
}

void TestAuditChain::anAccessThatNothingTellsOfIsFound()
{
    record(1);
    makeGrant(u"c"_s, u"g"_s);
    QVERIFY(!verdict().broken);
    QVERIFY(tamper({u"UPDATE audit SET event = 'denied' WHERE seq = 2"_s}));
    QVERIFY(verdict().broken);
    // Another chain replaces the whole trail, with correct hashes and its triggers restored.
    stop();
    start();
    makeGrant(u"c"_s, u"g"_s);
    const QStringList guards = triggers();
    QVERIFY(tamper({u"DELETE FROM audit"_s,
                    u"UPDATE audit_chain SET anchor_seq = 0, anchor_hash = zeroblob(32), "
                    "head_seq = 0, head_hash = zeroblob(32)"_s}));
    QVERIFY(tamper(guards, false));
    record(2);
    QCOMPARE(rows().first().sequence, 1);
    const auto found = verdict();
    QVERIFY(found.broken);
    QVERIFY2(found.broken->problem.contains(u"Client \"c\""_s), qPrintable(found.broken->problem));
}

void TestAuditChain::aVaultOfAnotherFormatSaysSo()
{
    QVERIFY(tamper({u"PRAGMA user_version = 1000"_s}, false));
    const auto reader = AuditReader::open(m_file);
    QVERIFY(!reader);
    QVERIFY2(reader.error().message.contains(u"another version"_s),
             qPrintable(reader.error().message));
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
    QVERIFY(m_vault->clients.add(test::client(u"Ünï"_s, m_clock.now())));
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
        record(1); // is neither awaited nor seen
        return {};
    }));
    QCOMPARE(seen, 2);
    const auto found = reader->verify();
    QVERIFY(found && !found->broken);
    QCOMPARE(found->rows, 4);
}

FLAREDECK_TEST(TestAuditChain)

} // namespace tst_auditchain

#include "tst_auditchain.moc"
