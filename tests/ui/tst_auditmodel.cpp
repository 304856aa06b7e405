#include "ui/models/auditmodel.h"
#include "ui/widgets/cell.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;
using store::AuditRow;

class TestAuditModel : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void newRowsAppearOnTop();
    void readsPagesAsTheViewAsks();
    void aBurstIsReadAnew();
    void changedRowsAreShownAsTheyAre();
    void everyEventHasAWord();

private:
    void grow(int count);
    Result<QList<AuditRow>> read(qint64 before, int limit) const;

    QList<AuditRow> m_rows; ///< newest first
};

void TestAuditModel::init()
{
    m_rows.clear();
}

void TestAuditModel::grow(int count)
{
    for (int i = 0; i < count; ++i)
        m_rows.prepend(AuditRow{.sequence = m_rows.size() + 1, .event = u"refreshed"_s});
}

Result<QList<AuditRow>> TestAuditModel::read(qint64 before, int limit) const
{
    QList<AuditRow> found;
    std::copy_if(m_rows.begin(), m_rows.end(), std::back_inserter(found),
                 [before](const AuditRow &row) { return before == 0 || row.sequence < before; });
    return found.first(std::min<qsizetype>(limit, found.size()));
}

void TestAuditModel::newRowsAppearOnTop()
{
    AuditModel model([this](qint64 before, int limit) { return read(before, limit); });
    const QAbstractItemModelTester tester(&model);
    grow(3);
    QVERIFY(model.update());
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    grow(2);
    QVERIFY(model.update());
    QVERIFY(model.update());
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.index(0, 0).data(IdRole).toString(), u"5"_s);
    QCOMPARE(resets.size(), 0); // selection and scroll stay
    QCOMPARE(inserted.size(), 1);
    QVERIFY(model.find(u"1"_s));
    QVERIFY(!model.find(u"6"_s));
}

void TestAuditModel::readsPagesAsTheViewAsks()
{
    // Without the model tester, which would fetch by itself.
    AuditModel model([this](qint64 before, int limit) { return read(before, limit); });
    grow(AuditModel::kPage + 7);
    QVERIFY(model.update());
    QCOMPARE(model.rowCount(), AuditModel::kPage);
    QVERIFY(model.canFetchMore({}));
    model.fetchMore({});
    QCOMPARE(model.rowCount(), AuditModel::kPage + 7);
    QVERIFY(!model.canFetchMore({}));
}

void TestAuditModel::aBurstIsReadAnew()
{
    AuditModel model([this](qint64 before, int limit) { return read(before, limit); });
    grow(3);
    QVERIFY(model.update());
    grow(2 * AuditModel::kPage);
    QVERIFY(model.update());
    QCOMPARE(model.rowCount(), AuditModel::kPage);
    QVERIFY(model.canFetchMore({}));
}

void TestAuditModel::changedRowsAreShownAsTheyAre()
{
    AuditModel model([this](qint64 before, int limit) { return read(before, limit); });
    grow(3);
    QVERIFY(model.update());
    m_rows.first().event = u"something else"_s;
    QVERIFY(model.update());
    QCOMPARE(model.index(0, AuditModel::Event).data().toString(), u"something else"_s);
}

void TestAuditModel::everyEventHasAWord()
{
    for (int kind = 0; kind <= int(store::AuditKind::KeyChanged); ++kind) {
        const AuditRow row{.event = store::auditName(store::AuditKind(kind))};
        QVERIFY(!row.event.isEmpty());
        QVERIFY(!audittext::event(row).isEmpty());
        QVERIFY(!audittext::icon(row).isEmpty());
    }
}

QTEST_GUILESS_MAIN(TestAuditModel)
#include "tst_auditmodel.moc"
