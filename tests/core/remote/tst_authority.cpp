#include "remotesetup.h"
#include "tests/support/testcase.h"

namespace tst_authority {

using namespace flaredeck;
using namespace flaredeck::remote;
using namespace flaredeck::test;

/// Who signs people in, and what a server must not say about that.
class TestAuthority : public QObject
{
    Q_OBJECT

private slots:
    void followsTheChallenge();
    void aServerThatAnswersIsOpen();
    void anOldServerIsItsOwnAuthority();
    void refusesLies_data();
    void refusesLies();
    void aPublicServerLeadsNowhereElse_data();
    void aPublicServerLeadsNowhereElse();
    void longAndRedirectingMetadataAreNoMetadata();
};

namespace {

Result<Authority> find(RemoteSetup &setup)
{
    const Discovery discovery(setup.reach);
    const Server server{u"notes"_s, u"Notes"_s, QUrl(setup.remote().url), false, true};
    const auto greeting = QCoro::waitFor(discovery.greet(server, {}));
    if (!greeting)
        return fail(greeting.error());
    return QCoro::waitFor(discovery.find(server, Challenge::parse(greeting->wwwAuthenticate), {}));
}

} // namespace

void TestAuthority::followsTheChallenge()
{
    RemoteSetup setup;
    setup.serveAll();
    const auto found = find(setup);
    QVERIFY2(found, found ? "" : qPrintable(found.error().text()));
    QCOMPARE(found->issuer, setup.upstream.origin().toString());
    QCOMPARE(found->resource, setup.remote().url);
    QVERIFY(found->sendsIssuer);
    QVERIFY(found->scopes.isEmpty());
    QCOMPARE(Authority::fromJson(found->toJson()), std::optional(*found));
}

void TestAuthority::aServerThatAnswersIsOpen()
{
    RemoteSetup setup;
    setup.upstream.on("/mcp", http::Response::json(200, {{"jsonrpc", "2.0"}}));
    setup.start();
    QTRY_VERIFY(setup.outcome);
    QVERIFY(*setup.outcome);
    QCOMPARE(setup.remote().state, store::RemoteState::Open);
    QVERIFY(!setup.isShown());
    QCOMPARE(setup.upstream.seen.size(), 1);
}

void TestAuthority::anOldServerIsItsOwnAuthority()
{
    RemoteSetup setup;
    setup.upstream.server.setFallback(
        [](const http::RequestPtr &request, const http::ExchangePtr &exchange) {
            exchange->respond(http::Response::empty(request->path == "/mcp" ? 401 : 404));
        });
    const auto found = find(setup);
    QVERIFY2(found, found ? "" : qPrintable(found.error().text()));
    QCOMPARE(found->token, QUrl(setup.upstream.origin().toString() + u"/token"_s));
    QCOMPARE(found->resource, setup.remote().url);
}

void TestAuthority::refusesLies_data()
{
    QTest::addColumn<bool>("isResource");
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("another resource")
        << true << QByteArray("resource") << QByteArray(R"("https://other.example/mcp")");
    QTest::newRow("a resource beside it")
        << true << QByteArray("resource") << QByteArray(R"("@/mc")");
    QTest::newRow("nobody") << true << QByteArray("authorization_servers") << QByteArray("[]");
    QTest::newRow("an authority without TLS")
        << true << QByteArray("authorization_servers") << QByteArray(R"(["http://other.example"])");
    QTest::newRow("another issuer")
        << false << QByteArray("issuer") << QByteArray(R"("https://other.example")");
    QTest::newRow("no PKCE") << false << QByteArray("code_challenge_methods_supported")
                             << QByteArray(R"(["plain"])");
    QTest::newRow("tokens without TLS")
        << false << QByteArray("token_endpoint") << QByteArray(R"("http://other.example/token")");
    QTest::newRow("a page that is a file")
        << false << QByteArray("authorization_endpoint") << QByteArray(R"("file:///etc/passwd")");
}

void TestAuthority::refusesLies()
{
    QFETCH(bool, isResource);
    QFETCH(QByteArray, member);
    QFETCH(QByteArray, value);
    RemoteSetup setup;
    Json resource = setup.resourceDocument();
    Json server = setup.serverDocument();
    const QByteArray origin = setup.upstream.origin().toString().toLatin1();
    (isResource ? resource : server)[member.toStdString()] =
        *json::parse(value.replace('@', origin));
    setup.serve(resource, server);
    const auto found = find(setup);
    QVERIFY(!found);
    QCOMPARE(found.error().kind, Error::Kind::Denied);
    QCOMPARE(setup.upstream.count("/register"), 0);
}

void TestAuthority::aPublicServerLeadsNowhereElse_data()
{
    QTest::addColumn<bool>("isKnown");
    QTest::addColumn<QString>("url");
    QTest::newRow("this computer by number") << false << u"https://127.0.0.1/token"_s;
    QTest::newRow("the network") << false << u"https://10.0.0.1/token"_s;
    QTest::newRow("machine credentials") << false << u"https://169.254.169.254/latest"_s;
    QTest::newRow("without TLS") << false << u"http://other.example/token"_s;
    QTest::newRow("with a name and password") << false << u"https://a:b@other.example/"_s;
    QTest::newRow("the provider's: another site") << true << u"https://other.example/token"_s;
}

void TestAuthority::aPublicServerLeadsNowhereElse()
{
    QFETCH(bool, isKnown);
    QFETCH(QString, url);
    http::HttpClient client;
    const Reach reach(client);
    const Server server{u"x"_s, u"X"_s, QUrl(u"https://x.example/mcp"_s), isKnown, false};
    const auto address = QCoro::waitFor(reach.address(server, QUrl(url), {}));
    QVERIFY(!address);
    QCOMPARE(address.error().kind, Error::Kind::Denied);
}

void TestAuthority::longAndRedirectingMetadataAreNoMetadata()
{
    RemoteSetup setup;
    Json resource = setup.resourceDocument();
    resource["padding"] = std::string(70'000, 'x');
    setup.serve(resource, setup.serverDocument());
    const auto found = find(setup);
    QVERIFY(!found);
    QVERIFY(found.error().message.contains(u"longer than"_s));

    RemoteSetup redirecting;
    redirecting.serveAll();
    redirecting.upstream.script["/.well-known/oauth-authorization-server"].clear();
    redirecting.upstream.on("/.well-known/oauth-authorization-server",
                            http::Response::empty(302, {{"Location", "/elsewhere"}}));
    redirecting.upstream.on("/.well-known/openid-configuration", http::Response::empty(404));
    QVERIFY(!find(redirecting));
    QCOMPARE(redirecting.upstream.count("/elsewhere"), 0);
}

FLAREDECK_TEST(TestAuthority)

} // namespace tst_authority

#include "tst_authority.moc"
