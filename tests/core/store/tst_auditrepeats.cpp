#include "core/store/audit/auditrepeats.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_auditrepeats {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::AuditEvent;
using store::AuditKind;
using store::AuditRepeats;

/// How many rows a flood writes.
class TestAuditRepeats : public QObject
{
    Q_OBJECT

private slots:
    void theFirstIsWrittenAtOnceAndTheRestIsCounted();
    void differentOnesAreKeptApart();
    void aQuietWindowCloses();
    void aLongFloodCostsFewerAndFewerRows();
    void inventedKindsShareARow();
    void whatIsLeftCanBeTaken();
};

namespace {

AuditEvent blocked(const QString &cause, qint64 pid = 1)
{
    return {.kind = AuditKind::Blocked, .outcome = cause, .peer = {u"/usr/bin/x"_s, pid}};
}

} // namespace

void TestAuditRepeats::theFirstIsWrittenAtOnceAndTheRestIsCounted()
{
    AuditRepeats repeats;
    QVERIFY(!repeats.nextDue());
    QCOMPARE(repeats.take(blocked(u"a"_s), 0), std::optional(blocked(u"a"_s)));
    QVERIFY(!repeats.take(blocked(u"a"_s, 2), 10));
    QVERIFY(!repeats.take(blocked(u"a"_s, 3), 20));
    QCOMPARE(repeats.nextDue(), std::optional<Millis>(AuditRepeats::kWindow));
    QVERIFY(repeats.due(AuditRepeats::kWindow - 1).isEmpty());
    const auto due = repeats.due(AuditRepeats::kWindow);
    QCOMPARE(due.size(), 1);
    QCOMPARE(due[0].count, 2);
    QCOMPARE(due[0].peer.pid, 3); // of the latest event
}

void TestAuditRepeats::differentOnesAreKeptApart()
{
    AuditRepeats repeats;
    QVERIFY(repeats.take(blocked(u"a"_s), 0));
    QVERIFY(repeats.take(blocked(u"b"_s), 0));
    AuditEvent other = blocked(u"a"_s);
    other.client = {u"c"_s};
    QVERIFY(repeats.take(other, 0));
    other.kind = AuditKind::Denied;
    QVERIFY(repeats.take(other, 0));
}

void TestAuditRepeats::aQuietWindowCloses()
{
    AuditRepeats repeats;
    QVERIFY(repeats.take(blocked(u"a"_s), 0));
    QVERIFY(repeats.due(AuditRepeats::kWindow).isEmpty());
    QVERIFY(!repeats.nextDue());
    QVERIFY(repeats.take(blocked(u"a"_s), AuditRepeats::kWindow + 1));
}

void TestAuditRepeats::aLongFloodCostsFewerAndFewerRows()
{
    AuditRepeats repeats;
    qint64 written = 0;
    qint64 rows = 0;
    constexpr Millis kDay = 24LL * 3600 * 1000;
    for (Millis now = 0; now < kDay; now += 1000) {
        if (const auto first = repeats.take(blocked(u"a"_s), now)) {
            ++rows;
            written += first->count;
        }
        for (const AuditEvent &event : repeats.due(now)) {
            ++rows;
            written += event.count;
        }
    }
    for (const AuditEvent &event : repeats.takeAll())
        written += event.count;
    QCOMPARE(written, kDay / 1000);
    QVERIFY2(rows < 35, qPrintable(QString::number(rows)));
}

void TestAuditRepeats::inventedKindsShareARow()
{
    AuditRepeats repeats;
    qint64 written = 0;
    qint64 rows = 0;
    constexpr Millis kDay = 24LL * 3600 * 1000;
    for (Millis now = 0; now < kDay; now += 1000) {
        if (const auto first = repeats.take(blocked(QString::number(now)), now)) {
            ++rows;
            written += first->count;
        }
        for (const AuditEvent &event : repeats.due(now)) {
            ++rows;
            written += event.count;
        }
    }
    for (const AuditEvent &event : repeats.takeAll())
        written += event.count;
    QCOMPARE(written, kDay / 1000);
    // A flood of three months leaves room for the trail's other rows.
    QVERIFY2(rows < 220, qPrintable(QString::number(rows)));
}

void TestAuditRepeats::whatIsLeftCanBeTaken()
{
    AuditRepeats repeats;
    QVERIFY(repeats.take(blocked(u"a"_s), 0));
    QVERIFY(repeats.takeAll().isEmpty());
    QVERIFY(repeats.take(blocked(u"a"_s), 1));
    QVERIFY(!repeats.take(blocked(u"a"_s), 2));
    const auto left = repeats.takeAll();
    QCOMPARE(left.size(), 1);
    QCOMPARE(left[0].count, 1);
    QVERIFY(!repeats.nextDue());
}

FLAREDECK_TEST(TestAuditRepeats)

} // namespace tst_auditrepeats

#include "tst_auditrepeats.moc"
