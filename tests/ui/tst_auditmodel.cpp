#include "tests/support/testcase.h"
#include "tests/ui/modelanswer.h"
#include "ui/models/auditmodel.h"
#include "ui/widgets/cell.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

namespace tst_auditmodel {

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
    QFuture<AuditModel::Rows> read(const AuditModel::Range &range) const;

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

QFuture<AuditModel::Rows> TestAuditModel::read(const AuditModel::Range &range) const
{
    QList<AuditRow> found;
    std::copy_if(
        m_rows.begin(), m_rows.end(), std::back_inserter(found),
        [&range](const AuditRow &row) { return range.below == 0 || row.sequence < range.below; });
    QPromise<AuditModel::Rows> promise;
    promise.start();
    promise.addResult(found.first(std::min<qsizetype>(range.limit, found.size())));
    promise.finish();
    return promise.future();
}

void TestAuditModel::newRowsAppearOnTop()
{
    AuditModel model([this](const AuditModel::Range &range) { return read(range); });
    const QAbstractItemModelTester tester(&model);
    grow(3);
    QVERIFY(answerOf(model, &AuditModel::update));
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    grow(2);
    QVERIFY(answerOf(model, &AuditModel::update));
    QVERIFY(answerOf(model, &AuditModel::update));
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
    AuditModel model([this](const AuditModel::Range &range) { return read(range); });
    grow(AuditModel::kPage + 7);
    QVERIFY(answerOf(model, &AuditModel::update));
    QCOMPARE(model.rowCount(), AuditModel::kPage);
    QVERIFY(model.canFetchMore({}));
    model.fetchMore({});
    QTRY_COMPARE(model.rowCount(), AuditModel::kPage + 7);
    QVERIFY(!model.canFetchMore({}));
}

void TestAuditModel::aBurstIsReadAnew()
{
    AuditModel model([this](const AuditModel::Range &range) { return read(range); });
    grow(3);
    QVERIFY(answerOf(model, &AuditModel::update));
    grow(2 * AuditModel::kPage);
    QVERIFY(answerOf(model, &AuditModel::update));
    QCOMPARE(model.rowCount(), AuditModel::kPage);
    QVERIFY(model.canFetchMore({}));
}

void TestAuditModel::changedRowsAreShownAsTheyAre()
{
    AuditModel model([this](const AuditModel::Range &range) { return read(range); });
    grow(3);
    QVERIFY(answerOf(model, &AuditModel::update));
    m_rows.first().event = u"something else"_s;
    QVERIFY(answerOf(model, &AuditModel::update));
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

FLAREDECK_TEST(TestAuditModel)

} // namespace tst_auditmodel

#include "tst_auditmodel.moc"
