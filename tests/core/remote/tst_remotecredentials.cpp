#include "remotesetup.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>

namespace tst_remotecredentials {

using namespace flaredeck;
using namespace flaredeck::remote;
using namespace flaredeck::test;
using store::RemoteState;

constexpr Millis kHour = 3'600'000;

/// Tokens while they last, and how they are renewed.
class TestRemoteCredentials : public QObject
{
    Q_OBJECT

private slots:
    void aFreshTokenServes();
    void anExpiredOneIsRefreshedOnce();
    void aRejectedOneIsRefreshed();
    void aLostAnswerIsAskedForAgain();
    void aBusyServerIsAskedAgain();
    void troubleEndsNothing_data();
    void troubleEndsNothing();
    void theServersWordEndsIt_data();
    void theServersWordEndsIt();
    void theLikelyEndIsThatOfTheProvidersOwn();
};

void TestRemoteCredentials::aFreshTokenServes()
{
    RemoteSetup setup;
    QVERIFY(setup.token()->isEmpty()); // nobody knows yet whether one is needed
    setup.signedIn(kHour);
    QCOMPARE(setup.token()->reveal(), QByteArray("at-0"));
    QCOMPARE(setup.upstream.seen.size(), 0);
}

void TestRemoteCredentials::anExpiredOneIsRefreshedOnce()
{
    RemoteSetup setup;
    setup.upstream.hold("/token");
    setup.signedIn(-1);
    const auto first = std::make_shared<std::optional<Result<QByteArray>>>();
    const auto second = std::make_shared<std::optional<Result<QByteArray>>>();
    const auto ask = [&setup](auto kept) -> Task<> {
        auto asking = setup.credentials.accessToken(u"notes"_s, setup.waiting.get_token());
        const Result<Secret> token = co_await asking;
        *kept = token ? Result<QByteArray>(token->copy().reveal()) : fail(token.error());
    };
    ask(first);
    ask(second);
    QTRY_COMPARE(setup.upstream.held.size(), 1);
    setup.upstream.release(issued("at-1", "rt-1"));
    QTRY_VERIFY(*first && *second);
    QCOMPARE(**first, Result<QByteArray>("at-1"));
    QCOMPARE(**second, Result<QByteArray>("at-1"));
    QCOMPARE(setup.upstream.count("/token"), 1);
    const http::Form form = http::Form::parse(setup.upstream.last("/token")->body);
    QCOMPARE(form.value("refresh_token").value(), u"rt-0"_s);
    QCOMPARE(form.value("resource").value(), setup.remote().url);
    QCOMPARE(setup.remotes.secrets(u"notes"_s)->refresh.reveal(), QByteArray("rt-1"));
}

void TestRemoteCredentials::aRejectedOneIsRefreshed()
{
    RemoteSetup setup;
    setup.upstream.on("/token", issued("at-1", "rt-1"));
    setup.signedIn(kHour);
    setup.credentials.reject(u"notes"_s, Secret("at-0"));
    QCOMPARE(setup.token()->reveal(), QByteArray("at-1"));
}

void TestRemoteCredentials::aLostAnswerIsAskedForAgain()
{
    RemoteSetup setup;
    setup.upstream.cut("/token");
    setup.upstream.on("/token", issued("at-1", "rt-1"));
    setup.signedIn(-1);
    QCOMPARE(setup.token()->reveal(), QByteArray("at-1"));
    QCOMPARE(setup.upstream.count("/token"), 2);
    QVERIFY(setup.upstream.last("/token")->body.contains("rt-0"));
}

void TestRemoteCredentials::aBusyServerIsAskedAgain()
{
    RemoteSetup setup;
    setup.upstream.on("/token", http::Response::json(429, {{"error", "temporarily_unavailable"}},
                                                     {{"Retry-After", "1"}}));
    setup.upstream.on("/token", issued("at-1", "rt-1"));
    setup.signedIn(-1);
    QCOMPARE(setup.token()->reveal(), QByteArray("at-1"));
    QCOMPARE(setup.remote().state, RemoteState::Ok);
}

void TestRemoteCredentials::troubleEndsNothing_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("503") << 503 << QByteArray();
    QTest::newRow("a page") << 200 << QByteArray("<html>maintenance</html>");
    QTest::newRow("a page at 400") << 400 << QByteArray("<html>no</html>");
    QTest::newRow("server_error") << 500 << QByteArray(R"({"error":"server_error"})");
}

void TestRemoteCredentials::troubleEndsNothing()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    RemoteSetup setup;
    setup.upstream.on("/token", http::Response::text(status, body));
    setup.signedIn(-1);
    const auto token = setup.token();
    QVERIFY(!token);
    QVERIFY(token.error().kind != Error::Kind::Unauthorized);
    QCOMPARE(setup.remote().state, RemoteState::Ok);
    QVERIFY(!setup.remote().refreshProblem.isEmpty());
    QCOMPARE(setup.remotes.secrets(u"notes"_s)->refresh.reveal(), QByteArray("rt-0"));
}

void TestRemoteCredentials::theServersWordEndsIt_data()
{
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<bool>("isClientKept");
    QTest::newRow("the grant") << QByteArray("invalid_grant") << true;
    QTest::newRow("the client") << QByteArray("invalid_client") << false;
}

void TestRemoteCredentials::theServersWordEndsIt()
{
    QFETCH(QByteArray, code);
    QFETCH(bool, isClientKept);
    RemoteSetup setup;
    setup.upstream.on("/token", http::Response::json(400, {{"error", code.toStdString()}}));
    setup.signedIn(-1);
    const QSignalSpy told(&setup.credentials, &RemoteCredentials::needsSignIn);
    QCOMPARE(setup.token().error().kind, Error::Kind::Unauthorized);
    QCOMPARE(setup.remote().state, RemoteState::NeedsSignIn);
    QCOMPARE(!setup.remote().clientId.isEmpty(), isClientKept);
    QCOMPARE(told.size(), 1);
    QCOMPARE(setup.token().error().kind, Error::Kind::Unauthorized);
    QCOMPARE(setup.upstream.count("/token"), 1);
}

void TestRemoteCredentials::theLikelyEndIsThatOfTheProvidersOwn()
{
    store::Remote remote;
    remote.state = RemoteState::Ok;
    remote.signedInAt = 1000;
    constexpr Millis day = 24 * kHour;
    QCOMPARE(endsAt(remote, 30), 1000 + 30 * day);
    QCOMPARE(remindsAt(remote, 30), 1000 + 28 * day);
    QCOMPARE(endsAt(remote, 0), Millis(0));
    remote.isAdded = true;
    QCOMPARE(endsAt(remote, 30), Millis(0));
    QCOMPARE(remindsAt(remote, 30), Millis(0));
}

FLAREDECK_TEST(TestRemoteCredentials)

} // namespace tst_remotecredentials

#include "tst_remotecredentials.moc"
