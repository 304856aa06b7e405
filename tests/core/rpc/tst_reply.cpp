#include "core/rpc/inflight.h"

#include <QTest>

using namespace flaredeck;
using namespace flaredeck::rpc;

namespace {

struct RecordingOutlet : Outlet {
    void answer(const QByteArray &message) override { answers << message; }
    void notify(const QByteArray &message) override { notifications << message; }
    void withdraw() override { ++withdrawn; }

    QList<QByteArray> answers;
    QList<QByteArray> notifications;
    int withdrawn = 0;
};

RequestId numbered(int id)
{
    return *RequestId::fromJson(Json(id));
}

} // namespace

/// A peer gets exactly one answer per request, whatever happens to the work behind it.
class TestReply : public QObject
{
    Q_OBJECT

    std::shared_ptr<RecordingOutlet> m_outlet;
    std::shared_ptr<InFlight> m_inFlight;

    ReplyPtr admitted(int id)
    {
        auto reply = std::make_shared<Reply>(numbered(id), m_outlet);
        m_inFlight->admit(reply);
        return reply;
    }

private slots:
    void init()
    {
        m_outlet = std::make_shared<RecordingOutlet>();
        m_inFlight = std::make_shared<InFlight>();
    }

    void onlyTheFirstAnswerIsSent()
    {
        const ReplyPtr reply = admitted(1);
        reply->result("{}");
        reply->result("{\"again\":true}");
        reply->error({});
        QCOMPARE(m_outlet->answers, QList<QByteArray>{R"({"jsonrpc":"2.0","id":1,"result":{}})"});
        QCOMPARE(m_inFlight->count(), 0);
    }

    void aDroppedRequestIsAnsweredByAnError()
    {
        QTest::ignoreMessage(QtWarningMsg, "A request was dropped without an answer");
        admitted(1).reset();
        QCOMPARE(m_outlet->answers.size(), 1);
        QVERIFY(m_outlet->answers.first().contains("-32603"));
        QCOMPARE(m_inFlight->count(), 0);
    }

    void aCancelledRequestIsStoppedAndNotAnswered()
    {
        const ReplyPtr reply = admitted(1);
        const std::stop_token stop = reply->stopToken();
        m_inFlight->cancel(numbered(2)); // unknown, ignored
        QVERIFY(!stop.stop_requested());
        m_inFlight->cancel(numbered(1));
        QVERIFY(stop.stop_requested());
        reply->result("{}");
        reply->notify("too late");
        QVERIFY(m_outlet->answers.isEmpty());
        QVERIFY(m_outlet->notifications.isEmpty());
        QCOMPARE(m_outlet->withdrawn, 1);
    }

    void whatWeEndOurselvesIsAnsweredWithTheReason()
    {
        const ReplyPtr first = admitted(1);
        const ReplyPtr second = admitted(2);
        // Work that reacts to the stop by giving a result must not change the answer.
        std::stop_callback hasty(first->stopToken(), [&first] { first->result("{}"); });
        m_inFlight->abortAll({kServerError, QStringLiteral("over")});
        QCOMPARE(m_outlet->answers.size(), 2);
        for (const QByteArray &answer : std::as_const(m_outlet->answers))
            QVERIFY2(answer.contains("over"), answer);
        QVERIFY(second->stopToken().stop_requested());
    }

    void endingIsToldOnce()
    {
        const ReplyPtr reply = admitted(1);
        int told = 0;
        reply->whenClosed([&told] { ++told; });
        reply->result("{}");
        reply->cancel();
        QCOMPARE(told, 1);
    }

    void notificationsFlowWhileTheRequestRuns()
    {
        const ReplyPtr reply = admitted(1);
        reply->notify("a");
        reply->result("{}");
        reply->notify("b");
        QCOMPARE(m_outlet->notifications, QList<QByteArray>{"a"});
    }

    void anIdInUseIsAConflict()
    {
        const ReplyPtr running = admitted(7);
        const auto conflictOf = [this](const char *body) {
            return m_inFlight->conflict(*parse(body)).has_value();
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

QTEST_GUILESS_MAIN(TestReply)
#include "tst_reply.moc"
