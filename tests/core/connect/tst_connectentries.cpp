#include "tests/core/connect/connectortest.h"
#include "tests/support/testcase.h"

namespace tst_connectentries {

using namespace flaredeck;
using namespace flaredeck::connect;
using namespace Qt::StringLiterals;
using State = ClientSetup::State;

/// What entries lead to, and which are replaced, changed or left alone.
class TestConnectEntries : public ConnectorTest
{
    Q_OBJECT

private slots:
    void init() { makeHome(); }
    void anEntryByHandCounts_data();
    void anEntryByHandCounts();
    void relaysAreReplacedUnderTheirNames();
    void relaysThatSayMoreStay();
    void hostedServersAreReplacedOnRequest();
    void whatIsTheClientsOwnStays();
    void nothingOfAnotherServerIsKept();
    void aNameThatIsTakenIsSaidToBeReplaced();
    void anotherPortIsWrittenWhereWeWroteTheFormer();
    void whatThePersonSwitchedOffStaysOff();
    void theNameInTheInstructionsIsTheEntrys();
    void withoutAnAddressNothingIsWritten();
};

void TestConnectEntries::anEntryByHandCounts_data()
{
    QTest::addColumn<QByteArray>("entry");
    QTest::addColumn<State>("state");
    const auto row = [](const char *name, const char *entry, State state) {
        QTest::newRow(name) << QByteArray(entry) << state;
    };
    row("the address", R"("cf": {"url": "http://127.0.0.1:8788/mcp"})", State::Configured);
    row("one toolset", R"("cf": {"url": "http://localhost:8788/observability/mcp"})",
        State::Configured);
    row("SSE", R"("cf": {"url": "http://[::1]:8788/sse"})", State::Configured);
    row("the bridge",
        R"("cf": {"command": "/opt/flaredeck/flaredeck-bridge", "args": ["--sandbox"]})",
        State::Configured);
    row("switched off", R"("cf": {"url": "http://localhost:8788/mcp", "disabled": true})",
        State::Different);
    row("another port", R"("flaredeck": {"url": "http://localhost:9999/mcp"})", State::Different);
    row("another bridge", R"("cf": {"command": "/old/flaredeck-bridge"})", State::Different);
    row("another server", R"("cf": {"url": "http://localhost:9999/mcp"})", State::Found);
}

void TestConnectEntries::anEntryByHandCounts()
{
    QFETCH(QByteArray, entry);
    QFETCH(State, state);
    const QByteArray file = "{\"mcpServers\": {" + entry + "}}\n";
    put(u".cursor/mcp.json"_s, file);
    QCOMPARE(setupOf(u"cursor"_s).state, state);
    QCOMPARE(setupOf(u"cursor"_s).writtenAt, 0);
    if (state == State::Configured) {
        const ClientSetup setup = setupOf(u"cursor"_s);
        const auto plan = m_connector->plan(u"cursor"_s, setup.way, m_target, false);
        QVERIFY(plan);
        QVERIFY(plan->changesNothing);
        QVERIFY(m_connector->write(u"cursor"_s, setup.way, m_target, false, plan->token, 1));
        QCOMPARE(content(u".cursor/mcp.json"_s), file);
    } else {
        QVERIFY(connectTo(u"cursor"_s, Way::Http));
        QCOMPARE(setupOf(u"cursor"_s).state, State::Configured);
    }
}

void TestConnectEntries::relaysAreReplacedUnderTheirNames()
{
    put(u".config/Claude/claude_desktop_config.json"_s,
        R"({"mcpServers": {
  "cloudflare": {"command": "npx", "args": ["-y", "mcp-remote@0.1.37", "http://localhost:8788/observability/mcp"]}
}})");
    const ClientSetup before = setupOf(u"claude-desktop"_s);
    QCOMPARE(before.state, State::Found);
    QCOMPARE(before.relays, QStringList{u"cloudflare"_s});
    QVERIFY(connectTo(u"claude-desktop"_s, Way::Bridge));
    QCOMPARE(content(u".config/Claude/claude_desktop_config.json"_s).count("flaredeck\""), 0);
    const ClientSetup after = setupOf(u"claude-desktop"_s);
    QCOMPARE(after.state, State::Configured);
    QVERIFY(after.relays.isEmpty());
    QVERIFY(content(u".config/Claude/claude_desktop_config.json"_s).contains("--toolset"));
}

void TestConnectEntries::relaysThatSayMoreStay()
{
    put(u".cursor/mcp.json"_s,
        R"({"mcpServers": {"cf": {"command": "npx", "args": ["mcp-remote", "http://localhost:8788/mcp", "--header", "X: y"]}}})");
    QVERIFY(setupOf(u"cursor"_s).relays.isEmpty());
    QVERIFY(connectTo(u"cursor"_s, Way::Bridge));
    QVERIFY(content(u".cursor/mcp.json"_s).contains("\"X: y\""));
}

void TestConnectEntries::hostedServersAreReplacedOnRequest()
{
    const QByteArray file =
        R"({"mcpServers": {"logs": {"url": "https://observability.mcp.example.com/mcp"}, "radar": {"url": "https://radar.mcp.example.com/mcp"}}})";
    put(u".cursor/mcp.json"_s, file);
    QCOMPARE(setupOf(u"cursor"_s).hosted, QStringList{u"logs"_s});
    const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(plan && plan->replaces.isEmpty());
    const auto replacing = m_connector->plan(u"cursor"_s, Way::Http, m_target, true);
    QVERIFY(replacing);
    QCOMPARE(replacing->replaces.size(), 1);
    QVERIFY(connectTo(u"cursor"_s, Way::Http, true));
    QByteArray expected = file;
    expected.replace("https://observability.mcp.example.com/mcp",
                     "http://localhost:8788/observability/mcp");
    // The value is written anew, in its own style; what it says is compared.
    QVERIFY(Entry::parse(content(u".cursor/mcp.json"_s).toStdString()) ==
            Entry::parse(expected.toStdString()));
}

void TestConnectEntries::whatIsTheClientsOwnStays()
{
    put(u".cline/data/settings/cline_mcp_settings.json"_s,
        R"({"mcpServers": {"flaredeck": {"transport": {"type": "sse", "url": "http://localhost:1/sse"}, "oauth": {"access_token": "k"}, "timeout": 9}}})");
    QVERIFY(connectTo(u"cline"_s, Way::Http));
    const Entry now =
        Entry::parse(content(u".cline/data/settings/cline_mcp_settings.json"_s).toStdString());
    const Entry &entry = now.at("mcpServers").at("flaredeck");
    QVERIFY(entry.at("oauth").at("access_token") == "k");
    QVERIFY(entry.at("timeout") == 9);
    QVERIFY(entry.at("transport").at("url") == m_target.url.toStdString());
}

void TestConnectEntries::nothingOfAnotherServerIsKept()
{
    put(u".codex/config.toml"_s, "[mcp_servers.flaredeck]\ncommand = \"x\"\ncwd = \"/\"\n"
                                 "startup_timeout_sec = 20\n");
    QVERIFY(connectTo(u"codex"_s, Way::Http));
    QVERIFY(!content(u".codex/config.toml"_s).contains("cwd"));
    QVERIFY(content(u".codex/config.toml"_s).contains("startup_timeout_sec = 20"));
    put(u".cline/data/settings/cline_mcp_settings.json"_s,
        R"({"mcpServers": {"flaredeck": {"url": "https://x/sse", "oauth": {"access_token": "k"}}}})");
    QVERIFY(connectTo(u"cline"_s, Way::Http));
    QVERIFY(!content(u".cline/data/settings/cline_mcp_settings.json"_s).contains("access_token"));
}

void TestConnectEntries::aNameThatIsTakenIsSaidToBeReplaced()
{
    for (const char *entry :
         {R"({"command": "npx", "args": ["mcp-remote", "https://x/mcp", "--header", "A: b"]})",
          R"({"url": "https://observability.mcp.example.com/mcp"})", R"({"command": "mine"})"}) {
        put(u".cursor/mcp.json"_s, QByteArray(R"({"mcpServers": {"flaredeck": )") + entry + "}}");
        QCOMPARE(setupOf(u"cursor"_s).state, State::Different);
        const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
        QVERIFY(plan);
        QCOMPARE(plan->replaces.size(), 1);
    }
}

void TestConnectEntries::anotherPortIsWrittenWhereWeWroteTheFormer()
{
    put(u".cursor/mcp.json"_s,
        R"({"mcpServers": {"cf": {"command": "npx", "args": ["mcp-remote", "http://localhost:8788/mcp"]}}})");
    put(u".codeium/windsurf/mcp_config.json"_s,
        R"({"mcpServers": {"mine": {"serverUrl": "http://localhost:8788/mcp"}}})");
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    QVERIFY(connectTo(u"codex"_s, Way::Http));
    QVERIFY(connectTo(u"gemini"_s, Way::Bridge));
    m_target.url = u"http://localhost:8790/mcp"_s;
    QVERIFY(setupOf(u"cursor"_s).hasFormerAddress);
    const auto updated = m_connector->updateAddresses(m_target, 2000);
    QCOMPARE(updated.names, QStringList({u"Cursor"_s, u"Codex"_s}));
    QCOMPARE(updated.problems, QStringList());
    QCOMPARE(setupOf(u"cursor"_s).state, State::Configured);
    QVERIFY(content(u".cursor/mcp.json"_s).contains("8790"));
    QVERIFY(content(u".codex/config.toml"_s).contains("8790"));
    QVERIFY(content(u".codeium/windsurf/mcp_config.json"_s).contains("8788"));
    QVERIFY(m_connector->undo(u"cursor"_s));
    QVERIFY(content(u".cursor/mcp.json"_s).contains("mcp-remote"));
}

void TestConnectEntries::whatThePersonSwitchedOffStaysOff()
{
    put(u".cursor/mcp.json"_s, "{}\n");
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    QByteArray off = content(u".cursor/mcp.json"_s);
    off.replace("\"url\"", "\"disabled\": true, \"url\"");
    put(u".cursor/mcp.json"_s, off);
    QVERIFY(!setupOf(u"cursor"_s).hasFormerAddress);
    m_target.url = u"http://localhost:8790/mcp"_s;
    QVERIFY(setupOf(u"cursor"_s).hasFormerAddress);
    QCOMPARE(m_connector->updateAddresses(m_target, 2000).names, QStringList{u"Cursor"_s});
    QVERIFY(content(u".cursor/mcp.json"_s).contains("\"disabled\": true"));
    QVERIFY(content(u".cursor/mcp.json"_s).contains("8790"));
}

void TestConnectEntries::theNameInTheInstructionsIsTheEntrys()
{
    put(u".codex/config.toml"_s, "[mcp_servers.cf]\ncommand = \"npx\"\nargs = [\"mcp-remote\", "
                                 "\"http://localhost:8788/mcp\"]\n");
    const auto plan = m_connector->plan(u"codex"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    QVERIFY2(plan->next.last().contains(u"login cf."_s), qPrintable(plan->next.last()));
    const auto bridge = m_connector->plan(u"codex"_s, Way::Bridge, m_target, false);
    QVERIFY(bridge && bridge->next.size() == 1);
}

void TestConnectEntries::withoutAnAddressNothingIsWritten()
{
    m_target.url.clear();
    const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(!plan);
    QVERIFY2(plan.error().text().contains(u"does not listen"_s), qPrintable(plan.error().text()));
    m_target.bridge = {u"/my programs/flaredeck-bridge"_s};
    QVERIFY(m_connector->plan(u"cursor"_s, Way::Bridge, m_target, false));
    QVERIFY(!m_connector->plan(u"auggie"_s, Way::Bridge, m_target, false));
}

FLAREDECK_TEST(TestConnectEntries)

} // namespace tst_connectentries

#include "tst_connectentries.moc"
