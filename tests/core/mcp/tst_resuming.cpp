#include "core/mcp/transports/replaystream.h"

#include "mcpclient.h"
#include "tests/support/testcase.h"
#include "testserver.h"

#include <QSet>
#include <QTest>

namespace tst_resuming {

using namespace flaredeck;
using namespace flaredeck::mcp;

/// Streams that outlive their connections. The whole suite runs once per revision that has them.
class TestResuming : public QObject
{
    Q_OBJECT

    std::unique_ptr<TestServer> m_server;
    std::unique_ptr<McpClient> m_client;

    std::unique_ptr<HttpCall> beginCounting(int steps)
    {
        return m_client->begin("tools/call", {{"name", "count"},
                                              {"arguments", {{"steps", steps}}},
                                              {"_meta", {{"progressToken", "p"}}}});
    }

    [[nodiscard]] bool primes() const
    {
        QFETCH_GLOBAL(QByteArray, revision);
        return revision == "2025-11-25";
    }

private slots:
    void initTestCase_data()
    {
        QTest::addColumn<QByteArray>("revision");
        for (const char *name : {"2025-03-26", "2025-06-18", "2025-11-25"})
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

    /// Older clients would try to read the empty event as a message.
    void onlyNewClientsGetAnEventToComeBackWith()
    {
        const auto call = beginCounting(2);
        QVERIFY(call->finish());
        QCOMPARE(call->body().startsWith("id: "), primes());
        QCOMPARE(call->body().contains("\nretry: 5000\ndata: \n\n"), primes());
        QVERIFY(!call->events().constFirst().id.isEmpty());
        const auto stream = m_client->listen();
        QVERIFY(stream->waitForHead());
        if (primes())
            QTRY_VERIFY(stream->body().startsWith("id: 0:"));
    }

    void theAnswerOfALostConnectionIsFetched()
    {
        const auto call = beginCounting(30);
        QVERIFY(call->waitForEvents(2));
        const auto seen = call->events();
        call->hangUp();
        const auto rest = m_client->listen(seen.at(0).id);
        QVERIFY(rest->finish()); // ends with the answer
        const auto events = rest->events();
        QCOMPARE(events.constFirst().data, seen.at(1).data);
        QCOMPARE(textOf(rest->event(int(events.size()) - 1)), QByteArray("counted"));
        QSet<QByteArray> ids{seen.at(0).id};
        for (const SseEvent &event : events)
            ids << event.id;
        QCOMPARE(ids.size(), events.size() + 1); // none twice
    }

    void aFinishedAnswerIsKeptForAWhile()
    {
        const auto call = beginCounting(3);
        QVERIFY(call->finish());
        const QByteArray first = call->events().constFirst().id;
        const qsizetype all = call->events().size();
        for (int i = 0; i < 2; ++i) { // the last packet may be lost again
            const auto again = m_client->listen(first);
            QVERIFY(again->finish());
            QCOMPARE(again->events().size(), all - 1);
        }
        m_server->clock().advance(ReplayStream::kKeptFor + 1);
        const auto late = m_client->listen(first);
        QVERIFY(late->finish());
        QCOMPARE(late->status(), 404);
    }

    void otherIdsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<int>("status");
        QTest::newRow("no id of ours") << QByteArray("abc") << 400;
        QTest::newRow("no stream") << QByteArray(":0000000000000001") << 400;
        QTest::newRow("no number") << QByteArray("x:000000000000000z") << 400;
        QTest::newRow("a number with a sign") << QByteArray("x:+000000000000001") << 400;
        QTest::newRow("a number with a blank") << QByteArray("x: 000000000000001") << 400;
        QTest::newRow("a number with a prefix") << QByteArray("x:0x00000000000001") << 400;
        QTest::newRow("a negative number") << QByteArray("x:-000000000000001") << 400;
        QTest::newRow("an unknown stream") << QByteArray("x:0000000000000001") << 404;
    }

    void otherIdsAreRefused()
    {
        QFETCH(const QByteArray, id);
        QFETCH(const int, status);
        const auto call = m_client->listen(id);
        QVERIFY(call->finish());
        QCOMPARE(call->status(), status);
    }

    void streamsOfAnotherSessionAreUnknown()
    {
        QFETCH_GLOBAL(QByteArray, revision);
        const auto call = beginCounting(3);
        QVERIFY(call->finish());
        McpClient other(m_server->port(), "alice");
        QVERIFY(other.open(revision));
        const auto stolen = other.listen(call->events().constFirst().id);
        QVERIFY(stolen->finish());
        QCOMPARE(stolen->status(), 404);
    }

    void theStreamForNewsIsTakenUpToo()
    {
        const auto stream = m_client->listen();
        QVERIFY(stream->waitForHead());
        emit m_server->resources().listChanged();
        QVERIFY(stream->waitForEvents(1));
        const QByteArray seen = stream->events().constFirst().id;
        stream->hangUp();
        QTRY_COMPARE(m_server->service().sessions().constFirst().openStreams, 0);
        emit m_server->tools()->listChanged();
        const auto again = m_client->listen(seen);
        QVERIFY(again->waitForEvents(1));
        QCOMPARE(again->event(0).value("method", ""),
                 std::string("notifications/tools/list_changed"));
        // What cannot be known any more begins anew.
        const auto lost = m_client->listen("0:00000000000000ff");
        QVERIFY(lost->waitForHead());
        QCOMPARE(lost->status(), 200);
    }

    void aToolMayLetTheConnectionGo()
    {
        const auto call = m_client->begin("tools/call", {{"name", "step out"}});
        QVERIFY(call->finish());
        if (!primes()) { // nobody would come back
            QCOMPARE(textOf(call->json()), QByteArray("counted"));
            return;
        }
        QVERIFY(call->events().isEmpty());
        const QByteArray id = call->body().mid(4, call->body().indexOf('\n') - 4);
        const auto rest = m_client->listen(id);
        QVERIFY(rest->finish());
        QCOMPARE(textOf(rest->event(0)), QByteArray("counted"));
    }

    void whatIsKeptIsBounded()
    {
        test::ManualClock clock;
        ReplayStream stream("s", clock);
        for (int i = 0; i < 2 * ReplayStream::kMaxEvents; ++i)
            stream.send("x");
        QCOMPARE(stream.keptBytes(), qint64(ReplayStream::kMaxEvents));
        QVERIFY(stream.keeps(2 * ReplayStream::kMaxEvents));
        QVERIFY(stream.keeps(ReplayStream::kMaxEvents));
        QVERIFY(!stream.keeps(ReplayStream::kMaxEvents - 1));
        QVERIFY(!stream.keeps(2 * ReplayStream::kMaxEvents + 1));
        for (int i = 0; i < 10; ++i)
            stream.send(QByteArray(1 << 20, 'x'));
        QVERIFY(stream.keptBytes() <= ReplayStream::kMaxBytes);
    }
};

FLAREDECK_TEST(TestResuming)

} // namespace tst_resuming

#include "tst_resuming.moc"
