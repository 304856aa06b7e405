#include "core/provider/scopes.h"
#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/dialogs/signindialog.h"
#include "ui/models/auditmodel.h"
#include "ui/pages/activitypage.h"
#include "ui/pages/grantspage.h"
#include "ui/pages/overviewpage.h"
#include "ui/pages/securitypage.h"
#include "ui/pages/settingspage.h"
#include "ui/text/setuptext.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/jsonview.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

#include <algorithm>

namespace tst_pages {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// Clicks on pages end as commands to the core, after the confirmation where there is one.
class TestPages : public QObject
{
    Q_OBJECT

private slots:
    void anEmptyPageShowsItsWholeText();
    void theFirstStepsLeadToASignIn();
    void withoutAClientIdTheWaysAreOffered();
    void aFailedSignInOffersTheWays();
    void settingsShowWhatTheDashboardWants();
    void activityShowsOneCallInFull();
    void activityRemembersItsFilter();
    void securityShowsOneEventInFull();
    void verifySaysWhetherTheTrailIsIntact();
    void theTrailOfOneClient();
    void anUnreadableTrailSaysWhatToDo();
    void settingsLeadToAllWays();
    void aSignInIsTested();
    void aSignInTellsItsHealth();
    void allowedOriginsAreCheckedBeforeTheyCount();
    void theLengthOfResultsIsChosen();
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

void TestPages::theFirstStepsLeadToASignIn()
{
    PageFixture fixture;
    OverviewPage page(fixture.context);
    service::Snapshot shot = *PageFixture::fresh();
    shot.providerClientSource = u"settings"_s;
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page.show();
    QTest::mouseClick(button(page, u"Sign in to Cloudflare"_s), Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList{u"signIn"_s});
    page.setSnapshot(PageFixture::busy());
    QVERIFY(!button(page, u"Sign in to Cloudflare"_s));
}

void TestPages::withoutAClientIdTheWaysAreOffered()
{
    PageFixture fixture;
    OverviewPage page(fixture.context);
    page.setSnapshot(PageFixture::fresh());
    page.show();
    QTest::mouseClick(button(page, u"Sign in to Cloudflare"_s), Qt::LeftButton);
    QVERIFY(page.findChild<SignInDialog *>());
    QVERIFY(fixture.commands.asked.isEmpty());
}

void TestPages::aFailedSignInOffersTheWays()
{
    PageFixture fixture;
    fixture.commands.answer = fail(Error::Kind::Upstream, u"The OAuth client may not."_s);
    OverviewPage page(fixture.context);
    service::Snapshot shot = *PageFixture::fresh();
    shot.providerClientSource = u"settings"_s;
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page.show();
    QTest::mouseClick(button(page, u"Sign in to Cloudflare"_s), Qt::LeftButton);
    QTRY_VERIFY(page.findChild<SignInDialog *>());
    bool isSaid = false;
    for (const QLabel *label : page.findChild<SignInDialog *>()->findChildren<QLabel *>())
        isSaid = isSaid || label->text().contains(u"The OAuth client may not."_s);
    QVERIFY(isSaid);
}

void TestPages::settingsShowWhatTheDashboardWants()
{
    PageFixture fixture;
    SettingsPage page(fixture.context);
    page.setSnapshot(PageFixture::fresh());
    page.show();
    QCOMPARE(page.findChild<QLabel *>(u"redirectUri"_s)->text(),
             u"http://localhost:8788/oauth/callback"_s);
    for (const auto &[name, copied] :
         {std::pair{u"Copy the redirect URI"_s, u"http://localhost:8788/oauth/callback"_s},
          std::pair{u"Copy the scopes"_s, setuptext::scopes(scopes::all())}}) {
        auto *copy = named<QPushButton>(page, name);
        QVERIFY(copy);
        copy->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), copied);
    }
}

void TestPages::activityShowsOneCallInFull()
{
    PageFixture fixture;
    examples::writeHistory(fixture.files.historyFile(), examples::calls(format::now()));
    ActivityPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    page.readHistory();
    fixture.settle();
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
    examples::writeAudit(fixture.files.vaultFile(), format::now());
    SecurityPage page(fixture.context);
    page.resize(1040, 780);
    page.show();
    page.readHistory();
    fixture.settle();
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
    examples::writeAudit(fixture.files.vaultFile(), format::now());
    SecurityPage page(fixture.context);
    page.show();
    page.readHistory();
    fixture.settle();
    QTest::mouseClick(button(page, u"Verify"_s), Qt::LeftButton);
    QTRY_VERIFY(named<PillLabel>(page, u"intact"_s));
    const auto says = [&page](const QString &words) {
        const auto labels = page.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&words](const QLabel *label) {
            return label->isVisible() && label->text().contains(words);
        });
    };
    QVERIFY(says(u"sealed with a key"_s));

    const std::pair<store::SealState, QString> seals[] = {
        {store::SealState::None, u"no key seals it"_s},
        {store::SealState::Unchecked, u"was not checked"_s},
        {store::SealState::Broken, u"does not fit its seal"_s},
    };
    for (const auto &[state, words] : seals) {
        fixture.commands.seal = state;
        QTRY_VERIFY(button(page, u"Verify"_s)->isEnabled());
        QTest::mouseClick(button(page, u"Verify"_s), Qt::LeftButton);
        QTRY_VERIFY(says(words));
    }
    QVERIFY(named<PillLabel>(page, u"broken"_s));
    fixture.commands.seal = store::SealState::Intact;

    examples::breakAudit(fixture.files.vaultFile());
    QTRY_VERIFY(button(page, u"Verify"_s)->isEnabled());
    QTest::mouseClick(button(page, u"Verify"_s), Qt::LeftButton);
    QTRY_VERIFY(says(u"Row 5 "_s));
}

void TestPages::theTrailOfOneClient()
{
    PageFixture fixture;
    examples::writeAudit(fixture.files.vaultFile(), format::now());
    SecurityPage page(fixture.context);
    page.show();
    page.readHistory();
    fixture.settle();
    auto *rows = named<DataTable>(page, u"Security events"_s)->model();
    auto *choice = named<QComboBox>(page, u"Whose events are shown"_s);
    const int all = rows->rowCount();
    QVERIFY(choice->findText(u"Cursor"_s) > 0);
    choice->setCurrentIndex(choice->findText(u"Cursor"_s));
    fixture.settle();
    QVERIFY(rows->rowCount() > 0);
    QVERIFY(rows->rowCount() < all);
    for (int row = 0; row < rows->rowCount(); ++row)
        QCOMPARE(rows->index(row, AuditModel::Client).data().toString(), u"Cursor"_s);
    // New rows of others stay out.
    examples::writeAudit(fixture.files.vaultFile(), format::now());
    const int before = rows->rowCount();
    page.readHistory();
    fixture.settle();
    QCOMPARE(rows->rowCount(), 2 * before);
    QCOMPARE(choice->currentText(), u"Cursor"_s);

    // One that the trail does not know, as after ninety days.
    page.showClient(ClientId{u"d_gone"_s});
    QTRY_VERIFY(button(page, u"Show all clients"_s));
    QTest::mouseClick(button(page, u"Show all clients"_s), Qt::LeftButton);
    QTRY_COMPARE(rows->rowCount(), 2 * all);
    QTRY_COMPARE(choice->currentText(), u"All clients"_s);
}

void TestPages::anUnreadableTrailSaysWhatToDo()
{
    PageFixture fixture; // without a vault
    SecurityPage page(fixture.context);
    page.show();
    page.readHistory();
    fixture.settle();
    QVERIFY(button(page, u"Try again"_s));
    QVERIFY(!button(page, u"Verify"_s)->isEnabled());
    examples::writeAudit(fixture.files.vaultFile(), format::now());
    QTest::mouseClick(button(page, u"Try again"_s), Qt::LeftButton);
    QTRY_VERIFY(named<DataTable>(page, u"Security events"_s)->isVisible());
    QVERIFY(button(page, u"Verify"_s)->isEnabled());
}

void TestPages::activityRemembersItsFilter()
{
    PageFixture fixture;
    examples::writeHistory(fixture.files.historyFile(), examples::calls(format::now()));
    {
        ActivityPage page(fixture.context);
        page.show();
        page.readHistory();
        fixture.settle();
        page.find();
        auto *search = page.findChild<QLineEdit *>();
        QTest::keyClicks(search, u"no such tool"_s);
        QTRY_VERIFY(button(page, u"Clear the filter"_s));
    }
    ActivityPage page(fixture.context);
    page.show();
    page.readHistory();
    fixture.settle();
    QCOMPARE(page.findChild<QLineEdit *>()->text(), u"no such tool"_s);
    QTest::mouseClick(button(page, u"Clear the filter"_s), Qt::LeftButton);
    QTRY_COMPARE(named<DataTable>(page, u"Calls"_s)->model()->rowCount(), 128);
}

void TestPages::settingsLeadToAllWays()
{
    PageFixture fixture;
    SettingsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QTest::mouseClick(button(page, u"All ways to sign in…"_s), Qt::LeftButton);
    QVERIFY(page.findChild<SignInDialog *>());
}

void TestPages::aSignInIsTested()
{
    PageFixture fixture;
    SettingsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QTest::mouseClick(named<QPushButton>(page, u"Test the sign-in of ops@acme.example"_s),
                      Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList{u"testSignIn l1"_s});
}

void TestPages::aSignInTellsItsHealth()
{
    PageFixture fixture;
    service::Snapshot shot = *PageFixture::busy();
    store::Login &login = shot.logins.first();
    login.upstreamScopes.removeAll(u"workers-observability.read"_s);
    login.checkedAt = format::now();
    login.problem = u"Cloudflare is limiting requests."_s;
    SettingsPage page(fixture.context);
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page.show();
    const auto *line = page.findChild<QLabel *>(u"health"_s);
    QVERIFY(line && line->isVisible());
    for (const QString &said : {u"Lacks: See Workers logs and metrics."_s, u"Renews itself"_s,
                                u"Cloudflare is limiting requests."_s})
        QVERIFY2(line->text().contains(said), qPrintable(line->text()));
    QCOMPARE(line->toolTip(), login.upstreamScopes.join(u'\n'));
}

void TestPages::allowedOriginsAreCheckedBeforeTheyCount()
{
    PageFixture fixture;
    SettingsPage page(fixture.context);
    page.setSnapshot(PageFixture::fresh());
    page.show();
    auto *field = named<QLineEdit>(page, u"Allowed origins"_s);
    auto *apply = named<QPushButton>(page, u"Apply the allowed origins"_s);
    QVERIFY(field && apply && field->text().isEmpty() && !apply->isEnabled());
    QTest::keyClicks(field, u"https://example.com"_s);
    QTest::mouseClick(apply, Qt::LeftButton);
    QVERIFY(fixture.settings.get(setting::allowedOrigins).isEmpty());
    const auto labels = page.findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
        return label->isVisible() && label->text().contains(u"any web page"_s);
    }));
    field->clear();
    QTest::keyClicks(field, u"tauri://localhost, VSCode-file://vscode-app"_s);
    QTest::mouseClick(apply, Qt::LeftButton);
    QCOMPARE(fixture.settings.get(setting::allowedOrigins),
             u"tauri://localhost vscode-file://vscode-app"_s);
    QVERIFY(!apply->isEnabled());
}

void TestPages::theLengthOfResultsIsChosen()
{
    PageFixture fixture;
    fixture.settings.set(setting::resultLimit, 5555); // by hand, in the file
    SettingsPage page(fixture.context);
    page.setSnapshot(PageFixture::fresh());
    page.show();
    auto *box = named<QComboBox>(page, u"Length of a result"_s);
    QVERIFY(box && box->isVisible());
    QCOMPARE(box->currentText(), u"5,555 characters"_s);
    box->setFocus();
    QTest::keyClick(box, Qt::Key_End);
    QCOMPARE(box->currentText(), u"Whole results"_s);
    QCOMPARE(fixture.settings.get(setting::resultLimit), 0);
    QTest::keyClick(box, Qt::Key_Home);
    QCOMPARE(fixture.settings.get(setting::resultLimit), 4000);
}

FLAREDECK_TEST(TestPages)

} // namespace tst_pages

#include "tst_pages.moc"
