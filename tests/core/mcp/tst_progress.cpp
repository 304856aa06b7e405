#include "core/mcp/progress.h"

#include "manualclock.h"

#include <QTest>

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

    ManualClock m_clock;
    std::shared_ptr<NotificationLog> m_log;
    rpc::ReplyPtr m_reply;

    Progress progress(QByteArrayView revision = "2025-11-25")
    {
        return Progress(m_reply, "token", *findRevision(revision), m_clock);
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
        progress().report(1, 4, QStringLiteral("reading"));
        QCOMPARE(json::print(m_log->params.value(0)), json::print(Json{{"progressToken", "token"},
                                                                       {"progress", 1.0},
                                                                       {"total", 4.0},
                                                                       {"message", "reading"}}));
    }

    void olderRevisionsGetNoMessage()
    {
        progress("2024-11-05").report(1, -1, QStringLiteral("reading"));
        QCOMPARE(json::print(m_log->params.value(0)),
                 json::print(Json{{"progressToken", "token"}, {"progress", 1.0}}));
    }

    void onlyIncreases()
    {
        Progress steps = progress();
        for (const double step : {2.0, 2.0, 1.0, 3.0}) {
            steps.report(step, -1, {});
            m_clock.advance(Progress::kEvery);
        }
        QCOMPARE(m_log->params.size(), 2);
    }

    void aFloodIsThinnedButTheLastStepArrives()
    {
        Progress steps = progress();
        for (int step = 1; step <= 100; ++step)
            steps.report(step, 100, {});
        QCOMPARE(m_log->params.size(), 2);
        QCOMPARE(m_log->params.last().value("progress", 0.0), 100.0);
    }

    void endsWithTheAnswer()
    {
        Progress steps = progress();
        m_reply->result("{}");
        steps.report(1, -1, {});
        QVERIFY(m_log->params.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestProgress)
#include "tst_progress.moc"
