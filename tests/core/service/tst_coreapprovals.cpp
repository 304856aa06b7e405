#include "core/sandbox/inventory.h"
#include "core/store/audit/auditreader.h"
#include "coretest.h"
#include "tests/support/testcase.h"

#include <algorithm>

namespace tst_coreapprovals {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

namespace {

const std::string kOrders = "70f53d65-6f64-46e0-aa25-3670b1b18826"; // of the sandbox, with tables
const std::string kSessions = "195a00a9c1e480c1289f9f6b0e35a5d8";

} // namespace

/// A client calls tools that read, change and destroy: what the person is asked, what the pretend
/// Cloudflare sees of it, and what stays on record.
class TestCoreApprovals : public CoreTest
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aReadRunsUnasked();
    void aChangeAsksFirst();
    void forTheSessionAndForGood();
    void aRuleEndsWhatWasAllowedForTheSession_data();
    void aRuleEndsWhatWasAllowedForTheSession();
    void aResultIsAsLongAsThePersonWants();
    void whatDestroysShowsWhatIsThere();
    void sqlIsToldByItsText();
    void sqlThatWritesNeedsMore();
    void aYesToAReadIsNoRuleForWhatDestroys();
    void offToolsAreNeitherListedNorRun();
    void aForgottenClientTakesItsRulesAlong();

private:
    void connectClient();
    QByteArray call(const QByteArray &tool, Json arguments = Json::object())
    {
        arguments["account_id"] = sandbox::inventory::accounts().first().id.toStdString();
        return m_session->call(tool, arguments);
    }
    [[nodiscard]] QByteArray namespaces() { return call("kv_namespaces_list"); }
    QByteArray query(const char *sql)
    {
        return call("d1_database_query", {{"database_id", kOrders}, {"sql", sql}});
    }
    [[nodiscard]] QStringList listed() const
    {
        const Json tools = m_session->ask("tools/list").at("result").at("tools");
        QStringList names;
        for (const Json &tool : tools)
            names << json::toQString(tool.at("name"));
        return names;
    }
    [[nodiscard]] QStringList recorded(const QString &event) const
    {
        auto reader = store::AuditReader::open(m_options.dataDir.vaultFile());
        const auto rows = reader ? reader->rows(0, 100) : Result<QList<store::AuditRow>>();
        QStringList outcomes;
        for (const store::AuditRow &row : rows.value_or(QList<store::AuditRow>())) {
            if (row.event == event)
                outcomes.prepend(row.outcome);
        }
        return outcomes;
    }

    std::unique_ptr<test::OAuthClient> m_client;
    std::unique_ptr<McpClient> m_session;
};

void TestCoreApprovals::init()
{
    prepare();
    start();
    m_person.grantsAll = true;
    connectClient();
}

void TestCoreApprovals::connectClient()
{
    m_session.reset();
    m_client = std::make_unique<test::OAuthClient>(port(), u"Claude Code"_s);
    QVERIFY(m_client->signIn());
    m_session = std::make_unique<McpClient>(port(), m_client->token());
    QVERIFY(m_session->open(kRevision));
}

void TestCoreApprovals::cleanup()
{
    m_session.reset();
    m_client.reset();
    shutDown();
}

void TestCoreApprovals::aReadRunsUnasked()
{
    QVERIFY2(namespaces().contains("storefront-sessions"), namespaces().constData());
    QVERIFY(m_person.asked.isEmpty());
}

void TestCoreApprovals::aChangeAsksFirst()
{
    m_person.stepUps = CallApprovalChoice::Deny;
    const QByteArray refused = call("kv_namespace_create", {{"title", "orders"}});
    QVERIFY2(refused.startsWith("The user did not allow this call."), refused.constData());
    QVERIFY(!namespaces().contains("\"orders\""));
    QCOMPARE(m_person.asked.size(), 1);
    const CallApprovalRequest &asked = m_person.asked.first();
    QCOMPARE(asked.tool, u"kv_namespace_create"_s);
    QCOMPARE(asked.effect, Effect::Changes);
    QCOMPARE(asked.change, u"Creates a KV namespace with the title orders."_s);
    QCOMPARE(asked.missing, ScopeSet());
    QCOMPARE(asked.clientName, u"Claude Code"_s);
    QCOMPARE(asked.program, QCoreApplication::applicationFilePath());
    QVERIFY(asked.canLast);

    m_person.stepUps = CallApprovalChoice::Once;
    const QByteArray made = call("kv_namespace_create", {{"title", "invoices"}});
    QVERIFY2(made.contains("invoices"), made.constData());
    QVERIFY(namespaces().contains("invoices"));
    QCOMPARE(m_person.asked.size(), 2);
    QCOMPARE(recorded(u"call_approved"_s),
             QStringList{u"For one call of the tool kv_namespace_create"_s});
}

void TestCoreApprovals::forTheSessionAndForGood()
{
    m_person.stepUps = CallApprovalChoice::Session;
    for (const char *title : {"one", "two"})
        QVERIFY(call("kv_namespace_create", {{"title", title}}).contains(title));
    QCOMPARE(m_person.asked.size(), 1);

    McpClient another(port(), m_client->token());
    QVERIFY(another.open(kRevision));
    m_person.stepUps = CallApprovalChoice::Always;
    const std::string account = sandbox::inventory::accounts().first().id.toStdString();
    QVERIFY(another.call("kv_namespace_create", {{"title", "three"}, {"account_id", account}})
                .contains("three"));
    QCOMPARE(m_person.asked.size(), 2);
    const auto rules = m_core->snapshot()->rules;
    QCOMPARE(rules.size(), 1);
    QCOMPARE(rules.first().subject, u"tool:kv_namespace_create"_s);
    QCOMPARE(rules.first().policy, Policy::Allow);
    QCOMPARE(rules.first().client.value, m_client->clientId());

    // Whatever the person would say now.
    m_person.stepUps = CallApprovalChoice::Deny;
    McpClient third(port(), m_client->token());
    QVERIFY(third.open(kRevision));
    QVERIFY(third.call("kv_namespace_create", {{"title", "four"}, {"account_id", account}})
                .contains("four"));
    QCOMPARE(m_person.asked.size(), 2);
}

void TestCoreApprovals::aRuleEndsWhatWasAllowedForTheSession_data()
{
    QTest::addColumn<bool>("ofTheClient");
    QTest::addColumn<QString>("subject");
    QTest::newRow("the tool, for the client") << true << u"tool:kv_namespace_create"_s;
    QTest::newRow("the tool, for all") << false << u"tool:kv_namespace_create"_s;
    QTest::newRow("the effect") << false << u"effect:changes"_s;
}

void TestCoreApprovals::aRuleEndsWhatWasAllowedForTheSession()
{
    QFETCH(bool, ofTheClient);
    QFETCH(QString, subject);
    m_person.stepUps = CallApprovalChoice::Session;
    for (const char *title : {"one", "two"})
        QVERIFY(call("kv_namespace_create", {{"title", title}}).contains(title));
    QCOMPARE(m_person.asked.size(), 1);
    m_person.stepUps = CallApprovalChoice::Deny;
    QVERIFY(
        m_core->setRule({ofTheClient ? m_client->clientId() : QString()}, subject, Policy::Ask));
    const QByteArray refused = call("kv_namespace_create", {{"title", "three"}});
    QVERIFY2(refused.startsWith("The user did not allow this call."), refused.constData());
    QCOMPARE(m_person.asked.size(), 2);
}

/// As set in the window, from the next call on.
void TestCoreApprovals::aResultIsAsLongAsThePersonWants()
{
    const QByteArray sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                           "WHERE i < 400) SELECT i, 'a text that takes its place' AS t FROM n";
    const auto isCut = [&] { return query(sql.constData()).size() < 6000; };
    Settings window(m_options.dataDir.settingsFile());
    const ClientId client{m_client->clientId()};
    QVERIFY(!isCut());
    window.set(setting::resultLimit, 4000);
    m_core->applySettings();
    QVERIFY(isCut());
    window.setOwnResultLimit(client, 0);
    m_core->applySettings();
    QVERIFY(!isCut());
    window.setOwnResultLimit(client, std::nullopt);
    m_core->applySettings();
    QVERIFY(isCut());
    window.set(setting::resultLimit, 0);
    m_core->applySettings();
    QVERIFY(!isCut());
    QVERIFY(recorded(u"settings_changed"_s).contains(u"tools/resultLimit: 0, before 4000"_s));
}

void TestCoreApprovals::whatDestroysShowsWhatIsThere()
{
    for (const CallApprovalChoice choice : {CallApprovalChoice::Deny, CallApprovalChoice::Once}) {
        m_person.stepUps = choice;
        call("kv_namespace_delete", {{"namespace_id", kSessions}});
        const CallApprovalRequest &asked = m_person.asked.last();
        QCOMPARE(asked.effect, Effect::Destroys);
        QCOMPARE(asked.before,
                 (QList<std::pair<QString, QString>>{{u"Title"_s, u"storefront-sessions"_s}}));
        QCOMPARE(asked.change, u"Deletes the KV namespace %1 and every key in it."_s.arg(
                                   QString::fromStdString(kSessions)));
        QVERIFY(!asked.canLast);
        QCOMPARE(namespaces().contains("storefront-sessions"), choice == CallApprovalChoice::Deny);
        // A denial counts for a minute, for this call.
        if (choice == CallApprovalChoice::Deny) {
            call("kv_namespace_delete", {{"namespace_id", kSessions}});
            QCOMPARE(m_person.asked.size(), 1);
            connectClient(); // another one
        }
    }
    QCOMPARE(m_person.asked.size(), 2);
}

void TestCoreApprovals::sqlIsToldByItsText()
{
    m_person.stepUps = CallApprovalChoice::Deny;
    const QByteArray read = query("SELECT count(*) AS orders FROM orders -- DELETE FROM orders");
    QVERIFY2(read.contains("\"orders\":240"), read.constData());
    QVERIFY(m_person.asked.isEmpty());

    const QByteArray refused = query("DELETE FROM orders");
    QVERIFY2(refused.startsWith("The user did not allow this call."), refused.constData());
    QCOMPARE(m_person.asked.size(), 1);
    const CallApprovalRequest &asked = m_person.asked.first();
    QCOMPARE(asked.effect, Effect::Destroys);
    QVERIFY2(asked.change.endsWith(u": DELETE FROM orders"_s), qPrintable(asked.change));
    QVERIFY(asked.before.contains({u"Name"_s, u"orders"_s}));
    // What hides a statement from a careless reader is asked about, too.
    QVERIFY(query("SELECT $a('); DELETE FROM orders; --'").startsWith("The user did not"));
    QCOMPARE(m_person.asked.size(), 2);
    QVERIFY(query("SELECT count(*) AS orders FROM orders").contains("\"orders\":240"));
}

void TestCoreApprovals::sqlThatWritesNeedsMore()
{
    QVERIFY(m_core->withdrawScope(onlyGrant(), u"d1:write"_s));
    m_person.stepUps = CallApprovalChoice::Deny;
    QVERIFY(query("SELECT count(*) AS orders FROM orders").contains("\"orders\":240"));
    QVERIFY(m_person.asked.isEmpty());
    const QByteArray refused = query("DELETE FROM orders");
    QVERIFY2(refused.contains("d1:write"), refused.constData());
    QCOMPARE(m_person.asked.size(), 1);
    QCOMPARE(m_person.asked.first().missing, ScopeSet{u"d1:write"_s});
    QVERIFY(m_person.asked.first().before.contains({u"Name"_s, u"orders"_s}));
}

void TestCoreApprovals::aYesToAReadIsNoRuleForWhatDestroys()
{
    QVERIFY(m_core->setRule({}, u"effect:reads"_s, Policy::Ask));
    m_person.stepUps = CallApprovalChoice::Always;
    const QByteArray rows = query("SELECT 1 AS one");
    QVERIFY2(rows.contains("one"), rows.constData());
    QCOMPARE(m_person.asked.size(), 1);
    QVERIFY(!m_person.asked.first().canLast);
    QCOMPARE(m_core->snapshot()->rules.size(), 1);
}

void TestCoreApprovals::offToolsAreNeitherListedNorRun()
{
    const auto stream = m_session->listen();
    QVERIFY(stream->waitForHead());
    QVERIFY(listed().contains(u"kv_namespaces_list"_s));
    QVERIFY(m_core->setRule({m_client->clientId()}, u"tool:kv_namespaces_list"_s, Policy::Off));
    QVERIFY(stream->waitForEvents(1));
    QCOMPARE(stream->event(0).value("method", std::string()), "notifications/tools/list_changed");
    QVERIFY(!listed().contains(u"kv_namespaces_list"_s));
    QVERIFY2(namespaces().contains("switched this tool off"), namespaces().constData());
    QVERIFY(m_person.asked.isEmpty());
    QVERIFY(m_core->setRule({m_client->clientId()}, u"tool:kv_namespaces_list"_s, std::nullopt));
    QVERIFY(namespaces().contains("storefront-sessions"));
    QCOMPARE(recorded(u"rule_changed"_s),
             (QStringList{u"the tool kv_namespaces_list: off"_s,
                          u"the tool kv_namespaces_list: as usual"_s}));
}

void TestCoreApprovals::aForgottenClientTakesItsRulesAlong()
{
    QVERIFY(m_core->setRule({m_client->clientId()}, u"tool:kv_namespaces_list"_s, Policy::Off));
    QVERIFY(m_core->setRule({}, u"tool:kv_namespace_create"_s, Policy::Off));
    QCOMPARE(m_core->snapshot()->rules.size(), 2);
    QVERIFY(m_core->forgetClient({m_client->clientId()}));
    QTRY_COMPARE(m_core->snapshot()->rules.size(), 1);
    QVERIFY(m_core->snapshot()->rules.first().client.isEmpty());
}

FLAREDECK_TEST(TestCoreApprovals)

} // namespace tst_coreapprovals

#include "tst_coreapprovals.moc"
