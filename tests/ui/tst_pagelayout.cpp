#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/pages/activitypage.h"
#include "ui/pages/calldetail.h"
#include "ui/pages/clientspage.h"
#include "ui/pages/grantspage.h"
#include "ui/pages/logspage.h"
#include "ui/pages/overviewpage.h"
#include "ui/pages/securitypage.h"
#include "ui/pages/serverspage.h"
#include "ui/pages/statusstrip.h"
#include "ui/pages/toolspage.h"
#include "ui/theme/theme.h"
#include "ui/widgets/callchart.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/figurecard.h"
#include "ui/widgets/jsonview.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>

#include <memory>

namespace tst_pagelayout {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// What a page keeps in sight: its search field, all of a failed call, and its names in the
/// smallest window.
class TestPageLayout : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { applyTheme(*qApp, u"light"_s); }
    void init() { m_fixture = std::make_unique<PageFixture>(); }
    void cleanup();
    void theSearchFieldStaysWhenNothingMatches_data();
    void theSearchFieldStaysWhenNothingMatches();
    void aClientWithoutEventsLeavesTheChoice();
    void aFailedCallCanBeRead_data();
    void aFailedCallCanBeRead();
    void aJsonErrorSaysItsSentenceAndWhatToDo();
    void theOverviewScrollsAndCutsNothing();
    void theDetailCoversTheListInASmallWindow_data();
    void theDetailCoversTheListInASmallWindow();
    void aNameColumnKeepsItsWidth();

private:
    template <typename PageType>
    PageType *open(QSize size)
    {
        examples::writeHistory(m_fixture->files.historyFile(), examples::calls(format::now()));
        examples::writeAudit(m_fixture->files.vaultFile(), format::now());
        auto *page = new PageType(m_fixture->context);
        m_page.reset(page);
        service::Snapshot shot = *PageFixture::busy();
        shot.servers = examples::servers(format::now());
        page->setSnapshot(std::make_shared<const service::Snapshot>(shot));
        page->readHistory();
        m_fixture->settle();
        page->resize(size);
        page->show();
        if (!QTest::qWaitForWindowActive(page))
            qFatal("the page does not come up");
        return page;
    }
    /// Of a window of 900 × 580 beside the rail.
    static constexpr QSize kSmallest{700, 580};
    static constexpr QSize kUsual{1040, 780};

    std::unique_ptr<PageFixture> m_fixture;
    std::unique_ptr<Page> m_page;
};

void TestPageLayout::cleanup()
{
    m_page.reset();
    m_fixture.reset();
}

void TestPageLayout::theSearchFieldStaysWhenNothingMatches_data()
{
    QTest::addColumn<bool>("activity");
    QTest::newRow("activity") << true;
    QTest::newRow("logs") << false;
}

void TestPageLayout::theSearchFieldStaysWhenNothingMatches()
{
    QFETCH(bool, activity);
    m_fixture->log.record(LogLevel::Info, u"flaredeck.app"_s, u"Listening"_s);
    Page *page =
        activity ? static_cast<Page *>(open<ActivityPage>(kUsual)) : open<LogsPage>(kUsual);
    auto *search = page->findChild<QLineEdit *>();
    auto *table = page->findChild<DataTable *>();
    QTRY_VERIFY(table->isVisible() && table->model()->rowCount() > 0);
    page->find();
    QTest::keyClicks(search, u"worker x y"_s); // with a Space, as one types
    const QString clear = activity ? u"Clear the filter"_s : u"Show all lines"_s;
    QTRY_VERIFY(button(*page, clear));
    QVERIFY(!table->isVisible());
    QVERIFY(search->isVisible());
    QCOMPARE(page->focusWidget(), search);
    QCOMPARE(search->text(), u"worker x y"_s);

    // Typing goes on, and Ctrl+F finds its field.
    QTest::keyClick(page->focusWidget(), Qt::Key_Backspace);
    QCOMPARE(search->text(), u"worker x "_s);
    page->find();
    QCOMPARE(search->selectedText(), search->text());
    QTest::keyClick(page->focusWidget(), Qt::Key_Backspace);
    QTRY_VERIFY(table->isVisible() && table->model()->rowCount() > 0);

    QTest::keyClicks(search, u"no such thing"_s);
    QTRY_VERIFY(button(*page, clear));
    QTest::mouseClick(button(*page, clear), Qt::LeftButton);
    QTRY_VERIFY(table->isVisible());
    QCOMPARE(page->focusWidget(), search);
}

void TestPageLayout::aClientWithoutEventsLeavesTheChoice()
{
    auto *page = open<SecurityPage>(kUsual);
    page->showClient(ClientId{u"nobody"_s});
    QTRY_VERIFY(button(*page, u"Show all clients"_s));
    QVERIFY(!page->findChild<DataTable *>()->isVisible());
    auto *choice = named<QWidget>(*page, u"Whose events are shown"_s);
    QVERIFY(choice && choice->isVisible());
    QTest::mouseClick(button(*page, u"Show all clients"_s), Qt::LeftButton);
    QTRY_VERIFY(page->findChild<DataTable *>()->isVisible());
}

void TestPageLayout::aFailedCallCanBeRead_data()
{
    QTest::addColumn<QString>("error");
    const QString word(400, QLatin1Char('x'));
    QTest::newRow("one word") << word;
    QTest::newRow("a long id in a sentence") << u"The account "_s + word + u" is not known."_s;
    QTest::newRow("JSON of another server") << u"{\"code\":7,\"ids\":[\"%1\",\"%1\"]}"_s.arg(word);
}

void TestPageLayout::aFailedCallCanBeRead()
{
    QFETCH(QString, error);
    store::CallRecord call = examples::calls(format::now()).first();
    call.id = 1;
    call.outcome = store::Outcome::Error;
    call.error = error;
    call.arguments = R"({"account_id":")" + QByteArray(300, 'a') + R"("})";
    call.result = error.toUtf8();
    call.upstream = {{u"GET"_s, u"/accounts/"_s + QString(300, QLatin1Char('a')), 404, 3, {}}};
    CallDetail detail;
    detail.resize(320, 700);
    detail.setCall(call, true);
    detail.show();
    QVERIFY(QTest::qWaitForWindowExposed(&detail));
    const auto *scroll = detail.findChild<QScrollArea *>();
    QCOMPARE(scroll->widget()->width(), scroll->viewport()->width());
    const auto *text = detail.findChild<QLabel *>(u"error"_s);
    QTRY_VERIFY(text->height() >= text->heightForWidth(text->width()));
    QVERIFY(text->height() > 5 * text->fontMetrics().lineSpacing());
    for (const QWidget *part : scroll->widget()->findChildren<QWidget *>()) {
        if (part->isVisible())
            QVERIFY(part->mapTo(scroll->widget(), QPoint(part->width(), 0)).x() <=
                    scroll->viewport()->width());
    }
    for (const auto *json : detail.findChildren<JsonView *>())
        QCOMPARE(json->horizontalScrollBar()->maximum(), 0);
}

void TestPageLayout::aJsonErrorSaysItsSentenceAndWhatToDo()
{
    store::CallRecord call = examples::calls(format::now()).first();
    call.id = 1;
    call.outcome = store::Outcome::Error;
    call.error = u"{\"action\":\"Give account_id.\",\"error\":\"The call names no account.\"}"_s;
    CallDetail detail;
    detail.setCall(call, true);
    detail.show();
    const auto *error = detail.findChild<QLabel *>(u"error"_s);
    const auto *action = detail.findChild<QLabel *>(u"action"_s);
    QCOMPARE(error->text(), u"The call names no account."_s);
    QVERIFY(action->isVisible());
    QCOMPARE(action->text(), u"Give account_id."_s);

    call.id = 2;
    call.error = u"{\"error\":7}"_s; // nothing to say; so it is shown as it is
    detail.setCall(call, true);
    QCOMPARE(error->text(), call.error);
    QVERIFY(!action->isVisible());
}

void TestPageLayout::theOverviewScrollsAndCutsNothing()
{
    auto *page = open<OverviewPage>(kSmallest);
    auto *scroll = page->findChild<QScrollArea *>();
    QVERIFY(scroll->verticalScrollBar()->maximum() > 0);
    QTRY_COMPARE(scroll->widget()->width(), scroll->viewport()->width());
    for (const auto *label : page->findChild<StatusStrip *>()->findChildren<QLabel *>())
        QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
    const auto *chart = page->findChild<CallChart *>();
    QVERIFY(chart->height() >= chart->minimumHeight());
    QVERIFY(chart->parentWidget()->height() >= chart->geometry().bottom());
    for (const auto *card : page->findChildren<FigureCard *>())
        QVERIFY(card->width() > 250);
    scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
    auto *recent = named<DataTable>(*page, u"Recent calls"_s);
    QVERIFY(recent->height() >= 4 * recent->rowHeight(0));
    QVERIFY(!recent->visibleRegion().isEmpty());

    auto *wide = open<OverviewPage>(kUsual);
    QCOMPARE(wide->findChild<QScrollArea *>()->verticalScrollBar()->maximum(), 0);
    const auto cards = wide->findChildren<FigureCard *>();
    for (const auto *card : cards)
        QCOMPARE(card->y(), cards.first()->y());
}

void TestPageLayout::theDetailCoversTheListInASmallWindow_data()
{
    QTest::addColumn<int>("page");
    QTest::newRow("clients") << int(page::Clients);
    QTest::newRow("grants") << int(page::Grants);
    QTest::newRow("activity") << int(page::Activity);
    QTest::newRow("tools") << int(page::Tools);
    QTest::newRow("servers") << int(page::Servers);
    QTest::newRow("security") << int(page::Security);
}

void TestPageLayout::theDetailCoversTheListInASmallWindow()
{
    QFETCH(int, page);
    Page *shown = page == page::Clients    ? static_cast<Page *>(open<ClientsPage>(kSmallest))
                  : page == page::Grants   ? static_cast<Page *>(open<GrantsPage>(kSmallest))
                  : page == page::Tools    ? static_cast<Page *>(open<ToolsPage>(kSmallest))
                  : page == page::Servers  ? static_cast<Page *>(open<ServersPage>(kSmallest))
                  : page == page::Activity ? static_cast<Page *>(open<ActivityPage>(kSmallest))
                                           : open<SecurityPage>(kSmallest);
    auto *table = shown->findChild<DataTable *>();
    auto *detail = shown->findChild<DetailPane *>();
    QTRY_VERIFY(table->isVisible());
    QVERIFY(!detail->isVisible());
    table->setFocus();
    table->selectRow(0);
    QTRY_VERIFY(detail->isVisible());
    QVERIFY(!table->isVisible());
    QTRY_VERIFY(detail->width() > 600);
    QPushButton *back = button(*shown, u"← Back to the list"_s);
    QVERIFY(back);
    QCOMPARE(shown->focusWidget(), back);
    QTest::keyClick(back, Qt::Key_Escape);
    QVERIFY(table->isVisible());
    QVERIFY(!detail->isVisible());
    QCOMPARE(shown->focusWidget(), table);
    table->selectRow(1);
    QTRY_VERIFY(button(*shown, u"← Back to the list"_s));
    QTest::mouseClick(button(*shown, u"← Back to the list"_s), Qt::LeftButton);
    QVERIFY(table->isVisible());

    shown->resize(kUsual); // room for both
    table->selectRow(0);
    QTRY_VERIFY(table->isVisible() && detail->isVisible());
    QVERIFY(!button(*shown, u"← Back to the list"_s));
    shown->resize(kSmallest);
    QTRY_VERIFY(!table->isVisible());
    QVERIFY(detail->isVisible());
}

void TestPageLayout::aNameColumnKeepsItsWidth()
{
    constexpr int kLeast = 120;
    for (const QSize size : {kSmallest, QSize(900, 580), kUsual}) {
        auto *clients = open<ClientsPage>(size);
        auto *table = clients->findChild<DataTable *>();
        QVERIFY(table->columnWidth(0) >= kLeast);
        if (size.width() > kSmallest.width()) {
            table->selectRow(0);
            QVERIFY(table->isVisible());
            QTRY_VERIFY(table->columnWidth(0) >= kLeast);
        }
    }
}

FLAREDECK_TEST(TestPageLayout)

} // namespace tst_pagelayout

#include "tst_pagelayout.moc"
