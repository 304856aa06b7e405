#include "core/providers/cloudflare/graphqldocument.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_graphqltokens {

using namespace flaredeck;
using namespace flaredeck::cloudflare;
using namespace Qt::Literals::StringLiterals;

/// What GraphQL is made of, and what is none.
class TestGraphqlTokens : public QObject
{
    Q_OBJECT

private slots:
    void isWrittenDownPlainly_data();
    void isWrittenDownPlainly();
    void noGraphqlIsRefused_data();
    void noGraphqlIsRefused();
    void queriesAreRead_data();
    void queriesAreRead();
    void whatIsNoQueryIsRefused_data();
    void whatIsNoQueryIsRefused();
};

void TestGraphqlTokens::isWrittenDownPlainly_data()
{
    QTest::addColumn<QString>("document");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const char16_t *document, const char16_t *text) {
        QTest::newRow(name) << QString::fromUtf16(document) << QString::fromUtf16(text);
    };
    row("blanks, commas and marks go", u"\uFEFF{ a,\t,b\uFEFF }", u"{ a b }");
    row("comments go", u"{ a # \"not a string } \n}", u"{ a\n}");
    row("a comment to the end", u"{ a } # }", u"{ a }");
    row("every line end is one", u"{\r\na\rb\n}", u"{\na\nb\n}");
    row("a comment ends at a bare return", u"{ # c\ra }", u"{\na }");
    row("signs", u"query($a:[b!]!=[1])@c{...d...on e{f:g(h:$a)}}",
        u"query($a: [b!]! = [1]) @c { ...d ...on e { f: g(h: $a) } }");
    row("numbers", u"{a(b:-0 c:1.5e+3 d:0.1 e:-12E4)}", u"{ a(b: -0 c: 1.5e+3 d: 0.1 e: -12E4) }");
    row("simple escapes", u"{a(b:\"\\\"\\\\\\/\\b\\f\\n\\r\\t\")}",
        u"{ a(b: \"\\\"\\\\/\\u0008\\u000c\\u000a\\u000d\\u0009\") }");
    row("characters by number", u"{a(b:\"\\u0030\\u{31}\\u004A\")}", u"{ a(b: \"01J\") }");
    row("large ones", u"{a(b:\"\\u{1F600}\\uD83D\\uDE00😀\")}", u"{ a(b: \"😀😀😀\") }");
    row("an empty string", u"{a(b:\"\")}", u"{ a(b: \"\") }");
    row("a # in a string", u"{a(b:\"#\")}", u"{ a(b: \"#\") }");
    row("a block", u"{a(b:\"\"\"x\"y\\n\\\"\"\" \"\"\")}",
        u"{ a(b: \"x\\\"y\\\\n\\\"\\\"\\\" \") }");
    row("a block's indentation", u"{a(b:\"\"\"\n\n    x\n      y\r\n\n    z\n  \n\"\"\")\nc}",
        u"{ a(b: \"x\\u000a  y\\u000a\\u000az\"\n\n\n\n\n\n\n)\nc }");
    row("an empty block", u"{a(b:\"\"\"\"\"\")}", u"{ a(b: \"\") }");
}

void TestGraphqlTokens::isWrittenDownPlainly()
{
    QFETCH(QString, document);
    const auto tokens = graphqlTokens(document);
    QVERIFY2(tokens, tokens ? "" : qPrintable(tokens.error().text()));
    QTEST(graphqlText(*tokens), "text");
    // It says the same to whoever reads it next.
    const auto again = graphqlTokens(graphqlText(*tokens));
    QVERIFY(again && again->size() == tokens->size());
    for (std::size_t i = 0; i < tokens->size(); ++i) {
        QVERIFY((*again)[i].kind == (*tokens)[i].kind);
        QCOMPARE((*again)[i].text, (*tokens)[i].text);
    }
}

void TestGraphqlTokens::noGraphqlIsRefused_data()
{
    QTest::addColumn<QString>("document");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const QString &document, const char *words) {
        QTest::newRow(name) << document << QString::fromUtf8(words);
    };
    row("an open string", u"{a(b:\"x)}"_s, "line 1 has a string without its closing quote");
    row("a string over two lines", u"{\na(b:\"x\ny\")}"_s, "line 2 has a string without");
    row("one ended by a bare return", u"{a(b:\"x\ry\")}"_s, "a string without");
    row("an escaped quote at the end", u"{a(b:\"x\\"_s, "an unknown escape");
    row("an open block", u"{a(b:\"\"\"x\n\"\")}"_s, "without its closing quotes");
    row("a block that only an escape ends", u"{a(b:\"\"\"x\\\"\"\")}"_s, "without its closing");
    row("an unknown escape", u"{a(b:\"\\x41\")}"_s, "an unknown escape");
    row("too few digits", u"{a(b:\"\\u41\")}"_s, "an unknown escape");
    row("signs among the digits", u"{a(b:\"\\u+041\")}"_s, "an unknown escape");
    row("no digits in braces", u"{a(b:\"\\u{}\")}"_s, "an unknown escape");
    row("no character has that number", u"{a(b:\"\\u{110000}\")}"_s, "an unknown escape");
    row("digits without an end", u"{a(b:\"\\u{41\")}"_s, "an unknown escape");
    row("half a pair", u"{a(b:\"\\uD83D\")}"_s, "half of a surrogate pair");
    row("half a pair in braces", u"{a(b:\"\\u{D83D}\\u{DE00}\")}"_s, "an unknown escape");
    row("a control character", u"{a(b:\"\u0001\")}"_s, "a control character");
    row("a null", u"{a(b:\"x"_s + QChar(u'\0') + u"\")}"_s, "a control character");
    row("a null outside", u"{a"_s + QChar(u'\0') + u"}"_s, "U+0000");
    row("a null in a block", u"{a(b:\"\"\""_s + QChar(u'\0') + u"\"\"\")}"_s, "a control");
    row("a letter that is none of a name", u"{é}"_s, "the character 'é'");
    row("a blank that is none", u"{\u00A0a}"_s, "outside of a string");
    row("a line end that is none", u"{\u2028a}"_s, "outside of a string");
    row("a semicolon", u"{a;}"_s, "the character ';'");
    row("two dots", u"{..a}"_s, "the character '.'");
    row("a single quote", u"{a(b:'x')}"_s, "the character '''");
    row("a leading zero", u"{a(b:00)}"_s, "a malformed number");
    row("a number with a name", u"{a(b:1x)}"_s, "a malformed number");
    row("a number with a dot", u"{a(b:1.)}"_s, "a malformed number");
    row("a lone minus", u"{a(b:-)}"_s, "a malformed number");
}

void TestGraphqlTokens::noGraphqlIsRefused()
{
    QFETCH(QString, document);
    QFETCH(QString, words);
    const auto tokens = graphqlTokens(document);
    QVERIFY(!tokens);
    QVERIFY(tokens.error().kind == Error::Kind::InvalidInput);
    QVERIFY2(tokens.error().text().contains(words), qPrintable(tokens.error().text()));
}

void TestGraphqlTokens::queriesAreRead_data()
{
    QTest::addColumn<QString>("document");
    QTest::newRow("short") << u"{a}"_s;
    QTest::newRow("with a word") << u"query{a}"_s;
    QTest::newRow("with a name") << u"query mutation{a}"_s;
    QTest::newRow("a field like a word") << u"{query mutation subscription fragment on null}"_s;
    QTest::newRow("an alias like a word") << u"{mutation:fragment}"_s;
    QTest::newRow("variables") << u"query($a:b=1 $c:[[d!]]!@e(f:1)){g}"_s;
    QTest::newRow("directives") << u"query a@b(c:1)@d{e@f{g}...@h{i}...on j@k{l}...m@n}"
                                   "fragment m on o@p{q}"_s;
    QTest::newRow("values") << u"{a(b:[] c:{} d:[[1]{e:null}] f:G h:true)}"_s;
    QTest::newRow("deep") << u"{a"_s.repeated(60) + u"}"_s.repeated(60);
}

void TestGraphqlTokens::queriesAreRead()
{
    QFETCH(QString, document);
    const auto read = readGraphql(*graphqlTokens(document));
    QVERIFY2(read, read ? "" : qPrintable(read.error().text()));
}

void TestGraphqlTokens::whatIsNoQueryIsRefused_data()
{
    QTest::addColumn<QString>("document");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const QString &document, const char *words) {
        QTest::newRow(name) << document << QString::fromUtf8(words);
    };
    row("nothing", {}, "no query");
    row("a comment", u"# {a}"_s, "no query");
    row("only a fragment", u"fragment a on b{c}"_s, "no query");
    row("a mutation", u"mutation{a}"_s, "a mutation, but Cloudflare's GraphQL API only reads");
    row("a named one", u"mutation a($b:c){d}"_s, "a mutation, but");
    row("a subscription", u"subscription{a}"_s, "a subscription, but");
    row("one behind a query", u"{a}mutation{b}"_s, "a second operation");
    row("one behind a fragment", u"fragment a on b{c}mutation{d}"_s, "a mutation");
    row("two queries", u"query a{b}query c{d}"_s, "a second operation");
    row("a type", u"type a{b:c}"_s, "type, where a query must begin");
    row("a schema", u"extend schema{query:a}"_s, "extend, where a query must begin");
    row("a described query", u"\"\"\"x\"\"\" query{a}"_s, "a string, where a query must begin");
    row("a word in a string", u"\"query\"{a}"_s, "a string, where a query must begin");
    row("no end", u"{a"_s, "the end where a name must be");
    row("too many ends", u"{a}}"_s, "a second operation");
    row("nothing selected", u"{}"_s, "nothing before }");
    row("nothing selected below", u"{a{}}"_s, "nothing before }");
    row("no arguments", u"{a()}"_s, "nothing before )");
    row("no variables", u"query(){a}"_s, "nothing before )");
    row("no value", u"{a(b:)}"_s, ") where a value must be");
    row("no name", u"{a(:1)}"_s, ": where a name must be");
    row("the same argument twice", u"{a(b:1 b:2)}"_s, "b twice");
    row("the same member twice", u"{a(b:{c:1 c:2})}"_s, "c twice");
    row("the same variable twice", u"query($a:b $a:c){d}"_s, "the variable $a twice");
    row("the same fragment twice", u"{a}fragment b on c{d}fragment b on c{e}"_s, "is taken: b");
    row("a fragment named on", u"{a}fragment on on c{d}"_s, "is taken: on");
    row("a variable as a default", u"query($a:b=$c){d}"_s, "$ where a value must be");
    row("a variable in a default", u"query($a:b=[{c:$d}]){e}"_s, "$ where a value must be");
    row("a type without an end", u"query($a:[b){c}"_s, ") where ] must be");
    row("too deep", u"{a"_s.repeated(70) + u"}"_s.repeated(70), "more than 64 levels");
    row("too deep lists", u"{a(b:"_s + u"[1 "_s.repeated(70) + u"]"_s.repeated(70) + u")}"_s,
        "more than 64 levels");
    row("very deep", u"{a"_s.repeated(100'000), "more than 64 levels");
    row("very deep types", u"query($a:"_s + u"["_s.repeated(100'000) + u"b){c}"_s, "] must be");
    QString many = u"{a}"_s;
    for (int i = 0; i < 101; ++i)
        many += u"fragment f%1 on a{b}"_s.arg(i);
    row("many fragments", many, "more than 100 fragments");
}

void TestGraphqlTokens::whatIsNoQueryIsRefused()
{
    QFETCH(QString, document);
    QFETCH(QString, words);
    const auto read = readGraphql(*graphqlTokens(document));
    QVERIFY(!read);
    QVERIFY(read.error().kind == Error::Kind::InvalidInput);
    QVERIFY(!read.error().action.isEmpty());
    QVERIFY2(read.error().message.contains(words), qPrintable(read.error().text()));
}

FLAREDECK_TEST(TestGraphqlTokens)

} // namespace tst_graphqltokens

#include "tst_graphqltokens.moc"
