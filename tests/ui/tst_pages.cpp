#include "core/policy/scopes.h"
#include "tests/ui/pagetest.h"
#include "ui/bannerarea.h"
#include "ui/dialogs/addclientdialog.h"
#include "ui/dialogs/keychaindialog.h"
#include "ui/models/auditmodel.h"
#include "ui/pages/accountsection.h"
#include "ui/pages/activitypage.h"
#include "ui/pages/clientspage.h"
#include "ui/pages/grantspage.h"
#include "ui/pages/logspage.h"
#include "ui/pages/overviewpage.h"
#include "ui/pages/securitypage.h"
#include "ui/pages/settingspage.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/jsonview.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QTest>

#include <algorithm>

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// Clicks on pages end as commands to the core, after the confirmation where there is one.
class TestPages : public QObject
{
    Q_OBJECT

private slots:
    void anEmptyPageShowsItsWholeText();
    void revokeAsksAndThenRevokes();
    void aRevokeThatIsNotSavedIsTold();
    void revokeAllIsOneCommand();
    void aSwitchWithdrawsOneScope();
    void aSwitchWithdrawsOneAccount();
    void theLastAccessOffersToSignOut();
    void everythingCanBeTakenBackWithTheKey();
    void theBaselineCannotBeWithdrawn();
    void escClosesTheDetail();
    void aRevokedGrantLeavesTheTable();
    void forgetSaysWhatStops();
    void whatIsNotAskedAgainCanBeTakenBack();
    void blockingSaysWhatStops();
    void addingAClientShowsItsSecretOnce();
    void aRefusedClientKeepsWhatWasTyped();
    void disconnectEndsASession();
    void theFirstStepsLeadToASignIn();
    void activityShowsOneCallInFull();
    void activityRemembersItsFilter();
    void securityShowsOneEventInFull();
    void verifySaysWhetherTheTrailIsIntact();
    void theTrailOfOneClient();
    void anUnreadableTrailSaysWhatToDo();
    void anApiTokenIsHandedOverAndForgotten();
    void aSignInTellsWhatItHolds_data();
    void aSignInTellsWhatItHolds();
    void aRefusedTokenSaysWhy();

private:
    static ToggleSwitch *switchNamed(const QWidget &page, const QString &text);
};

void TestPages::anEmptyPageShowsItsWholeText()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.resize(1040, 700);
    page.show();
    page.setSnapshot(PageFixture::fresh());
    const auto text = [&page] {
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->isVisible() && label->wordWrap() && label->text().size() > 60)
                return label;
        }
        return static_cast<const QLabel *>(nullptr);
    };
    QTRY_VERIFY(text());
    QVERIFY(text()->heightForWidth(text()->width()) > 2 * text()->fontMetrics().height() - 4);
    QVERIFY(text()->height() >= text()->heightForWidth(text()->width()));
}

void TestPages::revokeAsksAndThenRevokes()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.resize(1000, 700);
    page.show();
    auto *table = named<DataTable>(page, u"Grants"_s);
    QVERIFY(table->select(u"g-cursor"_s));
    QTest::mouseClick(button(page, u"Revoke access"_s), Qt::LeftButton);
    answerDialog(page, u"cancel"_s);
    QCOMPARE(fixture.commands.asked, QStringList());

    QTest::mouseClick(button(page, u"Revoke access"_s), Qt::LeftButton);
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked, QStringList{u"revoke g-cursor"_s});
}

void TestPages::aRevokeThatIsNotSavedIsTold()
{
    PageFixture fixture;
    fixture.commands.answer =
        fail(Error::Kind::Storage, u"The disk is full."_s, u"Free some space."_s);
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QTest::mouseClick(button(page, u"Revoke all…"_s), Qt::LeftButton);
    answerDialog(page, u"confirm"_s);
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = page.findChild<QDialog *>());
    QString said;
    for (const QLabel *label : dialog->findChildren<QLabel *>())
        said += label->text() + u'\n';
    QVERIFY2(said.contains(u"Revoked, but not saved yet"_s), qPrintable(said));
    QVERIFY2(said.contains(u"The disk is full. Free some space."_s), qPrintable(said));
}

void TestPages::revokeAllIsOneCommand()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QTest::mouseClick(button(page, u"Revoke all…"_s), Qt::LeftButton);
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked, QStringList{u"revoke all signOut"_s});
}

/// The switch whose accessible name contains the text.
ToggleSwitch *TestPages::switchNamed(const QWidget &page, const QString &text)
{
    for (auto *toggle : page.findChildren<ToggleSwitch *>()) {
        if (toggle->accessibleName().contains(text))
            return toggle;
    }
    return nullptr;
}

void TestPages::aSwitchWithdrawsOneScope()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QVERIFY(named<DataTable>(page, u"Grants"_s)->select(u"g-cursor"_s));
    auto *toggle = switchNamed(page, u"Allow: "_s);
    QVERIFY(toggle);
    toggle->setFocus();
    QTest::keyClick(toggle, Qt::Key_Space);
    QCOMPARE(fixture.commands.asked, QStringList{u"withdrawScope g-cursor workers:read"_s});
}

void TestPages::aSwitchWithdrawsOneAccount()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    const auto shot = PageFixture::busy();
    page.setSnapshot(shot);
    page.show();
    QVERIFY(named<DataTable>(page, u"Grants"_s)->select(u"g-cursor"_s));
    const AccountRef account = shot->grants.at(1).grant.accounts.at(1);
    auto *toggle = switchNamed(page, account.name);
    QVERIFY(toggle);
    QTest::mouseClick(toggle, Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList{u"withdrawAccount g-cursor "_s + account.id});
}

void TestPages::theLastAccessOffersToSignOut()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    service::Snapshot shot = *PageFixture::busy();
    shot.grants = {shot.grants.at(1)};
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page.show();
    QVERIFY(named<DataTable>(page, u"Grants"_s)->select(u"g-cursor"_s));
    QTest::mouseClick(button(page, u"Revoke access"_s), Qt::LeftButton);
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = page.findChild<QDialog *>());
    auto *signOut = dialog->findChild<QCheckBox *>();
    QVERIFY(signOut && signOut->isChecked());
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked, QStringList{u"revoke g-cursor signOut"_s});

    QTRY_VERIFY(!dialog);
    QTest::mouseClick(button(page, u"Revoke access"_s), Qt::LeftButton);
    QTRY_VERIFY(dialog = page.findChild<QDialog *>());
    dialog->findChild<QCheckBox *>()->setChecked(false);
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked.last(), u"revoke g-cursor"_s);
}

void TestPages::everythingCanBeTakenBackWithTheKey()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QTest::mouseClick(button(page, u"Revoke all…"_s), Qt::LeftButton);
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = page.findChild<QDialog *>());
    const auto options = dialog->findChildren<QCheckBox *>();
    QCOMPARE(options.size(), 2);
    QVERIFY(options.at(0)->isChecked());
    QVERIFY(!options.at(1)->isChecked());
    options.at(1)->setChecked(true);
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked, QStringList{u"revoke all signOut changeKey"_s});
}

void TestPages::theBaselineCannotBeWithdrawn()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QVERIFY(named<DataTable>(page, u"Grants"_s)->select(u"g-vscode"_s));
    QCOMPARE(page.findChildren<ToggleSwitch *>().size(), 0);
}

void TestPages::escClosesTheDetail()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    auto *table = named<DataTable>(page, u"Grants"_s);
    table->setFocus();
    QVERIFY(table->select(u"g-claude"_s));
    QVERIFY(button(page, u"Revoke access"_s));
    QTest::keyClick(table, Qt::Key_Escape);
    QTRY_VERIFY(!button(page, u"Revoke access"_s));
}

void TestPages::aRevokedGrantLeavesTheTable()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    service::Snapshot shot = *PageFixture::busy();
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page.show();
    auto *table = named<DataTable>(page, u"Grants"_s);
    QVERIFY(table->select(u"g-claude"_s));
    shot.grants.removeFirst();
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    QCOMPARE(table->model()->rowCount(), 2);
    QVERIFY(!table->select(u"g-claude"_s));
    shot.grants.clear();
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    QVERIFY(button(page, u"Connect a client"_s)); // the empty state's one action
}

void TestPages::forgetSaysWhatStops()
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

void TestPages::whatIsNotAskedAgainCanBeTakenBack()
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

void TestPages::blockingSaysWhatStops()
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

void TestPages::addingAClientShowsItsSecretOnce()
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

void TestPages::aRefusedClientKeepsWhatWasTyped()
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

void TestPages::disconnectEndsASession()
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

void TestPages::theFirstStepsLeadToASignIn()
{
    PageFixture fixture;
    OverviewPage page(fixture.context);
    page.setSnapshot(PageFixture::fresh());
    page.show();
    QTest::mouseClick(button(page, u"Sign in to Cloudflare"_s), Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList{u"signIn"_s});
    page.setSnapshot(PageFixture::busy());
    QVERIFY(!button(page, u"Sign in to Cloudflare"_s));
}

void TestPages::activityShowsOneCallInFull()
{
    PageFixture fixture;
    examples::writeHistory(fixture.context.historyFile, examples::calls(format::now()));
    ActivityPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    page.readHistory();
    auto *table = named<DataTable>(page, u"Calls"_s);
    QCOMPARE(table->model()->rowCount(), 128);
    table->selectRow(0);
    auto *arguments = named<JsonView>(page, u"Arguments"_s);
    QTRY_VERIFY(arguments->isVisible());
    QVERIFY(arguments->toPlainText().contains(u"{\n  \""_s));
}

void TestPages::securityShowsOneEventInFull()
{
    PageFixture fixture;
    examples::writeAudit(fixture.context.vaultFile, format::now());
    SecurityPage page(fixture.context);
    page.resize(1040, 780);
    page.show();
    page.readHistory();
    auto *table = named<DataTable>(page, u"Security events"_s);
    QCOMPARE(table->model()->rowCount(), 12);
    QVERIFY(table->select(u"10"_s));
    const auto shows = [&page](const QString &text) {
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->isVisible() && label->text() == text)
                return true;
        }
        return false;
    };
    QTRY_VERIFY(shows(u"/tmp/.x/python3"_s));
    QVERIFY(shows(u"A refresh token that had been replaced was used again"_s));
    QVERIFY(shows(u"60211"_s));
}

void TestPages::verifySaysWhetherTheTrailIsIntact()
{
    PageFixture fixture;
    examples::writeAudit(fixture.context.vaultFile, format::now());
    SecurityPage page(fixture.context);
    page.show();
    page.readHistory();
    QTest::mouseClick(button(page, u"Verify"_s), Qt::LeftButton);
    QTRY_VERIFY(named<PillLabel>(page, u"intact"_s));

    examples::breakAudit(fixture.context.vaultFile);
    QTRY_VERIFY(button(page, u"Verify"_s)->isEnabled());
    QTest::mouseClick(button(page, u"Verify"_s), Qt::LeftButton);
    QTRY_VERIFY(named<PillLabel>(page, u"broken"_s));
    const auto labels = page.findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
        return label->isVisible() && label->text().contains(u"Row 5 "_s);
    }));
}

void TestPages::theTrailOfOneClient()
{
    PageFixture fixture;
    examples::writeAudit(fixture.context.vaultFile, format::now());
    SecurityPage page(fixture.context);
    page.show();
    page.readHistory();
    auto *rows = named<DataTable>(page, u"Security events"_s)->model();
    auto *choice = named<QComboBox>(page, u"Whose events are shown"_s);
    const int all = rows->rowCount();
    QVERIFY(choice->findText(u"Cursor"_s) > 0);
    choice->setCurrentIndex(choice->findText(u"Cursor"_s));
    QVERIFY(rows->rowCount() > 0);
    QVERIFY(rows->rowCount() < all);
    for (int row = 0; row < rows->rowCount(); ++row)
        QCOMPARE(rows->index(row, AuditModel::Client).data().toString(), u"Cursor"_s);
    // New rows of others stay out.
    examples::writeAudit(fixture.context.vaultFile, format::now());
    const int before = rows->rowCount();
    page.readHistory();
    QCOMPARE(rows->rowCount(), 2 * before);
    QCOMPARE(choice->currentText(), u"Cursor"_s);

    // One that the trail does not know, as after ninety days.
    page.showClient(ClientId{u"d_gone"_s});
    QTRY_VERIFY(button(page, u"Show all clients"_s));
    QTest::mouseClick(button(page, u"Show all clients"_s), Qt::LeftButton);
    QCOMPARE(rows->rowCount(), 2 * all);
    QCOMPARE(choice->currentText(), u"All clients"_s);
}

void TestPages::anUnreadableTrailSaysWhatToDo()
{
    PageFixture fixture; // without a vault
    SecurityPage page(fixture.context);
    page.show();
    page.readHistory();
    QVERIFY(button(page, u"Try again"_s));
    QVERIFY(!button(page, u"Verify"_s)->isEnabled());
    examples::writeAudit(fixture.context.vaultFile, format::now());
    QTest::mouseClick(button(page, u"Try again"_s), Qt::LeftButton);
    QTRY_VERIFY(named<DataTable>(page, u"Security events"_s)->isVisible());
    QVERIFY(button(page, u"Verify"_s)->isEnabled());
}

void TestPages::activityRemembersItsFilter()
{
    PageFixture fixture;
    examples::writeHistory(fixture.context.historyFile, examples::calls(format::now()));
    {
        ActivityPage page(fixture.context);
        page.show();
        page.readHistory();
        page.find();
        auto *search = page.findChild<QLineEdit *>();
        QTest::keyClicks(search, u"no such tool"_s);
        QTRY_VERIFY(button(page, u"Clear the filter"_s));
    }
    ActivityPage page(fixture.context);
    page.show();
    page.readHistory();
    QCOMPARE(page.findChild<QLineEdit *>()->text(), u"no such tool"_s);
    QTest::mouseClick(button(page, u"Clear the filter"_s), Qt::LeftButton);
    QCOMPARE(named<DataTable>(page, u"Calls"_s)->model()->rowCount(), 128);
}

void TestPages::anApiTokenIsHandedOverAndForgotten()
{
    PageFixture fixture;
    SettingsPage page(fixture.context);
    page.setSnapshot(PageFixture::fresh());
    page.show();
    auto *field = named<QLineEdit>(page, u"API token"_s);
    QCOMPARE(field->echoMode(), QLineEdit::Password);
    QVERIFY(!button(page, u"Add token"_s)->isEnabled());
    QTest::keyClicks(field, u"t0ken"_s);
    QTest::mouseClick(button(page, u"Add token"_s), Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList{u"addApiToken t0ken"_s});
    QTRY_VERIFY(field->text().isEmpty());
}

void TestPages::aSignInTellsWhatItHolds_data()
{
    QTest::addColumn<QStringList>("held");
    QTest::addColumn<QString>("says");
    QTest::newRow("everything") << scopes::upstreamFor(scopes::all())
                                << u"Holds everything that clients can be given"_s;
    QTest::newRow("not the logs")
        << QStringList{u"workers-scripts.read"_s}
        << u"Does not hold: See Workers logs and metrics. Sign in again to add it, for all clients."_s;
    QTest::newRow("an API token") << QStringList{} << u"What it holds shows when a tool is used"_s;
}

void TestPages::aSignInTellsWhatItHolds()
{
    QFETCH(QStringList, held);
    QFETCH(QString, says);
    PageFixture fixture;
    service::Snapshot shot = *PageFixture::busy();
    shot.logins.first().upstreamScopes = held;
    SettingsPage page(fixture.context);
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page.show();
    const auto *line = page.findChild<QLabel *>(u"rights"_s);
    QVERIFY(line && line->isVisible());
    QCOMPARE(line->text(), says);
    QCOMPARE(line->toolTip(), held.join(u'\n'));
}

void TestPages::aRefusedTokenSaysWhy()
{
    PageFixture fixture;
    fixture.commands.answer = fail(Error::Kind::Unauthorized, u"Cloudflare does not know it."_s);
    SettingsPage page(fixture.context);
    page.setSnapshot(PageFixture::fresh());
    page.show();
    QTest::keyClicks(named<QLineEdit>(page, u"API token"_s), u"t0ken"_s);
    QTest::mouseClick(button(page, u"Add token"_s), Qt::LeftButton);
    const auto said = [&page] {
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->isVisible() && label->text().contains(u"Cloudflare does not know it."_s))
                return true;
        }
        return false;
    };
    QTRY_VERIFY(said());
    QCOMPARE(named<QLineEdit>(page, u"API token"_s)->text(), u"t0ken"_s);
}

QTEST_MAIN(TestPages)
#include "tst_pages.moc"
