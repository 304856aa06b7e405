#include "core/provider/scopes.h"
#include "core/tools/definition.h"
#include "core/tools/rules.h"
#include "core/tools/schemacheck.h"

#include "tests/core/provider/comparejson.h"
#include "tests/support/testcase.h"

#include <QFile>
#include <QTest>

namespace tst_definition {

using namespace flaredeck;
using namespace flaredeck::tools;
using namespace Qt::Literals::StringLiterals;

namespace {

Json schemaOfToolsets()
{
    QFile file(QStringLiteral(FLAREDECK_TOOLSET_SCHEMA));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s is missing", FLAREDECK_TOOLSET_SCHEMA);
    return *json::parse(file.readAll());
}

/// Every description of a member, at every depth.
void checkDescriptions(const Json &schema, const QString &path)
{
    const Json *properties = json::find(schema, "properties");
    if (!properties)
        return;
    for (const auto &[name, property] : properties->items()) {
        const QString member = path + u'.' + QString::fromStdString(name);
        QVERIFY2(property.contains("description") ||
                     (property.contains("properties") && !property.contains("type")) ||
                     property.value("type", Json()) == Json("object"),
                 qPrintable(member + u" has no description"_s));
        checkDescriptions(property, member);
    }
}

} // namespace

class TestDefinition : public QObject
{
    Q_OBJECT

private slots:
    void everyFileFitsItsSchema();
    void everyToolIsComplete_data();
    void everyToolIsComplete();
    void partsAreReplacedAndOverridden();
    void refusesBrokenFiles_data();
    void refusesBrokenFiles();
};

void TestDefinition::everyFileFitsItsSchema()
{
    const auto check = SchemaCheck::compile(schemaOfToolsets());
    QVERIFY2(check, check ? "" : qPrintable(check.error().detail));
    QVERIFY(!provider::facts().toolsets.isEmpty());
    for (const provider::Toolset &toolset : provider::facts().toolsets) {
        const auto problem = check->problem(toolset.file);
        QVERIFY2(!problem, qPrintable(toolset.name + u": "_s + problem.value_or(QString())));
    }
    QVERIFY(check->problem(*json::parse(R"({"toolset":"x","tools":[{"name":"Bad Name"}]})")));
}

void TestDefinition::everyToolIsComplete_data()
{
    QTest::addColumn<int>("index");
    for (size_t i = 0; i < allDefinitions().size(); ++i)
        QTest::newRow(allDefinitions()[i].tool.name.toLatin1().constData()) << int(i);
}

void TestDefinition::everyToolIsComplete()
{
    QFETCH(int, index);
    const ToolDefinition &definition = allDefinitions()[size_t(index)];
    const mcp::Tool &tool = definition.tool;
    QVERIFY(scopes::find(definition.scope));
    QVERIFY(!tool.title.isEmpty());
    QVERIFY(!tool.description.isEmpty());
    QVERIFY(tool.name.size() <= 52);
    COMPARE_JSON(tool.inputSchema.at("type"), Json("object"));
    QVERIFY(SchemaCheck::compile(tool.inputSchema));
    if (tool.outputSchema)
        QVERIFY(SchemaCheck::compile(*tool.outputSchema));
    QVERIFY2(!json::print(tool.inputSchema).contains("$part"), "a part was not replaced");
    checkDescriptions(tool.inputSchema, tool.name);
    QCOMPARE(tool.annotations.readOnly, definition.effect == Effect::Reads);
    QCOMPARE(tool.annotations.destructive, definition.effect == Effect::Destroys);
    QVERIFY(tool.annotations.idempotent || !tool.annotations.readOnly);
    // A person who is asked is told what changes, and before it is lost what there is.
    const bool isAsked = RuleBook::usual(definition, definition.effect) == Policy::Ask;
    QCOMPARE(!definition.change.isEmpty(), isAsked);
    QVERIFY(!definition.before || definition.effect == Effect::Destroys);
    const auto needed = scopes::find(definition.scopeFor(definition.effect));
    QVERIFY(needed);
    QCOMPARE(needed->write, isAsked);
    if (definition.request) {
        const auto &fixed = definition.request->fixed;
        const bool names = definition.request->path.contains(u"{account}"_s) ||
                           std::any_of(fixed.begin(), fixed.end(), [](const auto &entry) {
                               return entry.second.contains(u"{account}"_s);
                           });
        QCOMPARE(names, definition.needsAccount);
    }
}

void TestDefinition::partsAreReplacedAndOverridden()
{
    const auto tools = readToolset(*json::parse(R"({"toolset":"observability",
        "parts":{"p":{"type":"string","description":"old"},"q":{"$part":"p","minLength":1}},
        "tools":[{"name":"x","title":"X","scope":"mcp:read","description":"d",
                  "effect":"reads",
                  "input":{"properties":{"a":{"$part":"q","description":"new"}}}}]})"));
    QVERIFY2(tools, tools ? "" : qPrintable(tools.error().message));
    COMPARE_JSON(tools->front().tool.inputSchema.at("properties").at("a"),
                 (Json{{"type", "string"}, {"minLength", 1}, {"description", "new"}}));
}

void TestDefinition::refusesBrokenFiles_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("cause");
    const QByteArray rest = R"("title":"X","description":"d","effect":"reads","input":{})";
    QTest::newRow("an unknown scope")
        << R"({"toolset":"observability","tools":[{"name":"x","scope":"no:such",)" + rest + "}]}"
        << u"no:such"_s;
    QTest::newRow("a name that occurs twice")
        << R"({"toolset":"observability","tools":[{"name":"x","scope":"mcp:read",)" + rest +
               R"(},{"name":"x","scope":"mcp:read",)" + rest + "}]}"
        << u"twice"_s;
    QTest::newRow("a part that is not there")
        << R"({"toolset":"observability","tools":[{"name":"x","scope":"mcp:read",)" +
               QByteArray(rest).replace(R"("input":{})", R"("input":{"$part":"gone"})") + "}]}"
        << u"gone"_s;
    QTest::newRow("an unknown effect")
        << R"({"toolset":"observability","tools":[{"name":"x","scope":"mcp:read",)" +
               QByteArray(rest).replace("reads", "looks") + "}]}"
        << u"looks"_s;
    QTest::newRow("no tools") << QByteArray(R"({"toolset":"observability"})") << u"tools"_s;
}

void TestDefinition::refusesBrokenFiles()
{
    QFETCH(QByteArray, file);
    QFETCH(QString, cause);
    const auto tools = readToolset(*json::parse(file));
    QVERIFY(!tools);
    QVERIFY2(tools.error().message.contains(cause), qPrintable(tools.error().message));
}

FLAREDECK_TEST(TestDefinition)

} // namespace tst_definition

#include "tst_definition.moc"
