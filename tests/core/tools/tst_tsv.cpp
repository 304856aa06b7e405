#include "core/tools/tsv.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_tsv {

using namespace flaredeck;
using namespace Qt::Literals::StringLiterals;

class TestTsv : public QObject
{
    Q_OBJECT

private slots:
    void writesHeaderAndRows_data();
    void writesHeaderAndRows();
};

void TestTsv::writesHeaderAndRows_data()
{
    QTest::addColumn<QByteArray>("rows"); // a JSON array of arrays
    QTest::addColumn<QString>("text");
    QTest::newRow("a header, a row, no newline at the end")
        << QByteArray(R"([["x", 1]])") << u"a\tb\nx\t1"_s;
    QTest::newRow("an empty list is an empty text") << QByteArray("[]") << QString();
    QTest::newRow("null is an empty cell") << QByteArray("[[null, false]]") << u"a\tb\n\tfalse"_s;
    QTest::newRow("numbers keep their digits") << QByteArray("[[1.5, -3]]") << u"a\tb\n1.5\t-3"_s;
    QTest::newRow("a tab is quoted") << QByteArray(R"([["x\ty", ""]])") << u"a\tb\n\"x\ty\"\t"_s;
    QTest::newRow("a newline is quoted")
        << QByteArray(R"([["x\ny", ""]])") << u"a\tb\n\"x\ny\"\t"_s;
    QTest::newRow("a quote is doubled")
        << QByteArray(R"([["x\"y", ""]])") << u"a\tb\n\"x\"\"y\"\t"_s;
    QTest::newRow("an object is compact JSON, quoted")
        << QByteArray(R"([[{"k": 1}, ""]])") << u"a\tb\n\"{\"\"k\"\":1}\"\t"_s;
    QTest::newRow("text beyond ASCII passes") << QByteArray(R"([["é", "日"]])") << u"a\tb\né\t日"_s;
}

void TestTsv::writesHeaderAndRows()
{
    QFETCH(QByteArray, rows);
    QList<QList<Json>> list;
    const Json document = *json::parse(rows);
    for (const Json &row : document)
        list << QList<Json>(row.begin(), row.end());
    QTEST(tools::tsv({u"a"_s, u"b"_s}, list), "text");
}

FLAREDECK_TEST(TestTsv)

} // namespace tst_tsv

#include "tst_tsv.moc"
