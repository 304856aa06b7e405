#include "core/tools/guide.h"

#include "core/tools/definition.h"
#include "core/tools/schemacheck.h"
#include "tests/core/tools/cataloguesetup.h"
#include "tests/support/testcase.h"

#include <QRegularExpression>

namespace tst_guide {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

class TestGuide : public QObject
{
    Q_OBJECT

private slots:
    void everythingThatIsListedCanBeRead();
    void accountsAreThoseOfTheGrant();
    void theToolsetShowsWhatTheScopesOpen();
    void theExamplesAreValidQueries();
    void anUnknownResourceIsNotFound();

private:
    Result<QString> read(const QString &uri, const CallerPtr &caller = CatalogueSetup::caller())
    {
        const auto context = std::make_shared<mcp::CallContext>();
        context->caller = caller;
        const auto parts = QCoro::waitFor(m_guide.read(uri, context));
        if (!parts)
            return fail(parts.error());
        return parts->constFirst().text;
    }

    CatalogueSetup m_setup;
    tools::Guide m_guide{*m_setup.catalogue};
};

void TestGuide::everythingThatIsListedCanBeRead()
{
    const auto resources = m_guide.list(CatalogueSetup::caller());
    QStringList uris;
    for (const mcp::Resource &resource : resources) {
        uris << resource.uri;
        const auto text = read(resource.uri);
        QVERIFY2(text && !text->isEmpty(), qPrintable(resource.uri));
        QVERIFY(!resource.title.isEmpty() && !resource.description.isEmpty());
    }
    QVERIFY(uris.contains(u"flaredeck://accounts"_s));
    for (const QString &toolset : m_setup.catalogue->toolsets())
        QVERIFY2(uris.contains(u"flaredeck://toolsets/"_s + toolset), qPrintable(toolset));
}

void TestGuide::accountsAreThoseOfTheGrant()
{
    QCOMPARE(*read(u"flaredeck://accounts"_s), uR"({"accounts":[{"id":"a1","name":"One"}]})"_s);
}

void TestGuide::theToolsetShowsWhatTheScopesOpen()
{
    const QString all = *read(u"flaredeck://toolsets/observability"_s);
    QVERIFY(all.contains("`query_worker_observability`"_L1));
    const QString few = *read(u"flaredeck://toolsets/observability"_s,
                              CatalogueSetup::caller(kOne, {u"mcp:read"_s}));
    QVERIFY(few.contains("`accounts_list`"_L1));
    QVERIFY(!few.contains("`query_worker_observability`"_L1));
}

void TestGuide::theExamplesAreValidQueries()
{
    const auto &definitions = tools::allDefinitions();
    const auto query = std::find_if(definitions.begin(), definitions.end(), [](const auto &one) {
        return one.tool.name == "query_worker_observability"_L1;
    });
    QVERIFY(query != definitions.end());
    const auto check = tools::SchemaCheck::compile(query->tool.inputSchema);
    QVERIFY(check);
    const QString guide = *read(u"flaredeck://guides/observability-queries"_s);
    static const QRegularExpression fence(u"```json\n(.*?)```"_s,
                                          QRegularExpression::DotMatchesEverythingOption);
    int examples = 0;
    for (const auto &match : fence.globalMatch(guide)) {
        const auto example = json::parse(match.captured(1).toUtf8());
        QVERIFY2(example, qPrintable(match.captured(1)));
        const auto problem = check->problem(*example);
        QVERIFY2(!problem, problem ? qPrintable(*problem) : "");
        ++examples;
    }
    QCOMPARE(examples, 3);
}

void TestGuide::anUnknownResourceIsNotFound()
{
    const auto text = read(u"flaredeck://nix"_s);
    QVERIFY(!text);
    QCOMPARE(text.error().kind, Error::Kind::NotFound);
}

FLAREDECK_TEST(TestGuide)

} // namespace tst_guide

#include "tst_guide.moc"
