#include "core/provider/scopes.h"
#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/dialogs/addclientdialog.h"
#include "ui/dialogs/addserverdialog.h"
#include "ui/dialogs/callapprovaldialog.h"
#include "ui/dialogs/confirm.h"
#include "ui/dialogs/connectdialog.h"
#include "ui/dialogs/consentdialog.h"
#include "ui/dialogs/keychaindialog.h"
#include "ui/dialogs/keyguard.h"
#include "ui/dialogs/revokequestion.h"
#include "ui/dialogs/setupdialog.h"
#include "ui/pages/activitypage.h"
#include "ui/pages/clientspage.h"
#include "ui/pages/grantspage.h"
#include "ui/pages/overviewpage.h"
#include "ui/pages/securitypage.h"
#include "ui/pages/serverspage.h"
#include "ui/pages/settingspage.h"
#include "ui/pages/toolspage.h"
#include "ui/widgets/accountchip.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/navigationrail.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>

#include <memory>
#include <utility>

namespace tst_dialogkeys {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

namespace {

/// Only those that do something; a check box is not pressed, it is ticked.
QList<QAbstractButton *> buttonsOf(QWidget &root)
{
    QList<QAbstractButton *> buttons;
    for (auto *button : root.findChildren<QAbstractButton *>()) {
        const auto *push = qobject_cast<QPushButton *>(button);
        const bool isTick = qobject_cast<QCheckBox *>(button) != nullptr;
        if (!isTick && !(push && push->menu()) && button->isVisible() && button->isEnabled() &&
            (button->focusPolicy() & Qt::TabFocus) && button->window() == root.window())
            buttons << button;
    }
    return buttons;
}

QString nameOf(const QAbstractButton &button)
{
    return button.text().isEmpty() ? button.accessibleName() : button.text();
}

} // namespace

/// What keys do: on each button of each dialog and page, and while somebody types over a question.
class TestDialogKeys : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_fixture = std::make_unique<PageFixture>(); }
    void cleanup();
    void enterAndSpaceClickTheFocusedButton_data();
    void enterAndSpaceClickTheFocusedButton();
    void enterElsewhereTakesTheCarefulAnswer_data();
    void enterElsewhereTakesTheCarefulAnswer();
    void typingOnOverAPromptAnswersNothing_data();
    void typingOnOverAPromptAnswersNothing();
    void whoPausesInASentenceHasNotReadThePrompt_data() { prompts(); }
    void whoPausesInASentenceHasNotReadThePrompt();
    void theHeadlineHasTheFirstFocus_data() { prompts(); }
    void theHeadlineHasTheFirstFocus();
    void enterInAFieldAddsTheClient();

private:
    /// Shown and ready to be answered.
    void open(const QString &what);
    void prompts();
    [[nodiscard]] QPushButton *pushed(const QString &name) const
    {
        return m_root->findChild<QPushButton *>(name);
    }

    std::unique_ptr<PageFixture> m_fixture;
    std::unique_ptr<QWidget> m_host; ///< of dialogs that make themselves
    QPointer<QWidget> m_root;
    int m_answers = 0;
};

void TestDialogKeys::cleanup()
{
    if (!m_host || m_root != m_host.get())
        delete m_root;
    m_host.reset();
    m_fixture.reset();
}

void TestDialogKeys::open(const QString &what)
{
    cleanup();
    init();
    m_answers = 0;
    m_host = std::make_unique<QWidget>();
    auto shot = examples::snapshot(format::now());
    if (what == "consent"_L1) {
        ConsentRequest request = examples::consent(format::now());
        request.preselected.insert(u"observability:read"_s);
        // Each product has buttons of its own, all alike, and each is pressed in a dialog anew.
        request.offered = request.requested;
        request.offered.insert({u"observability:read"_s, u"d1:read"_s, u"d1:write"_s});
        request.alreadyGranted = {scopes::kBaseline};
        auto *consent = new ConsentDialog(request);
        connect(consent, &ConsentDialog::answered, this, [this] { ++m_answers; });
        m_root = consent;
    } else if (what == "step up"_L1) {
        auto *stepUp = new CallApprovalDialog(examples::stepUp());
        connect(stepUp, &CallApprovalDialog::answered, this, [this] { ++m_answers; });
        m_root = stepUp;
    } else if (what == "approval"_L1) {
        auto *approval = new CallApprovalDialog(examples::change(format::now()));
        connect(approval, &CallApprovalDialog::answered, this, [this] { ++m_answers; });
        m_root = approval;
    } else if (what == "keychain"_L1) {
        shot.keyState = store::KeyState::Closed;
        shot.keyProblem = store::KeyProblem::EntryLost;
        m_root = new KeychainDialog(m_fixture->commands, shot);
    } else if (what.startsWith("add client"_L1)) {
        auto *add = new AddClientDialog(m_fixture->commands, 8788);
        add->findChild<QLineEdit *>()->setText(u"My agent"_s);
        add->findChild<QPlainTextEdit *>()->setPlainText(u"http://localhost/callback"_s);
        m_root = add;
        if (what == "add client, done"_L1) {
            add->findChild<QCheckBox *>()->setChecked(true);
            add->show();
            button(*add, u"Add"_s)->click();
            QTRY_VERIFY(button(*add, u"Done"_s));
        }
    } else if (what == "add server"_L1) {
        auto *add = new AddServerDialog(m_fixture->commands);
        named<QLineEdit>(*add, u"Address"_s)->setText(u"https://example.org/mcp"_s);
        m_root = add;
    } else if (what == "warning"_L1) {
        m_host->show();
        m_root = tellProblem(m_host.get(), u"Held back"_s, u"Another program listens."_s);
        new KeyGuard(m_root);
        connect(static_cast<QDialog *>(m_root.data()), &QDialog::finished, this,
                [this] { ++m_answers; });
    } else if (what.startsWith("page "_L1)) {
        examples::writeHistory(m_fixture->files.historyFile(), examples::calls(format::now()));
        Page *page = what == "page overview"_L1
                         ? static_cast<Page *>(new OverviewPage(m_fixture->context))
                     : what == "page clients"_L1  ? new ClientsPage(m_fixture->context)
                     : what == "page grants"_L1   ? new GrantsPage(m_fixture->context)
                     : what == "page activity"_L1 ? new ActivityPage(m_fixture->context)
                     : what == "page tools"_L1    ? new ToolsPage(m_fixture->context)
                     : what == "page servers"_L1  ? new ServersPage(m_fixture->context)
                     : what == "page security"_L1
                         ? new SecurityPage(m_fixture->context)
                         : static_cast<Page *>(new SettingsPage(m_fixture->context));
        shot.servers = examples::servers(format::now());
        page->setSnapshot(std::make_shared<const service::Snapshot>(shot));
        page->readHistory();
        m_fixture->settle();
        page->resize(1040, 780);
        m_root = page;
        if (what != "page overview"_L1) {
            if (auto *table = page->findChild<DataTable *>())
                table->selectRow(what == "page tools"_L1 ? 1 : 0); // the first is a heading
            m_fixture->settle();
        }
    } else if (what == "rail"_L1) {
        auto *rail = new NavigationRail;
        rail->addPage(u"overview"_s, u"Overview"_s);
        rail->addPage(u"clients"_s, u"Clients"_s);
        rail->setSnapshot(shot);
        m_root = rail;
    } else {
        m_host->resize(900, 580);
        m_host->show();
        const auto nothing = [] {};
        if (what == "confirm"_L1)
            confirm(m_host.get(), {u"Forget?"_s, u"It ends."_s, {u"All"_s}, u"Forget"_s}, nothing);
        else if (what == "problem"_L1)
            tellProblem(m_host.get(), u"Held back"_s, u"Another program listens."_s);
        else if (what == "revoke all"_L1)
            revokequestion::askAll(m_host.get(), m_fixture->commands, shot);
        else if (what == "connect"_L1) {
            m_fixture->commands.survey = examples::survey(format::now());
            new ConnectDialog(m_fixture->commands, std::make_shared<const service::Snapshot>(shot),
                              m_host.get());
        } else if (what == "set up"_L1) {
            m_fixture->commands.setupPlan = examples::setupPlan();
            new SetupDialog(m_fixture->commands, examples::survey(format::now()).clients.first(),
                            m_host.get());
        }
        m_root = m_host->findChild<QDialog *>();
    }
    QVERIFY(m_root);
    m_root->show();
    QVERIFY(QTest::qWaitForWindowActive(m_root->window()));
    for (const QString &yes : {u"allow"_s, u"once"_s}) {
        if (auto *answer = m_root->findChild<QPushButton *>(yes))
            QTRY_VERIFY(answer->isEnabled());
    }
}

void TestDialogKeys::enterAndSpaceClickTheFocusedButton_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what :
         {"consent",    "step up",       "keychain",         "confirm",     "problem",
          "revoke all", "add client",    "add client, done", "connect",     "set up",
          "rail",       "page overview", "page clients",     "page grants", "page activity",
          "page tools", "page security", "page settings",    "approval",    "page servers",
          "add server"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void TestDialogKeys::enterAndSpaceClickTheFocusedButton()
{
    QFETCH(QString, what);
    open(what);
    // Of the many that unfold a row alike, one is enough.
    QList<qsizetype> tried;
    bool hasUnfolded = false;
    const QList<QAbstractButton *> all = buttonsOf(*m_root);
    for (qsizetype i = 0; i < all.size(); ++i) {
        const bool unfolds = all.at(i)->objectName().endsWith(":more"_L1);
        if (!unfolds || !hasUnfolded)
            tried << i;
        hasUnfolded = hasUnfolded || unfolds;
    }
    const qsizetype count = all.size();
    QVERIFY(count > 0);
    for (const qsizetype i : std::as_const(tried)) {
        for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space}) {
            open(what);
            const QList<QAbstractButton *> buttons = buttonsOf(*m_root);
            QCOMPARE(buttons.size(), count);
            QStringList clicked;
            for (QAbstractButton *button : buttons)
                connect(button, &QAbstractButton::clicked, this,
                        [&clicked, name = nameOf(*button)] { clicked << name; });
            const QString name = nameOf(*buttons.at(i));
            buttons.at(i)->setFocus(Qt::TabFocusReason);
            QCOMPARE(m_root->focusWidget(), buttons.at(i));
            QTest::keyClick(buttons.at(i), key);
            QVERIFY2(clicked == QStringList{name},
                     qPrintable(u"%1 on “%2” clicked “%3”"_s.arg(QKeySequence(key).toString(), name,
                                                                 clicked.join(u", "_s))));
        }
    }
}

void TestDialogKeys::enterElsewhereTakesTheCarefulAnswer_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("answer");
    QTest::newRow("consent") << u"consent"_s << u"deny"_s;
    QTest::newRow("step up") << u"step up"_s << u"deny"_s;
    QTest::newRow("approval") << u"approval"_s << u"deny"_s;
    QTest::newRow("confirm") << u"confirm"_s << u"cancel"_s;
    QTest::newRow("revoke all") << u"revoke all"_s << u"cancel"_s;
}

/// From a button that has lost the focus again, too.
void TestDialogKeys::enterElsewhereTakesTheCarefulAnswer()
{
    QFETCH(QString, what);
    QFETCH(QString, answer);
    open(what);
    for (QAbstractButton *button : buttonsOf(*m_root))
        button->setFocus(Qt::TabFocusReason);
    QWidget *elsewhere = m_root->findChild<QCheckBox *>();
    if (!elsewhere || !elsewhere->isVisible())
        elsewhere = m_root;
    elsewhere->setFocus();
    QSignalSpy clicked(pushed(answer), &QPushButton::clicked);
    QTest::keyClick(elsewhere, Qt::Key_Return);
    QCOMPARE(clicked.size(), 1);
}

void TestDialogKeys::prompts()
{
    QTest::addColumn<QString>("what");
    QTest::newRow("consent") << u"consent"_s;
    QTest::newRow("step up") << u"step up"_s;
}

void TestDialogKeys::typingOnOverAPromptAnswersNothing_data()
{
    prompts();
    QTest::newRow("warning") << u"warning"_s;
}

/// Eight keys a second, for longer than the guard lasts: what answers is among them.
void TestDialogKeys::typingOnOverAPromptAnswersNothing()
{
    QFETCH(QString, what);
    open(what);
    QWidget elsewhere;
    elsewhere.show();
    elsewhere.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&elsewhere));
    m_root->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_root));
    const QPointer<QWidget> focused = m_root->focusWidget();
    constexpr int kPauseMs = 125;
    for (const QChar letter : u"y n  Yes No"_s)
        QTest::keyClick(m_root->focusWidget(), letter.toLatin1(), Qt::NoModifier, kPauseMs);
    for (const Qt::Key key :
         {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Tab, Qt::Key_Space, Qt::Key_Escape})
        QTest::keyClick(m_root->focusWidget(), key, Qt::NoModifier, kPauseMs);
    for (const Qt::Key key : {Qt::Key_A, Qt::Key_D, Qt::Key_R, Qt::Key_Y, Qt::Key_N})
        QTest::keyClick(m_root->focusWidget(), key, Qt::AltModifier, kPauseMs);
    QCOMPARE(m_answers, 0);
    QVERIFY(m_root->isVisible());
    QCOMPARE(m_root->focusWidget(), focused);
    for (const QString &yes : {u"allow"_s, u"once"_s, u"always"_s, u"block"_s})
        QVERIFY(!pushed(yes) || !pushed(yes)->isEnabled());
    for (const QCheckBox *box : m_root->findChildren<QCheckBox *>()) {
        if (box->objectName() == "observability:read"_L1)
            QVERIFY(!box->isChecked());
    }
}

void TestDialogKeys::whoPausesInASentenceHasNotReadThePrompt()
{
    QFETCH(QString, what);
    open(what); // the guard has run out
    const QString yes = pushed(u"allow"_s) ? u"allow"_s : u"once"_s;
    QTest::keyClick(m_root->focusWidget(), Qt::Key_H);
    QVERIFY(!pushed(yes)->isEnabled());
    QTest::keyClick(m_root->focusWidget(), Qt::Key_Return);
    QCOMPARE(m_answers, 0);
    QTRY_VERIFY(pushed(yes)->isEnabled());
    QTest::keyClick(m_root->focusWidget(), Qt::Key_Space); // between two words
    QVERIFY(!pushed(yes)->isEnabled());
    QTRY_VERIFY(pushed(yes)->isEnabled());
    // Also where a button has the focus that letters mean nothing to.
    pushed(u"deny"_s)->setFocus();
    QTest::keyClick(m_root->focusWidget(), Qt::Key_H);
    QTest::keyClick(m_root->focusWidget(), Qt::Key_Space);
    QCOMPARE(m_answers, 0);
    QTRY_VERIFY(pushed(yes)->isEnabled());
    QTest::keyClick(m_root->focusWidget(), Qt::Key_Space);
    QCOMPARE(m_answers, 1);
}

void TestDialogKeys::theHeadlineHasTheFirstFocus()
{
    QFETCH(QString, what);
    open(what);
    QCOMPARE(m_root->focusWidget()->objectName(), u"headline"_s);
    QVERIFY(pushed(u"deny"_s)->isDefault());
}

void TestDialogKeys::enterInAFieldAddsTheClient()
{
    open(u"add client"_s);
    QTest::keyClick(m_root->findChild<QLineEdit *>(), Qt::Key_Return);
    QTRY_VERIFY(button(*m_root, u"Done"_s));
}

FLAREDECK_TEST(TestDialogKeys)

} // namespace tst_dialogkeys

#include "tst_dialogkeys.moc"
