#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/dialogs/forgetdialog.h"

#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>

namespace tst_forgetdialog {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// Everything that goes is shown, and nothing goes by a slip of the hand.
class TestForgetDialog : public QObject
{
    Q_OBJECT

private slots:
    void allThatGoesIsShown();
    void onlyTheWordLetsItGo();
    void enterAndEscapeCancel();
    void whatHasChangedIsShownAnew();
    void aPlanThatCannotBeMadeIsTold();

private:
    static std::unique_ptr<ForgetDialog> shown(PageFixture &fixture)
    {
        fixture.commands.forgetPlan = examples::forgetPlan();
        auto dialog = std::make_unique<ForgetDialog>(fixture.commands);
        dialog->show();
        return dialog;
    }
    static QString saidBy(const QWidget &widget)
    {
        QString said;
        for (const QLabel *label : widget.findChildren<QLabel *>())
            said += label->text() + u'\n';
        for (const QPlainTextEdit *text : widget.findChildren<QPlainTextEdit *>())
            said += text->toPlainText() + u'\n';
        return said;
    }
    static QPushButton *forgetButton(ForgetDialog &dialog)
    {
        return dialog.findChild<QPushButton *>(u"forget"_s);
    }
};

void TestForgetDialog::allThatGoesIsShown()
{
    PageFixture fixture;
    const auto dialog = shown(fixture);
    QTRY_VERIFY(saidBy(*dialog).contains(u"demo@acme.example"_s));
    const QString said = saidBy(*dialog);
    for (const QString &part :
         {u"2 grants and 3 clients"_s, u"vault-key-8rXb2kQp"_s, u"claude_desktop_config.json"_s,
          u"\"flaredeck\": {"_s, u"Mend the file."_s, u"autostart"_s, u"the API token stays"_s,
          u"vault.db"_s, u"settings.ini"_s})
        QVERIFY2(said.contains(part), qPrintable(said));
}

void TestForgetDialog::onlyTheWordLetsItGo()
{
    PageFixture fixture;
    const auto dialog = shown(fixture);
    auto *word = dialog->findChild<QLineEdit *>(u"word"_s);
    QTRY_VERIFY(word->isEnabled());
    QVERIFY(!forgetButton(*dialog)->isEnabled());
    QTest::mouseClick(forgetButton(*dialog), Qt::LeftButton);
    QTest::keyClicks(word, u"forge"_s);
    QVERIFY(!forgetButton(*dialog)->isEnabled());
    QCOMPARE(fixture.commands.asked, QStringList{u"planForgetting"_s});
    QTest::keyClicks(word, u"t"_s);
    QVERIFY(forgetButton(*dialog)->isEnabled());
    QTest::mouseClick(forgetButton(*dialog), Qt::LeftButton);
    QTRY_COMPARE(fixture.commands.asked,
                 QStringList({u"planForgetting"_s, u"forgetEverything token"_s}));
    QTRY_COMPARE(dialog->result(), int(QDialog::Accepted));
}

void TestForgetDialog::enterAndEscapeCancel()
{
    for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Escape}) {
        PageFixture fixture;
        const auto dialog = shown(fixture);
        auto *word = dialog->findChild<QLineEdit *>(u"word"_s);
        QTRY_VERIFY(word->isEnabled());
        QTest::keyClicks(word, u"forget"_s);
        QTest::keyClick(word, key);
        QTRY_VERIFY(!dialog->isVisible());
        QCOMPARE(dialog->result(), int(QDialog::Rejected));
        QCOMPARE(fixture.commands.asked, QStringList{u"planForgetting"_s});
    }
}

void TestForgetDialog::whatHasChangedIsShownAnew()
{
    PageFixture fixture;
    const auto dialog = shown(fixture);
    auto *word = dialog->findChild<QLineEdit *>(u"word"_s);
    QTRY_VERIFY(word->isEnabled());
    QTest::keyClicks(word, u"forget"_s);
    fixture.commands.answer = fail(Error::Kind::Cancelled, u"Something has come since."_s);
    QTest::mouseClick(forgetButton(*dialog), Qt::LeftButton);
    QTRY_VERIFY(saidBy(*dialog).contains(u"Something has come since."_s));
    QVERIFY(dialog->isVisible());
    QVERIFY(!forgetButton(*dialog)->isEnabled());
    fixture.commands.answer = {};
    QTest::mouseClick(button(*dialog, u"Look again"_s), Qt::LeftButton);
    QTRY_VERIFY(word->isEnabled());
    QCOMPARE(word->text(), QString()); // what is new has to be read first
    QVERIFY(!forgetButton(*dialog)->isEnabled());
}

void TestForgetDialog::aPlanThatCannotBeMadeIsTold()
{
    PageFixture fixture;
    fixture.commands.answer = fail(Error::Kind::Storage, u"The disk is gone."_s);
    ForgetDialog dialog(fixture.commands);
    dialog.show();
    QTRY_VERIFY(saidBy(dialog).contains(u"The disk is gone."_s));
    QVERIFY(button(dialog, u"Look again"_s));
    QVERIFY(!forgetButton(dialog)->isEnabled());
    QVERIFY(!dialog.findChild<QLineEdit *>(u"word"_s)->isEnabled());
}

FLAREDECK_TEST(TestForgetDialog)

} // namespace tst_forgetdialog

#include "tst_forgetdialog.moc"
