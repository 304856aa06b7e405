#include "app/login/navigationrules.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_navigationrules {

using namespace flaredeck::login;
using namespace Qt::StringLiterals;

using Frame = NavigationRules::Frame;
using Verdict = NavigationRules::Verdict;
namespace {

const QUrl kCallback(u"http://localhost:8788/oauth/callback"_s);

} // namespace

class TestNavigationRules : public QObject
{
    Q_OBJECT

private slots:
    void realSignIn_data();
    void realSignIn();
    void sandboxSignIn_data();
    void sandboxSignIn();
    void remoteSignIn_data();
    void remoteSignIn();
    void aHostIsAllowedOnceThePersonAgreed();
    void onlyTheExactCallbackEndsTheSignIn_data();
    void onlyTheExactCallbackEndsTheSignIn();
    void originsShowWhatTheyAre_data();
    void originsShowWhatTheyAre();
};

void TestNavigationRules::realSignIn_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<Frame>("frame");
    QTest::addColumn<Verdict>("verdict");
    const auto row = [](const char *name, const QString &url, Frame frame, Verdict verdict) {
        QTest::newRow(name) << url << frame << verdict;
    };
    row("Cloudflare's dashboard", u"https://dash.cloudflare.com/oauth2/auth?x=1"_s, Frame::Main,
        Verdict::Allow);
    row("the bare domain", u"https://cloudflare.com/"_s, Frame::Main, Verdict::Allow);
    row("upper case", u"https://DASH.Cloudflare.COM/"_s, Frame::Main, Verdict::Allow);
    row("the standard port spelled out", u"https://dash.cloudflare.com:443/"_s, Frame::Main,
        Verdict::Allow);
    row("the challenge frame", u"https://challenges.cloudflare.com/turnstile"_s, Frame::Sub,
        Verdict::Allow);
    row("an empty frame", u"about:blank"_s, Frame::Sub, Verdict::Allow);
    row("a frame from its attribute", u"about:srcdoc"_s, Frame::Sub, Verdict::Allow);
    row("the callback", kCallback.toString() + u"?code=a&state=b"_s, Frame::Main, Verdict::Allow);

    row("an identity provider", u"https://accounts.example.com/login"_s, Frame::Main,
        Verdict::AskFirst);
    row("a host that only ends alike", u"https://evilcloudflare.com/"_s, Frame::Main,
        Verdict::AskFirst);
    row("a host that only begins alike", u"https://dash.cloudflare.com.evil.example/"_s,
        Frame::Main, Verdict::AskFirst);
    row("look-alike letters", u"https://cloudfl\u0430re.com/"_s, Frame::Main, Verdict::AskFirst);

    row("Cloudflare without TLS", u"http://dash.cloudflare.com/"_s, Frame::Main, Verdict::Refuse);
    row("Cloudflare on another port", u"https://dash.cloudflare.com:8443/"_s, Frame::Main,
        Verdict::Refuse);
    row("a user before the host", u"https://dash.cloudflare.com@evil.example/"_s, Frame::Main,
        Verdict::Refuse);
    row("a user on a known host", u"https://a@dash.cloudflare.com/"_s, Frame::Main,
        Verdict::Refuse);
    row("a foreign frame", u"https://accounts.example.com/"_s, Frame::Sub, Verdict::Refuse);
    row("the callback in a frame", kCallback.toString(), Frame::Sub, Verdict::Refuse);
    row("another path of our server", u"http://localhost:8788/mcp"_s, Frame::Main, Verdict::Refuse);
    row("another port of this computer", u"http://localhost:9000/oauth/callback"_s, Frame::Main,
        Verdict::Refuse);
    row("a page without TLS", u"http://example.com/"_s, Frame::Main, Verdict::Refuse);
    row("a file", u"file:///etc/passwd"_s, Frame::Main, Verdict::Refuse);
    row("data", u"data:text/html,hello"_s, Frame::Main, Verdict::Refuse);
    row("data in a frame", u"data:text/html,hello"_s, Frame::Sub, Verdict::Refuse);
    row("a script", u"javascript:alert(1)"_s, Frame::Main, Verdict::Refuse);
    row("a custom scheme", u"cursor://callback"_s, Frame::Main, Verdict::Refuse);
    row("the engine's own pages", u"chrome://gpu"_s, Frame::Main, Verdict::Refuse);
    row("an empty page", u"about:blank"_s, Frame::Main, Verdict::Refuse);
}

void TestNavigationRules::realSignIn()
{
    QFETCH(QString, url);
    QFETCH(Frame, frame);
    QFETCH(Verdict, verdict);
    const NavigationRules rules(QUrl(u"https://dash.cloudflare.com/oauth2/auth"_s), kCallback,
                                NavigationRules::Place::Provider);
    QCOMPARE(rules.judge(QUrl(url), frame), verdict);
}

void TestNavigationRules::sandboxSignIn_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<Verdict>("verdict");
    QTest::newRow("its sign-in page") << u"http://127.0.0.1:4242/oauth2/auth"_s << Verdict::Allow;
    QTest::newRow("its consent page")
        << u"http://127.0.0.1:4242/oauth2/consent"_s << Verdict::Allow;
    QTest::newRow("the callback") << u"http://localhost:8788/oauth/callback?code=a"_s
                                  << Verdict::Allow;
    QTest::newRow("another port") << u"http://127.0.0.1:4243/oauth2/auth"_s << Verdict::Refuse;
    QTest::newRow("another name of this computer")
        << u"http://localhost:4242/oauth2/auth"_s << Verdict::Refuse;
    QTest::newRow("the real Cloudflare") << u"https://dash.cloudflare.com/"_s << Verdict::Refuse;
    QTest::newRow("an identity provider") << u"https://accounts.example.com/"_s << Verdict::Refuse;
}

void TestNavigationRules::sandboxSignIn()
{
    QFETCH(QString, url);
    QFETCH(Verdict, verdict);
    const NavigationRules rules(QUrl(u"http://127.0.0.1:4242/oauth2/auth"_s), kCallback,
                                NavigationRules::Place::Sandbox);
    QCOMPARE(rules.judge(QUrl(url), Frame::Main), verdict);
}

void TestNavigationRules::remoteSignIn_data()
{
    QTest::addColumn<QString>("start");
    QTest::addColumn<QString>("url");
    QTest::addColumn<Frame>("frame");
    QTest::addColumn<Verdict>("verdict");
    const QString other = u"https://login.example.com/authorize"_s;
    const QString own = u"https://docs.mcp.cloudflare.com/oauth/authorize"_s;
    QTest::newRow("its own page") << other << u"https://login.example.com/consent"_s << Frame::Main
                                  << Verdict::Allow;
    QTest::newRow("another site") << other << u"https://accounts.example.net/"_s << Frame::Main
                                  << Verdict::AskFirst;
    QTest::newRow("the provider is another site too")
        << other << u"https://dash.cloudflare.com/"_s << Frame::Main << Verdict::AskFirst;
    QTest::newRow("a frame of another site")
        << other << u"https://check.example.net/"_s << Frame::Sub << Verdict::Allow;
    QTest::newRow("a frame without TLS")
        << other << u"http://check.example.net/"_s << Frame::Sub << Verdict::Refuse;
    QTest::newRow("without TLS") << other << u"http://login.example.com/"_s << Frame::Main
                                 << Verdict::Refuse;
    QTest::newRow("another program of this computer")
        << other << u"http://127.0.0.1:4242/"_s << Frame::Main << Verdict::Refuse;
    QTest::newRow("a file") << other << u"file:///etc/passwd"_s << Frame::Main << Verdict::Refuse;
    QTest::newRow("the callback") << other << u"http://localhost:8788/oauth/callback?code=a"_s
                                  << Frame::Main << Verdict::Allow;
    QTest::newRow("the provider's server leads to the provider")
        << own << u"https://dash.cloudflare.com/login"_s << Frame::Main << Verdict::Allow;
    QTest::newRow("one on this computer")
        << u"http://127.0.0.1:4242/authorize"_s << u"http://127.0.0.1:4242/consent"_s << Frame::Main
        << Verdict::Allow;
}

void TestNavigationRules::remoteSignIn()
{
    QFETCH(QString, start);
    QFETCH(QString, url);
    QFETCH(Frame, frame);
    QFETCH(Verdict, verdict);
    const NavigationRules rules(QUrl(start), kCallback, NavigationRules::Place::Remote);
    QCOMPARE(rules.judge(QUrl(url), frame), verdict);
}

void TestNavigationRules::aHostIsAllowedOnceThePersonAgreed()
{
    NavigationRules rules(QUrl(u"https://dash.cloudflare.com/"_s), kCallback,
                          NavigationRules::Place::Provider);
    const QUrl provider(u"https://accounts.example.com/login"_s);
    QCOMPARE(rules.judge(provider, Frame::Main), Verdict::AskFirst);
    rules.allowHost(provider);
    QCOMPARE(rules.judge(provider, Frame::Main), Verdict::Allow);
    QCOMPARE(rules.judge(QUrl(u"https://accounts.example.com/next"_s), Frame::Main),
             Verdict::Allow);
    QCOMPARE(rules.judge(QUrl(u"https://other.example.com/"_s), Frame::Main), Verdict::AskFirst);
    QCOMPARE(rules.judge(QUrl(u"http://accounts.example.com/"_s), Frame::Main), Verdict::Refuse);
    QCOMPARE(rules.judge(provider, Frame::Sub), Verdict::Refuse);
}

void TestNavigationRules::onlyTheExactCallbackEndsTheSignIn_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("isCallback");
    QTest::newRow("with code and state")
        << u"http://localhost:8788/oauth/callback?code=a"_s << true;
    QTest::newRow("with an error") << u"http://localhost:8788/oauth/callback?error=x"_s << true;
    QTest::newRow("another name") << u"http://127.0.0.1:8788/oauth/callback"_s << false;
    QTest::newRow("another port") << u"http://localhost:8789/oauth/callback"_s << false;
    QTest::newRow("a longer path") << u"http://localhost:8788/oauth/callback/x"_s << false;
    QTest::newRow("https") << u"https://localhost:8788/oauth/callback"_s << false;
    QTest::newRow("a user") << u"http://a@localhost:8788/oauth/callback"_s << false;
}

void TestNavigationRules::onlyTheExactCallbackEndsTheSignIn()
{
    QFETCH(QString, url);
    QFETCH(bool, isCallback);
    const NavigationRules rules(QUrl(u"https://dash.cloudflare.com/"_s), kCallback,
                                NavigationRules::Place::Provider);
    QCOMPARE(rules.isCallback(QUrl(url)), isCallback);
}

void TestNavigationRules::originsShowWhatTheyAre_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("text");
    QTest::newRow("no path, no query")
        << u"https://dash.cloudflare.com/oauth2/auth?state=secret#x"_s
        << u"https://dash.cloudflare.com"_s;
    QTest::newRow("with a port") << u"http://127.0.0.1:4242/a"_s << u"http://127.0.0.1:4242"_s;
    QTest::newRow("no user") << u"https://dash.cloudflare.com@evil.example/"_s
                             << u"https://evil.example"_s;
    QTest::newRow("look-alike letters in ASCII")
        << u"https://cloudfl\u0430re.com/"_s << u"https://xn--cloudflre-6yh.com"_s;
    QTest::newRow("no host") << u"about:blank"_s << QString();
}

void TestNavigationRules::originsShowWhatTheyAre()
{
    QFETCH(QString, url);
    QFETCH(QString, text);
    QCOMPARE(originText(QUrl(url)), text);
}

FLAREDECK_TEST(TestNavigationRules)

} // namespace tst_navigationrules

#include "tst_navigationrules.moc"
