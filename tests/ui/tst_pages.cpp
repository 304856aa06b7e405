#include "tests/ui/pagefixture.h"
#include "ui/bannerarea.h"
#include "ui/dialogs/keychaindialog.h"
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
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
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
    void theBaselineCannotBeWithdrawn();
    void escClosesTheDetail();
    void aRevokedGrantLeavesTheTable();
    void forgetSaysWhatStops();
    void disconnectEndsASession();
    void theFirstStepsLeadToASignIn();
    void activityShowsOneCallInFull();
    void activityRemembersItsFilter();
    void securityShowsOneEventInFull();
    void verifySaysWhetherTheTrailIsIntact();
    void anUnreadableTrailSaysWhatToDo();
    void aTakenPortOffersAnother();
    void withoutAKeychainThePersonDecides();
    void aLostKeyIsShownOnceByItself();
    void settingsChangeTheKeyAndSaySo();
    void withdrawalsThatAreNotSavedAreTold();
    void aSuspendedSignInIsTold();
    void aSignInThatWentToTheBrowserIsTold();
    void anApiTokenIsHandedOverAndForgotten();
    void aRefusedTokenSaysWhy();

private:
    template <typename T>
    static T *named(QWidget &root, const QString &name);
    static QPushButton *button(QWidget &root, const QString &text);
    static void answerDialog(QWidget &page, const QString &button);
    static QString visibleBanners(const QWidget &area);
};

QString TestPages::visibleBanners(const QWidget &area)
{
    QString said;
    for (const Banner *banner : area.findChildren<Banner *>())
        said += banner->isVisible() ? banner->text() + u'\n' : QString();
    return said;
}

template <typename T>
T *TestPages::named(QWidget &root, const QString &name)
{
    for (T *widget : root.findChildren<T *>()) {
        if (widget->accessibleName() == name)
            return widget;
    }
    return nullptr;
}

QPushButton *TestPages::button(QWidget &root, const QString &text)
{
    for (QPushButton *candidate : root.findChildren<QPushButton *>()) {
        if (candidate->text() == text && candidate->isVisible())
            return candidate;
    }
    return nullptr;
}

void TestPages::answerDialog(QWidget &page, const QString &name)
{
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = page.findChild<QDialog *>());
    QCOMPARE(dialog->focusWidget(), dialog->findChild<QPushButton *>(u"cancel"_s));
    QTest::mouseClick(dialog->findChild<QPushButton *>(name), Qt::LeftButton);
    QTRY_VERIFY(!dialog);
}

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
    QCOMPARE(fixture.commands.asked, QStringList{u"revokeGrant g-cursor"_s});
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
    QCOMPARE(fixture.commands.asked, QStringList{u"revokeAllGrants"_s});
}

void TestPages::aSwitchWithdrawsOneScope()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QVERIFY(named<DataTable>(page, u"Grants"_s)->select(u"g-cursor"_s));
    const auto switches = page.findChildren<ToggleSwitch *>();
    QCOMPARE(switches.size(), 1);
    switches.first()->setFocus();
    QTest::keyClick(switches.first(), Qt::Key_Space);
    QCOMPARE(fixture.commands.asked, QStringList{u"withdrawScope g-cursor workers:read"_s});
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

void TestPages::aTakenPortOffersAnother()
{
    PageFixture fixture;
    BannerArea banners(fixture.commands);
    service::Snapshot shot = *PageFixture::busy();
    shot.server.state = service::ServerState::PortTaken;
    shot.server.portHolder = u"node (pid 4711)"_s;
    shot.server.freePort = 8790;
    banners.setSnapshot(shot);
    banners.show();
    QVERIFY(visibleBanners(banners).contains(u"Port 8788 is in use by node (pid 4711)."_s));
    QTest::mouseClick(button(banners, u"Use port 8790"_s), Qt::LeftButton);
    QTest::mouseClick(button(banners, u"Try again"_s), Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList({u"listen 8790"_s, u"listen 8788"_s}));
}

void TestPages::withoutAKeychainThePersonDecides()
{
    PageFixture fixture;
    BannerArea banners(fixture.commands);
    service::Snapshot shot = *PageFixture::busy();
    shot.keyState = store::KeyState::Closed;
    shot.keyProblem = store::KeyProblem::Locked;
    banners.setSnapshot(shot);
    banners.show();
    QVERIFY2(visibleBanners(banners).contains(u"The keychain is locked"_s),
             qPrintable(visibleBanners(banners)));
    QVERIFY(!banners.findChild<KeychainDialog *>());
    QTest::mouseClick(button(banners, u"What can be done…"_s), Qt::LeftButton);
    const QPointer<KeychainDialog> choices = banners.findChild<KeychainDialog *>();
    QVERIFY(choices);
    QTest::mouseClick(button(*choices, u"Use this run only"_s), Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList{u"useThisSessionOnly"_s});
    shot.keyState = store::KeyState::SessionOnly;
    banners.setSnapshot(shot);
    QTRY_VERIFY(!choices);
    QVERIFY(!visibleBanners(banners).contains(u"keychain"_s));
}

void TestPages::aLostKeyIsShownOnceByItself()
{
    PageFixture fixture;
    BannerArea banners(fixture.commands);
    banners.setSnapshot(*PageFixture::busy());
    banners.show();
    service::Snapshot shot = *PageFixture::busy();
    shot.server.state = service::ServerState::PortTaken; // so that the area is not empty before
    banners.setSnapshot(shot);
    shot.keyState = store::KeyState::Closed;
    shot.keyProblem = store::KeyProblem::EntryLost;
    banners.setSnapshot(shot);
    const QPointer<KeychainDialog> choices = banners.findChild<KeychainDialog *>();
    QVERIFY(choices);
    choices->reject();
    QTRY_VERIFY(!choices);
    shot.keyState = store::KeyState::Opening;
    banners.setSnapshot(shot);
    shot.keyState = store::KeyState::Closed;
    banners.setSnapshot(shot);
    QVERIFY(!banners.findChild<KeychainDialog *>());
}

void TestPages::settingsChangeTheKeyAndSaySo()
{
    PageFixture fixture;
    AccountSection section(fixture.commands, fixture.settings);
    service::Snapshot shot = *PageFixture::busy();
    section.setSnapshot(shot);
    section.show();
    QTest::mouseClick(button(section, u"Change the key…"_s), Qt::LeftButton);
    QVERIFY(fixture.commands.asked.isEmpty());
    QTest::mouseClick(section.findChild<QPushButton *>(u"confirm"_s), Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList{u"rotateVaultKey"_s});

    // No button that does nothing.
    shot.keyState = store::KeyState::SessionOnly;
    section.setSnapshot(shot);
    QVERIFY(!button(section, u"Change the key…"_s));
    QVERIFY(!button(section, u"What can be done…"_s));
    shot.keyState = store::KeyState::Closed;
    shot.keyProblem = store::KeyProblem::Denied;
    section.setSnapshot(shot);
    QTest::mouseClick(button(section, u"What can be done…"_s), Qt::LeftButton);
    auto *choices = section.findChild<KeychainDialog *>();
    QVERIFY(choices);
    QTest::mouseClick(button(*choices, u"Try again"_s), Qt::LeftButton);
    QCOMPARE(fixture.commands.asked.last(), u"retryKeychain"_s);
}

void TestPages::withdrawalsThatAreNotSavedAreTold()
{
    PageFixture fixture;
    BannerArea banners(fixture.commands);
    service::Snapshot shot = *PageFixture::busy();
    shot.withdrawalProblem = u"Access that has ended could not be saved. Free some space."_s;
    banners.setSnapshot(shot);
    banners.show();
    QVERIFY(visibleBanners(banners).contains(shot.withdrawalProblem));
    banners.setSnapshot(*PageFixture::busy());
    QVERIFY(!visibleBanners(banners).contains(shot.withdrawalProblem));
}

void TestPages::aSuspendedSignInIsTold()
{
    PageFixture fixture;
    BannerArea banners(fixture.commands);
    service::Snapshot shot = *PageFixture::busy();
    shot.logins.first().state = store::LoginState::Suspended;
    banners.setSnapshot(shot);
    banners.show();
    QVERIFY2(visibleBanners(banners).contains(u"is in the keychain"_s),
             qPrintable(visibleBanners(banners)));
    QTest::mouseClick(button(banners, u"Sign in"_s), Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList{u"signIn"_s});
}

void TestPages::aSignInThatWentToTheBrowserIsTold()
{
    PageFixture fixture;
    BannerArea banners(fixture.commands);
    banners.show();
    service::Snapshot shot = *PageFixture::fresh();
    shot.server.sandbox = false;
    const auto said = [&banners, &shot] {
        banners.setSnapshot(shot);
        for (const Banner *banner : banners.findChildren<Banner *>()) {
            if (banner->isVisible())
                return banner->text();
        }
        return QString();
    };
    QCOMPARE(said(), QString());
    banners.tellBrowserUsed(u"The window cannot run as root."_s);
    const QString sentence =
        u"The window cannot run as root. Sign in with your browser, which has opened."_s;
    QCOMPARE(said(), sentence); // the core may not have told yet that a sign-in runs
    shot.signInRunning = u"sign-in"_s;
    QCOMPARE(said(), sentence);
    shot.signInRunning.clear();
    QCOMPARE(said(), QString());

    banners.tellBrowserUsed(u"The window cannot run as root."_s);
    QTest::mouseClick(button(banners, u"OK"_s), Qt::LeftButton);
    QCOMPARE(said(), QString());
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
