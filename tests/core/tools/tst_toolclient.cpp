#include "cataloguesetup.h"
#include "tests/support/testcase.h"

namespace tst_toolclient {

using namespace flaredeck;
using namespace flaredeck::test;

namespace {

const QByteArray kScripts = "/client/v4/accounts/%1/workers/scripts";
const QByteArray kQuery = "/client/v4/accounts/a1/workers/observability/telemetry/query";

Json accepted(const QString &name)
{
    return {{"action", "accept"}, {"content", {{"account", name}}}};
}

} // namespace

/// What tools tell their client and ask of it while they work.
class TestToolClient : public QObject
{
    Q_OBJECT

    CatalogueSetup m_setup;

    /// A call that needs an account, and that the client answers so when it is asked for one.
    std::shared_ptr<ToolClient> clientOf(const QList<AccountRef> &accounts,
                                         const Result<Json> &answer)
    {
        auto client = m_setup.context(CatalogueSetup::caller(accounts));
        client->answer = [answer](const mcp::InputRequest &) { return answer; };
        return client;
    }
    ToolResult listWorkers(const std::shared_ptr<ToolClient> &client)
    {
        return m_setup.call(u"workers_list"_s, Json::object(), client);
    }

private slots:
    void init()
    {
        m_setup.session = Json::object();
        m_setup.records.clear();
        m_setup.upstream.script.clear();
        m_setup.upstream.seen.clear();
        for (const char *account : {"a1", "a2"})
            m_setup.upstream.on(QByteArray(kScripts).replace("%1", account),
                                enveloped(Json::array()));
    }

    void pagesAreProgress()
    {
        for (int page = 0; page < 3; ++page)
            m_setup.upstream.on("/client/v4/accounts",
                                enveloped(Json::array(), {{"total_pages", 3}}));
        const auto client = m_setup.context();
        QVERIFY(!m_setup.call(u"accounts_list"_s, Json::object(), client).isError);
        QCOMPARE(client->steps, (QList<std::pair<double, double>>{{1, 3}, {2, 3}, {3, 3}}));
    }

    void aSearchIsProgress_data()
    {
        QTest::addColumn<QString>("tool");
        QTest::addColumn<QByteArray>("arguments");
        QTest::newRow("by Worker")
            << u"worker_logs_by_worker_name"_s << QByteArray(R"({"scriptName":"w"})");
        QTest::newRow("by ray id") << u"worker_logs_by_rayid"_s << QByteArray(R"({"rayId":"r"})");
        QTest::newRow("query") << u"query_worker_observability"_s
                               << QByteArray(R"({"query":{"queryId":"q","parameters":{}}})");
    }

    void aSearchIsProgress()
    {
        QFETCH(const QString, tool);
        QFETCH(const QByteArray, arguments);
        m_setup.upstream.on(kQuery, enveloped({{"calculations", Json::array()}}));
        const auto client = m_setup.context();
        QVERIFY(!m_setup.call(tool, *json::parse(arguments), client).isError);
        QCOMPARE(client->steps, (QList<std::pair<double, double>>{{0, 1}, {1, 1}}));
    }

    void whatIsDoneUpstreamIsLogged()
    {
        m_setup.upstream.script.clear();
        const QByteArray path = QByteArray(kScripts).replace("%1", "a1");
        m_setup.upstream.on(path, http::Response::empty(503));
        m_setup.upstream.on(path, enveloped(Json::array()));
        const auto client = m_setup.context();
        QVERIFY(!listWorkers(client).isError);
        QCOMPARE(client->logged.size(), 2);
        const auto &[repeated, first] = client->logged.at(0);
        const auto &[usual, second] = client->logged.at(1);
        QCOMPARE(repeated, mcp::LogLevel::Debug);
        QCOMPARE(usual, mcp::LogLevel::Debug);
        QCOMPARE(first.at("status").get<int>(), 503);
        QCOMPARE(second.at("status").get<int>(), 200);
        QCOMPARE(json::stringAt(second, "request"), u"GET /accounts/a1/workers/scripts"_s);
    }

    void thePersonChoosesTheAccountByItsName()
    {
        const auto client = clientOf(kTwo, accepted(u"Two"_s));
        const auto result = listWorkers(client);
        QVERIFY2(!result.isError, qPrintable(result.content.first().text));
        QCOMPARE(client->questions.size(), 1);
        const Json &params = client->questions.first().params;
        QVERIFY(json::stringAt(params, "message")->contains(u"List Workers"_s));
        QCOMPARE(
            json::stringsAt(params.at("requestedSchema").at("properties").at("account"), "enum"),
            (QStringList{u"One"_s, u"Two"_s}));
        QCOMPARE(m_setup.records.size(), 1);
        QCOMPARE(m_setup.records.first().accountName, u"Two"_s);
        // The session goes on with it.
        QVERIFY(!listWorkers(client).isError);
        QCOMPARE(m_setup.records.last().accountName, u"Two"_s);
        QCOMPARE(client->questions.size(), 1);
    }

    void namesThatAreTheSameAreToldApart()
    {
        const auto client =
            clientOf({{u"a1"_s, u"Same"_s}, {u"a2"_s, u"Same"_s}}, accepted(u"Same (a2)"_s));
        QVERIFY(!listWorkers(client).isError);
        QCOMPARE(m_setup.upstream.count(QByteArray(kScripts).replace("%1", "a2")), 1);
    }

    void whoChoosesNothingGetsTheAccounts_data()
    {
        QTest::addColumn<QByteArray>("answer"); // empty = the client refused to ask
        QTest::newRow("declined") << QByteArray(R"({"action":"decline"})");
        QTest::newRow("cancelled") << QByteArray(R"({"action":"cancel"})");
        QTest::newRow("refused by the client") << QByteArray();
    }

    void whoChoosesNothingGetsTheAccounts()
    {
        QFETCH(const QByteArray, answer);
        const auto client = clientOf(kTwo, answer.isEmpty() ? fail(Error::Kind::Denied, u"No."_s)
                                                            : Result<Json>(*json::parse(answer)));
        const auto result = listWorkers(client);
        QVERIFY(result.isError);
        const Json problem = *json::parse(result.content.first().text.toUtf8());
        QCOMPARE(problem.at("available_accounts").size(), size_t(2));
        QCOMPARE(m_setup.records.size(), 1);
    }

    void aCallThatAsksFirstIsNotOver()
    {
        // As in the revision where the call begins anew with the answer.
        const auto client =
            clientOf(kTwo, fail(Error::Kind::Cancelled, u"The client is asked first."_s));
        const auto result =
            QCoro::waitFor(m_setup.catalogue->call(u"workers_list"_s, Json::object(), client));
        QVERIFY(!result);
        QCOMPARE(result.error().kind, Error::Kind::Cancelled);
        QVERIFY(m_setup.records.isEmpty());
    }

    void whatWasWithdrawnMeanwhileIsNotUsed()
    {
        auto client = m_setup.context(CatalogueSetup::caller(kTwo));
        client->answer = [&client](const mcp::InputRequest &) -> Result<Json> {
            client->caller = CatalogueSetup::caller(kOne);
            return accepted(u"Two"_s);
        };
        QVERIFY(listWorkers(client).isError);
        QCOMPARE(m_setup.upstream.count(QByteArray(kScripts).replace("%1", "a2")), 0);
        client->answer = nullptr; // it holds the client
    }

    void nobodyIsAskedWhatIsKnown()
    {
        const auto unasked = fail(Error::Kind::Denied, u"It was asked."_s);
        QVERIFY(!listWorkers(clientOf(kOne, unasked)).isError);
        const auto client = clientOf(kTwo, unasked);
        QVERIFY(!m_setup.call(u"workers_list"_s, {{"account_id", "a2"}}, client).isError);
        QVERIFY(m_setup.call(u"workers_list"_s, {{"account_id", "a9"}}, client).isError);
        client->accountHeader = "a1";
        QVERIFY(!listWorkers(client).isError);
        m_setup.rights = {
            u"ada@example.com"_s, {u"user-details.read"_s}, false}; // no answer would help
        client->accountHeader.clear();
        QVERIFY(listWorkers(client).isError);
        m_setup.rights.reset();
        QVERIFY(client->questions.isEmpty());
    }
};

FLAREDECK_TEST(TestToolClient)

} // namespace tst_toolclient

#include "tst_toolclient.moc"
