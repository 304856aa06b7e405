#include "tests/support/testcase.h"
#include "tests/ui/examples.h"
#include "tests/ui/modelanswer.h"
#include "ui/models/activitymodel.h"
#include "ui/text/format.h"
#include "ui/widgets/cell.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace tst_activitymodel {

using namespace flaredeck;
using namespace flaredeck::ui;

class TestActivityModel : public QObject
{
    Q_OBJECT

private slots:
    void showsTheNewestFirst();
    void readsPagesAsTheViewAsks();
    void newCallsAppearOnTop();
    void aFilterNarrowsWhatIsRead();
    void onlyTheLatestFilterCounts();
    void onlyAFewWhenAskedSo();
    void aFilterSurvivesARestart();
    void nonsenseInTheSettingsIsNoFilter();

private:
    QTemporaryDir m_directory;
    [[nodiscard]] QString file(const char *name) const
    {
        return m_directory.filePath(QString::fromLatin1(name));
    }
};

namespace {
constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::QtTest;
}

void TestActivityModel::showsTheNewestFirst()
{
    const auto calls = examples::calls(format::now());
    examples::writeHistory(file("newest.db"), calls);
    Archive archive(file("newest.db"), {});
    ActivityModel model(archive);
    const QAbstractItemModelTester tester(&model, kFatal);
    QVERIFY(answerOf(model, &ActivityModel::reload));
    QCOMPARE(model.rowCount(), calls.size());
    QCOMPARE(model.at(0)->startedAt, calls.last().startedAt);
    QCOMPARE(model.index(0, ActivityModel::Tool).data().toString(), calls.last().tool);
    QVERIFY(!model.at(int(calls.size())));
}

void TestActivityModel::readsPagesAsTheViewAsks()
{
    const Millis now = format::now();
    QList<store::CallRecord> many;
    for (int i = 0; i < 4; ++i)
        many += examples::calls(now - (4 - i) * 3'600'000LL);
    examples::writeHistory(file("pages.db"), many);
    Archive archive(file("pages.db"), {});
    ActivityModel model(archive);
    QAbstractItemModelTester tester(&model, kFatal);
    tester.setUseFetchMore(false); // the test asks for the pages itself
    QVERIFY(answerOf(model, &ActivityModel::reload));
    QCOMPARE(model.rowCount(), ActivityModel::kPage);
    while (model.canFetchMore({})) {
        const int before = model.rowCount();
        model.fetchMore({});
        QVERIFY(!model.canFetchMore({})); // one page at a time
        QTRY_VERIFY(model.rowCount() > before);
    }
    QCOMPARE(model.rowCount(), many.size());
    QCOMPARE(model.at(model.rowCount() - 1)->startedAt, many.first().startedAt);
}

void TestActivityModel::newCallsAppearOnTop()
{
    const Millis now = format::now();
    const auto calls = examples::calls(now);
    examples::writeHistory(file("live.db"), calls.first(100));
    Archive archive(file("live.db"), {});
    ActivityModel model(archive);
    const QAbstractItemModelTester tester(&model, kFatal);
    QVERIFY(answerOf(model, &ActivityModel::reload));
    examples::writeHistory(file("live.db"), calls.mid(100));

    const QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QCOMPARE(answerOf(model, &ActivityModel::update)->value_or(-1), int(calls.size()) - 100);
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(model.at(0)->startedAt, calls.last().startedAt);
    QCOMPARE(answerOf(model, &ActivityModel::update)->value_or(-1), 0);
}

void TestActivityModel::aFilterNarrowsWhatIsRead()
{
    examples::writeHistory(file("filter.db"), examples::calls(format::now()));
    Archive archive(file("filter.db"), {});
    ActivityModel model(archive);
    ActivityFilter filter;
    filter.outcome = store::Outcome::Error;
    QVERIFY(answerOf(model, &ActivityModel::setFilter, filter));
    QVERIFY(model.rowCount() > 0);
    for (int row = 0; row < model.rowCount(); ++row)
        QCOMPARE(model.index(row, ActivityModel::OutcomeColumn).data().toString(),
                 QStringLiteral("error"));
    filter.text = QStringLiteral("no tool has this name");
    QVERIFY(answerOf(model, &ActivityModel::setFilter, filter));
    QCOMPARE(model.rowCount(), 0);
}

void TestActivityModel::onlyTheLatestFilterCounts()
{
    examples::writeHistory(file("latest.db"), examples::calls(format::now()));
    Archive archive(file("latest.db"), {});
    ActivityModel model(archive);
    const QAbstractItemModelTester tester(&model, kFatal);
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    ActivityFilter filter;
    filter.text = QStringLiteral("no tool has this name");
    model.setFilter(filter);
    QVERIFY(answerOf(model, &ActivityModel::setFilter, ActivityFilter()));
    QCOMPARE(model.rowCount(), 128);
    QCOMPARE(resets.size(), 1);
}

void TestActivityModel::onlyAFewWhenAskedSo()
{
    const auto calls = examples::calls(format::now());
    examples::writeHistory(file("few.db"), calls.first(20));
    Archive archive(file("few.db"), {});
    ActivityModel model(archive, nullptr, 8);
    const QAbstractItemModelTester tester(&model, kFatal);
    QVERIFY(answerOf(model, &ActivityModel::reload));
    QCOMPARE(model.rowCount(), 8);
    QVERIFY(!model.canFetchMore({}));
    examples::writeHistory(file("few.db"), calls.mid(20, 3));
    QVERIFY(answerOf(model, &ActivityModel::update));
    QCOMPARE(model.rowCount(), 8);
    QCOMPARE(model.at(0)->startedAt, calls.at(22).startedAt);
}

void TestActivityModel::aFilterSurvivesARestart()
{
    ActivityFilter filter;
    filter.text = QStringLiteral("keys");
    filter.outcome = store::Outcome::Denied;
    filter.client = ClientId{QStringLiteral("cursor")};
    filter.clientName = QStringLiteral("Cursor");
    filter.span = ActivityFilter::Span::Week;
    QCOMPARE(ActivityFilter::fromVariant(filter.toVariant()), filter);
    QVERIFY(!filter.isEmpty());
}

void TestActivityModel::nonsenseInTheSettingsIsNoFilter()
{
    QVERIFY(ActivityFilter::fromVariant({}).isEmpty());
    QVERIFY(ActivityFilter::fromVariant(
                QVariantMap{{QStringLiteral("outcome"), 99}, {QStringLiteral("span"), -4}})
                .isEmpty());
}

FLAREDECK_TEST(TestActivityModel)

} // namespace tst_activitymodel

#include "tst_activitymodel.moc"
