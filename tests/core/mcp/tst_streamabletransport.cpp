#include "core/mcp/errorcodes.h"
#include "core/mcp/transports/streamabletransport.h"

#include "mcpclient.h"
#include "tests/support/testcase.h"
#include "testserver.h"

#include <QSet>
#include <QTest>

namespace tst_streamabletransport {

using namespace flaredeck;
using namespace flaredeck::mcp;

/// Conversations over Streamable HTTP. The whole suite runs once per revision.
class TestStreamableTransport : public QObject
{
    Q_OBJECT

    std::unique_ptr<TestServer> m_server;
    std::unique_ptr<McpClient> m_client;

    [[nodiscard]] McpClient other(const QByteArray &token) const
    {
        return {m_server->port(), token};
    }

    void announceToAlice()
    {
        CallerIdentity alice;
        alice.grant = {QStringLiteral("alice")};
        m_server->service().identityChanged(std::make_shared<const CallerIdentity>(alice));
    }

    /// A running call of count that will not end by itself.
    std::unique_ptr<HttpCall> beginEndless(int *id = nullptr, const Json &meta = Json::object())
    {
        const int before = *m_server->tools()->counting();
        auto call = m_client->begin(
            "tools/call", {{"name", "count"}, {"arguments", {{"steps", 1000000}}}, {"_meta", meta}},
            id);
        return QTest::qWaitFor([&] { return *m_server->tools()->counting() > before; })
                   ? std::move(call)
                   : nullptr;
    }

    [[nodiscard]] int runningCalls() const
    {
        return m_server->service().sessions().constFirst().runningCalls;
    }

private slots:
    void initTestCase_data()
    {
        QTest::addColumn<QByteArray>("revision");
        for (const char *name : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
            QTest::newRow(name) << QByteArray(name);
    }

    void init()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        m_server = std::make_unique<TestServer>();
        m_client = std::make_unique<McpClient>(m_server->port(), "alice");
        QVERIFY(m_client->open(revision));
    }

    void cleanup()
    {
        m_client.reset();
        m_server.reset();
    }

    void initializeAnswersWithTheRevisionAskedFor()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        const Json welcome = m_client->welcome();
        QCOMPARE(welcome.value("protocolVersion", ""), revision.toStdString());
        QCOMPARE(json::print(welcome.at("capabilities")),
                 json::print(Json{{"completions", Json::object()},
                                  {"logging", Json::object()},
                                  {"prompts", {{"listChanged", true}}},
                                  {"resources", {{"listChanged", true}, {"subscribe", true}}},
                                  {"tools", {{"listChanged", true}}}}));
        QCOMPARE(welcome.value("instructions", ""), std::string("Tools for alice"));
        QCOMPARE(welcome.at("serverInfo").value("name", ""), std::string("demo"));
        QCOMPARE(welcome.at("serverInfo").contains("title"), revision >= "2025-06-18");
    }

    /// 256 random bits, and nothing but visible ASCII, which header fields can carry.
    void sessionIdsAreRandomAndVisible()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        QSet<QByteArray> ids{m_client->sessionId()};
        for (int i = 0; i < 3; ++i) {
            McpClient client = other("alice");
            QVERIFY(client.open(revision));
            ids << client.sessionId();
        }
        QCOMPARE(ids.size(), 4);
        for (const QByteArray &id : std::as_const(ids)) {
            QVERIFY(id.size() >= 43);
            for (const char c : id)
                QVERIFY(c > 0x20 && c < 0x7f);
        }
    }

    void pingIsAnsweredByNothing()
    {
        QCOMPARE(json::print(m_client->ask("ping").at("result")), QByteArray("{}"));
    }

    void listsTheToolsThatTheCallerMaySee()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        const Json tools = m_client->ask("tools/list").at("result").at("tools");
        QCOMPARE(tools.size(), 6U);
        QCOMPARE(tools.at(0).value("name", ""), std::string("add"));
        QCOMPARE(tools.at(0).contains("annotations"), revision >= "2025-03-26");
        QCOMPARE(tools.at(0).contains("outputSchema"), revision >= "2025-06-18");
        m_server->withdrawScopes();
        QCOMPARE(m_client->ask("tools/list").at("result").at("tools").size(), 5U);
    }

    void callsATool()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        const auto call =
            m_client->begin("tools/call", {{"name", "add"}, {"arguments", {{"a", 23}, {"b", 19}}}});
        QVERIFY(call->finish());
        QCOMPARE(call->status(), 200);
        QCOMPARE(call->header("Content-Type"), QByteArray("application/json"));
        QCOMPARE(textOf(call->json()), QByteArray("42"));
        QCOMPARE(call->json().at("result").contains("structuredContent"), revision >= "2025-06-18");
        QCOMPARE(m_server->tools()->lastClient(), QStringLiteral("test 1.0"));
    }

    void failuresOfAToolAreResultsAndWrongCallsAreErrors_data()
    {
        QTest::addColumn<QByteArray>("tool");
        QTest::addColumn<QByteArray>("how");
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("what a person refused is for the model to read")
            << QByteArray("fail") << QByteArray("denied")
            << QByteArray("The person said no. Ask again later.");
        QTest::newRow("wrong parameters")
            << QByteArray("fail") << QByteArray("input") << QByteArray("error -32602");
        QTest::newRow("an unknown tool")
            << QByteArray("none") << QByteArray("") << QByteArray("error -32602");
        QTest::newRow("a tool with a bug")
            << QByteArray("fail") << QByteArray("throw") << QByteArray("error -32603");
    }

    void failuresOfAToolAreResultsAndWrongCallsAreErrors()
    {
        QFETCH(const QByteArray, tool);
        QFETCH(const QByteArray, how);
        QFETCH(const QByteArray, answer);
        if (how == "throw")
            QTest::ignoreMessage(QtWarningMsg, "A request was dropped without an answer");
        QCOMPARE(m_client->call(tool, {{"how", how.toStdString()}}), answer);
    }

    void refusesWrongParameters_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const QByteArray &method, const QByteArray &params,
                            int code = rpc::kInvalidParams) {
            QTest::newRow(name) << method << params << code;
        };
        row("a call without a name", "tools/call", "{}");
        row("a name that is a number", "tools/call", "{\"name\":1}");
        row("arguments in an array", "tools/call", "{\"name\":\"add\",\"arguments\":[1]}");
        row("arguments in a text that is no object", "tools/call",
            "{\"name\":\"add\",\"arguments\":\"[1]\"}");
        row("_meta that is a string", "tools/call", "{\"name\":\"add\",\"_meta\":\"x\"}");
        row("a fraction as progress token", "tools/call",
            "{\"name\":\"add\",\"_meta\":{\"progressToken\":1.5}}");
        row("params in an array", "tools/call", "[\"add\"]");
        row("a cursor that nobody gave out", "tools/list", "{\"cursor\":\"x\"}");
        row("a method that is not offered", "tasks/get", "{}", rpc::kMethodNotFound);
        row("a method of another revision", "server/discover", "{}", rpc::kMethodNotFound);
    }

    void refusesWrongParameters()
    {
        QFETCH(const QByteArray, method);
        QFETCH(const QByteArray, params);
        QFETCH(const int, code);
        const Json answer = m_client->ask(method, *json::parse(params));
        QCOMPARE(errorCode(answer), code);
        QVERIFY(!answer.at("error").value("message", "").empty());
    }

    void nullIsLeftOut_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("params");
        const auto row = [](const char *name, const QByteArray &method, const QByteArray &params) {
            QTest::newRow(name) << method << params;
        };
        row("params", "tools/list", "null");
        row("params of ping", "ping", "null");
        row("a cursor", "tools/list", R"({"cursor":null})");
        row("arguments", "tools/call", R"({"name":"add","arguments":null})");
        row("_meta", "tools/call", R"({"name":"add","_meta":null})");
        row("a progress token", "tools/call", R"({"name":"add","_meta":{"progressToken":null}})");
        row("an argument of a prompt", "prompts/get",
            R"({"name":"greet","arguments":{"name":"x","title":null}})");
        row("what completes", "completion/complete",
            R"({"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"name","value":""},"context":null})");
        row("no text at all", "tools/call", R"({"name":"add","arguments":""})");
    }

    void nullIsLeftOut()
    {
        QFETCH(const QByteArray, method);
        QFETCH(const QByteArray, params);
        const auto call = m_client->post("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"" + method +
                                         "\",\"params\":" + params + '}');
        QVERIFY(call->finish());
        QVERIFY2(call->json().contains("result"), call->body());
    }

    void argumentsInJsonTextAreTaken()
    {
        const Json answer =
            m_client->ask("tools/call", {{"name", "add"}, {"arguments", R"({"a":23,"b":19})"}});
        QCOMPARE(textOf(answer), QByteArray("42"));
    }

    /// Whatever is wrong with a message: without its id the client would wait on.
    void theAnswerNamesTheCall_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("id");
        QTest::newRow("half a surrogate")
            << QByteArray(R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"add",)"
                          R"("arguments":{"a":1,"x":"\ud83d"}}})")
            << QByteArray("7");
        QTest::newRow("an id written 1.0")
            << QByteArray(R"({"jsonrpc":"2.0","id":1.0,"method":"ping"})") << QByteArray("1");
        QTest::newRow("an id that is a fraction")
            << QByteArray(R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})") << QByteArray("1.5");
    }

    void theAnswerNamesTheCall()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const QByteArray, id);
        const auto call = m_client->post(body);
        QVERIFY(call->finish());
        QCOMPARE(json::print(call->json().at("id")), id);
    }

    void unknownMembersPass()
    {
        const Json answer = m_client->ask(
            "tools/call",
            {{"name", "add"}, {"arguments", {{"a", 1}, {"x", 2}}}, {"y", {{"z", 1}}}});
        QCOMPARE(textOf(answer), QByteArray("1"));
    }

    /// Progress belongs to its call: it comes on the call's own stream, before the answer.
    void progressTurnsTheAnswerIntoAStream()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        const auto call = m_client->begin("tools/call", {{"name", "count"},
                                                         {"arguments", {{"steps", 3}}},
                                                         {"_meta", {{"progressToken", "p"}}}});
        QVERIFY(call->finish());
        QVERIFY(call->isStream());
        QCOMPARE(call->events().size(), 3);
        QCOMPARE(call->events().first().name, QByteArray("message"));
        const Json first = call->event(0);
        QCOMPARE(first.value("method", ""), std::string("notifications/progress"));
        QCOMPARE(first.at("params").value("progressToken", ""), std::string("p"));
        QCOMPARE(first.at("params").value("progress", 0.0), 1.0);
        QCOMPARE(first.at("params").contains("message"), revision >= "2025-03-26");
        QCOMPARE(call->event(1).at("params").value("progress", 0.0), 3.0);
        QCOMPARE(textOf(call->event(2)), QByteArray("counted"));
    }

    void whoeverNamesStreamsFirstGetsOne()
    {
        http::Headers lines = m_client->headers();
        lines.set("Accept", "text/event-stream, application/json");
        HttpCall call(m_server->port(), "POST", "/mcp", lines, rpcMessage(7, "tools/list"));
        QVERIFY(call.finish());
        QVERIFY(call.isStream());
        const Json answer = call.event(call.events().size() - 1);
        QCOMPARE(answer.value("id", 0), 7);
        QCOMPARE(answer.at("result").at("tools").size(), 6U);
    }

    void withoutATokenThereIsNoProgress()
    {
        const auto call =
            m_client->begin("tools/call", {{"name", "count"}, {"arguments", {{"steps", 3}}}});
        QVERIFY(call->finish());
        QVERIFY(!call->isStream());
        QCOMPARE(textOf(call->json()), QByteArray("counted"));
    }

    /// Its keep-alive comments then hold client time-outs away.
    void aLongCallBecomesAStream()
    {
        const auto call = beginEndless();
        QVERIFY(call);
        QVERIFY(call->waitForHead());
        QCOMPARE(call->status(), 200);
        QVERIFY(call->isStream());
        QVERIFY(!call->isFinished());
    }

    void aCancelledCallEndsWithoutAnAnswer()
    {
        int id = 0;
        const auto call = beginEndless(&id);
        QVERIFY(call);
        QCOMPARE(m_client->notify("notifications/cancelled", {{"requestId", id}}), 202);
        QVERIFY(call->finish());
        QCOMPARE(call->status(), 200);
        QVERIFY(call->isStream());
        QVERIFY(call->events().isEmpty());
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
        QCOMPARE(m_client->call("add", {{"a", 1}}), QByteArray("1"));
    }

    void cancellingWhatDoesNotRunIsIgnored_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::newRow("an unknown id") << QByteArray("{\"requestId\":999}");
        QTest::newRow("an id of another type") << QByteArray("{\"requestId\":{}}");
        QTest::newRow("no id") << QByteArray("{}");
    }

    void cancellingWhatDoesNotRunIsIgnored()
    {
        QFETCH(const QByteArray, params);
        QCOMPARE(m_client->notify("notifications/cancelled", *json::parse(params)), 202);
    }

    /// In this era only notifications/cancelled cancels.
    void aClientThatHangsUpDoesNotCancel()
    {
        const auto call =
            m_client->begin("tools/call", {{"name", "count"}, {"arguments", {{"steps", 20}}}});
        QTRY_COMPARE(*m_server->tools()->counting(), 1);
        call->hangUp();
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
        QCOMPARE(m_client->call("add", {{"a", 1}}), QByteArray("1"));
    }

    void anIdInUseIsRefusedAndTheFirstCallGoesOn()
    {
        int id = 0;
        const auto call = beginEndless(&id);
        QVERIFY(call);
        const auto twin = m_client->post(rpcMessage(id, "ping"));
        QVERIFY(twin->finish());
        QCOMPARE(twin->status(), 400);
        QCOMPARE(errorCode(twin->json()), rpc::kInvalidRequest);
        QVERIFY(twin->json().at("id").is_null());
        QVERIFY(!call->isFinished());
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
        QCOMPARE(runningCalls(), 0);
    }

    void whatWaitsIsBoundedAndEndsWithTheSession()
    {
        std::vector<std::unique_ptr<HttpCall>> calls;
        for (int i = 0; i < CallQueue::kMaxRunning; ++i)
            calls.push_back(beginEndless());
        for (int i = 0; i < CallQueue::kMaxWaiting; ++i)
            calls.push_back(m_client->begin(
                "tools/call", {{"name", "count"}, {"arguments", {{"steps", 1000000}}}}));
        QTRY_COMPARE(runningCalls(), CallQueue::kMaxRunning + CallQueue::kMaxWaiting);
        QCOMPARE(*m_server->tools()->counting(), CallQueue::kMaxRunning);

        const Json answer =
            m_client->ask("tools/call", {{"name", "count"}, {"arguments", {{"steps", 1}}}});
        QCOMPARE(errorCode(answer), rpc::kServerError);
        const std::string words = answer.at("error").value("message", "");
        QVERIFY(words.find("32") != std::string::npos);
        QVERIFY(words.find("Try again") != std::string::npos);
        QVERIFY(m_client->ask("ping").contains("result"));
        QVERIFY(m_client->ask("tools/list").contains("result"));

        QCOMPARE(m_client->close(), 204);
        for (const auto &call : calls) {
            QVERIFY(call->finish());
            QCOMPARE(errorCode(call->json()), rpc::kServerError);
        }
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
    }

    void aWaitingCallCanBeCancelled()
    {
        int first = 0;
        std::vector<std::unique_ptr<HttpCall>> calls;
        calls.push_back(beginEndless(&first));
        while (calls.size() < std::size_t(CallQueue::kMaxRunning))
            calls.push_back(beginEndless());
        const Json one{{"name", "count"}, {"arguments", {{"steps", 1}}}};
        int id = 0;
        const auto cancelled = m_client->begin("tools/call", one, &id);
        QTRY_COMPARE(runningCalls(), CallQueue::kMaxRunning + 1);
        // Its id is taken as that of a running call is.
        const auto twin = m_client->post(rpcMessage(id, "ping"));
        QVERIFY(twin->finish());
        QCOMPARE(twin->status(), 400);
        const auto next = m_client->begin("tools/call", one);
        QTRY_COMPARE(runningCalls(), CallQueue::kMaxRunning + 2);

        QCOMPARE(m_client->notify("notifications/cancelled", {{"requestId", id}}), 202);
        QVERIFY(cancelled->finish());
        QVERIFY(!cancelled->body().contains("counted"));
        QVERIFY(!next->isFinished());
        QCOMPARE(m_client->notify("notifications/cancelled", {{"requestId", first}}), 202);
        QVERIFY(next->finish());
        QCOMPARE(textOf(next->json()), QByteArray("counted"));
    }

    void aCallThatWaitedRunsWithTheScopesOfNow()
    {
        std::vector<std::unique_ptr<HttpCall>> calls;
        int first = 0;
        calls.push_back(beginEndless(&first));
        while (calls.size() < std::size_t(CallQueue::kMaxRunning))
            calls.push_back(beginEndless());
        const auto waiting =
            m_client->begin("tools/call", {{"name", "count"}, {"arguments", {{"steps", 1}}}});
        QTRY_COMPARE(runningCalls(), CallQueue::kMaxRunning + 1);
        const auto narrower = std::make_shared<CallerIdentity>();
        narrower->grant.value = QStringLiteral("alice");
        m_server->service().identityChanged(narrower);
        QCOMPARE(m_client->notify("notifications/cancelled", {{"requestId", first}}), 202);
        QVERIFY(waiting->finish());
        QVERIFY2(!waiting->body().contains("counted"), waiting->body());
    }

    void whatWaitsMayNotBeLargeEither()
    {
        std::vector<std::unique_ptr<HttpCall>> calls;
        for (int i = 0; i < CallQueue::kMaxRunning; ++i)
            calls.push_back(beginEndless());
        const Json large{{"name", "add"}, {"arguments", {{"a", std::string(3'900'000, 'x')}}}};
        for (int i = 1; i <= 2; ++i) {
            calls.push_back(m_client->begin("tools/call", large));
            QTRY_COMPARE(runningCalls(), CallQueue::kMaxRunning + i);
        }
        QCOMPARE(errorCode(m_client->ask("tools/call", large)), rpc::kServerError);
    }

    void batchesBelongToOneRevision()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        const auto call = m_client->post(
            '[' + rpcMessage("a", "ping") + ',' + rpcMessage(nullptr, "notifications/x") + ',' +
            rpcMessage("b", "tools/call", {{"name", "count"}, {"arguments", {{"steps", 2}}}}) +
            ']');
        QVERIFY(call->finish());
        if (revision != "2025-03-26") {
            QCOMPARE(call->status(), 400);
            QCOMPARE(errorCode(call->json()), rpc::kInvalidRequest);
            return;
        }
        QCOMPARE(call->status(), 200);
        QCOMPARE(call->json().size(), 2U);
        QCOMPARE(call->json().at(0).value("id", ""), std::string("a"));
        QCOMPARE(call->json().at(1).value("id", ""), std::string("b"));
    }

    void aListenerHearsThatTheToolsChanged()
    {
        const auto stream = m_client->listen();
        QVERIFY(stream->waitForHead());
        QVERIFY(stream->isStream());
        announceToAlice();
        QVERIFY(stream->waitForEvents(1));
        QCOMPARE(stream->event(0).value("method", ""),
                 std::string("notifications/tools/list_changed"));
    }

    void aChangeWithoutAListenerIsToldToTheNextOne()
    {
        announceToAlice();
        const auto stream = m_client->listen();
        QVERIFY(stream->waitForEvents(1));
    }

    /// The older one may be held open by a relay for a client that is gone.
    void aNewerStreamTakesOver()
    {
        const auto first = m_client->listen();
        QVERIFY(first->waitForHead());
        const auto second = m_client->listen();
        QVERIFY(second->waitForHead());
        QCOMPARE(second->status(), 200);
        QVERIFY(first->finish());
        announceToAlice();
        QVERIFY(second->waitForEvents(1));
        QVERIFY(first->events().isEmpty() || first->event(0).is_null());
        QVERIFY(!second->isFinished());
    }

    /// The new connection may be read before the end of the old one.
    void aReconnectingListenerIsLetIn()
    {
        const auto first = m_client->listen();
        QVERIFY(first->waitForHead());
        const auto second = m_client->listen();
        first->hangUp();
        QVERIFY(second->waitForHead());
        QCOMPARE(second->status(), 200);
    }

    void initializeStartsASessionWhateverIdItBrings()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        const QByteArray dead = m_client->sessionId();
        QCOMPARE(m_client->close(), 204);
        for (const QByteArray &id : {dead, QByteArray("x"), other("alice").sessionId()}) {
            http::Headers lines = m_client->headers();
            lines.set("Mcp-Session-Id", id);
            HttpCall call(m_server->port(), "POST", "/mcp", lines,
                          rpcMessage(1, "initialize", initializeParams(revision)));
            QVERIFY(call.finish());
            QCOMPARE(call.status(), 200);
            QVERIFY(!call.header("Mcp-Session-Id").isEmpty());
            QVERIFY(call.header("Mcp-Session-Id") != id);
        }
    }

    void deleteEndsEverything()
    {
        const auto stream = m_client->listen();
        QVERIFY(stream->waitForHead());
        const auto call = beginEndless();
        QVERIFY(call);

        QCOMPARE(m_client->close(), 204);
        QVERIFY(stream->finish());
        QVERIFY(call->finish());
        QCOMPARE(errorCode(call->json()), rpc::kServerError);
        QTRY_COMPARE(*m_server->tools()->counting(), 0);
        QCOMPARE(errorCode(m_client->ask("ping")), kSessionNotFound);
        QCOMPARE(m_client->close(), 404);
    }

    void stateStaysInItsSession()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        QCOMPARE(m_client->call("remember", {{"value", "one"}}), QByteArray("nothing"));
        QCOMPARE(m_client->call("remember", {{"value", "two"}}), QByteArray("one"));
        McpClient second = other("alice");
        QVERIFY(second.open(revision));
        QCOMPARE(second.call("remember"), QByteArray("nothing"));
    }
};

FLAREDECK_TEST(TestStreamableTransport)

} // namespace tst_streamabletransport

#include "tst_streamabletransport.moc"
