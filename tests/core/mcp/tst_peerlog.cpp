#include "core/mcp/sessions/peerlog.h"

#include "tests/support/manualclock.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_peerlog {

using namespace flaredeck;
using namespace flaredeck::mcp;

class TestPeerLog : public QObject
{
    Q_OBJECT

private slots:
    void tellsConnectionsApart()
    {
        test::ManualClock clock;
        PeerLog log(clock);
        const GrantId alice{QStringLiteral("alice")};
        const GrantId bob{QStringLiteral("bob")};
        const http::Peer v4{QHostAddress(QHostAddress::LocalHost), 4000, 8788};
        const http::Peer v6{QHostAddress(QHostAddress::LocalHostIPv6), 4000, 8788};

        QVERIFY(log.isNew(v4, alice));
        QVERIFY(!log.isNew(v4, alice));
        QVERIFY2(log.isNew(v6, alice), "the same port of the other address family");
        QVERIFY2(log.isNew(v4, bob), "another grant on the same connection");
        for (int minute = 0; minute < 20; ++minute) {
            clock.advance(60'000);
            QVERIFY2(!log.isNew(v4, bob), "a connection that is in use does not age");
        }
        clock.advance(6 * 60'000);
        QVERIFY2(log.isNew(v4, bob), "the server would have closed it: the port was used again");
    }
};

FLAREDECK_TEST(TestPeerLog)

} // namespace tst_peerlog

#include "tst_peerlog.moc"
