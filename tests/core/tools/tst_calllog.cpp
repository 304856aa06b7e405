#include "core/tools/calllog.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_calllog {

using namespace flaredeck;
using namespace flaredeck::tools;
using namespace Qt::Literals::StringLiterals;

namespace {
const CallerIdentity kCaller{
    GrantId{u"g"_s}, ClientId{u"c"_s}, u"Client"_s, LoginId{u"l"_s}, {}, {}};
}

class TestCallLog : public QObject
{
    Q_OBJECT

private slots:
    void recordsTheWholeCall();
    void secretsAreRedacted();
    void namedSecretsOfResultsAreRedacted_data();
    void namedSecretsOfResultsAreRedacted();
    void largeResultsAreCut();
    void noHalfCharacterIsStored();
    void aSecretOnTheCutIsRedacted();
};

void TestCallLog::recordsTheWholeCall()
{
    CallLog log(kCaller, u"workers_list"_s, {{"x", 1}}, 77);
    log.setAccount(u"One"_s);
    log.trace()->append({u"GET"_s, u"/p"_s, 200, 3, {}});
    const auto record = log.finish(store::Outcome::Error, mcp::ToolResult::error(u"why"_s));
    QCOMPARE(record.startedAt, Millis(77));
    QCOMPARE(record.grant, GrantId{u"g"_s});
    QCOMPARE(record.client, ClientId{u"c"_s});
    QCOMPARE(record.clientName, u"Client"_s);
    QCOMPARE(record.tool, u"workers_list"_s);
    QCOMPARE(record.accountName, u"One"_s);
    QCOMPARE(record.outcome, store::Outcome::Error);
    QCOMPARE(record.arguments, QByteArray(R"({"x":1})"));
    QCOMPARE(record.bytesIn, 7);
    QCOMPARE(record.result, QByteArray("why"));
    QCOMPARE(record.bytesOut, 3);
    QCOMPARE(record.error, u"why"_s);
    QCOMPARE(record.upstream.size(), 1);
    QVERIFY(record.durationUs >= 0);
}

void TestCallLog::secretsAreRedacted()
{
    CallLog log(kCaller, u"t"_s, {{"access_token", "hunter2"}}, 0);
    log.trace()->append({u"GET"_s, u"/scripts/cfl_at_hunter3/content"_s, 404, 3, {}});
    const auto record =
        log.finish(store::Outcome::Ok, mcp::ToolResult::text(u"Bearer abcdefghijkl"_s));
    QVERIFY(!record.arguments.contains("hunter2"));
    QVERIFY(!record.result.contains("abcdefghijkl"));
    QCOMPARE(record.upstream.first().path, u"/scripts/cfl_at_[redacted]/content"_s);
    QVERIFY(record.error.isEmpty());
}

void TestCallLog::namedSecretsOfResultsAreRedacted_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *name :
         {"password", "pass_word", "PASS", "Api_Key", "p\\u0061ssword", "s-e-c-r-e-t"})
        QTest::newRow(name) << QByteArray(name);
}

void TestCallLog::namedSecretsOfResultsAreRedacted()
{
    QFETCH(const QByteArray, name);
    const QByteArray member = '"' + name + R"(":"hunter2")";
    QVERIFY(!CallLog::storable('{' + member + '}').contains("hunter2"));
    // Too long to be parsed; an escape in a name is not looked for there.
    const QByteArray filler(CallLog::kMaxStoredBytes, 'x');
    if (!name.contains('\\'))
        QVERIFY(
            !CallLog::storable('{' + member + ",\"y\":\"" + filler + "\"}").contains("hunter2"));
}

void TestCallLog::largeResultsAreCut()
{
    const QByteArray large(CallLog::kMaxStoredBytes * 3, 'x');
    const QByteArray stored = CallLog::storable(large);
    QVERIFY(stored.size() < CallLog::kMaxStoredBytes + 100);
    QVERIFY(stored.endsWith("[cut here: 786432 bytes in total]"));
    const QByteArray fits(CallLog::kMaxStoredBytes, 'x');
    QCOMPARE(CallLog::storable(fits), fits);
}

void TestCallLog::noHalfCharacterIsStored()
{
    for (int shift = 0; shift < 3; ++shift) {
        const QByteArray text = QByteArray(shift, 'x') + QByteArray("日").repeated(100'000);
        const QByteArray stored = CallLog::storable(text);
        QVERIFY(!QString::fromUtf8(stored).contains(QChar::ReplacementCharacter));
    }
}

void TestCallLog::aSecretOnTheCutIsRedacted()
{
    const QByteArray text = QByteArray(CallLog::kMaxStoredBytes - 10, ' ') +
                            "cfut_0123456789abcdef" + QByteArray(9999, ' ');
    QVERIFY(!CallLog::storable(text).contains("cfut_0"));
}

FLAREDECK_TEST(TestCallLog)

} // namespace tst_calllog

#include "tst_calllog.moc"
