#include "core/provider/scopes.h"
#include "coretest.h"
#include "tests/core/mcp/statelessclient.h"
#include "tests/support/testcase.h"

#include <algorithm>

namespace tst_corestepup {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

/// A client calls a tool outside of its grant: what the person is asked, and what comes of it.
class TestCoreStepUp : public CoreTest
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aYesOpensTheToolWhileTheCallWaits();
    void onceOpensItForOneCall();
    void aNoIsSaidInWords();
    void withoutAnAnswerTheClientIsSentToAsk();
    void everyToolIsListedIfThePersonWantsThat();

private:
    [[nodiscard]] bool isListed(McpClient &session) const
    {
        const Json tools = session.ask("tools/list").at("result").at("tools");
        return std::any_of(tools.begin(), tools.end(),
                           [](const Json &tool) { return tool.at("name") == "workers_list"; });
    }
    [[nodiscard]] ScopeSet granted() const { return m_core->snapshot()->grants.at(0).grant.scopes; }
    [[nodiscard]] Json workersOf() const
    {
        return {{"account_id", m_core->snapshot()->logins.at(0).accounts.at(0).id}};
    }

    std::unique_ptr<test::OAuthClient> m_client;
    std::unique_ptr<McpClient> m_session;
};

void TestCoreStepUp::init()
{
    prepare();
    start();
    m_client = std::make_unique<test::OAuthClient>(port(), u"Claude Code"_s);
    QVERIFY(m_client->signIn());
    QVERIFY(m_core->withdrawScope(onlyGrant(), u"workers:read"_s));
    m_session = std::make_unique<McpClient>(port(), m_client->token());
    QVERIFY(m_session->open(kRevision));
}

void TestCoreStepUp::cleanup()
{
    m_session.reset();
    m_client.reset();
    shutDown();
}

void TestCoreStepUp::aYesOpensTheToolWhileTheCallWaits()
{
    const auto stream = m_session->listen();
    QVERIFY(stream->waitForHead());
    QVERIFY(!isListed(*m_session));
    m_person.stepUps = CallApprovalChoice::Grant;
    const QByteArray text = m_session->call("workers_list", workersOf());
    QVERIFY2(text.contains("\"workers\""), text.constData());
    QVERIFY(granted().contains(u"workers:read"_s));
    QVERIFY(stream->waitForEvents(1));
    QCOMPARE(stream->event(0).value("method", std::string()), "notifications/tools/list_changed");
    QVERIFY(isListed(*m_session));

    QCOMPARE(m_person.asked.size(), 1);
    const CallApprovalRequest &asked = m_person.asked.first();
    QCOMPARE(asked.clientName, u"Claude Code"_s);
    QCOMPARE(asked.programPid, QCoreApplication::applicationPid());
    QCOMPARE(asked.program, QCoreApplication::applicationFilePath());
    QCOMPARE(asked.toolTitle, u"List Workers"_s);
    QVERIFY2(asked.arguments.startsWith(u"account_id: "_s), qPrintable(asked.arguments));
    QCOMPARE(asked.account, m_core->snapshot()->logins.at(0).accounts.at(0).name);
    QCOMPARE(asked.loginLabel, m_core->snapshot()->logins.at(0).email);
    QVERIFY(asked.sandbox);
}

void TestCoreStepUp::onceOpensItForOneCall()
{
    m_person.stepUps = CallApprovalChoice::Once;
    for (int i = 1; i <= 2; ++i) {
        QVERIFY(m_session->call("workers_list", workersOf()).contains("\"workers\""));
        QCOMPARE(m_person.asked.size(), i);
    }
    QVERIFY(!granted().contains(u"workers:read"_s));
    QVERIFY(!isListed(*m_session));
}

void TestCoreStepUp::aNoIsSaidInWords()
{
    m_person.stepUps = CallApprovalChoice::Deny;
    for (int i = 0; i < 5; ++i) {
        const QByteArray text = m_session->call("workers_list", workersOf());
        QVERIFY2(text.startsWith("The user did not allow this call"), text.constData());
    }
    QCOMPARE(m_person.asked.size(), 1);
    QVERIFY(!granted().contains(u"workers:read"_s));
}

void TestCoreStepUp::withoutAnAnswerTheClientIsSentToAsk()
{
    const Json call{{"name", "workers_list"}, {"arguments", workersOf()}};
    // With those that it has: some clients ask for what is named and for nothing else.
    ScopeSet needed = granted();
    QVERIFY(!needed.contains(u"workers:read"_s));
    needed.insert(u"workers:read"_s);
    StatelessClient stateless(port(), m_client->token());
    const auto old = m_session->begin("tools/call", call);
    const auto modern = stateless.begin("tools/call", call);
    for (const auto &refused : {old.get(), modern.get()}) {
        QVERIFY(refused->finish());
        QCOMPARE(refused->status(), 403);
        const QByteArray challenge = refused->header("WWW-Authenticate");
        QVERIFY2(challenge.contains("error=\"insufficient_scope\"") &&
                     challenge.contains("scope=\"" + scopes::print(needed).toLatin1() + '"') &&
                     challenge.contains("/.well-known/oauth-protected-resource/mcp\""),
                 challenge.constData());
        const Json body = refused->json();
        const Json *result = json::find(body, "result");
        QVERIFY(result && json::boolAt(*result, "isError").value_or(false));
    }
    // The session goes on.
    QCOMPARE(m_session->call("add", {{"a", 1}, {"b", 1}}), "2"_ba);
}

void TestCoreStepUp::everyToolIsListedIfThePersonWantsThat()
{
    const auto stream = m_session->listen();
    QVERIFY(stream->waitForHead());
    Settings window(m_options.dataDir.settingsFile());
    window.set(setting::listAllTools, true);
    m_core->applySettings();
    QVERIFY(stream->waitForEvents(1));
    QCOMPARE(stream->event(0).value("method", std::string()), "notifications/tools/list_changed");
    QVERIFY(isListed(*m_session));
    m_person.stepUps = CallApprovalChoice::Deny;
    QVERIFY(m_session->call("workers_list", workersOf()).contains("workers:read"));
    window.set(setting::listAllTools, false);
    m_core->applySettings();
    QVERIFY(!isListed(*m_session));
}

FLAREDECK_TEST(TestCoreStepUp)

} // namespace tst_corestepup

#include "tst_corestepup.moc"
