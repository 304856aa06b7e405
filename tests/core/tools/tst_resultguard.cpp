#include "core/tools/resultguard.h"

#include "core/tools/schemacheck.h"
#include "core/tools/tsv.h"
#include "tests/core/provider/comparejson.h"
#include "tests/support/testcase.h"

namespace tst_resultguard {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;
using mcp::Content;
using mcp::ToolResult;
using tools::GuardRules;
using tools::RestPage;
using tools::RestPages;

namespace {

constexpr int kLimit = 4000;
const QString kUri = u"flaredeck://results/0123456789abcdef0123456789abcdef"_s;

Json rows(int count, const QString &text = u"a name that takes its place"_s)
{
    Json list = Json::array();
    for (int i = 0; i < count; ++i)
        list.push_back({{"id", i}, {"name", text}});
    return list;
}

Json pageOf(const RestPage &page)
{
    return json::parse(page.text).value_or(Json());
}

/// A result that the guard has seen, and what it cut off.
struct Guarded {
    explicit Guarded(const ToolResult &whole, GuardRules rules = {.limit = kLimit})
        : result(tools::guardResult(whole, rules, [this](RestPages pages) {
            rest = std::move(pages);
            return std::optional(kUri);
        }))
    {
    }

    [[nodiscard]] QString text() const { return result.content.constFirst().text; }
    [[nodiscard]] QString note() const { return result.content.at(result.content.size() - 2).text; }
    [[nodiscard]] qsizetype size() const
    {
        qsizetype sum = 0;
        for (const Content &block : result.content)
            sum += block.text.size();
        return sum;
    }
    /// What was shown, and all pages behind it.
    [[nodiscard]] QString joined() const
    {
        QString all = text();
        for (const RestPage &page : rest)
            all += QString::fromUtf8(page.text);
        return all;
    }
    /// The same for JSON.
    [[nodiscard]] Json joinedJson(const Json &shown) const
    {
        Json whole = shown;
        for (const RestPage &page : rest) {
            const Json part = pageOf(page);
            Json &list = whole.at(Json::json_pointer(part.at("path").get<std::string>()));
            if (list.size() + 1 != part.at("from").get<std::size_t>())
                return "a page is missing";
            for (const Json &item : part.at("items"))
                list.push_back(item);
        }
        return whole;
    }

    RestPages rest;
    ToolResult result;
};

} // namespace

class TestResultGuard : public QObject
{
    Q_OBJECT

private slots:
    void whatFitsStaysAsItIs();
    void withoutALimitAllIsShown();
    void jsonIsCutBetweenItems();
    void theListWithTheMostIsTheOneThatIsCut();
    void aListOfOneIsNotTakenForTheRecords();
    void severalListsAreCut();
    void anArrayIsCutToo();
    void oneItemLongerThanAPage();
    void jsonWithoutAListIsLeftOut();
    void theOutputSchemaStillFits();
    void whereTheSchemaAllowsNoCutTheStructureStaysWhole();
    void aTableKeepsItsHeaderOnEveryPage();
    void aCellMayGoOverLines();
    void whatOnlyLooksLikeATableIsCutInLines();
    void linesStayWhole();
    void aLongLineIsDividedBetweenCharacters();
    void severalTexts();
    void manyTextsAreCutAsOne();
    void embeddedTextCounts();
    void embeddedBytesAreNoText();
    void theNoteSaysHowToGetLess();
    void whatIsNotKeptIsSaid();
    void anErrorIsCutAndStaysOne();
    void aLargeImageBecomesANote();
};

void TestResultGuard::whatFitsStaysAsItIs()
{
    for (const QString &text : {QString(), QString(kLimit, u'x'), u"{}"_s}) {
        const Guarded same(ToolResult::text(text));
        QCOMPARE(same.result.content.size(), 1);
        QCOMPARE(same.text(), text);
        QVERIFY(same.rest.isEmpty());
        QVERIFY(!tools::isGuarded(ToolResult::text(text), kLimit));
    }
    QVERIFY(tools::isGuarded(ToolResult::text(QString(kLimit + 1, u'x')), kLimit));
    QVERIFY(!Guarded(ToolResult::text(QString(kLimit + 1, u'x'))).rest.isEmpty());
}

void TestResultGuard::withoutALimitAllIsShown()
{
    const ToolResult large = ToolResult::structuredJson({{"rows", rows(2000)}});
    const Guarded same(large, {.limit = 0});
    QCOMPARE(same.text(), large.content.first().text);
    QVERIFY(*same.result.structured == *large.structured);
    QVERIFY(same.rest.isEmpty());
}

void TestResultGuard::jsonIsCutBetweenItems()
{
    const Json whole{{"rows", rows(1000)}, {"count", 1000}};
    const ToolResult large = ToolResult::structuredJson(whole);
    const Guarded cut(large);
    const Json shown = *json::parse(cut.text().toUtf8());
    const std::size_t kept = shown.at("rows").size();
    QVERIFY(kept > 10 && kept < 100);
    COMPARE_JSON(shown.at("count"), Json(1000));
    QVERIFY(cut.size() <= kLimit);
    QVERIFY(cut.size() > kLimit - 1000);
    QVERIFY(cut.joinedJson(shown) == whole);
    for (const RestPage &page : cut.rest) {
        QCOMPARE(page.mimeType, u"application/json"_s);
        QVERIFY(page.text.size() <= kLimit);
    }
    // The structured content tells it as well.
    Json structured = *cut.result.structured;
    QCOMPARE(json::toQString(structured.at("cut")), cut.note());
    structured.erase("cut");
    COMPARE_JSON(structured, shown);

    QVERIFY2(cut.note().contains(u"%1 of 1000 records in /rows"_s.arg(kept)),
             qPrintable(cut.note()));
    QVERIFY(cut.note().contains(QString::number(large.content.first().text.size())));
    QVERIFY(cut.note().contains(kUri));
    const Content &link = cut.result.content.last();
    QCOMPARE(link.kind, Content::Kind::ResourceLink);
    QCOMPARE(link.link.uri, kUri);
    QVERIFY2(cut.rest.first().about.contains(u"%1 to "_s.arg(kept + 1)),
             qPrintable(cut.rest.first().about));
}

void TestResultGuard::theListWithTheMostIsTheOneThatIsCut()
{
    const Json whole{{"numbers", std::vector<int>(300, 1)}, {"deep", {{"rows", rows(500)}}}};
    const Guarded cut(ToolResult::structuredJson(whole));
    const Json shown = *json::parse(cut.text().toUtf8());
    QCOMPARE(shown.at("numbers").size(), std::size_t(300));
    QVERIFY(shown.at("deep").at("rows").size() < 500);
    QVERIFY(cut.joinedJson(shown) == whole);
}

void TestResultGuard::aListOfOneIsNotTakenForTheRecords()
{
    // As a database answers: one entry for each statement, each with rows.
    const Json whole = Json::array({{{"results", rows(700)}, {"success", true}}});
    ToolResult large = ToolResult::text(QString::fromUtf8(json::print(whole)));
    large.structured = Json{{"result", whole}};
    const Guarded cut(large);
    const Json shown = *json::parse(cut.text().toUtf8());
    QCOMPARE(shown.size(), std::size_t(1));
    QVERIFY(shown.at(0).at("results").size() > 10);
    QVERIFY(cut.joinedJson(shown) == whole);
    COMPARE_JSON(cut.result.structured->at("result"), shown);
}

void TestResultGuard::severalListsAreCut()
{
    Json whole{{"first", rows(400)}, {"second", rows(300)}, {"names", Json::object()}};
    whole["names"]["one/two~three"] = rows(200);
    const Guarded cut(ToolResult::structuredJson(whole));
    QVERIFY(cut.size() <= kLimit);
    QVERIFY(cut.joinedJson(*json::parse(cut.text().toUtf8())) == whole);
}

void TestResultGuard::anArrayIsCutToo()
{
    const Json whole = rows(500, u"Zoë 😀 ünïcode"_s);
    ToolResult large = ToolResult::text(QString::fromUtf8(json::print(whole)));
    large.structured = tools::asObject(large);
    const Guarded cut(large);
    const Json shown = *json::parse(cut.text().toUtf8());
    QVERIFY(cut.joinedJson(shown) == whole);
    QCOMPARE(json::toQString(cut.result.structured->at("result")), cut.text());
    for (const RestPage &page : cut.rest)
        QVERIFY(QString::fromUtf8(page.text).size() <= kLimit);
}

void TestResultGuard::oneItemLongerThanAPage()
{
    Json whole{{"rows", rows(3)}};
    whole["rows"].push_back({{"id", 3}, {"name", std::string(10'000, 'x')}});
    whole["rows"].push_back({{"id", 4}, {"name", "last"}});
    const Guarded cut(ToolResult::structuredJson(whole));
    const Json shown = *json::parse(cut.text().toUtf8());
    COMPARE_JSON(shown.at("rows"), rows(3));
    // Its page is JSON in parts, and the next one JSON again.
    QByteArray parts;
    for (const RestPage &page : cut.rest) {
        QVERIFY(page.text.size() <= kLimit);
        if (page.mimeType == "text/plain"_L1)
            parts += page.text;
    }
    const auto page = json::parse(parts);
    QVERIFY(page);
    COMPARE_JSON(page->at("items"), Json::array({whole.at("rows").at(3)}));
    COMPARE_JSON(pageOf(cut.rest.last()).at("items"), Json::array({whole.at("rows").at(4)}));
}

void TestResultGuard::jsonWithoutAListIsLeftOut()
{
    const Json whole{{"name", "w"}, {"script", QString(9000, u'ü')}, {"tags", {"a", "b"}}};
    const Guarded cut(ToolResult::structuredJson(whole));
    QCOMPARE(cut.result.content.size(), 2);
    QVERIFY2(cut.note().startsWith("Not shown"_L1), qPrintable(cut.note()));
    COMPARE_JSON(*cut.result.structured, (Json{{"cut", cut.note()}}));
    QByteArray all;
    for (const RestPage &page : cut.rest)
        all += page.text;
    COMPARE_JSON(*json::parse(all), whole);
}

void TestResultGuard::theOutputSchemaStillFits()
{
    const auto schema = [](bool isOpen) {
        return Json{
            {"type", "object"},
            {"properties",
             {{"rows", {{"type", "array"}, {"minItems", 1}}}, {"count", {{"type", "integer"}}}}},
            {"required", {"rows", "count"}},
            {"additionalProperties", isOpen}};
    };
    const Json whole{{"rows", rows(900)}, {"count", 900}};
    for (const bool isOpen : {true, false}) {
        const auto check = tools::SchemaCheck::compile(schema(isOpen));
        const Guarded cut(ToolResult::structuredJson(whole), {.limit = kLimit, .output = &*check});
        QVERIFY(!check->problem(*cut.result.structured));
        QVERIFY(cut.result.structured->at("rows").size() < 100);
        QCOMPARE(cut.result.structured->contains("cut"), isOpen);
    }
}

void TestResultGuard::whereTheSchemaAllowsNoCutTheStructureStaysWhole()
{
    const auto check = tools::SchemaCheck::compile(
        {{"type", "object"}, {"properties", {{"rows", {{"type", "array"}, {"minItems", 900}}}}}});
    const Json whole{{"rows", rows(900)}};
    const Guarded cut(ToolResult::structuredJson(whole), {.limit = kLimit, .output = &*check});
    QVERIFY(*cut.result.structured == whole);
    QVERIFY(cut.text().size() <= kLimit);
    QVERIFY(!cut.rest.isEmpty());
}

void TestResultGuard::aTableKeepsItsHeaderOnEveryPage()
{
    QList<QList<Json>> table;
    for (int i = 0; i < 1000; ++i)
        table << QList<Json>{i, "name"};
    const QString whole = tools::tsv({u"id"_s, u"name"_s}, table);
    const Guarded cut(ToolResult::text(whole));
    QStringList lines = cut.text().split(u'\n');
    QVERIFY(cut.note().contains(u"%1 of 1000 rows"_s.arg(lines.size() - 1)));
    for (const RestPage &page : cut.rest) {
        QCOMPARE(page.mimeType, u"text/tab-separated-values"_s);
        QVERIFY(page.text.size() <= kLimit);
        QStringList more = QString::fromUtf8(page.text).split(u'\n');
        QCOMPARE(more.takeFirst(), u"id\tname"_s);
        lines << more;
    }
    QCOMPARE(lines.join(u'\n'), whole);
}

void TestResultGuard::aCellMayGoOverLines()
{
    QList<QList<Json>> table;
    for (int i = 0; i < 300; ++i)
        table << QList<Json>{"a \"quoted\"\ncell\nof\tthree lines"};
    const QString whole = tools::tsv({u"text"_s}, table);
    // One column looks like anything; its tool knows that it is a table.
    const Guarded cut(ToolResult::text(whole), {.limit = kLimit, .isTable = true});
    const QString cell = tools::tsv({u"text"_s}, {table.first()}).mid(5);
    QString all = cut.text();
    for (const RestPage &page : cut.rest) {
        const QString text = QString::fromUtf8(page.text);
        QVERIFY(text.startsWith(u"text\n"_s + cell));
        QVERIFY(text.endsWith(cell));
        all += text.mid(4);
    }
    QVERIFY(cut.text().endsWith(cell));
    QCOMPARE(all, whole);
}

void TestResultGuard::whatOnlyLooksLikeATableIsCutInLines()
{
    const QString whole = u"if (a)\tb\n\"text\tthat is not ended\n"_s.repeated(300);
    const Guarded cut(ToolResult::text(whole));
    QCOMPARE(cut.rest.first().mimeType, u"text/plain"_s);
    QCOMPARE(cut.joined(), whole);
}

void TestResultGuard::linesStayWhole()
{
    QString whole;
    for (int i = 0; i < 900; ++i)
        whole += u"const line%1 = 'ü😀';\r\n"_s.arg(i);
    whole += u"export default {}"_s;
    const Guarded cut(ToolResult::text(whole));
    QVERIFY(cut.text().endsWith(u"';\r\n"_s));
    QCOMPARE(cut.joined(), whole);
    for (qsizetype i = 0; i + 1 < cut.rest.size(); ++i)
        QVERIFY(cut.rest.at(i).text.endsWith("';\r\n"));
    QVERIFY(cut.note().contains(" of 901 lines"_L1));
}

void TestResultGuard::aLongLineIsDividedBetweenCharacters()
{
    for (const QString &before : {QString(), u"x"_s}) {
        const QString whole = before + u"😀"_s.repeated(10'000);
        const Guarded cut(ToolResult::text(whole));
        QVERIFY(!cut.text().isEmpty());
        QVERIFY(!cut.text().back().isHighSurrogate());
        QCOMPARE(cut.joined(), whole);
    }
}

void TestResultGuard::severalTexts()
{
    QList<QList<Json>> table;
    for (int i = 0; i < 1000; ++i)
        table << QList<Json>{i, "name"};
    ToolResult large;
    large.content << Content::ofText(u"Builds:"_s)
                  << Content::ofText(tools::tsv({u"id"_s, u"name"_s}, table))
                  << Content::image("png", u"image/png"_s);
    large.structured = tools::asObject(large);
    const Guarded cut(large);
    QCOMPARE(cut.text(), u"Builds:"_s);
    QVERIFY(cut.result.content.at(1).text.startsWith("id\tname\n0\tname"_L1));
    QCOMPARE(cut.result.content.at(2).kind, Content::Kind::Image);
    QVERIFY(cut.size() <= kLimit);
    QVERIFY(json::toQString(cut.result.structured->at("result"))
                .startsWith("Builds:\nid\tname\n0\tname"_L1));
    QVERIFY(json::toQString(cut.result.structured->at("result")).size() < kLimit);
}

void TestResultGuard::manyTextsAreCutAsOne()
{
    ToolResult large;
    QStringList texts;
    for (int i = 0; i < 100; ++i) {
        texts << u"Text %1 of many, each of them short."_s.arg(i).repeated(3);
        large.content << Content::ofText(texts.last());
    }
    const Guarded cut(large);
    QCOMPARE(cut.result.content.size(), 3);
    QCOMPARE(cut.joined(), texts.join(u'\n'));
    QVERIFY(cut.size() <= kLimit);
}

void TestResultGuard::embeddedTextCounts()
{
    QStringList lines;
    for (int i = 0; i < 400; ++i)
        lines << u"Line %1 of a page that a tool has read."_s.arg(i);
    ToolResult large;
    large.content << Content::ofText(u"The page:"_s)
                  << Content::embedded({u"page://1"_s, u"text/plain"_s, lines.join(u'\n'), {}});
    QVERIFY(tools::isGuarded(large, kLimit));
    const Guarded cut(large);
    QCOMPARE(cut.text(), u"The page:"_s);
    // A part of it is not what its address promises.
    const Content &shown = cut.result.content.at(1);
    QCOMPARE(shown.kind, Content::Kind::Text);
    QVERIFY2(shown.text.startsWith(lines.first() + u'\n'), qPrintable(shown.text));
    QVERIFY(cut.size() <= kLimit);
    QString all = shown.text;
    for (const RestPage &page : cut.rest)
        all += QString::fromUtf8(page.text);
    QCOMPARE(all, lines.join(u'\n'));
}

void TestResultGuard::embeddedBytesAreNoText()
{
    ToolResult result;
    result.content << Content::embedded(
        {u"file://1"_s, u"image/png"_s, {}, QByteArray(kLimit * 2, 'x')});
    QVERIFY(!tools::isGuarded(result, kLimit));
}

void TestResultGuard::theNoteSaysHowToGetLess()
{
    const auto noteWith = [](const Json &properties) {
        return Guarded(ToolResult::text(u"line\n"_s.repeated(2000)),
                       {.limit = kLimit,
                        .inputSchema = {{"type", "object"},
                                        {"properties", properties},
                                        {"required", {"name"}}}})
            .note();
    };
    const Json any{{"type", "string"}};
    const QString paged =
        noteWith({{"name", any},
                  {"per_page", any},
                  {"cursor", any},
                  {"colour", any},
                  {"query", {{"properties", {{"limit", any}, {"offset", any}}}}}});
    QVERIFY2(paged.contains("per_page, query.limit for fewer records"_L1), qPrintable(paged));
    QVERIFY2(paged.contains("cursor, query.offset for the next ones"_L1), qPrintable(paged));
    QVERIFY(!paged.contains("colour"_L1));
    const QString other = noteWith({{"name", any}, {"colour", any}, {"account_id", any}});
    QVERIFY2(other.endsWith("Or call the tool again: narrower with colour."_L1), qPrintable(other));
    QVERIFY(!noteWith({{"name", any}}).contains("again"_L1));

    Json many = Json::object();
    for (int i = 0; i < 200; ++i)
        many["argument" + std::to_string(i)] = any;
    QVERIFY(noteWith(many).size() < 1000);
}

void TestResultGuard::whatIsNotKeptIsSaid()
{
    const ToolResult cut =
        tools::guardResult(ToolResult::text(u"line\n"_s.repeated(2000)), {.limit = kLimit},
                           [](const RestPages &) { return std::nullopt; });
    QCOMPARE(cut.content.size(), 2);
    QVERIFY(cut.content.last().text.contains("too large to be kept"_L1));
}

void TestResultGuard::anErrorIsCutAndStaysOne()
{
    const Guarded cut(ToolResult::error(u"It failed.\n"_s.repeated(2000)));
    QVERIFY(cut.result.isError);
    QVERIFY(!cut.result.structured);
    QVERIFY(cut.size() <= kLimit);
}

void TestResultGuard::aLargeImageBecomesANote()
{
    const auto imageOf = [](qsizetype bytes) {
        ToolResult result;
        result.content << Content::image(QByteArray(bytes, 'x'), u"image/png"_s);
        result.structured = tools::asObject(result);
        return result;
    };
    const Guarded whole(imageOf(tools::kMaxBlobBytes));
    QCOMPARE(whole.result.content.first().kind, Content::Kind::Image);
    for (const int limit : {0, kLimit}) {
        const Guarded noted(imageOf(tools::kMaxBlobBytes + 1), {.limit = limit});
        QVERIFY(tools::isGuarded(imageOf(tools::kMaxBlobBytes + 1), limit));
        QVERIFY(!noted.result.isError);
        QCOMPARE(noted.result.content.size(), 1);
        QCOMPARE(noted.result.content.first().kind, Content::Kind::Text);
        QVERIFY(noted.text().contains("4194305"_L1));
        QVERIFY(noted.text().contains("image/png"_L1));
        QCOMPARE(json::toQString(noted.result.structured->at("result")), noted.text());
    }
    mcp::ResourceContents pdf{u"x:y"_s, u"application/pdf"_s, {}, QByteArray(5'000'000, 'x')};
    ToolResult file;
    file.content << Content::embedded(pdf);
    QVERIFY(Guarded(file).text().contains("application/pdf"_L1));
}

FLAREDECK_TEST(TestResultGuard)

} // namespace tst_resultguard

#include "tst_resultguard.moc"
