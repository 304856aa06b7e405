#include "core/provider/scopes.h"
#include "core/service/clienttools.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_clienttools {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

/// What is in a client's list of tools, and how much of it the client takes.
class TestClientTools : public QObject
{
    Q_OBJECT

private slots:
    void theListFollowsGrantAndRules();
    void limitsAreFoundByWhatAClientCallsItself_data();
    void limitsAreFoundByWhatAClientCallsItself();
};

void TestClientTools::theListFollowsGrantAndRules()
{
    const ClientId client{u"c1"_s};
    Snapshot shot;
    QVERIFY(!toolsOf(shot, tools::RuleBook(), client, false).hasGrant);
    GrantView grant;
    grant.grant.client = client;
    grant.grant.scopes = {scopes::kBaseline, u"workers:read"_s};
    shot.grants << grant;
    const ClientTools few = toolsOf(shot, tools::RuleBook(), client, false);
    QVERIFY(few.hasGrant);
    QCOMPARE(few.byToolset.value(u"bindings"_s).tools, 0);
    QVERIFY(few.all.tools > 3);
    QVERIFY(few.all.tokens > 0);
    const ClientTools all = toolsOf(shot, tools::RuleBook(), client, true);
    QVERIFY(all.byToolset.value(u"bindings"_s).tools > 0);
    QCOMPARE(all.byToolset.value(u"radar"_s).tools, 0); // deprecated, and so off

    tools::RuleBook rules;
    rules = rules.with(client, u"tool:workers_list"_s, Policy::Off);
    rules = rules.with({}, u"toolset:bindings"_s, Policy::Off);
    QCOMPARE(toolsOf(shot, rules, client, false).all.tools, few.all.tools - 1);
    QCOMPARE(toolsOf(shot, rules, client, true).byToolset.value(u"bindings"_s).tools, 0);
    rules = rules.with(client, u"toolset:bindings"_s, Policy::Allow);
    QVERIFY(toolsOf(shot, rules, client, true).byToolset.value(u"bindings"_s).tools > 0);
}

void TestClientTools::limitsAreFoundByWhatAClientCallsItself_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("session");
    QTest::addColumn<int>("most");
    QTest::newRow("by name") << u"Cursor"_s << QString() << 80;
    QTest::newRow("by session") << u"My editor"_s << u"Visual"_s << 0;
    QTest::newRow("by its session's word") << u"My editor"_s << u"windsurf 1.2"_s << 100;
    QTest::newRow("VS Code") << u"Visual Studio Code"_s << QString() << 128;
    QTest::newRow("without a limit") << u"Claude Code"_s << QString() << 0;
}

void TestClientTools::limitsAreFoundByWhatAClientCallsItself()
{
    QFETCH(QString, name);
    QFETCH(QString, session);
    QFETCH(int, most);
    ClientView view;
    view.client.name = name;
    mcp::SessionInfo info;
    info.clientInfo = session;
    view.sessions = {info};
    QCOMPARE(toolLimitOf(view).value_or(connect::ToolLimit()).most, most);
}

FLAREDECK_TEST(TestClientTools)

} // namespace tst_clienttools

#include "tst_clienttools.moc"
