#include "core/policy/scopes.h"
#include "tests/ui/examples.h"
#include "ui/dialogs/consentdialog.h"
#include "ui/text/format.h"

#include <QCheckBox>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <memory>
#include <optional>

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// Real clicks and keys on the real dialog.
class TestConsentDialog : public QObject
{
    Q_OBJECT

private slots:
    void allowComesAliveAfterAMoment();
    void keysOfSomebodyTypingDoNothing();
    void denyHasTheFocusAndEnterDenies();
    void closingMeansNo_data();
    void closingMeansNo();
    void tickedScopesAreTheAnswer();
    void everyAccountUnlessOneIsChosen();
    void lifetimes_data();
    void lifetimes();
    void saysWhoAsksAndWhereTheAnswerGoes();
    void withoutASignInThereIsNothingToChoose();

private:
    void open(const ConsentRequest &request);
    void open() { open(examples::consent(format::now())); }
    template <typename T>
    T *child(const QString &name)
    {
        return m_dialog->findChild<T *>(name);
    }
    void clickAllow();
    QComboBox *combo(const QString &accessibleName);

    std::unique_ptr<ConsentDialog> m_dialog;
    std::optional<ConsentAnswer> m_answer;
};

void TestConsentDialog::open(const ConsentRequest &request)
{
    m_answer.reset();
    m_dialog = std::make_unique<ConsentDialog>(request);
    connect(m_dialog.get(), &ConsentDialog::answered, this, [this](const ConsentAnswer &answer) {
        QVERIFY(!m_answer); // once
        m_answer = answer;
    });
    m_dialog->show();
    QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
}

void TestConsentDialog::clickAllow()
{
    auto *allow = child<QPushButton>(u"allow"_s);
    QTRY_VERIFY(allow->isEnabled());
    QTest::mouseClick(allow, Qt::LeftButton);
    QVERIFY(m_answer);
    QVERIFY(m_answer->allowed);
}

QComboBox *TestConsentDialog::combo(const QString &accessibleName)
{
    for (QComboBox *box : m_dialog->findChildren<QComboBox *>()) {
        if (box->accessibleName() == accessibleName)
            return box;
    }
    return nullptr;
}

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

void TestConsentDialog::denyHasTheFocusAndEnterDenies()
{
    open();
    QCOMPARE(m_dialog->focusWidget(), child<QPushButton>(u"deny"_s));
    QTRY_VERIFY(child<QPushButton>(u"allow"_s)->isEnabled());
    QCOMPARE(m_dialog->focusWidget(), child<QPushButton>(u"deny"_s));
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

void TestConsentDialog::everyAccountUnlessOneIsChosen()
{
    open();
    clickAllow();
    QCOMPARE(m_answer->accountIds, QStringList());

    open();
    QComboBox *account = combo(u"Account"_s);
    QVERIFY(account);
    QCOMPARE(account->count(), 3);
    account->setCurrentIndex(2);
    clickAllow();
    QCOMPARE(m_answer->accountIds, QStringList{u"a2"_s});
}

void TestConsentDialog::lifetimes_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<qint64>("seconds");
    QTest::newRow("until revoked, at first") << 0 << qint64(0);
    QTest::newRow("30 days") << 1 << qint64(30 * 86'400);
    QTest::newRow("today") << 2 << qint64(86'400);
}

void TestConsentDialog::lifetimes()
{
    QFETCH(int, index);
    open();
    QComboBox *lifetime = combo(u"Keep access"_s);
    QVERIFY(lifetime);
    QCOMPARE(lifetime->currentIndex(), 0);
    lifetime->setCurrentIndex(index);
    clickAllow();
    QTEST(m_answer->lifetimeSeconds, "seconds");
}

void TestConsentDialog::saysWhoAsksAndWhereTheAnswerGoes()
{
    ConsentRequest request = examples::consent(format::now());
    request.leavesComputer = true;
    request.redirectTarget = u"the web site evil.example"_s;
    request.clientName = u"<b>Bold</b>"_s;
    open(request);
    QCOMPARE(child<QLabel>(u"checkPhrase"_s)->text(), u"amber falcon"_s);
    QCOMPARE(child<QLabel>(u"redirectTarget"_s)->text(), u"the web site evil.example"_s);
    QVERIFY(child<QWidget>(u"leavesComputer"_s)->isVisible());
    // A name is text, whatever it holds.
    for (const QLabel *label : m_dialog->findChildren<QLabel *>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
}

void TestConsentDialog::withoutASignInThereIsNothingToChoose()
{
    ConsentRequest request = examples::consent(format::now());
    request.accounts.clear();
    request.loginLabel.clear();
    open(request);
    QVERIFY(!combo(u"Account"_s)->isVisible());
    clickAllow();
    QVERIFY(m_answer->accountIds.isEmpty());
}

QTEST_MAIN(TestConsentDialog)
#include "tst_consentdialog.moc"
