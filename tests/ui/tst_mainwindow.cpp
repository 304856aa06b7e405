#include "core/service/corethread.h"
#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/mainwindow.h"
#include "ui/models/auditmodel.h"
#include "ui/pages/activitypage.h"
#include "ui/pages/clientspage.h"
#include "ui/pages/grantspage.h"
#include "ui/pages/overviewpage.h"
#include "ui/pages/securitypage.h"
#include "ui/pages/toolspage.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/navigationrail.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSystemTrayIcon>
#include <QTest>

namespace tst_mainwindow {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

class TestMainWindow : public QObject
{
    Q_OBJECT

private slots:
    void pagesAreBuiltWhenTheyAreShown();
    void theLastPageIsRemembered();
    void snapshotsReachThePages();
    void aLinkOpensItsPage();
    void aClientLeadsToItsEvents();
    void aCallIsRunAgainOnThePageTools();
    void closingHidesOrQuits();
};

void TestMainWindow::pagesAreBuiltWhenTheyAreShown()
{
    PageFixture fixture;
    service::CoreThread core; // not started: the window must live without
    MainWindow window(core, fixture.files, fixture.settings, fixture.log);
    QCOMPARE(window.findChildren<Page *>().size(), 0);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QCOMPARE(window.findChildren<Page *>().size(), 1);
    QVERIFY(window.findChild<OverviewPage *>()->isVisible());
    QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
    QTRY_VERIFY(window.findChild<GrantsPage *>());
    QVERIFY(window.findChild<GrantsPage *>()->isVisible());
    QCOMPARE(window.findChildren<Page *>().size(), 2);
}

void TestMainWindow::theLastPageIsRemembered()
{
    PageFixture fixture;
    service::CoreThread core;
    {
        MainWindow window(core, fixture.files, fixture.settings, fixture.log);
        window.show();
        window.open(page::Activity);
    }
    MainWindow window(core, fixture.files, fixture.settings, fixture.log);
    window.show();
    QVERIFY(window.findChild<ActivityPage *>());
    QVERIFY(!window.findChild<OverviewPage *>());
}

void TestMainWindow::snapshotsReachThePages()
{
    PageFixture fixture;
    service::CoreThread core;
    MainWindow window(core, fixture.files, fixture.settings, fixture.log);
    window.show();
    window.open(page::Grants);
    emit core.changed(PageFixture::busy());
    QCOMPARE(window.findChild<GrantsPage *>()->findChild<DataTable *>()->model()->rowCount(), 3);
}

void TestMainWindow::aLinkOpensItsPage()
{
    PageFixture fixture;
    service::CoreThread core;
    MainWindow window(core, fixture.files, fixture.settings, fixture.log);
    window.show();
    window.openNamed(u"clients"_s);
    auto *clients = window.findChild<ClientsPage *>();
    QVERIFY(clients && clients->isVisible());
    for (const QString &nowhere : {u""_s, u"nix"_s}) {
        window.openNamed(nowhere);
        QVERIFY(clients->isVisible());
    }
}

void TestMainWindow::aClientLeadsToItsEvents()
{
    PageFixture fixture;
    service::Snapshot shot = *PageFixture::busy();
    shot.clients.resize(1);
    shot.clients.first().client.id = ClientId{u"d_cur"_s};
    examples::writeAudit(fixture.files.vaultFile(), format::now());
    service::CoreThread core;
    MainWindow window(core, fixture.files, fixture.settings, fixture.log);
    window.show();
    window.open(page::Clients);
    emit core.changed(std::make_shared<const service::Snapshot>(shot));
    auto *clients = window.findChild<ClientsPage *>();
    clients->findChild<DataTable *>()->selectRow(0);
    auto *link = named<QPushButton>(*clients, u"Show the security events of this client"_s);
    QVERIFY(link && link->isVisible());
    QTest::mouseClick(link, Qt::LeftButton);
    auto *security = window.findChild<SecurityPage *>();
    QVERIFY(security && security->isVisible());
    auto *choice = named<QComboBox>(*security, u"Whose events are shown"_s);
    QTRY_COMPARE(choice->currentText(), u"Cursor"_s);
    auto *rows = named<DataTable>(*security, u"Security events"_s)->model();
    const auto isOnlyOfCursor = [rows] {
        for (int row = 0; row < rows->rowCount(); ++row) {
            if (rows->index(row, AuditModel::Client).data().toString() != u"Cursor"_s)
                return false;
        }
        return rows->rowCount() > 0;
    };
    QTRY_VERIFY(isOnlyOfCursor());
}

void TestMainWindow::aCallIsRunAgainOnThePageTools()
{
    PageFixture fixture;
    store::CallRecord call = examples::calls(format::now()).first();
    call.tool = u"worker_logs_keys"_s;
    call.arguments = R"({"scriptName":"api"})";
    examples::writeHistory(fixture.files.historyFile(), {call});
    service::CoreThread core;
    MainWindow window(core, fixture.files, fixture.settings, fixture.log);
    window.show();
    emit core.changed(PageFixture::busy());
    window.open(page::Activity);
    auto *calls = named<DataTable>(window, u"Calls"_s);
    QTRY_VERIFY(calls->model()->rowCount() > 0);
    calls->selectRow(0);
    QTRY_VERIFY(button(window, u"Run again"_s));
    QTest::mouseClick(button(window, u"Run again"_s), Qt::LeftButton);
    auto *tools = window.findChild<ToolsPage *>();
    QVERIFY(tools && tools->isVisible());
    QCOMPARE(named<DataTable>(*tools, u"Tools"_s)->currentId(), u"tool:worker_logs_keys"_s);
    QCOMPARE(named<QLineEdit>(*tools, u"scriptName, required"_s)->text(), u"api"_s);
}

void TestMainWindow::closingHidesOrQuits()
{
    PageFixture fixture;
    service::CoreThread core;
    MainWindow window(core, fixture.files, fixture.settings, fixture.log);
    const QSignalSpy quit(&window, &MainWindow::quitRequested);
    const QSignalSpy hidden(&window, &MainWindow::hiddenToTray);
    window.show();
    window.close();
    const bool tray = QSystemTrayIcon::isSystemTrayAvailable();
    QCOMPARE(quit.size(), tray ? 0 : 1);
    QCOMPARE(hidden.size(), tray ? 1 : 0);
    QCOMPARE(window.isVisible(), !tray);
}

FLAREDECK_TEST(TestMainWindow)

} // namespace tst_mainwindow

#include "tst_mainwindow.moc"
