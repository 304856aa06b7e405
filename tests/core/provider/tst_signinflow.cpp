#include "core/base/crypto.h"
#include "core/provider/callback.h"
#include "core/provider/facts.h"
#include "core/provider/signinflow.h"
#include "tests/support/testcase.h"

#include <QTest>
#include <QUrlQuery>

namespace tst_signinflow {

using namespace flaredeck;
using namespace flaredeck::provider;
using namespace Qt::Literals::StringLiterals;

class TestSignInFlow : public QObject
{
    Q_OBJECT

private slots:
    void pinsCloudflaresEndpoints();
    void sendsExactlySevenParameters();
    void spacesAreNotSentAsPlus();
    void renewingVoidsTheOldState();
    void aSpentStateMatchesNothing();
    void finishesOnce();
    void readsTheCallback();
    void refusesRepeatedParameters();
    void neverForwardsTheDescription();
};

namespace {

SignInFlow makeFlow()
{
    return SignInFlow({u"client id"_s, Secret(), {}}, {u"a.read"_s, u"offline_access"_s}, 1000);
}

QUrl renew(SignInFlow &flow)
{
    return flow.renew(facts().endpoints.authorize, QUrl(u"http://localhost:8788/oauth/callback"_s));
}

} // namespace

void TestSignInFlow::pinsCloudflaresEndpoints()
{
    const Endpoints endpoints = facts().endpoints;
    QCOMPARE(endpoints.authorize.toString(), u"https://dash.cloudflare.com/oauth2/auth"_s);
    QCOMPARE(endpoints.token.toString(), u"https://dash.cloudflare.com/oauth2/token"_s);
    QCOMPARE(endpoints.revoke.toString(), u"https://dash.cloudflare.com/oauth2/revoke"_s);
    QCOMPARE(endpoints.api.toString(), u"https://api.cloudflare.com/client/v4"_s);
    QVERIFY(!endpoints.sandbox);
    const Endpoints sandbox = facts().endpointsAt(QUrl(u"http://127.0.0.1:99"_s));
    QCOMPARE(sandbox.token.toString(), u"http://127.0.0.1:99/oauth2/token"_s);
    QCOMPARE(sandbox.api.toString(), u"http://127.0.0.1:99/client/v4"_s);
    QVERIFY(sandbox.sandbox);
}

void TestSignInFlow::sendsExactlySevenParameters()
{
    SignInFlow flow = makeFlow();
    const QUrlQuery query(renew(flow));
    QCOMPARE(query.queryItems().size(), 7);
    QCOMPARE(query.queryItemValue(u"response_type"_s), u"code"_s);
    QCOMPARE(query.queryItemValue(u"client_id"_s, QUrl::FullyDecoded), u"client id"_s);
    QCOMPARE(query.queryItemValue(u"redirect_uri"_s, QUrl::FullyDecoded),
             u"http://localhost:8788/oauth/callback"_s);
    QCOMPARE(query.queryItemValue(u"scope"_s, QUrl::FullyDecoded), u"a.read offline_access"_s);
    QCOMPARE(query.queryItemValue(u"state"_s).size(), 43);
    QCOMPARE(query.queryItemValue(u"code_challenge_method"_s), u"S256"_s);
    QCOMPARE(query.queryItemValue(u"code_challenge"_s).toLatin1(),
             crypto::pkceChallenge(flow.verifier().reveal()));
    QVERIFY(flow.hasState(crypto::sha256(query.queryItemValue(u"state"_s).toLatin1())));
}

void TestSignInFlow::spacesAreNotSentAsPlus()
{
    SignInFlow flow = makeFlow();
    const QByteArray url = renew(flow).toEncoded();
    QVERIFY(url.contains("scope=a.read%20offline_access"));
    QVERIFY(!url.contains('+'));
}

void TestSignInFlow::renewingVoidsTheOldState()
{
    SignInFlow flow = makeFlow();
    renew(flow);
    const QByteArray before = flow.stateHash();
    const QByteArray verifier = flow.verifier().reveal() + ""; // a copy of its own
    renew(flow);
    QVERIFY(!flow.hasState(before));
    QVERIFY(flow.verifier().reveal() != verifier);
}

void TestSignInFlow::aSpentStateMatchesNothing()
{
    SignInFlow flow = makeFlow();
    renew(flow);
    const QByteArray hash = flow.stateHash();
    flow.spendState();
    QVERIFY(!flow.hasState(hash));
    QVERIFY(!flow.hasState(QByteArray()));
}

void TestSignInFlow::finishesOnce()
{
    SignInFlow flow = makeFlow();
    flow.finish(fail(Error::Kind::Denied, u"first"_s));
    flow.finish(fail(Error::Kind::Timeout, u"second"_s));
    QVERIFY(flow.isDone());
    QCOMPARE(flow.outcome().resultCount(), 1);
    QCOMPARE(flow.outcome().result().error().message, u"first"_s);
}

void TestSignInFlow::readsTheCallback()
{
    const auto query = CallbackQuery::parse("state=s&code=c%2Fd&scope=x&iss=https%3A%2F%2Fa");
    QVERIFY(query);
    QCOMPARE(query->state, QByteArray("s"));
    QCOMPARE(query->code, u"c/d"_s);
    QCOMPARE(query->issuer, u"https://a"_s);
    QVERIFY(query->error.isEmpty());
}

void TestSignInFlow::refusesRepeatedParameters()
{
    QVERIFY(!CallbackQuery::parse("state=s&code=c&state=t"));
}

void TestSignInFlow::neverForwardsTheDescription()
{
    for (const char *code : {"access_denied", "invalid_scope", "invalid_request", "odd"}) {
        const auto query = CallbackQuery::parse(QByteArray("state=s&error=") + code +
                                                "&error_description=call%20evil.example");
        QVERIFY(query);
        QVERIFY(!query->refusal().text().contains("evil"_L1));
    }
}

FLAREDECK_TEST(TestSignInFlow)

} // namespace tst_signinflow

#include "tst_signinflow.moc"
