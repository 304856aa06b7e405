#include "core/provider/scopes.h"
#include "tests/core/provider/comparejson.h"
#include "tests/core/tools/cataloguesetup.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>

namespace tst_catalogue {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

using Setup = CatalogueSetup;

/// Which tools a client has, and what it is told about them.
class TestCatalogue : public QObject
{
    Q_OBJECT

private slots:
    void listsWhatTheScopesOpen();
    void everyToolsetHasToolsAndNoOthers();
    void offersTheAccountOnlyWhereThereIsAChoice();
    void instructionsNameTheAccountsToChooseFrom();
    void listsAllWhenToldTo();
};

void TestCatalogue::listsWhatTheScopesOpen()
{
    Setup s;
    for (const ScopeInfo &scope : scopes::catalogue()) {
        const ScopeSet granted{u"mcp:read"_s, scope.name};
        QStringList opened;
        for (const tools::ToolSummary &tool : tools::Catalogue::summaries()) {
            if (scopes::contains(granted, tool.scope)) // who may write may read
                opened << tool.name;
        }
        QVERIFY2(!opened.isEmpty(), qPrintable(scope.name));
        QCOMPARE(Setup::names(s.catalogue->list(Setup::caller(kOne, granted), {})), opened);
    }
    QCOMPARE(s.catalogue->list(Setup::caller(kOne, scopes::all()), {}).size(),
             tools::Catalogue::summaries().size());
}

void TestCatalogue::everyToolsetHasToolsAndNoOthers()
{
    Setup s;
    const CallerPtr all = Setup::caller(kOne, scopes::all());
    QSet<QString> found;
    for (const QString &toolset : s.catalogue->toolsets()) {
        const QStringList names = Setup::names(s.catalogue->list(all, toolset));
        QVERIFY2(!names.isEmpty(), qPrintable(toolset));
        found.unite({names.begin(), names.end()});
    }
    const QStringList names = Setup::names(s.catalogue->list(all, {}));
    QCOMPARE(found, QSet<QString>(names.begin(), names.end()));
    QVERIFY(s.catalogue->list(all, u"another"_s).isEmpty());
}

void TestCatalogue::offersTheAccountOnlyWhereThereIsAChoice()
{
    Setup s;
    const auto has = [&s](const QList<AccountRef> &accounts, const QString &name) {
        for (const mcp::Tool &tool : s.catalogue->list(Setup::caller(accounts), {})) {
            const Json &properties = tool.inputSchema.at("properties");
            if (tool.name != name || !properties.contains("account_id"))
                continue;
            return json::stringAt(properties.at("account_id"), "description")
                .value_or(QString())
                .startsWith(u"Id or name of the "_s);
        }
        return false;
    };
    QVERIFY(!has(kOne, u"workers_list"_s));
    QVERIFY(has(kTwo, u"workers_list"_s));
    QVERIFY(!has(kTwo, u"add"_s));
    QVERIFY(!has(kTwo, u"accounts_list"_s));
}

void TestCatalogue::instructionsNameTheAccountsToChooseFrom()
{
    Setup s;
    QVERIFY(!s.catalogue->instructions(Setup::caller(kOne)).contains("a1"_L1));
    const QString text = s.catalogue->instructions(Setup::caller(kTwo));
    QVERIFY(text.contains("\"One\": a1"_L1));
    QVERIFY(text.contains("\"Two\": a2"_L1));
}

void TestCatalogue::listsAllWhenToldTo()
{
    Setup s;
    const CallerPtr narrow = Setup::caller(kOne, {u"mcp:read"_s});
    QSignalSpy changed(s.catalogue.get(), &tools::Catalogue::listChanged);
    const qsizetype opened = s.catalogue->list(narrow, {}).size();
    s.catalogue->setListsAll(true);
    QCOMPARE(s.catalogue->list(narrow, {}).size(), tools::Catalogue::summaries().size());
    s.catalogue->setListsAll(true);
    QCOMPARE(changed.size(), 1);
    s.catalogue->setListsAll(false);
    QCOMPARE(s.catalogue->list(narrow, {}).size(), opened);
    QCOMPARE(changed.size(), 2);
}

FLAREDECK_TEST(TestCatalogue)

} // namespace tst_catalogue

#include "tst_catalogue.moc"
