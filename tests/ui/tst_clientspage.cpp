#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/dialogs/addclientdialog.h"
#include "ui/pages/clientspage.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/datatable.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTest>

#include <algorithm>

namespace tst_clientspage {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// What a person does with clients, after the confirmation where there is one.
class TestClientsPage : public QObject
{
    Q_OBJECT

private slots:
    void allAccessOfAClientCanBeRevoked();
    void forgetSaysWhatStops();
    void whatIsNotAskedAgainCanBeTakenBack();
    void blockingSaysWhatStops();
    void addingAClientShowsItsSecretOnce();
    void aRefusedClientKeepsWhatWasTyped();
    void disconnectEndsASession();
    void aClientHasItsOwnLengthOfAResult();
};

void TestClientsPage::allAccessOfAClientCanBeRevoked()
{
    PageFixture fixture;
    ClientsPage page(fixture.context);
    service::Snapshot shot = *PageFixture::busy();
    service::GrantView second = shot.grants.at(1);
    second.grant.id.value = u"g-cursor-2"_s;
    shot.grants << second;
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page.show();
    auto *table = named<DataTable>(page, u"Clients"_s);
    QVERIFY(table->select(u"cursor"_s));
    QTest::mouseClick(button(page, u"Revoke access"_s), Qt::LeftButton);
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked, QStringList{u"revoke g-cursor g-cursor-2"_s});
    // Who has nothing can lose nothing.
    QVERIFY(table->select(u"inspector"_s));
    QTRY_VERIFY(!button(page, u"Revoke access"_s));
}

void TestClientsPage::forgetSaysWhatStops()
{
    PageFixture fixture;
    ClientsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QVERIFY(named<DataTable>(page, u"Clients"_s)->select(u"cursor"_s));
    QTest::mouseClick(button(page, u"Forget…"_s), Qt::LeftButton);
    auto *dialog = page.findChild<QDialog *>();
    QVERIFY(dialog);
    QString said;
    for (const QLabel *label : dialog->findChildren<QLabel *>())
        said += label->text();
    QVERIFY(said.contains(u"Forget Cursor?"_s));
    QVERIFY(said.contains(u"Its access to 2 accounts ends"_s));
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked, QStringList{u"forgetClient cursor"_s});
}

void TestClientsPage::whatIsNotAskedAgainCanBeTakenBack()
{
    PageFixture fixture;
    ClientsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    auto *table = named<DataTable>(page, u"Clients"_s);
    QVERIFY(table->select(u"claude"_s));
    auto *again = named<QPushButton>(page, u"Ask again about /usr/bin/node"_s);
    QVERIFY(again);
    QTRY_VERIFY(again->isVisible());
    QTest::mouseClick(again, Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList{u"forgetApproval ap1"_s});
    QVERIFY(table->select(u"cursor"_s));
    QTRY_VERIFY(!button(page, u"Ask again"_s));
}

void TestClientsPage::blockingSaysWhatStops()
{
    PageFixture fixture;
    ClientsPage page(fixture.context);
    service::Snapshot shot = *PageFixture::busy();
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page.show();
    auto *table = named<DataTable>(page, u"Clients"_s);
    QVERIFY(table->select(u"cursor"_s));
    QTest::mouseClick(button(page, u"Block…"_s), Qt::LeftButton);
    auto *dialog = page.findChild<QDialog *>();
    QVERIFY(dialog);
    QString said;
    for (const QLabel *label : dialog->findChildren<QLabel *>())
        said += label->text();
    QVERIFY(said.contains(u"Block Cursor?"_s));
    QVERIFY(said.contains(u"Its access to 2 accounts ends"_s));
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked, QStringList{u"blockClient cursor"_s});

    shot.clients[1].client.blockedAt = format::now() - 1000;
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    QVERIFY(!button(page, u"Block…"_s));
    QTest::mouseClick(button(page, u"Unblock"_s), Qt::LeftButton);
    QCOMPARE(fixture.commands.asked.last(), u"unblockClient cursor"_s);
    QStringList states;
    for (int row = 0; row < table->model()->rowCount(); ++row)
        states << table->model()->index(row, ClientModel::State).data().toString();
    QCOMPARE(states.count(u"blocked"_s), 1);
}

void TestClientsPage::addingAClientShowsItsSecretOnce()
{
    PageFixture fixture;
    ClientsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QTest::mouseClick(button(page, u"Add a client…"_s), Qt::LeftButton);
    auto *dialog = page.findChild<QDialog *>();
    QVERIFY(dialog);
    auto *add = button(*dialog, u"Add"_s);
    auto *problem = dialog->findChild<QLabel *>(u"problem"_s);
    auto *uris = named<QPlainTextEdit>(*dialog, u"Redirect URIs"_s);
    QVERIFY(!add->isEnabled());
    named<QLineEdit>(*dialog, u"Name"_s)->setText(u"My agent"_s);
    uris->setPlainText(u"http://localhost/cb\nhttp://example.com/cb"_s);
    QVERIFY(!add->isEnabled());
    QCOMPARE(problem->text(), u"http://example.com/cb: This redirect URI cannot be used: http is "
                              "allowed on this computer only."_s);
    uris->setPlainText(u"http://localhost/cb\n\n myagent://oauth/cb \nhttp://localhost/cb"_s);
    QVERIFY(problem->text().isEmpty());
    dialog->findChild<QCheckBox *>()->setChecked(true);
    QTest::mouseClick(add, Qt::LeftButton);
    QCOMPARE(
        fixture.commands.asked,
        QStringList{u"addClient My agent http://localhost/cb,myagent://oauth/cb confidential"_s});

    QPushButton *copy = nullptr;
    QTRY_VERIFY(copy = named<QPushButton>(*dialog, u"Copy the client secret"_s));
    QVERIFY(dialog->findChild<QWidget *>(u"shownOnce"_s)->isVisible());
    QTest::mouseClick(copy, Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text().toLatin1(), fixture.commands.added->secret);
    QTest::mouseClick(named<QPushButton>(*dialog, u"Copy the client ID"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), fixture.commands.added->id.value);
}

void TestClientsPage::aRefusedClientKeepsWhatWasTyped()
{
    PageFixture fixture;
    fixture.commands.added = fail(Error::Kind::Storage, u"The disk is full."_s);
    AddClientDialog dialog(fixture.commands, 8788);
    dialog.show();
    named<QLineEdit>(dialog, u"Name"_s)->setText(u"My agent"_s);
    named<QPlainTextEdit>(dialog, u"Redirect URIs"_s)->setPlainText(u"http://localhost/cb"_s);
    QTest::mouseClick(button(dialog, u"Add"_s), Qt::LeftButton);
    QTRY_COMPARE(dialog.findChild<QLabel *>(u"problem"_s)->text(), u"The disk is full."_s);
    QVERIFY(button(dialog, u"Add"_s)->isEnabled());
    QCOMPARE(named<QLineEdit>(dialog, u"Name"_s)->text(), u"My agent"_s);
}

void TestClientsPage::disconnectEndsASession()
{
    PageFixture fixture;
    ClientsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QVERIFY(named<DataTable>(page, u"Clients"_s)->select(u"cursor"_s));
    QTest::mouseClick(named<QPushButton>(page, u"Disconnect the session 17be02d9"_s),
                      Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList{u"disconnectSession 17be02d9"_s});
}

void TestClientsPage::aClientHasItsOwnLengthOfAResult()
{
    PageFixture fixture;
    ClientsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    auto *table = named<DataTable>(page, u"Clients"_s);
    QVERIFY(table->select(u"cursor"_s));
    auto *box = named<QComboBox>(page, u"Length of a result for this client"_s);
    QVERIFY(box && box->isVisible());
    QCOMPARE(box->currentText(), u"As for all (24,000)"_s);
    const ClientId cursor{u"cursor"_s};
    // Without the mouse: whole results, which is the last choice.
    box->setFocus();
    QTest::keyClick(box, Qt::Key_End);
    QCOMPARE(box->currentText(), u"Whole results"_s);
    QCOMPARE(fixture.settings.ownResultLimit(cursor), std::optional(0));
    fixture.settings.set(setting::resultLimit, 8000);
    QCOMPARE(fixture.settings.resultLimitFor(cursor), 0);
    // Another client has its own.
    QVERIFY(table->select(u"inspector"_s));
    QTRY_COMPARE(box->currentText(), u"As for all (8,000)"_s);
    QVERIFY(table->select(u"cursor"_s));
    QTRY_COMPARE(box->currentText(), u"Whole results"_s);
    QTest::keyClick(box, Qt::Key_Home);
    QVERIFY(!fixture.settings.ownResultLimit(cursor));
    QCOMPARE(fixture.settings.resultLimitFor(cursor), 8000);
}

FLAREDECK_TEST(TestClientsPage)

} // namespace tst_clientspage

#include "tst_clientspage.moc"
