#include "core/provider/scopes.h"
#include "core/tools/rulebook.h"
#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/pages/activitypage.h"
#include "ui/pages/toolspage.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/jsonview.h"
#include "ui/widgets/policybox.h"
#include "ui/widgets/schemaform.h"

#include <QBuffer>
#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>

#include <algorithm>
#include <memory>

namespace tst_toolspage {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// What a person sees and sets on the page Tools, and a tool that is tried.
class TestToolsPage : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aPolicyIsSetInItsCell();
    void theKeyboardOpensTheSameMenu();
    void aHeadingSwitchesItsToolset();
    void aDeprecatedToolsetIsSwitchedOnByARule();
    void defaultsAreSetForEachEffect();
    void theDetailSaysWhatAToolIs();
    void anExceptionIsMadeForAClient();
    void aClientSeesItsOwnListAgainstItsLimit();
    void whatFitsNeedsNoRemedy();
    void aClientWithoutAGrantHasNoList();
    void searchAndFiltersCombine();
    void aToolThatReadsRunsAtOnce();
    void aToolThatChangesAsksFirst();
    void whatIsMissingIsSaidBeforeAnythingRuns();
    void aFailureIsShownInWords();
    void aPictureIsShown();
    void theAccountIsChosen();
    void nobodyRunsAToolWithoutASignIn();
    void aRuleThatIsNotSavedIsTold();
    void aCallIsRunAgainAndMadeARule();

private:
    void open(const service::SnapshotPtr &shot = PageFixture::busy());
    [[nodiscard]] DataTable *table() { return named<DataTable>(*m_page, u"Tools"_s); }
    void select(const QString &subject) { QVERIFY(table()->select(subject)); }
    [[nodiscard]] QModelIndex policyOf(const QString &subject);
    /// Chooses in the menu that the page has opened.
    void choose(const QString &text);
    [[nodiscard]] bool says(const QString &part) const;
    [[nodiscard]] QStringList asked() const { return m_fixture->commands.asked; }
    /// A tool with its form filled, where it takes something.
    void fill(const QString &field, const QString &text);
    void run() { m_page->findChild<QPushButton *>(u"run"_s)->click(); }

    std::unique_ptr<PageFixture> m_fixture;
    std::unique_ptr<ToolsPage> m_page;
};

void TestToolsPage::init()
{
    m_fixture = std::make_unique<PageFixture>();
}

void TestToolsPage::cleanup()
{
    m_page.reset();
    m_fixture.reset();
}

void TestToolsPage::open(const service::SnapshotPtr &shot)
{
    m_page = std::make_unique<ToolsPage>(m_fixture->context);
    m_page->setSnapshot(shot);
    m_page->resize(1240, 800);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

QModelIndex TestToolsPage::policyOf(const QString &subject)
{
    const auto *model = table()->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        if (model->index(row, 0).data(IdRole).toString() == subject)
            return model->index(row, ToolModel::Policies);
    }
    return {};
}

void TestToolsPage::choose(const QString &text)
{
    QMenu *open = nullptr;
    QTRY_VERIFY(open = qobject_cast<QMenu *>(QApplication::activePopupWidget()));
    for (QAction *action : open->actions()) {
        if (action->text() == text)
            action->trigger();
    }
    open->close();
}

bool TestToolsPage::says(const QString &part) const
{
    const auto labels = m_page->findChildren<QLabel *>();
    return std::any_of(labels.begin(), labels.end(), [&part](const QLabel *label) {
        return label->isVisible() && label->text().contains(part);
    });
}

void TestToolsPage::fill(const QString &field, const QString &text)
{
    auto *line =
        qobject_cast<QLineEdit *>(m_page->findChild<SchemaField *>(u"field/"_s + field)->editor());
    line->clear();
    QTest::keyClicks(line, text);
}

void TestToolsPage::aPolicyIsSetInItsCell()
{
    open();
    const QModelIndex cell = policyOf(u"tool:kv_namespaces_list"_s);
    table()->scrollTo(cell);
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(cell).center());
    choose(u"Off"_s);
    QCOMPARE(asked(), QStringList{u"setRule  tool:kv_namespaces_list off"_s});
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(cell).center());
    choose(u"As usual"_s);
    QCOMPARE(asked().last(), u"setRule  tool:kv_namespaces_list usual"_s);
}

void TestToolsPage::theKeyboardOpensTheSameMenu()
{
    open();
    select(u"tool:kv_namespace_delete"_s);
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_Return);
    choose(u"Allow"_s);
    QCOMPARE(asked(), QStringList{u"setRule  tool:kv_namespace_delete allow"_s});
}

void TestToolsPage::aHeadingSwitchesItsToolset()
{
    open();
    const QModelIndex cell = policyOf(u"toolset:bindings"_s);
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(cell).center());
    QCOMPARE(asked(), QStringList{u"setRule  toolset:bindings off"_s});

    service::Snapshot shot = *PageFixture::busy();
    shot.rules = {{ClientId(), u"toolset:bindings"_s, Policy::Off, 1}};
    m_page->setSnapshot(std::make_shared<const service::Snapshot>(shot));
    QCOMPARE(policyOf(u"tool:kv_namespaces_list"_s).data().toString(), u"Off"_s);
    select(u"toolset:bindings"_s);
    auto *toggle = m_page->findChild<ToggleSwitch *>(u"toolset"_s);
    QVERIFY(!toggle->isChecked());
    QTest::mouseClick(toggle, Qt::LeftButton);
    // On is what holds without a rule.
    QCOMPARE(asked().last(), u"setRule  toolset:bindings usual"_s);
    QVERIFY(says(u"http://localhost:8788/bindings/mcp"_s));
}

void TestToolsPage::aDeprecatedToolsetIsSwitchedOnByARule()
{
    open();
    select(u"toolset:radar"_s);
    QVERIFY(says(u"has deprecated"_s));
    auto *toggle = m_page->findChild<ToggleSwitch *>(u"toolset"_s);
    QVERIFY(!toggle->isChecked());
    QTest::mouseClick(toggle, Qt::LeftButton);
    QCOMPARE(asked(), QStringList{u"setRule  toolset:radar allow"_s});
}

void TestToolsPage::defaultsAreSetForEachEffect()
{
    service::Snapshot shot = *PageFixture::busy();
    shot.rules = {{ClientId(), u"effect:reads"_s, Policy::Ask, 1}};
    open(std::make_shared<const service::Snapshot>(shot));
    auto *reads = m_page->findChild<PolicyBox *>(u"effect:reads"_s);
    auto *destroys = m_page->findChild<PolicyBox *>(u"effect:destroys"_s);
    QCOMPARE(reads->currentText(), u"Ask"_s);
    QCOMPARE(destroys->currentText(), u"As usual: Ask"_s);
    QTest::keyClick(reads, Qt::Key_Home);
    QCOMPARE(asked(), QStringList{u"setRule  effect:reads usual"_s});
    QTest::keyClick(destroys, Qt::Key_Down);
    QCOMPARE(asked().last(), u"setRule  effect:destroys allow"_s);
}

void TestToolsPage::theDetailSaysWhatAToolIs()
{
    examples::writeHistory(m_fixture->files.historyFile(), examples::calls(format::now()));
    open();
    m_page->readHistory();
    m_fixture->settle();
    select(u"tool:kv_namespace_delete"_s);
    for (const QString &part :
         {u"kv_namespace_delete"_s, u"Delete KV namespace"_s, u"‹namespace_id›"_s, u"kv:write"_s,
          u"workers-kv-storage.write"_s, u"none in 30 days"_s, u"namespace_id"_s, u"Id of the"_s})
        QTRY_VERIFY2(says(part), qPrintable(part));
    select(u"tool:workers_list"_s);
    QTRY_VERIFY(says(u"in 30 days, "_s));
    QTRY_VERIFY(says(u"It takes none."_s));
}

void TestToolsPage::anExceptionIsMadeForAClient()
{
    open();
    select(u"tool:kv_namespaces_list"_s);
    auto *all = named<PolicyBox>(*m_page, u"Policy for All clients"_s);
    QCOMPARE(all->currentText(), u"As usual: Allow"_s);
    QMenu *menu = button(*m_page, u"Add an exception"_s)->menu();
    emit menu->aboutToShow();
    QCOMPARE(menu->actions().size(), 4);
    QMenu *cursor = menu->actions().at(1)->menu();
    QCOMPARE(cursor->title(), u"Cursor"_s);
    cursor->actions().at(int(Policy::Off))->trigger();
    QCOMPARE(asked(), QStringList{u"setRule cursor tool:kv_namespaces_list off"_s});

    service::Snapshot shot = *PageFixture::busy();
    shot.rules = {{ClientId{u"cursor"_s}, u"tool:kv_namespaces_list"_s, Policy::Off, 1}};
    m_page->setSnapshot(std::make_shared<const service::Snapshot>(shot));
    auto *own = named<PolicyBox>(*m_page, u"Policy for Cursor"_s);
    QVERIFY(own);
    QCOMPARE(own->currentText(), u"Off"_s);
    QTest::keyClick(own, Qt::Key_Home);
    QCOMPARE(asked().last(), u"setRule cursor tool:kv_namespaces_list usual"_s);
}

void TestToolsPage::aClientSeesItsOwnListAgainstItsLimit()
{
    service::Snapshot shot = *PageFixture::busy();
    shot.rules = examples::rules(format::now());
    shot.grants[1].grant.scopes = scopes::all();
    open(std::make_shared<const service::Snapshot>(shot));
    auto *clients = named<QComboBox>(*m_page, u"Whose policies are shown"_s);
    clients->setCurrentIndex(clients->findText(u"For Cursor"_s));
    const tools::RuleBook book(shot.rules);
    const auto &all = tools::allDefinitions();
    const auto listed = std::count_if(all.begin(), all.end(), [&book](const auto &tool) {
        return !book.isOff(ClientId{u"cursor"_s}, tool);
    });
    QVERIFY(listed > 80 && listed < qsizetype(all.size()));
    QVERIFY(says(u"%1 tools, about "_s.arg(listed)));
    QVERIFY(says(u"Cursor takes 80 tools"_s));
    QCOMPARE(policyOf(u"tool:workers_get_worker_code"_s).data().toString(), u"Off"_s);
    auto *remedy = m_page->findChild<QPushButton *>(u"remedy"_s);
    QVERIFY(remedy->isVisible());
    QCOMPARE(remedy->text(), u"Switch off Radar (−66 tools)"_s);
    QTest::mouseClick(remedy, Qt::LeftButton);
    QCOMPARE(asked(), QStringList{u"setRule cursor toolset:radar usual"_s}); // off without a rule

    const QModelIndex cell = policyOf(u"tool:kv_namespaces_list"_s);
    table()->scrollTo(cell);
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(cell).center());
    choose(u"Ask"_s);
    QCOMPARE(asked().last(), u"setRule cursor tool:kv_namespaces_list ask"_s);
}

void TestToolsPage::whatFitsNeedsNoRemedy()
{
    open();
    m_page->showClient(ClientId{u"vscode"_s});
    QVERIFY(says(u"takes 128 tools"_s));
    QVERIFY(!m_page->findChild<QPushButton *>(u"remedy"_s)->isVisible());
    m_page->showClient(ClientId{u"claude"_s});
    QVERIFY(says(u"No limit of this program is known."_s));
    m_page->showClient({});
    QVERIFY(!m_page->findChild<QLabel *>(u"figures"_s)->isVisible());
}

void TestToolsPage::aClientWithoutAGrantHasNoList()
{
    open();
    m_page->showClient(ClientId{u"inspector"_s});
    QVERIFY(says(u"No list of tools"_s));
    QVERIFY(says(u"MCP Inspector has no grant."_s));
}

void TestToolsPage::searchAndFiltersCombine()
{
    open();
    m_page->find();
    QTest::keyClicks(QApplication::focusWidget(), u"namespace"_s);
    QCOMPARE(table()->model()->rowCount(), 6); // five and their heading
    auto *effects = named<QComboBox>(*m_page, u"Effect"_s);
    effects->setCurrentIndex(effects->findText(u"Destroys"_s));
    QCOMPARE(table()->model()->rowCount(), 2);
    QVERIFY(says(u"1 of %1 tools"_s.arg(tools::allDefinitions().size())));
    auto *policies = named<QComboBox>(*m_page, u"Policy"_s);
    policies->setCurrentIndex(policies->findText(u"Off"_s));
    QVERIFY(says(u"No tool matches"_s));
    QTest::mouseClick(button(*m_page, u"Show all tools"_s), Qt::LeftButton);
    QVERIFY(table()->isVisible());
    QVERIFY(table()->model()->rowCount() > 99);
}

void TestToolsPage::aToolThatReadsRunsAtOnce()
{
    m_fixture->commands.toolResult = mcp::ToolResult::structuredJson({{"buckets", {"a", "b"}}});
    open();
    select(u"tool:r2_buckets_list"_s);
    fill(u"per_page"_s, u"5"_s);
    run();
    QTRY_COMPARE(asked(), QStringList{u"tryTool r2_buckets_list a1"_s});
    QVERIFY(m_fixture->commands.triedArguments == Json({{"per_page", 5}}));
    JsonView *view = nullptr;
    QTRY_VERIFY(view = named<JsonView>(*m_page->findChild<QWidget *>(u"result"_s), u"Result"_s));
    QVERIFY(view->toPlainText().contains(u"\"buckets\": ["_s));
    // Another tool has another result.
    select(u"tool:workers_list"_s);
    QVERIFY(!m_page->findChild<QWidget *>(u"result"_s)->isVisible());
}

void TestToolsPage::aToolThatChangesAsksFirst()
{
    open();
    select(u"tool:kv_namespace_create"_s);
    fill(u"title"_s, u"cache"_s);
    run();
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = m_page->findChild<QDialog *>());
    QStringList said;
    for (const QLabel *label : dialog->findChildren<QLabel *>())
        said << label->text();
    QVERIFY2(said.contains(u"Creates a KV namespace with the title cache."_s),
             qPrintable(said.join(u'\n')));
    answerDialog(*m_page, u"cancel"_s);
    QCOMPARE(asked(), QStringList());
    run();
    answerDialog(*m_page, u"confirm"_s);
    QTRY_COMPARE(asked(), QStringList{u"tryTool kv_namespace_create a1"_s});
    QVERIFY(m_fixture->commands.triedArguments == Json({{"title", "cache"}}));
}

void TestToolsPage::whatIsMissingIsSaidBeforeAnythingRuns()
{
    open();
    select(u"tool:kv_namespace_get"_s);
    run();
    QTRY_VERIFY(says(u"This is required."_s));
    QCOMPARE(asked(), QStringList());
}

void TestToolsPage::aFailureIsShownInWords()
{
    m_fixture->commands.toolResult =
        fail(Error::Kind::Unauthorized, u"Nobody is signed in."_s, u"Sign in first."_s);
    open();
    select(u"tool:workers_list"_s);
    run();
    JsonView *view = nullptr;
    QTRY_VERIFY(view = named<JsonView>(*m_page->findChild<QWidget *>(u"result"_s), u"Result"_s));
    QCOMPARE(view->toPlainText(), u"Nobody is signed in. Sign in first."_s);
}

void TestToolsPage::aPictureIsShown()
{
    QImage image(900, 300, QImage::Format_RGB32);
    image.fill(Qt::darkGreen);
    QByteArray png;
    QBuffer buffer(&png);
    QVERIFY(image.save(&buffer, "PNG"));
    mcp::ToolResult result;
    result.content = {mcp::Content::image(png, u"image/png"_s)};
    m_fixture->commands.toolResult = result;
    open();
    select(u"tool:workers_list"_s);
    run();
    QLabel *picture = nullptr;
    QTRY_VERIFY(picture = named<QLabel>(*m_page, u"Picture, 900 × 300"_s));
    QTRY_VERIFY(!picture->pixmap().isNull());
    QTRY_VERIFY(picture->pixmap().width() <= picture->width());
}

void TestToolsPage::theAccountIsChosen()
{
    open();
    select(u"tool:workers_list"_s);
    auto *accounts = named<QComboBox>(*m_page, u"Account"_s);
    QVERIFY(accounts->isVisible());
    accounts->setCurrentIndex(accounts->findText(u"Acme Staging"_s));
    run();
    QTRY_COMPARE(asked(), QStringList{u"tryTool workers_list a2"_s});
    select(u"tool:accounts_list"_s);
    QVERIFY(!accounts->isVisible());
}

void TestToolsPage::nobodyRunsAToolWithoutASignIn()
{
    open(PageFixture::fresh());
    select(u"tool:workers_list"_s);
    QVERIFY(!m_page->findChild<QPushButton *>(u"run"_s)->isEnabled());
    QVERIFY(says(u"Sign in on the page Settings"_s));
}

void TestToolsPage::aRuleThatIsNotSavedIsTold()
{
    m_fixture->commands.answer =
        fail(Error::Kind::Storage, u"The disk is full."_s, u"Free some space."_s);
    open();
    const QModelIndex cell = policyOf(u"toolset:bindings"_s);
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(cell).center());
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = m_page->findChild<QDialog *>());
    QVERIFY(says(u"The disk is full. Free some space."_s));
}

void TestToolsPage::aCallIsRunAgainAndMadeARule()
{
    store::CallRecord call = examples::calls(format::now()).first();
    call.tool = u"observability_keys"_s;
    call.client = ClientId{u"cursor"_s};
    call.decision = u"a person allowed it once"_s;
    examples::writeHistory(m_fixture->files.historyFile(), {call});
    ActivityPage page(m_fixture->context);
    page.setSnapshot(PageFixture::busy());
    page.readHistory();
    page.resize(1240, 800);
    page.show();
    m_fixture->settle();
    named<DataTable>(page, u"Calls"_s)->selectRow(0);
    m_fixture->settle();
    auto *decision = page.findChild<QLabel *>(u"decision"_s);
    QTRY_VERIFY(decision->isVisible());
    QCOMPARE(decision->text(), u"Decided: a person allowed it once"_s);

    const QSignalSpy again(&page, &Page::runRequested);
    QTest::mouseClick(button(page, u"Run again"_s), Qt::LeftButton);
    QCOMPARE(again.size(), 1);
    QCOMPARE(again.first().first().toString(), call.tool);
    QCOMPARE(again.first().at(1).toByteArray(), call.arguments);

    QMenu *menu = button(page, u"Make a rule"_s)->menu();
    emit menu->aboutToShow();
    QList<QAction *> choices;
    for (QAction *action : menu->actions()) {
        if (action->text() == "Ask"_L1)
            choices << action;
    }
    QCOMPARE(choices.size(), 2);
    choices.first()->trigger();
    QCOMPARE(asked(), QStringList{u"setRule cursor tool:observability_keys ask"_s});
    QTRY_VERIFY(page.findChild<QLabel *>(u"made"_s)->isVisible());
    choices.last()->trigger();
    QCOMPARE(asked().last(), u"setRule  tool:observability_keys ask"_s);
}

FLAREDECK_TEST(TestToolsPage)

} // namespace tst_toolspage

#include "tst_toolspage.moc"
