#include "core/mcp/sessions/sessions.h"

#include "core/mcp/revision.h"

#include "tests/support/manualclock.h"
#include "tests/support/testcase.h"
#include "testserver.h"

#include <QTest>

namespace tst_sessions {

using namespace flaredeck;
using namespace flaredeck::mcp;

namespace {

const GrantId kAlice{QStringLiteral("alice")};
const GrantId kBob{QStringLiteral("bob")};
constexpr auto kHttp = Session::Transport::StreamableHttp;

} // namespace

/// How long sessions live, how many there may be, and what of them is stored.
class TestSessions : public QObject
{
    Q_OBJECT

    test::ManualClock m_clock;
    MemoryStore m_store;
    std::unique_ptr<Sessions> m_sessions;

    Sessions::Created open(const GrantId &grant = kAlice)
    {
        auto created = m_sessions->create(kHttp, grant);
        if (!created)
            return {};
        created->session->setHandshake({&negotiate("2025-11-25"), QStringLiteral("c 1"), Json{}});
        m_sessions->save(*created->session);
        return *created;
    }

private slots:
    void init()
    {
        m_store = {};
        m_sessions = std::make_unique<Sessions>(&m_store, m_clock);
    }

    void onlyTheHashOfAnIdIsKept()
    {
        const Sessions::Created created = open();
        QCOMPARE(m_store.load().size(), 1);
        QVERIFY(m_store.load().first().idHash != created.id);
        QCOMPARE(m_store.load().first().idHash.size(), 32);
    }

    void anIdleSessionExpires()
    {
        const QByteArray id = open().id;
        m_clock.advance(Sessions::kIdleExpiry - 1000);
        QVERIFY(m_sessions->find(id, kHttp, kAlice)); // and counts as used again
        m_clock.advance(Sessions::kIdleExpiry - 1000);
        QVERIFY(m_sessions->find(id, kHttp, kAlice));
        m_clock.advance(Sessions::kIdleExpiry + 1000);
        QVERIFY(!m_sessions->find(id, kHttp, kAlice));
        QVERIFY(m_store.load().isEmpty());
    }

    void whatExpiredWhileTheAppWasClosedGoesWhenTheClockHasStood()
    {
        const QByteArray id = open().id;
        m_clock.advance(Sessions::kIdleExpiry + 1000);
        m_sessions = std::make_unique<Sessions>(&m_store, m_clock);
        QCOMPARE(m_store.load().size(), 1); // the clock may be wrong
        m_clock.advance(ClockWatch::kBelievedAfter);
        QVERIFY(!m_sessions->find(id, kHttp, kAlice));
        QVERIFY(m_sessions->list().isEmpty());
        QVERIFY(m_store.load().isEmpty());
    }

    void aRevisionThatIsNoLongerServedIsNotLoaded()
    {
        open();
        StoredSession stored = m_store.load().first();
        stored.revision = "2023-01-01";
        m_store.save(stored);
        m_sessions = std::make_unique<Sessions>(&m_store, m_clock);
        QVERIFY(m_sessions->list().isEmpty());
        QVERIFY(m_store.load().isEmpty());
    }

    void useIsWrittenAtMostOnceAMinute()
    {
        const QByteArray id = open().id;
        for (int second = 0; second < 150; ++second) {
            m_clock.advance(1000);
            QVERIFY(m_sessions->find(id, kHttp, kAlice));
        }
        QCOMPARE(m_store.touches(), 2);
        m_sessions->shutDown(); // writes the rest
        QCOMPARE(m_store.load().first().lastSeenAt, m_clock.now());
    }

    void anUnusedSessionMakesRoomForANewOneOfItsGrant()
    {
        const QByteArray bobs = open(kBob).id;
        m_clock.advance(1000);
        QList<QByteArray> ids;
        for (int i = 0; i < Sessions::kMaxIdlePerGrant; ++i) {
            ids << open().id;
            m_clock.advance(1000);
        }
        m_clock.advance(Sessions::kInUseFor);
        open();
        QVERIFY(!m_sessions->find(ids.at(0), kHttp, kAlice));
        QVERIFY(m_sessions->find(ids.at(1), kHttp, kAlice));
        QVERIFY(m_sessions->find(bobs, kHttp, kBob));
    }

    void sessionsInUseAreNotEndedForNewOnes()
    {
        QList<QByteArray> ids;
        for (int i = 0; i < 2 * Sessions::kMaxIdlePerGrant; ++i)
            ids << open().id;
        for (const QByteArray &id : std::as_const(ids))
            QVERIFY(m_sessions->find(id, kHttp, kAlice));
    }

    void aGrantThatFillsTheTablePaysForIt()
    {
        const QByteArray bobs = open(kBob).id;
        for (int i = 1; i < Sessions::kMaxSessions; ++i)
            open();
        QCOMPARE(m_sessions->list().size(), Sessions::kMaxSessions);
        QVERIFY(open().session);
        QCOMPARE(m_sessions->list().size(), Sessions::kMaxSessions);
        QVERIFY(m_sessions->find(bobs, kHttp, kBob));
    }

    void aTableFullOfRunningWorkTakesNoMore()
    {
        struct Nowhere : rpc::Outlet {
            void answer(const QByteArray &) override {}
            void notify(const QByteArray &) override {}
            void withdraw() override {}
        };
        std::vector<rpc::ReplyPtr> running;
        for (int i = 0; i < Sessions::kMaxSessions; ++i) {
            const auto reply = std::make_shared<rpc::Reply>(*rpc::RequestId::fromJson(Json(1)),
                                                            std::make_shared<Nowhere>());
            QVERIFY(open().session->queue()->enter(reply));
            running.push_back(reply);
        }
        const auto refused = m_sessions->create(kHttp, kBob);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::RateLimited);
        m_sessions->shutDown();
    }

    void endingAGrantRemovesWhatIsStored()
    {
        const QByteArray bobs = open(kBob).id;
        const QByteArray alices = open().id;
        m_sessions->endByGrant(kAlice);
        QCOMPARE(m_store.load().size(), 1);
        QCOMPARE(m_store.load().first().grant, kBob);
        QVERIFY(!m_sessions->find(alices, kHttp, kAlice));
        QVERIFY(m_sessions->find(bobs, kHttp, kBob));
    }
};

FLAREDECK_TEST(TestSessions)

} // namespace tst_sessions

#include "tst_sessions.moc"
