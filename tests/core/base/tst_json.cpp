#include "core/base/json.h"
#include "tests/support/testcase.h"

#include <QTest>

#include <limits>

namespace tst_json {

using namespace Qt::StringLiterals;
using namespace flaredeck;

namespace {

QByteArray nested(int levels)
{
    return QByteArray(levels, '[') + QByteArray(levels, ']');
}

/// More brackets than the limit, but not nested.
QByteArray wide(int entries)
{
    QByteArray text = "[0";
    for (int i = 0; i < entries; ++i)
        text += ",{}";
    return text + ']';
}

} // namespace

class TestJson : public QObject
{
    Q_OBJECT

private slots:
    void acceptsWellFormedDocuments_data();
    void acceptsWellFormedDocuments();
    void bothParsersReadTheSame_data();
    void bothParsersReadTheSame();
    void refusesEverythingElseWithTheCause_data();
    void refusesEverythingElseWithTheCause();
    void aHostileDepthCostsNeitherStackNorTime();
    void printsOnOneLineAndReplacesBrokenText();
    void halfASurrogateIsReplaced_data();
    void halfASurrogateIsReplaced();
    void noReaderFindsAnotherLineInIt();
    void membersAreTyped();
    void anIntegerBeyondTheRangeIsNone();
    void membersOfSomethingElseThanAnObjectAreNone();
    void listsSkipWhatIsNoString();
    void textSurvivesTheWayThrough();
};

void TestJson::acceptsWellFormedDocuments_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("object") << QByteArray(R"({"a":1,"b":[true,null,"x"]})");
    QTest::newRow("a lone number") << QByteArray("12");
    QTest::newRow("surrounding space") << QByteArray(" \n[1] \t");
    QTest::newRow("64 levels") << nested(64);
    QTest::newRow("many brackets at one level") << wide(1000);
    QTest::newRow("many levels, one after the other")
        << "[" + (nested(63) + ",").repeated(50) + "1]";
    QTest::newRow("brackets inside text") << QByteArray("\"" + QByteArray(100, '[') + "\"");
}

void TestJson::acceptsWellFormedDocuments()
{
    QFETCH(QByteArray, text);
    const Result<Json> parsed = json::parse(text);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().text()));
    QVERIFY(json::parse(json::print(*parsed)).value() == *parsed);
}

void TestJson::bothParsersReadTheSame_data()
{
    QTest::addColumn<QByteArray>("text");
    const char *const texts[] = {"0",
                                 "-0",
                                 "1",
                                 "-1",
                                 "9223372036854775807",
                                 "-9223372036854775808",
                                 "9223372036854775808",
                                 "18446744073709551615",
                                 "18446744073709551616",
                                 "-9223372036854775809",
                                 "1e2",
                                 "0.1",
                                 "-1.5E-3",
                                 "123456789012345678901234567890",
                                 "4.9e-324",
                                 "1.7976931348623157e308",
                                 "true",
                                 "false",
                                 "null",
                                 "{}",
                                 "[]",
                                 R"("")",
                                 R"("\u00e9 \ud83d\ude00 \" \\ \/ \b\f\n\r\t")",
                                 "\"\xc3\xa9\"",
                                 R"({"a":1,"b":{"c":[null,-2,3.5]},"a":2})",
                                 R"({"":[[],{},""]})",
                                 R"([{"jsonrpc":"2.0","id":18446744073709551615,"method":"x"}])"};
    for (const char *text : texts)
        QTest::addRow("%s", text) << QByteArray(text);
    QTest::newRow("longer than the fast one reads")
        << "[" + QByteArray("12345,").repeated(5000) + "{\"a\":[1]}]";
    QTest::newRow("as long as it reads") << "\"" + QByteArray(16 * 1024 - 2, 'x') + "\"";
}

void TestJson::bothParsersReadTheSame()
{
    QFETCH(QByteArray, text);
    const Result<Json> parsed = json::parse(text);
    QVERIFY(parsed);
    const Json expected = Json::parse(text.toStdString());
    QVERIFY(*parsed == expected);
    QCOMPARE(parsed->dump(), expected.dump());
    // A number's type decides how it compares and prints.
    const auto kind = [](const Json &value) {
        return value.is_number_float() ? 2 : value.is_number_unsigned() ? 1 : 0;
    };
    if (expected.is_number() && text != "-0")
        QCOMPARE(kind(*parsed), kind(expected));
}

void TestJson::refusesEverythingElseWithTheCause_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("cause");
    QTest::newRow("nothing") << QByteArray() << u"malformed at byte 1"_s;
    QTest::newRow("a cut object") << QByteArray(R"({"a":)") << u"malformed at byte 6"_s;
    QTest::newRow("a comma too many") << QByteArray("[1,]") << u"malformed at byte 4"_s;
    QTest::newRow("two documents") << QByteArray("{}{}") << u"malformed"_s;
    QTest::newRow("something behind a NUL") << QByteArray("{}\0{}", 5) << u"malformed at byte 3"_s;
    QTest::newRow("a comment") << QByteArray("/* */ {}") << u"malformed"_s;
    QTest::newRow("broken UTF-8") << QByteArray("\"\xff\"") << u"malformed"_s;
    QTest::newRow("not a number") << QByteArray("NaN") << u"malformed"_s;
    QTest::newRow("a number out of range") << QByteArray("1e999") << u"out of range"_s;
    QTest::newRow("65 levels of arrays") << nested(65) << u"deeper than 64"_s;
    QTest::newRow("65 levels of objects")
        << QByteArray(R"({"a":)").repeated(65) + "1" + QByteArray("}").repeated(65)
        << u"deeper than 64"_s;
    QTest::newRow("65 levels among strings with brackets and quotes")
        << QByteArray(R"(["]\"]",)").repeated(65) + "1" + QByteArray("]").repeated(65)
        << u"deeper than 64"_s;
    QTest::newRow("closed before they open")
        << QByteArray("]").repeated(99) + nested(99) << u"malformed at byte 1"_s;
}

void TestJson::refusesEverythingElseWithTheCause()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, cause);
    const Result<Json> parsed = json::parse(text);
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().kind, Error::Kind::InvalidInput);
    QVERIFY2(parsed.error().message.contains(cause), qPrintable(parsed.error().message));
}

void TestJson::aHostileDepthCostsNeitherStackNorTime()
{
    // The size limit of one request. A quadratic algorithm would exceed the test's time limit.
    QVERIFY(!json::parse(nested(2'000'000)));
    QVERIFY(!json::parse(QByteArray(4'000'000, '[')));
}

void TestJson::printsOnOneLineAndReplacesBrokenText()
{
    Json value{{"b", 1}, {"a", "line\nend"}};
    QCOMPARE(json::print(value), QByteArray(R"({"a":"line\nend","b":1})"));
    value = std::string("\xff");
    QCOMPARE(json::print(value), QByteArray("\"\xef\xbf\xbd\""));
}

void TestJson::halfASurrogateIsReplaced_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("read");
    const auto row = [](const char *text, const QString &read) {
        QTest::addRow("%s", text) << QByteArray(text) << read;
    };
    row(R"("\ud800")", u"\ufffd"_s);
    row(R"("a\uD83Dz")", u"a\ufffdz"_s);
    row(R"("\udc00\ud800")", u"\ufffd\ufffd"_s);
    row(R"("\ud83d\ud83d\ude00")", u"\ufffd😀"_s);
    row(R"("\ud83d\n")", u"\ufffd\n"_s);
    row(R"("\\ud800\ud800")", u"\\ud800\ufffd"_s);
}

void TestJson::halfASurrogateIsReplaced()
{
    QFETCH(QByteArray, text);
    const Result<Json> parsed = json::parse(text);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().text()));
    QTEST(json::toQString(*parsed), "read");
    // Also in documents too long for the fast parser; other errors stay errors.
    QVERIFY(json::parse("[" + QByteArray("12345,").repeated(5000) + text + "]"));
    QVERIFY(!json::parse("[" + text));
    QVERIFY(!json::parse("[" + text + R"(,"\ud8"])"));
}

void TestJson::noReaderFindsAnotherLineInIt()
{
    const QString text = u"a\u2028b\u2029c\u0085d “quoted” Âé \u2027\u202a"_s;
    const QByteArray printed = json::print({{text, text}});
    for (const char *end : {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xc2\x85", "\n", "\r", "\x0b"})
        QVERIFY(!printed.contains(end));
    QVERIFY(printed.contains("a\\u2028b\\u2029c\\u0085d “quoted” Âé"));
    QCOMPARE(json::parse(printed)->begin().value().get<QString>(), text);
    QCOMPARE(json::print(Json(u"\u2028"_s)), QByteArray(R"("\u2028")"));
}

void TestJson::membersAreTyped()
{
    const Json object = json::parse(R"({"s":"x","i":-3,"b":false,"n":null,"f":1.5})").value();
    QCOMPARE(json::stringAt(object, "s"), std::optional(u"x"_s));
    QCOMPARE(json::integerAt(object, "i"), std::optional<qint64>(-3));
    QCOMPARE(json::boolAt(object, "b"), std::optional(false));
    QVERIFY(json::find(object, "n")->is_null());
    QVERIFY(!json::stringAt(object, "i"));
    QVERIFY(!json::integerAt(object, "f"));
    QVERIFY(!json::integerAt(object, "s"));
    QVERIFY(!json::boolAt(object, "n"));
    QVERIFY(!json::stringAt(object, "absent"));
}

void TestJson::anIntegerBeyondTheRangeIsNone()
{
    const Json object = json::parse(R"({"most":9223372036854775807,"least":-9223372036854775808,
                                        "more":9223372036854775808,"unsigned":18446744073709551615})")
                            .value();
    QCOMPARE(json::integerAt(object, "most"), std::optional(std::numeric_limits<qint64>::max()));
    QCOMPARE(json::integerAt(object, "least"), std::optional(std::numeric_limits<qint64>::min()));
    QVERIFY(!json::integerAt(object, "more"));
    QVERIFY(!json::integerAt(object, "unsigned"));
}

void TestJson::membersOfSomethingElseThanAnObjectAreNone()
{
    for (const Json &value : {Json(), Json(3), Json("x"), Json::array({1})}) {
        QVERIFY(!json::find(value, "a"));
        QVERIFY(!json::stringAt(value, "a"));
        QVERIFY(json::stringsAt(value, "a").isEmpty());
    }
}

void TestJson::listsSkipWhatIsNoString()
{
    const Json object = json::parse(R"({"list":["a",1,null,"b"],"text":"a"})").value();
    QCOMPARE(json::stringsAt(object, "list"), QStringList({u"a"_s, u"b"_s}));
    QVERIFY(json::stringsAt(object, "text").isEmpty());
}

void TestJson::textSurvivesTheWayThrough()
{
    const QString text = u"Größe 数 😀 \"quoted\" \\ \u0001"_s;
    const Json value{{"text", text}};
    const Json back = json::parse(json::print(value)).value();
    QCOMPARE(json::stringAt(back, "text"), std::optional(text));
    QCOMPARE(back.at("text").get<QString>(), text);
    QCOMPARE(json::fromQString(text), text.toStdString());
}

FLAREDECK_TEST(TestJson)

} // namespace tst_json

#include "tst_json.moc"
