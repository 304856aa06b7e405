#include "core/http/headernames.h"
#include "core/http/hostgate.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_hostgate {

using namespace flaredeck::http;

namespace {

HostGate::Cors corsOf(const QByteArray &path)
{
    if (path == "/mcp")
        return HostGate::Cors::Full;
    return path == "/metadata" ? HostGate::Cors::ReadOnly : HostGate::Cors::None;
}

bool isNavigation(const QByteArray &path)
{
    return path == "/authorize";
}

Request requestTo(const QByteArray &path, Headers headers, Method method = Method::Get)
{
    Request request;
    request.method = method;
    request.path = path;
    request.headers = std::move(headers);
    request.peer = {QHostAddress(QHostAddress::LocalHost), 50000, 8000};
    return request;
}

} // namespace

class TestHostGate : public QObject
{
    Q_OBJECT

private slots:
    void hostDecides_data();
    void hostDecides();
    void twoHostsAreRefused();
    void port80NeedNotBeNamed();
    void originDecides_data();
    void originDecides();
    void navigationsComeFromAnywhere_data();
    void navigationsComeFromAnywhere();
    void preflightIsAnswered_data();
    void preflightIsAnswered();
    void preflightOfAForeignOriginIsRefused();
    void privateNetworkIsGrantedWhenAsked();
    void everyHeaderThatIsReadMayBeSent();
    void desktopWebViewsAreAllowedByName_data();
    void desktopWebViewsAreAllowedByName();
    void readsAllowedOrigins_data();
    void readsAllowedOrigins();
    void answersCarryCors();
    void pathsWithoutCorsCarryNone();
};

void TestHostGate::hostDecides_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *name, const char *host, bool allowed) {
        QTest::newRow(name) << QByteArray(host) << allowed;
    };
    row("localhost with our port", "localhost:8000", true);
    row("in any case", "LocalHost:8000", true);
    row("127.0.0.1", "127.0.0.1:8000", true);
    row("[::1]", "[::1]:8000", true);
    row("another port", "localhost:8001", false);
    row("no port", "localhost", false);
    row("an empty port", "localhost:", false);
    row("a port with letters", "localhost:8000x", false);
    row("our port with a zero in front", "localhost:08000", false);
    row("a port that wraps around to ours", "localhost:73536", false);
    row("a name that only begins with ours", "localhost.evil.example:8000", false);
    row("a name that only ends with ours", "evil-localhost:8000", false);
    row("user information", "evil@localhost:8000", false);
    row("another loopback address", "127.0.0.2:8000", false);
    row("a foreign name", "evil.example:8000", false);
    row("IPv6 without brackets", "::1:8000", false);
    row("nothing", "", false);
}

void TestHostGate::hostDecides()
{
    QFETCH(QByteArray, host);
    QFETCH(bool, allowed);
    const auto answer = HostGate().check(requestTo("/x", {{"Host", host}}));
    QCOMPARE(!answer.has_value(), allowed);
    if (answer) {
        QCOMPARE(answer->status, 403);
        QVERIFY(answer->body.contains("Host header"));
    }
}

void TestHostGate::twoHostsAreRefused()
{
    const Headers twice{{"Host", "localhost:8000"}, {"host", "localhost:8000"}};
    QCOMPARE(HostGate().check(requestTo("/x", twice))->status, 403);
    QCOMPARE(HostGate().check(requestTo("/x", {}))->status, 403);
}

void TestHostGate::port80NeedNotBeNamed()
{
    Request request = requestTo("/x", {{"Host", "localhost"}});
    request.peer.localPort = 80;
    QVERIFY(!HostGate().check(request));
}

void TestHostGate::originDecides_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *name, const char *origin, bool allowed) {
        QTest::newRow(name) << QByteArray(origin) << allowed;
    };
    row("localhost on any port", "http://localhost:6274", true);
    row("https on loopback", "https://127.0.0.1:1", true);
    row("IPv6 loopback without port", "http://[::1]", true);
    row("a web page", "https://evil.example", false);
    row("a name that only begins with ours", "http://localhost.evil.example", false);
    row("null", "null", false);
    row("an empty origin", "", false);
    row("another scheme", "file://localhost", false);
    row("a path", "http://localhost/x", false);
}

void TestHostGate::originDecides()
{
    QFETCH(QByteArray, origin);
    QFETCH(bool, allowed);
    const HostGate gate(corsOf, isNavigation);
    for (const char *path : {"/mcp", "/metadata", "/authorize", "/else"}) {
        const auto answer =
            gate.check(requestTo(path, {{"Host", "localhost:8000"}, {"Origin", origin}}));
        QCOMPARE(!answer.has_value(), allowed);
        if (answer)
            QCOMPARE(answer->status, 403);
    }
}

void TestHostGate::navigationsComeFromAnywhere_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("mode");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *name, const char *path, const char *mode, bool allowed) {
        QTest::newRow(name) << QByteArray(path) << QByteArray(mode) << allowed;
    };
    row("a navigation to the authorize page", "/authorize", "navigate", true);
    row("a script that fetches the authorize page", "/authorize", "cors", false);
    row("a navigation to the API", "/mcp", "navigate", false);
}

void TestHostGate::navigationsComeFromAnywhere()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, mode);
    QFETCH(bool, allowed);
    const HostGate gate(corsOf, isNavigation);
    for (const char *origin : {"null", "https://web.example"}) {
        const Headers headers{
            {"Host", "localhost:8000"}, {"Origin", origin}, {"Sec-Fetch-Mode", mode}};
        QCOMPARE(!gate.check(requestTo(path, headers)).has_value(), allowed);
    }
}

void TestHostGate::preflightIsAnswered_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("methods"); // empty: goes on to the handler
    QTest::newRow("full") << QByteArray("/mcp") << QByteArray("GET, POST, DELETE, OPTIONS");
    QTest::newRow("read-only") << QByteArray("/metadata") << QByteArray("GET, HEAD, OPTIONS");
    QTest::newRow("none") << QByteArray("/authorize") << QByteArray();
}

void TestHostGate::preflightIsAnswered()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, methods);
    const HostGate gate(corsOf, isNavigation);
    const Headers headers{{"Host", "localhost:8000"},
                          {"Origin", "http://localhost:6274"},
                          {"Access-Control-Request-Method", "POST"}};
    const auto answer = gate.check(requestTo(path, headers, Method::Options));
    QCOMPARE(answer.has_value(), !methods.isEmpty());
    if (!answer)
        return;
    QCOMPARE(answer->status, 204);
    QCOMPARE(answer->headers.value("Access-Control-Allow-Origin"), "http://localhost:6274");
    QCOMPARE(answer->headers.value("Access-Control-Allow-Methods"), methods);
    QCOMPARE(answer->headers.value("Vary"), "Origin");
    QVERIFY(answer->headers.value("Access-Control-Allow-Headers").contains("MCP-Protocol-Version"));
    QVERIFY(!answer->headers.contains("Access-Control-Allow-Private-Network"));
}

void TestHostGate::preflightOfAForeignOriginIsRefused()
{
    const Headers headers{{"Host", "localhost:8000"},
                          {"Origin", "https://evil.example"},
                          {"Access-Control-Request-Method", "POST"}};
    const auto answer =
        HostGate(corsOf, isNavigation).check(requestTo("/mcp", headers, Method::Options));
    QCOMPARE(answer->status, 403);
    QVERIFY(!answer->headers.contains("Access-Control-Allow-Origin"));
}

void TestHostGate::privateNetworkIsGrantedWhenAsked()
{
    const Headers headers{{"Host", "localhost:8000"},
                          {"Origin", "http://localhost:6274"},
                          {"Access-Control-Request-Method", "POST"},
                          {"Access-Control-Request-Private-Network", "true"}};
    const auto answer =
        HostGate(corsOf, isNavigation).check(requestTo("/mcp", headers, Method::Options));
    QCOMPARE(answer->headers.value("Access-Control-Allow-Private-Network"), "true");
}

void TestHostGate::everyHeaderThatIsReadMayBeSent()
{
    const Headers headers{{"Host", "localhost:8000"},
                          {"Origin", "http://localhost:6274"},
                          {"Access-Control-Request-Method", "POST"},
                          {"Access-Control-Request-Headers", "cf-account-id, mcp-param-region, x"}};
    HostGate gate(corsOf, isNavigation);
    gate.setAccountHeader("cf-account-id");
    const auto answer = gate.check(requestTo("/mcp", headers, Method::Options));
    const QByteArrayList allowed =
        answer->headers.value("Access-Control-Allow-Headers").toLower().replace(' ', "").split(',');
    for (const QByteArrayView name : header::kOfClients)
        QVERIFY2(allowed.contains(name.toByteArray().toLower()), name.data());
    for (const char *name : {"cf-account-id", "mcp-param-region", "authorization", "last-event-id"})
        QVERIFY2(allowed.contains(name), name);
    QVERIFY(!allowed.contains("x"));
}

void TestHostGate::desktopWebViewsAreAllowedByName_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<bool>("isAllowed");
    QTest::newRow("as written") << QByteArray("tauri://localhost") << true;
    QTest::newRow("another") << QByteArray("vscode-file://vscode-app") << true;
    QTest::newRow("in other letters") << QByteArray("Tauri://LocalHost") << true;
    QTest::newRow("not listed") << QByteArray("capacitor://localhost") << false;
    QTest::newRow("a longer name") << QByteArray("tauri://localhost.evil.example") << false;
    QTest::newRow("a port") << QByteArray("tauri://localhost:1") << false;
    QTest::newRow("a web page") << QByteArray("https://evil.example") << false;
    QTest::newRow("null") << QByteArray("null") << false;
    QTest::newRow("nothing") << QByteArray("") << false;
    QTest::newRow("this computer, as ever") << QByteArray("http://localhost:1") << true;
}

void TestHostGate::desktopWebViewsAreAllowedByName()
{
    QFETCH(QByteArray, origin);
    QFETCH(bool, isAllowed);
    HostGate gate(corsOf, isNavigation);
    const Headers from{{"Host", "localhost:8000"}, {"Origin", origin}};
    if (!origin.startsWith("http://localhost"))
        QVERIFY(gate.check(requestTo("/mcp", from))); // none by default
    gate.setAllowedOrigins(
        HostGate::readOrigins(QStringLiteral("tauri://localhost, vscode-file://vscode-app"))
            .value());
    QCOMPARE(!gate.check(requestTo("/mcp", from)), isAllowed);
    const Headers cors = gate.corsHeaders(requestTo("/mcp", from));
    QCOMPARE(cors.value("Access-Control-Allow-Origin"), isAllowed ? origin : QByteArray());
    Headers preflight = from;
    preflight.append("Access-Control-Request-Method", "POST");
    QCOMPARE(gate.check(requestTo("/mcp", preflight, Method::Options))->status,
             isAllowed ? 204 : 403);
}

void TestHostGate::readsAllowedOrigins_data()
{
    QTest::addColumn<QString>("list");
    QTest::addColumn<QByteArray>("origins"); // null = refused
    const auto row = [](const char *list, const char *origins) {
        QTest::newRow(list) << QString::fromLatin1(list) << QByteArray(origins);
    };
    row("", "");
    row("  ,\n ", "");
    row("tauri://localhost", "tauri://localhost");
    row(" Tauri://LocalHost,vscode-file://vscode-app  tauri://localhost",
        "tauri://localhost vscode-file://vscode-app");
    row("http://tauri.localhost", "http://tauri.localhost"); // Tauri on Windows
    row("https://tauri.localhost:1420", "https://tauri.localhost:1420");
    row("*", nullptr);
    row("null", nullptr);
    row("tauri://", nullptr);
    row("tauri://*", nullptr);
    row("tauri://localhost/", nullptr);
    row("tauri://localhost/path", nullptr);
    row("tauri:localhost", nullptr);
    row("://localhost", nullptr);
    row("https://example.com", nullptr);
    row("https://example.com:443", nullptr);
    row("https://tauri.localhost.evil.example", nullptr);
    row("https://evil@tauri.localhost", nullptr);
    row("file://host", nullptr);
    row("tauri://localhost https://example.com", nullptr);
}

void TestHostGate::readsAllowedOrigins()
{
    QFETCH(QString, list);
    QFETCH(QByteArray, origins);
    const auto read = HostGate::readOrigins(list);
    QCOMPARE(read.has_value(), !origins.isNull());
    if (read)
        QCOMPARE(read->join(' '), origins);
    else
        QVERIFY(read.error().text().contains(QStringLiteral("tauri://localhost")));
}

void TestHostGate::answersCarryCors()
{
    const HostGate gate(corsOf, isNavigation);
    const Headers fromPage{{"Host", "localhost:8000"}, {"Origin", "http://localhost:6274"}};
    const Headers full = gate.corsHeaders(requestTo("/mcp", fromPage));
    QCOMPARE(full.value("Access-Control-Allow-Origin"), "http://localhost:6274");
    QVERIFY(full.value("Access-Control-Expose-Headers").contains("WWW-Authenticate"));
    QCOMPARE(full.value("Vary"), "Origin");
    // Without an Origin, caches still have to keep the two answers apart.
    const Headers plain = gate.corsHeaders(requestTo("/mcp", {{"Host", "localhost:8000"}}));
    QCOMPARE(plain.value("Vary"), "Origin");
    QVERIFY(!plain.contains("Access-Control-Allow-Origin"));
}

void TestHostGate::pathsWithoutCorsCarryNone()
{
    const Headers fromPage{{"Host", "localhost:8000"}, {"Origin", "http://localhost:6274"}};
    QVERIFY(HostGate(corsOf, isNavigation)
                .corsHeaders(requestTo("/authorize", fromPage))
                .lines()
                .isEmpty());
    QVERIFY(HostGate().corsHeaders(requestTo("/mcp", fromPage)).lines().isEmpty());
}

FLAREDECK_TEST(TestHostGate)

} // namespace tst_hostgate

#include "tst_hostgate.moc"
