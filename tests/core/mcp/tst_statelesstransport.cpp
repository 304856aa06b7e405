#include "core/mcp/errorcodes.h"
#include "core/mcp/transports/statelesstransport.h"

#include "statelessclient.h"
#include "tests/support/testcase.h"
#include "testserver.h"

#include <QTest>

namespace tst_statelesstransport {

using namespace flaredeck;
using namespace flaredeck::mcp;

/// Conversations of revision 2026-07-28 over sockets.
class TestStatelessTransport : public QObject
{
    Q_OBJECT

    std::unique_ptr<TestServer> m_server;
    std::unique_ptr<StatelessClient> m_client;

    /// A running call of count that will not end by itself.
    std::unique_ptr<HttpCall> beginEndless(const Json &meta = Json::object())
    {
        const int before = *m_server->tools()->counting();
        auto call = m_client->begin(
            "tools/call",
            {{"name", "count"}, {"arguments", {{"steps", 1000000}}}, {"_meta", meta}});
        return QTest::qWaitFor([&] { return *m_server->tools()->counting() > before; })
                   ? std::move(call)
                   : nullptr;
    }

    std::unique_ptr<HttpCall> listen(const Json &notifications)
    {
        return m_client->begin("subscriptions/listen", {{"notifications", notifications}});
    }

    void announceToAlice()
    {
        CallerIdentity alice;
        alice.grant = {QStringLiteral("alice")};
        m_server->service().identityChanged(std::make_shared<const CallerIdentity>(alice));
    }

    static QByteArray subscriptionOf(const Json &message, const char *member)
    {
        return json::print(
            message.at(member).at("_meta").at("io.modelcontextprotocol/subscriptionId"));
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
    }

    void saysWhatItServes()
    {
        const Json result = m_client->ask("server/discover").at("result");
        QCOMPARE(json::print(result.at("supportedVersions")),
                 QByteArray("[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\",\"2025-03-26\","
                            "\"2024-11-05\"]"));
        QVERIFY(result.at("capabilities").contains("tools"));
        QVERIFY(!result.at("capabilities").contains("logging"));
        QCOMPARE(result.value("instructions", ""), std::string("Tools for alice"));
        QCOMPARE(result.value("resultType", ""), std::string("complete"));
        QCOMPARE(result.value("cacheScope", ""), std::string("private"));
        QVERIFY(result.at("ttlMs").is_number_unsigned());
        QCOMPARE(result.at("_meta").at("io.modelcontextprotocol/serverInfo").value("name", ""),
                 std::string("demo"));
        QVERIFY(!result.contains("serverInfo"));
    }

    void listsToolsInTheSameOrderEachTime()
    {
        const Json first = m_client->ask("tools/list").at("result");
        QCOMPARE(first.at("tools").size(), 6U);
        QVERIFY(first.contains("ttlMs") && first.contains("cacheScope"));
        QCOMPARE(json::print(m_client->ask("tools/list").at("result")), json::print(first));
        m_server->withdrawScopes();
        QCOMPARE(m_client->ask("tools/list").at("result").at("tools").size(), 5U);
    }

    void callsATool()
    {
        const auto call =
            m_client->begin("tools/call", {{"name", "add"}, {"arguments", {{"a", 23}, {"b", 19}}}});
        QVERIFY(call->finish());
        QCOMPARE(call->status(), 200);
        QVERIFY(!call->isStream());
        QCOMPARE(textOf(call->json()), QByteArray("42"));
        const Json result = call->json().at("result");
        QCOMPARE(result.value("resultType", ""), std::string("complete"));
        QVERIFY(!result.contains("ttlMs"));
        QVERIFY(call->header("Mcp-Session-Id").isEmpty());
        QCOMPARE(m_server->tools()->lastClient(), QStringLiteral("test 2.0"));
    }

    void whoWasHereLatelyIsShown()
    {
        QVERIFY(m_server->service().sessions().isEmpty());
        QVERIFY(m_client->ask("tools/list").contains("result"));
        const auto listed = m_server->service().sessions();
        QCOMPARE(listed.size(), 1);
        QCOMPARE(listed.first().transport, QStringLiteral("no session"));
        QCOMPARE(listed.first().revision, QStringLiteral("2026-07-28"));
        QCOMPARE(listed.first().clientInfo, QStringLiteral("test 2.0"));
        QCOMPARE(listed.first().openStreams, 0);

        m_server->clock().advance(StatelessTransport::kLingersFor);
        QVERIFY(m_server->service().sessions().isEmpty());

        const auto stream = listen({{"toolsListChanged", true}});
        QVERIFY(stream->waitForEvents(1));
        m_server->clock().advance(StatelessTransport::kLingersFor);
        QCOMPARE(m_server->service().sessions().value(0).openStreams, 1); // it is still there
        m_server->service().endSession(m_server->service().sessions().value(0).handle);
        QVERIFY(stream->finish());
        QTRY_VERIFY(m_server->service().sessions().isEmpty());
        QVERIFY(m_client->ask("tools/list").contains("result")); // disconnected, not locked out
    }

    void sessionAndEventIdsMeanNothing()
    {
        const auto call = m_client->begin("tools/call", {{"name", "add"}},
                                          {{"Mcp-Session-Id", "abc"}, {"Last-Event-ID", "1"}});
        QVERIFY(call->finish());
        QCOMPARE(call->status(), 200);
        QVERIFY(call->header("Mcp-Session-Id").isEmpty());
    }

    void toolsKeepNoSession()
    {
        const auto call =
            m_client->begin("tools/call", {{"name", "remember"}, {"arguments", {{"value", "x"}}}},
                            {{"Mcp-Param-Value", "x"}});
        QVERIFY(call->finish());
        QCOMPARE(textOf(call->json()), QByteArray("no session"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("header"); // to be changed, "Name: value" or "Name:"
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const QByteArray &method, const QByteArray &params,
                            const QByteArray &header, int status, int code) {
            QTest::newRow(name) << method << params << header << status << code;
        };
        const QByteArray add = R"({"name":"add"})";
        row("no version header", "tools/list", "{}", "MCP-Protocol-Version:", 400, kHeaderMismatch);
        row("another version header", "tools/list", "{}", "MCP-Protocol-Version: 2025-11-25", 400,
            kHeaderMismatch);
        row("no method header", "tools/list", "{}", "Mcp-Method:", 400, kHeaderMismatch);
        row("another method header", "tools/list", "{}", "Mcp-Method: tools/call", 400,
            kHeaderMismatch);
        row("no name header", "tools/call", add, "Mcp-Name:", 400, kHeaderMismatch);
        row("another name header", "tools/call", add, "Mcp-Name: Add", 400, kHeaderMismatch);
        row("a badly encoded name", "tools/call", add, "Mcp-Name: =?base64?YWRk!?=", 400,
            kHeaderMismatch);
        row("an encoded name", "tools/call", add, "Mcp-Name: =?base64?YWRk?=", 200, 0);
        row("an argument without its header", "tools/call",
            R"({"name":"remember","arguments":{"value":"x"}})", {}, 400, kHeaderMismatch);
        row("a header without its argument", "tools/call", R"({"name":"remember"})",
            "Mcp-Param-Value: x", 400, kHeaderMismatch);
        row("an unknown method", "no/such", "{}", {}, 404, rpc::kMethodNotFound);
        for (const char *removed : {"initialize", "ping", "logging/setLevel", "resources/subscribe",
                                    "resources/unsubscribe"})
            row(removed, removed, "{}", {}, 404, rpc::kMethodNotFound);
        row("a method that tasks once had", "tasks/list", "{}", {}, 404, rpc::kMethodNotFound);
        row("a task, without the extension", "tasks/get", R"({"taskId":"x"})", {}, 400,
            kMissingClientCapability);
        row("an unknown tool", "tools/call", R"({"name":"nix"})", {}, 200, rpc::kInvalidParams);
        row("arguments that are no object", "tools/call", R"({"name":"add","arguments":[]})", {},
            200, rpc::kInvalidParams);
        row("a cursor", "tools/list", R"({"cursor":"x"})", {}, 200, rpc::kInvalidParams);
        row("a handler's fault", "tools/call", R"({"name":"fail","arguments":{"how":"throw"}})", {},
            200, rpc::kInternalError);
        row("listening to nothing named", "subscriptions/listen", "{}", {}, 200,
            rpc::kInvalidParams);
        row("listening with a wish that is none", "subscriptions/listen",
            R"({"notifications":{"toolsListChanged":1}})", {}, 200, rpc::kInvalidParams);
    }

    void refuses()
    {
        QFETCH(const QByteArray, method);
        QFETCH(const QByteArray, params);
        QFETCH(const QByteArray, header);
        QFETCH(const int, status);
        QFETCH(const int, code);
        StatelessClient::Changes changes;
        if (!header.isEmpty()) {
            const QByteArray value = header.mid(header.indexOf(':') + 1).trimmed();
            changes = {{header.left(header.indexOf(':')), value.isEmpty() ? QByteArray() : value}};
        }
        const auto call = m_client->begin(method, *json::parse(params), changes);
        QVERIFY(call->finish());
        QCOMPARE(call->status(), status);
        QCOMPARE(errorCode(call->json()), code);
        QCOMPARE(json::print(call->json().at("id")), QByteArray("1"));
    }

    /// Fewer types than the specification demands, but enough to be answered.
    void plainJsonIsEnoughForWhoeverWantsNoStream()
    {
        const auto call = m_client->begin(
            "tools/call",
            {{"name", "count"}, {"arguments", {{"steps", 3}}}, {"_meta", {{"progressToken", 1}}}},
            {{"Accept", "application/json"}});
        QVERIFY(call->finish());
        QVERIFY(!call->isStream());
        QCOMPARE(textOf(call->json()), QByteArray("counted"));

        const auto neither =
            m_client->begin("tools/list", Json::object(), {{"Accept", "text/html"}});
        QVERIFY(neither->finish());
        QCOMPARE(neither->status(), 406);
    }

    void whoeverNamesStreamsFirstGetsOne()
    {
        const StatelessClient::Changes accept{{"Accept", "text/event-stream, application/json"}};
        const auto list = m_client->begin("tools/list", Json::object(), accept);
        QVERIFY(list->finish());
        QVERIFY(list->isStream());
        QVERIFY(list->event(0).at("result").contains("tools"));

        // An error with a status of its own stays the HTTP answer.
        const auto unknown = m_client->begin("tools/dance", Json::object(), accept);
        QVERIFY(unknown->finish());
        QCOMPARE(unknown->status(), 404);
        QVERIFY(!unknown->isStream());
    }

    void progressComesOnTheCallsOwnStream()
    {
        const auto call = m_client->begin("tools/call", {{"name", "count"},
                                                         {"arguments", {{"steps", 3}}},
                                                         {"_meta", {{"progressToken", "p"}}}});
        QVERIFY(call->finish());
        QVERIFY(call->isStream());
        QCOMPARE(call->header("X-Accel-Buffering"), QByteArray("no"));
        QCOMPARE(call->headerCount("X-Accel-Buffering"), 1);
        const auto events = call->events();
        QVERIFY(events.size() >= 2);
        QCOMPARE(call->event(0).value("method", ""), std::string("notifications/progress"));
        QCOMPARE(textOf(call->event(int(events.size()) - 1)), QByteArray("counted"));
        QVERIFY(!call->body().contains("id: "));
    }

    void leavingCancelsTheCall()
    {
        const auto call = beginEndless();
        QVERIFY(call);
        call->hangUp();
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
    }

    void leavingAStreamCancelsTheCallToo()
    {
        const auto call = beginEndless({{"progressToken", 1}});
        QVERIFY(call && call->waitForEvents(1));
        call->hangUp();
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
    }

    /// Two programs may share a grant, and both count from one.
    void theSameIdMayRunTwice()
    {
        const auto first = beginEndless();
        StatelessClient twin(m_server->port(), "alice");
        QCOMPARE(textOf(twin.ask("tools/call", {{"name", "add"}, {"arguments", {{"a", 1}}}})),
                 QByteArray("1"));
        QCOMPARE(*m_server->tools()->counting(), 1);
        first->hangUp();
    }

    void sixtyCallsAtOnceAreAllServed()
    {
        std::vector<std::unique_ptr<HttpCall>> calls;
        for (int i = 0; i < 60; ++i)
            calls.push_back(
                m_client->begin("tools/call", {{"name", "count"}, {"arguments", {{"steps", 3}}}}));
        for (const auto &call : calls) {
            QVERIFY(call->finish());
            QCOMPARE(textOf(call->json()), QByteArray("counted"));
        }
    }

    void aFullQueueIsOfOneGrantAndLeavingMakesRoom()
    {
        std::vector<std::unique_ptr<HttpCall>> running;
        for (int i = 0; i < CallQueue::kMaxRunning; ++i)
            running.push_back(beginEndless());
        QVERIFY(running.back());
        const Json endless{{"name", "count"}, {"arguments", {{"steps", 1000000}}}};
        const auto runningCalls = [this] {
            int calls = 0; // bob, who is there too, runs none
            for (const SessionInfo &one : m_server->service().sessions())
                calls += one.runningCalls;
            return calls;
        };
        std::vector<std::unique_ptr<HttpCall>> waiting;
        for (int i = 0; i < CallQueue::kMaxWaiting; ++i)
            waiting.push_back(m_client->begin("tools/call", endless));
        QTRY_COMPARE(runningCalls(), CallQueue::kMaxRunning + CallQueue::kMaxWaiting);

        const auto refused = m_client->begin("tools/call", {{"name", "add"}});
        QVERIFY(refused->finish());
        QCOMPARE(refused->status(), 200);
        QCOMPARE(errorCode(refused->json()), rpc::kServerError);
        StatelessClient bob(m_server->port(), "bob");
        QCOMPARE(textOf(bob.ask("tools/call", {{"name", "add"}, {"arguments", {{"a", 1}}}})),
                 QByteArray("1"));
        QVERIFY(m_client->ask("tools/list").contains("result"));

        waiting.clear(); // they leave before their turn came
        QTRY_COMPARE(runningCalls(), CallQueue::kMaxRunning);
        QCOMPARE(*m_server->tools()->counting(), CallQueue::kMaxRunning);
        const auto next =
            m_client->begin("tools/call", {{"name", "add"}, {"arguments", {{"a", 1}}}});
        running.pop_back();
        QVERIFY(next->finish());
        QCOMPARE(textOf(next->json()), QByteArray("1"));
        running.clear();
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
    }

    void listeningTellsOnlyWhatWasAskedFor()
    {
        const auto stream = listen({{"toolsListChanged", true}, {"promptsListChanged", false}});
        const auto other = listen({{"toolsListChanged", false}});
        StatelessClient bob(m_server->port(), "bob");
        const auto bobs =
            bob.begin("subscriptions/listen", {{"notifications", {{"toolsListChanged", true}}}});
        QVERIFY(stream->waitForEvents(1) && bobs->waitForEvents(1));
        QCOMPARE(stream->headerCount("X-Accel-Buffering"), 1);

        const Json first = stream->event(0);
        QCOMPARE(first.value("method", ""),
                 std::string("notifications/subscriptions/acknowledged"));
        QCOMPARE(json::print(first.at("params").at("notifications")),
                 QByteArray("{\"toolsListChanged\":true}"));
        QCOMPARE(subscriptionOf(first, "params"), QByteArray("1"));

        QVERIFY(other->finish()); // there is nothing that it could be told
        QCOMPARE(json::print(other->event(0).at("params").at("notifications")), QByteArray("{}"));
        QCOMPARE(other->event(1).at("result").value("resultType", ""), std::string("complete"));
        QCOMPARE(subscriptionOf(other->event(1), "result"), QByteArray("2"));

        announceToAlice();
        QVERIFY(stream->waitForEvents(2));
        QCOMPARE(stream->event(1).value("method", ""),
                 std::string("notifications/tools/list_changed"));
        QCOMPARE(subscriptionOf(stream->event(1), "params"), QByteArray("1"));
        QCOMPARE(bobs->events().size(), 1);
    }

    void listeningIsLimitedPerGrant()
    {
        std::vector<std::unique_ptr<HttpCall>> streams;
        for (int i = 0; i < Subscriptions::kMaxPerGrant; ++i) {
            streams.push_back(listen({{"toolsListChanged", true}}));
            QVERIFY(streams.back()->waitForEvents(1));
        }
        const auto refused = listen({{"toolsListChanged", true}});
        QVERIFY(refused->finish());
        QCOMPARE(errorCode(refused->json()), rpc::kInternalError);
        streams.pop_back(); // who leaves makes room
        QTRY_VERIFY(listen({{"toolsListChanged", true}})->waitForEvents(1));
    }

    void endingTheGrantEndsEverything()
    {
        const auto stream = listen({{"toolsListChanged", true}});
        QVERIFY(stream->waitForEvents(1));
        const auto call = beginEndless();
        StatelessClient bob(m_server->port(), "bob");
        const auto bobs =
            bob.begin("subscriptions/listen", {{"notifications", {{"toolsListChanged", true}}}});
        QVERIFY(bobs->waitForEvents(1));

        m_server->service().endGrant({QStringLiteral("alice")});
        QVERIFY(stream->finish());
        QCOMPARE(stream->event(1).at("result").value("resultType", ""), std::string("complete"));
        QVERIFY(call->finish());
        QCOMPARE(errorCode(call->json()), rpc::kServerError);
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
        QVERIFY(!bobs->isFinished());
    }

    void shuttingDownEndsStreams()
    {
        const auto stream = listen({{"toolsListChanged", true}});
        QVERIFY(stream->waitForEvents(1));
        m_server->service().shutDown();
        QVERIFY(stream->finish());
    }

    void bothErasShareOneAddress()
    {
        McpClient old(m_server->port(), "alice");
        QVERIFY(old.open("2025-11-25"));
        QCOMPARE(old.call("add", {{"a", 1}}), QByteArray("1"));
        QVERIFY(m_client->ask("server/discover").contains("result"));
        QCOMPARE(old.call("add", {{"a", 2}}), QByteArray("2"));
        QVERIFY(!old.ask("tools/list").at("result").contains("resultType"));
    }
};

FLAREDECK_TEST(TestStatelessTransport)

} // namespace tst_statelesstransport

#include "tst_statelesstransport.moc"
