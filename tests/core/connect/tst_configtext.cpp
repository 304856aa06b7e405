#include "core/base/json.h"
#include "core/connect/configtext.h"
#include "tests/core/connect/readback.h"
#include "tests/support/testcase.h"

#include <QElapsedTimer>
#include <QTest>

namespace tst_configtext {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using namespace flaredeck::connect;

namespace {

const Place kJson{Format::Json, {u"mcpServers"_s}};
const Place kToml{Format::Toml, {u"mcp_servers"_s}};
const Place kYaml{Format::Yaml, {u"extensions"_s}};

const Entry kEntry{{"command", "x"}, {"args", {"-a", "b c"}}, {"env", {{"K", "no"}}}};

} // namespace

class TestConfigText : public QObject
{
    Q_OBJECT

private slots:
    void anEntryIsWrittenInTheStyleOfTheFile_data();
    void anEntryIsWrittenInTheStyleOfTheFile();
    void anEntryIsRemovedWithItsLines_data();
    void anEntryIsRemovedWithItsLines();
    void textOfAnyKindComesBack_data();
    void textOfAnyKindComesBack();
    void valuesAreRead_data();
    void valuesAreRead();
    void theOrderOfMembersDoesNotMatter();
    void theNameOfAnItemIsNotPartOfItsValue();
    void aLargeFileIsQuick_data();
    void aLargeFileIsQuick();
};

void TestConfigText::anEntryIsWrittenInTheStyleOfTheFile_data()
{
    QTest::addColumn<Place>("place");
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("result");
    const auto row = [](const char *name, const Place &place, const char *file,
                        const char *result) {
        QTest::newRow(name) << place << QByteArray(file) << QByteArray(result);
    };
    const char *const freshJson =
        "{\n  \"mcpServers\": {\n    \"f\": {\n      \"command\": \"x\",\n"
        "      \"args\": [\"-a\", \"b c\"],\n      \"env\": {\n"
        "        \"K\": \"no\"\n      }\n    }\n  }\n}\n";
    row("JSON: nothing", kJson, "", freshJson);
    row("JSON: spaces", kJson, " \n\n", freshJson);
    row("JSON: an empty object", kJson, "{}\n", freshJson);
    row("JSON: one line", kJson, "{\"mcpServers\": {}}",
        "{\"mcpServers\": {\"f\": {\"command\": \"x\", \"args\": [\"-a\", \"b c\"], \"env\": "
        "{\"K\": "
        "\"no\"}}}}");
    row("JSON: one dense line", kJson, "{\"mcpServers\":{\"a\":{}}}",
        "{\"mcpServers\":{\"a\":{},\"f\":{\"command\":\"x\",\"args\":[\"-a\",\"b "
        "c\"],\"env\":{\"K\":"
        "\"no\"}}}}");
    row("JSON: tabs and a trailing comma", kJson,
        "{\n\t\"mcpServers\": {\n\t\t\"a\": {}, // a\n\t},\n}",
        "{\n\t\"mcpServers\": {\n\t\t\"a\": {}, // a\n\t\t\"f\": {\n\t\t\t\"command\": \"x\",\n"
        "\t\t\t\"args\": [\"-a\", \"b c\"],\n\t\t\t\"env\": {\n\t\t\t\t\"K\": "
        "\"no\"\n\t\t\t}\n\t\t},\n"
        "\t},\n}");
    row("JSON: a comment alone", kJson, "// c\r\n",
        "// c\r\n{\r\n  \"mcpServers\": {\r\n    \"f\": {\r\n      \"command\": \"x\",\r\n"
        "      \"args\": [\"-a\", \"b c\"],\r\n      \"env\": {\r\n        \"K\": \"no\"\r\n      "
        "}\r\n"
        "    }\r\n  }\r\n}\r\n");
    row("JSON: replaced", kJson, "{\n    \"mcpServers\": { \"f\": {} /*k*/ } }",
        "{\n    \"mcpServers\": { \"f\": {\"command\": \"x\", \"args\": [\"-a\", \"b c\"], "
        "\"env\": "
        "{\"K\": \"no\"}} /*k*/ } }");
    const char *const freshToml = "[mcp_servers.f]\ncommand = \"x\"\nargs = [\"-a\", \"b "
                                  "c\"]\n\n[mcp_servers.f.env]\nK = \"no\"\n";
    row("TOML: nothing", kToml, "", freshToml);
    row("TOML: a table without entries", kToml, "[mcp_servers]\n\n[z]\n",
        "[mcp_servers]\n\n[mcp_servers.f]\ncommand = \"x\"\nargs = [\"-a\", \"b c\"]\n\n"
        "[mcp_servers.f.env]\nK = \"no\"\n\n[z]\n");
    row("TOML: an inline table", kToml, "mcp_servers = {}\nb = 1\n",
        "mcp_servers = { f = { command = \"x\", args = [\"-a\", \"b c\"], env = { K = \"no\" } } "
        "}\n"
        "b = 1\n");
    row("TOML: replaced", kToml,
        "[mcp_servers.f.env]\nA = 1\n# above\n[z]\n\n[mcp_servers.f]\nurl = \"u\" # gone",
        "[mcp_servers.f]\ncommand = \"x\"\nargs = [\"-a\", \"b c\"]\n\n[mcp_servers.f.env]\nK = "
        "\"no\"\n"
        "# above\n[z]");
    const char *const freshYaml = "extensions:\n  f:\n    command: x\n    args:\n      - \"-a\"\n"
                                  "      - \"b c\"\n    env:\n      K: \"no\"\n";
    row("YAML: nothing", kYaml, "", freshYaml);
    row("YAML: an empty document", kYaml, "---\n",
        "---\nextensions:\n  f:\n    command: x\n    args:\n      - \"-a\"\n"
        "      - \"b c\"\n    env:\n      K: \"no\"\n");
    row("YAML: an empty table", kYaml, "extensions: {}\n", freshYaml);
    row("YAML: a key without a value", kYaml, "extensions: # c\n",
        "extensions: # c\n  f:\n    command: x\n    args:\n      - \"-a\"\n"
        "      - \"b c\"\n    env:\n      K: \"no\"\n");
    row("YAML: four spaces elsewhere", kYaml, "a:\n    b: 1",
        "a:\n    b: 1\nextensions:\n    f:\n        command: x\n        args:\n            - "
        "\"-a\"\n"
        "            - \"b c\"\n        env:\n            K: \"no\"");
    row("YAML: flow", kYaml, "extensions: {a: 1,} # c\n",
        "extensions: {a: 1, \"f\": {\"command\": \"x\", \"args\": [\"-a\", \"b c\"], \"env\": "
        "{\"K\": "
        "\"no\"}},} # c\n");
    row("YAML: flow with an absent value", kYaml, "extensions: {f: {}, a:  }\n",
        "extensions: {\"f\": {\"command\": \"x\", \"args\": [\"-a\", \"b c\"], \"env\": {\"K\": "
        "\"no\"}}, a:  }\n");
    row("YAML: flow behind an absent value", kYaml, "extensions: {a:  }\n",
        "extensions: {a: , \"f\": {\"command\": \"x\", \"args\": [\"-a\", \"b c\"], \"env\": "
        "{\"K\": "
        "\"no\"}}  }\n");
    row("YAML: replaced", kYaml, "extensions:\n  f: {} # gone\n  # kept\n  b: {}\n",
        "extensions:\n  f:\n    command: x\n    args:\n      - \"-a\"\n      - \"b c\"\n    env:\n"
        "      K: \"no\"\n  # kept\n  b: {}\n");
    row("YAML: an item", {Format::Yaml, {u"s"_s}, true}, "s: []\n",
        "s:\n  - name: f\n    command: x\n    args:\n      - \"-a\"\n      - \"b c\"\n    env:\n"
        "      K: \"no\"\n");
}

void TestConfigText::anEntryIsWrittenInTheStyleOfTheFile()
{
    QFETCH(Place, place);
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, result);
    const auto written = withEntry(file, place, u"f"_s, kEntry);
    QVERIFY2(written, written ? "" : qPrintable(written.error().text()));
    QCOMPARE(*written, result);
    QCOMPARE(withEntry(*written, place, u"f"_s, kEntry).value(), result);
    // Of nothing, the byte order mark stays.
    if (file.isEmpty())
        QCOMPARE(withEntry("\xef\xbb\xbf", place, u"f"_s, kEntry).value(), "\xef\xbb\xbf" + result);
}

void TestConfigText::anEntryIsRemovedWithItsLines_data()
{
    QTest::addColumn<Place>("place");
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("result");
    const auto row = [](const char *name, const Place &place, const char *file,
                        const char *result) {
        QTest::newRow(name) << place << QByteArray(file) << QByteArray(result);
    };
    row("JSON: the first", kJson, "{\"mcpServers\": {\n  \"f\": {},\n  \"a\": {}\n}}",
        "{\"mcpServers\": {\n  \"a\": {}\n}}");
    row("JSON: the first in a line", kJson, "{\"mcpServers\": {\"f\": {}, \"a\": {}}}",
        "{\"mcpServers\": {\"a\": {}}}");
    row("JSON: the last behind a comment", kJson,
        "{\"mcpServers\": {\n  \"a\": {}, // a\n  \"f\": {}}}",
        "{\"mcpServers\": {\n  \"a\": {} // a\n}}");
    row("JSON: the only one", kJson, "{\"mcpServers\": {\n  \"f\": {},\n}}",
        "{\"mcpServers\": {}}");
    row("JSON: the only one among comments", kJson,
        "{\"mcpServers\": {\n  // a\n  \"f\": {} // b\n}}",
        "{\"mcpServers\": {\n  // a\n // b\n}}");
    row("JSON: with a comment behind", kJson,
        "{\"mcpServers\": {\n  \"f\": {}, // f\n  \"a\": {}\n}}",
        "{\"mcpServers\": {\n  // f\n  \"a\": {}\n}}");
    row("TOML: with its tables", kToml,
        "a = 1\n\n[mcp_servers.f]\nx = 1\n[mcp_servers.f.env]\nb = 2\n\n# about z\n[z]\n",
        "a = 1\n\n# about z\n[z]\n");
    row("TOML: the first in the file", kToml, "[mcp_servers.f]\nx = 1\n\n\n[z]\n", "[z]\n");
    row("TOML: lines", kToml, "[mcp_servers]\nf.x = 1\na = {}\nf.y = 2", "[mcp_servers]\na = {}");
    row("TOML: inline", kToml, "mcp_servers = { f = {}, a = {} }\n", "mcp_servers = { a = {} }\n");
    row("TOML: the only one inline", kToml, "mcp_servers = { f = {} }\n", "mcp_servers = {}\n");
    row("YAML: the only one", kYaml, "extensions: # c\n  f:\n    a: 1\nz: 1\n",
        "extensions: {} # c\nz: 1\n");
    row("YAML: the only one at the end", kYaml, "extensions:\r\n  f:\r\n    a: 1",
        "extensions: {}");
    row("YAML: the first in a line", kYaml, "extensions: {f: {}, a: {}}\n",
        "extensions: {a: {}}\n");
    row("YAML: the only item", {Format::Yaml, {u"s"_s}, true}, "s:\n- name: f\n  x: 1\n",
        "s: []\n");
}

void TestConfigText::anEntryIsRemovedWithItsLines()
{
    QFETCH(Place, place);
    QFETCH(QByteArray, file);
    const auto removed = withoutEntry(file, place, u"f"_s);
    QVERIFY2(removed, removed ? "" : qPrintable(removed.error().text() + removed.error().detail));
    QTEST(*removed, "result");
    QCOMPARE(withoutEntry(*removed, place, u"f"_s).error().kind, Error::Kind::NotFound);
}

void TestConfigText::textOfAnyKindComesBack_data()
{
    QTest::addColumn<QString>("text");
    for (const QString &text : QStringList{u""_s,
                                           u" "_s,
                                           u"yes"_s,
                                           u"Null"_s,
                                           u"~"_s,
                                           u"1"_s,
                                           u"1e3"_s,
                                           u"0x10"_s,
                                           u"-"_s,
                                           u"- a"_s,
                                           u"a: b"_s,
                                           u"a #b"_s,
                                           u"#"_s,
                                           u"\""_s,
                                           u"'"_s,
                                           u"\\"_s,
                                           u"a\nb"_s,
                                           u"a\r\nb"_s,
                                           u"\t"_s,
                                           u"\u0001\u007f\u0085"_s,
                                           u"\u2028\ufeff"_s,
                                           u"é 😀"_s,
                                           u"{a}"_s,
                                           u"[b]"_s,
                                           u"*x"_s,
                                           u"&x"_s,
                                           u"!x"_s,
                                           u"%x"_s,
                                           u"@x"_s,
                                           u"`x"_s,
                                           u"a,b"_s,
                                           u"C:\\a b\\c"_s,
                                           u"2024-05-01"_s,
                                           u"12:30:45"_s,
                                           u"<<"_s,
                                           u"="_s,
                                           u"."_s,
                                           u"a.b/c_d-e"_s,
                                           u"\uffff"_s})
        QTest::addRow("%s", text.toUtf8().toPercentEncoding().constData()) << text;
    QTest::newRow("NUL") << QString(QChar(0));
}

void TestConfigText::textOfAnyKindComesBack()
{
    QFETCH(QString, text);
    const std::string utf8 = text.toStdString();
    const Entry entry{{"command", utf8}, {utf8 + "k", {utf8, {{utf8, utf8}}}}};
    const QString name = text + u'n';
    for (const Place &place :
         {kJson, kToml, kYaml, Place{Format::Yaml, {u"s"_s}, true},
          Place{Format::Toml, {text + u'p', u"s"_s}}, Place{Format::Yaml, {text + u'p', u"s"_s}}}) {
        const auto file = withEntry({}, place, name, entry);
        QVERIFY2(file, file ? "" : qPrintable(file.error().text() + file.error().detail));
        if (!text.contains(QChar(0)))
            QCOMPARE(test::commandOf(*file, place, name), text);
        const QList<Found> entries = entriesOf(*file, place).value();
        QCOMPARE(entries.size(), 1);
        QCOMPARE(entries[0].name, name);
        QVERIFY(withoutEntry(*file, place, name));
    }
}

void TestConfigText::valuesAreRead_data()
{
    QTest::addColumn<Place>("place");
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("JSON") << kJson
                          << QByteArray(
                                 R"({"mcpServers": {"a": {"b": [1, -2, 3.5, true, null,],}}})")
                          << QByteArray(R"({"b":[1,-2,3.5,true,null]})");
    QTest::newRow("TOML") << kToml
                          << QByteArray(
                                 "[mcp_servers.a]\nb = [1, 0x10, 2.0, true]\nd = 2024-05-01\n"
                                 "t = 2024-05-01T10:00:00Z\nl = 07:32:00\ns = '''x\n'y'''\n")
                          << QByteArray(R"({"b":[1,16,2.0,true],"d":"2024-05-01","l":"07:32:00",)"
                                        R"("s":"x\n'y","t":"2024-05-01T10:00:00Z"})");
    QTest::newRow("YAML") << kYaml
                          << QByteArray(
                                 "extensions:\n  a:\n    b: [1, 0x1F, 0o17, -2.5e1, .5, true, "
                                 "False, ~, null, yes, '1', !!str 2, tRue]\n    c:\n    d: *x\n")
                          << QByteArray(R"({"b":[1,31,15,-25.0,0.5,true,false,null,null,"yes","1",)"
                                        R"("2","tRue"],"c":null,"d":"*x"})");
}

void TestConfigText::valuesAreRead()
{
    QFETCH(Place, place);
    QFETCH(QByteArray, file);
    const auto entries = entriesOf(file, place);
    QVERIFY2(entries, entries ? "" : qPrintable(entries.error().text()));
    QTEST(QByteArray::fromStdString(entries->at(0).value.dump()), "json");
}

void TestConfigText::theOrderOfMembersDoesNotMatter()
{
    const QByteArray file = R"({"mcpServers": {"f": {"b": {"d": 1, "c": 2}, "a": 1.0}}})";
    const Entry other{{"a", 1}, {"b", {{"c", 2}, {"d", 1}}}};
    QCOMPARE(withEntry(file, kJson, u"f"_s, other).value(), file);
}

void TestConfigText::theNameOfAnItemIsNotPartOfItsValue()
{
    for (const Format format : {Format::Json, Format::Toml, Format::Yaml}) {
        const Place place{format, {u"s"_s}, true};
        const QByteArray file = withEntry({}, place, u"f"_s, {{"a", 1}, {"name", "other"}}).value();
        const QList<Found> entries = entriesOf(file, place).value();
        QCOMPARE(entries.size(), 1);
        QCOMPARE(entries[0].name, u"f"_s);
        QVERIFY(entries[0].value == Entry({{"a", 1}}));
        QCOMPARE(withEntry(file, place, u"f"_s, {{"a", 1}}).value(), file);
    }
}

void TestConfigText::aLargeFileIsQuick_data()
{
    QTest::addColumn<Place>("place");
    QTest::addColumn<QByteArray>("file");
    constexpr int kMany = 30'000;
    QByteArray projects = "{\n  \"projects\": {";
    QByteArray servers = "{\"mcpServers\": {";
    QByteArray toml = "# é\n";
    QByteArray yaml = "extensions:\n";
    for (int i = 0; i < kMany; ++i) {
        const QByteArray number = QByteArray::number(i);
        const QByteArray comma = i > 0 ? "," : "";
        projects +=
            comma + "\n    \"/home/u/" + number +
            "\": { \"history\": [ { \"display\": \"é \\\"x\\\" and some more text, as people "
            "write it\", \"pasted\": {} } ], \"cost\": 0.25, \"done\": true } /* '' */";
        servers += comma + "\"s" + number + "\": {\"command\": \"" + QByteArray(140, 'x') + "\"}";
        toml += "[mcp_servers.s" + number + "]\ncommand = \"" + QByteArray(120, 'x') + "\" # é\n\n";
        yaml +=
            "  s" + number + ":\n    cmd: " + QByteArray(120, 'x') + "\n    # é\n    on: true\n";
    }
    QTest::newRow("JSON: lines") << kJson << projects + "\n  },\n  \"mcpServers\": {}\n}\n";
    QTest::newRow("JSON: one line with many servers") << kJson << servers + "}}";
    QTest::newRow("JSON: one member")
        << kJson << "{\"a\": \"" + QByteArray(5'000'000, 'x') + "\", \"mcpServers\": {\"b\": {}}}";
    QTest::newRow("TOML") << kToml << toml;
    QTest::newRow("YAML") << kYaml << yaml;
}

void TestConfigText::aLargeFileIsQuick()
{
    QFETCH(Place, place);
    QFETCH(QByteArray, file);
    QVERIFY(file.size() > 4'500'000);
    QElapsedTimer timer;
    timer.start();
    const auto added = withEntry(file, place, u"flaredeck"_s, kEntry);
    const qint64 took = timer.elapsed();
    QVERIFY2(added, added ? "" : qPrintable(added.error().text()));
    qInfo("%lld ms for %lld bytes", took, static_cast<long long>(file.size()));
    // Far more than it takes, but less than anything quadratic would.
    QVERIFY(took < 20'000);
    QCOMPARE(entriesOf(*added, place)->back().name, u"flaredeck"_s);
    const auto removed = withoutEntry(*added, place, u"flaredeck"_s);
    QVERIFY(removed && *removed == file);
}

FLAREDECK_TEST(TestConfigText)

} // namespace tst_configtext

#include "tst_configtext.moc"
