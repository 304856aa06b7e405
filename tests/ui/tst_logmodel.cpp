#include "tests/support/testcase.h"
#include "ui/models/logmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <memory>

namespace tst_logmodel {

using namespace flaredeck;
using namespace flaredeck::ui;

class TestLogModel : public QObject
{
    Q_OBJECT

private slots:
    void beginsWithWhatWasLogged();
    void linesOfOtherThreadsArriveInOneBatch();
    void filtersByLevelAndText();
};

namespace {

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::QtTest;
const QString kCategory = QStringLiteral("flaredeck.test");

} // namespace

void TestLogModel::beginsWithWhatWasLogged()
{
    LogBook book(LogBook::Echo::Nothing);
    book.record(LogLevel::Info, kCategory, QStringLiteral("first"));
    LogModel model(book);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, LogModel::Message).data().toString(), QStringLiteral("first"));
    QCOMPARE(model.index(0, LogModel::Level).data().toString(), QStringLiteral("info"));
    QVERIFY(model.lineAt(0).contains(QStringLiteral("info flaredeck.test first")));
}

void TestLogModel::linesOfOtherThreadsArriveInOneBatch()
{
    LogBook book(LogBook::Echo::Nothing);
    LogModel model(book);
    const QAbstractItemModelTester tester(&model, kFatal);
    const QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    const std::unique_ptr<QThread> thread(QThread::create([&book] {
        for (int i = 0; i < 300; ++i)
            book.record(LogLevel::Debug, kCategory, QString::number(i));
    }));
    thread->start();
    QVERIFY(thread->wait());
    QTRY_COMPARE(model.rowCount(), 300);
    QVERIFY(inserted.size() < 300);
    QCOMPARE(model.at(299)->message, QStringLiteral("299"));
}

void TestLogModel::filtersByLevelAndText()
{
    LogBook book(LogBook::Echo::Nothing);
    book.record(LogLevel::Debug, kCategory, QStringLiteral("wire"));
    book.record(LogLevel::Info, kCategory, QStringLiteral("listening"));
    book.record(LogLevel::Critical, kCategory, QStringLiteral("Listening failed"));
    LogModel model(book);
    LogFilter filter;
    const QAbstractItemModelTester tester(&filter, kFatal);
    filter.setSourceModel(&model);
    QCOMPARE(filter.rowCount(), 3);
    filter.setLeast(LogLevel::Info);
    QCOMPARE(filter.rowCount(), 2);
    filter.setText(QStringLiteral("listening"));
    QCOMPARE(filter.rowCount(), 2);
    filter.setLeast(LogLevel::Warning);
    QCOMPARE(filter.rowCount(), 1);
}

FLAREDECK_TEST(TestLogModel)

} // namespace tst_logmodel

#include "tst_logmodel.moc"
