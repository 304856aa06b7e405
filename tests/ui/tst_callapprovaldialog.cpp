#include "tests/support/testcase.h"
#include "tests/ui/examples.h"
#include "ui/dialogs/callapprovaldialog.h"
#include "ui/widgets/jsonview.h"

#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <memory>
#include <optional>

namespace tst_callapprovaldialog {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// Real clicks and keys on the real dialog.
class TestCallApprovalDialog : public QObject
{
    Q_OBJECT

private slots:
    void saysWhoWantsToDoWhat();
    void aYesComesAliveAfterAMoment();
    void keysOfSomebodyTypingDoNothing();
    void theHeadlineHasTheFocusAndEnterDenies();
    void answers_data();
    void answers();
    void closingMeansNo();
    void whatIsNotKnownIsSaidSo();
    void aCallThatARuleStopsSaysWhatItChanges();
    void whatCanLastHasAButtonForEach_data();
    void whatCanLastHasAButtonForEach();
    void whatIsDeletedIsShownAndAllowedOnceOnly();
    void theTimeThatIsLeftCountsDown();

private:
    void open(const CallApprovalRequest &request = examples::stepUp());
    QPushButton *button(const QString &name) { return m_dialog->findChild<QPushButton *>(name); }
    [[nodiscard]] bool says(const QString &part) const;

    std::unique_ptr<CallApprovalDialog> m_dialog;
    std::optional<CallApprovalChoice> m_answer;
};

void TestCallApprovalDialog::open(const CallApprovalRequest &request)
{
    m_answer.reset();
    m_dialog = std::make_unique<CallApprovalDialog>(request);
    connect(m_dialog.get(), &CallApprovalDialog::answered, this,
            [this](const CallApprovalAnswer &answer) {
                QVERIFY(!m_answer); // once
                m_answer = answer.choice;
            });
    m_dialog->show();
    QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
}

bool TestCallApprovalDialog::says(const QString &part) const
{
    const auto labels = m_dialog->findChildren<QLabel *>();
    return std::any_of(labels.begin(), labels.end(), [&part](const QLabel *label) {
        return label->isVisible() && label->text().contains(part);
    });
}

void TestCallApprovalDialog::saysWhoWantsToDoWhat()
{
    open();
    for (const QString &part : {u"“Windsurf” wants to use a tool that you have not allowed"_s,
                                u"/opt/windsurf/windsurf"_s, u"52011"_s, u"its own words"_s,
                                u"Query Worker logs and metrics"_s, u"query_worker_observability"_s,
                                u"limit: 5"_s, u"Acme Inc. of ops@acme.example"_s,
                                u"See Workers logs and metrics"_s, u"opens 6 tools"_s})
        QVERIFY2(says(part), qPrintable(part));
    QVERIFY(!says(u"Sandbox"_s));
}

void TestCallApprovalDialog::aYesComesAliveAfterAMoment()
{
    open();
    for (const QString &name : {u"once"_s, u"always"_s}) {
        QVERIFY(!button(name)->isEnabled());
        QTest::mouseClick(button(name), Qt::LeftButton);
    }
    QVERIFY(!m_answer);
    QTRY_VERIFY(button(u"once"_s)->isEnabled());
    QVERIFY(button(u"always"_s)->isEnabled());
}

void TestCallApprovalDialog::keysOfSomebodyTypingDoNothing()
{
    open();
    for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Space, Qt::Key_Escape, Qt::Key_Tab})
        QTest::keyClick(m_dialog->focusWidget(), key);
    QVERIFY(!m_answer);
    QVERIFY(m_dialog->isVisible());
    QCOMPARE(m_dialog->focusWidget()->objectName(), u"headline"_s);
}

void TestCallApprovalDialog::theHeadlineHasTheFocusAndEnterDenies()
{
    open();
    QTRY_VERIFY(button(u"once"_s)->isEnabled());
    QCOMPARE(m_dialog->focusWidget()->objectName(), u"headline"_s);
    QTest::keyClick(m_dialog->focusWidget(), Qt::Key_Return);
    QCOMPARE(m_answer, CallApprovalChoice::Deny);
}

void TestCallApprovalDialog::answers_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("choice");
    QTest::newRow("deny") << u"deny"_s << int(CallApprovalChoice::Deny);
    QTest::newRow("once") << u"once"_s << int(CallApprovalChoice::Once);
    QTest::newRow("always") << u"always"_s << int(CallApprovalChoice::Grant);
}

void TestCallApprovalDialog::answers()
{
    QFETCH(QString, name);
    open();
    QTRY_VERIFY(button(u"once"_s)->isEnabled());
    QTest::mouseClick(button(name), Qt::LeftButton);
    QVERIFY(m_answer);
    QTEST(int(*m_answer), "choice");
    QVERIFY(!m_dialog->isVisible());
}

void TestCallApprovalDialog::closingMeansNo()
{
    open();
    m_dialog->close();
    QCOMPARE(m_answer, CallApprovalChoice::Deny);
}

void TestCallApprovalDialog::whatIsNotKnownIsSaidSo()
{
    CallApprovalRequest request = examples::stepUp();
    request.clientName.clear();
    request.programPid = 0;
    request.program.clear();
    request.account.clear();
    request.arguments.clear();
    request.sandbox = true;
    open(request);
    QVERIFY(says(u"A client without a name wants"_s));
    QVERIFY(says(u"unknown"_s));
    QVERIFY(says(u"Sandbox"_s));
    QVERIFY(!says(u"Acme"_s));
}

void TestCallApprovalDialog::aCallThatARuleStopsSaysWhatItChanges()
{
    open(examples::change(Clock::system().now()));
    for (const QString &part :
         {u"“Windsurf” wants to change something"_s, u"UPDATE orders SET state = 'paid'"_s,
          u"Query D1 database (d1_database_query)"_s, u"Acme Inc. of ops@acme.example"_s})
        QVERIFY2(says(part), qPrintable(part));
    const auto *arguments = m_dialog->findChild<JsonView *>(u"arguments"_s);
    QVERIFY(arguments->toPlainText().contains(u"5f0c2b7e-8d1a-4b6f-9a53-6e0d7c1f2b90"_s));
    QVERIFY(!m_dialog->findChild<QWidget *>(u"before"_s));
}

void TestCallApprovalDialog::whatCanLastHasAButtonForEach_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("choice");
    QTest::newRow("deny") << u"deny"_s << int(CallApprovalChoice::Deny);
    QTest::newRow("once") << u"once"_s << int(CallApprovalChoice::Once);
    QTest::newRow("session") << u"session"_s << int(CallApprovalChoice::Session);
    QTest::newRow("always") << u"always"_s << int(CallApprovalChoice::Always);
}

void TestCallApprovalDialog::whatCanLastHasAButtonForEach()
{
    QFETCH(QString, name);
    open(examples::change(Clock::system().now()));
    QTRY_VERIFY(button(u"once"_s)->isEnabled());
    QTest::mouseClick(button(name), Qt::LeftButton);
    QVERIFY(m_answer);
    QTEST(int(*m_answer), "choice");
}

void TestCallApprovalDialog::whatIsDeletedIsShownAndAllowedOnceOnly()
{
    open(examples::deletion(Clock::system().now()));
    for (const QString &part : {u"wants to delete something"_s, u"and every key in it"_s,
                                u"Title now"_s, u"sessions-production"_s})
        QVERIFY2(says(part), qPrintable(part));
    QTRY_VERIFY(button(u"once"_s)->isEnabled());
    QVERIFY(!button(u"session"_s)->isVisible());
    QVERIFY(!button(u"always"_s)->isVisible());
    QTest::mouseClick(button(u"once"_s), Qt::LeftButton);
    QCOMPARE(m_answer, CallApprovalChoice::Once);
}

void TestCallApprovalDialog::theTimeThatIsLeftCountsDown()
{
    CallApprovalRequest request = examples::change(Clock::system().now());
    open(request);
    const auto *left = m_dialog->findChild<QLabel *>(u"left"_s);
    QVERIFY2(left->text().contains(QRegularExpression(u"^Denied in (2:00|1:5\\d)$"_s)),
             qPrintable(left->text()));
    const QString first = left->text();
    QTRY_VERIFY(left->text() != first);
    request.expiresAt = 0; // nobody waits for it in particular
    open(request);
    QVERIFY(!m_dialog->findChild<QLabel *>(u"left"_s)->isVisible());
}

FLAREDECK_TEST(TestCallApprovalDialog)

} // namespace tst_callapprovaldialog

#include "tst_callapprovaldialog.moc"
