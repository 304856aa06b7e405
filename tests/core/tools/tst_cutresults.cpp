#include "core/tools/definition.h"
#include "core/tools/guide.h"
#include "core/tools/schemacheck.h"
#include "tests/core/provider/comparejson.h"
#include "tests/core/tools/cataloguesetup.h"
#include "tests/support/testcase.h"

namespace tst_cutresults {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kLimit = 6000;
constexpr int kWorkers = 400;

/// Long results, through the catalogue and out again through the resources.
struct Setup : CatalogueSetup {
    Setup()
    {
        catalogue = std::make_unique<tools::Catalogue>(
            *cloudflare, client,
            [this](store::CallRecord record) { records.append(std::move(record)); }, clock,
            tools::Permit(), tools::RightsOf(), nullptr,
            tools::ResultLimits{[this](const ClientId &id) { return limits.value(id, kLimit); },
                                &shelf});
        guide = std::make_unique<tools::Guide>(*catalogue, &shelf);
        Json workers = Json::array();
        for (int i = 0; i < kWorkers; ++i)
            workers.push_back({{"id", "worker-" + std::to_string(i)}, {"tag", "t"}});
        upstream.on("/client/v4/accounts/a1/workers/scripts", enveloped(workers));
    }

    Result<QList<mcp::ResourceContents>> read(const QString &uri, const CallerPtr &who = caller())
    {
        const auto context = std::make_shared<mcp::CallContext>();
        context->caller = who;
        return QCoro::waitFor(guide->read(uri, context));
    }

    /// What the link of a result leads to, page by page.
    QStringList pagesBehind(const ToolResult &result)
    {
        QStringList pages;
        const QString first = result.content.last().link.uri;
        for (QString uri = first; const auto parts = read(uri);
             uri = first + u"?page=%1"_s.arg(pages.size() + 1))
            pages << parts->first().text;
        return pages;
    }

    QHash<ClientId, int> limits;
    tools::ResultShelf shelf{clock};
    std::unique_ptr<tools::Guide> guide;
};

} // namespace

class TestCutResults : public QObject
{
    Q_OBJECT

private slots:
    void theRestOfALongListCanBeRead();
    void theRestOfALongTextCanBeRead();
    void theHistoryHasTheWhole();
    void eachClientHasItsOwnLimit();
    void onlyTheGrantThatCalledReadsIt();
    void theTemplateIsListed();
};

void TestCutResults::theRestOfALongListCanBeRead()
{
    Setup s;
    const ToolResult result = s.call(u"workers_list"_s);
    QVERIFY(!result.isError);
    Json shown = *json::parse(result.content.first().text.toUtf8());
    COMPARE_JSON(shown.at("count"), Json(kWorkers));
    QVERIFY(shown.at("workers").size() < kWorkers / 2);
    for (const tools::ToolDefinition &definition : tools::allDefinitions()) {
        if (definition.tool.name != "workers_list"_L1)
            continue;
        const auto check = tools::SchemaCheck::compile(*definition.tool.outputSchema);
        QCOMPARE(check->problem(*result.structured).value_or(QString()), QString());
    }
    const QStringList pages = s.pagesBehind(result);
    QVERIFY(pages.size() > 2);
    for (const QString &page : pages) {
        QVERIFY(page.size() <= kLimit);
        const Json part = *json::parse(page.toUtf8());
        for (const Json &item : part.at("items"))
            shown.at("workers").push_back(item);
    }
    QCOMPARE(shown.at("workers").size(), std::size_t(kWorkers));
    QCOMPARE(s.records.size(), 1);
    QCOMPARE(QByteArray(json::print(shown)), s.records.first().result);
}

void TestCutResults::theRestOfALongTextCanBeRead()
{
    Setup s;
    const QByteArray code = QByteArray("  console.log('hello');\n").repeated(2000);
    s.upstream.on("/client/v4/accounts/a1/workers/scripts/w", http::Response::text(200, code));
    const ToolResult result = s.call(u"workers_get_worker_code"_s, {{"scriptName", "w"}});
    QVERIFY(result.content.first().text.size() < kLimit);
    QCOMPARE(result.content.first().text + s.pagesBehind(result).join(QString()),
             QString::fromUtf8(code));
}

void TestCutResults::theHistoryHasTheWhole()
{
    Setup s;
    const ToolResult result = s.call(u"workers_list"_s);
    const store::CallRecord &record = s.records.first();
    QVERIFY(record.result.contains("worker-399"));
    QCOMPARE(record.bytesOut, record.result.size());
    QVERIFY(!result.content.first().text.contains("worker-399"_L1));
}

void TestCutResults::eachClientHasItsOwnLimit()
{
    Setup s;
    const ClientId client = Setup::caller()->client;
    s.limits.insert(client, 0);
    const ToolResult whole = s.call(u"workers_list"_s);
    QCOMPARE(whole.content.size(), 1);
    const qsizetype size = whole.content.first().text.size();
    s.limits.insert(client, int(size));
    QCOMPARE(s.call(u"workers_list"_s).content.size(), 1);
    s.limits.insert(client, int(size) - 1);
    QVERIFY(s.call(u"workers_list"_s).content.size() > 1);
    QVERIFY(s.shelf.bytes() > 0);
}

void TestCutResults::onlyTheGrantThatCalledReadsIt()
{
    Setup s;
    const QString uri = s.call(u"workers_list"_s).content.last().link.uri;
    CallerIdentity other = *Setup::caller();
    other.grant = GrantId{u"g2"_s};
    const auto foreign = s.read(uri, std::make_shared<CallerIdentity>(other));
    QVERIFY(!foreign);
    QCOMPARE(foreign.error().kind, Error::Kind::NotFound);
    QVERIFY(s.read(uri));
    s.shelf.dropGrant(Setup::caller()->grant);
    QVERIFY(!s.read(uri));
}

void TestCutResults::theTemplateIsListed()
{
    Setup s;
    const auto templates = s.guide->templates(Setup::caller());
    QCOMPARE(templates.size(), 1);
    QVERIFY(templates.first().uriTemplate.startsWith("flaredeck://results/{id}"_L1));
    QVERIFY(!templates.first().description.isEmpty());
    // Without anything that keeps results there is nothing to fill in.
    QVERIFY(tools::Guide(*s.catalogue).templates(Setup::caller()).isEmpty());
}

FLAREDECK_TEST(TestCutResults)

} // namespace tst_cutresults

#include "tst_cutresults.moc"
