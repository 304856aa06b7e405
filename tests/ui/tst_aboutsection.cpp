#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/bannerarea.h"
#include "ui/dialogs/forgetdialog.h"
#include "ui/pages/aboutsection.h"
#include "ui/text/origintext.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/buttons.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>

namespace tst_aboutsection {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// Which Flaredeck this is, and whether it may ask for a newer one.
class TestAboutSection : public QObject
{
    Q_OBJECT

private slots:
    void itSaysWhereItComesFrom();
    void withoutAHomeNobodyCanBeAsked();
    void newsAreOffUntilSomebodyWantsThem();
    void aNewVersionStandsAboveThePages();
    void theDialogThatForgetsIsShown();

private:
    static Origin packaged()
    {
        Origin origin;
        origin.kind = Origin::Kind::AppImage;
        origin.commit = u"65d9f89b12da714e3720eed1f06eb1ff020638bd"_s;
        origin.date = u"2026-12-01"_s;
        return origin;
    }
    static Origin atHome()
    {
        Origin origin = packaged();
        origin.home = u"https://example.org/flaredeck"_s;
        origin.issues = origin.home + u"/issues"_s;
        origin.latest = origin.home + u"/latest.json"_s;
        return origin;
    }
};

void TestAboutSection::itSaysWhereItComesFrom()
{
    PageFixture fixture;
    AboutSection about(fixture.context, packaged());
    about.setSnapshot(*PageFixture::busy());
    about.show();
    auto *copy = about.findChild<CopyButton *>();
    QVERIFY(copy);
    QTest::mouseClick(copy, Qt::LeftButton);
    const QString copied = QApplication::clipboard()->text();
    for (const QString &part :
         {u"Flaredeck: " FLAREDECK_VERSION ""_s, u"65d9f89b12da, of 2026-12-01"_s,
          u"Installed from: AppImage"_s, u"Qt: "_s + QString::fromLatin1(qVersion()), u"System: "_s,
          u"Data: "_s + fixture.files.root, u"Licence: GPL 3"_s})
        QVERIFY2(copied.contains(part), qPrintable(copied));
}

void TestAboutSection::withoutAHomeNobodyCanBeAsked()
{
    PageFixture fixture;
    AboutSection about(fixture.context, packaged());
    about.show();
    QVERIFY(!about.findChild<ToggleSwitch *>());
    QVERIFY(!button(about, u"Project"_s));
}

void TestAboutSection::newsAreOffUntilSomebodyWantsThem()
{
    PageFixture fixture;
    AboutSection about(fixture.context, atHome());
    about.show();
    QVERIFY(button(about, u"Project"_s));
    QVERIFY(button(about, u"Report a bug"_s));
    QVERIFY(!button(about, u"Privacy"_s)); // there is none
    auto *toggle = about.findChild<ToggleSwitch *>();
    QVERIFY(toggle && !toggle->isChecked());
    QTest::mouseClick(toggle, Qt::LeftButton, {}, QPoint(8, toggle->height() / 2));
    QVERIFY(fixture.settings.get(setting::tellNewVersions));
}

void TestAboutSection::aNewVersionStandsAboveThePages()
{
    PageFixture fixture;
    BannerArea banners(fixture.commands);
    service::Snapshot shot = *PageFixture::busy();
    banners.setSnapshot(shot);
    banners.show();
    const auto said = [&banners] {
        QStringList texts;
        for (const Banner *banner : banners.findChildren<Banner *>()) {
            if (banner->isVisibleTo(&banners))
                texts << banner->text();
        }
        return texts.join(u'\n');
    };
    QVERIFY(!said().contains(u"is out"_s));
    shot.newVersion = u"99.0.1"_s;
    shot.newVersionPage = u"https://example.org/flaredeck/releases"_s;
    banners.setSnapshot(shot);
    QVERIFY2(said().contains(u"Flaredeck 99.0.1 is out."_s), qPrintable(said()));
    QTest::mouseClick(button(banners, u"Later"_s), Qt::LeftButton);
    banners.setSnapshot(shot);
    QVERIFY(!said().contains(u"is out"_s));
    Origin deb;
    deb.kind = Origin::Kind::Deb;
    QVERIFY(origintext::howToUpdate(deb).contains(u"apt upgrade"_s));
}

void TestAboutSection::theDialogThatForgetsIsShown()
{
    PageFixture fixture;
    ForgetSection section(fixture.context);
    section.show();
    QTest::mouseClick(button(section, u"Forget everything…"_s), Qt::LeftButton);
    QPointer<ForgetDialog> dialog;
    QTRY_VERIFY(dialog = section.findChild<ForgetDialog *>());
    QVERIFY(dialog->isVisible());
    QCOMPARE(dialog->focusWidget(), dialog->findChild<QPushButton *>(u"cancel"_s));
    QTest::mouseClick(button(*dialog, u"Cancel"_s), Qt::LeftButton);
    QTRY_VERIFY(!dialog);
}

FLAREDECK_TEST(TestAboutSection)

} // namespace tst_aboutsection

#include "tst_aboutsection.moc"
