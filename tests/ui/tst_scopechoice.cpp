#include "core/provider/scopes.h"
#include "tests/support/testcase.h"
#include "tests/ui/examples.h"
#include "ui/dialogs/scopechoice.h"
#include "ui/text/format.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
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
    void whatChangesThingsIsNeverTicked();
    void aProductHasOneLine();
    void aLineUnfolds();
    void productsAreSearched();

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
    ScopeSet readers = scopes::all();
    std::erase_if(readers, [](const QString &scope) { return scope.endsWith(u":write"_s); });
    QCOMPARE(m_choice->chosen(), readers);
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

void TestScopeChoice::whatChangesThingsIsNeverTicked()
{
    ConsentRequest request = examples::consent(format::now());
    request.requested = scopes::all();
    request.preselected = scopes::all();
    open(request);
    for (const QString &scope : scopes::all())
        QCOMPARE(box(scope)->isChecked(), !scope.endsWith(u":write"_s));
    box(u"kv:write"_s)->click();
    QVERIFY(m_choice->chosen().contains(u"kv:write"_s));
}

void TestScopeChoice::aProductHasOneLine()
{
    ConsentRequest request = examples::consent(format::now());
    request.requested = scopes::all();
    open(request);
    const auto at = [this](const QString &scope) {
        return box(scope)->mapTo(m_choice.get(), QPoint());
    };
    QCOMPARE(at(u"kv:read"_s).y(), at(u"kv:write"_s).y());
    QVERIFY(at(u"kv:read"_s).x() < at(u"kv:write"_s).x());
    QVERIFY(at(u"r2:read"_s).y() != at(u"kv:read"_s).y());
    QCOMPARE(at(u"r2:read"_s).x(), at(u"kv:read"_s).x());
    // Who does not see the line hears what it is about.
    QCOMPARE(box(u"kv:write"_s)->accessibleName(),
             u"KV: Create, rename and delete KV namespaces"_s);
}

void TestScopeChoice::aLineUnfolds()
{
    ConsentRequest request = examples::consent(format::now());
    request.requested = scopes::all();
    open(request);
    auto *more = m_choice->findChild<QPushButton *>(u"kv:more"_s);
    QVERIFY(more && more->isVisible());
    const auto says = [this](const QString &text) {
        for (const auto *label : m_choice->findChildren<QLabel *>()) {
            if (label->isVisible() && label->text().contains(text))
                return true;
        }
        return false;
    };
    const QString risk = u"Deleting a namespace deletes every key in it for good."_s;
    QVERIFY(!says(risk));
    QTest::keyClick(more, Qt::Key_Return);
    QVERIFY(says(risk));
    QVERIFY(says(u"kv_namespace_delete"_s));
    QTest::keyClick(more, Qt::Key_Return);
    QVERIFY(!says(risk));
}

void TestScopeChoice::productsAreSearched()
{
    open(examples::consent(format::now()));
    auto *field = m_choice->findChild<QLineEdit *>(u"searchScopes"_s);
    QVERIFY(field && field->isVisible());
    box(u"r2:read"_s)->click();
    QTest::keyClicks(field, u"namespace"_s);
    QVERIFY(box(u"kv:read"_s)->isVisible());
    QVERIFY(!box(u"logpush:read"_s)->isVisible());
    // What would be given stays in sight, and so does what was asked for.
    QVERIFY(box(u"r2:read"_s)->isVisible());
    QVERIFY(box(u"workers:read"_s)->isVisible());
    QTest::keyClicks(field, u" nowhere"_s);
    QVERIFY(!box(u"kv:read"_s)->isVisible());
    field->clear();
    QVERIFY(box(u"logpush:read"_s)->isVisible());
}

FLAREDECK_TEST(TestScopeChoice)

} // namespace tst_scopechoice

#include "tst_scopechoice.moc"
