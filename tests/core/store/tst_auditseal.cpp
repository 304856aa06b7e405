#include "audittest.h"
#include "core/base/crypto.h"
#include "core/store/audit/audittrail.h"
#include "tests/support/testcase.h"
#include "unwritable.h"

namespace tst_auditseal {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::AuditKind;
using store::AuditRow;
using store::SealState;

/// Somebody who can write the file and compute its hashes cannot replace the trail undetected.
class TestAuditSeal : public store::AuditTest
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { stop(); }
    void eachRowIsSealed();
    void withoutAKeyThereIsNoSeal();
    void anotherChainIsFound_data();
    void anotherChainIsFound();
    void aRowOfSomebodyElseIsFound();
    void whatIsWrittenWithoutTheKeyIsSealedLater();
    void whatIsTakenAwayWithoutTheKeyIsFound();
    void whatIsDroppedByRuleFits();
    void aSealThatCannotBeWrittenComesLater();
    void anotherKeyBeginsAnew();

private:
    [[nodiscard]] static Secret key() { return Secret(QByteArray(crypto::kKeyBytes, 'k')); }
    void seal(Secret with)
    {
        QVERIFY(m_vault->audit.transaction([&]() -> Result<> {
            m_vault->audit.sealWith(std::move(with));
            return {};
        }));
    }
    void reopenUnlocked()
    {
        reopen();
        m_vault->audit.unlock(key());
    }
    /// The seal's state as the window shows it.
    [[nodiscard]] SealState state() const { return m_vault->audit.check(verdict().seal); }
    /// Replaces the trail by another chain with correct hashes, and restores its triggers.
    void forge(const std::function<void(QList<AuditRow> &)> &edit);
};

void TestAuditSeal::init()
{
    start();
    seal(key());
    record(4);
}

void TestAuditSeal::forge(const std::function<void(QList<AuditRow> &)> &edit)
{
    QList<AuditRow> forged = rows();
    edit(forged);
    const QStringList guards = triggers();
    QVERIFY(tamper({u"DELETE FROM audit"_s}));
    auto database = store::Database::open(m_file, store::Database::Durability::Full);
    QVERIFY(database);
    store::Table<AuditRow> table(*database, store::AuditTrail::layout());
    QByteArray previous = store::audit::genesis();
    for (qsizetype i = 0; i < forged.size(); ++i) {
        forged[i].sequence = i + 1;
        forged[i].hash = store::audit::hashOf(forged[i], previous);
        previous = forged[i].hash;
        QVERIFY(table.insert(forged[i]));
    }
    QVERIFY(database->change(
        u"UPDATE audit_chain SET anchor_seq = 0, anchor_hash = ?, head_seq = ?, head_hash = ?"_s,
        {store::audit::genesis(), forged.size(), previous}));
    QVERIFY(tamper(guards, false));
    QVERIFY(!verdict().broken); // the hashes alone do not show it
}

void TestAuditSeal::eachRowIsSealed()
{
    QCOMPARE(verdict().seal.sequence, 4);
    QCOMPARE(state(), SealState::Intact);
    record(1);
    QCOMPARE(verdict().seal.sequence, 5);
    QCOMPARE(state(), SealState::Intact);
    reopen();
    QCOMPARE(state(), SealState::Unchecked);
    m_vault->audit.unlock(key());
    QCOMPARE(state(), SealState::Intact);
    reopen();
    m_vault->audit.unlock(Secret(QByteArray(crypto::kKeyBytes, 'x')));
    QCOMPARE(state(), SealState::Broken);
}

void TestAuditSeal::withoutAKeyThereIsNoSeal()
{
    stop();
    start();
    record(2);
    QCOMPARE(state(), SealState::None);
    QVERIFY(verdict().seal.mac.isEmpty());
    // The first key seals the existing rows.
    seal(key());
    QCOMPARE(state(), SealState::Intact);
    reopenUnlocked();
    QCOMPARE(state(), SealState::Intact);
}

void TestAuditSeal::anotherChainIsFound_data()
{
    QTest::addColumn<std::function<void(QList<AuditRow> &)>>("edit");
    using Edit = std::function<void(QList<AuditRow> &)>;
    QTest::newRow("a row changed") << Edit([](auto &rows) { rows[1].outcome = u"another"_s; });
    QTest::newRow("a row less") << Edit([](auto &rows) { rows.removeAt(1); });
    QTest::newRow("the newest rows cut off") << Edit([](auto &rows) { rows.resize(2); });
    QTest::newRow("the newest row replaced") << Edit([](auto &rows) { rows[3].pid = 1; });
    QTest::newRow("all of it") << Edit([](auto &rows) { rows.clear(); });
    QTest::newRow("a row more in the middle")
        << Edit([](auto &rows) { rows.insert(2, rows.at(0)); });
}

void TestAuditSeal::anotherChainIsFound()
{
    QFETCH(std::function<void(QList<AuditRow> &)>, edit);
    for (const bool isRunning : {true, false}) {
        if (!isRunning)
            reopen();
        forge(edit);
        if (!isRunning)
            m_vault->audit.unlock(key());
        QCOMPARE(state(), SealState::Broken);
        // The state stays Broken, whatever is written, and in later runs.
        record(6);
        QCOMPARE(state(), SealState::Broken);
        reopenUnlocked();
        QCOMPARE(state(), SealState::Broken);
        // With the seal removed as well.
        QVERIFY(tamper({u"DELETE FROM audit_seal"_s}, false));
        reopenUnlocked();
        QCOMPARE(state(), SealState::Broken);
        stop();
        init();
    }
}

void TestAuditSeal::aRowOfSomebodyElseIsFound()
{
    forge([](QList<AuditRow> &rows) { rows << rows.at(0); });
    QCOMPARE(state(), SealState::Broken);
    record(1);
    QCOMPARE(state(), SealState::Broken);
    reopenUnlocked();
    QCOMPARE(state(), SealState::Broken);
}

void TestAuditSeal::whatIsWrittenWithoutTheKeyIsSealedLater()
{
    reopen();
    record(2);
    QCOMPARE(verdict().seal.sequence, 4);
    QCOMPARE(state(), SealState::Unchecked);
    m_vault->audit.unlock(key());
    QCOMPARE(verdict().seal.sequence, 6);
    QCOMPARE(state(), SealState::Intact);
}

void TestAuditSeal::whatIsTakenAwayWithoutTheKeyIsFound()
{
    reopen();
    record(2);
    forge([](QList<AuditRow> &rows) { rows.remove(2, 2); });
    m_vault->audit.unlock(key());
    QCOMPARE(state(), SealState::Broken);
}

void TestAuditSeal::whatIsDroppedByRuleFits()
{
    QVERIFY(m_vault->audit.transaction([&]() -> Result<> {
        for (qint64 i = 0; i < store::audit::kMostRows; ++i) {
            const auto done =
                m_vault->audit.append({.kind = AuditKind::Refreshed, .outcome = u"x"_s});
            if (!done)
                return done;
        }
        return {};
    }));
    QVERIFY(verdict().dropped > 0);
    QCOMPARE(state(), SealState::Intact);
    m_clock.advance(2 * store::audit::kKeptFor);
    QVERIFY(m_vault->purge());
    QCOMPARE(verdict().rows, 1);
    QCOMPARE(state(), SealState::Intact);
    reopenUnlocked();
    QCOMPARE(state(), SealState::Intact);
}

void TestAuditSeal::aSealThatCannotBeWrittenComesLater()
{
    reopen();
    record(1);
    test::setWritable(m_file, false);
    m_vault->audit.unlock(key());
    QCOMPARE(state(), SealState::Intact);
    test::setWritable(m_file, true);
    record(1);
    QCOMPARE(verdict().seal.sequence, 6);
    reopenUnlocked();
    QCOMPARE(state(), SealState::Intact);
}

void TestAuditSeal::anotherKeyBeginsAnew()
{
    const auto another = [] { return Secret(QByteArray(crypto::kKeyBytes, 'x')); };
    forge([](QList<AuditRow> &rows) { rows.removeLast(); });
    QCOMPARE(state(), SealState::Broken);
    seal(another());
    QCOMPARE(state(), SealState::Intact);
    record(1);
    reopen();
    m_vault->audit.unlock(another());
    QCOMPARE(state(), SealState::Intact);
}

FLAREDECK_TEST(TestAuditSeal)

} // namespace tst_auditseal

#include "tst_auditseal.moc"
