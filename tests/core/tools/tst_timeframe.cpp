#include "core/tools/timeframe.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_timeframe {

using namespace flaredeck;
using namespace flaredeck::tools;
using namespace Qt::Literals::StringLiterals;

namespace {
constexpr Millis kNow = 1'750'000'000'000; // 2025-06-15T15:06:40Z
constexpr Millis kHour = 3'600'000;
} // namespace

class TestTimeframe : public QObject
{
    Q_OBJECT

private slots:
    void readsOffsets_data();
    void readsOffsets();
    void refusesOtherTexts_data();
    void refusesOtherTexts();
    void resolves_data();
    void resolves();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
};

void TestTimeframe::readsOffsets_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("seconds");
    QTest::newRow("minutes") << u"-30m"_s << qint64(-1800);
    QTest::newRow("seconds") << u"+5s"_s << qint64(5);
    QTest::newRow("hours and minutes") << u"+1h30m"_s << qint64(5400);
    QTest::newRow("days and hours") << u"-2d6h"_s << qint64(-194400);
    QTest::newRow("weeks") << u"-1w"_s << qint64(-604800);
    QTest::newRow("spaces do not matter") << u" - 1 h 30 m "_s << qint64(-5400);
    QTest::newRow("case does not matter") << u"-1H"_s << qint64(-3600);
    QTest::newRow("a unit may occur twice") << u"-1h1h"_s << qint64(-7200);
    QTest::newRow("zero") << u"+0s"_s << qint64(0);
}

void TestTimeframe::readsOffsets()
{
    QFETCH(QString, text);
    const auto seconds = parseOffset(text);
    QVERIFY(seconds);
    QTEST(*seconds, "seconds");
}

void TestTimeframe::refusesOtherTexts_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", " ", "30m", "-", "-m", "-30", "-30x", "-1h30", "--1h", "-1.5h",
                             "yesterday", "-99999999999999999999h", "+999999w"})
        QTest::newRow(*text ? text : "nothing") << QString::fromLatin1(text);
}

void TestTimeframe::refusesOtherTexts()
{
    QFETCH(QString, text);
    QVERIFY(!parseOffset(text));
}

void TestTimeframe::resolves_data()
{
    QTest::addColumn<QByteArray>("timeframe");
    QTest::addColumn<Millis>("from");
    QTest::addColumn<Millis>("to");
    QTest::newRow("nothing is the last hour") << QByteArray("null") << kNow - kHour << kNow;
    QTest::newRow("an empty object is the last hour") << QByteArray("{}") << kNow - kHour << kNow;
    QTest::newRow("two times")
        << QByteArray(R"({"from":"2025-06-15T14:06:40Z","to":"2025-06-15T15:06:40Z"})")
        << kNow - kHour << kNow;
    QTest::newRow("milliseconds and a zone")
        << QByteArray(R"({"from":"2025-06-15T14:06:40.000Z","to":"2025-06-15T17:06:40+02:00"})")
        << kNow - kHour << kNow;
    QTest::newRow("a time without a zone is UTC")
        << QByteArray(R"({"from":"2025-06-15T14:06:40","to":"2025-06-15T15:06:40"})")
        << kNow - kHour << kNow;
    QTest::newRow("back from a reference")
        << QByteArray(R"({"reference":"2025-06-15T15:06:40Z","offset":"-1h"})") << kNow - kHour
        << kNow;
    QTest::newRow("forward from a reference")
        << QByteArray(R"({"reference":"2025-06-15T14:06:40Z","offset":"+1h"})") << kNow - kHour
        << kNow;
    QTest::newRow("an offset alone counts from now")
        << QByteArray(R"({"offset":"-1h"})") << kNow - kHour << kNow;
    QTest::newRow("two times win over an offset")
        << QByteArray(
               R"({"from":"2025-06-15T14:06:40Z","to":"2025-06-15T15:06:40Z","offset":"-9h"})")
        << kNow - kHour << kNow;
}

void TestTimeframe::resolves()
{
    QFETCH(QByteArray, timeframe);
    const auto period = resolveTimeframe(*json::parse(timeframe), kNow);
    QVERIFY2(period, period ? "" : qPrintable(period.error().text()));
    QTEST(period->from, "from");
    QTEST(period->to, "to");
}

void TestTimeframe::saysWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("timeframe");
    QTest::addColumn<QString>("cause");
    QTest::newRow("only a start") << QByteArray(R"({"from":"2025-06-15T14:06:40Z"})")
                                  << u"timeframe is incomplete."_s;
    QTest::newRow("only a reference")
        << QByteArray(R"({"reference":"2025-06-15T14:06:40Z"})") << u"timeframe is incomplete."_s;
    QTest::newRow("no time") << QByteArray(R"({"from":"now","to":"2025-06-15T14:06:40Z"})")
                             << u"timeframe.from is not an ISO 8601 time."_s;
    QTest::newRow("no reference time") << QByteArray(R"({"reference":"x","offset":"-1h"})")
                                       << u"timeframe.reference is not an ISO 8601 time."_s;
    QTest::newRow("no offset") << QByteArray(R"({"offset":"1h"})")
                               << u"timeframe.offset is not a relative time."_s;
    QTest::newRow("the wrong way round")
        << QByteArray(R"({"from":"2025-06-15T15:00:00Z","to":"2025-06-15T14:00:00Z"})")
        << u"timeframe.from is later than timeframe.to."_s;
}

void TestTimeframe::saysWhatIsWrong()
{
    QFETCH(QByteArray, timeframe);
    const auto period = resolveTimeframe(*json::parse(timeframe), kNow);
    QVERIFY(!period);
    QTEST(period.error().message, "cause");
    QVERIFY(!period.error().action.isEmpty());
}

FLAREDECK_TEST(TestTimeframe)

} // namespace tst_timeframe

#include "tst_timeframe.moc"
