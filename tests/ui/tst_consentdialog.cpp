#include "core/provider/scopes.h"
#include "tests/support/testcase.h"
#include "tests/ui/consenttest.h"
#include "ui/widgets/buttons.h"

#include <QCheckBox>
#include <QElapsedTimer>
#include <QSignalSpy>

namespace tst_consentdialog {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// What a person chooses, and how the dialog is answered.
class TestConsentDialog : public ConsentTest
{
    Q_OBJECT

private slots:
    void allowComesAliveAfterAMoment();
    void keysOfSomebodyTypingDoNothing();
    void theHeadlineHasTheFocusAndEnterDenies();
    void closingMeansNo_data();
    void closingMeansNo();
    void tickedScopesAreTheAnswer();
    void whatTheSignInLacksIsMarked();
    void aGuardThatStartsAgainWithEachActivation();
    void everyAccountUnlessSomeAreChosen();
    void oneAccountIsJustNamed();
    void withoutAnAccountThereIsNothingToAllow();
    void manyAccountsScroll();
    void onlyLookTakesAwayWhatChangesThings();
    void onlyWhatIsNewIsAskedFor();
    void lifetimes_data();
    void lifetimes();
    void rememberingIsOfferedAndOff();
    void aClientCanBeBlockedAtOnce();
    void blockingWhatHasAccessAsksFirst();
    void withoutASignInThereIsNothingToChoose();
};

void TestConsentDialog::allowComesAliveAfterAMoment()
{
    QElapsedTimer passed;
    passed.start();
    open();
    auto *allow = child<QPushButton>(u"allow"_s);
    QVERIFY(!allow->isEnabled());
    QTest::mouseClick(allow, Qt::LeftButton);
    QVERIFY(!m_answer);
    QTRY_VERIFY(allow->isEnabled());
    QVERIFY(passed.elapsed() >= ConsentDialog::kGuardMs - 20);
}

void TestConsentDialog::keysOfSomebodyTypingDoNothing()
{
    open();
    QTest::keyClick(m_dialog->focusWidget(), Qt::Key_Return);
    QTest::keyClick(m_dialog->focusWidget(), Qt::Key_Space);
    QTest::keyClick(m_dialog->focusWidget(), Qt::Key_Escape);
    QVERIFY(!m_answer);
    QVERIFY(m_dialog->isVisible());
}

void TestConsentDialog::theHeadlineHasTheFocusAndEnterDenies()
{
    open();
    QCOMPARE(m_dialog->focusWidget(), child<QLabel>(u"headline"_s));
    QTRY_VERIFY(child<QPushButton>(u"allow"_s)->isEnabled());
    QCOMPARE(m_dialog->focusWidget(), child<QLabel>(u"headline"_s));
    QTest::keyClick(m_dialog->focusWidget(), Qt::Key_Return);
    QVERIFY(m_answer);
    QVERIFY(!m_answer->allowed);
    QVERIFY(!m_answer->reason.isEmpty());
}

void TestConsentDialog::closingMeansNo_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("Esc") << u"esc"_s;
    QTest::newRow("the window's close button") << u"close"_s;
    QTest::newRow("Deny") << u"deny"_s;
}

void TestConsentDialog::closingMeansNo()
{
    QFETCH(QString, how);
    open();
    QTRY_VERIFY(child<QPushButton>(u"allow"_s)->isEnabled());
    if (how == "esc"_L1)
        QTest::keyClick(m_dialog.get(), Qt::Key_Escape);
    else if (how == "close"_L1)
        m_dialog->close();
    else
        QTest::mouseClick(child<QPushButton>(u"deny"_s), Qt::LeftButton);
    QVERIFY(m_answer);
    QVERIFY(!m_answer->allowed);
    QVERIFY(m_answer->scopes.empty());
    QVERIFY(!m_dialog->isVisible());
}

void TestConsentDialog::tickedScopesAreTheAnswer()
{
    open();
    auto *baseline = child<QCheckBox>(scopes::kBaseline);
    auto *workers = child<QCheckBox>(u"workers:read"_s);
    auto *logs = child<QCheckBox>(u"observability:read"_s);
    QVERIFY(baseline->isChecked());
    QVERIFY(!baseline->isEnabled());
    QVERIFY(workers->isChecked());
    QVERIFY(!logs->isChecked());
    QTRY_VERIFY(child<QPushButton>(u"allow"_s)->isEnabled());
    workers->setFocus();
    QTest::keyClick(workers, Qt::Key_Space);
    logs->setFocus();
    QTest::keyClick(logs, Qt::Key_Space);
    clickAllow();
    QCOMPARE(m_answer->scopes, ScopeSet({scopes::kBaseline, u"observability:read"_s}));
}

void TestConsentDialog::whatTheSignInLacksIsMarked()
{
    ConsentRequest request = examples::consent(format::now());
    request.lacking = {u"observability:read"_s};
    open(request);
    auto *mark = child<QWidget>(u"observability:read:lacking"_s);
    QVERIFY(mark && mark->isVisible());
    QVERIFY(mark->toolTip().contains(u"Cloudflare asks you once more"_s));
    QVERIFY(!child<QWidget>(u"workers:read:lacking"_s));
    auto *logs = child<QCheckBox>(u"observability:read"_s);
    QVERIFY(logs->isEnabled());
    QTRY_VERIFY(child<QPushButton>(u"allow"_s)->isEnabled());
    QTest::keyClick(logs, Qt::Key_Space);
    clickAllow();
    QVERIFY(m_answer->scopes.contains(u"observability:read"_s));
}

void TestConsentDialog::aGuardThatStartsAgainWithEachActivation()
{
    open();
    auto *allow = child<QPushButton>(u"allow"_s);
    QTRY_VERIFY(allow->isEnabled());

    // Somebody goes on typing elsewhere, and the dialog comes back to the front.
    QWidget elsewhere;
    elsewhere.show();
    elsewhere.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&elsewhere));
    QVERIFY(!allow->isEnabled());
    QElapsedTimer passed;
    passed.start();
    m_dialog->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
    QVERIFY(!allow->isEnabled());
    QTest::keyClick(m_dialog->focusWidget(), Qt::Key_Return);
    QVERIFY(!m_answer);
    QTRY_VERIFY(allow->isEnabled());
    QVERIFY(passed.elapsed() >= ConsentDialog::kGuardMs - 20);
}

void TestConsentDialog::everyAccountUnlessSomeAreChosen()
{
    open();
    clickAllow();
    QCOMPARE(m_answer->accountIds, QStringList());

    ConsentRequest request = examples::consent(format::now());
    request.accounts << AccountRef{u"a3"_s, u"Third"_s};
    open(request);
    auto *all = child<QCheckBox>(u"allAccounts"_s);
    QCOMPARE(all->checkState(), Qt::Checked);
    child<QCheckBox>(u"a1"_s)->click();
    QCOMPARE(all->checkState(), Qt::PartiallyChecked);
    clickAllow();
    QCOMPARE(m_answer->accountIds, (QStringList{u"a2"_s, u"a3"_s}));
}

void TestConsentDialog::oneAccountIsJustNamed()
{
    ConsentRequest request = examples::consent(format::now());
    request.accounts.resize(1);
    open(request);
    QVERIFY(!child<QCheckBox>(u"allAccounts"_s));
    QCOMPARE(textOf(u"account"_s), u"Acme Inc. (ops@acme.example)"_s);
    clickAllow();
    QCOMPARE(m_answer->accountIds, QStringList());
}

void TestConsentDialog::withoutAnAccountThereIsNothingToAllow()
{
    open();
    auto *allow = child<QPushButton>(u"allow"_s);
    auto *problem = child<QWidget>(u"problem"_s);
    auto *all = child<QCheckBox>(u"allAccounts"_s);
    QTRY_VERIFY(allow->isEnabled());
    QVERIFY(!problem->isVisible());
    all->click();
    QVERIFY(!child<QCheckBox>(u"a2"_s)->isChecked());
    QVERIFY(!allow->isEnabled());
    QVERIFY(problem->isVisible());
    child<QCheckBox>(u"a2"_s)->click();
    QVERIFY(allow->isEnabled());
    QVERIFY(!problem->isVisible());
    // The middle state leads to all.
    all->click();
    QVERIFY(child<QCheckBox>(u"a1"_s)->isChecked());
    QCOMPARE(all->checkState(), Qt::Checked);
}

void TestConsentDialog::manyAccountsScroll()
{
    ConsentRequest request = examples::consent(format::now());
    open(request);
    const int few = m_dialog->height();
    for (int i = 3; i < 60; ++i)
        request.accounts << AccountRef{u"a%1"_s.arg(i), u"Account %1"_s.arg(i)};
    open(request);
    QVERIFY(m_dialog->height() < few + 120);
    child<QCheckBox>(u"a59"_s)->click();
    QVERIFY(!child<QCheckBox>(u"a59"_s)->visibleRegion().isEmpty());
}

void TestConsentDialog::onlyLookTakesAwayWhatChangesThings()
{
    ConsentRequest request = examples::consent(format::now());
    std::erase_if(request.offered,
                  [](const QString &scope) { return scope.endsWith(u":write"_s); });
    open(request);
    QVERIFY(!child<ToggleSwitch>(u"readOnly"_s)); // nothing here changes anything

    request.offered.insert(u"kv:write"_s);
    request.requested.insert(u"kv:write"_s);
    request.preselected.insert(u"kv:write"_s);
    open(request);
    auto *only = child<ToggleSwitch>(u"readOnly"_s);
    auto *write = child<QCheckBox>(u"kv:write"_s);
    QVERIFY(only->isVisible());
    QVERIFY(!write->isChecked()); // never by itself
    write->click();
    QTest::mouseClick(only, Qt::LeftButton);
    QVERIFY(!write->isChecked());
    QVERIFY(!write->isEnabled());
    QTest::mouseClick(only, Qt::LeftButton);
    QVERIFY(write->isChecked());
    QTest::mouseClick(only, Qt::LeftButton);
    clickAllow();
    QCOMPARE(m_answer->scopes, ScopeSet({scopes::kBaseline, u"workers:read"_s}));
}

void TestConsentDialog::onlyWhatIsNewIsAskedFor()
{
    ConsentRequest request = examples::consent(format::now());
    request.alreadyGranted = {scopes::kBaseline};
    open(request);
    QVERIFY(textOf(u"headline"_s).contains(u"more access"_s));
    QVERIFY(child<QCheckBox>(u"workers:read"_s)->isVisible());
    QVERIFY(!child<QCheckBox>(scopes::kBaseline)->isVisible());
    QVERIFY(textOf(u"held"_s).contains(u"account"_s));
    QTRY_VERIFY(child<QPushButton>(u"allow"_s)->isEnabled());
    QTest::mouseClick(child<QPushButton>(u"showHeld"_s), Qt::LeftButton);
    QVERIFY(child<QCheckBox>(scopes::kBaseline)->isVisible());
    clickAllow();
    QCOMPARE(m_answer->scopes, ScopeSet({scopes::kBaseline, u"workers:read"_s}));
}

void TestConsentDialog::lifetimes_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<qint64>("seconds");
    QTest::newRow("1 hour") << 0 << qint64(3600);
    QTest::newRow("1 day") << 1 << qint64(86'400);
    QTest::newRow("30 days") << 2 << qint64(30 * 86'400);
    QTest::newRow("until revoked, at first") << 3 << qint64(0);
}

void TestConsentDialog::lifetimes()
{
    QFETCH(int, index);
    open();
    QComboBox *lifetime = combo(u"Keep access"_s);
    QVERIFY(lifetime);
    QCOMPARE(lifetime->currentIndex(), 3);
    lifetime->setCurrentIndex(index);
    clickAllow();
    QTEST(m_answer->lifetimeSeconds, "seconds");
}

void TestConsentDialog::rememberingIsOfferedAndOff()
{
    ConsentRequest request = examples::consent(format::now());
    request.canRemember = false; // nobody could tell it again
    open(request);
    QVERIFY(!child<QCheckBox>(u"remember"_s)->isVisible());
    clickAllow();
    QVERIFY(!m_answer->remembers);

    request.canRemember = true;
    open(request);
    QVERIFY(!child<QCheckBox>(u"remember"_s)->isChecked());
    clickAllow();
    QVERIFY(!m_answer->remembers);

    open(request);
    child<QCheckBox>(u"remember"_s)->setChecked(true);
    clickAllow();
    QVERIFY(m_answer->remembers);
}

void TestConsentDialog::aClientCanBeBlockedAtOnce()
{
    open();
    auto *block = child<QPushButton>(u"block"_s);
    QVERIFY(!block->isEnabled()); // as long as Allow is not
    QTRY_VERIFY(block->isEnabled());
    QTest::mouseClick(block, Qt::LeftButton);
    QVERIFY(m_answer);
    QVERIFY(m_answer->blocks);
    QVERIFY(!m_answer->allowed);
    QVERIFY(!m_dialog->isVisible());
}

void TestConsentDialog::blockingWhatHasAccessAsksFirst()
{
    ConsentRequest request = examples::consent(format::now());
    request.alreadyGranted = {scopes::kBaseline};
    open(request);
    auto *block = child<QPushButton>(u"block"_s);
    for (const QString &choice : {u"cancel"_s, u"confirm"_s}) {
        m_dialog->activateWindow();
        QTRY_VERIFY(block->isEnabled());
        QTest::mouseClick(block, Qt::LeftButton);
        QVERIFY(!m_answer);
        auto *asked = m_dialog->findChild<QDialog *>();
        QVERIFY(asked);
        QTest::mouseClick(asked->findChild<QPushButton *>(choice), Qt::LeftButton);
        QTRY_VERIFY(!m_dialog->findChild<QDialog *>());
    }
    QVERIFY(m_answer);
    QVERIFY(m_answer->blocks);
}

void TestConsentDialog::withoutASignInThereIsNothingToChoose()
{
    ConsentRequest request = examples::consent(format::now());
    request.accounts.clear();
    request.loginLabel.clear();
    open(request);
    QVERIFY(!child<QCheckBox>(u"allAccounts"_s));
    QVERIFY(says(u"You sign in to Cloudflare next and choose there"_s));
    clickAllow();
    QVERIFY(m_answer->accountIds.isEmpty());
}

FLAREDECK_TEST(TestConsentDialog)

} // namespace tst_consentdialog

#include "tst_consentdialog.moc"
