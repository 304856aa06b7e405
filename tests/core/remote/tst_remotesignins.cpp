#include "remotesetup.h"
#include "tests/support/testcase.h"

namespace tst_remotesignins {

using namespace flaredeck;
using namespace flaredeck::test;
using store::RemoteState;

/// Signing in to a remote server, step by step, and what must end it.
class TestRemoteSignIns : public QObject
{
    Q_OBJECT

private slots:
    void signsIn();
    void othersJoin();
    void aForeignOrMissingIssuerEndsIt_data();
    void aForeignOrMissingIssuerEndsIt();
    void aStateServesOnce();
    void aCodeIsShownOnce();
    void aForgottenClientRegistersAnew();
    void cancelling();
    void aFailedStepUpLeavesTheFirst();
    void aStepUpReplacesTheFirst();
    void signingOutRevokes();
};

void TestRemoteSignIns::signsIn()
{
    RemoteSetup setup;
    setup.serveAll();
    setup.start();
    QTRY_VERIFY(setup.isShown());
    QCOMPARE(setup.parameter(u"resource"_s), setup.remote().url);
    QCOMPARE(setup.parameter(u"code_challenge_method"_s), u"S256"_s);
    QVERIFY(!setup.page().hasQueryItem(u"scope"_s));
    QCOMPARE(setup.prompter.requests.last().server, u"Notes"_s);
    const Json sent = *json::parse(setup.upstream.last("/register")->body);
    QCOMPARE(json::stringAt(sent, "token_endpoint_auth_method").value(), u"none"_s);
    QVERIFY(json::stringsAt(sent, "redirect_uris").contains(setup.parameter(u"redirect_uri"_s)));

    QCOMPARE(setup.comeBack(setup.goodAnswer()).status, 200);
    QTRY_VERIFY(setup.outcome);
    QVERIFY(*setup.outcome);
    const http::Form form = http::Form::parse(setup.upstream.last("/token")->body);
    QCOMPARE(form.value("resource").value(), setup.remote().url);
    QCOMPARE(form.value("redirect_uri").value(), setup.parameter(u"redirect_uri"_s));
    QCOMPARE(setup.remote().state, RemoteState::Ok);
    QCOMPARE(setup.token()->reveal(), QByteArray("at-1"));
    QCOMPARE(setup.prompter.ended.last().second, QString());
}

void TestRemoteSignIns::othersJoin()
{
    RemoteSetup setup;
    setup.serveAll();
    setup.start();
    const auto second = std::make_shared<std::optional<RemoteSetup::Outcome>>();
    keep<RemoteSetup::Outcome>(setup.signIns.signIn(u"notes"_s, {}, setup.waiting.get_token()),
                               second);
    QTRY_VERIFY(setup.isShown());
    setup.comeBack(setup.goodAnswer());
    QTRY_VERIFY(setup.outcome && *second);
    QVERIFY(**second);
    QCOMPARE(setup.prompter.requests.size(), 1);
}

void TestRemoteSignIns::aForeignOrMissingIssuerEndsIt_data()
{
    QTest::addColumn<QString>("rest");
    QTest::newRow("foreign") << u"&iss=https://other.example"_s;
    QTest::newRow("missing, though promised") << QString();
}

void TestRemoteSignIns::aForeignOrMissingIssuerEndsIt()
{
    QFETCH(QString, rest);
    RemoteSetup setup;
    setup.serveAll();
    setup.start();
    QTRY_VERIFY(setup.isShown());
    const auto page = setup.comeBack(u"code=c1&state=%1"_s.arg(setup.parameter(u"state"_s)) + rest);
    QCOMPARE(page.status, 400);
    QTRY_VERIFY(setup.outcome);
    QVERIFY(!*setup.outcome);
    QCOMPARE(setup.upstream.count("/token"), 0);
}

void TestRemoteSignIns::aStateServesOnce()
{
    RemoteSetup setup;
    setup.serveAll();
    setup.upstream.script["/token"].clear();
    setup.upstream.hold("/token");
    setup.start();
    QTRY_VERIFY(setup.isShown());
    QCOMPARE(setup.comeBack(u"code=c1&state=guessed"_s).status, 400);
    http::ClientRequest first;
    first.url = setup.prompter.requests.last().callback;
    first.url.setQuery(setup.goodAnswer());
    const auto held = std::make_shared<std::optional<Result<http::ClientResponse>>>();
    keep<Result<http::ClientResponse>>(setup.browser.send(first, {}), held);
    QTRY_COMPARE(setup.upstream.held.size(), 1);
    QCOMPARE(setup.comeBack(setup.goodAnswer()).status, 400);
    QCOMPARE(setup.upstream.count("/token"), 1);
    setup.upstream.release(issued("at-1", "rt-1"));
    QTRY_VERIFY(setup.outcome && *held);
    QVERIFY(*setup.outcome);
}

void TestRemoteSignIns::aCodeIsShownOnce()
{
    RemoteSetup setup;
    setup.serveAll();
    setup.upstream.script["/token"].clear();
    setup.upstream.cut("/token");
    setup.start();
    QTRY_VERIFY(setup.isShown());
    QCOMPARE(setup.comeBack(setup.goodAnswer()).status, 400);
    QTRY_VERIFY(setup.outcome);
    QVERIFY(!*setup.outcome);
    QCOMPARE(setup.upstream.count("/token"), 1);
    QCOMPARE(setup.remote().state, RemoteState::SignedOut);
}

void TestRemoteSignIns::aForgottenClientRegistersAnew()
{
    RemoteSetup setup;
    setup.serveAll();
    setup.upstream.script["/token"].clear();
    setup.upstream.on("/token", http::Response::json(401, {{"error", "invalid_client"}}));
    setup.upstream.on("/token", issued("at-1", "rt-1"));
    setup.start();
    QTRY_VERIFY(setup.isShown());
    const auto again = setup.comeBack(setup.goodAnswer());
    QCOMPARE(again.status, 303);
    QCOMPARE(setup.upstream.count("/register"), 2);
    setup.prompter.requests.last().url =
        QUrl::fromEncoded(again.headers.value("Location"), QUrl::StrictMode);
    QCOMPARE(setup.comeBack(setup.goodAnswer()).status, 200);
    QTRY_VERIFY(setup.outcome);
    QVERIFY(*setup.outcome);
}

void TestRemoteSignIns::cancelling()
{
    RemoteSetup setup;
    setup.serveAll();
    setup.start();
    QTRY_VERIFY(setup.isShown());
    setup.signIns.cancel(setup.prompter.requests.last().id);
    QTRY_VERIFY(setup.outcome);
    QCOMPARE(setup.outcome->error().kind, Error::Kind::Cancelled);
    QVERIFY(!setup.signIns.isRunning(u"notes"_s));
    // The registration is kept, and is used the next time.
    QCOMPARE(setup.remote().clientId, u"client-1"_s);
}

void TestRemoteSignIns::aFailedStepUpLeavesTheFirst()
{
    RemoteSetup setup;
    setup.serveAll(); // and /mcp refuses every token
    setup.signedIn(3'600'000);
    keep<RemoteSetup::Outcome>(
        setup.signIns.stepUp(u"notes"_s, {u"a"_s, u"b"_s}, setup.waiting.get_token()), setup.kept);
    QTRY_VERIFY(setup.isShown());
    QCOMPARE(setup.parameter(u"scope"_s), u"a b"_s);
    QCOMPARE(setup.upstream.count("/register"), 1);
    QCOMPARE(setup.token()->reveal(), QByteArray("at-0"));
    setup.comeBack(setup.goodAnswer());
    QTRY_VERIFY(setup.outcome);
    QVERIFY(!*setup.outcome);
    QCOMPARE(setup.token()->reveal(), QByteArray("at-0"));
    // What is given back is the new one.
    QTRY_COMPARE(setup.upstream.count("/revoke"), 1);
    QVERIFY(setup.upstream.last("/revoke")->body.contains("rt-1"));
}

void TestRemoteSignIns::aStepUpReplacesTheFirst()
{
    RemoteSetup setup;
    setup.serveAll();
    setup.signedIn(3'600'000);
    setup.upstream.script["/mcp"].clear();
    setup.upstream.on("/mcp", http::Response::json(200, {{"jsonrpc", "2.0"}}));
    setup.upstream.script["/register"].clear();
    setup.upstream.on("/register", http::Response::json(201, {{"client_id", "client-2"}}));
    keep<RemoteSetup::Outcome>(
        setup.signIns.stepUp(u"notes"_s, {u"a"_s}, setup.waiting.get_token()), setup.kept);
    QTRY_VERIFY(setup.isShown());
    setup.comeBack(setup.goodAnswer());
    QTRY_VERIFY(setup.outcome);
    QVERIFY(*setup.outcome);
    QCOMPARE(setup.remote().clientId, u"client-2"_s);
    QCOMPARE(setup.token()->reveal(), QByteArray("at-1"));
    QTRY_COMPARE(setup.upstream.count("/revoke"), 1);
    QVERIFY(setup.upstream.last("/revoke")->body.contains("rt-0"));
}

void TestRemoteSignIns::signingOutRevokes()
{
    RemoteSetup setup;
    setup.upstream.on("/revoke", http::Response::empty(503));
    setup.signedIn(3'600'000);
    const auto done = QCoro::waitFor(setup.signIns.signOut(u"notes"_s, {}));
    QVERIFY2(done, done ? "" : qPrintable(done.error().text()));
    QCOMPARE(done->upstream, provider::SignedOut::At::Unconfirmed);
    QVERIFY(done->problem.contains(u"Notes"_s));
    QCOMPARE(setup.remote().state, RemoteState::SignedOut);
    QVERIFY(!setup.remotes.secrets(u"notes"_s));
}

FLAREDECK_TEST(TestRemoteSignIns)

} // namespace tst_remotesignins

#include "tst_remotesignins.moc"
