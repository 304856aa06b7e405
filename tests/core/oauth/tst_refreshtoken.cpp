#include "core/oauth/grants/refreshtoken.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_refreshtoken {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestRefreshToken : public QObject
{
    Q_OBJECT

private slots:
    void printsAndParses();
    void parseRefuses_data();
    void parseRefuses();
    void judges_data();
    void judges();
    void aForgedAncestorEndsNothing();
    void aSiblingsOlderTokenIsForgivenForAMinute();
    void aClockSetBackDoesNotDisableReplayDetection();
    void whatIsRetiredStaysRetired();
};

namespace {

const GrantId kGrant{u"0123456789abcdef0123456789abcdef"_s};

RefreshToken generation(int number)
{
    return {kGrant, number, QByteArray(43, char('a' + number))};
}

/// Generation 3 is current since time 0, generation 2 not retired.
store::RefreshState thirdIsCurrent()
{
    return {.grant = kGrant,
            .generation = 3,
            .hash = generation(3).hash(),
            .previousHash = generation(2).hash(),
            .successor = "sealed"};
}

/// What is known of generation 1.
store::ReplacedToken firstWasReplaced(Millis at)
{
    return {kGrant, 1, generation(1).hash(), at};
}

} // namespace

void TestRefreshToken::printsAndParses()
{
    const RefreshToken token = RefreshToken::first(kGrant);
    QCOMPARE(token.generation, 1);
    QCOMPARE(token.secret.size(), 43);
    QVERIFY(token.print().startsWith("cfl_rt_0123456789abcdef0123456789abcdef_1_"));
    QCOMPARE(*RefreshToken::parse(token.print()), token);
    // Base64url secrets hold underscores themselves.
    const RefreshToken underscores{kGrant, 12, QByteArray(43, '_')};
    QCOMPARE(*RefreshToken::parse(underscores.print()), underscores);
    QVERIFY(RefreshToken::first(kGrant).secret != token.secret);
}

void TestRefreshToken::parseRefuses_data()
{
    QTest::addColumn<QByteArray>("text");
    const QByteArray id = kGrant.value.toLatin1();
    const QByteArray secret(43, 'a');

    QTest::newRow("empty") << QByteArray();
    QTest::newRow("an access token") << "cfl_at_" + secret;
    QTest::newRow("no generation") << "cfl_rt_" + id + "__" + secret;
    QTest::newRow("generation 0") << "cfl_rt_" + id + "_0_" + secret;
    QTest::newRow("a negative generation") << "cfl_rt_" + id + "_-1_" + secret;
    QTest::newRow("a huge generation") << "cfl_rt_" + id + "_99999999999_" + secret;
    for (const char *generation : {"+1", "01", " 1", "1 ", "1.0", "0x1", "4294967297"})
        QTest::addRow("generation '%s'", generation)
            << "cfl_rt_" + id + '_' + generation + '_' + secret;
    QTest::newRow("a short secret") << "cfl_rt_" + id + "_1_" + secret.chopped(1);
    QTest::newRow("an id that is not hexadecimal")
        << "cfl_rt_" + QByteArray(32, 'x') + "_1_" + secret;
    QTest::newRow("prefix only") << QByteArray("cfl_rt_");
}

void TestRefreshToken::parseRefuses()
{
    QFETCH(QByteArray, text);
    QVERIFY(!RefreshToken::parse(text));
}

void TestRefreshToken::judges_data()
{
    QTest::addColumn<int>("presented");
    QTest::addColumn<int>("usedGeneration");
    QTest::addColumn<Millis>("now");
    QTest::addColumn<Millis>("previousLastUsedAt");
    QTest::addColumn<int>("expected");

    const auto row = [](const char *name, int presented, int used, Millis now, Millis lastLate,
                        Rotation expected) {
        QTest::newRow(name) << presented << used << now << lastLate << int(expected);
    };
    row("the current one moves on", 3, 0, kHour, 0, Rotation::Advance);
    row("the current one moves on at any age", 3, 3, 1000 * kHour, 0, Rotation::Advance);
    row("a parallel process gets the same answer", 2, 0, 5, 0, Rotation::Repeat);
    row("the same for ten minutes", 2, 0, 10 * kMinute, 0, Rotation::Repeat);
    row("then once, for a client that lost the answer", 2, 0, kHour, 0, Rotation::RepeatLate);
    row("but not again within a day", 2, 0, 24 * kHour, kHour, Rotation::Refuse);
    row("and again after a day", 2, 0, 26 * kHour, kHour, Rotation::RepeatLate);
    row("the successor's access token was used", 2, 3, kMinute, 0, Rotation::Replay);
    row("but less than a minute after the rotation", 2, 3, kMinute - 1, 0, Rotation::Repeat);
    row("an older access token does not retire it", 2, 2, 5 * kMinute, 0, Rotation::Repeat);
    row("two generations back", 1, 0, kHour, 0, Rotation::Replay);
    row("a generation that was never issued", 4, 0, 0, 0, Rotation::Refuse);
}

void TestRefreshToken::judges()
{
    QFETCH(int, presented);
    QFETCH(int, usedGeneration);
    QFETCH(Millis, now);
    QFETCH(Millis, previousLastUsedAt);
    QFETCH(int, expected);

    store::RefreshState state = thirdIsCurrent();
    state.previousLastUsedAt = previousLastUsedAt;
    const auto older = presented == 1 ? std::optional(firstWasReplaced(0)) : std::nullopt;
    const auto verdict = judge(generation(presented), state, older, {usedGeneration, now});
    QCOMPARE(int(verdict), expected);
}

void TestRefreshToken::aForgedAncestorEndsNothing()
{
    for (int number = 1; number <= 3; ++number) {
        RefreshToken forged = generation(number);
        forged.secret[0] = 'x';
        for (const auto &older :
             {std::optional(firstWasReplaced(-kHour)), std::optional<store::ReplacedToken>()})
            QCOMPARE(judge(forged, thirdIsCurrent(), older, {}), Rotation::Refuse);
    }
    // A secret counts for its own generation only.
    RefreshToken renumbered = generation(3);
    renumbered.generation = 2;
    QCOMPARE(judge(renumbered, thirdIsCurrent(), {}, {}), Rotation::Refuse);
    // Nothing came before the first one.
    store::RefreshState first{.grant = kGrant, .generation = 1, .hash = generation(1).hash()};
    QCOMPARE(judge(generation(2), first, {}, {}), Rotation::Refuse);
}

void TestRefreshToken::aSiblingsOlderTokenIsForgivenForAMinute()
{
    const auto verdictAt = [](Millis now) {
        return judge(generation(1), thirdIsCurrent(), firstWasReplaced(5000), {3, now});
    };
    QCOMPARE(verdictAt(5000 + kMinute - 1), Rotation::Repeat);
    QCOMPARE(verdictAt(5000 + kMinute), Rotation::Replay);
}

void TestRefreshToken::aClockSetBackDoesNotDisableReplayDetection()
{
    // Written by a process before this one; then the clock was set back by a day.
    store::RefreshState state = thirdIsCurrent();
    state.rotatedAt = 100 * kHour;
    const Millis start = 76 * kHour;
    const auto verdict = [&](int presented, Millis sinceStart) {
        const auto older =
            presented == 1 ? std::optional(firstWasReplaced(100 * kHour)) : std::nullopt;
        return judge(generation(presented), state, older, {3, start + sinceStart, start});
    };
    QCOMPARE(verdict(1, kMinute - 1), Rotation::Repeat); // the window does not end with the process
    QCOMPARE(verdict(2, kMinute - 1), Rotation::Repeat);
    QCOMPARE(verdict(1, 2 * kMinute), Rotation::Replay);
    QCOMPARE(verdict(2, 2 * kMinute), Rotation::Replay);
}

void TestRefreshToken::whatIsRetiredStaysRetired()
{
    store::RefreshState state = thirdIsCurrent();
    state.successor.clear();
    for (const int presented : {1, 2}) {
        const auto older = presented == 1 ? std::optional(firstWasReplaced(0)) : std::nullopt;
        QCOMPARE(judge(generation(presented), state, older, {}), Rotation::Replay);
    }
    QCOMPARE(judge(generation(3), state, {}, {}), Rotation::Advance);
}

FLAREDECK_TEST(TestRefreshToken)

} // namespace tst_refreshtoken

#include "tst_refreshtoken.moc"
