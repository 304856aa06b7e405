#include "core/mcp/errorcodes.h"

#include "statelessclient.h"
#include "tests/support/testcase.h"
#include "testserver.h"

#include <QTest>

namespace tst_features {

using namespace flaredeck;
using namespace flaredeck::mcp;

/// What a server has beside tools, and what a handler can do while it runs. The whole suite runs
/// once per revision, with the same expectations unless the revisions differ.
class TestFeatures : public QObject
{
    Q_OBJECT

    std::unique_ptr<TestServer> m_server;
    std::unique_ptr<McpClient> m_client;          ///< of a revision with sessions
    std::unique_ptr<StatelessClient> m_stateless; ///< of the other one

    [[nodiscard]] Json ask(const QByteArray &method, const Json &params = Json::object())
    {
        return m_stateless ? m_stateless->ask(method, params) : m_client->ask(method, params);
    }

    std::unique_ptr<HttpCall> begin(const QByteArray &method, const Json &params)
    {
        return m_stateless ? m_stateless->begin(method, params) : m_client->begin(method, params);
    }

    static Json canBeAsked() { return {{"elicitation", Json::object()}}; }
    static Json withCapabilities(Json params, const Json &capabilities)
    {
        params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities;
        return params;
    }

    static Json accepted(const char *name)
    {
        return {{"action", "accept"}, {"content", {{"name", name}}}};
    }

    static QList<QByteArray> loggedBy(const HttpCall &call)
    {
        QList<QByteArray> data;
        for (int i = 0; i < call.events().size(); ++i) {
            const Json event = call.event(i);
            if (event.value("method", "") == "notifications/message")
                data << QByteArray::fromStdString(event["params"]["data"].get<std::string>());
        }
        return data;
    }

private slots:
    void initTestCase_data()
    {
        QTest::addColumn<QByteArray>("revision");
        for (const char *name :
             {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"})
            QTest::newRow(name) << QByteArray(name);
    }

    void init()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        m_server = std::make_unique<TestServer>();
        if (revision == "2026-07-28") {
            m_stateless = std::make_unique<StatelessClient>(m_server->port(), "alice");
        } else {
            m_client = std::make_unique<McpClient>(m_server->port(), "alice");
            QVERIFY(m_client->open(revision, canBeAsked()));
        }
    }

    void cleanup()
    {
        m_client.reset();
        m_stateless.reset();
        m_server.reset();
    }

    void promptsAreListedAndFilledIn()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        const Json prompts = ask("prompts/list").at("result").at("prompts");
        QCOMPARE(prompts.size(), 1U);
        QCOMPARE(prompts.at(0).contains("title"), revision >= "2025-06-18");
        QCOMPARE(json::print(prompts.at(0).at("arguments").at(0).at("required")),
                 QByteArray("true"));
        const Json got =
            ask("prompts/get", {{"name", "greet"}, {"arguments", {{"name", "Ada"}}}}).at("result");
        QCOMPARE(
            json::print(got.at("messages")),
            json::print(Json::array(
                {{{"role", "user"}, {"content", {{"type", "text"}, {"text", "Greet Ada"}}}}})));
        QCOMPARE(got.contains("resultType"), m_stateless != nullptr);
    }

    void promptsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::newRow("no name") << QByteArray("{}");
        QTest::newRow("an unknown one") << QByteArray(R"({"name":"nix"})");
        QTest::newRow("no argument") << QByteArray(R"({"name":"greet"})");
        QTest::newRow("a number") << QByteArray(R"({"name":"greet","arguments":{"name":1}})");
        QTest::newRow("a list") << QByteArray(R"({"name":"greet","arguments":["Ada"]})");
    }

    void promptsAreRefused()
    {
        QFETCH(const QByteArray, params);
        QCOMPARE(errorCode(ask("prompts/get", *json::parse(params))), rpc::kInvalidParams);
    }

    void resourcesAreListedAndRead()
    {
        const Json listed = ask("resources/list").at("result");
        QCOMPARE(listed.at("resources").size(), 2U);
        QCOMPARE(listed.contains("ttlMs"), m_stateless != nullptr);
        const Json templates = ask("resources/templates/list").at("result");
        QCOMPARE(templates.at("resourceTemplates").at(0).value("uriTemplate", ""),
                 std::string("demo:letter/{letter}"));
        const auto read = [this](const char *uri) {
            return json::print(
                ask("resources/read", {{"uri", uri}}).at("result").at("contents").at(0));
        };
        QCOMPARE(read("demo:text"),
                 QByteArray(R"({"mimeType":"text/plain","text":"Hello","uri":"demo:text"})"));
        QCOMPARE(read("demo:picture"),
                 QByteArray(R"({"blob":"iVBORw==","mimeType":"image/png","uri":"demo:picture"})")
                     .replace("iVBORw==", QByteArray("\x89PNG").toBase64()));
        QVERIFY(read("demo:letter/x").contains("\"text\":\"x\""));
    }

    void anUnknownResourceIsNotFound()
    {
        const Json answer = ask("resources/read", {{"uri", "demo:nix"}});
        QCOMPARE(errorCode(answer), m_stateless ? rpc::kInvalidParams : kResourceNotFound);
        QCOMPARE(answer.at("error").at("data").value("uri", ""), std::string("demo:nix"));
        QCOMPARE(errorCode(ask("resources/read")), rpc::kInvalidParams);
    }

    void argumentsAreCompleted()
    {
        const Json ref{{"type", "ref/prompt"}, {"name", "greet"}};
        const Json result = ask("completion/complete",
                                {{"ref", ref}, {"argument", {{"name", "name"}, {"value", "A"}}}})
                                .at("result");
        QCOMPARE(json::print(result.at("completion").at("values")),
                 QByteArray("[\"Ada\",\"Alan\"]"));
        QCOMPARE(errorCode(
                     ask("completion/complete", {{"ref", {{"type", "ref/prompt"}, {"name", "nix"}}},
                                                 {"argument", {{"name", "name"}, {"value", ""}}}})),
                 rpc::kInvalidParams);
        QCOMPARE(errorCode(ask("completion/complete", {{"ref", ref}})), rpc::kInvalidParams);
    }

    void changesOfAResourceAreTold()
    {
        std::unique_ptr<HttpCall> stream;
        int told = 0;
        if (m_stateless) {
            stream = begin("subscriptions/listen",
                           {{"notifications", {{"resourceSubscriptions", {"demo:text"}}}}});
            QVERIFY(stream->waitForEvents(1));
            told = 1; // the acknowledgement
        } else {
            QCOMPARE(json::print(ask("resources/subscribe", {{"uri", "demo:text"}}).at("result")),
                     QByteArray("{}"));
            stream = m_client->listen();
            QVERIFY(stream->waitForHead());
        }
        emit m_server->resources().updated(QStringLiteral("demo:picture"));
        emit m_server->resources().updated(QStringLiteral("demo:text"));
        QVERIFY(stream->waitForEvents(told + 1));
        QCOMPARE(stream->event(told).value("method", ""),
                 std::string("notifications/resources/updated"));
        QCOMPARE(stream->event(told).at("params").value("uri", ""), std::string("demo:text"));
        if (m_stateless)
            return;
        QVERIFY(ask("resources/unsubscribe", {{"uri", "demo:text"}}).contains("result"));
        emit m_server->resources().updated(QStringLiteral("demo:text"));
        emit m_server->resources().listChanged();
        QVERIFY(stream->waitForEvents(2));
        QCOMPARE(stream->event(1).value("method", ""),
                 std::string("notifications/resources/list_changed"));
    }

    void onlyMessagesOfTheWantedLevelAreSent()
    {
        if (m_client)
            QCOMPARE(json::print(ask("logging/setLevel", {{"level", "warning"}}).at("result")),
                     QByteArray("{}"));
        Json params{{"name", "tell"}};
        if (m_stateless)
            params["_meta"]["io.modelcontextprotocol/logLevel"] = "warning";
        const auto call = begin("tools/call", params);
        QVERIFY(call->finish());
        QCOMPARE(loggedBy(*call), QList<QByteArray>{"loud"});

        if (m_client) {
            QVERIFY(ask("logging/setLevel", {{"level", "debug"}}).contains("result"));
            const auto all = begin("tools/call", params);
            QVERIFY(all->finish());
            QCOMPARE(loggedBy(*all), (QList<QByteArray>{"quiet", "loud"}));
            QCOMPARE(errorCode(ask("logging/setLevel", {{"level", "shouting"}})),
                     rpc::kInvalidParams);
            return;
        }
        const auto silent = begin("tools/call", {{"name", "tell"}});
        QVERIFY(silent->finish());
        QVERIFY(!silent->isStream());
        params["_meta"]["io.modelcontextprotocol/logLevel"] = "shouting";
        QCOMPARE(errorCode(ask("tools/call", params)), rpc::kInvalidParams);
    }

    /// The handler waits where there is a session, and runs again where there is none.
    void aToolAsksThePerson()
    {
        if (m_stateless) {
            Json params = withCapabilities({{"name", "meet"}}, canBeAsked());
            const Json first = ask("tools/call", params).at("result");
            QCOMPARE(first.value("resultType", ""), std::string("input_required"));
            QCOMPARE(first.at("inputRequests").at("name").value("method", ""),
                     std::string("elicitation/create"));
            params["requestState"] = first.at("requestState");
            params["inputResponses"] = {{"name", accepted("Ada")}, {"unasked", 1}};
            QCOMPARE(textOf(ask("tools/call", params)), QByteArray("Hello Ada"));
            params["inputResponses"] = {{"name", {{"action", "decline"}}}};
            QCOMPARE(textOf(ask("tools/call", params)), QByteArray("Hello stranger"));
            return;
        }
        const auto call = begin("tools/call", {{"name", "meet"}});
        QVERIFY(call->waitForEvents(1));
        const Json question = call->event(0);
        QCOMPARE(question.value("method", ""), std::string("elicitation/create"));
        const auto answer = m_client->post(json::print(
            {{"jsonrpc", "2.0"}, {"id", question.at("id")}, {"result", accepted("Ada")}}));
        QVERIFY(answer->finish());
        QCOMPARE(answer->status(), 202);
        QVERIFY(call->finish());
        QCOMPARE(textOf(call->event(1)), QByteArray("Hello Ada"));
    }

    void aBadAnswerIsNotTaken()
    {
        if (m_stateless) {
            Json params = withCapabilities({{"name", "meet"}}, canBeAsked());
            for (const char *bad : {"42", "null", "{}", R"({"action":"accept"})",
                                    R"({"action":"accept","content":{"name":1}})"}) {
                params["inputResponses"] = {{"name", *json::parse(bad)}};
                QCOMPARE(ask("tools/call", params).at("result").value("resultType", ""),
                         std::string("input_required"));
            }
            params["inputResponses"] = Json::array();
            QCOMPARE(errorCode(ask("tools/call", params)), rpc::kInvalidParams);
            return;
        }
        const auto call = begin("tools/call", {{"name", "meet"}});
        QVERIFY(call->waitForEvents(1));
        const Json id = call->event(0).at("id");
        m_client
            ->post(
                json::print({{"jsonrpc", "2.0"}, {"id", id}, {"result", {{"action", "accept"}}}}))
            ->finish();
        QVERIFY(call->finish());
        QVERIFY(call->event(1).at("result").value("isError", false));
    }

    void aRefusalOfTheClientIsAFailureOfTheTool()
    {
        if (m_stateless)
            return; // there are no requests to refuse
        const auto call = begin("tools/call", {{"name", "meet"}});
        QVERIFY(call->waitForEvents(1));
        m_client
            ->post(json::print({{"jsonrpc", "2.0"},
                                {"id", call->event(0).at("id")},
                                {"error", {{"code", -1}, {"message", "no window"}}}}))
            ->finish();
        QVERIFY(call->finish());
        QVERIFY(textOf(call->event(1)).contains("no window"));
        QVERIFY(call->event(1).at("result").value("isError", false));
    }

    void onlyTheSameCallMayGoOn()
    {
        if (!m_stateless)
            return; // the session is what binds an answer to its call
        Json params = withCapabilities({{"name", "meet"}}, canBeAsked());
        const Json state = ask("tools/call", params).at("result").at("requestState");
        params["inputResponses"] = {{"name", accepted("Ada")}};
        params["requestState"] = state.get<std::string>() + "x";
        QCOMPARE(errorCode(ask("tools/call", params)), rpc::kInvalidParams);
        params["requestState"] = state;
        params["arguments"] = {{"other", 1}};
        QCOMPARE(errorCode(ask("tools/call", params)), rpc::kInvalidParams);
        params.erase("arguments");
        StatelessClient thief(m_server->port(), "bob");
        QCOMPARE(errorCode(thief.ask("tools/call", params)), rpc::kInvalidParams);
        m_server->clock().advance(inputs::StateSeal::kLifetime + 1);
        QCOMPARE(errorCode(ask("tools/call", params)), rpc::kInvalidParams);
    }

    void whoCannotBeAskedIsTold()
    {
        if (m_stateless) {
            const auto call = begin("tools/call", {{"name", "meet"}});
            QVERIFY(call->finish());
            QCOMPARE(call->status(), 400);
            QCOMPARE(errorCode(call->json()), kMissingClientCapability);
            QCOMPARE(json::print(call->json().at("error").at("data").at("requiredCapabilities")),
                     QByteArray(R"({"elicitation":{}})"));
            return;
        }
        QFETCH_GLOBAL(QByteArray, revision);
        McpClient mute(m_server->port(), "alice");
        QVERIFY(mute.open(revision));
        const Json answer = mute.ask("tools/call", {{"name", "meet"}});
        QVERIFY(answer.at("result").value("isError", false));
        QVERIFY(textOf(answer).contains("elicitation"));
    }

    void cancellingEndsAWaitingQuestion()
    {
        if (m_stateless)
            return; // nothing waits
        int id = 0;
        const auto call = m_client->begin("tools/call", {{"name", "meet"}}, &id);
        QVERIFY(call->waitForEvents(1));
        QCOMPARE(m_client->notify("notifications/cancelled", {{"requestId", id}}), 202);
        QVERIFY(call->finish());
        QCOMPARE(call->events().size(), 1); // and no answer
    }

    void endingTheSessionEndsAWaitingQuestion()
    {
        if (m_stateless)
            return;
        const auto call = begin("tools/call", {{"name", "meet"}});
        QVERIFY(call->waitForEvents(1));
        QCOMPARE(m_client->close(), 204);
        QVERIFY(call->finish());
        QCOMPARE(errorCode(call->event(1)), rpc::kServerError);
    }
};

FLAREDECK_TEST(TestFeatures)

} // namespace tst_features

#include "tst_features.moc"
