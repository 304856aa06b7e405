#include "core/provider/scopes.h"
#include "tests/core/provider/comparejson.h"
#include "tests/core/tools/cataloguesetup.h"
#include "tests/support/testcase.h"

namespace tst_toolcalls {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

namespace {

using Setup = CatalogueSetup;

Task<> keepResult(Task<Result<ToolResult>> task, std::optional<Result<ToolResult>> *result)
{
    *result = co_await task;
}

} // namespace

/// What becomes of a call, from its arguments to its record.
class TestToolCalls : public QObject
{
    Q_OBJECT

private slots:
    void addsAndRecords();
    void anUnknownToolIsAProtocolError();
    void argumentsMustBeAnObject();
    void aMissingScopeIsAskedFor();
    void aPermitLetsTheCallRun();
    void whereNobodyDecidesTheClientIsTold();
    void onlyACallThatCouldRunIsAskedAbout();
    void withoutAPermitAMissingScopeIsNamed();
    void argumentsAreShortAndHoldNoSecrets();
    void wrongArgumentsAreExplained();
    void accountsListShowsOnlyReachableOnes();
    void theActiveAccountIsUsed();
    void anUnreachableAccountIsRefused();
    void withoutAChoiceTheAccountsAreListed();
    void theHeaderChoosesTheAccount();
    void cloudflaresErrorReachesTheClient();
    void whatTheSignInLacksIsNamed_data();
    void whatTheSignInLacksIsNamed();
    void aRefusalOfCloudflareNamesWhatTheCallNeeds();
    void defaultsAreSent();
    void recentLogsAreShort();
    void logKeysAreCounted();
    void downloadsCode();
    void anOddAnswerIsAnErrorNotACrash();
    void cancellingIsRecorded();
};

void TestToolCalls::addsAndRecords()
{
    Setup s;
    const ToolResult result = s.call(u"add"_s, {{"a", 23}, {"b", 19}});
    QVERIFY(!result.isError);
    QCOMPARE(result.content.size(), 1);
    QCOMPARE(result.content.first().text, u"42"_s);
    COMPARE_JSON(*result.structured, (Json{{"result", 42}}));
    QCOMPARE(s.upstream.seen.size(), 0);

    QCOMPARE(s.records.size(), 1);
    const store::CallRecord record = s.records.first();
    QCOMPARE(record.tool, u"add"_s);
    QCOMPARE(record.outcome, store::Outcome::Ok);
    QCOMPARE(record.arguments, QByteArray(R"({"a":23,"b":19})"));
    QCOMPARE(record.result, QByteArray("42"));
    QCOMPARE(record.startedAt, s.clock.now());
    QVERIFY(record.accountName.isEmpty());
}

void TestToolCalls::anUnknownToolIsAProtocolError()
{
    Setup s;
    const auto result = QCoro::waitFor(s.catalogue->call(u"nope"_s, Json::object(), s.context()));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, Error::Kind::NotFound);
    QVERIFY(s.records.isEmpty());
}

void TestToolCalls::argumentsMustBeAnObject()
{
    Setup s;
    const auto result = QCoro::waitFor(s.catalogue->call(u"add"_s, Json::array({1}), s.context()));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, Error::Kind::InvalidInput);
    QVERIFY(s.call(u"add"_s, nullptr).isError); // absent arguments are an empty object
}

void TestToolCalls::aMissingScopeIsAskedFor()
{
    Setup s;
    const auto result = s.call(u"observability_keys"_s, {{"keysQuery", Json::object()}},
                               s.context(Setup::caller(kOne, {u"mcp:read"_s})));
    QVERIFY(result.isError);
    QVERIFY(result.content.first().text.contains("observability:read"_L1));
    QCOMPARE(s.asked.size(), 1);
    QCOMPARE(s.asked.first().tool, u"observability_keys"_s);
    QVERIFY(!s.asked.first().title.isEmpty());
    QCOMPARE(s.asked.first().account, u"One"_s);
    QCOMPARE(s.asked.first().arguments, u"keysQuery: {}"_s);
    QCOMPARE(s.asked.first().missing, ScopeSet{u"observability:read"_s});
    QCOMPARE(s.records.first().outcome, store::Outcome::Denied);
    QVERIFY(!s.records.first().error.isEmpty());
    QCOMPARE(s.upstream.seen.size(), 0);
}

void TestToolCalls::aPermitLetsTheCallRun()
{
    Setup s;
    s.permit = [](const tools::PermitRequest &) -> Result<tools::Permitted> {
        return tools::Permitted{Setup::caller(), u"a person said yes"_s};
    };
    s.upstream.on("/client/v4/accounts/a1/workers/scripts", enveloped(Json::array()));
    const auto context = s.context(Setup::caller(kOne, {u"mcp:read"_s}));
    const auto result = s.call(u"workers_list"_s, Json::object(), context);
    QVERIFY2(!result.isError, qPrintable(result.content.first().text));
    QCOMPARE(context->held, (QList<bool>{true, false}));
    QVERIFY(context->lacked.empty());
    QCOMPARE(s.records.first().outcome, store::Outcome::Ok);
    QCOMPARE(s.records.first().decision, u"a person said yes"_s);

    // Calls that differ in anything are told apart.
    const CallerPtr two = Setup::caller(kTwo, {u"mcp:read"_s});
    for (const char *account : {"a1", "a2", "a1"})
        s.call(u"workers_list"_s, {{"account_id", account}}, s.context(two));
    QCOMPARE(s.asked.size(), 4);
    QVERIFY(s.asked.at(1).fingerprint != s.asked.at(2).fingerprint);
    QCOMPARE(s.asked.at(1).fingerprint, s.asked.at(3).fingerprint);
}

void TestToolCalls::whereNobodyDecidesTheClientIsTold()
{
    Setup s;
    s.permit = [](const tools::PermitRequest &) -> Result<tools::Permitted> {
        return fail(Error::Kind::Unauthorized, u"Nobody is there."_s);
    };
    const auto context = s.context(Setup::caller(kOne, {u"mcp:read"_s, u"kv:write"_s}));
    QVERIFY(s.call(u"workers_list"_s, Json::object(), context).isError);
    QCOMPARE(context->lacked, (ScopeSet{u"kv:write"_s, u"mcp:read"_s, u"workers:read"_s}));
    QCOMPARE(s.records.first().outcome, store::Outcome::Denied);
}

void TestToolCalls::onlyACallThatCouldRunIsAskedAbout()
{
    Setup s;
    const CallerPtr narrow = Setup::caller(kTwo, {u"mcp:read"_s});
    QVERIFY(s.call(u"workers_get_worker"_s, Json::object(), s.context(narrow)).isError);
    QVERIFY(s.call(u"workers_list"_s, {{"account_id", "a9"}}, s.context(narrow)).isError);
    QVERIFY(s.asked.isEmpty());
}

void TestToolCalls::withoutAPermitAMissingScopeIsNamed()
{
    Setup s;
    tools::Catalogue alone(
        *s.cloudflare, s.client, [](const store::CallRecord &) {}, s.clock);
    const auto result = QCoro::waitFor(alone.call(u"workers_list"_s, Json::object(),
                                                  s.context(Setup::caller(kOne, {u"mcp:read"_s}))));
    QVERIFY(result);
    QVERIFY(result->isError);
    QVERIFY(result->content.first().text.contains("workers:read"_L1));
    QVERIFY(result->content.first().text.contains("approve"_L1));
}

void TestToolCalls::argumentsAreShortAndHoldNoSecrets()
{
    const auto inWords = [](const Json &arguments) { return tools::argumentsInWords(arguments); };
    QCOMPARE(inWords(Json::object()), QString());
    QCOMPARE(inWords({{"limit", 5}, {"name", "a  b\nc"}, {"query", {{"view", "events"}}}}),
             u"limit: 5\nname: a b c\nquery: {\"view\":\"events\"}"_s);
    QCOMPARE(inWords({{"apiToken", "abc"}}), u"apiToken: [redacted]"_s);
    const QString nested = inWords({{"body", "Authorization: Bearer 0123456789abcdef"}});
    QVERIFY2(!nested.contains("0123456789abcdef"_L1), qPrintable(nested));
    // What would turn the line around is gone.
    QCOMPARE(inWords({{"name", "a\u202eb"}}), u"name: ab"_s);

    QCOMPARE(inWords({{"name", "a\U000E0041\u3164b"}}), u"name: ab"_s);
    QCOMPARE(inWords({{"text", std::string(98, 'x') + "😀" + std::string(50, 'x')}}),
             u"text: "_s + QString(98, u'x') + u'…');
    const QString cut = inWords({{"text", std::string(5000, 'x')}});
    QCOMPARE(cut.size(), qsizetype(106));
    QVERIFY(cut.endsWith(u'…'));
    Json many = Json::object();
    for (int i = 10; i < 30; ++i)
        many["n" + std::to_string(i)] = i;
    QCOMPARE(inWords(many).count(u'\n'), 6);
    QVERIFY(inWords(many).endsWith(u"… and 14 more"_s));
}

void TestToolCalls::wrongArgumentsAreExplained()
{
    Setup s;
    const auto result = s.call(u"add"_s, {{"a", "x"}, {"b", 1}});
    QVERIFY(result.isError);
    QCOMPARE(result.content.first().text, u"a must be a number."_s);
    QCOMPARE(s.records.first().outcome, store::Outcome::Error);
    const auto account =
        s.call(u"workers_list"_s, {{"account_id", 7}}, s.context(Setup::caller(kTwo)));
    QCOMPARE(account.content.first().text, u"account_id must be a text that is not empty."_s);
}

void TestToolCalls::accountsListShowsOnlyReachableOnes()
{
    Setup s;
    s.upstream.on(
        "/client/v4/accounts",
        enveloped(Json::array({{{"id", "a1"}, {"name", "One"}, {"created_on", "2024-01-01"}},
                               {{"id", "secret"}, {"name", "Not granted"}}}),
                  {{"total_pages", 2}}));
    s.upstream.on(
        "/client/v4/accounts",
        enveloped(Json::array({{{"id", "a2"}, {"name", "Two"}, {"created_on", "2025-01-01"}}}),
                  {{"total_pages", 2}}));
    const auto result = s.call(u"accounts_list"_s, Json::object(), s.context(Setup::caller(kTwo)));
    QVERIFY2(!result.isError, qPrintable(result.content.first().text));
    COMPARE_JSON(*result.structured, *json::parse(R"({"count":2,"accounts":[
        {"id":"a2","name":"Two","created_on":"2025-01-01"},
        {"id":"a1","name":"One","created_on":"2024-01-01"}]})"));
}

void TestToolCalls::theActiveAccountIsUsed()
{
    Setup s;
    s.upstream.on("/client/v4/accounts/a2/workers/scripts", enveloped(Json::array()));
    const CallerPtr two = Setup::caller(kTwo);
    const auto chosen =
        s.call(u"set_active_account"_s, {{"activeAccountIdParam", "a2"}}, s.context(two));
    QCOMPARE(json::stringAt(*chosen.structured, "activeAccountId"), u"a2"_s);
    // What a client with a session for each call has to do instead.
    QVERIFY(chosen.content.first().text.contains("pass account_id"_L1));
    COMPARE_JSON(s.session, (Json{{"activeAccountId", "a2"}}));
    const auto listed = s.call(u"workers_list"_s, Json::object(), s.context(two));
    QVERIFY2(!listed.isError, qPrintable(listed.content.first().text));
    QCOMPARE(s.records.last().accountName, u"Two"_s);
    QCOMPARE(s.records.last().upstream.size(), 1);
    // By its name, too; the session keeps the id.
    QVERIFY(!s.call(u"set_active_account"_s, {{"activeAccountIdParam", "one"}}, s.context(two))
                 .isError);
    COMPARE_JSON(s.session, (Json{{"activeAccountId", "a1"}}));
}

void TestToolCalls::anUnreachableAccountIsRefused()
{
    Setup s;
    const auto chosen = s.call(u"set_active_account"_s, {{"activeAccountIdParam", "a9"}},
                               s.context(Setup::caller(kTwo)));
    QVERIFY(chosen.isError);
    COMPARE_JSON(s.session, Json::object());
    // A session may remember an account that the grant has lost since.
    s.session = {{"activeAccountId", "a9"}};
    QVERIFY(s.call(u"workers_list"_s, Json::object(), s.context(Setup::caller(kTwo))).isError);
    QVERIFY(
        s.call(u"workers_list"_s, {{"account_id", "a9"}}, s.context(Setup::caller(kTwo))).isError);
    QCOMPARE(s.upstream.seen.size(), 0);
}

void TestToolCalls::withoutAChoiceTheAccountsAreListed()
{
    Setup s;
    const auto result = s.call(u"workers_list"_s, Json::object(), s.context(Setup::caller(kTwo)));
    QVERIFY(result.isError);
    const Json problem = *json::parse(result.content.first().text.toUtf8());
    QVERIFY(problem.at("error").is_string());
    QVERIFY(problem.at("action").is_string());
    QCOMPARE(problem.at("available_accounts").size(), size_t(2));
}

void TestToolCalls::theHeaderChoosesTheAccount()
{
    Setup s;
    s.upstream.on("/client/v4/accounts/a2/workers/scripts", enveloped(Json::array()));
    const auto context = s.context(Setup::caller(kTwo));
    context->accountHeader = "a2";
    QVERIFY(!s.call(u"workers_list"_s, {{"account_id", "a1"}}, context).isError);
}

void TestToolCalls::cloudflaresErrorReachesTheClient()
{
    Setup s;
    s.upstream.on("/client/v4/accounts/a1/workers/services/w",
                  refused(404, 10090, "workers.api.error.service_not_found"));
    const auto result = s.call(u"workers_get_worker"_s, {{"scriptName", "w"}});
    QVERIFY(result.isError);
    QVERIFY(result.content.first().text.contains(
        "workers.api.error.service_not_found (code 10090)"_L1));
    QCOMPARE(s.records.first().outcome, store::Outcome::Error);
    QCOMPARE(s.records.first().upstream.first().status, 404);
}

void TestToolCalls::whatTheSignInLacksIsNamed_data()
{
    QTest::addColumn<bool>("isApiToken");
    QTest::addColumn<QString>("remedy");
    QTest::newRow("a sign-in") << false << u"sign in to Cloudflare again"_s;
    QTest::newRow("an API token") << true << u"add an API token"_s;
}

void TestToolCalls::whatTheSignInLacksIsNamed()
{
    QFETCH(bool, isApiToken);
    QFETCH(QString, remedy);
    Setup s;
    s.rights = {u"ada@example.com"_s, {u"workers-scripts.read"_s}, isApiToken};
    s.upstream.on("/client/v4/accounts/a1/workers/scripts", enveloped(Json::array()));
    const Json query{{"keysQuery", Json::object()}};
    const auto result = s.call(u"observability_keys"_s, query);
    QVERIFY(result.isError);
    const QString text = result.content.first().text;
    QVERIFY2(text.contains(u"ada@example.com does not hold workers-observability.read"_s),
             qPrintable(text));
    QVERIFY2(text.contains(remedy), qPrintable(text));
    QCOMPARE(s.records.first().outcome, store::Outcome::Denied);
    QCOMPARE(s.upstream.seen.size(), 0);

    // Whoever was not given the scope either is not worth a question: no answer would help.
    QVERIFY(s.call(u"observability_keys"_s, query, s.context(Setup::caller(kOne, {u"mcp:read"_s})))
                .isError);
    QVERIFY(s.asked.isEmpty());
    QVERIFY(!s.call(u"workers_list"_s).isError);

    // The next sign-in holds it: nothing else has to change.
    s.rights->scopes << u"workers-observability.read"_s;
    s.upstream.on("/client/v4/accounts/a1/workers/observability/telemetry/keys",
                  enveloped(Json::array()));
    QVERIFY(!s.call(u"observability_keys"_s, query).isError);
}

void TestToolCalls::aRefusalOfCloudflareNamesWhatTheCallNeeds()
{
    Setup s;
    s.upstream.on("/client/v4/accounts/a1/workers/scripts",
                  refused(403, 10000, "Authentication error"));
    const auto result = s.call(u"workers_list"_s);
    QVERIFY(result.isError);
    const QString text = result.content.first().text;
    for (const QString &words : {u"Authentication error (code 10000)"_s, u"workers-scripts.read"_s,
                                 u"sign in to Cloudflare again"_s, u"an administrator"_s})
        QVERIFY2(text.contains(words), qPrintable(text));
    // No new sign-in by itself, and no second try.
    QCOMPARE(s.upstream.count("/client/v4/accounts/a1/workers/scripts"), 1);
    QCOMPARE(s.upstream.seen.size(), 1);
}

void TestToolCalls::defaultsAreSent()
{
    Setup s;
    const QByteArray path = "/client/v4/accounts/a1/workers/observability/telemetry/query";
    s.upstream.on(path, enveloped({{"calculations", Json::array()}}));
    const auto result = s.call(u"query_worker_observability"_s,
                               {{"query", {{"queryId", "q"}, {"parameters", Json::object()}}}});
    QVERIFY2(!result.isError, qPrintable(result.content.first().text));
    const Json body = *json::parse(s.upstream.last(path)->body);
    COMPARE_JSON(
        body, (Json{{"queryId", "q"},
                    {"parameters", Json::object()},
                    {"view", "calculations"},
                    {"limit", 5},
                    {"dry", true},
                    {"timeframe", {{"from", s.clock.now() - 3'600'000}, {"to", s.clock.now()}}}}));
}

void TestToolCalls::recentLogsAreShort()
{
    Setup s;
    const QByteArray path = "/client/v4/accounts/a1/workers/observability/telemetry/query";
    s.upstream.on(path, enveloped({{"events", {{"events", Json::array({{{"timestamp", 1}}})}}}}));
    const auto result = s.call(u"worker_logs_by_worker_name"_s, {{"scriptName", "w"}});
    QVERIFY2(!result.isError, qPrintable(result.content.first().text));
    QCOMPARE(result.structured->at("logs").size(), size_t(1));
    COMPARE_JSON(
        result.structured->at("stats"),
        (Json{{"total", 1},
              {"timeRange", {{"from", s.clock.now() - 1'800'000}, {"to", s.clock.now()}}}}));
    COMPARE_JSON(json::parse(s.upstream.last(path)->body)->at("limit"), Json(100));
    s.upstream.script.clear();
    s.upstream.on(path, enveloped({{"statistics", Json::object()}}));
    COMPARE_JSON(s.call(u"worker_logs_by_rayid"_s, {{"rayId", "r"}}).structured->at("logs"),
                 Json::array());
}

void TestToolCalls::logKeysAreCounted()
{
    Setup s;
    s.upstream.on("/client/v4/accounts/a1/workers/observability/telemetry/keys",
                  enveloped(*json::parse(R"([{"key":"a","type":"string","lastSeenAt":1750000000000},
                                             {"key":"b","type":"string"},{"key":"c","type":"number"}])")));
    const auto result = s.call(u"worker_logs_keys"_s, {{"scriptName", "w"}});
    QVERIFY2(!result.isError, qPrintable(result.content.first().text));
    COMPARE_JSON(*result.structured, *json::parse(R"({"keys":[
        {"key":"a","type":"string","lastSeen":"2025-06-15T15:06:40.000Z"},
        {"key":"b","type":"string","lastSeen":null},{"key":"c","type":"number","lastSeen":null}],
        "stats":{"total":3,"byType":{"string":2,"number":1}}})"));
}

void TestToolCalls::downloadsCode()
{
    Setup s;
    const QByteArray path = "/client/v4/accounts/a1/workers/scripts/w";
    s.upstream.on(path, http::Response::text(200, "export default {}"));
    const auto result = s.call(u"workers_get_worker_code"_s, {{"scriptName", "w"}});
    QCOMPARE(result.content.first().text, u"export default {}"_s);
    QCOMPARE(s.upstream.last(path)->headers.value("Accept"), QByteArray("application/javascript"));
}

void TestToolCalls::anOddAnswerIsAnErrorNotACrash()
{
    const QList<Json> oddities{
        Json(7), Json("x"), Json::array({1, nullptr, "x"}),
        Json{{"events", 1}, {"calculations", {{"a", 1}}}, {"invocations", 7}}};
    for (const Json &odd : oddities) {
        Setup s;
        s.upstream.on("/client/v4/accounts", enveloped(odd));
        s.upstream.on("/client/v4/accounts/a1/workers/scripts", enveloped(odd));
        s.upstream.on("/client/v4/accounts/a1/workers/services/w", enveloped(odd));
        for (const char *verb : {"query", "keys", "values"})
            s.upstream.on(QByteArray("/client/v4/accounts/a1/workers/observability/telemetry/") +
                              verb,
                          enveloped(odd));
        s.call(u"accounts_list"_s);
        s.call(u"workers_list"_s);
        s.call(u"workers_get_worker"_s, {{"scriptName", "w"}});
        for (const char *view : {"events", "calculations", "invocations"})
            s.call(u"query_worker_observability"_s,
                   {{"query", {{"queryId", "q"}, {"view", view}, {"parameters", Json::object()}}}});
        s.call(u"observability_keys"_s, {{"keysQuery", Json::object()}});
        s.call(u"observability_values"_s, {{"valuesQuery", {{"key", "k"}, {"type", "string"}}}});
        s.call(u"worker_logs_by_rayid"_s, {{"rayId", "r"}});
        s.call(u"worker_logs_keys"_s, {{"scriptName", "w"}});
        QCOMPARE(s.records.size(), 10);
        QVERIFY(std::all_of(s.records.begin(), s.records.end(),
                            [](const auto &record) { return !record.upstream.isEmpty(); }));
    }
}

void TestToolCalls::cancellingIsRecorded()
{
    Setup s;
    s.upstream.hold("/client/v4/accounts/a1/workers/scripts");
    std::stop_source stop;
    const auto context = s.context();
    context->stop = stop.get_token();
    std::optional<Result<ToolResult>> result;
    keepResult(s.catalogue->call(u"workers_list"_s, Json::object(), context), &result);
    QTRY_COMPARE(s.upstream.held.size(), 1);
    stop.request_stop();
    QTRY_VERIFY(result.has_value());
    QVERIFY((*result)->isError);
    QCOMPARE(s.records.size(), 1);
    QCOMPARE(s.records.first().outcome, store::Outcome::Cancelled);
}

FLAREDECK_TEST(TestToolCalls)

} // namespace tst_toolcalls

#include "tst_toolcalls.moc"
