#include "core/oauth/selftest.h"

#include "core/oauth/challenge.h"
#include "tests/core/oauth/servertest.h"

#include <QTest>

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

namespace {

using Edit = void (*)(Json &document);

/// The server as it is, but for one member of one document.
selftest::Discovery withDocument(const QByteArray &path, Edit edit)
{
    return {[path, edit](const http::Request &request) {
                http::Response response = metadata::answer(request);
                if (request.path != path)
                    return response;
                Json document = *json::parse(response.body);
                edit(document);
                return http::Response::json(200, document);
            },
            [](const http::Request &request) { return challenge(request); }};
}

} // namespace

class TestSelfTest : public ServerTest
{
    Q_OBJECT

private slots:
    void whatClientsAreToldIsOneStory_data();
    void whatClientsAreToldIsOneStory();
    void contradictionsAreFound_data();
    void contradictionsAreFound();
    void aChallengeThatLeadsElsewhereIsFound();
    void aLiveServerTellsWhatWasTested();
};

void TestSelfTest::whatClientsAreToldIsOneStory_data()
{
    QTest::addColumn<bool>("opensRegistration");
    QTest::addColumn<bool>("promisesIssuer");
    QTest::addColumn<bool>("acceptsDocuments");
    QTest::newRow("as shipped") << true << false << true;
    QTest::newRow("with all of it switched on") << true << true << true;
    QTest::newRow("with all of it switched off") << false << false << false;
}

void TestSelfTest::whatClientsAreToldIsOneStory()
{
    QFETCH(bool, opensRegistration);
    QFETCH(bool, promisesIssuer);
    QFETCH(bool, acceptsDocuments);
    QCOMPARE(selftest::problems(
                 8788, metadata::Options{opensRegistration, promisesIssuer, acceptsDocuments}),
             QStringList());
}

void TestSelfTest::contradictionsAreFound_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<Edit>("edit");
    QTest::addColumn<QString>("names");
    const QByteArray server = "/.well-known/oauth-authorization-server";
    const QByteArray resource = "/.well-known/oauth-protected-resource/mcp";

    QTest::newRow("a slash at the issuer")
        << server << Edit([](Json &document) { document["issuer"] = "http://localhost:8788/"; })
        << u"issuer"_s;
    QTest::newRow("one issuer for every spelling")
        << server << Edit([](Json &document) { document["issuer"] = "http://localhost:8788"; })
        << u"http://127.0.0.1:8788/"_s;
    QTest::newRow("an endpoint elsewhere") << server << Edit([](Json &document) {
        document["token_endpoint"] = "http://localhost:1/token";
    }) << u"token_endpoint"_s;
    QTest::newRow("a resource that is missing")
        << server << Edit([](Json &document) { document["protected_resources"].erase(0); })
        << u"protected_resources"_s;
    QTest::newRow("another server") << resource << Edit([](Json &document) {
        document["authorization_servers"] = Json::array({"http://localhost:8788/"});
    }) << u"authorization_servers"_s;
    QTest::newRow("a resource by another name")
        << resource << Edit([](Json &document) { document["resource"] = "http://localhost:8788"; })
        << u"resource"_s;
    QTest::newRow("other scopes than the challenge")
        << resource << Edit([](Json &document) { document["scopes_supported"].push_back("x"); })
        << u"scopes_supported"_s;
}

void TestSelfTest::contradictionsAreFound()
{
    QFETCH(QByteArray, path);
    QFETCH(Edit, edit);
    QFETCH(QString, names);
    const QStringList found = selftest::problems(8788, withDocument(path, edit));
    QVERIFY(!found.isEmpty());
    QVERIFY2(found.join(u'\n').contains(names), qPrintable(found.join(u'\n')));
}

void TestSelfTest::aChallengeThatLeadsElsewhereIsFound()
{
    const selftest::Discovery fixed{
        [](const http::Request &request) { return metadata::answer(request); },
        [](const http::Request &) {
            return QByteArray("Bearer resource_metadata=\"http://localhost:8788/.well-known/"
                              "oauth-protected-resource/mcp\", scope=\"mcp:read\"");
        }};
    const QString found = selftest::problems(8788, fixed).join(u'\n');
    QVERIFY(found.contains(u"http://127.0.0.1:8788/mcp: resource_metadata"_s));
    QVERIFY(found.contains(u"http://[::1]:8788/sse: resource_metadata"_s));
}

/// The same over the socket, so that the check sees what clients see.
void TestSelfTest::aLiveServerTellsWhatWasTested()
{
    start();
    const quint16 port = m_server->http.port();
    const auto ask = [this](const http::Request &request) {
        const auto answer = m_browser->get(request.origin() + request.path);
        return answer;
    };
    const selftest::Discovery live{
        [&ask](const http::Request &request) {
            const auto answer = ask(request);
            http::Response response;
            response.status = answer.status;
            response.body = answer.body;
            return response;
        },
        [&ask](const http::Request &request) {
            return request.path.startsWith("/observability") || request.path.endsWith('/')
                       ? challenge(request) // the test's server has two endpoints
                       : ask(request).headers.value("WWW-Authenticate");
        }};
    QCOMPARE(selftest::problems(port, live), QStringList());
    stop();
}

QTEST_GUILESS_MAIN(TestSelfTest)
#include "tst_selftest.moc"
