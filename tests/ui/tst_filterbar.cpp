#include "tests/support/testcase.h"
#include "ui/widgets/filterbar.h"

#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

namespace tst_filterbar {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

class TestFilterBar : public QObject
{
    Q_OBJECT

private slots:
    void typingBecomesOneFilter();
    void chosenFiltersCombineAndCanBeRemoved();
    void clearEmptiesEverything();
    void ownStateIsShown();

private:
    static QPushButton *chip(FilterBar &bar, const QString &accessibleName);
    static void choose(FilterBar &bar, const QString &text);
};

QPushButton *TestFilterBar::chip(FilterBar &bar, const QString &accessibleName)
{
    for (QPushButton *button : bar.findChildren<QPushButton *>()) {
        if (button->isVisible() && button->accessibleName() == accessibleName)
            return button;
    }
    return nullptr;
}

void TestFilterBar::choose(FilterBar &bar, const QString &text)
{
    auto *menu = bar.findChild<QMenu *>();
    emit menu->aboutToShow();
    QList<QAction *> actions = menu->actions();
    for (qsizetype i = 0; i < actions.size(); ++i) {
        if (actions.at(i)->menu())
            actions << actions.at(i)->menu()->actions();
        if (actions.at(i)->text() == text) {
            actions.at(i)->trigger();
            return;
        }
    }
    QFAIL(qPrintable(u"no such filter: "_s + text));
}

void TestFilterBar::typingBecomesOneFilter()
{
    FilterBar bar;
    bar.show();
    const QSignalSpy changed(&bar, &FilterBar::filterChanged);
    bar.focusSearch();
    QTest::keyClicks(bar.findChild<QLineEdit *>(), u"keys"_s);
    QTRY_COMPARE(changed.size(), 1);
    QCOMPARE(bar.filter().text, u"keys"_s);
}

void TestFilterBar::chosenFiltersCombineAndCanBeRemoved()
{
    FilterBar bar;
    bar.setClients({{ClientId{u"c1"_s}, u"Cursor"_s}});
    bar.show();
    const QSignalSpy changed(&bar, &FilterBar::filterChanged);
    choose(bar, u"error"_s);
    choose(bar, u"Last 24 h"_s);
    choose(bar, u"Cursor"_s);
    QCOMPARE(changed.size(), 3);
    QCOMPARE(bar.filter().outcome, std::optional(store::Outcome::Error));
    QCOMPARE(bar.filter().client, std::optional(ClientId{u"c1"_s}));
    QCOMPARE(bar.filter().span, ActivityFilter::Span::Day);

    QPushButton *outcome = nullptr;
    QTRY_VERIFY((outcome = chip(bar, u"Remove the filter Outcome: error"_s)));
    QVERIFY(chip(bar, u"Remove the filter Client: Cursor"_s));
    QTest::mouseClick(outcome, Qt::LeftButton);
    QVERIFY(!bar.filter().outcome);
    QVERIFY(!chip(bar, u"Remove the filter Outcome: error"_s));
    QCOMPARE(bar.filter().span, ActivityFilter::Span::Day);
}

void TestFilterBar::clearEmptiesEverything()
{
    FilterBar bar;
    ActivityFilter filter;
    filter.text = u"x"_s;
    filter.outcome = store::Outcome::Ok;
    bar.setFilter(filter);
    const QSignalSpy changed(&bar, &FilterBar::filterChanged);
    bar.clear();
    QVERIFY(bar.filter().isEmpty());
    QVERIFY(bar.findChild<QLineEdit *>()->text().isEmpty());
    QCOMPARE(changed.size(), 1);
}

void TestFilterBar::ownStateIsShown()
{
    FilterBar bar;
    bar.show();
    ActivityFilter filter;
    filter.text = u"workers"_s;
    filter.span = ActivityFilter::Span::Hour;
    const QSignalSpy changed(&bar, &FilterBar::filterChanged);
    bar.setFilter(filter);
    QCOMPARE(bar.findChild<QLineEdit *>()->text(), u"workers"_s);
    QTRY_VERIFY(chip(bar, u"Remove the filter Last hour"_s));
    QCOMPARE(changed.size(), 0);
}

FLAREDECK_TEST(TestFilterBar)

} // namespace tst_filterbar

#include "tst_filterbar.moc"
