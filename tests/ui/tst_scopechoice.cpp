#include "core/provider/scopes.h"
#include "tests/support/testcase.h"
#include "tests/ui/examples.h"
#include "ui/dialogs/scopechoice.h"
#include "ui/text/format.h"

#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QTest>

#include <memory>

namespace tst_scopechoice {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// What is asked for and what may be given besides.
class TestScopeChoice : public QObject
{
    Q_OBJECT

private slots:
    void whatWasNotAskedForStandsApartAndUnticked();
    void aClientThatNamesNothingGetsAllReadersByOneClick();
    void whatIsHeldAlreadyStaysWhenItIsSuggestedAgain();
    void whoAskedForSomethingIsNotUrgedToGiveMore();

private:
    void open(const ConsentRequest &request)
    {
        m_choice = std::make_unique<ScopeChoice>(request);
        m_choice->show();
    }
    QCheckBox *box(const QString &scope) { return m_choice->findChild<QCheckBox *>(scope); }
    /// The heading that a scope stands below.
    QString headingOf(const QString &scope)
    {
        const int y = box(scope)->mapTo(m_choice.get(), QPoint()).y();
        QString nearest;
        int top = -1;
        for (const auto *label : m_choice->findChildren<QLabel *>()) {
            const int at = label->mapTo(m_choice.get(), QPoint()).y();
            const bool isHeading =
                label->text().endsWith("asks for"_L1) || label->text().endsWith(" add"_L1);
            if (isHeading && at < y && at > top) {
                nearest = label->text();
                top = at;
            }
        }
        return nearest;
    }

    std::unique_ptr<ScopeChoice> m_choice;
};

namespace {

/// As most clients do, which take the baseline from our challenge.
ConsentRequest namesNothing()
{
    ConsentRequest request = examples::consent(format::now());
    request.requested = {scopes::kBaseline};
    request.preselected = scopes::all();
    return request;
}

} // namespace

void TestScopeChoice::whatWasNotAskedForStandsApartAndUnticked()
{
    ConsentRequest request = examples::consent(format::now());
    request.preselected = scopes::all(); // whatever is suggested
    request.offered.insert(u"kv:write"_s);
    request.preselected.insert(u"kv:write"_s);
    open(request);
    for (const QString &scope : request.offered) {
        const bool asked = request.requested.contains(scope);
        QCOMPARE(box(scope)->isChecked(), asked);
        QCOMPARE(headingOf(scope), asked ? u"It asks for"_s : u"You may add"_s);
    }
    QCOMPARE(m_choice->chosen(), request.requested);
    for (const auto *label : m_choice->findChildren<QLabel *>())
        QVERIFY(!label->text().contains(u"not asked for"_s));
}

void TestScopeChoice::aClientThatNamesNothingGetsAllReadersByOneClick()
{
    const ConsentRequest request = namesNothing();
    open(request);
    QCOMPARE(m_choice->chosen(), ScopeSet{scopes::kBaseline});
    QVERIFY(m_choice->findChild<QLabel *>(u"whySuggested"_s)->isVisible());
    auto *all = m_choice->findChild<QPushButton *>(u"addSuggested"_s);
    QVERIFY(all && all->isVisible());
    QTest::mouseClick(all, Qt::LeftButton);
    QCOMPARE(m_choice->chosen(), scopes::all());
    // And each can be taken away again.
    box(u"workers:read"_s)->click();
    QVERIFY(!m_choice->chosen().contains(u"workers:read"_s));
}

void TestScopeChoice::whatIsHeldAlreadyStaysWhenItIsSuggestedAgain()
{
    ConsentRequest request = namesNothing();
    request.alreadyGranted = {scopes::kBaseline, u"workers:read"_s};
    open(request);
    QCOMPARE(m_choice->chosen(), request.alreadyGranted);
    QCOMPARE(headingOf(u"observability:read"_s), u"Nothing new. You can add"_s);
}

void TestScopeChoice::whoAskedForSomethingIsNotUrgedToGiveMore()
{
    open(examples::consent(format::now()));
    QVERIFY(!m_choice->findChild<QPushButton *>(u"addSuggested"_s));
    QVERIFY(!m_choice->findChild<QLabel *>(u"whySuggested"_s));
}

FLAREDECK_TEST(TestScopeChoice)

} // namespace tst_scopechoice

#include "tst_scopechoice.moc"
