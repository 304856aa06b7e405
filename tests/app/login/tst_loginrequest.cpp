#include "app/login/loginrequest.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_loginrequest {

using namespace flaredeck::login;
using namespace Qt::StringLiterals;

class TestLoginRequest : public QObject
{
    Q_OBJECT

private slots:
    void acceptsWhatTheAppSends();
    void refusesOtherPlaces_data();
    void refusesOtherPlaces();
};

void TestLoginRequest::acceptsWhatTheAppSends()
{
    const auto real = LoginRequest::parse(
        R"({"url":"https://dash.cloudflare.com/oauth2/auth?state=a%20b",)"
        R"("callback":"http://localhost:8788/oauth/callback","theme":"dark","sandbox":false})");
    QVERIFY(real);
    QCOMPARE(real->url.query(QUrl::FullyEncoded), u"state=a%20b"_s);
    QCOMPARE(real->callback, QUrl(u"http://localhost:8788/oauth/callback"_s));
    QCOMPARE(real->theme, u"dark"_s);
    QVERIFY(!real->sandbox);

    const auto sandbox =
        LoginRequest::parse(R"({"url":"http://127.0.0.1:4242/oauth2/auth",)"
                            R"("callback":"http://localhost:8788/oauth/callback","sandbox":true})");
    QVERIFY(sandbox);
    QVERIFY(sandbox->sandbox);
    QCOMPARE(sandbox->theme, u"system"_s);

    for (const QByteArray page :
         {"https://login.example.com/authorize", "http://127.0.0.1:4242/"}) {
        const auto remote = LoginRequest::parse(
            R"({"url":")" + page +
            R"(","callback":"http://127.0.0.1:4711/oauth/hosted/callback","server":"Notes"})");
        QVERIFY(remote);
        QCOMPARE(remote->server, u"Notes"_s);
    }
}

void TestLoginRequest::refusesOtherPlaces_data()
{
    QTest::addColumn<QByteArray>("line");
    const QByteArray callback = R"("callback":"http://localhost:8788/oauth/callback")";
    QTest::newRow("no JSON") << QByteArray("https://dash.cloudflare.com/");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no callback") << QByteArray(R"({"url":"https://dash.cloudflare.com/"})");
    QTest::newRow("another site") << R"({"url":"https://dash.cloudflare.example/",)" + callback +
                                         '}';
    QTest::newRow("Cloudflare without TLS")
        << R"({"url":"http://dash.cloudflare.com/",)" + callback + '}';
    QTest::newRow("loopback without sandbox")
        << R"({"url":"http://127.0.0.1:4242/",)" + callback + '}';
    QTest::newRow("a sandbox that is not on this computer")
        << R"({"url":"http://10.0.0.1:4242/","sandbox":true,)" + callback + '}';
    QTest::newRow("a remote server without TLS")
        << R"({"url":"http://login.example.com/","server":"Notes",)" + callback + '}';
    QTest::newRow("a callback elsewhere")
        << QByteArray(R"({"url":"https://dash.cloudflare.com/","callback":"https://a.example/"})");
}

void TestLoginRequest::refusesOtherPlaces()
{
    QFETCH(QByteArray, line);
    QVERIFY(!LoginRequest::parse(line));
}

FLAREDECK_TEST(TestLoginRequest)

} // namespace tst_loginrequest

#include "tst_loginrequest.moc"
