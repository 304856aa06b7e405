#include "core/provider/scopes.h"
#include "core/provider/tokenlink.h"
#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/dialogs/reachchoice.h"
#include "ui/dialogs/signindialog.h"
#include "ui/dialogs/signinway.h"
#include "ui/text/logintext.h"
#include "ui/widgets/buttons.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QTest>
#include <QUrl>
#include <QUrlQuery>

namespace tst_signindialog {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString kToken = u"cfut_"_s + QString(44, u'a');
const QString kClientId = u"c1a7f0d2e3b44c5596a8b7c6d5e4f301"_s;

/// Without a stand-in, signed in nowhere.
service::Snapshot outside()
{
    service::Snapshot shot = *PageFixture::fresh();
    shot.server.sandbox = false;
    return shot;
}

QString copied(QWidget &dialog, const QString &what)
{
    QGuiApplication::clipboard()->clear();
    QTest::mouseClick(named<QPushButton>(dialog, what), Qt::LeftButton);
    return QGuiApplication::clipboard()->text();
}

QString answers(QWidget &dialog)
{
    QStringList texts;
    for (const QLabel *label : dialog.findChildren<QLabel *>(u"answer"_s)) {
        if (label->isVisible())
            texts << label->text();
    }
    return texts.join(u'\n');
}

} // namespace

class TestSignInDialog : public QObject
{
    Q_OBJECT

private slots:
    void init() { QGuiApplication::clipboard()->clear(); }
    void theLinkFollowsTheChoice();
    void inTheSandboxTheLinkStaysThere();
    void productsAreChosenOneByOne();
    void aPastedTokenIsReportedInPlace();
    void aRefusedTokenStaysAndSaysWhy();
    void theClipboardIsOfferedAndNeverTaken();
    void aClientIdIsSavedAndSignsIn();
    void aRefusedScopeIsLeftOutWithOneClick();
    void everythingCanBeReachedByKeyboard();
    void oneMoreWayFits();
    void hostedServersNeedNothingButASignIn();
    void aHostedSignInThatFailsSaysWhy();
    void withoutHostedServersThereIsNoSuchCard();
    void healthInWords_data();
    void healthInWords();
};

void TestSignInDialog::theLinkFollowsTheChoice()
{
    PageFixture fixture;
    SignInDialog dialog(fixture.commands, outside());
    dialog.show();
    const auto permissions = [&dialog] {
        return QUrlQuery(QUrl(copied(dialog, u"Copy the link"_s)))
            .queryItemValue(u"permissionGroupKeys"_s, QUrl::FullyDecoded);
    };
    auto *readOnly = dialog.findChildren<QRadioButton *>().at(0);
    QTest::mouseClick(readOnly, Qt::LeftButton, {}, QPoint(8, readOnly->height() / 2));
    QVERIFY(readOnly->isChecked());
    QVERIFY(permissions().contains(u"workers_kv_storage"_s));
    QVERIFY(!permissions().contains(u"edit"_s));
    QVERIFY(fixture.commands.asked.last().startsWith(u"setSignInScopes"_s));
    auto *change = dialog.findChildren<QRadioButton *>().at(1);
    QTest::mouseClick(change, Qt::LeftButton, {}, QPoint(8, change->height() / 2));
    QVERIFY(permissions().contains(uR"("key":"workers_kv_storage","type":"edit")"_s));
    const QString scopes = copied(dialog, u"Copy the scopes"_s);
    QVERIFY(scopes.contains(u"workers-kv-storage.write"_s));
    QVERIFY(!scopes.contains(u"offline_access"_s));
    QCOMPARE(copied(dialog, u"Copy the redirect URI"_s), u"http://localhost:8788/oauth/callback"_s);
    QCOMPARE(copied(dialog, u"Copy the name"_s), u"Flaredeck"_s);
}

void TestSignInDialog::inTheSandboxTheLinkStaysThere()
{
    PageFixture fixture;
    service::Snapshot shot = *PageFixture::fresh();
    shot.server.sandboxUrl = u"http://127.0.0.1:4455"_s;
    SignInDialog dialog(fixture.commands, shot);
    dialog.show();
    const QUrl link(copied(dialog, u"Copy the link"_s));
    QCOMPARE(link.adjusted(QUrl::RemoveQuery), QUrl(u"http://127.0.0.1:4455/profile/api-tokens"_s));
}

void TestSignInDialog::productsAreChosenOneByOne()
{
    PageFixture fixture;
    service::Snapshot shot = outside();
    shot.signInScopes = {scopes::kBaseline, u"kv:read"_s};
    SignInDialog dialog(fixture.commands, shot);
    dialog.show();
    auto *d1 = dialog.findChild<QCheckBox *>(u"d1:read"_s);
    QVERIFY(d1 && d1->isVisible() && !d1->isChecked());
    d1->setFocus();
    QTest::keyClick(d1, Qt::Key_Space);
    QCOMPARE(fixture.commands.asked.last(), u"setSignInScopes d1:read kv:read mcp:read"_s);
    const QString link = QUrl(copied(dialog, u"Copy the link"_s)).toString(QUrl::FullyDecoded);
    QVERIFY(link.contains(u"d1"_s) && !link.contains(u"workers_r2"_s));
}

void TestSignInDialog::aPastedTokenIsReportedInPlace()
{
    PageFixture fixture;
    fixture.commands.tokenLogin.kind = store::LoginKind::ApiToken;
    fixture.commands.tokenLogin.email = u"ada@example.com"_s;
    fixture.commands.tokenLogin.userId = u"u1"_s;
    fixture.commands.tokenLogin.lacks = {u"d1.read"_s};
    fixture.commands.tokenLogin.endsAt = format::now() + 1000;
    SignInDialog dialog(fixture.commands, outside());
    dialog.show();
    auto *field = named<QLineEdit>(dialog, u"API token"_s);
    QCOMPARE(field->echoMode(), QLineEdit::Password);
    field->setFocus();
    QTest::keyClicks(field, kToken);
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_VERIFY(answers(dialog).contains(u"ada@example.com is kept"_s));
    QCOMPARE(fixture.commands.asked.last(), u"addApiToken "_s + kToken);
    for (const QString &said : {u"API token of a person"_s, u"Lacks: "_s, u"Valid until"_s})
        QVERIFY2(answers(dialog).contains(said), qPrintable(answers(dialog)));
    QVERIFY(field->text().isEmpty());
    QVERIFY(dialog.isVisible());
}

void TestSignInDialog::aRefusedTokenStaysAndSaysWhy()
{
    PageFixture fixture;
    fixture.commands.answer = fail(Error::Kind::Unauthorized, u"This token is disabled."_s);
    SignInDialog dialog(fixture.commands, outside());
    dialog.show();
    auto *field = named<QLineEdit>(dialog, u"API token"_s);
    QVERIFY(!button(dialog, u"Add token"_s)->isEnabled());
    QTest::keyClicks(field, u"t0ken"_s);
    QTest::mouseClick(button(dialog, u"Add token"_s), Qt::LeftButton);
    QTRY_VERIFY(answers(dialog).contains(u"This token is disabled."_s));
    QCOMPARE(field->text(), u"t0ken"_s);
    QVERIFY(button(dialog, u"Add token"_s)->isEnabled());
}

void TestSignInDialog::theClipboardIsOfferedAndNeverTaken()
{
    PageFixture fixture;
    QGuiApplication::clipboard()->setText(u"some words"_s);
    SignInDialog dialog(fixture.commands, outside());
    dialog.show();
    QVERIFY(!button(dialog, u"Use the token on the clipboard"_s));
    QGuiApplication::clipboard()->setText(kToken);
    QTRY_VERIFY(button(dialog, u"Use the token on the clipboard"_s));
    QVERIFY(named<QLineEdit>(dialog, u"API token"_s)->text().isEmpty());
    QVERIFY(fixture.commands.asked.isEmpty());
    QTest::mouseClick(button(dialog, u"Use the token on the clipboard"_s), Qt::LeftButton);
    QTRY_COMPARE(fixture.commands.asked, QStringList{u"addApiToken "_s + kToken});

    QGuiApplication::clipboard()->setText(kClientId);
    QTRY_VERIFY(button(dialog, u"Use the client ID on the clipboard"_s));
    QVERIFY(!button(dialog, u"Use the token on the clipboard"_s));
    QTest::mouseClick(button(dialog, u"Use the client ID on the clipboard"_s), Qt::LeftButton);
    QCOMPARE(named<QLineEdit>(dialog, u"Client ID"_s)->text(), kClientId);
    QCOMPARE(fixture.commands.asked.size(), 1);
}

void TestSignInDialog::aClientIdIsSavedAndSignsIn()
{
    PageFixture fixture;
    service::Snapshot shot = outside();
    SignInDialog dialog(fixture.commands, shot);
    dialog.show();
    auto *field = named<QLineEdit>(dialog, u"Client ID"_s);
    field->setFocus();
    QTest::keyClicks(field, u"abc"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(fixture.commands.asked, (QStringList{u"setProviderClient abc "_s, u"signIn"_s}));
    // With a client that is there already nothing has to be saved.
    shot.providerClientId = u"abc"_s;
    dialog.setSnapshot(shot);
    QTest::mouseClick(button(dialog, u"Sign in"_s), Qt::LeftButton);
    QTRY_COMPARE(fixture.commands.asked.mid(2), QStringList{u"signIn"_s});
}

void TestSignInDialog::aRefusedScopeIsLeftOutWithOneClick()
{
    PageFixture fixture;
    service::Snapshot shot = outside();
    shot.signInScopes = {scopes::kBaseline, u"kv:read"_s, u"d1:write"_s};
    SignInDialog dialog(fixture.commands, shot);
    dialog.show();
    shot.signInRefusedScope = u"d1.write"_s;
    dialog.setSnapshot(shot);
    auto *without = button(dialog, u"Sign in without d1.write"_s);
    QVERIFY(without);
    QTest::mouseClick(without, Qt::LeftButton);
    QTRY_COMPARE(fixture.commands.asked,
                 (QStringList{u"setSignInScopes kv:read mcp:read"_s, u"signIn"_s}));
    // Who signs in has to be known.
    shot.signInRefusedScope = u"user-details.read"_s;
    dialog.setSnapshot(shot);
    QVERIFY(!dialog.findChild<QPushButton *>(u"without"_s)->isVisible());
}

void TestSignInDialog::everythingCanBeReachedByKeyboard()
{
    PageFixture fixture;
    SignInDialog dialog(fixture.commands, outside());
    dialog.show();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    QSet<QWidget *> reached;
    for (int i = 0; i < 100; ++i) {
        reached.insert(dialog.focusWidget());
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Tab);
    }
    const auto check = [&reached](QWidget *widget) {
        return !widget->isVisible() || !widget->isEnabled() || reached.contains(widget);
    };
    for (QPushButton *each : dialog.findChildren<QPushButton *>()) {
        QVERIFY2(check(each), qPrintable(each->text() + each->accessibleName()));
        QVERIFY(!each->text().isEmpty() || !each->accessibleName().isEmpty());
    }
    for (QLineEdit *each : dialog.findChildren<QLineEdit *>())
        QVERIFY2(check(each), qPrintable(each->accessibleName()));
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QVERIFY(!dialog.isVisible());
}

void TestSignInDialog::oneMoreWayFits()
{
    class Way : public SignInWay
    {
    public:
        Way()
            : SignInWay(u"Another"_s, u"It can."_s, u"It cannot."_s)
        {
        }
        void setScopes(const ScopeSet &scopes) override { chosen = scopes; }
        void offer(const QString &text) override { offered = text; }
        ScopeSet chosen;
        QString offered;
    };
    PageFixture fixture;
    service::Snapshot shot = outside();
    shot.signInScopes = {scopes::kBaseline, u"kv:read"_s};
    SignInDialog dialog(fixture.commands, shot);
    auto *way = new Way;
    dialog.addWay(way);
    dialog.show();
    QVERIFY(way->isVisible());
    QCOMPARE(way->chosen, shot.signInScopes);
    QGuiApplication::clipboard()->setText(u"text"_s);
    QTRY_COMPARE(way->offered, u"text"_s);
}

void TestSignInDialog::hostedServersNeedNothingButASignIn()
{
    PageFixture fixture;
    service::Snapshot shot = outside();
    shot.servers = examples::servers(format::now());
    shot.servers.first().remote.state = store::RemoteState::SignedOut;
    SignInDialog dialog(fixture.commands, shot);
    dialog.show();
    auto *signIn = button(dialog, u"Sign in at Cloudflare"_s);
    QVERIFY(signIn && signIn->isEnabled());
    QCOMPARE(signIn->toolTip(), u"Signs in to Cloudflare API"_s);
    QTest::mouseClick(signIn, Qt::LeftButton);
    QTRY_COMPARE(fixture.commands.asked, QStringList{u"signInToServer api"_s});
    QTRY_VERIFY(answers(dialog).contains(u"You are signed in."_s));
    // One at a time.
    shot.servers.first().isSigningIn = true;
    dialog.setSnapshot(shot);
    QVERIFY(!signIn->isEnabled());
    shot.servers.first().isSigningIn = false;
    shot.servers.first().remote.state = store::RemoteState::Ok;
    dialog.setSnapshot(shot);
    QVERIFY(signIn->isEnabled());
    QCOMPARE(signIn->text(), u"Sign in again at Cloudflare"_s);

    QCheckBox *docs = nullptr;
    for (auto *box : dialog.findChildren<QCheckBox *>()) {
        if (box->text() == "Offer Documentation, without a sign-in"_L1)
            docs = box;
    }
    QVERIFY(docs && docs->isVisible() && docs->isChecked());
    docs->setFocus();
    QTest::keyClick(docs, Qt::Key_Space);
    QTRY_COMPARE(fixture.commands.asked.last(), u"switchServer docs off"_s);
}

void TestSignInDialog::aHostedSignInThatFailsSaysWhy()
{
    PageFixture fixture;
    service::Snapshot shot = outside();
    shot.servers = examples::servers(format::now());
    SignInDialog dialog(fixture.commands, shot);
    dialog.show();
    fixture.commands.answer = fail(Error::Kind::Upstream, u"The server refused."_s);
    auto *again = button(dialog, u"Sign in again at Cloudflare"_s);
    QVERIFY(again);
    QTest::mouseClick(again, Qt::LeftButton);
    QTRY_COMPARE(answers(dialog), u"The server refused."_s);
    QVERIFY(again->isEnabled());
    for (auto *box : dialog.findChildren<QCheckBox *>()) {
        if (!box->text().startsWith("Offer "_L1))
            continue;
        fixture.commands.answer = fail(Error::Kind::Storage, u"The disk is full."_s);
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Space);
        QTRY_COMPARE(answers(dialog), u"The disk is full."_s);
        QVERIFY(box->isChecked()); // as it is
        return;
    }
    QFAIL("no server is offered without a sign-in");
}

void TestSignInDialog::withoutHostedServersThereIsNoSuchCard()
{
    PageFixture fixture;
    service::Snapshot shot = outside();
    shot.servers = {examples::servers(format::now()).last()}; // added by the person
    SignInDialog dialog(fixture.commands, shot);
    dialog.show();
    QVERIFY(!button(dialog, u"Sign in at Cloudflare"_s));
    for (auto *box : dialog.findChildren<QCheckBox *>())
        QVERIFY(!box->isVisible() || !box->text().startsWith("Offer "_L1));
}

void TestSignInDialog::healthInWords_data()
{
    QTest::addColumn<store::Login>("login");
    QTest::addColumn<QString>("opens");
    QTest::addColumn<QString>("validity");
    QTest::addColumn<bool>("endsSoon");
    constexpr Millis kDay = 24LL * 3600 * 1000;
    store::Login oauth;
    oauth.upstreamScopes = scopes::upstreamFor(scopes::all());
    QTest::newRow("a whole sign-in")
        << oauth << u"Has every permission"_s << u"Renews itself"_s << false;
    oauth.upstreamScopes.removeAll(u"workers-observability.read"_s);
    QTest::newRow("one that lacks the logs")
        << oauth << u"Lacks: See Workers logs and metrics."_s << u"Renews itself"_s << false;
    oauth.upstreamScopes = {u"workers-scripts.read"_s};
    QTest::newRow("one that lacks nearly all")
        << oauth << u"Opens "_s << u"Renews itself"_s << false;
    store::Login token;
    token.kind = store::LoginKind::ApiToken;
    QTest::newRow("a token") << token << u"Whether it may change things is known when"_s
                             << u"Does not end by itself"_s << false;
    token.endsAt = 10 * kDay;
    QTest::newRow("a token with an end")
        << token << u"Nothing that was tried was refused"_s << u"Valid until"_s << false;
    token.endsAt = 2 * kDay;
    QTest::newRow("a token whose end is near") << token << QString() << u"Valid until"_s << true;
    token.state = store::LoginState::NeedsLogin;
    QTest::newRow("a token that has ended already") << token << QString() << QString() << false;
}

void TestSignInDialog::healthInWords()
{
    QFETCH(store::Login, login);
    QFETCH(QString, opens);
    QFETCH(QString, validity);
    QVERIFY2(logintext::opens(login).contains(opens), qPrintable(logintext::opens(login)));
    QVERIFY2(logintext::validity(login).contains(validity), qPrintable(logintext::validity(login)));
    QTEST(logintext::endsSoon(login, 1000), "endsSoon");
}

FLAREDECK_TEST(TestSignInDialog)

} // namespace tst_signindialog

#include "tst_signindialog.moc"
