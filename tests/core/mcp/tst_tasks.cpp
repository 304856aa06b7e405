#include "core/mcp/errorcodes.h"
#include "core/mcp/sessions/tasks.h"

#include "statelessclient.h"
#include "tests/support/testcase.h"
#include "testserver.h"

#include <QTest>

namespace tst_tasks {

using namespace flaredeck;
using namespace flaredeck::mcp;

/// Calls whose outcome is fetched later (extension io.modelcontextprotocol/tasks).
class TestTasks : public QObject
{
    Q_OBJECT

    std::unique_ptr<MemoryStore> m_store;
    std::unique_ptr<TestServer> m_server;
    std::unique_ptr<StatelessClient> m_client;

    /// A server that finds what the one before it has stored.
    void startKeeping()
    {
        if (!m_store)
            m_store = std::make_unique<MemoryStore>();
        m_client.reset();
        m_server.reset();
        m_server = std::make_unique<TestServer>(m_store.get());
        m_client = std::make_unique<StatelessClient>(m_server->port(), "alice");
    }

    static Json declared(Json params)
    {
        params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = {
            {"elicitation", Json::object()},
            {"extensions", {{"io.modelcontextprotocol/tasks", Json::object()}}}};
        return params;
    }

    Json start(const Json &arguments)
    {
        return m_client
            ->ask("tools/call", declared({{"name", "step out"}, {"arguments", arguments}}))
            .value("result", Json::object());
    }
    Json ask(const QByteArray &method, const std::string &id, Json params = Json::object())
    {
        params["taskId"] = id;
        return m_client->ask(method, declared(std::move(params)));
    }
    std::string statusOf(const std::string &id)
    {
        return ask("tasks/get", id).value("result", Json::object()).value("status", "");
    }

private slots:
    void init()
    {
        m_server = std::make_unique<TestServer>();
        m_client = std::make_unique<StatelessClient>(m_server->port(), "alice");
    }

    void cleanup()
    {
        m_client.reset();
        m_server.reset();
        m_store.reset();
    }

    void theExtensionIsOffered()
    {
        const Json capabilities = m_client->ask("server/discover").at("result").at("capabilities");
        QVERIFY(capabilities.at("extensions").contains("io.modelcontextprotocol/tasks"));
        QVERIFY(!capabilities.contains("tasks"));
    }

    void theOutcomeIsFetched()
    {
        const Json task = start({{"steps", 3}});
        QCOMPARE(task.value("resultType", ""), std::string("task"));
        QCOMPARE(task.value("status", ""), std::string("working"));
        QVERIFY(task.at("ttlMs").is_number_unsigned() || task.at("ttlMs").get<qint64>() > 0);
        QVERIFY(task.at("pollIntervalMs").is_number_integer());
        const std::string id = task.value("taskId", "");
        QTRY_COMPARE(statusOf(id), std::string("completed"));
        const Json got = ask("tasks/get", id).at("result");
        QCOMPARE(got.value("resultType", ""), std::string("complete"));
        QCOMPARE(got.at("result").at("content").at(0).value("text", ""), std::string("counted"));
        QCOMPARE(got.at("result").value("resultType", ""), std::string("complete"));
        QVERIFY(got.value("lastUpdatedAt", "") >= got.value("createdAt", ""));
    }

    void whoDoesNotKnowTasksWaits()
    {
        const Json answer = m_client->ask("tools/call", {{"name", "step out"}});
        QCOMPARE(textOf(answer), QByteArray("counted"));
    }

    void anErrorIsAnOutcomeToo()
    {
        const std::string id = start({{"fail", true}}).value("taskId", "");
        QCOMPARE(statusOf(id), std::string("failed"));
        QCOMPARE(ask("tasks/get", id).at("result").at("error").value("code", 0),
                 rpc::kInvalidParams);
    }

    void aTaskIsCancelled()
    {
        const std::string id = start({{"steps", 1000000}}).value("taskId", "");
        QTRY_COMPARE(*m_server->tools()->counting(), 1);
        for (int i = 0; i < 2; ++i) { // the second time it is over, which is no fault
            const Json answer = ask("tasks/cancel", id).at("result");
            QCOMPARE(answer.value("resultType", ""), std::string("complete"));
            QVERIFY(!answer.contains("taskId"));
        }
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
        QCOMPARE(statusOf(id), std::string("cancelled"));
    }

    void aTaskAsksThePerson()
    {
        const std::string id = start({{"ask", true}}).value("taskId", "");
        QCOMPARE(statusOf(id), std::string("input_required"));
        QVERIFY(ask("tasks/get", id).at("result").at("inputRequests").contains("name"));
        QVERIFY(ask("tasks/update", id, {{"inputResponses", {{"name", 42}, {"other", 1}}}})
                    .contains("result"));
        QCOMPARE(statusOf(id), std::string("input_required")); // that was no answer
        QCOMPARE(errorCode(ask("tasks/update", id)), rpc::kInvalidParams);
        const Json accepted{{"action", "accept"}, {"content", {{"name", "Ada"}}}};
        QVERIFY(
            ask("tasks/update", id, {{"inputResponses", {{"name", accepted}}}}).contains("result"));
        QTRY_COMPARE(statusOf(id), std::string("completed"));
        QCOMPARE(json::print(ask("tasks/get", id)).contains("Hello Ada"), true);
    }

    void cancellingEndsAWaitingQuestion()
    {
        const std::string id = start({{"ask", true}}).value("taskId", "");
        QVERIFY(ask("tasks/cancel", id).contains("result"));
        QCOMPARE(statusOf(id), std::string("cancelled"));
    }

    void tasksBelongToTheirGrant()
    {
        const std::string id = start({{"steps", 1}}).value("taskId", "");
        StatelessClient bob(m_server->port(), "bob");
        QCOMPARE(errorCode(bob.ask("tasks/get", declared({{"taskId", id}}))), rpc::kInvalidParams);
        QCOMPARE(errorCode(ask("tasks/get", "unknown")), rpc::kInvalidParams);
    }

    void endingTheGrantEndsItsTasks()
    {
        const std::string id = start({{"steps", 1000000}}).value("taskId", "");
        QTRY_COMPARE(*m_server->tools()->counting(), 1);
        m_server->service().endGrant({QStringLiteral("alice")});
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
        QCOMPARE(errorCode(ask("tasks/get", id)), rpc::kInvalidParams);
    }

    void theTasksOfAGrantAreLimited()
    {
        for (int i = 0; i < Tasks::kMaxPerGrant; ++i)
            QVERIFY(!start({{"ask", true}}).value("taskId", "").empty());
        // One more is served, but its client has to wait.
        QCOMPARE(start({{"steps", 1}}).value("resultType", ""), std::string("complete"));
    }

    void theOutcomesOfAGrantAreLimited()
    {
        const std::string first = start({{"fail", true}}).value("taskId", "");
        std::string last;
        for (int i = 1; i < Tasks::kMaxKeptPerGrant; ++i) {
            m_server->clock().advance(1);
            last = start({{"fail", true}}).value("taskId", "");
        }
        QVERIFY(ask("tasks/get", first).contains("result"));
        QVERIFY(!start({{"fail", true}}).value("taskId", "").empty());
        QCOMPARE(errorCode(ask("tasks/get", first)), rpc::kInvalidParams);
        QVERIFY(ask("tasks/get", last).contains("result"));
    }

    void whatIsOverIsForgottenAfterAnHour()
    {
        const std::string id = start({{"fail", true}}).value("taskId", "");
        m_server->clock().advance(60LL * 60 * 1000 + 1);
        QCOMPARE(errorCode(ask("tasks/get", id)), rpc::kInvalidParams);
    }

    void anOutcomeIsThereAfterARestart()
    {
        startKeeping();
        const std::string id = start({{"steps", 1}}).value("taskId", "");
        QTRY_COMPARE(statusOf(id), std::string("completed"));
        const Json before = ask("tasks/get", id).at("result");
        startKeeping();
        const Json after = ask("tasks/get", id).at("result");
        QVERIFY2(after == before, json::print(after));
        StatelessClient bob(m_server->port(), "bob");
        QCOMPARE(errorCode(bob.ask("tasks/get", declared({{"taskId", id}}))), rpc::kInvalidParams);
    }

    void whatRanAtTheEndHasFailedWithAReason_data()
    {
        QTest::addColumn<bool>("inOrder");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("closed in order") << true << QByteArray("was closed");
        QTest::newRow("killed") << false << QByteArray("was restarted");
    }

    void whatRanAtTheEndHasFailedWithAReason()
    {
        QFETCH(bool, inOrder);
        QFETCH(QByteArray, reason);
        startKeeping();
        const std::string working = start({{"steps", 1000000}}).value("taskId", "");
        const std::string asking = start({{"ask", true}}).value("taskId", "");
        MemoryStore asKilled = *m_store; // what a killed process leaves
        m_client.reset();
        m_server.reset();
        if (!inOrder)
            *m_store = asKilled;
        startKeeping();
        for (const std::string &id : {working, asking}) {
            const Json task = ask("tasks/get", id).at("result");
            QCOMPARE(task.value("status", ""), std::string("failed"));
            const QByteArray message =
                QByteArray::fromStdString(task.at("error").value("message", ""));
            QVERIFY2(message.contains(reason), message);
        }
    }

    void aRevokedGrantLeavesNoTask()
    {
        startKeeping();
        const std::string id = start({{"fail", true}}).value("taskId", "");
        QCOMPARE(m_store->loadTasks().size(), 1);
        QVERIFY(m_store->loadTasks().first().idHash != QByteArray::fromStdString(id));
        m_server->service().endGrant({QStringLiteral("alice")});
        QVERIFY(m_store->loadTasks().isEmpty());
    }

    void theHeaderMustNameTheTask()
    {
        const auto call =
            m_client->begin("tasks/get", declared({{"taskId", "x"}}), {{"Mcp-Name", "y"}});
        QVERIFY(call->finish());
        QCOMPARE(errorCode(call->json()), kHeaderMismatch);
    }
};

FLAREDECK_TEST(TestTasks)

} // namespace tst_tasks

#include "tst_tasks.moc"
