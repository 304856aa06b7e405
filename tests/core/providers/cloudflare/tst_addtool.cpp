#include "core/providers/cloudflare/addtool.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_addtool {

using namespace flaredeck;
using namespace flaredeck::cloudflare;
using namespace Qt::Literals::StringLiterals;

class TestAddTool : public QObject
{
    Q_OBJECT

private slots:
    void adds_data();
    void adds();
};

void TestAddTool::adds_data()
{
    QTest::addColumn<QByteArray>("a");
    QTest::addColumn<QByteArray>("b");
    QTest::addColumn<QString>("sum"); // empty = refused
    QTest::newRow("whole numbers") << QByteArray("23") << QByteArray("19") << u"42"_s;
    QTest::newRow("negative ones") << QByteArray("-5") << QByteArray("3") << u"-2"_s;
    QTest::newRow("fractions") << QByteArray("0.5") << QByteArray("0.25") << u"0.75"_s;
    QTest::newRow("fractions as JavaScript adds them")
        << QByteArray("0.1") << QByteArray("0.2") << u"0.30000000000000004"_s;
    QTest::newRow("fractions that make a whole number")
        << QByteArray("1.5") << QByteArray("1.5") << u"3"_s;
    QTest::newRow("64 bits exactly")
        << QByteArray("9007199254740993") << QByteArray("1") << u"9007199254740994"_s;
    QTest::newRow("beyond 64 bits")
        << QByteArray("9223372036854775807") << QByteArray("1") << u"9223372036854775808"_s;
    QTest::newRow("unsigned beyond 63 bits")
        << QByteArray("18446744073709551615") << QByteArray("0") << u"18446744073709551616"_s;
    QTest::newRow("exponents") << QByteArray("1e300") << QByteArray("0") << u"1e+300"_s;
    QTest::newRow("no number can hold it")
        << QByteArray("1e308") << QByteArray("1e308") << QString();
}

void TestAddTool::adds()
{
    QFETCH(QByteArray, a);
    QFETCH(QByteArray, b);
    const auto sum = AddTool::sum(*json::parse(a), *json::parse(b));
    QTEST(sum.value_or(QString()), "sum");
}

FLAREDECK_TEST(TestAddTool)

} // namespace tst_addtool

#include "tst_addtool.moc"
