#include "core/mcp/transports/postanswer.h"
#include "mcpclient.h"
#include "statelessclient.h"
#include "tests/support/testcase.h"
#include "testserver.h"

#include <QTest>

namespace tst_scopechallenge {

using namespace flaredeck;
using namespace Qt::StringLiterals;

/// A call whose caller lacks scopes, in both eras: while somebody decides, the response does not
/// begin, and then it may be a refusal of HTTP.
class TestScopeChallenge : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_server = std::make_unique<TestServer>(); }
    void cleanup() { m_server.reset(); }
    void aSessionIsChallenged();
    void whoReadsResultsFindsTheChallengeThere();
    void aSessionGoesOnAfterAChallenge();
    void aStatelessClientIsChallenged();
    void aYesIsAnAnswerLikeAnyOther();
    void theResponseDoesNotBeginWhileSomebodyDecides();
    void inABatchItIsSaidInWords();
    void afterTheFirstEventItIsSaidInWords();

private:
    static QStringList challengesIn(const Json &answer)
    {
        const Json *meta = json::find(answer.at("result"), "_meta");
        return meta ? json::stringsAt(*meta, "mcp/www_authenticate") : QStringList();
    }
    [[nodiscard]] bool waits(int calls = 1)
    {
        return QTest::qWaitFor([&] { return m_server->tools()->locked() == calls; });
    }
    std::unique_ptr<TestServer> m_server;
    const Json m_locked{{"name", "locked"}, {"arguments", Json::object()}};
};

void TestScopeChallenge::aSessionIsChallenged()
{
    McpClient client(m_server->port(), "ann");
    QVERIFY(client.open("2025-11-25"));
    const auto call = client.begin("tools/call", m_locked);
    QVERIFY(waits());
    QCOMPARE(call->status(), 0);
    m_server->tools()->decide(false);
    QVERIFY(call->finish());
    QCOMPARE(call->status(), 403);
    QCOMPARE(call->header("WWW-Authenticate"), QByteArray("scope=\"key\" at /mcp"));
    QCOMPARE(call->header("Content-Type"), QByteArray("application/json"));
    QVERIFY(call->json().at("result").at("isError").get<bool>());
    QCOMPARE(challengesIn(call->json()), (QStringList{u"scope=\"key\" at /mcp"_s}));
}

void TestScopeChallenge::whoReadsResultsFindsTheChallengeThere()
{
    for (const char *name : {"codex-mcp-client", "openai-mcp"}) {
        McpClient client(m_server->port(), "ann");
        Json hello = initializeParams("2025-06-18");
        hello["clientInfo"]["name"] = name;
        const auto welcome = client.begin("initialize", hello);
        QVERIFY(welcome->finish());
        client.resume(welcome->header("Mcp-Session-Id"), "2025-06-18");
        const auto call = client.begin("tools/call", m_locked);
        QVERIFY(waits());
        m_server->tools()->decide(false);
        QVERIFY(call->finish());
        QCOMPARE(call->status(), 200);
        QCOMPARE(textOf(call->json()), QByteArray("It lacks the scope key."));
        QCOMPARE(challengesIn(call->json()), (QStringList{u"scope=\"key\" at /mcp"_s}));
    }
}

void TestScopeChallenge::aSessionGoesOnAfterAChallenge()
{
    McpClient client(m_server->port(), "ann", "/sse");
    QVERIFY(client.open("2025-06-18"));
    for (int i = 0; i < 40; ++i) { // more than may run at once
        const auto call = client.begin("tools/call", m_locked);
        QVERIFY(waits());
        m_server->tools()->decide(false);
        QVERIFY(call->finish());
        QCOMPARE(call->status(), 403);
    }
    QCOMPARE(client.call("add", {{"a", 1}, {"b", 2}}), QByteArray("3"));
}

void TestScopeChallenge::aStatelessClientIsChallenged()
{
    StatelessClient client(m_server->port(), "ann");
    for (int i = 0; i < 40; ++i) {
        const auto call = client.begin("tools/call", m_locked);
        QVERIFY(waits());
        m_server->tools()->decide(false);
        QVERIFY(call->finish());
        QCOMPARE(call->status(), 403);
        QCOMPARE(call->header("WWW-Authenticate"), QByteArray("scope=\"key\" at /mcp"));
    }
}

void TestScopeChallenge::aYesIsAnAnswerLikeAnyOther()
{
    McpClient old(m_server->port(), "ann");
    QVERIFY(old.open("2025-11-25"));
    StatelessClient modern(m_server->port(), "bob");
    const auto first = old.begin("tools/call", m_locked);
    const auto second = modern.begin("tools/call", m_locked);
    QVERIFY(waits(2));
    m_server->tools()->decide(true);
    for (const auto &call : {first.get(), second.get()}) {
        QVERIFY(call->finish());
        QCOMPARE(call->status(), 200);
        QCOMPARE(textOf(call->json()), QByteArray("opened"));
    }
}

void TestScopeChallenge::theResponseDoesNotBeginWhileSomebodyDecides()
{
    McpClient old(m_server->port(), "ann");
    QVERIFY(old.open("2025-11-25"));
    StatelessClient modern(m_server->port(), "bob");
    const auto first = old.begin("tools/call", m_locked);
    const auto second = modern.begin("tools/call", m_locked);
    // A call that nobody decides about becomes a stream after this time.
    const auto other =
        old.begin("tools/call", {{"name", "count"}, {"arguments", {{"steps", 9999}}}});
    QVERIFY(waits(2));
    QVERIFY(other->waitForHead());
    QVERIFY(other->isStream());
    QCOMPARE(first->status(), 0);
    QCOMPARE(second->status(), 0);
    m_server->tools()->decide(false);
    QVERIFY(first->finish());
    QVERIFY(second->finish());
    QCOMPARE(first->status(), 403);
    QCOMPARE(second->status(), 403);
}

void TestScopeChallenge::inABatchItIsSaidInWords()
{
    McpClient client(m_server->port(), "ann");
    QVERIFY(client.open("2025-03-26"));
    const auto call = client.post('[' + rpcMessage(1, "tools/call", m_locked) + ',' +
                                  rpcMessage(2, "ping") + ']');
    QVERIFY(waits());
    m_server->tools()->decide(false);
    QVERIFY(call->finish());
    QCOMPARE(call->status(), 200);
    QVERIFY2(call->body().contains("It lacks the scope key."), call->body().constData());
    QVERIFY2(call->body().contains("mcp/www_authenticate"), call->body().constData());
}

void TestScopeChallenge::afterTheFirstEventItIsSaidInWords()
{
    // HTTP+SSE answers on the session's stream, which is open all the time.
    HttpCall stream(m_server->port(), "GET", "/sse",
                    {{"Authorization", "Bearer ann"}, {"Accept", "text/event-stream"}});
    QVERIFY(stream.waitForEvents(1));
    const QByteArray path = stream.events().first().data;
    const auto post = [&](const QByteArray &body) {
        HttpCall sent(m_server->port(), "POST", path,
                      {{"Authorization", "Bearer ann"}, {"Content-Type", "application/json"}},
                      body);
        return sent.finish() ? sent.status() : 0;
    };
    QCOMPARE(post(rpcMessage(1, "initialize", initializeParams("2025-06-18"))), 202);
    QCOMPARE(post(rpcMessage(nullptr, "notifications/initialized")), 202);
    QCOMPARE(post(rpcMessage(2, "tools/call", m_locked)), 202);
    QVERIFY(waits());
    m_server->tools()->decide(false);
    QVERIFY(stream.waitForEvents(3));
    QCOMPARE(textOf(stream.event(2)), QByteArray("It lacks the scope key."));
    QCOMPARE(challengesIn(stream.event(2)), (QStringList{u"scope=\"key\" at /sse/message"_s}));
}

FLAREDECK_TEST(TestScopeChallenge)

} // namespace tst_scopechallenge

#include "tst_scopechallenge.moc"
