#include "core/provider/scopes.h"
#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/dialogs/addclientdialog.h"
#include "ui/dialogs/addserverdialog.h"
#include "ui/dialogs/callapprovaldialog.h"
#include "ui/dialogs/connectdialog.h"
#include "ui/dialogs/consentdialog.h"
#include "ui/dialogs/forgetdialog.h"
#include "ui/dialogs/keychaindialog.h"
#include "ui/dialogs/revokequestion.h"
#include "ui/dialogs/setupdialog.h"
#include "ui/dialogs/signindialog.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elidedlabel.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QScreen>
#include <QScrollArea>
#include <QTemporaryFile>

#include <memory>

namespace tst_smallscreen {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

namespace {

/// 1366 × 768 at 150 %.
constexpr QSize kScreen(911, 512);
constexpr int kTitleBar = 30;

QString longPath()
{
    return u"/opt/"_s + u"acme-agent-suite-for-enterprise-developers/"_s.repeated(20) + u"node"_s;
}

} // namespace

/// What a small screen and a program with a long name leave to see.
class TestSmallScreen : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCOMPARE(QGuiApplication::primaryScreen()->size(), kScreen);
        applyTheme(*qApp, u"light"_s);
    }
    void noTextOfAProgramWidensItsPrompt_data();
    void noTextOfAProgramWidensItsPrompt();
    void theWholePathIsOneClickAway();
    void promptsFitTheScreenWithTheirButtons_data();
    void promptsFitTheScreenWithTheirButtons();
    void whatIsBelowTheEdgeScrollsIntoSight();
    void otherDialogsFitTheScreen_data();
    void otherDialogsFitTheScreen();

private:
    void show(QWidget *dialog)
    {
        m_dialog.reset(dialog);
        dialog->show();
        QVERIFY(QTest::qWaitForWindowActive(dialog));
    }
    /// Nothing of it is cut.
    static bool isInSight(const QWidget &widget)
    {
        return widget.isVisible() && widget.visibleRegion() == QRegion(widget.rect());
    }
    PageFixture m_fixture;
    std::unique_ptr<QWidget> m_dialog;
};

void TestSmallScreen::noTextOfAProgramWidensItsPrompt_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("a path") << longPath();
    QTest::newRow("one word") << QString(600, QLatin1Char('W'));
    QTest::newRow("words") << u"word "_s.repeated(120);
}

void TestSmallScreen::noTextOfAProgramWidensItsPrompt()
{
    QFETCH(QString, text);
    ConsentRequest request = examples::consent(format::now());
    show(new ConsentDialog(request));
    const int usual = m_dialog->width();
    request.program = text;
    request.programParent = text;
    request.clientName = text;
    request.registeredBy = text + u"2"_s;
    request.otherListener = text;
    request.publishedAt = text;
    request.redirectTarget = text;
    request.redirectAddress = text;
    request.loginLabel = text;
    for (AccountRef &account : request.accounts)
        account.name = text;
    show(new ConsentDialog(request));
    QCOMPARE(m_dialog->width(), usual);
    QVERIFY(m_dialog->width() <= kScreen.width());
    for (const QString &name : {u"deny"_s, u"allow"_s})
        QVERIFY(isInSight(*m_dialog->findChild<QPushButton *>(name)));
    const auto *inner = m_dialog->findChild<QScrollArea *>()->widget();
    QCOMPARE(inner->width(), m_dialog->findChild<QScrollArea *>()->viewport()->width());
    for (const QString &name : {u"headline"_s, u"program"_s, u"process"_s, u"redirectTarget"_s}) {
        const auto *label = m_dialog->findChild<QLabel *>(name);
        QVERIFY2(label->mapTo(inner, label->rect().bottomRight()).x() < inner->width(),
                 qPrintable(name));
    }
    CallApprovalRequest call = examples::stepUp();
    call.clientName = call.program = call.programParent = call.account = call.arguments = text;
    call.toolTitle = call.tool = text;
    show(new CallApprovalDialog(call));
    QCOMPARE(m_dialog->width(), usual);
    QVERIFY(isInSight(*m_dialog->findChild<QPushButton *>(u"once"_s)));
    QVERIFY(ElidedLabel(text).sizeHint().width() < kScreen.width() / 2);
}

void TestSmallScreen::theWholePathIsOneClickAway()
{
    ConsentRequest request = examples::consent(format::now());
    request.program = longPath();
    request.registeredBy = request.program;
    show(new ConsentDialog(request));
    auto *path = m_dialog->findChild<QLabel *>(u"program"_s);
    QCOMPARE(path->toolTip().remove(u'\n'), request.program);
    const int folded = path->height();
    QTest::mouseClick(path, Qt::LeftButton);
    QTRY_VERIFY(path->height() > 3 * folded);
    QTRY_VERIFY(m_dialog->findChild<QPushButton *>(u"allow"_s)->isEnabled());
    path->setFocus(); // by keys, too
    QTest::keyClick(path, Qt::Key_Return);
    QTRY_COMPARE(path->height(), folded);
    QVERIFY(m_dialog->isVisible());
}

void TestSmallScreen::promptsFitTheScreenWithTheirButtons_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"consent", "step up", "change", "deletion"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void TestSmallScreen::promptsFitTheScreenWithTheirButtons()
{
    QFETCH(QString, what);
    if (what == "consent"_L1) {
        ConsentRequest request = examples::consent(format::now());
        request.sandbox = request.leavesComputer = true;
        request.otherListener = longPath();
        for (int i = 3; i < 40; ++i)
            request.accounts << AccountRef{u"a%1"_s.arg(i), u"Account %1"_s.arg(i)};
        show(new ConsentDialog(request));
    } else {
        CallApprovalRequest call = what == "step up"_L1  ? examples::stepUp()
                                   : what == "change"_L1 ? examples::change(format::now())
                                                         : examples::deletion(format::now());
        call.arguments = u"line\n"_s.repeated(60);
        call.allArguments = u"{\n"_s + u"  \"key\": \"value\",\n"_s.repeated(60) + u"}"_s;
        call.sandbox = true;
        show(new CallApprovalDialog(call));
    }
    QVERIFY2(m_dialog->height() + kTitleBar <= kScreen.height(),
             qPrintable(QString::number(m_dialog->height())));
    for (const QPushButton *button : m_dialog->findChildren<QPushButton *>()) {
        if (QStringList{u"deny"_s, u"allow"_s, u"once"_s, u"session"_s, u"always"_s}.contains(
                button->objectName()) &&
            !button->isHidden())
            QVERIFY2(isInSight(*button), qPrintable(button->text()));
    }
}

void TestSmallScreen::whatIsBelowTheEdgeScrollsIntoSight()
{
    ConsentRequest request = examples::consent(format::now());
    request.sandbox = request.leavesComputer = true;
    request.otherListener = longPath();
    show(new ConsentDialog(request));
    QTRY_VERIFY(m_dialog->findChild<QPushButton *>(u"allow"_s)->isEnabled());
    auto *block = m_dialog->findChild<QPushButton *>(u"block"_s);
    QVERIFY(!isInSight(*block));
    for (int i = 0; i < 400 && m_dialog->focusWidget() != block; ++i)
        QTest::keyClick(m_dialog->focusWidget(), Qt::Key_Tab);
    QCOMPARE(m_dialog->focusWidget(), block);
    QVERIFY(isInSight(*block));
}

void TestSmallScreen::otherDialogsFitTheScreen_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"keychain", "revoke all", "add client", "connect", "set up",
                             "add server", "sign in", "forget"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void TestSmallScreen::otherDialogsFitTheScreen()
{
    QFETCH(QString, what);
    QWidget host;
    host.show();
    service::Snapshot shot = examples::snapshot(format::now());
    if (what == "keychain"_L1) {
        shot.keyState = store::KeyState::Closed;
        shot.keyProblem = store::KeyProblem::WrongKey;
        show(new KeychainDialog(m_fixture.commands, shot));
    } else if (what == "add server"_L1) {
        m_fixture.commands.answer =
            fail(Error::Kind::Offline, u"It does not answer. "_s.repeated(8));
        auto *add = new AddServerDialog(m_fixture.commands);
        show(add);
        named<QLineEdit>(*add, u"Address"_s)->setText(u"https://example.org/"_s.repeated(20));
        button(*add, u"Add"_s)->click();
        QTRY_VERIFY(add->findChild<QLabel *>(u"problem"_s)->text().contains(u"not answer"_s));
        m_fixture.commands.answer = Result<>();
    } else if (what == "sign in"_L1) {
        shot.server.sandbox = false;
        shot.servers = examples::servers(format::now());
        show(new SignInDialog(m_fixture.commands, shot));
    } else if (what == "forget"_L1) {
        m_fixture.commands.forgetPlan = examples::forgetPlan();
        show(new ForgetDialog(m_fixture.commands));
    } else if (what == "add client"_L1) {
        show(new AddClientDialog(m_fixture.commands, 8788));
    } else {
        for (int i = 0; i < 30; ++i) {
            shot.grants << shot.grants.first();
            shot.grants.last().grant.id.value = u"g%1"_s.arg(i);
            shot.grants.last().clientName = longPath().left(200);
        }
        if (what == "revoke all"_L1) {
            revokequestion::askAll(&host, m_fixture.commands, shot);
        } else if (what == "connect"_L1) {
            m_fixture.commands.survey = examples::survey(format::now());
            new ConnectDialog(m_fixture.commands, std::make_shared<const service::Snapshot>(shot),
                              &host);
        } else {
            m_fixture.commands.setupPlan = examples::setupPlan();
            new SetupDialog(m_fixture.commands, examples::survey(format::now()).clients.first(),
                            &host);
        }
        auto *dialog = host.findChild<QDialog *>();
        dialog->setParent(nullptr, dialog->windowFlags());
        show(dialog);
    }
    QVERIFY2(m_dialog->height() + kTitleBar <= kScreen.height(),
             qPrintable(QString::number(m_dialog->height())));
    for (const QPushButton *button : m_dialog->findChildren<QPushButton *>()) {
        if (button->isDefault())
            QVERIFY2(isInSight(*button), qPrintable(button->text()));
    }
}

/// Such a screen has to be there before the application is.
int runOnSmallScreen(int argc, char **argv)
{
    QTemporaryFile screens;
    if (!screens.open())
        return 1;
    screens.write(u"{\"screens\":[{\"name\":\"small\",\"x\":0,\"y\":0,\"width\":%1,\"height\":%2,"
                  "\"logicalDpi\":96,\"logicalBaseDpi\":96,\"dpr\":1}]}"_s.arg(kScreen.width())
                      .arg(kScreen.height())
                      .toUtf8());
    screens.close();
    qputenv("QT_QPA_PLATFORM", "offscreen:configfile=" + screens.fileName().toUtf8());
    return test::runCase<TestSmallScreen>(argc, argv);
}

const test::Entry entry("tst_smallscreen", &runOnSmallScreen);

} // namespace tst_smallscreen

#include "tst_smallscreen.moc"
