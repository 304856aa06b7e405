#include "core/mcp/revision.h"
#include "core/mcp/types.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_revision {

using namespace flaredeck;
using namespace flaredeck::mcp;

/// What each revision gets to see of the same values.
class TestRevision : public QObject
{
    Q_OBJECT

    static Tool richTool()
    {
        Tool tool;
        tool.name = QStringLiteral("count");
        tool.title = QStringLiteral("Count");
        tool.description = QStringLiteral("Counts.");
        tool.inputSchema = {{"type", "object"}};
        tool.outputSchema = Json{{"type", "object"}};
        tool.annotations.title = QStringLiteral("Count");
        tool.annotations.readOnly = true;
        tool.annotations.destructive = false;
        return tool;
    }

private slots:
    void negotiates_data()
    {
        QTest::addColumn<QByteArray>("requested");
        QTest::addColumn<QByteArray>("spoken");
        for (const char *served : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
            QTest::newRow(served) << QByteArray(served) << QByteArray(served);
        QTest::newRow("an unknown one gets our newest")
            << QByteArray("1999-01-01") << QByteArray("2025-11-25");
        QTest::newRow("initialize never leads to a revision without initialize")
            << QByteArray("2026-07-28") << QByteArray("2025-11-25");
        QTest::newRow("an empty one") << QByteArray() << QByteArray("2025-11-25");
    }

    void negotiates()
    {
        QFETCH(const QByteArray, requested);
        QFETCH(const QByteArray, spoken);
        QCOMPARE(QByteArray(negotiate(requested).name), spoken);
    }

    void knowsWhichRevisionsAreStateless()
    {
        QVERIFY(findStateless("2026-07-28") && findStateless("2026-07-28")->stateless);
        QVERIFY(!findStateless("2025-11-25"));
        QVERIFY(!findStateless("2027-01-01"));
        QVERIFY(!findRevision("2026-07-28"));
        QCOMPARE(json::print(servedRevisionNames().at(0)), QByteArray("\"2026-07-28\""));
        QCOMPARE(servedRevisionNames().size(), 5U);
    }

    void writesWhatTheRevisionKnows_data()
    {
        QTest::addColumn<QByteArray>("revision");
        QTest::addColumn<bool>("annotations");
        QTest::addColumn<bool>("titles");
        QTest::addColumn<bool>("structured");
        QTest::newRow("2024-11-05 has none of it")
            << QByteArray("2024-11-05") << false << false << false;
        QTest::newRow("2025-03-26 brings annotations")
            << QByteArray("2025-03-26") << true << false << false;
        QTest::newRow("2025-06-18 brings titles and structure")
            << QByteArray("2025-06-18") << true << true << true;
        QTest::newRow("2025-11-25 keeps them") << QByteArray("2025-11-25") << true << true << true;
        QTest::newRow("2026-07-28 too") << QByteArray("2026-07-28") << true << true << true;
    }

    void writesWhatTheRevisionKnows()
    {
        QFETCH(const QByteArray, revision);
        QFETCH(const bool, annotations);
        QFETCH(const bool, titles);
        QFETCH(const bool, structured);
        const Traits *traits =
            findRevision(revision) ? findRevision(revision) : findStateless(revision);
        QVERIFY(traits);

        const Json tool = toJson(richTool(), *traits);
        QCOMPARE(tool.value("name", ""), std::string("count"));
        QCOMPARE(tool.value("description", ""), std::string("Counts."));
        QVERIFY(tool.contains("inputSchema"));
        QCOMPARE(tool.contains("annotations"), annotations);
        QCOMPARE(tool.contains("title"), titles);
        QCOMPARE(tool.contains("outputSchema"), structured);
        if (annotations) {
            QCOMPARE(json::print(tool.at("annotations")),
                     json::print(Json{{"title", "Count"},
                                      {"readOnlyHint", true},
                                      {"destructiveHint", false},
                                      {"idempotentHint", false},
                                      {"openWorldHint", true}}));
        }

        const Json result = toJson(ToolResult::structuredJson({{"n", 3}}), *traits);
        const QByteArray content = "[{\"text\":\"{\\\"n\\\":3}\",\"type\":\"text\"}]";
        QCOMPARE(json::print(result.at("content")), content);
        QCOMPARE(result.contains("structuredContent"), structured);
        QVERIFY(!result.contains("isError"));
    }

    void aFailureOfTheToolIsMarked()
    {
        const Json result =
            toJson(ToolResult::error(QStringLiteral("No.")), *findRevision("2024-11-05"));
        const QByteArray expected = R"({"content":[{"text":"No.","type":"text"}],"isError":true})";
        QCOMPARE(json::print(result), expected);
    }

    void aLinkIsWordsWhereTheRevisionHasNone()
    {
        const Content link =
            Content::linkTo({QStringLiteral("x://rest"), QStringLiteral("rest"),
                             QStringLiteral("The rest"), QString(), QStringLiteral("text/plain")});
        const QByteArray words = R"({"text":"The rest: x://rest","type":"text"})";
        for (const char *older : {"2024-11-05", "2025-03-26"})
            QCOMPARE(json::print(toJson(link, *findRevision(older))), words);
        const QByteArray block = R"({"mimeType":"text/plain","name":"rest","title":"The rest",)"
                                 R"("type":"resource_link","uri":"x://rest"})";
        for (const char *newer : {"2025-06-18", "2025-11-25"})
            QCOMPARE(json::print(toJson(link, *findRevision(newer))), block);
        QCOMPARE(json::print(toJson(link, *findStateless("2026-07-28"))), block);
    }

    void emptyTitlesAreLeftOut()
    {
        Tool tool = richTool();
        tool.title.clear();
        tool.annotations.title.clear();
        tool.outputSchema.reset();
        const Json written = toJson(tool, *findRevision("2025-11-25"));
        QVERIFY(!written.contains("title"));
        QVERIFY(!written.contains("outputSchema"));
        QVERIFY(!written.at("annotations").contains("title"));
    }
};

FLAREDECK_TEST(TestRevision)

} // namespace tst_revision

#include "tst_revision.moc"
