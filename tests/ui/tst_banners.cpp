#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/bannerarea.h"
#include "ui/dialogs/keychaindialog.h"
#include "ui/dialogs/signindialog.h"
#include "ui/pages/accountsection.h"
#include "ui/pages/settingspage.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/buttons.h"

#include <QApplication>
#include <QDialog>
#include <QLabel>
#include <QPointer>
#include <QTest>

namespace tst_banners {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// What goes wrong stands above every page with its cause, and with what a person can do about it.
class TestBanners : public QObject
{
    Q_OBJECT

private slots:
    void aTakenPortOffersAnother();
    void withoutAKeychainThePersonDecides();
    void aLostKeyIsShownOnceByItself();
    void keysKeepTheirPlaceWhileTheKeychainIsAsked();
    void settingsChangeTheKeyAndSaySo();
    void withdrawalsThatAreNotSavedAreTold();
    void aSuspendedSignInIsTold();
    void aTokenThatEndsSoonIsTold();
    void aSignInThatWentToTheBrowserIsTold();
    void whatWasTakenBackIsTold();
    void whatProviderDidNotConfirmIsTold();

private:
    static QString visibleBanners(const QWidget &area);
};

QString TestBanners::visibleBanners(const QWidget &area)
{
    QString said;
    for (const Banner *banner : area.findChildren<Banner *>())
        said += banner->isVisible() ? banner->text() + u'\n' : QString();
    return said;
}

void TestBanners::aTakenPortOffersAnother()
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

void TestBanners::withoutAKeychainThePersonDecides()
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

void TestBanners::aLostKeyIsShownOnceByItself()
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

void TestBanners::keysKeepTheirPlaceWhileTheKeychainIsAsked()
{
    PageFixture fixture;
    service::Snapshot shot = *PageFixture::busy();
    shot.keyState = store::KeyState::Closed;
    shot.keyProblem = store::KeyProblem::EntryLost;
    KeychainDialog choices(fixture.commands, shot);
    choices.show();
    QVERIFY(QTest::qWaitForWindowActive(&choices));
    QCOMPARE(choices.focusWidget(), button(choices, u"Try again"_s));
    shot.keyState = store::KeyState::Opening;
    choices.setSnapshot(shot);
    QTest::keyClick(choices.focusWidget(), Qt::Key_Tab);
    QCOMPARE(choices.focusWidget(), button(choices, u"Use this run only"_s));
    // A second question would only wait behind the first.
    QTest::mouseClick(button(choices, u"Try again"_s), Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList());
    button(choices, u"Use this run only"_s)->setFocus();
    shot.keyState = store::KeyState::Closed;
    choices.setSnapshot(shot);
    QCOMPARE(choices.focusWidget(), button(choices, u"Use this run only"_s));
}

void TestBanners::settingsChangeTheKeyAndSaySo()
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

void TestBanners::withdrawalsThatAreNotSavedAreTold()
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

void TestBanners::aSuspendedSignInIsTold()
{
    PageFixture fixture;
    BannerArea banners(fixture.commands);
    service::Snapshot shot = *PageFixture::busy();
    shot.logins.first().state = store::LoginState::Suspended;
    banners.setSnapshot(shot);
    banners.show();
    QVERIFY2(visibleBanners(banners).contains(u"is locked in the keychain"_s),
             qPrintable(visibleBanners(banners)));
    QTest::mouseClick(button(banners, u"Sign in"_s), Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList{u"signIn"_s});
}

void TestBanners::aTokenThatEndsSoonIsTold()
{
    PageFixture fixture;
    BannerArea banners(fixture.commands);
    service::Snapshot shot = *PageFixture::busy();
    store::Login &login = shot.logins.first();
    login.kind = store::LoginKind::ApiToken;
    login.endsAt = format::now() + 7LL * 24 * 3600 * 1000;
    banners.setSnapshot(shot);
    banners.show();
    QVERIFY(!visibleBanners(banners).contains(u"ends on"_s));
    login.endsAt = format::now() + 24LL * 3600 * 1000;
    banners.setSnapshot(shot);
    QVERIFY(visibleBanners(banners).contains(u"The API token of ops@acme.example ends on"_s));
    QTest::mouseClick(button(banners, u"Sign in anew…"_s), Qt::LeftButton);
    QVERIFY(banners.findChild<SignInDialog *>());
}

void TestBanners::aSignInThatWentToTheBrowserIsTold()
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
    banners.showBrowserUsed(u"The window cannot run as root."_s);
    const QString sentence =
        u"The window cannot run as root. Sign in with your browser, which has opened."_s;
    QCOMPARE(said(), sentence); // the core may not have told yet that a sign-in runs
    shot.signInRunning = u"sign-in"_s;
    QCOMPARE(said(), sentence);
    shot.signInRunning.clear();
    QCOMPARE(said(), QString());

    banners.showBrowserUsed(u"The window cannot run as root."_s);
    QTest::mouseClick(button(banners, u"OK"_s), Qt::LeftButton);
    QCOMPARE(said(), QString());
}

void TestBanners::whatWasTakenBackIsTold()
{
    PageFixture fixture;
    BannerArea banners(fixture.commands);
    service::Snapshot shot = *PageFixture::busy();
    banners.setSnapshot(shot);
    banners.show();
    QVERIFY(!visibleBanners(banners).contains(u"ended"_s));
    service::Receipt &receipt = shot.receipt;
    receipt.number = 1;
    receipt.at = format::now();
    receipt.tookUs = 3100;
    receipt.clients = {u"Claude Code"_s, QString()};
    receipt.grants = 2;
    receipt.streams = 2;
    receipt.calls = 1;
    receipt.signOuts << service::Receipt::SignOut{u"ops@acme.example"_s};
    banners.setSnapshot(shot);
    const QString at = format::clockTime(receipt.at, receipt.at);
    QVERIFY2(visibleBanners(banners).contains(
                 u"Access of Claude Code, a client without a name ended at %1, within 3.1 ms: "
                 "2 streams closed, 1 call cancelled. Signing ops@acme.example out of "
                 "Cloudflare…"_s.arg(at)),
             qPrintable(visibleBanners(banners)));
    receipt.signOuts[0].progress = service::Receipt::Progress::Done;
    receipt.signOuts[0].at = receipt.at;
    banners.setSnapshot(shot);
    QVERIFY2(visibleBanners(banners).contains(
                 u"Cloudflare revoked the sign-in of ops@acme.example at %1."_s.arg(at)),
             qPrintable(visibleBanners(banners)));

    // Read is read, until something else is taken back.
    QTest::mouseClick(button(banners, u"OK"_s), Qt::LeftButton);
    banners.setSnapshot(shot);
    QVERIFY(!visibleBanners(banners).contains(u"ended"_s));
    receipt.number = 2;
    banners.setSnapshot(shot);
    QVERIFY(visibleBanners(banners).contains(u"ended"_s));
}

void TestBanners::whatProviderDidNotConfirmIsTold()
{
    PageFixture fixture;
    BannerArea banners(fixture.commands);
    service::Snapshot shot = *PageFixture::busy();
    shot.receipt.number = 1;
    shot.receipt.signOuts << service::Receipt::SignOut{u"ops@acme.example"_s,
                                                       service::Receipt::Progress::Failed, true, 1,
                                                       u"Revoke it in your Cloudflare profile."_s};
    banners.setSnapshot(shot);
    banners.show();
    QVERIFY2(visibleBanners(banners).contains(u"ops@acme.example is signed out here. Revoke it in "
                                              "your Cloudflare profile."_s),
             qPrintable(visibleBanners(banners)));
}

FLAREDECK_TEST(TestBanners)

} // namespace tst_banners

#include "tst_banners.moc"
