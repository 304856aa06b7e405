#include "core/connect/configtext.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_configbroken {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using namespace flaredeck::connect;

namespace {

const Place kJson{Format::Json, {u"mcpServers"_s}};
const Place kToml{Format::Toml, {u"mcp_servers"_s}};
const Place kYaml{Format::Yaml, {u"extensions"_s}};

const Entry kEntry{{"command", "x"}};

} // namespace

/// What cannot be changed is refused with its line and column.
class TestConfigBroken : public QObject
{
    Q_OBJECT

private slots:
    void malformedJsonIsRefused_data();
    void malformedJsonIsRefused() { isRefused(); }
    void malformedTomlIsRefused_data();
    void malformedTomlIsRefused() { isRefused(); }
    void malformedYamlIsRefused_data();
    void malformedYamlIsRefused() { isRefused(); }
    void aPathToSomethingElseIsRefused_data();
    void aPathToSomethingElseIsRefused() { isRefused(); }
    void whatOccursTwiceIsRefused_data();
    void whatOccursTwiceIsRefused() { isRefused(); }
    void anotherEntryMayOccurTwice();
    void aDepthThatExhaustsTheStackIsRefused_data();
    void aDepthThatExhaustsTheStackIsRefused();
    void whatAFormatCannotExpressIsRefused();
    void anEntryMustBeAnObjectWithAName();

private:
    static void addColumns();
    static void isRefused();
};

void TestConfigBroken::addColumns()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<Place>("place");
    QTest::addColumn<QString>("message");
}

void TestConfigBroken::isRefused()
{
    QFETCH(QByteArray, file);
    QFETCH(Place, place);
    const auto result = withEntry(file, place, u"flaredeck"_s, kEntry);
    QVERIFY(!result);
    QTEST(result.error().message, "message");
    QCOMPARE(result.error().kind, Error::Kind::InvalidInput);
    QCOMPARE(result.error().action, u"Mend the file in an editor, then try again."_s);
    const auto removed = withoutEntry(file, place, u"flaredeck"_s);
    QVERIFY(!removed);
}

void TestConfigBroken::malformedJsonIsRefused_data()
{
    addColumns();
    const auto row = [](const char *name, const QByteArray &file, const QString &message) {
        QTest::newRow(name) << file << kJson << message;
    };
    row("no comma", "{\n  \"a\": 1\n  \"b\": 2\n}",
        u"Line 3, column 3: a comma or '}' is missing."_s);
    row("no comma in a list", "{\"a\": [1 2]}", u"Line 1, column 10: a comma or ']' is missing."_s);
    row("no end", "{\n  \"a\": {\n", u"Line 3, column 1: a '}' is missing."_s);
    row("no end behind a value", "{\"a\": 1", u"Line 1, column 8: a comma or '}' is missing."_s);
    row("two commas", "{\"a\": 1,, \"b\": 2}",
        u"Line 1, column 9: a name in double quotes is missing."_s);
    row("no colon", "{\"a\" 1}", u"Line 1, column 6: a ':' is missing."_s);
    row("no value", "{\"a\": }", u"Line 1, column 7: a value is missing."_s);
    row("a bare name", "{a: 1}", u"Line 1, column 2: a name in double quotes is missing."_s);
    row("a bare value", "{\"a\": yes}", u"Line 1, column 7: text must be in double quotes."_s);
    row("single quotes", "{\"a\": 'x'}", u"Line 1, column 7: text must be in double quotes."_s);
    row("a string without an end", "{\"é\": \"x\n\"}",
        u"Line 1, column 7: the string does not end in its line."_s);
    row("an unknown escape", "{\"a\": \"C:\\dir\"}",
        u"Line 1, column 10: the string has an unknown escape."_s);
    row("a hexadecimal number", "{\"a\": 0x10}",
        u"Line 1, column 7: the number is not one of JSON."_s);
    row("a leading zero", "{\"a\": 01}", u"Line 1, column 7: the number is not one of JSON."_s);
    row("a number beyond all bounds", "{\"a\": 1e999, \"b\": 1}",
        u"Line 1, column 11: the number that ends here is out of range."_s);
    row("a plus", "{\"a\": +1}", u"Line 1, column 7: no value begins with this character."_s);
    row("a comment without an end", "{\n/* x", u"Line 2, column 1: the comment does not end."_s);
    row("a shell's comment", "{}\n# x", u"Line 2, column 1: the document has ended before."_s);
    row("something behind the end", "{}\r\n{}",
        u"Line 2, column 1: the document has ended before."_s);
    row("a closing brace too many", "{}}", u"Line 1, column 3: the document has ended before."_s);
    row("another encoding", "{\n\"a\": \"\xe9\"}", u"Line 2, column 7: the text is not UTF-8."_s);
    row("a surrogate", "\"\xed\xa0\x80\"", u"Line 1, column 2: the text is not UTF-8."_s);
    row("a NUL", QByteArray("{}\0", 3), u"Line 1, column 3: the document has ended before."_s);
}

void TestConfigBroken::malformedTomlIsRefused_data()
{
    addColumns();
    const auto row = [](const char *name, const QByteArray &file, const QString &message) {
        QTest::newRow(name) << file << kToml << message;
    };
    row("a key twice", "a = 1\na = 2\n",
        u"Line 2, column 5: cannot redefine existing integer 'a'."_s);
    row("a letter without quotes", "a = 1\nä = 1\n",
        u"Line 2, column 1: expected keys, tables, whitespace or comments, saw 'ä'."_s);
    row("a letter in a number", "a = 0x\u019f",
        u"Line 1, column 7: expected digit, saw '\u019f'."_s);
    row("three brackets", "[[[a]]]\n",
        u"Line 1, column 3: expected bare key starting character or string delimiter, saw '['."_s);
    row("too many parts", "a = 1\n" + QByteArray("a.").repeated(70) + "a = 1\n",
        u"Line 2, column 128: the key has too many parts."_s);
}

void TestConfigBroken::malformedYamlIsRefused_data()
{
    addColumns();
    const auto row = [](const char *name, const QByteArray &file, const QString &message) {
        QTest::newRow(name) << file << kYaml << message;
    };
    row("a tab", "a:\n\tb: 1\n",
        u"Line 2, column 1: found character that cannot start any token."_s);
    row("two colons", "\xef\xbb\xbf# é\na: b: c\n",
        u"Line 2, column 5: mapping values are not allowed in this context."_s);
    row("an old line break", "a: 1\rb: 1\n",
        u"Line 1, column 5: lines must end with LF or CRLF."_s);
    row("two documents", "a: 1\n---\nb: 1\n",
        u"Line 2, column 1: a second document cannot be changed here."_s);
    row("a table as a key", "? {a: 1}\n: x\n",
        u"Line 1, column 3: a key that is no text is not supported."_s);
    row("an anchor on the table", "é: 1\nextensions: &x\n  a: {}\n",
        u"Line 2, column 13: anchors, aliases and tags are not supported here."_s);
    row("an alias for the table", "a: &x {}\nextensions: *x\n",
        u"Line 2, column 13: anchors, aliases and tags are not supported here."_s);
    row("a merge", "a: &x {b: {}}\nextensions:\n  <<: *x\n",
        u"Line 3, column 3: anchors, aliases and tags are not supported here."_s);
    row("an anchor in the entry", "extensions:\n  flaredeck:\n    x: &a 1\ny: *a\n",
        u"Line 3, column 8: something written like this cannot be changed here."_s);
    row("text at the end", "extensions:\n  a: |\n    text",
        u"Line 3, column 9: the text must end with a line break."_s);
    row("an explicit key", "extensions:\n  ? a\n  : {}\n",
        u"Line 2, column 3: something written like this cannot be changed here."_s);
    row("an explicit key in a line of its own", "?\n a\n",
        u"Line 1, column 1: something written like this cannot be changed here."_s);
    row("an explicit key without a value", "? extensions\n",
        u"Line 2, column 1: something written like this cannot be changed here."_s);
    row("a control character", "a: \x01\n",
        u"Line 1, column 4: control characters are not allowed."_s);
}

void TestConfigBroken::aPathToSomethingElseIsRefused_data()
{
    addColumns();
    const auto row = [](const char *name, const QByteArray &file, const Place &place,
                        const QString &message) {
        QTest::newRow(name) << file << place << message;
    };
    row("JSON: null", "{\n \"mcpServers\": null}", kJson,
        u"Line 2, column 16: \"mcpServers\" must be an object."_s);
    row("JSON: a list", "{\"mcpServers\": []}", kJson,
        u"Line 1, column 16: \"mcpServers\" must be an object."_s);
    row("JSON: no list", "{\"mcpServers\": {}}", {Format::Json, {u"mcpServers"_s}, true},
        u"Line 1, column 16: \"mcpServers\" must be a list."_s);
    row("JSON: the file", "[]", kJson, u"Line 1, column 1: the file must hold an object."_s);
    row("JSON: on the way", "{\"mcp\": 1}", {Format::Json, {u"mcp"_s, u"servers"_s}},
        u"Line 1, column 9: \"mcp\" must be an object."_s);
    row("TOML: text", "a = 1\nmcp_servers = \"x\"\n", kToml,
        u"Line 2, column 15: \"mcp_servers\" must be a table."_s);
    row("TOML: a list", "[[mcp_servers]]\nname = \"a\"\n", kToml,
        u"Line 1, column 1: \"mcp_servers\" must be a table."_s);
    row("TOML: an inline list", "mcp_servers = [ { name = \"a\" } ]\n",
        {Format::Toml, {u"mcp_servers"_s}, true},
        u"Line 1, column 15: a list in one value cannot be changed here; write [[mcp_servers]] "
        "tables."_s);
    row("YAML: text", "extensions: x\n", kYaml,
        u"Line 1, column 13: \"extensions\" must be a table."_s);
    row("YAML: null", "extensions: ~\n", kYaml,
        u"Line 1, column 13: \"extensions\" must be a table."_s);
    row("YAML: a list", "extensions:\n- a\n", kYaml,
        u"Line 2, column 1: \"extensions\" must be a table."_s);
    row("YAML: the file", "- a\n", kYaml, u"Line 1, column 1: the file must hold a table."_s);
}

void TestConfigBroken::whatOccursTwiceIsRefused_data()
{
    addColumns();
    const auto row = [](const char *name, const QByteArray &file, const Place &place,
                        const QString &message) {
        QTest::newRow(name) << file << place << message;
    };
    row("JSON: the table", "{\"mcpServers\": {},\n \"mcp\\u0053ervers\": {}}", kJson,
        u"Line 2, column 2: \"mcpServers\" occurs a second time."_s);
    row("JSON: the entry", "{\"mcpServers\": {\"flaredeck\": {},\n\"flaredeck\": {}}}", kJson,
        u"Line 2, column 1: \"flaredeck\" occurs a second time."_s);
    row("JSON: the item",
        "{\"mcpServers\": [{\"name\": \"flaredeck\"},\n{\"name\": \"flaredeck\"}]}",
        {Format::Json, {u"mcpServers"_s}, true},
        u"Line 2, column 1: \"flaredeck\" occurs a second time."_s);
    row("TOML: the item",
        "[[mcp_servers]]\nname = \"flaredeck\"\n[[mcp_servers]]\nname = \"flaredeck\"\n",
        {Format::Toml, {u"mcp_servers"_s}, true},
        u"Line 3, column 1: \"flaredeck\" occurs a second time."_s);
    row("YAML: the table", "extensions: {}\na: 1\nextensions: {}\n", kYaml,
        u"Line 3, column 1: \"extensions\" occurs a second time."_s);
    row("YAML: the entry", "extensions:\n  flaredeck: {}\n  \"flaredeck\": {}\n", kYaml,
        u"Line 3, column 3: \"flaredeck\" occurs a second time."_s);
}

void TestConfigBroken::anotherEntryMayOccurTwice()
{
    const QByteArray file = "{\"a\": 1, \"a\": 2, \"mcpServers\": {\"b\": {}, \"b\": {\"c\": 1}}}";
    const auto added = withEntry(file, kJson, u"flaredeck"_s, kEntry);
    QVERIFY(added);
    QCOMPARE(entriesOf(*added, kJson)->size(), 3);
    QCOMPARE(withoutEntry(*added, kJson, u"flaredeck"_s).value(), file);
}

void TestConfigBroken::aDepthThatExhaustsTheStackIsRefused_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<Place>("place");
    constexpr int kMany = 1'000'000;
    QTest::newRow("JSON: lists") << "{\"a\": " + QByteArray(kMany, '[') << kJson;
    QTest::newRow("JSON: objects") << QByteArray("{\"a\":").repeated(kMany) << kJson;
    QTest::newRow("JSON: 65 levels")
        << QByteArray("{\"a\":").repeated(65) + "1" + QByteArray(65, '}') << kJson;
    QTest::newRow("TOML: lists") << "a = " + QByteArray(kMany, '[') << kToml;
    QTest::newRow("TOML: inline tables") << "a = " + QByteArray("{a=").repeated(kMany) << kToml;
    QTest::newRow("TOML: a header") << "[" + QByteArray("a.").repeated(kMany) + "a]" << kToml;
    QTest::newRow("TOML: a quoted header")
        << "[" + QByteArray("\"a\" . ").repeated(kMany) + "a]" << kToml;
    QTest::newRow("TOML: long keys in tables")
        << "a = " + QByteArray("{" + QByteArray("a.").repeated(60) + "a=").repeated(60) + "1" +
               QByteArray(60, '}')
        << kToml;
    QTest::newRow("YAML: flow") << "a: " + QByteArray(kMany, '[') << kYaml;
    QTest::newRow("YAML: sequences") << "a:\n" + QByteArray("- ").repeated(20'000) << kYaml;
}

void TestConfigBroken::aDepthThatExhaustsTheStackIsRefused()
{
    QFETCH(QByteArray, file);
    QFETCH(Place, place);
    const auto result = withEntry(file, place, u"flaredeck"_s, kEntry);
    QVERIFY(!result);
    QCOMPARE(result.error().kind, Error::Kind::InvalidInput);
    QVERIFY2(result.error().message.startsWith(u"Line "_s), qPrintable(result.error().message));
}

void TestConfigBroken::whatAFormatCannotExpressIsRefused()
{
    const Entry withNull{{"a", {{"b", nullptr}}}};
    const auto toml = withEntry({}, kToml, u"x"_s, withNull);
    QVERIFY(!toml);
    QCOMPARE(toml.error().kind, Error::Kind::InvalidInput);
    QVERIFY(withEntry({}, kJson, u"x"_s, withNull));
    QVERIFY(withEntry({}, kYaml, u"x"_s, withNull));
    const Entry large{{"a", std::uint64_t(1) << 63U}};
    QVERIFY(!withEntry({}, kToml, u"x"_s, large));
}

void TestConfigBroken::anEntryMustBeAnObjectWithAName()
{
    for (const Place &place : {kJson, kToml, kYaml}) {
        QVERIFY(!withEntry({}, place, {}, kEntry));
        QVERIFY(!withEntry({}, place, QString(QChar(0xd800)), kEntry));
        QVERIFY(!withEntry({}, place, u"x"_s, Entry::array()));
        QVERIFY(!withEntry({}, place, u"x"_s, Entry{{"a", "\xff"}}));
        const auto absent = withoutEntry({}, place, u"x\u202e"_s);
        QVERIFY(!absent);
        QCOMPARE(absent.error().kind, Error::Kind::NotFound);
        QVERIFY(!absent.error().message.contains(u'\u202e'));
    }
}

FLAREDECK_TEST(TestConfigBroken)

} // namespace tst_configbroken

#include "tst_configbroken.moc"
