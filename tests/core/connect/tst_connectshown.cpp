#include "tests/core/connect/connectortest.h"
#include "tests/support/testcase.h"

namespace tst_connectshown {

using namespace flaredeck;
using namespace flaredeck::connect;
using namespace Qt::StringLiterals;
using State = ClientSetup::State;

/// What a person is shown before a file is changed.
class TestConnectShown : public ConnectorTest
{
    Q_OBJECT

private slots:
    void init() { makeHome(); }
    void secretsAreNotShown();
    void secretsInAnySpellingAreNotShown();
    void whatIsWrittenIsShown();
    void longLinesAreCutToTheChange();
};

void TestConnectShown::secretsAreNotShown()
{
    put(u".cursor/mcp.json"_s,
        R"({"mcpServers": {
  "a": {"env": {"API_TOKEN": "abcdefSECRET1"}, "headers": {"Authorization": "Bearer abcdefSECRET2"}},
  "flaredeck": {"command": "x", "env": {"CLOUDFLARE_API_TOKEN": "abcdefSECRET3", "PLAIN": "abcdefSECRET4"}},
  "z": {"env": {"SOME_KEY": "abcdefSECRET5"}}
}})");
    const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    QVERIFY2(!plan->difference.contains(u"SECRET"_s), qPrintable(plan->difference));
    QCOMPARE(plan->replaces.size(), 1);
    QVERIFY(plan->replaces.first().contains(u"CLOUDFLARE_API_TOKEN"_s));
    QVERIFY(!plan->replaces.first().contains(u"SECRET"_s));
}

void TestConnectShown::secretsInAnySpellingAreNotShown()
{
    put(u".codex/config.toml"_s,
        "[mcp_servers.flaredeck]\ncommand = \"x\"\n"
        "[mcp_servers.flaredeck.env]\nA_KEY = \"\"\"first\nSECRETSECOND\"\"\"\n");
    auto plan = m_connector->plan(u"codex"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    QVERIFY2(!plan->difference.contains(u"SECRET"_s), qPrintable(plan->difference));
    put(u".cursor/mcp.json"_s,
        R"({"mcpServers": {
  "a": {"environment": {"X": "SECRET\/a"}},
  "flaredeck": {"command": "x", "environment": {"Y": "SECRETb"}}
}})");
    plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    QVERIFY2(!plan->difference.contains(u"SECRET"_s), qPrintable(plan->difference));
}

void TestConnectShown::whatIsWrittenIsShown()
{
    put(u".cursor/mcp.json"_s,
        R"({"mcpServers": {"a": {"env": {"HOST": "localhost", "K": "http", "ON": "true"}}}})");
    const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    QVERIFY2(plan->difference.contains(m_target.url), qPrintable(plan->difference));
}

void TestConnectShown::longLinesAreCutToTheChange()
{
    QByteArray file = R"({"history": [)";
    for (int i = 0; i < 100'000; ++i)
        file += "\"something that was said\",";
    file += R"("end"], "mcpServers": {"a": {"command": "a"}}, "theme": "dark"})";
    put(u".claude.json"_s, file);
    const auto plan = m_connector->plan(u"claude-code"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    QVERIFY2(plan->difference.size() < 2000, qPrintable(QString::number(plan->difference.size())));
    QVERIFY2(plan->difference.contains(m_target.url), qPrintable(plan->difference));
}

FLAREDECK_TEST(TestConnectShown)

} // namespace tst_connectshown

#include "tst_connectshown.moc"
