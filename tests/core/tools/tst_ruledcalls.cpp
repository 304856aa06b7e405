#include "tests/core/provider/comparejson.h"
#include "tests/core/tools/cataloguesetup.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>
#include <QTest>

#include <map>

namespace tst_ruledcalls {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray kNamespaces = "/client/v4/accounts/a1/storage/kv/namespaces";
const QString kNamespace = u"195a00a9c1e480c1289f9f6b0e35a5d8"_s;
const QByteArray kDatabase =
    "/client/v4/accounts/a1/d1/database/70f53d65-6f64-46e0-aa25-3670b1b18826";
const ClientId kClient{u"c1"_s};
const QString kZone = u"0123456789abcdef0123456789abcdef"_s;

CallerPtr caller(const QList<AccountRef> &accounts = kOne, const ScopeSet &granted = scopes::all())
{
    return CatalogueSetup::caller(accounts, granted);
}

Json sql(const char *text)
{
    return {{"database_id", "70f53d65-6f64-46e0-aa25-3670b1b18826"}, {"sql", text}};
}

} // namespace

/// What becomes of calls under the rules, as far as the tools decide it.
class TestRuledCalls : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aReadRunsUnasked();
    void aChangeAsksAndSaysWhatItDoes();
    void aNoIsToldAndRecorded();
    void withoutAnybodyToAskNothingRuns();
    void whatDestroysShowsWhatIsThere();
    void whatCannotBeReadIsNotShown();
    void whatOthersWroteIsShownOnOneLine();
    void onlyACallThatCouldRunIsAskedAbout();
    void theAnswerIsForASession();
    void sqlIsToldByItsText();
    void aMissingScopeAndARuleAreOneQuestion();
    void whatDestroysIsShownWithoutTheScopeToo();
    void offToolsAreNeitherListedNorRun();
    void offIsSaidBeforeAnythingElse();
    void rulesOfAClientAreForItsListOnly();
    void listsChangeWithTheRules();
    void whatWasWithdrawnWhileAskedIsNotTouched_data();
    void whatWasWithdrawnWhileAskedIsNotTouched();
    void aZoneThatMovedWhileAskedIsNotTouched_data();
    void aZoneThatMovedWhileAskedIsNotTouched();
    void whatWasSwitchedOffWhileAskedDoesNotRun();
    void whatIsThereIsShownInTheOrderOfTheData();
    void thePersonIsNotStopped();

private:
    ToolResult call(const QString &tool, const Json &arguments, const CallerPtr &who = caller())
    {
        m_context = m_setup->context(who);
        return m_setup->call(tool, arguments, m_context);
    }
    void allow(const CallerPtr &as = caller())
    {
        m_setup->permit = [as](const tools::PermitRequest &) -> Result<tools::Permitted> {
            return tools::Permitted{as, u"a person allowed this call"_s};
        };
    }
    [[nodiscard]] const tools::PermitRequest &asked() const { return m_setup->asked.constLast(); }
    [[nodiscard]] QStringList sent() const
    {
        static const std::map<http::Method, QString> names{{http::Method::Get, u"GET"_s},
                                                           {http::Method::Post, u"POST"_s},
                                                           {http::Method::Put, u"PUT"_s},
                                                           {http::Method::Delete, u"DELETE"_s}};
        QStringList requests;
        for (const auto &request : std::as_const(m_setup->upstream.seen))
            requests << names.at(request->method) + u' ' +
                            QString::fromLatin1(request->path.split('/').last());
        return requests;
    }
    [[nodiscard]] QStringList listed(const CallerPtr &who = caller()) const
    {
        return CatalogueSetup::names(m_setup->catalogue->list(who, {}));
    }

    std::unique_ptr<CatalogueSetup> m_setup;
    std::shared_ptr<ToolClient> m_context;
};

void TestRuledCalls::init()
{
    m_context.reset();
    m_setup = std::make_unique<CatalogueSetup>(CatalogueSetup::Ruled::Yes);
    m_setup->upstream.on(kNamespaces, enveloped({{"id", kNamespace}, {"title", "t"}}));
    m_setup->upstream.on(kNamespaces + '/' + kNamespace.toLatin1(),
                         enveloped({{"id", kNamespace}, {"title", "sessions"}}));
    m_setup->upstream.on(kDatabase, enveloped({{"name", "orders"}, {"num_tables", 3}}));
    m_setup->upstream.on(kDatabase + "/query", enveloped(Json::array()));
}

void TestRuledCalls::aReadRunsUnasked()
{
    const auto result = call(u"kv_namespaces_list"_s, Json::object());
    QVERIFY2(!result.isError, qPrintable(result.content.first().text));
    QVERIFY(m_setup->asked.isEmpty());
    QVERIFY(m_setup->records.first().decision.isEmpty());
}

void TestRuledCalls::aChangeAsksAndSaysWhatItDoes()
{
    allow();
    const auto result = call(u"kv_namespace_create"_s, {{"title", "my \u202etitle"}});
    QVERIFY2(!result.isError, qPrintable(result.content.first().text));
    QCOMPARE(m_setup->asked.size(), 1);
    QCOMPARE(asked().tool, u"kv_namespace_create"_s);
    QCOMPARE(asked().account, u"One"_s);
    QCOMPARE(asked().effect, Effect::Changes);
    QVERIFY(asked().isAsked);
    QCOMPARE(asked().missing, ScopeSet());
    // What would turn the line around is gone.
    QCOMPARE(asked().change, u"Creates a KV namespace with the title my title."_s);
    QVERIFY2(asked().allArguments.contains(u"\"title\""_s), qPrintable(asked().allArguments));
    QVERIFY(m_setup->before.isEmpty());
    QCOMPARE(sent(), QStringList{u"POST namespaces"_s});
    QCOMPARE(m_setup->records.first().decision, u"a person allowed this call"_s);
    QCOMPARE(m_setup->records.first().outcome, store::Outcome::Ok);
}

void TestRuledCalls::aNoIsToldAndRecorded()
{
    const auto result = call(u"kv_namespace_create"_s, {{"title", "t"}});
    QVERIFY(result.isError);
    QVERIFY(sent().isEmpty());
    QCOMPARE(m_setup->records.first().outcome, store::Outcome::Denied);
    // No scope would help: the client is not sent to ask for any.
    QVERIFY(m_context->lacked.empty());
}

void TestRuledCalls::withoutAnybodyToAskNothingRuns()
{
    tools::Catalogue alone(*m_setup->cloudflare, m_setup->client, nullptr, m_setup->clock, {}, {},
                           &m_setup->rules);
    const auto result = QCoro::waitFor(
        alone.call(u"kv_namespace_create"_s, {{"title", "t"}}, m_setup->context(caller())));
    QVERIFY(result && result->isError);
    QVERIFY(sent().isEmpty());
}

void TestRuledCalls::whatDestroysShowsWhatIsThere()
{
    allow();
    const auto result = call(u"kv_namespace_delete"_s, {{"namespace_id", kNamespace}});
    QVERIFY2(!result.isError, qPrintable(result.content.first().text));
    QCOMPARE(asked().effect, Effect::Destroys);
    QCOMPARE(asked().change, u"Deletes the KV namespace %1 and every key in it."_s.arg(kNamespace));
    QCOMPARE(m_setup->before, (QList<std::pair<QString, QString>>{{u"Title"_s, u"sessions"_s}}));
    QCOMPARE(sent(), (QStringList{u"GET "_s + kNamespace, u"DELETE "_s + kNamespace}));
}

void TestRuledCalls::whatCannotBeReadIsNotShown()
{
    m_setup->upstream.script.clear();
    m_setup->upstream.on(kNamespaces + '/' + kNamespace.toLatin1(),
                         refused(404, 10013, "namespace not found"));
    const auto result = call(u"kv_namespace_delete"_s, {{"namespace_id", kNamespace}});
    QVERIFY(result.isError);
    QCOMPARE(m_setup->asked.size(), 1);
    QVERIFY(m_setup->before.isEmpty());
    QVERIFY(!asked().change.isEmpty());
}

void TestRuledCalls::whatOthersWroteIsShownOnOneLine()
{
    m_setup->upstream.script.clear();
    m_setup->upstream.on(kNamespaces + '/' + kNamespace.toLatin1(),
                         enveloped({{"title", "a\nb\u202ec " + std::string(500, 'x')}}));
    call(u"kv_namespace_delete"_s, {{"namespace_id", kNamespace}});
    QCOMPARE(m_setup->before.size(), 1);
    const QString shown = m_setup->before.first().second;
    QVERIFY2(!shown.contains(u'\n') && !shown.contains(u'\u202e') && shown.size() <= 100,
             qPrintable(shown));
}

void TestRuledCalls::onlyACallThatCouldRunIsAskedAbout()
{
    QVERIFY(call(u"kv_namespace_create"_s, Json::object()).isError);
    QVERIFY(call(u"kv_namespace_create"_s, {{"title", "t"}, {"account_id", "a9"}}).isError);
    m_setup->rights = {u"ada@example.com"_s, {u"workers-scripts.read"_s}, false};
    QVERIFY(call(u"kv_namespace_create"_s, {{"title", "t"}}).isError);
    QVERIFY(m_setup->asked.isEmpty());
}

void TestRuledCalls::theAnswerIsForASession()
{
    allow();
    call(u"kv_namespace_create"_s, {{"title", "t"}});
    call(u"kv_namespace_update"_s, {{"namespace_id", kNamespace}, {"title", "u"}});
    const QString session = asked().session;
    QVERIFY(!session.isEmpty());
    QCOMPARE(m_setup->asked.first().session, session);
    QVERIFY(m_setup->asked.first().fingerprint != asked().fingerprint);
    // The account that the session chose stays.
    QVERIFY(!call(u"set_active_account"_s, {{"activeAccountIdParam", "a1"}}).isError);
    call(u"kv_namespace_create"_s, {{"title", "t"}});
    QCOMPARE(asked().session, session);

    m_setup->session = Json::object(); // another one
    call(u"kv_namespace_create"_s, {{"title", "t"}});
    QVERIFY(!asked().session.isEmpty());
    QVERIFY(asked().session != session);

    const auto stateless = m_setup->context(caller());
    stateless->hasSession = false;
    m_setup->call(u"kv_namespace_create"_s, {{"title", "t"}}, stateless);
    QVERIFY(asked().session.isEmpty());
}

void TestRuledCalls::sqlIsToldByItsText()
{
    const CallerPtr reader = caller(kOne, {u"mcp:read"_s, u"d1:read"_s});
    const auto read = call(u"d1_database_query"_s, sql("SELECT 1; -- DELETE"), reader);
    QVERIFY2(!read.isError, qPrintable(read.content.first().text));
    QVERIFY(m_setup->asked.isEmpty());

    QVERIFY(call(u"d1_database_query"_s, sql("DELETE FROM t"), reader).isError);
    QCOMPARE(m_setup->asked.size(), 1);
    QCOMPARE(asked().missing, ScopeSet{u"d1:write"_s});
    QVERIFY(asked().isAsked);

    allow();
    const auto written = call(u"d1_database_query"_s, sql("SELECT 1; DELETE FROM t"));
    QVERIFY2(!written.isError, qPrintable(written.content.first().text));
    QCOMPARE(m_setup->asked.size(), 2);
    QCOMPARE(asked().missing, ScopeSet());
    QCOMPARE(asked().effect, Effect::Destroys);
    QVERIFY2(asked().change.endsWith(u"SELECT 1; DELETE FROM t"_s), qPrintable(asked().change));
    // What a terminal would obey, and what nobody reads.
    const std::string long1 =
        "DELETE FROM t WHERE a = '\x1b[2J\r\n" + std::string(100'000, 'x') + "'";
    call(u"d1_database_query"_s, sql(long1.c_str()));
    QVERIFY2(!asked().change.contains(u'\x1b') && !asked().change.contains(u'\n') &&
                 !asked().change.contains(u'\r') && asked().change.size() <= 2000,
             qPrintable(asked().change));
    QVERIFY(asked().change.endsWith(u'…'));
    QCOMPARE(m_setup->before,
             (QList<std::pair<QString, QString>>{{u"Name"_s, u"orders"_s}, {u"Tables"_s, u"3"_s}}));
}

void TestRuledCalls::aMissingScopeAndARuleAreOneQuestion()
{
    allow();
    const CallerPtr narrow = caller(kOne, {u"mcp:read"_s});
    const auto result = call(u"kv_namespace_create"_s, {{"title", "t"}}, narrow);
    QVERIFY2(!result.isError, qPrintable(result.content.first().text));
    QCOMPARE(m_setup->asked.size(), 1);
    QCOMPARE(asked().missing, ScopeSet{u"kv:write"_s});
    QVERIFY(asked().isAsked);
    QVERIFY(!asked().session.isEmpty());
    QVERIFY(asked().change.contains(u"KV namespace"_s));

    // Where no rule wants it, only the scope is asked for.
    QVERIFY(m_setup->rules.set(kClient, u"tool:kv_namespace_create"_s, Policy::Allow));
    call(u"kv_namespace_create"_s, {{"title", "t"}}, narrow);
    QCOMPARE(m_setup->asked.size(), 2);
    QVERIFY(!asked().isAsked);
}

void TestRuledCalls::whatDestroysIsShownWithoutTheScopeToo()
{
    const CallerPtr narrow = caller(kOne, {u"mcp:read"_s});
    call(u"kv_namespace_delete"_s, {{"namespace_id", kNamespace}}, narrow);
    QCOMPARE(m_setup->asked.size(), 1);
    QCOMPARE(asked().missing, ScopeSet{u"kv:write"_s});
    QCOMPARE(m_setup->before, (QList<std::pair<QString, QString>>{{u"Title"_s, u"sessions"_s}}));
}

void TestRuledCalls::offToolsAreNeitherListedNorRun()
{
    allow();
    const QStringList before = listed();
    QVERIFY(before.contains(u"kv_namespaces_list"_s));
    QVERIFY(m_setup->rules.set({}, u"tool:kv_namespaces_list"_s, Policy::Off));
    QStringList rest = before;
    rest.removeOne(u"kv_namespaces_list"_s);
    QCOMPARE(listed(), rest);
    const auto refused = call(u"kv_namespaces_list"_s, Json::object());
    QVERIFY(refused.isError);
    QVERIFY2(refused.content.first().text.contains(u"switched this tool off"_s),
             qPrintable(refused.content.first().text));
    QCOMPARE(m_setup->records.first().outcome, store::Outcome::Denied);
    QVERIFY(sent().isEmpty());
    QVERIFY(m_setup->asked.isEmpty());

    // A toolset takes its own tools along, and not those that it includes.
    QVERIFY(m_setup->rules.set({}, u"toolset:bindings"_s, Policy::Off));
    const QStringList left = listed();
    QVERIFY(left.contains(u"workers_list"_s));
    QVERIFY(left.contains(u"accounts_list"_s));
    for (const auto &definition : tools::allDefinitions()) {
        if (rest.contains(definition.tool.name))
            QCOMPARE(left.contains(definition.tool.name), definition.toolset() != u"bindings"_s);
    }
    QVERIFY(call(u"d1_database_query"_s, sql("SELECT 1")).isError);
    QVERIFY(sent().isEmpty());
}

void TestRuledCalls::offIsSaidBeforeAnythingElse()
{
    QVERIFY(m_setup->rules.set({}, u"tool:kv_namespace_create"_s, Policy::Off));
    const auto refused =
        call(u"kv_namespace_create"_s, {{"title", "t"}}, caller(kOne, {u"mcp:read"_s}));
    QVERIFY2(refused.content.first().text.contains(u"switched this tool off"_s),
             qPrintable(refused.content.first().text));
    QVERIFY(m_setup->asked.isEmpty());
}

void TestRuledCalls::rulesOfAClientAreForItsListOnly()
{
    CallerIdentity another = *caller();
    another.client = ClientId{u"c2"_s};
    const auto other = std::make_shared<CallerIdentity>(another);
    const QStringList all = listed(other);
    QCOMPARE(listed(), all);
    QVERIFY(m_setup->rules.set(kClient, u"toolset:observability"_s, Policy::Off));
    QVERIFY(!listed().contains(u"observability_keys"_s));
    QCOMPARE(listed(other), all);
    QVERIFY(m_setup->rules.set(kClient, u"toolset:observability"_s, std::nullopt));
    QCOMPARE(listed(), all);
}

void TestRuledCalls::listsChangeWithTheRules()
{
    const QSignalSpy changed(m_setup->catalogue.get(), &tools::Catalogue::listChanged);
    QVERIFY(m_setup->rules.set({}, u"tool:kv_namespaces_list"_s, Policy::Off));
    QCOMPARE(changed.size(), 1);
    QVERIFY(!m_setup->rules.set({}, u"tool:nope"_s, Policy::Off));
    QCOMPARE(changed.size(), 1);
}

void TestRuledCalls::whatWasWithdrawnWhileAskedIsNotTouched_data()
{
    QTest::addColumn<bool>("hasScope");
    QTest::newRow("a rule asked") << true;
    QTest::newRow("the scope was missing") << false;
}

/// The grant lost the account of the call while a person read the question.
void TestRuledCalls::whatWasWithdrawnWhileAskedIsNotTouched()
{
    QFETCH(bool, hasScope);
    allow(caller(kOne));
    m_setup->upstream.on("/client/v4/accounts/a2/storage/kv/namespaces", enveloped(Json()));
    const auto refused = call(u"kv_namespace_create"_s, {{"title", "t"}, {"account_id", "a2"}},
                              caller(kTwo, hasScope ? scopes::all() : ScopeSet{u"mcp:read"_s}));
    QCOMPARE(m_setup->asked.size(), 1);
    QVERIFY(refused.isError);
    QVERIFY2(refused.content.first().text.contains(u"available_accounts"_s),
             qPrintable(refused.content.first().text));
    QVERIFY(sent().isEmpty());
}

void TestRuledCalls::aZoneThatMovedWhileAskedIsNotTouched_data()
{
    QTest::addColumn<QString>("named");
    QTest::addColumn<QString>("accountThen");
    QTest::addColumn<bool>("hasScope");
    QTest::addColumn<bool>("runs");
    for (const QString &named : {kZone, u"example.com"_s}) {
        const char *how = named == kZone ? "by id" : "by name";
        QTest::addRow("it stayed, %s", how) << named << u"a1"_s << true << true;
        QTest::addRow("it moved, %s", how) << named << u"a2"_s << true << false;
        QTest::addRow("it moved, without the scope, %s", how) << named << u"a2"_s << false << false;
    }
}

/// It was the caller's when the person was asked.
void TestRuledCalls::aZoneThatMovedWhileAskedIsNotTouched()
{
    QFETCH(QString, named);
    QFETCH(QString, accountThen);
    QFETCH(bool, hasScope);
    QFETCH(bool, runs);
    const auto zone = [](const QString &account) {
        return Json{
            {"id", kZone}, {"name", "example.com"}, {"account", {{"id", account.toStdString()}}}};
    };
    const QByteArray path = "/client/v4/zones/" + kZone.toLatin1();
    ScriptedUpstream &upstream = m_setup->upstream;
    upstream.on("/client/v4/zones", enveloped(Json::array({zone(u"a1"_s)})));
    upstream.on(path, enveloped(zone(u"a1"_s)));
    upstream.on(path + "/dns_settings", enveloped(Json::object()));
    const Json arguments{{"zone", named.toStdString()}};
    QVERIFY(!call(u"show_zone_dns_settings"_s, arguments).isError); // it is known now
    upstream.seen.clear();

    QVERIFY(m_setup->rules.set({}, u"tool:show_zone_dns_settings"_s, Policy::Ask));
    m_setup->permit = [&](const tools::PermitRequest &) -> Result<tools::Permitted> {
        upstream.script[path].clear();
        upstream.on(path, enveloped(zone(accountThen)));
        return tools::Permitted{caller(), u"a person allowed this call"_s};
    };
    const auto result = call(u"show_zone_dns_settings"_s, arguments,
                             caller(kOne, hasScope ? scopes::all() : ScopeSet{u"mcp:read"_s}));
    QCOMPARE(m_setup->asked.size(), 1);
    QCOMPARE(result.isError, !runs);
    QCOMPARE(sent().contains(u"GET dns_settings"_s), runs);
    QVERIFY2(runs || result.content.first().text.contains(u"reaches no zone"_s),
             qPrintable(result.content.first().text));
}

void TestRuledCalls::whatWasSwitchedOffWhileAskedDoesNotRun()
{
    m_setup->permit = [this](const tools::PermitRequest &) -> Result<tools::Permitted> {
        if (!m_setup->rules.set(kClient, u"tool:kv_namespace_create"_s, Policy::Off))
            qFatal("the rule was not saved");
        return tools::Permitted{caller(), u"a person allowed this call"_s};
    };
    const auto result = call(u"kv_namespace_create"_s, {{"title", "t"}});
    QCOMPARE(m_setup->asked.size(), 1);
    QVERIFY(result.isError);
    QVERIFY(result.content.first().text.contains(u"switched this tool off"_s));
    QVERIFY(sent().isEmpty());
}

void TestRuledCalls::whatIsThereIsShownInTheOrderOfTheData()
{
    m_setup->upstream.script.clear();
    m_setup->upstream.on(kDatabase, enveloped({{"name", "orders"},
                                               {"num_tables", 3},
                                               {"file_size", 4096},
                                               {"created_at", "2025-01-01T00:00:00Z"}}));
    call(u"d1_database_delete"_s, {{"database_id", "70f53d65-6f64-46e0-aa25-3670b1b18826"}});
    QStringList captions;
    for (const auto &[caption, value] : std::as_const(m_setup->before))
        captions << caption;
    QCOMPARE(captions, (QStringList{u"Name"_s, u"Tables"_s, u"Size in bytes"_s, u"Created"_s}));
}

void TestRuledCalls::thePersonIsNotStopped()
{
    QVERIFY(m_setup->rules.set({}, u"toolset:bindings"_s, Policy::Off));
    const auto result = QCoro::waitFor(m_setup->catalogue->callAsPerson(
        u"kv_namespace_delete"_s, {{"namespace_id", kNamespace}}, m_setup->context(caller())));
    QVERIFY(result && !result->isError);
    QVERIFY(m_setup->asked.isEmpty());
    QCOMPARE(sent(), QStringList{u"DELETE "_s + kNamespace});
}

FLAREDECK_TEST(TestRuledCalls)

} // namespace tst_ruledcalls

#include "tst_ruledcalls.moc"
