#include "core/oauth/clients/redirecturi.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_redirecturi {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestRedirectUri : public QObject
{
    Q_OBJECT

private slots:
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void schemesOfTheNetworkAndOfLaunchersAreRefused_data();
    void schemesOfTheNetworkAndOfLaunchersAreRefused();
    void anUnknownSchemeIsAnAppLink_data();
    void anUnknownSchemeIsAnAppLink();
    void aPortHasOneSpelling_data();
    void aPortHasOneSpelling();
    void matches_data();
    void matches();
    void describes_data();
    void describes();
    void wordsThatHideAnAddressStandBesideIt();
    void portsAreNotRemembered();
    void leavesComputer();
    void ownOrigin();
    void appendsParameters_data();
    void appendsParameters();
};

void TestRedirectUri::accepts_data()
{
    QTest::addColumn<QString>("uri");
    QTest::addColumn<int>("kind");
    const int loopback = int(redirecturi::Kind::Loopback);
    const int app = int(redirecturi::Kind::App);
    const int web = int(redirecturi::Kind::Web);

    QTest::newRow("mcp-remote") << u"http://localhost:3335/oauth/callback"_s << loopback;
    QTest::newRow("VS Code without a port") << u"http://127.0.0.1/"_s << loopback;
    QTest::newRow("VS Code's fixed port") << u"http://127.0.0.1:33418/"_s << loopback;
    QTest::newRow("VS Code's site") << u"https://vscode.dev/redirect"_s << web;
    QTest::newRow("Claude Code without a port") << u"http://localhost/callback"_s << loopback;
    QTest::newRow("Codex with an id in the path")
        << u"http://127.0.0.1:1455/callback/a1b2"_s << loopback;
    QTest::newRow("Inspector") << u"http://localhost:6274/oauth/callback"_s << loopback;
    QTest::newRow("IPv6 loopback") << u"http://[::1]:3000/cb"_s << loopback;
    QTest::newRow("all of 127/8 is this computer") << u"http://127.8.9.1:3000/cb"_s << loopback;
    QTest::newRow("no path") << u"http://127.0.0.1:3000"_s << loopback;
    QTest::newRow("a query is kept") << u"http://localhost:3000/cb?a=b"_s << loopback;
    QTest::newRow("Cursor's link") << u"cursor://anysphere.cursor-mcp/oauth/callback"_s << app;
    QTest::newRow("a reverse domain scheme") << u"com.example.app:/cb"_s << app;
    QTest::newRow("any web site over https") << u"https://app.example/cb"_s << web;
    QTest::newRow("schemes have no case") << u"HTTPS://app.example/cb"_s << web;
    QTest::newRow("a name that only begins like loopback")
        << u"https://127.0.0.1.example/cb"_s << web;
}

void TestRedirectUri::accepts()
{
    QFETCH(QString, uri);
    QFETCH(int, kind);
    const auto parts = redirecturi::parse(uri);
    QVERIFY2(parts, parts ? "" : qPrintable(parts.error().message));
    QCOMPARE(int(parts->kind), kind);
}

void TestRedirectUri::refuses_data()
{
    QTest::addColumn<QString>("uri");

    for (const char *uri : {"javascript:alert(1)",
                            "JavaScript://x/%0aalert(1)",
                            "data:text/html,x",
                            "vbscript:x",
                            "file:///etc/passwd",
                            "mailto:a@b.example",
                            "blob:https://a.example/1",
                            "about:blank",
                            "view-source:https://a.example",
                            "filesystem:https://a.example/x",
                            "ws://localhost/cb",
                            "wss://a.example/cb",
                            "ftp://a.example/cb",
                            "chrome://settings",
                            "chrome-extension://abc/cb",
                            "edge://x",
                            "ms-settings:privacy",
                            "ms-appinstaller://x",
                            "tel:123",
                            "sms:123",
                            "intent://x",
                            "content://x",
                            "jar:file:///x",
                            "resource://x",
                            "x-apple.systempreferences:x",
                            "shortcuts://x",
                            "search-ms:query=x"})
        QTest::addRow("scheme of %s", uri) << QString::fromLatin1(uri);

    QTest::newRow("http to another computer") << u"http://app.example/cb"_s;
    QTest::newRow("http to a private network") << u"http://192.168.1.2/cb"_s;
    QTest::newRow("a fragment") << u"http://localhost/cb#x"_s;
    QTest::newRow("a user name") << u"http://localhost@evil.example/cb"_s;
    QTest::newRow("a user name before loopback") << u"http://a:b@localhost/cb"_s;
    QTest::newRow("a user name in an app link") << u"cursor://a@b/cb"_s;
    QTest::newRow("a line break") << u"http://localhost/cb\r\nX: y"_s;
    QTest::newRow("a C1 control character") << u"http://localhost/\u0085"_s;
    QTest::newRow("a backslash") << u"http://localhost\\.evil.example/cb"_s;
    QTest::newRow("a space") << u"http://localhost/a b"_s;
    QTest::newRow("a wildcard in the host") << u"https://*.example/cb"_s;
    QTest::newRow("a wildcard in the path") << u"http://localhost/*"_s;
    QTest::newRow("letters beyond ASCII") << u"https://ex\u00e4mple/cb"_s;
    QTest::newRow("an encoded host") << u"http://127.0.0.1%2eevil.example/cb"_s;
    QTest::newRow("a shortened address is not loopback") << u"http://127.1/cb"_s;
    QTest::newRow("a decimal address is not loopback") << u"http://2130706433/cb"_s;
    QTest::newRow("localhost below another domain") << u"http://localhost.evil.example/cb"_s;
    QTest::newRow("no host") << u"http:///cb"_s;
    QTest::newRow("no slashes") << u"http:localhost/cb"_s;
    QTest::newRow("no scheme") << u"/cb"_s;
    QTest::newRow("empty") << u""_s;
    QTest::newRow("port 0") << u"http://localhost:0/cb"_s;
    QTest::newRow("a port that is none") << u"http://localhost:99999/cb"_s;
    QTest::newRow("an empty port") << u"http://localhost:/cb"_s;
    QTest::newRow("a word as scheme, without slashes") << u"cursor:callback"_s;
    QTest::newRow("a one-letter scheme") << u"c://x/cb"_s;
}

void TestRedirectUri::refuses()
{
    QFETCH(QString, uri);
    const auto parts = redirecturi::parse(uri);
    QVERIFY(!parts);
    QVERIFY(!parts.error().message.isEmpty());
}

void TestRedirectUri::schemesOfTheNetworkAndOfLaunchersAreRefused_data()
{
    QTest::addColumn<QString>("scheme");
    QTest::addColumn<QString>("words");

    const QString away = u"leads to other computers"_s;
    for (const char *scheme :
         {"smb",         "sftp", "webcal",  "ssh",     "rdp",      "nfs",      "ldap",
          "imap",        "irc",  "gopher",  "telnet",  "vnc",      "magnet",   "git",
          "svn",         "cifs", "davs",    "rsync",   "ldaps",    "ircs",     "xmpp",
          "sip",         "news", "feed",    "rtsp",    "mqtt",     "postgres", "ipp",
          "caldav",      "tftp", "svn+ssh", "git+ssh", "coap+tcp", "web+mcp",  "ext+mcp",
          "git+https",   "ipfs", "bitcoin", "zoommtg", "firefox",  "gemini",   "soap.beep",
          "googlechrome"})
        QTest::newRow(scheme) << QString::fromLatin1(scheme) << away;
    const QString starts = u"starts or installs programs"_s;
    for (const char *scheme : {"steam", "apt", "snap", "flatpak", "itms-services", "market", "jnlp",
                               "com.epicgames.launcher", "help", "man"})
        QTest::newRow(scheme) << QString::fromLatin1(scheme) << starts;
    for (const char *scheme : {"shell", "cmd", "res", "x-man-page", "applescript", "search"})
        QTest::newRow(scheme) << QString::fromLatin1(scheme) << u"runs code or reads files"_s;
    for (const char *scheme : {"moz-extension", "ms-word", "safari-web-extension"})
        QTest::newRow(scheme) << QString::fromLatin1(scheme)
                              << u"drives the system or the browser"_s;
}

void TestRedirectUri::schemesOfTheNetworkAndOfLaunchersAreRefused()
{
    QFETCH(const QString, scheme);
    QFETCH(const QString, words);
    for (const QString &spelling : {scheme, scheme.toUpper()}) {
        const auto parts = redirecturi::parse(spelling + u"://host.example/cb"_s);
        QVERIFY(!parts);
        QVERIFY2(parts.error().message.contains(words), qPrintable(parts.error().message));
        QVERIFY(parts.error().message.contains(scheme + u':'));
    }
}

void TestRedirectUri::anUnknownSchemeIsAnAppLink_data()
{
    QTest::addColumn<QString>("scheme");

    for (const char *scheme : {"cursor", "vscode", "vscode-insiders", "goose", "lmstudio", "claude",
                               "windsurf", "zed", "raycast", "warp", "jetbrains", "cherrystudio",
                               "some-app", "steamer", "gitter", "ssh-keeper", "shellby"})
        QTest::newRow(scheme) << QString::fromLatin1(scheme);
}

void TestRedirectUri::anUnknownSchemeIsAnAppLink()
{
    QFETCH(const QString, scheme);
    const auto parts = redirecturi::parse(scheme + u"://oauth/callback"_s);
    QVERIFY2(parts, parts ? "" : qPrintable(parts.error().message));
    QCOMPARE(parts->kind, redirecturi::Kind::App);
}

void TestRedirectUri::aPortHasOneSpelling_data()
{
    QTest::addColumn<QString>("port");

    for (const char *port : {"+80", "-80", "080", "00080", "0x50", "80.0", "8e1", "000000080", "0",
                             "65536", "99999", "123456", "80:80", "%38%30"})
        QTest::newRow(port) << QString::fromLatin1(port);
}

void TestRedirectUri::aPortHasOneSpelling()
{
    QFETCH(const QString, port);
    for (const QString &start : {u"http://localhost:"_s, u"http://127.0.0.1:"_s, u"http://[::1]:"_s,
                                 u"https://app.example:"_s}) {
        QVERIFY2(!redirecturi::parse(start + port + u"/cb"_s), qPrintable(start + port));
        QVERIFY2(!redirecturi::parse(start + port), qPrintable(start + port));
    }
    QCOMPARE(redirecturi::parse(u"http://localhost:80/cb"_s)->port, 80);
    QCOMPARE(redirecturi::parse(u"http://localhost:65535"_s)->port, 65535);
}

void TestRedirectUri::matches_data()
{
    QTest::addColumn<QString>("registered");
    QTest::addColumn<QString>("requested");
    QTest::addColumn<bool>("expected");

    QTest::newRow("loopback may change its port")
        << u"http://127.0.0.1:1/cb"_s << u"http://127.0.0.1:9/cb"_s << true;
    QTest::newRow("a registration without port takes any port")
        << u"http://localhost/callback"_s << u"http://localhost:3118/callback"_s << true;
    QTest::newRow("a registration with port takes none")
        << u"http://127.0.0.1:33418/"_s << u"http://127.0.0.1/"_s << true;
    QTest::newRow("a public host may not change its port")
        << u"https://a.example:1/cb"_s << u"https://a.example:9/cb"_s << false;
    QTest::newRow("localhost is not 127.0.0.1")
        << u"http://localhost:1/cb"_s << u"http://127.0.0.1:1/cb"_s << false;
    QTest::newRow("127.0.0.1 is not 127.0.0.2")
        << u"http://127.0.0.1:1/cb"_s << u"http://127.0.0.2:1/cb"_s << false;
    QTest::newRow("the path must be equal")
        << u"http://localhost:1/cb"_s << u"http://localhost:1/cb/"_s << false;
    QTest::newRow("the path has a case")
        << u"http://localhost:1/cb"_s << u"http://localhost:1/CB"_s << false;
    QTest::newRow("the query must be equal")
        << u"http://localhost:1/cb?a=1"_s << u"http://localhost:1/cb?a=2"_s << false;
    QTest::newRow("the scheme must be equal")
        << u"http://localhost:1/cb"_s << u"https://localhost:1/cb"_s << false;
    QTest::newRow("Codex' id must be equal")
        << u"http://127.0.0.1:1/callback/a"_s << u"http://127.0.0.1:1/callback/b"_s << false;
    QTest::newRow("app links must be equal") << u"cursor://a/cb"_s << u"cursor://a/cb"_s << true;
    QTest::newRow("app links do not extend") << u"cursor://a/cb"_s << u"cursor://a/cb/x"_s << false;
    QTest::newRow("web sites are compared byte by byte")
        << u"https://a.example/cb"_s << u"https://A.example/cb"_s << false;
}

void TestRedirectUri::matches()
{
    QFETCH(QString, registered);
    QFETCH(QString, requested);
    QFETCH(bool, expected);
    QCOMPARE(redirecturi::matches(registered, requested), expected);
}

void TestRedirectUri::describes_data()
{
    QTest::addColumn<QString>("uri");
    QTest::addColumn<QString>("words");

    QTest::newRow("a listener") << u"http://localhost:3334/oauth/callback?x=1"_s
                                << u"this computer, port 3334, /oauth/callback"_s;
    QTest::newRow("no port") << u"http://127.0.0.1/cb"_s << u"this computer, /cb"_s;
    QTest::newRow("a known app") << u"Cursor://anysphere.cursor-mcp/oauth/callback"_s
                                 << u"opens Cursor"_s;
    QTest::newRow("another app") << u"cursor-x://a/cb"_s << u"app link cursor-x:"_s;
    QTest::newRow("a known site") << u"https://vscode.dev/redirect"_s
                                  << u"web site vscode.dev of Visual Studio Code"_s;
    QTest::newRow("elsewhere on it")
        << u"https://vscode.dev/redirect/x"_s << u"web site vscode.dev"_s;
    QTest::newRow("a site") << u"https://App.Example/cb"_s << u"web site app.example"_s;
}

void TestRedirectUri::describes()
{
    QFETCH(QString, uri);
    QFETCH(QString, words);
    QCOMPARE(redirecturi::describe(uri), words);
}

void TestRedirectUri::wordsThatHideAnAddressStandBesideIt()
{
    QVERIFY(redirecturi::needsAddress(u"cursor://a/cb"_s));
    QVERIFY(redirecturi::needsAddress(u"https://vscode.dev/redirect"_s));
    QVERIFY(!redirecturi::needsAddress(u"http://localhost:3334/cb"_s));
}

void TestRedirectUri::portsAreNotRemembered()
{
    QCOMPARE(redirecturi::withoutPort(u"http://LOCALHOST:3334/cb?x=1"_s),
             u"http://localhost/cb?x=1"_s);
    QCOMPARE(redirecturi::withoutPort(u"http://[::1]:1/"_s), u"http://[::1]/"_s);
    QCOMPARE(redirecturi::withoutPort(u"https://app.example:8443/cb"_s),
             u"https://app.example:8443/cb"_s);
    QCOMPARE(redirecturi::withoutPort(u"cursor://a:1/cb"_s), u"cursor://a:1/cb"_s);
    // Who names none means the scheme's (RFC 9110 §4.2), and somebody listens there.
    QCOMPARE(redirecturi::loopbackPort(u"http://localhost/cb"_s), 80);
    QCOMPARE(redirecturi::loopbackPort(u"https://127.0.0.1/cb"_s), 443);
    QVERIFY(redirecturi::isOwnOrigin(*redirecturi::parse(u"http://localhost/cb"_s), 80));
}

void TestRedirectUri::leavesComputer()
{
    QVERIFY(redirecturi::leavesComputer(u"https://app.example/cb"_s));
    QVERIFY(!redirecturi::leavesComputer(u"https://vscode.dev/redirect"_s));
    QVERIFY(redirecturi::leavesComputer(u"https://vscode.dev/redirect/x"_s));
    QVERIFY(!redirecturi::leavesComputer(u"http://localhost:1/cb"_s));
    QVERIFY(!redirecturi::leavesComputer(u"cursor://a/cb"_s));
}

void TestRedirectUri::ownOrigin()
{
    const auto isOwn = [](const QString &uri) {
        return redirecturi::isOwnOrigin(*redirecturi::parse(uri), 8788);
    };
    QVERIFY(isOwn(u"http://localhost:8788/cb"_s));
    QVERIFY(isOwn(u"http://127.0.0.1:8788/cb"_s));
    QVERIFY(isOwn(u"http://[::1]:8788/cb"_s));
    QVERIFY(!isOwn(u"http://localhost:8789/cb"_s));
    QVERIFY(!isOwn(u"https://app.example:8788/cb"_s));
}

void TestRedirectUri::appendsParameters_data()
{
    QTest::addColumn<QString>("uri");
    QTest::addColumn<QByteArray>("expected");

    QTest::newRow("no query yet") << u"http://localhost/cb"_s
                                  << QByteArray("http://localhost/cb?state=a%2Bb%2F%3D%20c&x=1");
    QTest::newRow("an existing query is kept")
        << u"http://localhost/cb?k=v"_s
        << QByteArray("http://localhost/cb?k=v&state=a%2Bb%2F%3D%20c&x=1");
}

void TestRedirectUri::appendsParameters()
{
    QFETCH(QString, uri);
    QFETCH(QByteArray, expected);
    QCOMPARE(redirecturi::withParameters(uri, {{"state", "a+b/= c"}, {"x", "1"}}), expected);
}

FLAREDECK_TEST(TestRedirectUri)

} // namespace tst_redirecturi

#include "tst_redirecturi.moc"
