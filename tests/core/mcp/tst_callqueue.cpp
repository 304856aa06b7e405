#include "core/mcp/methods/callqueue.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_callqueue {

using namespace flaredeck;
using namespace flaredeck::mcp;

namespace {

struct Answers : rpc::Outlet {
    void answer(const QByteArray &message) override { all << message; }
    void notify(const QByteArray &) override {}
    void withdraw() override {}

    QList<QByteArray> all;
};

rpc::RequestId numbered(int id)
{
    return *rpc::RequestId::fromJson(Json(id));
}

} // namespace

class TestCallQueue : public QObject
{
    Q_OBJECT

    std::shared_ptr<Answers> m_answers;
    CallQueuePtr m_queue;

    rpc::ReplyPtr entered(int id)
    {
        auto reply = std::make_shared<rpc::Reply>(numbered(id), m_answers);
        reply->whenClosed([queue = m_queue, reply = reply.get()] { queue->leave(*reply); });
        return m_queue->enter(reply) ? reply : nullptr;
    }

private slots:
    void init()
    {
        m_answers = std::make_shared<Answers>();
        m_queue = std::make_shared<CallQueue>();
    }

    void aCallIsCancelledByItsId()
    {
        const rpc::ReplyPtr call = entered(1);
        m_queue->cancel(numbered(2)); // unknown, ignored
        QVERIFY(!call->stopToken().stop_requested());
        m_queue->cancel(numbered(1));
        QVERIFY(call->stopToken().stop_requested());
        QCOMPARE(m_queue->count(), 0);
    }

    void whoeverWaitsIsEndedToo()
    {
        const rpc::ReplyPtr running = entered(1);
        const auto waiting = std::make_shared<rpc::Reply>(numbered(2), m_answers);
        QVERIFY(!m_queue->wait(waiting, 1, [] { qFatal("it is over"); }));
        QCOMPARE(m_queue->count(), 2);
        m_queue->abortAll({rpc::kServerError, QStringLiteral("over")});
        QCOMPARE(m_answers->all.size(), 2);
        for (const QByteArray &answer : std::as_const(m_answers->all))
            QVERIFY2(answer.contains("over"), answer);
    }

    void anIdInUseIsAConflict()
    {
        const rpc::ReplyPtr running = entered(7);
        const auto conflictOf = [this](const char *body) {
            return m_queue->conflict(*rpc::parse(body)).has_value();
        };
        QVERIFY(conflictOf(R"({"jsonrpc":"2.0","id":7,"method":"ping"})"));
        QVERIFY(!conflictOf(R"({"jsonrpc":"2.0","id":"7","method":"ping"})"));
        QVERIFY(!conflictOf(R"({"jsonrpc":"2.0","id":7,"result":{}})"));
        QVERIFY(conflictOf(R"([{"jsonrpc":"2.0","id":1,"method":"ping"},
                               {"jsonrpc":"2.0","id":1,"method":"ping"}])"));
        running->result("{}");
        QVERIFY(!conflictOf(R"({"jsonrpc":"2.0","id":7,"method":"ping"})"));
    }
};

FLAREDECK_TEST(TestCallQueue)

} // namespace tst_callqueue

#include "tst_callqueue.moc"
