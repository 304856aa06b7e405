#include "core/oauth/clients/programlimit.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_ratelimit {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestRateLimit : public QObject
{
    Q_OBJECT

private slots:
    void letsTheCountThroughAndThenWaits();
    void keysDoNotDisturbEachOther();
    void aPenaltyStartsWithTheLastEventAndThenForgets();
    void manyKeysStayBounded();
    void aKeyCanBeForgotten();
    void oneProgramDoesNotLockOutTheOthers();
    void oneScriptDoesNotLockOutTheOthersOfItsInterpreter();
    void programsThatAreNotKnownShare();
    void manyNamesDoNotHelpForEver();
};

namespace {

std::optional<http::PeerProcess> process(qint64 pid, const QString &executable)
{
    http::PeerProcess process;
    process.pid = pid;
    process.executable = executable;
    process.startedAt = 1;
    return process;
}

} // namespace

void TestRateLimit::letsTheCountThroughAndThenWaits()
{
    RateLimit limit(3, 60'000);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(limit.take("a", i * 1000), 0);
    QCOMPARE(limit.take("a", 3000), 57);
    QCOMPARE(limit.take("a", 59'999), 1);
    QCOMPARE(limit.take("a", 60'000), 0);
    QVERIFY(limit.take("a", 60'000) > 0);
}

void TestRateLimit::keysDoNotDisturbEachOther()
{
    RateLimit limit(1, 60'000);
    QCOMPARE(limit.take("a", 0), 0);
    QCOMPARE(limit.take("b", 0), 0);
    QVERIFY(limit.take("a", 0) > 0);
}

void TestRateLimit::aPenaltyStartsWithTheLastEventAndThenForgets()
{
    RateLimit limit(2, 60'000, 30'000);
    limit.record("a", 0);
    QCOMPARE(limit.waitSeconds("a", 0), 0);
    limit.record("a", 1000);
    QCOMPARE(limit.waitSeconds("a", 1000), 30);
    QCOMPARE(limit.waitSeconds("a", 31'000), 0);
    limit.record("a", 31'000);
    QCOMPARE(limit.waitSeconds("a", 31'000), 0);
}

void TestRateLimit::manyKeysStayBounded()
{
    RateLimit limit(1, 60'000);
    QCOMPARE(limit.take("first", 0), 0);
    for (int i = 0; i < 5000; ++i)
        limit.take(QByteArray::number(i), 1);
    QCOMPARE(limit.take("first", 2), 0); // forgotten rather than kept for ever
}

void TestRateLimit::aKeyCanBeForgotten()
{
    RateLimit limit(1, 60'000, 60'000);
    QCOMPARE(limit.take("a", 0), 0);
    QVERIFY(limit.waitSeconds("a", 0) > 0);
    limit.forget("a");
    QCOMPARE(limit.waitSeconds("a", 0), 0);
}

void TestRateLimit::oneProgramDoesNotLockOutTheOthers()
{
    ProgramLimit limit({.process = 2, .program = 4, .all = 100}, 60'000);
    const auto flood = process(1, u"/usr/bin/flood"_s);
    for (int i = 0; i < 2; ++i)
        QCOMPARE(limit.take(flood, 0), 0);
    for (int i = 0; i < 1000; ++i)
        QCOMPARE(limit.take(flood, 0), 60);
    // Starting anew does not help it for long.
    QCOMPARE(limit.take(process(2, u"/usr/bin/flood"_s), 0), 0);
    QCOMPARE(limit.take(process(3, u"/usr/bin/flood"_s), 0), 0);
    QCOMPARE(limit.take(process(4, u"/usr/bin/flood"_s), 0), 60);
    QCOMPARE(limit.take(process(5, u"/usr/bin/client"_s), 0), 0);
}

void TestRateLimit::oneScriptDoesNotLockOutTheOthersOfItsInterpreter()
{
    ProgramLimit limit({.process = 2, .program = 4, .all = 100}, 60'000);
    for (int i = 0; i < 100; ++i)
        limit.take(process(1, u"/usr/bin/node"_s), 0);
    QCOMPARE(limit.take(process(2, u"/usr/bin/node"_s), 0), 0);
}

void TestRateLimit::programsThatAreNotKnownShare()
{
    ProgramLimit limit({.process = 2, .program = 4, .all = 100}, 60'000);
    QCOMPARE(limit.take({}, 0), 0);
    QCOMPARE(limit.take(http::PeerProcess{}, 0), 0); // there is one, but not which
    QCOMPARE(limit.take({}, 0), 60);
    QCOMPARE(limit.take(process(2, u"/usr/bin/node"_s), 0), 0);
}

void TestRateLimit::manyNamesDoNotHelpForEver()
{
    ProgramLimit limit({.process = 2, .program = 4, .all = 10}, 60'000);
    for (int i = 0; i < 10; ++i)
        QCOMPARE(limit.take(process(i + 1, u"/tmp/%1"_s.arg(i)), 0), 0);
    QCOMPARE(limit.waitSeconds(0), 60);
    QCOMPARE(limit.take(process(99, u"/usr/bin/client"_s), 0), 60);
    QCOMPARE(limit.waitSeconds(60'000), 0);
}

FLAREDECK_TEST(TestRateLimit)

} // namespace tst_ratelimit

#include "tst_ratelimit.moc"
