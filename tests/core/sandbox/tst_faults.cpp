#include "core/sandbox/faults.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_faults {

using namespace flaredeck;
using namespace flaredeck::sandbox;

class TestFaults : public QObject
{
    Q_OBJECT

private slots:
    void aFaultHitsAsManyRequestsAsItSays();
    void aFaultWithoutEndStaysUntilItIsChanged();
    void theJsonFormNamesEveryKind_data();
    void theJsonFormNamesEveryKind();
    void unknownKindsAreRefused();
    void eachPlaceHasFaultsOfItsOwn();
};

void TestFaults::aFaultHitsAsManyRequestsAsItSays()
{
    Faults faults;
    QCOMPARE(faults.take(Fault::At::Api).kind, Fault::Kind::None);
    faults.set({Fault::Kind::ServerError, 2});
    QCOMPARE(faults.take(Fault::At::Api).kind, Fault::Kind::ServerError);
    QCOMPARE(faults.take(Fault::At::Api).kind, Fault::Kind::ServerError);
    QCOMPARE(faults.take(Fault::At::Api).kind, Fault::Kind::None);
    QCOMPARE(faults.take(Fault::At::Api).kind, Fault::Kind::None);
}

void TestFaults::aFaultWithoutEndStaysUntilItIsChanged()
{
    Faults faults;
    faults.set({Fault::Kind::Slow, -1, 10});
    for (int i = 0; i < 100; ++i)
        QCOMPARE(faults.take(Fault::At::Api).kind, Fault::Kind::Slow);
    faults.set({});
    QCOMPARE(faults.take(Fault::At::Api).kind, Fault::Kind::None);
}

void TestFaults::theJsonFormNamesEveryKind_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("none") << int(Fault::Kind::None);
    QTest::newRow("slow") << int(Fault::Kind::Slow);
    QTest::newRow("server_error") << int(Fault::Kind::ServerError);
    QTest::newRow("rate_limited") << int(Fault::Kind::RateLimited);
    QTest::newRow("token_expired") << int(Fault::Kind::TokenExpired);
    QTest::newRow("connection_cut") << int(Fault::Kind::ConnectionCut);
}

void TestFaults::theJsonFormNamesEveryKind()
{
    QFETCH(int, kind);
    const auto fault = Faults::parse({{"kind", QTest::currentDataTag()},
                                      {"remaining", 3},
                                      {"delayMs", 40},
                                      {"retryAfterSeconds", 7}});
    QVERIFY(fault);
    QCOMPARE(int(fault->kind), kind);
    QCOMPARE(fault->remaining, 3);
    QCOMPARE(fault->delayMs, 40);
    QCOMPARE(fault->retryAfterSeconds, 7);
}

void TestFaults::unknownKindsAreRefused()
{
    QVERIFY(!Faults::parse({{"kind", "explode"}}));
    QVERIFY(!Faults::parse(Json::object()));
    QVERIFY(!Faults::parse(Json::array()));
}

void TestFaults::eachPlaceHasFaultsOfItsOwn()
{
    Faults faults;
    const auto fault = Faults::parse({{"kind", "token_expired"}, {"at", "token"}});
    QVERIFY(fault);
    faults.set(*fault);
    QCOMPARE(faults.take(Fault::At::Api).kind, Fault::Kind::None);
    QCOMPARE(faults.take(Fault::At::Revoke).kind, Fault::Kind::None);
    QCOMPARE(faults.take(Fault::At::Token).kind, Fault::Kind::TokenExpired);
    QCOMPARE(faults.take(Fault::At::Token).kind, Fault::Kind::None);
    QVERIFY(!Faults::parse({{"kind", "slow"}, {"at", "nowhere"}}));
}

FLAREDECK_TEST(TestFaults)

} // namespace tst_faults

#include "tst_faults.moc"
