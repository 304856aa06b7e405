#include "tests/support/testcase.h"
#include "tests/ui/pagefixture.h"
#include "ui/bannerarea.h"
#include "ui/dialogs/addclientdialog.h"
#include "ui/dialogs/addserverdialog.h"
#include "ui/dialogs/callapprovaldialog.h"
#include "ui/dialogs/connectdialog.h"
#include "ui/dialogs/consentdialog.h"
#include "ui/dialogs/forgetdialog.h"
#include "ui/dialogs/keychaindialog.h"
#include "ui/dialogs/setupdialog.h"
#include "ui/dialogs/signindialog.h"
#include "ui/pages/aboutsection.h"
#include "ui/pages/activitypage.h"
#include "ui/pages/clientspage.h"
#include "ui/pages/grantspage.h"
#include "ui/pages/logspage.h"
#include "ui/pages/overviewpage.h"
#include "ui/pages/securitypage.h"
#include "ui/pages/serverspage.h"
#include "ui/pages/settingspage.h"
#include "ui/pages/toolspage.h"
#include "ui/theme/theme.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/navigationrail.h"

#include <QAccessible>
#include <QApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSet>
#include <QTest>

#include <memory>

namespace tst_accessibility {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// Walks every page: each control has a name for screen readers, and Tab reaches it.
class TestAccessibility : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void everyControlIsNamedAndReachable_data();
    void everyControlIsNamedAndReachable();

private:
    std::unique_ptr<QWidget> make(const QString &what);
    std::unique_ptr<PageFixture> m_fixture;
};

namespace {

bool isControl(const QWidget *widget)
{
    return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) &&
           !widget->focusProxy();
}

QString describe(const QWidget *widget)
{
    return QString::fromLatin1(widget->metaObject()->className()) + u" in "_s +
           QString::fromLatin1(widget->parentWidget()->metaObject()->className());
}

QString spokenName(QWidget *widget)
{
    const QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
    return interface ? interface->text(QAccessible::Name) : QString();
}

} // namespace

void TestAccessibility::initTestCase()
{
    applyTheme(*qApp, u"light"_s);
}

std::unique_ptr<QWidget> TestAccessibility::make(const QString &what)
{
    const bool busy = !what.endsWith("empty"_L1);
    const auto snapshot = busy ? PageFixture::busy() : PageFixture::fresh();
    if (busy)
        examples::writeHistory(m_fixture->files.historyFile(), examples::calls(format::now()));
    if (what == "security"_L1)
        examples::writeAudit(m_fixture->files.vaultFile(), format::now());

    if (what == "step up"_L1)
        return std::make_unique<CallApprovalDialog>(examples::stepUp());
    if (what == "approval"_L1)
        return std::make_unique<CallApprovalDialog>(examples::change(format::now()));
    if (what == "consent"_L1)
        return std::make_unique<ConsentDialog>(examples::consent(format::now()));
    if (what == "add client"_L1)
        return std::make_unique<AddClientDialog>(m_fixture->commands, 8788);
    if (what == "rail"_L1) {
        auto rail = std::make_unique<NavigationRail>();
        rail->addPage(u"overview"_s, u"Overview"_s);
        rail->setSnapshot(*snapshot);
        return rail;
    }
    if (what == "banners"_L1) {
        auto banners = std::make_unique<BannerArea>(m_fixture->commands);
        service::Snapshot shot = *snapshot;
        shot.keyState = store::KeyState::Closed;
        shot.server.state = service::ServerState::PortTaken;
        shot.server.freePort = 8790;
        banners->setSnapshot(shot);
        return banners;
    }
    if (what == "keychain"_L1) {
        service::Snapshot shot = *snapshot;
        shot.keyState = store::KeyState::Closed;
        shot.keyProblem = store::KeyProblem::EntryLost; // the one with every choice
        return std::make_unique<KeychainDialog>(m_fixture->commands, shot);
    }
    if (what == "connect"_L1) {
        m_fixture->commands.survey = examples::survey(format::now());
        return std::make_unique<ConnectDialog>(m_fixture->commands, snapshot);
    }
    if (what == "add server"_L1) {
        auto add = std::make_unique<AddServerDialog>(m_fixture->commands);
        add->findChild<QLineEdit *>()->setText(u"https://example.org/mcp"_s);
        return add;
    }
    if (what == "sign in"_L1) {
        service::Snapshot shot = *snapshot;
        shot.server.sandbox = false;
        shot.servers = examples::servers(format::now());
        return std::make_unique<SignInDialog>(m_fixture->commands, shot);
    }
    if (what == "about"_L1) {
        Origin origin;
        origin.kind = Origin::Kind::AppImage;
        origin.home = origin.issues = origin.privacy = origin.latest = u"https://example.org"_s;
        return std::make_unique<AboutSection>(m_fixture->context, origin);
    }
    if (what == "forget"_L1) {
        m_fixture->commands.forgetPlan = examples::forgetPlan();
        return std::make_unique<ForgetDialog>(m_fixture->commands);
    }
    if (what == "set up"_L1) {
        m_fixture->commands.setupPlan = examples::setupPlan();
        return std::make_unique<SetupDialog>(m_fixture->commands,
                                             examples::survey(format::now()).clients.first());
    }
    std::unique_ptr<Page> page;
    if (what.startsWith("overview"_L1))
        page = std::make_unique<OverviewPage>(m_fixture->context);
    else if (what.startsWith("clients"_L1))
        page = std::make_unique<ClientsPage>(m_fixture->context);
    else if (what.startsWith("grants"_L1))
        page = std::make_unique<GrantsPage>(m_fixture->context);
    else if (what.startsWith("activity"_L1))
        page = std::make_unique<ActivityPage>(m_fixture->context);
    else if (what.startsWith("security"_L1))
        page = std::make_unique<SecurityPage>(m_fixture->context);
    else if (what.startsWith("servers"_L1))
        page = std::make_unique<ServersPage>(m_fixture->context);
    else if (what.startsWith("tool"_L1))
        page = std::make_unique<ToolsPage>(m_fixture->context);
    else if (what.startsWith("logs"_L1))
        page = std::make_unique<LogsPage>(m_fixture->context);
    else
        page = std::make_unique<SettingsPage>(m_fixture->context);
    service::Snapshot shot = *snapshot;
    if (what == "servers"_L1)
        shot.servers = examples::servers(format::now());
    page->setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page->readHistory();
    m_fixture->settle();
    if (what == "tools client"_L1)
        static_cast<ToolsPage *>(page.get())->showClient(snapshot->clients.first().client.id);
    return page;
}

void TestAccessibility::everyControlIsNamedAndReachable_data()
{
    QTest::addColumn<QString>("what");
    for (const char *name :
         {"overview",     "overview empty", "clients",        "clients empty", "grants",
          "grants empty", "activity",       "activity empty", "security",      "security empty",
          "logs",         "settings",       "settings empty", "rail",          "banners",
          "consent",      "step up",        "keychain",       "add client",    "connect",
          "set up",       "forget",         "tools",          "toolset",       "tools client",
          "tools empty",  "approval",       "servers",        "servers empty", "add server",
          "sign in",      "about"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestAccessibility::everyControlIsNamedAndReachable()
{
    QFETCH(QString, what);
    m_fixture.reset(); // there is one log book in a process
    m_fixture = std::make_unique<PageFixture>();
    m_fixture->log.record(LogLevel::Info, u"flaredeck.app"_s, u"Listening"_s);
    const std::unique_ptr<QWidget> root = make(what);
    root->resize(1040, 780);
    root->show();
    QVERIFY(QTest::qWaitForWindowActive(root.get()));
    // With the detail pane open there is more to reach.
    if (auto *table = root->findChild<DataTable *>(); table && what != "overview"_L1)
        table->selectRow(what.startsWith("tools"_L1) ? 1 : 0); // the first is a heading
    m_fixture->settle();
    if (what == "consent"_L1)
        QTRY_VERIFY(root->findChild<QPushButton *>(u"allow"_s)->isEnabled());
    if (what == "step up"_L1 || what == "approval"_L1)
        QTRY_VERIFY(root->findChild<QPushButton *>(u"once"_s)->isEnabled());

    QSet<QWidget *> expected;
    for (QWidget *widget : root->findChildren<QWidget *>()) {
        if (!isControl(widget))
            continue;
        expected << widget;
        QVERIFY2(!spokenName(widget).isEmpty(), qPrintable(u"no name: "_s + describe(widget)));
    }
    QVERIFY(!expected.isEmpty());

    QSet<QWidget *> reached;
    for (int step = 0; step < 3 * expected.size() + 3; ++step) {
        if (QWidget *focused = root->focusWidget())
            reached << focused;
        // Of a group of radio buttons Tab reaches one, and the arrows the others.
        if (qobject_cast<QRadioButton *>(root->focusWidget())) {
            for (const Qt::Key key : {Qt::Key_Up, Qt::Key_Left, Qt::Key_Down, Qt::Key_Right}) {
                const QWidget *before = nullptr;
                while (before != root->focusWidget()) { // to the end of the row or column
                    before = root->focusWidget();
                    QTest::keyClick(root->focusWidget(), key);
                    reached << root->focusWidget();
                }
            }
        }
        QTest::keyClick(root->focusWidget() ? root->focusWidget() : root.get(), Qt::Key_Tab);
    }
    for (QWidget *widget : std::as_const(expected))
        QVERIFY2(reached.contains(widget), qPrintable(u"Tab does not reach: "_s + describe(widget) +
                                                      u" "_s + spokenName(widget)));
}

FLAREDECK_TEST(TestAccessibility)

} // namespace tst_accessibility

#include "tst_accessibility.moc"
