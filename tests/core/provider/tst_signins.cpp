#include "core/base/crypto.h"
#include "core/provider/scopes.h"
#include "tests/core/provider/loginsetup.h"
#include "tests/support/testcase.h"

namespace tst_signins {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

class TestSignIns : public QObject
{
    Q_OBJECT

private slots:
    void signsInAndStores();
    void followsEveryPageOfAccounts();
    void storesTheScopesThatWereGranted();
    void aKeychainThatAnswersLateLosesNothing();
    void laterCallersJoin();
    void withoutRefreshGrantItAsksAgainOnce();
    void aRefusedCodeStartsAgainOnce();
    void aCodeExchangeIsNotRepeated();
    void aConfidentialClientUsesBasic();
    void cancellingIsDenied();
    void nothingCanShowThePage();
    void aPrompterThatGoesAwayIsNoCrash();
    void theWaitingTabGoesThereItself();
    void noClientIdSaysWhereToSetIt();
    void signingInAgainKeepsTheLogin();
    void theSamePersonKeepsTheLogin();
    void addsAUserToken();
    void addsAnAccountToken();
    void refusesABadToken();
    void keepsWhatATokenLacksAndWhenItEnds();
    void aTestTellsWhatHasChanged();
    void asksForTheChosenProductsOnly();
    void aRefusedScopeIsNamed_data();
    void aRefusedScopeIsNamed();
    void signingOutForgetsAndRevokes();
    void signingOutSucceedsOffline();
};

void TestSignIns::signsInAndStores()
{
    Setup s;
    s.scriptSuccess();
    s.start();
    QVERIFY(s.login.isRunning());
    QCOMPARE(s.prompter.requests.size(), 1);
    const SignInRequest request = s.prompter.requests.first();
    QVERIFY(request.sandbox);
    QVERIFY(!request.tabWaiting);

    const http::Response page = s.callback("code=c1&state=" + s.state());
    QCOMPARE(page.status, 200);
    QTRY_VERIFY(s.outcome.has_value());
    QVERIFY2(*s.outcome, *s.outcome ? "" : qPrintable(s.outcome->error().text()));
    const store::Login login = **s.outcome;
    QCOMPARE(login.userId, u"u1"_s);
    QCOMPARE(login.email, u"ada@example.com"_s);
    QCOMPARE(login.accounts, (QList<AccountRef>{{u"a1"_s, u"One"_s}}));
    QCOMPARE(login.expiresAt, s.clock.now() + 3'600'000);
    QCOMPARE(login.upstreamScopes, scopes::upstreamFor(scopes::all()));
    QCOMPARE(s.store.logins.logins(), QList<store::Login>{login});
    QCOMPARE(s.store.logins.tokens(login.id)->refresh.reveal(), QByteArray("rt"));
    QCOMPARE(s.prompter.ended, (QList<std::pair<QString, QString>>{{request.id, QString()}}));
    QVERIFY(!s.login.isRunning());

    const http::Form body = http::Form::parse(s.upstream.last(kTokenPath)->body);
    QCOMPARE(body.value("grant_type"), u"authorization_code"_s);
    QCOMPARE(body.value("code"), u"c1"_s);
    QCOMPARE(body.value("client_id"), u"client-1"_s);
    QCOMPARE(body.value("redirect_uri"), u"http://localhost:8788/oauth/callback"_s);
    const QByteArray challenge =
        QUrlQuery(request.url).queryItemValue(u"code_challenge"_s).toLatin1();
    QCOMPARE(crypto::pkceChallenge(body.value("code_verifier")->toLatin1()), challenge);
    QVERIFY(!s.upstream.last(kTokenPath)->headers.contains("Authorization"));
}

void TestSignIns::followsEveryPageOfAccounts()
{
    Setup s;
    s.upstream.on(kTokenPath, issued("at", "rt"));
    s.upstream.on("/client/v4/user", enveloped({{"id", "u1"}, {"email", "e"}}));
    for (const char *id : {"a1", "a2", "a3"})
        s.upstream.on("/client/v4/accounts",
                      enveloped(Json::array({{{"id", id}, {"name", id}}}), {{"total_pages", 3}}));
    s.start();
    s.callback("code=c&state=" + s.state());
    QTRY_VERIFY(s.outcome.has_value());
    QCOMPARE(s.outcome->value().accounts.size(), 3);
    QCOMPARE(s.upstream.count("/client/v4/accounts"), 3);
}

void TestSignIns::storesTheScopesThatWereGranted()
{
    Setup s;
    s.upstream.on(kTokenPath, http::Response::json(200, {{"access_token", "at"},
                                                         {"token_type", "bearer"},
                                                         {"scope", "user-details.read"}}));
    s.scriptIdentity();
    s.start();
    s.callback("code=c&state=" + s.state());
    QTRY_VERIFY(s.outcome.has_value());
    QCOMPARE(s.outcome->value().upstreamScopes, QStringList{u"user-details.read"_s});
}

void TestSignIns::aKeychainThatAnswersLateLosesNothing()
{
    Setup s(publicClient, false);
    s.scriptSuccess();
    s.start();
    QTRY_COMPARE(s.prompter.requests.size(), 1);
    auto request = std::make_shared<http::Request>();
    request->method = http::Method::Get;
    request->path = "/oauth/callback";
    request->query = "code=c1&state=" + s.state();
    int status = 0;
    const auto keepStatus = [](Task<http::Response> page, int *kept) -> Task<> {
        *kept = (co_await page).status;
    };
    keepStatus(s.login.handleCallback(request, s.waiting.get_token()), &status);
    QTRY_COMPARE(s.upstream.count("/client/v4/accounts"), 1);
    QVERIFY(!s.outcome.has_value());
    QCoro::waitFor(s.store.logins.unlock({}));
    QTRY_VERIFY(s.outcome.has_value());
    QVERIFY2(*s.outcome, *s.outcome ? "" : qPrintable(s.outcome->error().text()));
    QTRY_COMPARE(status, 200);
    QCOMPARE(s.store.logins.logins().size(), 1);
}

void TestSignIns::laterCallersJoin()
{
    Setup s;
    s.scriptSuccess();
    s.start();
    const Kept joined = std::make_shared<std::optional<Outcome>>();
    const std::optional<Outcome> &second = *joined;
    keepOutcome(s.login.signIn({}, {}), joined);
    QCOMPARE(s.prompter.requests.size(), 1);
    s.callback("code=c&state=" + s.state());
    QTRY_VERIFY(s.outcome.has_value() && second.has_value());
    QCOMPARE(**s.outcome, **second);
    QCOMPARE(s.upstream.count(kTokenPath), 1);
}

void TestSignIns::withoutRefreshGrantItAsksAgainOnce()
{
    Setup s;
    s.start();
    const QByteArray error =
        "error=invalid_scope&error_description=scope%20offline_access%20refused";
    const http::Response again = s.callback(error + "&state=" + s.state());
    QCOMPARE(again.status, 303);
    const QUrl page = QUrl::fromEncoded(again.headers.value("Location"));
    QStringList asked = scopes::upstreamFor(scopes::all());
    asked.removeAll(u"offline_access"_s);
    QCOMPARE(QUrlQuery(page).queryItemValue(u"scope"_s, QUrl::FullyDecoded), asked.join(u' '));
    QVERIFY(Setup::stateOf(page) != s.state());
    QVERIFY(s.login.isRunning());
    QCOMPARE(s.callback(error + "&state=" + Setup::stateOf(page)).status, 400);
    QTRY_VERIFY(s.outcome.has_value());
    QVERIFY(!*s.outcome);
}

void TestSignIns::aRefusedCodeStartsAgainOnce()
{
    Setup s;
    s.upstream.on(kTokenPath, http::Response::json(400, {{"error", "invalid_grant"}}));
    s.start();
    const http::Response again = s.callback("code=c&state=" + s.state());
    QCOMPARE(again.status, 303);
    const QUrl page = QUrl::fromEncoded(again.headers.value("Location"));
    QCOMPARE(s.callback("code=c&state=" + Setup::stateOf(page)).status, 400);
    QTRY_VERIFY(s.outcome.has_value());
    QVERIFY(!*s.outcome);
    QCOMPARE(s.upstream.count(kTokenPath), 2);
}

void TestSignIns::aCodeExchangeIsNotRepeated()
{
    Setup s;
    s.upstream.cut(kTokenPath);
    s.start();
    QCOMPARE(s.callback("code=c&state=" + s.state()).status, 400);
    QTRY_VERIFY(s.outcome.has_value());
    QVERIFY(!*s.outcome);
    QCOMPARE(s.upstream.count(kTokenPath), 1);
}

void TestSignIns::aConfidentialClientUsesBasic()
{
    Setup s([] { return provider::ClientConfig{u"me"_s, Secret("pw"), {}}; });
    s.scriptSuccess();
    s.start();
    QCOMPARE(s.callback("code=c&state=" + s.state()).status, 200);
    QCOMPARE(s.upstream.last(kTokenPath)->headers.value("Authorization"),
             "Basic " + QByteArray("me:pw").toBase64());
}

void TestSignIns::cancellingIsDenied()
{
    Setup s;
    s.start();
    s.login.cancel(u"another"_s);
    QVERIFY(s.login.isRunning());
    s.login.cancel(s.prompter.requests.first().id);
    QVERIFY(!s.login.isRunning());
    QTRY_VERIFY(s.outcome.has_value());
    QCOMPARE(s.outcome->error().kind, Error::Kind::Denied);
    QCOMPARE(s.callback("code=c&state=" + s.state()).status, 400);
    QCOMPARE(s.upstream.seen.size(), 0);
}

void TestSignIns::nothingCanShowThePage()
{
    Setup s;
    s.prompter.shown = {SignInSurface::Unavailable, u"No display."_s};
    s.start();
    QTRY_VERIFY(s.outcome.has_value());
    QCOMPARE(s.outcome->error().kind, Error::Kind::Denied);
    QCOMPARE(s.outcome->error().message, u"No display."_s);
}

void TestSignIns::aPrompterThatGoesAwayIsNoCrash()
{
    ManualClock clock;
    ScriptedUpstream upstream;
    http::HttpClient client;
    FakePrompter prompter;
    prompter.vanishes = true;
    StoreFixture store(clock);
    const auto cloudflare = cloudflare::makeProvider();
    provider::SignIns login(*cloudflare, store.logins, client, upstream.endpoints(), publicClient,
                            prompter, clock);
    login.setCallback(QUrl(u"http://localhost:1/oauth/callback"_s));
    const Outcome outcome = QCoro::waitFor(login.signIn({}, {}));
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().kind, Error::Kind::Denied);
}

void TestSignIns::theWaitingTabGoesThereItself()
{
    Setup s;
    s.scriptSuccess();
    s.prompter.shown = {SignInSurface::UseTab, {}};
    s.login.setReturnPage([] { return QByteArray("/oauth/flow/abc"); });
    QByteArray sentTo;
    s.start([&sentTo](const QByteArray &url) { sentTo = url; });
    QVERIFY(s.prompter.requests.first().tabWaiting);
    QTRY_COMPARE(QUrl::fromEncoded(sentTo), s.prompter.requests.first().url);
    const http::Response page = s.callback("code=c&state=" + s.state());
    QCOMPARE(page.status, 303);
    QCOMPARE(page.headers.value("Location"), QByteArray("/oauth/flow/abc"));
}

void TestSignIns::noClientIdSaysWhereToSetIt()
{
    Setup s([] { return provider::ClientConfig{}; });
    s.start();
    QTRY_VERIFY(s.outcome.has_value());
    QCOMPARE(s.outcome->error().kind, Error::Kind::InvalidInput);
    QVERIFY(s.outcome->error().action.contains("settings"_L1));
    QVERIFY(s.prompter.requests.isEmpty());
}

void TestSignIns::signingInAgainKeepsTheLogin()
{
    Setup s;
    s.scriptSuccess();
    s.start();
    s.callback("code=c&state=" + s.state());
    QTRY_VERIFY(s.outcome.has_value());
    const LoginId first = s.outcome->value().id;
    s.outcome.reset();
    s.start();
    s.callback("code=c&state=" + s.state());
    QTRY_VERIFY(s.outcome.has_value());
    QCOMPARE(s.outcome->value().id, first);
    QCOMPARE(s.store.logins.logins().size(), 1);
}

void TestSignIns::theSamePersonKeepsTheLogin()
{
    using provider::Identity;
    using provider::loginFor;
    using store::LoginKind;
    const Identity ada{u"u1"_s, u"ada@example.com"_s, {{u"a1"_s, u"One"_s}}};
    const store::Login first = loginFor(ada, LoginKind::OAuth, false, {}, 5);
    QCOMPARE(first.createdAt, Millis(5));
    const auto again = [&first](const Identity &who, LoginKind kind, bool sandbox) {
        return loginFor(who, kind, sandbox, {first}, 9).id == first.id;
    };
    QVERIFY(again(ada, LoginKind::OAuth, false));
    QCOMPARE(loginFor(ada, LoginKind::OAuth, false, {first}, 9).createdAt, Millis(5));
    Identity eve = ada;
    eve.userId = u"u2"_s;
    QVERIFY2(!again(eve, LoginKind::OAuth, false), "another user must not inherit grants");
    QVERIFY(!again(ada, LoginKind::ApiToken, false));
    QVERIFY(!again(ada, LoginKind::OAuth, true));
}

void TestSignIns::addsAUserToken()
{
    Setup s;
    s.scriptIdentity();
    const Outcome login = QCoro::waitFor(s.login.addApiToken(Secret(" cfut_abc\n"), {}));
    QVERIFY2(login, login ? "" : qPrintable(login.error().text()));
    QCOMPARE(login->kind, store::LoginKind::ApiToken);
    QCOMPARE(login->email, u"ada@example.com"_s);
    QCOMPARE(login->expiresAt, Millis(0));
    QCOMPARE(s.store.logins.tokens(login->id)->access.reveal(), QByteArray("cfut_abc"));
    QCOMPARE(s.upstream.last("/client/v4/user")->headers.value("Authorization"),
             QByteArray("Bearer cfut_abc"));
}

void TestSignIns::addsAnAccountToken()
{
    Setup s;
    s.scriptIdentity();
    const Outcome login = QCoro::waitFor(s.login.addApiToken(Secret("cfat_abc"), {}));
    QVERIFY(login);
    QCOMPARE(login->email, u"One"_s);
    QVERIFY(login->userId.isEmpty());
    QCOMPARE(s.upstream.count("/client/v4/user"), 0);
}

void TestSignIns::refusesABadToken()
{
    Setup s;
    s.upstream.on("/client/v4/user", refused(401, 1000, "Invalid API Token"));
    s.upstream.on("/client/v4/accounts", refused(401, 1000, "Invalid API Token"));
    const Outcome login = QCoro::waitFor(s.login.addApiToken(Secret("cfut_abc"), {}));
    QVERIFY(!login);
    QCOMPARE(login.error().kind, Error::Kind::Unauthorized);
    QVERIFY(!login.error().text().contains("cfut_abc"_L1));
    QVERIFY(s.store.logins.logins().isEmpty());
    for (const char *junk : {"", "  ", "two words", "line\nbreak"})
        QCOMPARE(QCoro::waitFor(s.login.addApiToken(Secret(junk), {})).error().kind,
                 Error::Kind::InvalidInput);
}

void TestSignIns::keepsWhatATokenLacksAndWhenItEnds()
{
    Setup s;
    s.upstream.on("/client/v4/user/tokens/verify",
                  enveloped({{"status", "active"}, {"expires_on", "2100-01-01T00:00:00Z"}}));
    s.scriptIdentity();
    s.upstream.on("/client/v4/accounts/a1/d1/database",
                  refused(403, 10000, "Authentication error"));
    const Outcome login = QCoro::waitFor(s.login.addApiToken(Secret("cfut_abc"), {}));
    QVERIFY(login);
    const auto kept = s.store.logins.login(login->id);
    QVERIFY(kept);
    QCOMPARE(kept->lacks, QStringList{u"d1.read"_s});
    QCOMPARE(kept->endsAt,
             QDateTime::fromString(u"2100-01-01T00:00:00Z"_s, Qt::ISODate).toMSecsSinceEpoch());
    QCOMPARE(kept->checkedAt, s.clock.now());
}

void TestSignIns::aTestTellsWhatHasChanged()
{
    Setup s;
    s.upstream.on("/client/v4/user/tokens/verify", enveloped({{"status", "active"}}));
    s.upstream.on("/client/v4/user/tokens/verify", enveloped({{"status", "active"}}));
    s.upstream.on("/client/v4/user/tokens/verify", enveloped({{"status", "disabled"}}));
    s.scriptIdentity();
    s.upstream.on("/client/v4/accounts/a1/d1/database", enveloped(Json::array()));
    s.upstream.on("/client/v4/accounts/a1/d1/database",
                  refused(403, 10000, "Authentication error"));
    const Outcome login = QCoro::waitFor(s.login.addApiToken(Secret("cfut_abc"), {}));
    QVERIFY(login && login->lacks.isEmpty());

    QVERIFY(QCoro::waitFor(s.login.test(login->id, Secret("cfut_abc"), {})));
    QCOMPARE(s.store.logins.login(login->id)->lacks, QStringList{u"d1.read"_s});

    const auto over = QCoro::waitFor(s.login.test(login->id, Secret("cfut_abc"), {}));
    QVERIFY(!over);
    const auto kept = s.store.logins.login(login->id);
    QCOMPARE(kept->state, store::LoginState::NeedsLogin);
    QVERIFY(kept->problem.contains(u"disabled"_s));
    QCOMPARE(s.store.logins.tokens(login->id)->access.reveal(), QByteArray("cfut_abc"));
}

void TestSignIns::asksForTheChosenProductsOnly()
{
    Setup s;
    s.login.setWanted([] { return ScopeSet{u"kv:read"_s}; });
    s.start();
    const QUrlQuery query(s.prompter.requests.last().url);
    QCOMPARE(query.queryItemValue(u"scope"_s, QUrl::FullyDecoded),
             u"user-details.read account-settings.read workers-kv-storage.read offline_access"_s);
}

void TestSignIns::aRefusedScopeIsNamed_data()
{
    QTest::addColumn<QByteArray>("description");
    QTest::addColumn<QString>("refused");
    QTest::newRow("in quotes") << QByteArray("client%20may%20not%20request%20%27d1.write%27")
                               << u"d1.write"_s;
    QTest::newRow("at the end of a sentence")
        << QByteArray("Not%20allowed:%20d1.write.") << u"d1.write"_s;
    QTest::newRow("one that was not asked for") << QByteArray("mail.send") << QString();
    QTest::newRow("none") << QByteArray("no") << QString();
}

void TestSignIns::aRefusedScopeIsNamed()
{
    QFETCH(QByteArray, description);
    QFETCH(QString, refused);
    Setup s;
    s.start();
    s.callback("error=invalid_scope&error_description=" + description + "&state=" + s.state());
    QTRY_VERIFY(s.outcome);
    QVERIFY(!*s.outcome);
    QCOMPARE(s.login.refusedScope(), refused);
    const QString message = s.outcome->error().message;
    QCOMPARE(message.contains(u"may not ask for d1.write"_s), !refused.isEmpty());
    // The next attempt starts without it.
    s.start();
    QCOMPARE(s.login.refusedScope(), QString());
}

void TestSignIns::signingOutForgetsAndRevokes()
{
    Setup s;
    const LoginId id = s.store.add("at", "rt", s.clock.now() + 1).id;
    s.upstream.on("/oauth2/revoke", http::Response::empty(200));
    const auto done = QCoro::waitFor(s.login.signOut(id, {}));
    QVERIFY(done);
    QCOMPARE(done->upstream, provider::SignedOut::At::Revoked);
    QVERIFY(done->problem.isEmpty());
    QVERIFY(s.store.logins.logins().isEmpty());
    QCOMPARE(s.upstream.last("/oauth2/revoke")->body,
             QByteArray("token=rt&token_type_hint=refresh_token&client_id=client-1"));
}

void TestSignIns::signingOutSucceedsOffline()
{
    Setup s;
    const LoginId id = s.store.add("at", "rt", s.clock.now() + 1).id;
    s.upstream.cut("/oauth2/revoke");
    const auto done = QCoro::waitFor(s.login.signOut(id, {}));
    QVERIFY(done);
    QCOMPARE(done->upstream, provider::SignedOut::At::Unconfirmed);
    QVERIFY(done->problem.contains("Revoke it in your Cloudflare profile"_L1));
    QVERIFY(s.store.logins.logins().isEmpty());
}

FLAREDECK_TEST(TestSignIns)

} // namespace tst_signins

#include "tst_signins.moc"
