#include "tests/support/testcase.h"
#include "ui/text/format.h"

#include <QDateTime>
#include <QLocale>
#include <QTest>

namespace tst_format {

using namespace flaredeck;
using namespace flaredeck::ui;

class TestFormat : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void agoIsRelativeWithinADay_data();
    void agoIsRelativeWithinADay();
    void agoIsADateAfterADay();
    void durationsHaveAUnit_data();
    void durationsHaveAUnit();
    void sizesHaveAUnit_data();
    void sizesHaveAUnit();
    void initialsOfNames_data();
    void initialsOfNames();
};

void TestFormat::agoIsRelativeWithinADay_data()
{
    QTest::addColumn<Millis>("passed");
    QTest::addColumn<QString>("text");
    QTest::newRow("a moment") << Millis(900) << QStringLiteral("just now");
    QTest::newRow("a clock that went back") << Millis(-5000) << QStringLiteral("just now");
    QTest::newRow("seconds") << Millis(12'000) << QStringLiteral("12 s ago");
    QTest::newRow("minutes") << Millis(4 * 60'000 + 59'000) << QStringLiteral("4 min ago");
    QTest::newRow("hours") << Millis(23 * 3'600'000) << QStringLiteral("23 h ago");
}

void TestFormat::agoIsRelativeWithinADay()
{
    QFETCH(Millis, passed);
    QFETCH(QString, text);
    const Millis now = 1'750'000'000'000;
    QCOMPARE(format::ago(now - passed, now), text);
    QCOMPARE(format::ago(0, now), QStringLiteral("never"));
}

void TestFormat::agoIsADateAfterADay()
{
    const QDateTime now(QDate(2025, 3, 10), QTime(9, 0));
    const auto ago = [&now](const QDateTime &time) {
        return format::ago(time.toMSecsSinceEpoch(), now.toMSecsSinceEpoch());
    };
    QCOMPARE(ago(QDateTime(QDate(2025, 3, 9), QTime(8, 30))), QStringLiteral("yesterday 08:30"));
    QCOMPARE(ago(QDateTime(QDate(2025, 3, 3), QTime(14, 2))), QStringLiteral("3 Mar, 14:02"));
    QCOMPARE(ago(QDateTime(QDate(2024, 3, 3), QTime(14, 2))), QStringLiteral("3 Mar 2024, 14:02"));
}

void TestFormat::durationsHaveAUnit_data()
{
    QTest::addColumn<qint64>("microseconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("below a tenth of a millisecond") << qint64(45) << QStringLiteral("45 µs");
    QTest::newRow("below a millisecond") << qint64(410) << QStringLiteral("0.4 ms");
    QTest::newRow("milliseconds") << qint64(184'900) << QStringLiteral("184 ms");
    QTest::newRow("seconds") << qint64(1'240'000) << QStringLiteral("1.2 s");
    QTest::newRow("many seconds") << qint64(61'000'000) << QStringLiteral("61 s");
}

void TestFormat::durationsHaveAUnit()
{
    QFETCH(qint64, microseconds);
    QTEST(format::duration(microseconds), "text");
}

void TestFormat::sizesHaveAUnit_data()
{
    QTest::addColumn<qint64>("count");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << qint64(0) << QStringLiteral("0 B");
    QTest::newRow("bytes") << qint64(64) << QStringLiteral("64 B");
    QTest::newRow("part of a kilobyte") << qint64(400) << QStringLiteral("0.4 KB");
    QTest::newRow("kilobytes") << qint64(46'000) << QStringLiteral("46 KB");
    QTest::newRow("megabytes") << qint64(2'100'000) << QStringLiteral("2.1 MB");
}

void TestFormat::sizesHaveAUnit()
{
    QFETCH(qint64, count);
    QTEST(format::bytes(count), "text");
}

void TestFormat::initialsOfNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("initials");
    QTest::newRow("two words") << QStringLiteral("Claude Code") << QStringLiteral("CC");
    QTest::newRow("one word") << QStringLiteral("Cursor") << QStringLiteral("CU");
    QTest::newRow("one letter") << QStringLiteral("x") << QStringLiteral("X");
    QTest::newRow("nothing") << QString() << QStringLiteral("?");
    QTest::newRow("letters of two halves") << QStringLiteral("😀𝒜 𝒷") << QStringLiteral("😀𝒷");
    QTest::newRow("one word of them") << QStringLiteral("𠮷野家") << QStringLiteral("𠮷野");
    QTest::newRow("what is not seen")
        << QStringLiteral("\u200b\u3164 Cursor") << QStringLiteral("CU");
}

void TestFormat::initialsOfNames()
{
    QFETCH(QString, name);
    QTEST(format::initials(name), "initials");
}

FLAREDECK_TEST(TestFormat)

} // namespace tst_format

#include "tst_format.moc"
