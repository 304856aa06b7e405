#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/dialogs/addserverdialog.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>

namespace tst_addserverdialog {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// A server is added by its address; what is wrong is said before the dialog is gone.
class TestAddServerDialog : public QObject
{
    Q_OBJECT

private slots:
    void withoutAnAddressThereIsNothingToAdd();
    void anAnswerClosesTheDialog();
    void ownNetworksAreNamedByThePerson();
    void aRefusalStaysUntilSomethingIsTyped();
    void escapeAddsNothing();

private:
    static QString problemOf(const AddServerDialog &dialog)
    {
        return dialog.findChild<QLabel *>(u"problem"_s)->text();
    }
};

void TestAddServerDialog::withoutAnAddressThereIsNothingToAdd()
{
    PageFixture fixture;
    AddServerDialog dialog(fixture.commands);
    dialog.show();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    auto *address = named<QLineEdit>(dialog, u"Address"_s);
    QCOMPARE(dialog.focusWidget(), address);
    QVERIFY(!button(dialog, u"Add"_s)->isEnabled());
    QTest::keyClick(address, Qt::Key_Return);
    QTest::keyClicks(address, u"  "_s);
    QVERIFY(!button(dialog, u"Add"_s)->isEnabled());
    QTest::keyClicks(address, u"x"_s);
    QVERIFY(button(dialog, u"Add"_s)->isEnabled());
    QVERIFY(fixture.commands.asked.isEmpty());
}

void TestAddServerDialog::anAnswerClosesTheDialog()
{
    PageFixture fixture;
    AddServerDialog dialog(fixture.commands);
    const QSignalSpy added(&dialog, &AddServerDialog::added);
    dialog.show();
    QTest::keyClicks(named<QLineEdit>(dialog, u"Name"_s), u"Issue tracker"_s);
    auto *address = named<QLineEdit>(dialog, u"Address"_s);
    QTest::keyClicks(address, u"https://mcp.tracker.example/mcp"_s);
    QTest::keyClick(address, Qt::Key_Return);
    QTRY_VERIFY(!dialog.isVisible());
    QCOMPARE(fixture.commands.asked,
             QStringList{u"addServer https://mcp.tracker.example/mcp Issue tracker"_s});
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
    QCOMPARE(added.size(), 1);
    QCOMPARE(added.first().first().toString(), u"example"_s);
}

void TestAddServerDialog::ownNetworksAreNamedByThePerson()
{
    PageFixture fixture;
    AddServerDialog dialog(fixture.commands);
    dialog.show();
    auto *isPrivate = dialog.findChild<QCheckBox *>();
    QVERIFY(!isPrivate->isChecked());
    QTest::keyClicks(named<QLineEdit>(dialog, u"Address"_s), u"http://127.0.0.1:9000/mcp"_s);
    isPrivate->setFocus();
    QTest::keyClick(isPrivate, Qt::Key_Space);
    QTest::mouseClick(button(dialog, u"Add"_s), Qt::LeftButton);
    QTRY_COMPARE(fixture.commands.asked,
                 QStringList{u"addServer http://127.0.0.1:9000/mcp  private"_s});
}

void TestAddServerDialog::aRefusalStaysUntilSomethingIsTyped()
{
    PageFixture fixture;
    fixture.commands.answer =
        fail(Error::Kind::Offline, u"tracker.example does not answer."_s, u"Check the address."_s);
    AddServerDialog dialog(fixture.commands);
    const QSignalSpy added(&dialog, &AddServerDialog::added);
    dialog.show();
    const QSize size = dialog.size();
    auto *address = named<QLineEdit>(dialog, u"Address"_s);
    QTest::keyClicks(address, u"https://tracker.example/mcp"_s);
    QTest::mouseClick(button(dialog, u"Add"_s), Qt::LeftButton);
    QTRY_COMPARE(problemOf(dialog), u"tracker.example does not answer. Check the address."_s);
    QVERIFY(dialog.isVisible());
    QCOMPARE(dialog.size(), size);
    QCOMPARE(address->text(), u"https://tracker.example/mcp"_s);
    QCOMPARE(dialog.focusWidget(), address);
    QVERIFY(button(dialog, u"Add"_s)->isEnabled());
    QTest::keyClicks(address, u"/"_s);
    QVERIFY(problemOf(dialog).isEmpty());
    QCOMPARE(added.size(), 0);
}

void TestAddServerDialog::escapeAddsNothing()
{
    PageFixture fixture;
    AddServerDialog dialog(fixture.commands);
    dialog.show();
    auto *address = named<QLineEdit>(dialog, u"Address"_s);
    QTest::keyClicks(address, u"https://tracker.example/mcp"_s);
    QTest::keyClick(address, Qt::Key_Escape);
    QVERIFY(!dialog.isVisible());
    QVERIFY(fixture.commands.asked.isEmpty());
}

FLAREDECK_TEST(TestAddServerDialog)

} // namespace tst_addserverdialog

#include "tst_addserverdialog.moc"
