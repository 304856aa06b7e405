#include "core/sandbox/inventory.h"
#include "core/sandbox/oauthclients.h"
#include "core/sandbox/sandboxapi.h"
#include "tests/support/manualclock.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_graphqlanswers {

using namespace flaredeck;
using namespace flaredeck::sandbox;
using namespace Qt::StringLiterals;

class TestGraphqlAnswers : public QObject
{
    Q_OBJECT

private slots:
    void theSchemaHasEachOfItsTypes();
    void whatIsNotThereIsNull();
    void datasetsHaveRowsOfToday_data();
    void datasetsHaveRowsOfToday();
    void failuresHaveTheFormOfGraphql_data();
    void failuresHaveTheFormOfGraphql();
    void withoutTheRightNothingIsSaid();
    void zonesOfOtherAccountsAreNotThere();

private:
    http::Response call(http::Method method, const QByteArray &target, const QByteArray &body,
                        const QByteArray &token = oauthclients::kApiToken)
    {
        http::Request request;
        request.method = method;
        request.path = "/client/v4/" + target;
        request.body = body;
        request.headers.append("Authorization", "Bearer " + token);
        return m_api.handle(request);
    }
    Json ask(const QString &query, const Json &variables = Json::object())
    {
        const Json body{{"query", query}, {"variables", variables}};
        return *json::parse(call(http::Method::Post, "graphql", json::print(body)).body);
    }
    QByteArray tokenFor(const QStringList &scopes, const QStringList &accounts)
    {
        const QString redirect = u"http://localhost/oauth/callback"_s;
        const QByteArray code = m_tokens.issueCode({u"client"_s, scopes, accounts}, {redirect, {}});
        return m_tokens.redeemCode(u"client"_s, code, redirect, {})->accessToken;
    }

    test::ManualClock m_clock;
    TokenBook m_tokens{m_clock, 60};
    SandboxApi m_api{m_tokens, m_clock, Collections::load(resourceFolder(), m_clock).value()};
};

void TestGraphqlAnswers::theSchemaHasEachOfItsTypes()
{
    const Json schema = ask(u"{ __schema { types { name } } }"_s).at("data").at("__schema");
    QCOMPARE(schema.at("queryType").at("name").get<std::string>(), "Query");
    QVERIFY(schema.at("types").size() > 10);
    for (const Json &type : schema.at("types")) {
        QVERIFY(!type.contains("fields"));
        const Json details = ask(u"query ($name: String!) { __type(name: $name) { name } }"_s,
                                 {{"name", type.at("name")}});
        QVERIFY(details.at("data").at("__type").at("name") == type.at("name"));
        QVERIFY(details.at("data").at("__type").at("kind") == type.at("kind"));
    }
}

void TestGraphqlAnswers::whatIsNotThereIsNull()
{
    QVERIFY(ask(u"{ __type(name: \"nothing\") { name } }"_s).at("data").at("__type").is_null());
    QVERIFY(ask(u"{ __type(name: \"zone\") { name } }"_s).at("data").at("__type").is_object());
}

void TestGraphqlAnswers::datasetsHaveRowsOfToday_data()
{
    QTest::addColumn<QString>("node");
    QTest::addColumn<QString>("dataset");
    QTest::newRow("of zones") << u"zones"_s << u"httpRequestsAdaptiveGroups"_s;
    QTest::newRow("of accounts") << u"accounts"_s << u"workersInvocationsAdaptive"_s;
}

void TestGraphqlAnswers::datasetsHaveRowsOfToday()
{
    QFETCH(QString, node);
    QFETCH(QString, dataset);
    const Json answer =
        ask(u"{ viewer { %1 { %2 { dimensions { date } } } } }"_s.arg(node, dataset));
    const Json rows =
        answer.at("data").at("viewer").at(node.toStdString()).at(0).at(dataset.toStdString());
    QVERIFY(rows.size() > 2);
    QCOMPARE(rows.at(0).at("dimensions").at("date").get<std::string>(), "2025-10-09");
}

void TestGraphqlAnswers::failuresHaveTheFormOfGraphql_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("an unknown dataset") << QByteArray(R"({"query":"{ viewer { x } }"})") << 200;
    QTest::newRow("no query") << QByteArray("{}") << 400;
    QTest::newRow("no JSON") << QByteArray("{ viewer }") << 400;
}

void TestGraphqlAnswers::failuresHaveTheFormOfGraphql()
{
    QFETCH(QByteArray, body);
    const http::Response response = call(http::Method::Post, "graphql", body);
    QTEST(response.status, "status");
    const Json answer = *json::parse(response.body);
    QVERIFY(answer.at("data").is_null());
    QVERIFY(!answer.at("errors").at(0).at("message").get<std::string>().empty());
}

void TestGraphqlAnswers::withoutTheRightNothingIsSaid()
{
    const QByteArray token = tokenFor({u"zone.read"_s}, {inventory::accounts().first().id});
    QCOMPARE(call(http::Method::Post, "graphql", R"({"query":"{ __schema }"})", token).status, 403);
}

void TestGraphqlAnswers::zonesOfOtherAccountsAreNotThere()
{
    const QString account = inventory::accounts().first().id;
    const QByteArray token = tokenFor({u"zone.read"_s}, {account});
    const auto zonesFor = [this](const QByteArray &bearer) {
        return json::parse(call(http::Method::Get, "zones", {}, bearer).body)->at("result");
    };
    const Json mine = zonesFor(token);
    const Json all = zonesFor(oauthclients::kApiToken);
    QVERIFY(!mine.empty() && mine.size() < all.size());
    for (const Json &zone : all) {
        const bool isMine = json::stringAt(zone.at("account"), "id") == account;
        const QByteArray path = "zones/" + json::stringAt(zone, "id")->toLatin1();
        QCOMPARE(call(http::Method::Get, path, {}, token).status, isMine ? 200 : 404);
    }
}

FLAREDECK_TEST(TestGraphqlAnswers)

} // namespace tst_graphqlanswers

#include "tst_graphqlanswers.moc"
