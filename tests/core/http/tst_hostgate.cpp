#include "core/http/hostgate.h"

#include <QTest>

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

QTEST_GUILESS_MAIN(TestHostGate)
#include "tst_hostgate.moc"
