#include "core/rpc/reply.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_reply {

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

} // namespace

/// A peer gets exactly one answer per request, whatever happens to the work behind it.
class TestReply : public QObject
{
    Q_OBJECT

    std::shared_ptr<RecordingOutlet> m_outlet;

    ReplyPtr reply() { return std::make_shared<Reply>(*RequestId::fromJson(Json(1)), m_outlet); }

private slots:
    void init() { m_outlet = std::make_shared<RecordingOutlet>(); }

    void onlyTheFirstAnswerIsSent()
    {
        const ReplyPtr running = reply();
        running->result("{}");
        running->result("{\"again\":true}");
        running->error({});
        QCOMPARE(m_outlet->answers, QList<QByteArray>{R"({"jsonrpc":"2.0","id":1,"result":{}})"});
    }

    void aDroppedRequestIsAnsweredByAnError()
    {
        QTest::ignoreMessage(QtWarningMsg, "A request was dropped without an answer");
        reply().reset();
        QCOMPARE(m_outlet->answers.size(), 1);
        QVERIFY(m_outlet->answers.first().contains("-32603"));
    }

    void aCancelledRequestIsStoppedAndNotAnswered()
    {
        const ReplyPtr cancelled = reply();
        const std::stop_token stop = cancelled->stopToken();
        cancelled->cancel();
        QVERIFY(stop.stop_requested());
        cancelled->result("{}");
        cancelled->notify("too late");
        QVERIFY(m_outlet->answers.isEmpty());
        QVERIFY(m_outlet->notifications.isEmpty());
        QCOMPARE(m_outlet->withdrawn, 1);
    }

    void whatWeEndOurselvesIsAnsweredWithTheReason()
    {
        const ReplyPtr ended = reply();
        // Work that reacts to the stop by giving a result must not change the answer.
        std::stop_callback hasty(ended->stopToken(), [&ended] { ended->result("{}"); });
        ended->abort({kServerError, QStringLiteral("over")});
        QCOMPARE(m_outlet->answers.size(), 1);
        QVERIFY2(m_outlet->answers.first().contains("over"), m_outlet->answers.first());
    }

    void endingIsToldOnce()
    {
        const ReplyPtr running = reply();
        int told = 0;
        running->whenClosed([&told] { ++told; });
        running->result("{}");
        running->cancel();
        QCOMPARE(told, 1);
    }

    void notificationsFlowWhileTheRequestRuns()
    {
        const ReplyPtr running = reply();
        running->notify("a");
        running->result("{}");
        running->notify("b");
        QCOMPARE(m_outlet->notifications, QList<QByteArray>{"a"});
    }
};

FLAREDECK_TEST(TestReply)

} // namespace tst_reply

#include "tst_reply.moc"
