#include "core/base/plaintext.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_plaintext {

using namespace flaredeck;
using namespace Qt::StringLiterals;

class TestPlainText : public QObject
{
    Q_OBJECT

private slots:
    void whatIsNotSeenIsShown_data();
    void whatIsNotSeenIsShown();
    void ordinaryWordsStay_data();
    void ordinaryWordsStay();
    void onlyABlockHasSeveralLines();
    void printedJsonStaysJson();
    void quotesCannotBeEndedFromWithin();
    void namesLoseWhatIsNotSeen();
    void aCutDividesNoCharacter();
};

void TestPlainText::whatIsNotSeenIsShown_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    QTest::newRow("carriage return") << u"a\rb"_s << u"a\\rb"_s;
    QTest::newRow("line break") << u"a\nb"_s << u"a\\nb"_s;
    QTest::newRow("tab") << u"a\tb"_s << u"a\\tb"_s;
    QTest::newRow("escape sequence") << u"a\u001b[2Kb"_s << u"a\\x1b[2Kb"_s;
    QTest::newRow("C1 control sequence introducer") << u"a\u009b2Kb"_s << u"a\\x9b2Kb"_s;
    QTest::newRow("delete") << u"a\u007fb"_s << u"a\\x7fb"_s;
    QTest::newRow("NUL") << u"a%1b"_s.arg(QChar(u'\0')) << u"a\\x00b"_s;
    QTest::newRow("right-to-left override") << u"a\u202eb"_s << u"a\\u{202e}b"_s;
    QTest::newRow("isolate") << u"a\u2066b"_s << u"a\\u{2066}b"_s;
    QTest::newRow("zero width space") << u"a\u200bb"_s << u"a\\u{200b}b"_s;
    QTest::newRow("word joiner") << u"a\u2060b"_s << u"a\\u{2060}b"_s;
    QTest::newRow("soft hyphen") << u"a\u00adb"_s << u"a\\xadb"_s;
    QTest::newRow("line separator") << u"a\u2028b"_s << u"a\\u{2028}b"_s;
    QTest::newRow("Hangul filler") << u"a\u3164b"_s << u"a\\u{3164}b"_s;
    QTest::newRow("Hangul choseong filler") << u"a\u115fb"_s << u"a\\u{115f}b"_s;
    QTest::newRow("halfwidth filler") << u"a\uffa0b"_s << u"a\\u{ffa0}b"_s;
    QTest::newRow("Braille blank") << u"a\u2800b"_s << u"a\\u{2800}b"_s;
    QTest::newRow("combining joiner") << u"a\u034fb"_s << u"a\\u{34f}b"_s;
    QTest::newRow("variation selector behind a letter") << u"a\ufe0fb"_s << u"a\\u{fe0f}b"_s;
    QTest::newRow("variation selector 17") << u"a\U000e0100b"_s << u"a\\u{e0100}b"_s;
    QTest::newRow("tag letter") << u"a\U000e0041b"_s << u"a\\u{e0041}b"_s;
    QTest::newRow("half a pair") << u"a"_s + QChar(0xd83d) + u"b"_s << u"a\\u{d83d}b"_s;
    QTest::newRow("the other half at the end") << u"a"_s + QChar(0xde00) << u"a\\u{de00}"_s;
}

void TestPlainText::whatIsNotSeenIsShown()
{
    QFETCH(QString, text);
    QFETCH(QString, shown);
    QCOMPARE(plaintext::line(text), shown);
}

void TestPlainText::ordinaryWordsStay_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << QString();
    QTest::newRow("a path") << u"/opt/Ünïcode/日本語/a b/<img src=x>"_s;
    QTest::newRow("an ampersand") << u"A & B"_s;
    QTest::newRow("letters of two halves") << u"𝒜 😀 𠮷"_s;
    QTest::newRow("combining marks") << u"e\u0301"_s;
    QTest::newRow("Arabic and Hebrew") << u"سلام שלום"_s;
    QTest::newRow("a backslash") << u"C:\\x1b"_s;
}

void TestPlainText::ordinaryWordsStay()
{
    QFETCH(QString, text);
    QCOMPARE(plaintext::line(text), text);
    QCOMPARE(plaintext::withoutHidden(text), text);
}

void TestPlainText::onlyABlockHasSeveralLines()
{
    QCOMPARE(plaintext::block(u"a\nb\r\n\u001b[1mc"_s), u"a\nb\\r\n\\x1b[1mc"_s);
    // What every emoji keyboard sends after a pictograph is not shown as an escape.
    QCOMPARE(plaintext::line(u"\u2601\ufe0f Acme"_s), u"\u2601 Acme"_s);
}

void TestPlainText::printedJsonStaysJson()
{
    QCOMPARE(plaintext::inJson(u"{\n \"a\": \"b\u202e\U000e0041\u009b\"\n}"_s),
             u"{\n \"a\": \"b\\u202e\\udb40\\udc41\\u009b\"\n}"_s);
}

void TestPlainText::quotesCannotBeEndedFromWithin()
{
    QCOMPARE(plaintext::inQuotes(u"Claude\" (added by you), “my” «own» „one‟\r"_s),
             u"Claude' (added by you), 'my' 'own' 'one'\\r"_s);
    QCOMPARE(plaintext::inQuotes(u"Bob's client"_s), u"Bob's client"_s);
}

void TestPlainText::namesLoseWhatIsNotSeen()
{
    QCOMPARE(plaintext::withoutHidden(
                 u"C\u3164l\u2800a\u115fu\ufe0fd\U000e0041e\u200b\u034f\U000e0100"_s),
             u"Claude"_s);
}

void TestPlainText::aCutDividesNoCharacter()
{
    const QString text = u"ab😀cd"_s;
    QCOMPARE(plaintext::cut(text, 2), u"ab"_s);
    QCOMPARE(plaintext::cut(text, 3), u"ab"_s);
    QCOMPARE(plaintext::cut(text, 4), u"ab😀"_s);
    QCOMPARE(plaintext::cut(text, 6), text);
    QCOMPARE(plaintext::cut(text, 0), QString());
}

FLAREDECK_TEST(TestPlainText)

} // namespace tst_plaintext

#include "tst_plaintext.moc"
