#include "core/mcp/mcpserver.h"
#include "core/mcp/revision.h"

#include "demotools.h"
#include "tests/support/manualclock.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_progress {

using namespace flaredeck;
using namespace flaredeck::mcp;

namespace {

struct NotificationLog : rpc::Outlet {
    void answer(const QByteArray &) override {}
    void notify(const QByteArray &message) override
    {
        params << json::parse(message)->at("params");
    }
    void withdraw() override {}

    QList<Json> params;
};

} // namespace

class TestProgress : public QObject
{
    Q_OBJECT

    test::ManualClock m_clock;
    std::shared_ptr<NotificationLog> m_log;
    rpc::ReplyPtr m_reply;

    DemoTools m_tools;
    Sessions m_sessions{nullptr, m_clock};
    McpServer m_server{{}, {&m_tools}, m_sessions, nullptr, m_clock};

    CallPtr call(QByteArrayView revision = "2025-11-25")
    {
        const auto sender = std::make_shared<Sender>();
        sender->traits = findRevision(revision);
        rpc::Message message;
        message.params = {{"_meta", {{"progressToken", "token"}}}};
        return Call::begin({m_server, message, sender, m_reply}, "a tool");
    }

private slots:
    void init()
    {
        m_log = std::make_shared<NotificationLog>();
        m_reply = std::make_shared<rpc::Reply>(*rpc::RequestId::fromJson(1), m_log);
    }
    void cleanup() { m_reply->result("{}"); }

    void carriesWhatTheToolSays()
    {
        call()->progress(1, 4, QStringLiteral("reading"));
        QCOMPARE(json::print(m_log->params.value(0)), json::print(Json{{"progressToken", "token"},
                                                                       {"progress", 1.0},
                                                                       {"total", 4.0},
                                                                       {"message", "reading"}}));
    }

    void olderRevisionsGetNoMessage()
    {
        call("2024-11-05")->progress(1, -1, QStringLiteral("reading"));
        QCOMPARE(json::print(m_log->params.value(0)),
                 json::print(Json{{"progressToken", "token"}, {"progress", 1.0}}));
    }

    void onlyIncreases()
    {
        const CallPtr steps = call();
        for (const double step : {2.0, 2.0, 1.0, 3.0}) {
            steps->progress(step, -1, {});
            m_clock.advance(Call::kProgressEvery);
        }
        QCOMPARE(m_log->params.size(), 2);
    }

    void aFloodIsThinnedButTheLastStepArrives()
    {
        const CallPtr steps = call();
        for (int step = 1; step <= 100; ++step)
            steps->progress(step, 100, {});
        QCOMPARE(m_log->params.size(), 2);
        QCOMPARE(m_log->params.last().value("progress", 0.0), 100.0);
    }

    void endsWithTheAnswer()
    {
        const CallPtr steps = call();
        m_reply->result("{}");
        steps->progress(1, -1, {});
        QVERIFY(m_log->params.isEmpty());
    }
};

FLAREDECK_TEST(TestProgress)

} // namespace tst_progress

#include "tst_progress.moc"
