#include "core/providers/cloudflare/graphqlreach.h"
#include "tests/core/tools/cataloguesetup.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_graphqlreach {

using namespace flaredeck;
using namespace flaredeck::cloudflare;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// In the queries below: ids A and B of accounts, Y and Z of zones.
const QString kA = u"a"_s.repeated(32);
const QString kB = u"b"_s.repeated(32);
const QString kY = u"1"_s.repeated(32);
const QString kZ = u"2"_s.repeated(32);

QString withIds(QString text)
{
    for (const auto &[place, id] : {std::pair(u"\"A\""_s, kA), std::pair(u"\"B\""_s, kB),
                                    std::pair(u"\"Y\""_s, kY), std::pair(u"\"Z\""_s, kZ)})
        text.replace(place, u'"' + id + u'"');
    return text;
}

Result<GraphqlReach> reachOf(const QString &query, const QString &variables)
{
    const auto tokens = graphqlTokens(withIds(query));
    if (!tokens)
        return fail(tokens.error());
    const auto document = readGraphql(*tokens);
    if (!document)
        return fail(document.error());
    return graphqlReach(*document, *json::parse(withIds(variables).toUtf8()));
}

QString inWords(const GraphqlReach &reach)
{
    QString words = (reach.accounts + reach.zones).join(u' ');
    for (const auto &[id, place] :
         {std::pair(kA, u'A'), std::pair(kB, u'B'), std::pair(kY, u'Y'), std::pair(kZ, u'Z')})
        words.replace(id, QString(place));
    return words;
}

} // namespace

/// A query reads what it names, or it is not run.
class TestGraphqlReach : public QObject
{
    Q_OBJECT

private slots:
    void whatAQueryNames_data();
    void whatAQueryNames();
    void whatIsNotNamedIsRefused_data();
    void whatIsNotNamedIsRefused();
    void onlyTheCallersAccountsAreRead_data();
    void onlyTheCallersAccountsAreRead();
    void whatWasCheckedIsWhatIsSent();
};

void TestGraphqlReach::whatAQueryNames_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("variables");
    QTest::addColumn<QString>("names");
    const auto row = [](const char *name, const char *query, const char *names,
                        const char *variables = "{}") {
        QTest::newRow(name) << QString::fromUtf8(query) << QString::fromUtf8(variables)
                            << QString::fromUtf8(names);
    };
    row("an account", R"({viewer{accounts(filter:{accountTag:"A"}){x}}})", "A");
    row("a zone", R"({viewer{zones(filter:{zoneTag:"Z"}){x}}})", "Z");
    row("several", R"({viewer{zones(filter:{zoneTag_in:["Y","Z"]}){x}}})", "Y Z");
    row("one as a list", R"({viewer{zones(filter:{zoneTag_in:"Z"}){x}}})", "Z");
    row("each once",
        R"({viewer{a:zones(filter:{zoneTag:"Z"}){x}b:zones(filter:{zoneTag:"Z"}){x}}})", "Z");
    row("both kinds",
        R"({viewer{accounts(filter:{accountTag:"A"}){x}zones(filter:{zoneTag:"Z"}){x}}})", "A Z");
    row("two viewers",
        R"({a:viewer{zones(filter:{zoneTag:"Y"}){x}}b:viewer{zones(filter:{zoneTag:"Z"}){x}}})",
        "Y Z");
    row("with other arguments",
        R"({viewer{zones(limit:2 filter:{zoneTag:"Z"} orderBy:[zoneTag_ASC]){x}}})", "Z");
    row("nothing of a customer", "{cost viewer{budget __typename}__typename}", "");
    row("the schema", "{__schema{types{name}}__type(name:\"x\"){name}}", "");
    row("a fragment", R"(fragment f on viewer{zones(filter:{zoneTag:"Z"}){x}}{viewer{...f}})", "Z");
    row("a fragment at the top",
        R"({...f}fragment f on Query{viewer{...g}}fragment g on viewer{zones(filter:{zoneTag:"Z"}){x}})",
        "Z");
    row("inline", R"({...{viewer{...on viewer{zones(filter:{zoneTag:"Z"}){x}}}}})", "Z");
    row("a fragment that is not used counts",
        R"({cost}fragment f on viewer{zones(filter:{zoneTag:"Z"}){x}})", "Z");
    row("a fragment in a circle", "{viewer{...f}}fragment f on viewer{budget...f}", "");
    row("a variable", "query($z:string){viewer{zones(filter:{zoneTag:$z}){x}}}", "Z",
        R"({"z":"Z"})");
    row("a variable for a filter", "query($f:f!){viewer{zones(filter:$f){x}}}", "Y Z",
        R"({"f":{"zoneTag_in":["Y","Z"]}})");
    row("a variable for a list", "query($z:[string!]){viewer{zones(filter:{zoneTag_in:$z}){x}}}",
        "Y Z", R"({"z":["Y","Z"]})");
    row("variables in a list",
        R"(query($z:string){viewer{zones(filter:{zoneTag_in:["Y" $z]}){x}}})", "Y Z",
        R"({"z":"Z"})");
    row("a default", R"(query($z:string="Z"){viewer{zones(filter:{zoneTag:$z}){x}}})", "Z");
    row("a value instead of the default",
        R"(query($z:string="Y"){viewer{zones(filter:{zoneTag:$z}){x}}})", "Z", R"({"z":"Z"})");
    row("a default that is a filter", R"(query($f:f={zoneTag:"Z"}){viewer{zones(filter:$f){x}}})",
        "Z");
    row("an id in escapes",
        R"({viewer{zones(filter:{zoneTag:"\u0032\u{32}222222222222222222222222222222"}){x}}})",
        "Z");
    row("an id in a block", R"({viewer{zones(filter:{zoneTag:"""
        22222222222222222222222222222222
        """}){x}}})",
        "Z");
    row("an id in capitals",
        R"({viewer{accounts(filter:{accountTag:"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}){x}}})", "A");
    row("a zone of a dataset",
        R"({viewer{accounts(filter:{accountTag:"A"}){d(filter:{AND:[{zoneTag:"Z"}]}){x}}}})",
        "A Z");
    row("an account of a dataset",
        R"({viewer{accounts(filter:{accountTag:"A"}){d(filter:{OR:[{accountTag_in:["B"]}]}){x}}}})",
        "A B");
    row("an id by another name",
        R"({viewer{accounts(filter:{accountTag:"A"}){d(filter:{zoneId:"Z" parentAccount_neq:["B"]}){x}}}})",
        "A B Z");
    row("in a directive", R"({cost@x(zoneTag:"Z")})", "Z");
    row("in a directive of the query", R"(query@x(accountTag:"A"){cost})", "A");
    row("ids of other things",
        R"({viewer{accounts(filter:{accountTag:"A"}){d(filter:{ruleId:"Y" namespaceId_in:["Z"]}){x}}}})",
        "A");
    row("a variable that is not used", "{cost}", "", R"({"z":"Z"})");
    row("a comment names nothing", "{cost} # zones(filter:{zoneTag:\"Z\"})", "");
    row("a string names nothing", R"({a:__type(name:"viewer{zones{x}}"){name}})", "");
}

void TestGraphqlReach::whatAQueryNames()
{
    QFETCH(QString, query);
    QFETCH(QString, variables);
    const auto reach = reachOf(query, variables);
    QVERIFY2(reach, reach ? "" : qPrintable(reach.error().text()));
    QTEST(inWords(*reach), "names");
}

void TestGraphqlReach::whatIsNotNamedIsRefused_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("variables");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const char *query, const char *words,
                        const char *variables = "{}") {
        QTest::newRow(name) << QString::fromUtf8(query) << QString::fromUtf8(variables)
                            << QString::fromUtf8(words);
    };
    row("no filter", "{viewer{zones{x}}}", "viewer.zones has no filter by zoneTag");
    row("no filter of accounts", "{viewer{accounts{x}}}", "viewer.accounts has no filter");
    row("an alias", "{viewer{accounts:zones{x}}}", "viewer.zones has no filter");
    row("an alias with the other's filter", R"({viewer{zones:accounts(filter:{zoneTag:"Z"}){x}}})",
        "has zoneTag");
    row("an alias of viewer", "{cost:viewer{zones{x}}}", "viewer.zones has no filter");
    row("only a limit", "{viewer{zones(limit:1){x}}}", "viewer.zones has no filter");
    row("an empty filter", "{viewer{zones(filter:{}){x}}}", "viewer.zones has no filter");
    row("a filter of null", "{viewer{zones(filter:null){x}}}", "viewer.zones has no filter");
    row("a list of filters", R"({viewer{zones(filter:[{zoneTag:"Z"}]){x}}})",
        "viewer.zones has no filter");
    row("an empty list", "{viewer{zones(filter:{zoneTag_in:[]}){x}}}", "no id of 32");
    row("null", "{viewer{zones(filter:{zoneTag:null}){x}}}", "no id of 32");
    row("null in a list", R"({viewer{zones(filter:{zoneTag_in:["Z" null]}){x}}})", "no id of 32");
    row("a list for one", R"({viewer{zones(filter:{zoneTag:["Z"]}){x}}})", "no id of 32");
    row("a list in a list", R"({viewer{zones(filter:{zoneTag_in:[["Z"]]}){x}}})", "no id of 32");
    row("a number", "{viewer{zones(filter:{zoneTag:22222222222222222222222222222222}){x}}}",
        "no id of 32");
    row("a word", "{viewer{zones(filter:{zoneTag:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}){x}}}",
        "no id of 32");
    row("an empty text", "{viewer{zones(filter:{zoneTag:\"\"}){x}}}", "no id of 32");
    row("a name", "{viewer{zones(filter:{zoneTag:\"acme.example\"}){x}}}", "zones_list");
    row("an id with a line end",
        R"({viewer{zones(filter:{zoneTag:"22222222222222222222222222222222\n"}){x}}})",
        "no id of 32");
    row("digits of another script",
        R"({viewer{zones(filter:{zoneTag:"٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢٢"}){x}}})",
        "no id of 32");
    for (const char *name : {"gt", "lt", "geq", "leq", "neq", "notin", "like", "notlike", "in_x"}) {
        const QByteArray filter = "zoneTag_" + QByteArray(name);
        row(filter, "{viewer{zones(filter:{" + filter + ":\"Z\"}){x}}}", filter);
        row("with it " + filter, "{viewer{zones(filter:{zoneTag:\"Z\" " + filter + ":\"Y\"}){x}}}",
            filter);
        row("nested " + filter,
            "{viewer{zones(filter:{zoneTag:\"Z\"}){d(filter:{OR:[{" + filter + ":\"Y\"}]}){x}}}}",
            filter);
    }
    row("OR", R"({viewer{zones(filter:{OR:[{zoneTag:"Z"}{}]}){x}}})", "has OR");
    row("AND", R"({viewer{zones(filter:{zoneTag:"Z" AND:[]}){x}}})", "has AND");
    row("an unknown condition", R"({viewer{zones(filter:{zoneTag:"Z" plan:"x"}){x}}})", "has plan");
    row("in a fragment", "{viewer{...f}}fragment f on viewer{zones{x}}", "has no filter");
    row("in a fragment of a fragment",
        "{viewer{...f}}fragment f on viewer{...g}fragment g on viewer{zones{x}}", "has no filter");
    row("in a fragment at the top", "{...f}fragment f on Query{viewer{zones{x}}}", "has no filter");
    row("in a fragment that is also at the top",
        R"({...f viewer{...f}}fragment f on x{viewer{budget}zones{x}})", "zones");
    row("inline", "{viewer{...{zones{x}}}}", "has no filter");
    row("the second of two", R"({viewer{zones(filter:{zoneTag:"Z"}){x}zones(filter:{}){x}}})",
        "has no filter");
    row("the second viewer", R"({viewer{budget}viewer{zones{x}}})", "has no filter");
    row("skipped", "{viewer{zones@skip(if:true){x}}}", "has no filter");
    row("a fragment that is not there", "{viewer{...f}}", "no fragment f");
    row("another field of viewer", "{viewer{organizations{x}}}", "the field organizations of");
    row("another field at the top", "{accounts{x}}", "the field accounts at the top");
    row("a variable that is not given", "query($z:string){viewer{zones(filter:{zoneTag:$z}){x}}}",
        "it is the variable $z");
    row("a variable of null", "query($z:string){viewer{zones(filter:{zoneTag:$z}){x}}}",
        "it is the variable $z", R"({"z":null})");
    row("null in place of the default",
        R"(query($z:string="Z"){viewer{zones(filter:{zoneTag:$z}){x}}})", "it is the variable $z",
        R"({"z":null})");
    row("a default of null", "query($z:string=null){viewer{zones(filter:{zoneTag:$z}){x}}}",
        "it is the variable $z");
    row("a variable that is not declared", "{viewer{zones(filter:{zoneTag:$z}){x}}}",
        "without declaring it", R"({"z":"Z"})");
    row("a filter that is not declared", "{viewer{zones(filter:$f){x}}}", "without declaring it",
        R"({"f":{"zoneTag":"Z"}})");
    row("a filter that is not given", "query($f:f){viewer{zones(filter:$f){x}}}", "has no filter");
    row("a filter of text", "query($f:f){viewer{zones(filter:$f){x}}}", "has no filter",
        R"({"f":"{zoneTag:\"Z\"}"})");
    row("a condition in a variable", "query($f:f){viewer{zones(filter:$f){x}}}", "zoneTag_gt",
        R"({"f":{"zoneTag_gt":"Z"}})");
    row("one beside it in a variable", "query($f:f){viewer{zones(filter:$f){x}}}", "zoneTag_neq",
        R"({"f":{"zoneTag":"Z","zoneTag_neq":"Y"}})");
    row("an object that looks like a variable", "query($f:f){viewer{zones(filter:$f){x}}}",
        "no id of 32", R"({"f":{"zoneTag":{"$":"Z"}}})");
    row("a name of a variable in a variable", "query($f:f $z:z){viewer{zones(filter:$f){x}}}",
        "no id of 32", R"({"f":{"zoneTag":"$z"},"z":"Z"})");
    row("a condition deep in a variable",
        R"(query($f:f){viewer{zones(filter:{zoneTag:"Z"}){d(filter:$f){x}}}})", "accountTag_like",
        R"({"f":{"AND":[{"OR":[{"accountTag_like":"%"}]}]}})");
    row("a condition in a default",
        R"(query($f:f={OR:[{zoneTag_gt:"Z"}]}){viewer{zones(filter:{zoneTag:"Z"}){d(filter:$f){x}}}})",
        "zoneTag_gt");
}

void TestGraphqlReach::whatIsNotNamedIsRefused()
{
    QFETCH(QString, query);
    QFETCH(QString, variables);
    QFETCH(QString, words);
    const auto reach = reachOf(query, variables);
    QVERIFY(!reach);
    QVERIFY(reach.error().kind == Error::Kind::Denied);
    QVERIFY(!reach.error().action.isEmpty());
    QVERIFY2(reach.error().text().contains(words), qPrintable(reach.error().text()));
}

void TestGraphqlReach::onlyTheCallersAccountsAreRead_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("variables");
    QTest::addColumn<QString>("refusal"); // empty = it is run
    QTest::newRow("its account") << u"{viewer{accounts(filter:{accountTag:\"A\"}){x}}}"_s << u"{}"_s
                                 << QString();
    QTest::newRow("a zone in it") << u"{viewer{zones(filter:{zoneTag:\"Y\"}){x}}}"_s << u"{}"_s
                                  << QString();
    QTest::newRow("another account")
        << u"{viewer{accounts(filter:{accountTag:\"B\"}){x}}}"_s << u"{}"_s << kB;
    QTest::newRow("a zone of another account")
        << u"{viewer{zones(filter:{zoneTag:\"Z\"}){x}}}"_s << u"{}"_s << kZ;
    QTest::newRow("one among its own") << u"query($z:x){viewer{zones(filter:{zoneTag_in:$z}){x}}}"_s
                                       << u"{\"z\":[\"Y\",\"Z\"]}"_s << kZ;
    QTest::newRow("a zone that is not there")
        << u"{viewer{zones(filter:{zoneTag:\"%1\"}){x}}}"_s.arg(u"3"_s.repeated(32)) << u"{}"_s
        << u"3"_s.repeated(32);
    QTest::newRow("too many zones") << u"{viewer{zones(filter:{zoneTag_in:["_s + [] {
        QString ids;
        for (int i = 0; i < 21; ++i)
            ids += u"\"%1\""_s.arg(i, 32, 16, QLatin1Char('0'));
        return ids;
    }() + u"]}){x}}}"_s << u"{}"_s << u"21 zones; 20 are possible"_s;
}

void TestGraphqlReach::onlyTheCallersAccountsAreRead()
{
    QFETCH(QString, query);
    QFETCH(QString, variables);
    QFETCH(QString, refusal);
    CatalogueSetup s;
    // The sign-in reaches both accounts and all zones.
    for (const auto &[zone, account] : {std::pair(kY, kA), std::pair(kZ, kB)})
        s.upstream.on("/client/v4/zones/" + zone.toLatin1(),
                      enveloped({{"id", zone}, {"name", "x"}, {"account", {{"id", account}}}}));
    s.upstream.on("/client/v4/zones/" + QByteArray(32, '3'), refused(404, 7003, "no zone"));
    s.upstream.on("/client/v4/graphql", http::Response::json(200, {{"data", {{"x", 1}}}}));

    const auto who = CatalogueSetup::caller({{kA, u"One"_s}}, {u"analytics:read"_s});
    const ToolResult result = s.call(
        u"graphql_query"_s,
        {{"query", withIds(query)}, {"variables", *json::parse(withIds(variables).toUtf8())}},
        s.context(who));
    const QString text = result.content.constFirst().text;
    QVERIFY2(result.isError != refusal.isEmpty(), qPrintable(text));
    QVERIFY2(text.contains(refusal), qPrintable(text));
    QCOMPARE(s.upstream.count("/client/v4/graphql"), refusal.isEmpty() ? 1 : 0);
}

void TestGraphqlReach::whatWasCheckedIsWhatIsSent()
{
    CatalogueSetup s;
    s.upstream.on("/client/v4/graphql", http::Response::json(200, {{"data", {{"x", 1}}}}));
    const auto who = CatalogueSetup::caller({{kA, u"One"_s}}, {u"analytics:read"_s});
    const Json variables{{"accountTag", kA}};
    const QString odd = u"\uFEFFquery ($accountTag: string) { # \r\n viewer { accounts(filter: "
                        "{accountTag: $accountTag}) { d(filter: {ray: \"\"\"\n \\\"\"\"\u00e9\n"
                        "\"\"\"}) { x } } } }"_s;
    const ToolResult result =
        s.call(u"graphql_query"_s, {{"query", odd}, {"variables", variables}}, s.context(who));
    QVERIFY2(!result.isError, qPrintable(result.content.constFirst().text));
    const Json body = *json::parse(s.upstream.last("/client/v4/graphql")->body);
    QCOMPARE(
        json::stringAt(body, "query").value(),
        u"query($accountTag: string) {\nviewer { accounts(filter: { accountTag: $accountTag }) "
        "{ d(filter: { ray: \"\\\"\\\"\\\"\u00e9\"\n\n}) { x } } } }"_s);
    QVERIFY(body.at("variables") == variables);
}

FLAREDECK_TEST(TestGraphqlReach)

} // namespace tst_graphqlreach

#include "tst_graphqlreach.moc"
