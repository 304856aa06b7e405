#include "core/sandbox/inventory.h"
#include "core/sandbox/oauthclients.h"
#include "core/sandbox/sandboxapi.h"
#include "core/sandbox/tokenpage.h"
#include "tests/support/manualclock.h"
#include "tests/support/testcase.h"

#include <QDateTime>
#include <QTest>

namespace tst_sandboxapi {

using namespace flaredeck;
using namespace flaredeck::sandbox;
using namespace Qt::StringLiterals;

class TestSandboxApi : public QObject
{
    Q_OBJECT

private slots:
    void whoMayAsk_data();
    void whoMayAsk();
    void onlyChosenAccountsAreReached();
    void accountsArePaged();
    void everyScriptHasWhatUpstreamNeeds();
    void aScriptIsPlainText();
    void aServiceHasItsEnvironment();
    void telemetryAnswersInTheEnvelope();
    void telemetryRefusesBrokenBodies();
    void aPublicSiteTakesNoCredential();
    void aTokenOfThePageOpensWhatItSays();
    void anAccountsTokenIsOfItAlone();

private:
    QByteArray tokenFor(const QStringList &scopes, const QStringList &accounts)
    {
        const QString redirect = u"http://localhost/oauth/callback"_s;
        const QByteArray code = m_tokens.issueCode({u"client"_s, scopes, accounts}, {redirect, {}});
        return m_tokens.redeemCode(u"client"_s, code, redirect, {})->accessToken;
    }
    http::Response call(http::Method method, const QByteArray &target, const QByteArray &token,
                        const QByteArray &body = {})
    {
        http::Request request;
        request.method = method;
        const qsizetype mark = target.indexOf('?');
        request.path = mark < 0 ? target : target.left(mark);
        request.query = mark < 0 ? QByteArray() : target.mid(mark + 1);
        request.body = body;
        if (!token.isEmpty())
            request.headers.append("Authorization", "Bearer " + token);
        return m_api.handle(request);
    }
    /// Makes a token by the page's form.
    QByteArray made(const QByteArray &form)
    {
        TokenPage page(m_tokens, m_clock);
        http::Request request;
        request.method = http::Method::Post;
        request.body = "permissionGroupKeys=" +
                       QByteArray(R"([{"key":"workers_scripts","type":"read"},)"
                                  R"({"key":"account_settings","type":"read"},)"
                                  R"({"key":"user_details","type":"read"},)"
                                  R"({"key":"d1","type":"edit"},{"key":"nobody","type":"read"}])")
                           .toPercentEncoding() +
                       '&' + form;
        const QByteArray body = page.handle(request).body;
        const qsizetype from = body.indexOf("<code id=\"token\">") + 17;
        return body.mid(from, body.indexOf("</code>", from) - from);
    }
    Json get(const QByteArray &target)
    {
        return json::parse(call(http::Method::Get, target, oauthclients::kApiToken).body).value();
    }

    const QByteArray m_acme = inventory::accounts().first().id.toLatin1();
    test::ManualClock m_clock;
    TokenBook m_tokens{m_clock, 60};
    SandboxApi m_api{m_tokens, m_clock, Collections::load(resourceFolder(), m_clock).value()};
};

void TestSandboxApi::whoMayAsk_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QString>("scope"); ///< what the token has; empty = no token
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("code"); ///< 0 = success
    const QByteArray account = "/client/v4/accounts/" + m_acme;
    const QString all = u"user-details.read account-settings.read workers-scripts.read "
                        "workers-observability.read"_s;
    const auto row = [](const char *name, const QByteArray &path, const QString &scope, int status,
                        int code, const QByteArray &method = "GET") {
        QTest::newRow(name) << method << path << scope << status << code;
    };
    row("no token", "/client/v4/user", {}, 401, 10000);
    row("no token on an unknown path", "/client/v4/nowhere", {}, 401, 10000);
    row("user with its scope", "/client/v4/user", u"user-details.read"_s, 200, 0);
    row("user without", "/client/v4/user", u"workers-scripts.read"_s, 403, 10000);
    row("accounts without", "/client/v4/accounts", u"user-details.read"_s, 403, 10000);
    row("verify needs no scope", "/client/v4/user/tokens/verify", u"offline_access"_s, 200, 0);
    row("scripts with its scope", account + "/workers/scripts", u"workers-scripts.read"_s, 200, 0);
    row("write opens read", account + "/workers/scripts", u"workers-scripts.write"_s, 200, 0);
    row("scripts without", account + "/workers/scripts", u"user-details.read"_s, 403, 10000);
    row("telemetry without", account + "/workers/observability/telemetry/keys",
        u"workers-scripts.read"_s, 403, 10000, "POST");
    row("an account of another person",
        "/client/v4/accounts/" + QByteArray(32, 'e') + "/workers/scripts", all, 403, 10000);
    row("a malformed account id", "/client/v4/accounts/acme/workers/scripts", all, 404, 7003);
    row("an unknown Worker", account + "/workers/scripts/nobody", all, 404, 10007);
    row("an unknown service", account + "/workers/services/nobody", all, 404, 10007);
    row("an unknown path", "/client/v4/somewhere", all, 404, 7000);
    row("an unknown path in an account", account + "/nothing", all, 404, 7000);
    row("the wrong method", "/client/v4/user", all, 405, 10405, "POST");
    row("telemetry is asked by POST", account + "/workers/observability/telemetry/query", all, 405,
        10405);
}

void TestSandboxApi::whoMayAsk()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QString, scope);
    QFETCH(int, status);
    QFETCH(int, code);
    const QByteArray token =
        scope.isEmpty() ? QByteArray() : tokenFor(scope.split(u' '), {QString::fromLatin1(m_acme)});
    const http::Response answer =
        call(method == "POST" ? http::Method::Post : http::Method::Get, path, token);
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.headers.value("Content-Type").left(16), "application/json");
    const Json body = json::parse(answer.body).value();
    QCOMPARE(body["success"].get<bool>(), code == 0);
    QVERIFY(body["messages"].is_array());
    if (code == 0) {
        QVERIFY(body["errors"].empty());
    } else {
        QVERIFY(body["result"].is_null());
        QCOMPARE(body["errors"][0]["code"].get<int>(), code);
        QVERIFY(!body["errors"][0]["message"].get<std::string>().empty());
    }
}

void TestSandboxApi::onlyChosenAccountsAreReached()
{
    const QString beta = inventory::accounts().last().id;
    const QByteArray token =
        tokenFor({u"account-settings.read"_s, u"workers-scripts.read"_s}, {beta});
    const Json list =
        json::parse(call(http::Method::Get, "/client/v4/accounts", token).body).value();
    QCOMPARE(list["result"].size(), std::size_t(1));
    QCOMPARE(json::stringAt(list["result"][0], "id"), beta);
    QCOMPARE(
        call(http::Method::Get, "/client/v4/accounts/" + m_acme + "/workers/scripts", token).status,
        403);
}

void TestSandboxApi::accountsArePaged()
{
    const Json both = get("/client/v4/accounts?per_page=50");
    QCOMPARE(both["result"].size(), std::size_t(2));
    QCOMPARE(both["result_info"]["total_count"].get<int>(), 2);

    const Json second = get("/client/v4/accounts?page=2&per_page=1");
    QCOMPARE(second["result"].size(), std::size_t(1));
    QCOMPARE(json::stringAt(second["result"][0], "name"), u"Beta Labs"_s);
    QCOMPARE(second["result_info"]["count"].get<int>(), 1);
    QCOMPARE(second["result_info"]["total_pages"].get<int>(), 2);
    QVERIFY(get("/client/v4/accounts?page=3&per_page=1")["result"].empty());
    QCOMPARE(json::stringAt(get("/client/v4/accounts?name=acme")["result"][0], "name"),
             u"Acme Inc."_s);
    QCOMPARE(
        call(http::Method::Get, "/client/v4/accounts?per_page=0", oauthclients::kApiToken).status,
        400);
}

void TestSandboxApi::everyScriptHasWhatUpstreamNeeds()
{
    const Json list = get("/client/v4/accounts/" + m_acme + "/workers/scripts")["result"];
    QCOMPARE(list.size(), std::size_t(inventory::accounts().first().workers));
    QVERIFY(list.size() > 1);
    for (const Json &script : list) {
        for (const char *member : {"id", "tag", "created_on", "modified_on", "etag"})
            QVERIFY2(script.contains(member) && script[member].is_string(), member);
        const QString created = json::stringAt(script, "created_on").value_or(QString());
        QVERIFY(QDateTime::fromString(created, Qt::ISODateWithMs).isValid());
        for (const auto &[member, value] : script.items())
            QVERIFY2(!member.starts_with('_'), member.c_str());
    }
}

void TestSandboxApi::aScriptIsPlainText()
{
    const http::Response answer =
        call(http::Method::Get, "/client/v4/accounts/" + m_acme + "/workers/scripts/storefront",
             oauthclients::kApiToken);
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.headers.value("Content-Type").startsWith("application/javascript"));
    QVERIFY(answer.body.startsWith("export default {"));
}

void TestSandboxApi::aServiceHasItsEnvironment()
{
    const Json service =
        get("/client/v4/accounts/" + m_acme + "/workers/services/storefront")["result"];
    QCOMPARE(json::stringAt(service, "id"), u"storefront"_s);
    const Json &environment = service["default_environment"];
    QCOMPARE(json::stringAt(environment, "script_tag"), u"3d1f9a52c7e84b06a1d2e3f405162738"_s);
    QCOMPARE(json::stringAt(environment["script"], "id"), u"storefront"_s);
}

void TestSandboxApi::telemetryAnswersInTheEnvelope()
{
    const Millis now = m_clock.now();
    const Json request{{"queryId", "q"},
                       {"view", "events"},
                       {"limit", 1},
                       {"parameters", Json::object()},
                       {"timeframe", {{"from", now - 3'600'000}, {"to", now}}}};
    const http::Response answer =
        call(http::Method::Post,
             "/client/v4/accounts/" + m_acme + "/workers/observability/telemetry/query",
             oauthclients::kApiToken, json::print(request));
    QCOMPARE(answer.status, 200);
    const Json body = json::parse(answer.body).value();
    QVERIFY(body["success"].get<bool>());
    QCOMPARE(body["result"]["events"]["events"].size(), std::size_t(1));
    QCOMPARE(json::stringAt(body["result"]["run"], "status"), u"COMPLETED"_s);
    QVERIFY(body["result"]["statistics"]["rows_read"].get<int>() > 0);
}

void TestSandboxApi::telemetryRefusesBrokenBodies()
{
    const QByteArray path =
        "/client/v4/accounts/" + m_acme + "/workers/observability/telemetry/query";
    for (const char *body : {"", "{", "[]", "{\"parameters\":{}}"}) {
        const http::Response answer = call(http::Method::Post, path, oauthclients::kApiToken, body);
        QCOMPARE(answer.status, 400);
        QVERIFY(!json::parse(answer.body).value()["success"].get<bool>());
    }
}

void TestSandboxApi::aPublicSiteTakesNoCredential()
{
    http::Request request;
    request.method = http::Method::Get;
    request.path = "/sites/blog/api/mcp/tags";
    const http::Response answer = m_api.site(request);
    QCOMPARE(answer.status, 200);
    QVERIFY(json::parse(answer.body).value()["tags"].is_array());
    request.headers.append("Authorization", "Bearer x");
    QCOMPARE(m_api.site(request).status, 400);
}

void TestSandboxApi::aTokenOfThePageOpensWhatItSays()
{
    const QByteArray account = "/client/v4/accounts/" + m_acme;
    const QByteArray token = made("owner=user&days=1");
    QVERIFY2(token.startsWith("cfut_"), token);
    const auto status = [&](const QByteArray &path) {
        return call(http::Method::Get, path, token).status;
    };
    QCOMPARE(status("/client/v4/user"), 200);
    QCOMPARE(status(account + "/workers/scripts"), 200);
    QCOMPARE(status(account + "/d1/database"), 200); // an edit includes the read
    QCOMPARE(status(account + "/r2/buckets"), 403);
    QCOMPARE(status(account + "/tokens/verify"), 401);
    const Json verified =
        *json::parse(call(http::Method::Get, "/client/v4/user/tokens/verify", token).body);
    QCOMPARE(json::stringAt(verified.at("result"), "status"), u"active"_s);
    QVERIFY(json::stringAt(verified.at("result"), "expires_on"));
    m_clock.advance(2LL * 24 * 3600 * 1000);
    QCOMPARE(status("/client/v4/user"), 401);
}

void TestSandboxApi::anAccountsTokenIsOfItAlone()
{
    const QByteArray token = made("owner=" + m_acme + "&days=0");
    QVERIFY2(token.startsWith("cfat_"), token);
    const QByteArray account = "/client/v4/accounts/" + m_acme;
    const QByteArray other =
        "/client/v4/accounts/" + inventory::accounts().last().id.toLatin1() + "/workers/scripts";
    QCOMPARE(call(http::Method::Get, account + "/tokens/verify", token).status, 200);
    QCOMPARE(call(http::Method::Get, account + "/workers/scripts", token).status, 200);
    QCOMPARE(call(http::Method::Get, other, token).status, 403);
    QCOMPARE(call(http::Method::Get, "/client/v4/user", token).status, 403);
    QCOMPARE(call(http::Method::Get, "/client/v4/user/tokens/verify", token).status, 401);
}

FLAREDECK_TEST(TestSandboxApi)

} // namespace tst_sandboxapi

#include "tst_sandboxapi.moc"
