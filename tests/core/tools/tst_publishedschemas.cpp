#include "core/providers/cloudflare/workersprompt.h"
#include "core/tools/guide.h"
#include "tests/core/tools/cataloguesetup.h"
#include "tests/support/testcase.h"

#include <QRegularExpression>
#include <QTest>

namespace tst_publishedschemas {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// What clients and models take. Where a member says nothing, none of them has a limit.
struct Limits {
    const char *client;
    QString prefix;            ///< that the client puts before the name of each tool
    qsizetype name = 0;        ///< characters, with the prefix
    const char *form = "";     ///< of the name, with the prefix
    qsizetype description = 0; ///< characters
    int levels = 0;            ///< of objects and lists
    int tools = 0;             ///< in the list of one address
};

const QList<Limits> &limits()
{
    static const QList<Limits> all{
        {"Claude", u"mcp__cloudflare__"_s, 64, "[a-zA-Z0-9_-]+", 2048, 0, 0},
        {"OpenAI", u"mcp__cloudflare__"_s, 64, "[a-zA-Z0-9_-]+", 1024, 5, 0},
        {"Gemini", u"cloudflare__"_s, 64, "[a-zA-Z_][a-zA-Z0-9_.-]*", 0, 0, 0},
        {"VS Code", u"mcp_cloudflare_"_s, 64, "", 0, 0, 128},
        {"Cursor", u"cloudflare"_s, 60, "", 0, 0, 80},
        {"Windsurf", u"cloudflare"_s, 0, "", 0, 0, 100}};
    return all;
}

template <typename T>
T least(T Limits::*member)
{
    T found = 0;
    for (const Limits &client : limits()) {
        if (client.*member > 0 && (found == 0 || client.*member < found))
            found = client.*member;
    }
    return found;
}

constexpr qsizetype kLongestName = 52; ///< room for a server's name that a person chooses

bool isMatch(const QString &text, const char *pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(QString::fromLatin1(pattern)))
        .match(text)
        .hasMatch();
}

bool hasTwins(const Json &values)
{
    QSet<QString> seen;
    for (const Json &value : values) {
        const QString text = value.is_string() ? json::toQString(value).toLower() : QString();
        if (value.is_string() && seen.contains(text))
            return true;
        seen.insert(text);
    }
    return false;
}

/// What some client or model would refuse of a schema; `level` counts objects and lists.
void findFaults(const Json &schema, const QString &at, int level, bool isInput, QStringList &faults)
{
    const auto fault = [&](const char *what) { faults << at + u": "_s + QLatin1String(what); };
    static const QSet<QString> known{
        u"type"_s,     u"properties"_s, u"required"_s,  u"items"_s,
        u"anyOf"_s,    u"enum"_s,       u"default"_s,   u"description"_s,
        u"minimum"_s,  u"maximum"_s,    u"minLength"_s, u"maxLength"_s,
        u"minItems"_s, u"maxItems"_s,   u"title"_s,     u"pattern"_s};
    for (const auto &[key, value] : schema.items()) {
        if (!known.contains(QString::fromStdString(key)))
            fault(("has " + key).c_str());
    }
    const Json *type = json::find(schema, "type");
    const Json *alternatives = json::find(schema, "anyOf");
    if (type && !type->is_string())
        fault("has a list of types");
    if (!type && !alternatives)
        fault("has no type");
    if (type && alternatives)
        fault("has a type beside alternatives");
    if (alternatives && level == 0)
        fault("has alternatives at the root");
    if (level == 0 && (!type || *type != "object"))
        fault("is no object");
    if (const Json *values = json::find(schema, "enum"); values && (!type || *type != "string"))
        fault("has choices that are no text");
    else if (values && hasTwins(*values))
        fault("has choices that differ only in case");
    if (json::stringAt(schema, "description").value_or(QString()).size() >
        least(&Limits::description))
        fault("has a long description");
    const bool isObject = type && *type == "object";
    const bool isArray = type && *type == "array";
    if ((isObject || isArray) && level + 1 > least(&Limits::levels))
        fault("is too deep");

    const Json *properties = json::find(schema, "properties");
    if (isObject != (properties != nullptr))
        fault("is an object without properties, or has some and is none");
    if (isObject && properties && properties->empty() && level > 0)
        fault("is an object whose properties are empty");
    if (const Json *required = json::find(schema, "required")) {
        for (const Json &name : *required) {
            if (!properties || !properties->contains(name.get<std::string>()))
                fault("requires what it does not have");
        }
    }
    if (properties) {
        for (const auto &[name, property] : properties->items()) {
            const QString member = QString::fromStdString(name);
            if (!isMatch(member, "[a-zA-Z0-9_.-]{1,64}"))
                fault("has a property with an odd name");
            if (isInput && json::stringAt(property, "description").value_or(QString()).isEmpty())
                faults << at + u'.' + member + u": has no description"_s;
            findFaults(property, at + u'.' + member, level + 1, isInput, faults);
        }
    }
    const Json *items = json::find(schema, "items");
    if (isArray != (items && items->is_object()))
        fault("is a list without items, or has some and is none");
    if (items && items->is_object())
        findFaults(*items, at + u"[]"_s, level + 1, isInput, faults);
    if (alternatives) {
        for (const Json &one : *alternatives)
            findFaults(one, at + u"|"_s, level + 1, isInput, faults);
    }
}

QStringList faultsOf(const mcp::Tool &tool)
{
    QStringList faults;
    for (const Limits &client : limits()) {
        const QString name = client.prefix + tool.name;
        if ((client.name > 0 && name.size() > client.name) ||
            (*client.form && !isMatch(name, client.form)))
            faults << tool.name + u": %1 refuses the name"_s.arg(QLatin1String(client.client));
    }
    if (tool.name.isEmpty() || tool.name.size() > kLongestName)
        faults << tool.name + u": the name is long"_s;
    if (tool.description.isEmpty() || tool.description.size() > least(&Limits::description))
        faults << tool.name + u": no description, or a long one"_s;
    findFaults(tool.inputSchema, tool.name + u" in"_s, 0, true, faults);
    if (tool.outputSchema)
        findFaults(*tool.outputSchema, tool.name + u" out"_s, 0, false, faults);
    return faults;
}

} // namespace

/// Some client or model refuses a whole request for one schema that it cannot take: what is
/// published stays within what all of them can.
class TestPublishedSchemas : public QObject
{
    Q_OBJECT

private slots:
    void everyModelTakesEveryTool();
    void whatAModelRefusesIsFound_data();
    void whatAModelRefusesIsFound();
    void namesOfPromptsAndResourcesAreTakenToo();
    void theInstructionsAreShort();
};

void TestPublishedSchemas::everyModelTakesEveryTool()
{
    CatalogueSetup s;
    s.catalogue->setListsAll(true);
    QStringList toolsets = s.catalogue->toolsets();
    toolsets << QString();
    QSet<QString> faults;
    for (const auto &accounts : {kOne, kTwo}) {
        for (const QString &toolset : std::as_const(toolsets)) {
            const auto tools = s.catalogue->list(CatalogueSetup::caller(accounts), toolset);
            QVERIFY2(!tools.isEmpty(), qPrintable(toolset));
            // Who connects to all of them is told of the limit, and can choose toolsets instead.
            QVERIFY2(toolset.isEmpty() || tools.size() <= least(&Limits::tools),
                     qPrintable(toolset));
            for (const mcp::Tool &tool : tools) {
                const QStringList found = faultsOf(tool);
                faults.unite({found.begin(), found.end()});
            }
        }
    }
    QStringList found = faults.values();
    found.sort();
    QCOMPARE(found, QStringList());
    QCOMPARE(s.catalogue->list(CatalogueSetup::caller(kTwo), {}).size(),
             tools::Catalogue::summaries().size());
}

void TestPublishedSchemas::whatAModelRefusesIsFound_data()
{
    QTest::addColumn<QByteArray>("schema");
    const auto bare = [](const char *name, const QByteArray &property) {
        QTest::newRow(name) << QByteArray(R"({"type":"object","properties":{"x":)") + property +
                                   "}}";
    };
    const auto row = [&bare](const char *name, const QByteArray &property) {
        bare(name, property.chopped(1) + R"(,"description":"d"})");
    };
    bare("a parameter without a description", R"({"type":"string"})");
    bare("a parameter with an empty description", R"({"type":"string","description":""})");
    bare("a parameter with a long description",
         R"({"type":"string","description":")" + QByteArray(1025, 'x') + "\"}");
    row("an inner parameter without a description",
        R"({"type":"object","properties":{"y":{"type":"string"}}})");
    row("a parameter in a list without a description",
        R"({"type":"array","items":{"type":"object","properties":{"y":{"type":"string"}}}})");
    row("choices that differ in case", R"({"type":"string","enum":["and","or","AND"]})");
    QTest::newRow("no object") << QByteArray(R"({"type":"array","items":{"type":"string"}})");
    QTest::newRow("no type at the root") << QByteArray(R"({"properties":{}})");
    QTest::newRow("alternatives at the root")
        << QByteArray(R"({"anyOf":[{"type":"object","properties":{}}]})");
    QTest::newRow("a name") << QByteArray(
        R"({"type":"object","properties":{"a b":{"type":"string"}}})");
    QTest::newRow("a requirement")
        << QByteArray(R"({"type":"object","properties":{},"required":["x"]})");
    row("a list of types", R"({"type":["string","null"]})");
    bare("no type", R"({"description":"x"})");
    row("numbers to choose from", R"({"type":"number","enum":[1,2]})");
    row("a reference", R"({"$ref":"#/x"})");
    row("a constant", R"({"type":"string","const":"x"})");
    row("an exclusive minimum", R"({"type":"number","exclusiveMinimum":0})");
    row("patterns of names", R"({"type":"object","properties":{},"patternProperties":{}})");
    row("a format", R"({"type":"string","format":"x"})");
    row("a list of anything", R"({"type":"array"})");
    row("an object of anything", R"({"type":"object"})");
    row("an object of nothing", R"({"type":"object","properties":{}})");
    row("one of", R"({"oneOf":[{"type":"string"}]})");
    row("a fault in an alternative", R"({"anyOf":[{"type":["string"]}]})");
    row("a fault in a list", R"({"type":"array","items":{}})");
    row("six levels",
        R"({"type":"array","items":{"type":"array","items":{"type":"array","items":{"type":"array",
            "items":{"type":"array","items":{"type":"string"}}}}}})");
    QTest::newRow("a long description") << QByteArray(
        R"({"type":"object","properties":{},"description":")" + QByteArray(1025, 'x') + "\"}");
}

void TestPublishedSchemas::whatAModelRefusesIsFound()
{
    QFETCH(QByteArray, schema);
    mcp::Tool tool;
    tool.name = u"x"_s;
    tool.description = u"x"_s;
    tool.inputSchema = *json::parse(R"({"type":"object","properties":{"x":{"type":"array",
        "description":"d","items":{"anyOf":[{"type":"string"},{"type":"number"}]}}},
        "required":["x"]})");
    QCOMPARE(faultsOf(tool), QStringList());
    tool.inputSchema = *json::parse(schema);
    QVERIFY(!faultsOf(tool).isEmpty());
    tool.inputSchema = Json{{"type", "object"}, {"properties", Json::object()}};
    for (const QString &name : {QString(), QString(53, u'x'), u"a b"_s, u"größe"_s, u"a/b"_s}) {
        tool.name = name;
        QVERIFY2(!faultsOf(tool).isEmpty(), qPrintable(name));
    }
    tool.name = QString(47, u'x');
    QCOMPARE(faultsOf(tool), QStringList());
    tool.description.clear();
    QCOMPARE(faultsOf(tool).size(), 1);
}

void TestPublishedSchemas::namesOfPromptsAndResourcesAreTakenToo()
{
    CatalogueSetup s;
    const cloudflare::WorkersPrompt prompts(s.http, s.upstream.endpoints(), s.clock);
    for (const mcp::Prompt &prompt : prompts.list(CatalogueSetup::caller())) {
        QVERIFY2(isMatch(u"mcp__cloudflare__"_s + prompt.name, "[a-zA-Z_][a-zA-Z0-9_-]{0,63}"),
                 qPrintable(prompt.name));
        QVERIFY(prompt.description.size() <= 1024);
        for (const mcp::PromptArgument &argument : prompt.arguments)
            QVERIFY(isMatch(argument.name, "[a-zA-Z0-9_.-]{1,64}"));
    }
    const tools::Guide guide(*s.catalogue);
    for (const mcp::Resource &resource : guide.list(CatalogueSetup::caller())) {
        QVERIFY2(isMatch(resource.name, "[a-zA-Z0-9_.-]{1,64}"), qPrintable(resource.name));
        QVERIFY(resource.description.size() <= 1024);
    }
}

void TestPublishedSchemas::theInstructionsAreShort()
{
    CatalogueSetup s;
    QList<AccountRef> accounts;
    for (int i = 0; i < 500; ++i)
        accounts << AccountRef{QString(200, u'i') + QString::number(i), QString(200, u'n')};
    const QString text = s.catalogue->instructions(CatalogueSetup::caller(accounts));
    QVERIFY2(text.size() <= 2048, qPrintable(QString::number(text.size())));
}

FLAREDECK_TEST(TestPublishedSchemas)

} // namespace tst_publishedschemas

#include "tst_publishedschemas.moc"
