#include "core/provider/facts.h"
#include "tests/support/testcase.h"
#include "tests/ui/examples.h"
#include "ui/models/toolmodel.h"
#include "ui/pages/clienttoolscard.h"
#include "ui/text/format.h"

#include <QAbstractItemModelTester>
#include <QTest>

#include <algorithm>

namespace tst_toolmodel {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// The list of tools: its rows, their order, and which of them a filter leaves.
class TestToolModel : public QObject
{
    Q_OBJECT

private slots:
    void everyToolIsBelowTheHeadingOfItsToolset();
    void rulesShowInTheirRows();
    void aClientHasPoliciesOfItsOwn();
    void callsAreCountedForToolsAndToolsets();
    void sortingKeepsToolsBelowTheirHeadings();
    void aFilterLeavesTheHeadingsOfWhatMatches();
    void theSmallestToolsetThatHelpsIsDropped();

private:
    [[nodiscard]] QList<ToolRow> rowsOf(const service::Snapshot &shot, const ClientId &client = {})
    {
        m_rules = tools::RuleBook(shot.rules);
        return toolRows({shot, m_rules, client, m_counts});
    }
    [[nodiscard]] static const ToolRow &row(const QList<ToolRow> &rows, const QString &subject)
    {
        return *std::find_if(rows.begin(), rows.end(),
                             [&](const ToolRow &one) { return one.subject == subject; });
    }

    tools::RuleBook m_rules;
    std::optional<QHash<QString, store::ToolCount>> m_counts;
};

namespace {

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

service::Snapshot ruled()
{
    service::Snapshot shot = examples::snapshot(format::now());
    shot.rules = examples::rules(format::now());
    return shot;
}

QStringList shownBy(const QAbstractItemModel &model)
{
    QStringList ids;
    for (int i = 0; i < model.rowCount(); ++i)
        ids << model.index(i, 0).data(IdRole).toString();
    return ids;
}

} // namespace

void TestToolModel::everyToolIsBelowTheHeadingOfItsToolset()
{
    const auto rows = rowsOf(examples::snapshot(format::now()));
    const auto headings =
        std::count_if(rows.begin(), rows.end(), [](const ToolRow &one) { return one.isHeading(); });
    QCOMPARE(headings, provider::facts().toolsets.size());
    QCOMPARE(rows.size() - headings, qsizetype(tools::allDefinitions().size()));
    QString toolset;
    for (const ToolRow &one : rows) {
        if (one.isHeading())
            toolset = one.toolset;
        QCOMPARE(one.toolset, toolset);
    }
    const ToolRow &radar = row(rows, u"toolset:radar"_s);
    QVERIFY(radar.isDeprecated);
    QCOMPARE(radar.policy, Policy::Off);
    QCOMPARE(row(rows, u"tool:kv_namespaces_list"_s).policy, Policy::Allow);
    QCOMPARE(row(rows, u"tool:kv_namespace_delete"_s).policy, Policy::Ask);
}

void TestToolModel::rulesShowInTheirRows()
{
    ToolModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setTools(rowsOf(ruled()));
    const ToolRow *code = model.find(u"tool:workers_get_worker_code"_s);
    QCOMPARE(code->policy, Policy::Ask);
    QVERIFY(code->hasRule);
    QCOMPARE(code->exceptions, (QList<ToolRow::Exception>{{u"Cursor"_s, Policy::Off}}));
    const int at = int(shownBy(model).indexOf(code->subject));
    QCOMPARE(model.index(at, ToolModel::Policies).data().toString(), u"Ask"_s);
    QCOMPARE(model.index(at, ToolModel::Exceptions).data().toString(), u"Cursor: Off"_s);
    QCOMPARE(model.index(at, ToolModel::Effects).data().toString(), u"Reads"_s);
    QVERIFY(!model.find(u"tool:workers_list"_s)->hasRule);
}

void TestToolModel::aClientHasPoliciesOfItsOwn()
{
    const auto cursor = rowsOf(ruled(), ClientId{u"cursor"_s});
    QCOMPARE(row(cursor, u"tool:workers_get_worker_code"_s).policy, Policy::Off);
    QCOMPARE(row(cursor, u"toolset:radar"_s).policy, Policy::Allow);
    QCOMPARE(row(cursor, u"tool:d1_database_delete"_s).policy, Policy::Off);
    QVERIFY(!row(cursor, u"tool:d1_database_delete"_s).hasRule); // that of all
    const auto code = rowsOf(ruled(), ClientId{u"vscode"_s});
    QCOMPARE(row(code, u"tool:workers_list"_s).policy, Policy::Ask);
}

void TestToolModel::callsAreCountedForToolsAndToolsets()
{
    const auto before = rowsOf(ruled());
    QVERIFY(!row(before, u"tool:workers_list"_s).count);
    m_counts.emplace();
    m_counts->insert(u"workers_list"_s, {200, 1, 5});
    m_counts->insert(u"observability_keys"_s, {100, 50, 9});
    ToolModel model;
    model.setTools(before);
    model.setTools(rowsOf(ruled()));
    m_counts.reset();
    const QStringList ids = shownBy(model);
    const auto text = [&](const QString &id, int column) {
        return model.index(int(ids.indexOf(id)), column).data().toString();
    };
    QCOMPARE(text(u"tool:workers_list"_s, ToolModel::Calls), u"200"_s);
    QCOMPARE(text(u"tool:workers_list"_s, ToolModel::Errors), u"< 1 %"_s);
    QCOMPARE(text(u"tool:observability_keys"_s, ToolModel::Errors), u"50 %"_s);
    QCOMPARE(text(u"tool:kv_namespaces_list"_s, ToolModel::Errors), u"–"_s);
    QCOMPARE(text(u"toolset:observability"_s, ToolModel::Calls), u"300"_s);
    QCOMPARE(text(u"toolset:observability"_s, ToolModel::Errors), u"17 %"_s);
}

void TestToolModel::sortingKeepsToolsBelowTheirHeadings()
{
    ToolModel model;
    SortedTools sorted(&model);
    model.setTools(rowsOf(ruled()));
    for (const int column : {ToolModel::Tool, ToolModel::Effects, ToolModel::Tokens}) {
        for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
            sorted.sort(column, order);
            QStringList headings;
            QString toolset;
            for (const QString &id : shownBy(sorted)) {
                const ToolRow *one = model.find(id);
                if (one->isHeading())
                    headings << (toolset = one->toolset);
                QCOMPARE(one->toolset, toolset);
            }
            QStringList wanted;
            for (const provider::Toolset &one : provider::facts().toolsets)
                wanted << one.name;
            QCOMPARE(headings, wanted);
        }
    }
    sorted.sort(ToolModel::Effects, Qt::DescendingOrder);
    const QStringList ids = shownBy(sorted);
    const auto heading = std::find_if(ids.begin(), ids.end(), [&model](const QString &id) {
        return model.find(id)->isHeading() && model.find(id)->toolset == u"bindings"_s;
    });
    QVERIFY(heading != ids.end());
    QCOMPARE(model.find(*(heading + 1))->effect, Effect::Destroys);
}

void TestToolModel::aFilterLeavesTheHeadingsOfWhatMatches()
{
    ToolModel model;
    SortedTools sorted(&model);
    const QAbstractItemModelTester tester(&sorted, kFatal);
    model.setTools(rowsOf(ruled()));
    sorted.choose({.text = u"kv_namespace_delete"_s});
    QCOMPARE(shownBy(sorted), QStringList({u"toolset:bindings"_s, u"tool:kv_namespace_delete"_s}));
    sorted.choose({.text = u"KV namespace"_s, .effect = Effect::Changes});
    QCOMPARE(sorted.rowCount(), 3);
    sorted.choose({.toolset = u"radar"_s});
    QCOMPARE(shownBy(sorted).first(), u"toolset:radar"_s);
    sorted.choose({.toolset = u"bindings"_s, .policy = Policy::Off});
    QCOMPARE(shownBy(sorted), QStringList({u"toolset:bindings"_s, u"tool:d1_database_delete"_s}));
    sorted.choose({.text = u"no tool has this"_s});
    QCOMPARE(sorted.rowCount(), 0);
    sorted.choose({});
    QCOMPARE(sorted.rowCount(), model.rowCount());
}

void TestToolModel::theSmallestToolsetThatHelpsIsDropped()
{
    service::ClientTools list;
    list.byToolset = {{u"a"_s, {10, 0}}, {u"b"_s, {30, 0}}, {u"c"_s, {60, 0}}};
    list.all = {100, 0};
    QCOMPARE(toolsetToDrop(list, 95), u"a"_s);
    QCOMPARE(toolsetToDrop(list, 80), u"b"_s);
    QCOMPARE(toolsetToDrop(list, 20), u"c"_s); // helps most
}

FLAREDECK_TEST(TestToolModel)

} // namespace tst_toolmodel

#include "tst_toolmodel.moc"
