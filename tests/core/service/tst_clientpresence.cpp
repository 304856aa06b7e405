#include "core/service/clientpresence.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_clientpresence {

using namespace flaredeck;
using namespace flaredeck::service;

class TestClientPresence : public QObject
{
    Q_OBJECT

private slots:
    void aStoredSessionIsNoConnection_data();
    void aStoredSessionIsNoConnection();
    void clientsAreCountedByTheSameRule();
};

namespace {

constexpr Millis kNow = 1'800'000'000'000;
constexpr Millis kAgo = kNow - 4LL * 60 * 1000;

ClientView client(int grants, Millis seen, int streams, int calls, Millis blockedAt = 0)
{
    ClientView view;
    view.liveGrants = grants;
    view.lastSeenAt = seen;
    view.client.blockedAt = blockedAt;
    mcp::SessionInfo stored;
    stored.lastSeenAt = seen;
    stored.openStreams = streams;
    stored.runningCalls = calls;
    view.sessions = {{}, stored};
    return view;
}

} // namespace

void TestClientPresence::aStoredSessionIsNoConnection_data()
{
    QTest::addColumn<ClientView>("view");
    QTest::addColumn<int>("presence");
    const auto row = [](const char *name, const ClientView &view, ClientPresence presence) {
        QTest::newRow(name) << view << int(presence);
    };
    row("a stored session", client(1, kAgo, 0, 0), ClientPresence::Seen);
    row("a stream", client(1, kAgo, 1, 0), ClientPresence::OpenNow);
    row("a call that runs", client(1, kAgo, 0, 1), ClientPresence::OpenNow);
    row("a request just now", client(1, kNow - 5000, 0, 0), ClientPresence::OpenNow);
    row("a request half a minute ago", client(1, kNow - 30'000, 0, 0), ClientPresence::Seen);
    row("allowed, never heard of", client(1, 0, 0, 0), ClientPresence::NotSeen);
    row("revoked a moment ago", client(0, kNow - 100, 0, 0), ClientPresence::NoAccess);
    row("never allowed", client(0, 0, 0, 0), ClientPresence::NoAccess);
    row("blocked", client(0, kNow, 0, 0, kNow), ClientPresence::Blocked);
}

void TestClientPresence::aStoredSessionIsNoConnection()
{
    QFETCH(ClientView, view);
    QTEST(int(presenceOf(view, kNow)), "presence");
}

void TestClientPresence::clientsAreCountedByTheSameRule()
{
    Snapshot shot;
    shot.clients = {client(1, kAgo, 1, 0), client(1, kAgo, 0, 0), client(0, kNow, 0, 0)};
    QCOMPARE(openClients(shot, kNow), 1);
    QCOMPARE(openClients(shot, kAgo + 1000), 2); // what is said grows old without a new snapshot
}

FLAREDECK_TEST(TestClientPresence)

} // namespace tst_clientpresence

#include "tst_clientpresence.moc"
