#include "core/providers/cloudflare/lzstring.h"

#include "core/base/crypto.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_lzstring {

using namespace flaredeck;
using namespace flaredeck::cloudflare;

class TestLzString : public QObject
{
    Q_OBJECT

private slots:
    void compressesAsTheLibraryDoes_data();
    void compressesAsTheLibraryDoes();
    void aLongTextToo();
};

/// What lz-string 1.5.0 gave.
void TestLzString::compressesAsTheLibraryDoes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("compressed");
    const auto row = [](const char *name, const char *text, const char *compressed) {
        QTest::newRow(name) << QString::fromUtf8(text) << QByteArray(compressed);
    };
    row("nothing", "", "Q");
    row("one character", "a", "IZA");
    row("it again", "aa", "IbI");
    row("a row of it", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "IY18ZJA");
    row("words", "hello world", "BYUwNmD2AEDukCcwBMg");
    row("no variables", "{}", "N4XyA");
    row("variables", R"({"limit":10,"since":"2025-04-29T14:00:00Z"})",
        "N4IgNglgthAuIC4CMAGANCAzhAdgYwFNEQAmFEgVgFoUAWKkgTgBUlaEUUOUAtEAXyA");
    row("a query",
        "{ viewer { zones(filter: {zoneTag: \"023e105f4ecef8ad9ca31a8372d0c353\"}) { "
        "httpRequestsAdaptiveGroups(limit: 10) { count } } } }",
        "N4Agbglgpg7lBOJQC8D2A7KBnAFAMwgBsAXBALiTUwBUBDAcwoCIAGAJgGYoBGFgVjwAWKAGMoeABy0AJgE4RtDt1"
        "oSOAdjbSWIjnw5MAvgEokIABbFiABwBKUAI4BXbMSwBBabSvEIYKAHF4VEcrXEIIAFsIYgpeE1ARYPRiEANU9IMg"
        "A");
    row("more than eight and sixteen bits", "é ÿ Ā 日本語 😀", "JcAg-ygAgCinpoNOaDyokheDcAB7Q");
}

void TestLzString::compressesAsTheLibraryDoes()
{
    QFETCH(QString, text);
    QTEST(lzCompressed(text), "compressed");
}

void TestLzString::aLongTextToo()
{
    QString text;
    for (int i = 0; i < 2000; ++i)
        text += QChar(char16_t(32 + (i * i * 7 + i) % 900));
    const QByteArray compressed = lzCompressed(text);
    QCOMPARE(compressed.size(), 2587);
    QCOMPARE(crypto::sha256(compressed).toHex(),
             "c9987fe0181ffd85f8cbdb8735d45cf28c0dae297445270849d493edd883695d");
}

FLAREDECK_TEST(TestLzString)

} // namespace tst_lzstring

#include "tst_lzstring.moc"
