#include "core/oauth/grants/bearerguard.h"
#include "tests/core/oauth/approvaltest.h"
#include "tests/support/testcase.h"

#include <QTcpServer>
#include <QTcpSocket>

namespace tst_stepup {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString kLogs = u"observability:read"_s;

} // namespace

/// Calls outside of their grant, and the person who is asked about them.
class TestStepUp : public ApprovalTest
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { finish(); }
    void aYesWidensTheGrantAndLetsTheCallThrough();
    void theQuestionSaysWhatIsNeededToDecide();
    void aRefreshReturnsTheWiderScope();
    void onceIsForOneCall();
    void aNoIsRememberedForAMoment();
    void callsThatNeedTheSameShareOneQuestion();
    void onceIsNotForOthersThatWaited();
    void aCallWaitsForAWhileOnly();
    void aLateYesCountsForTheNextTry();
    void aLateOnceCountsForTheSameCallOnly();
    void aCancelledCallTakesItsQuestionAlong();
    void theOthersKeepTheQuestionOfACancelledCall();
    void theEndOfTheGrantTakesTheQuestionAlong();
    void aNewConsentTakesTheQuestionAlong();
    void aQuestionDoesNotStayForEver();
    void withNobodyThereTheClientHasToAsk();
    void aPromptThatVanishesIsNoAnswer();
    void floodsAreHeldBack();
    void questionsInVainEndInQuiet_data();
    void questionsInVainEndInQuiet();
    void oneProgramWithSeveralClientsIsHeldBackToo();
    void nothingIsGivenThatCannotBeSaved();
    void whoStopsIsAnsweredAtOnce();

private:
    std::shared_ptr<WaitingCall> call(const QByteArray &fingerprint = "one",
                                      const QString &scope = kLogs)
    {
        AskedCall asked = callOf(u"observability_keys"_s, fingerprint);
        asked.missing = {scope};
        return send(std::move(asked));
    }
    /// A call whose question is on the screen.
    std::shared_ptr<WaitingCall> shownCall(const QByteArray &fingerprint = "one",
                                           const QString &scope = kLogs)
    {
        return shown([&] { return call(fingerprint, scope); });
    }
};

void TestStepUp::init()
{
    prepare();
    start();
}

void TestStepUp::aYesWidensTheGrantAndLetsTheCallThrough()
{
    const auto waiting = shownCall();
    QVERIFY(!waiting->end);
    m_prompter.answerStepUp(CallApprovalChoice::Grant);
    QVERIFY(ends(waiting));
    QVERIFY(*waiting->end);
    QVERIFY((*waiting->end)->caller->scopes.contains(kLogs));
    QVERIFY(granted().contains(kLogs));
    QVERIFY(granted().contains(u"workers:read"_s));
    QVERIFY(m_issuer->vault->grants.find(m_issuer->lastGrant)->scopes.contains(kLogs));
    QVERIFY2(lastEvent().startsWith(u"stepped_up: "_s) && lastEvent().contains(kLogs) &&
                 lastEvent().contains(u"observability_keys"_s),
             qPrintable(lastEvent()));
    // The next call has nothing to ask.
    QVERIFY(ends(call("two")));
    QCOMPARE(m_prompter.stepUps.size(), 1);
}

void TestStepUp::theQuestionSaysWhatIsNeededToDecide()
{
    shownCall();
    const CallApprovalRequest &asked = m_prompter.stepUps.first();
    QCOMPARE(asked.clientName, u"Test client"_s);
    QCOMPARE(asked.client, m_issuer->client.id);
    QCOMPARE(asked.tool, u"observability_keys"_s);
    QCOMPARE(asked.toolTitle, u"List keys"_s);
    QCOMPARE(asked.arguments, u"limit: 5"_s);
    QCOMPARE(asked.account, u"First"_s);
    QCOMPARE(asked.loginLabel, u"ada@example.com"_s);
    QCOMPARE(asked.missing, ScopeSet{kLogs});
    QVERIFY(asked.sandbox);
    QVERIFY(!asked.id.isEmpty());
}

void TestStepUp::aRefreshReturnsTheWiderScope()
{
    // Q13: a client of SDK v1 only refreshes after a 403, without naming a scope.
    m_prompter.stepUpAtOnce = CallApprovalChoice::Grant;
    QVERIFY(ends(call()));
    const auto refreshed = m_issuer->refresh(m_tokens.refresh);
    QVERIFY(refreshed);
    QVERIFY(refreshed->scopes.contains(kLogs));
    BearerGuard guard(m_issuer->grants, m_issuer->clock);
    for (const QByteArray &token : {m_tokens.access, refreshed->access}) {
        http::Request request;
        request.path = "/mcp";
        request.headers = {{"Host", "localhost:8788"}, {"Authorization", "Bearer " + token}};
        const auto caller = guard.check(request);
        QVERIFY(caller);
        QVERIFY((*caller)->scopes.contains(kLogs));
    }
}

void TestStepUp::onceIsForOneCall()
{
    const auto waiting = shownCall();
    m_prompter.answerStepUp(CallApprovalChoice::Once);
    QVERIFY(ends(waiting));
    QVERIFY(*waiting->end);
    QVERIFY((*waiting->end)->caller->scopes.contains(kLogs));
    QVERIFY(!granted().contains(kLogs));
    QVERIFY(!m_issuer->vault->grants.find(m_issuer->lastGrant)->scopes.contains(kLogs));
    QVERIFY2(lastEvent().startsWith(u"stepped_up: For one call"_s), qPrintable(lastEvent()));
    const auto again = shownCall();
    QVERIFY(!again->end);
    QCOMPARE(m_prompter.stepUps.size(), 2);
}

void TestStepUp::aNoIsRememberedForAMoment()
{
    const auto waiting = shownCall();
    m_prompter.answerStepUp(CallApprovalChoice::Deny);
    QVERIFY(ends(waiting));
    QCOMPARE(kindOf(waiting), Error::Kind::Denied);
    QVERIFY(waiting->end->error().message.contains(kLogs));
    QVERIFY2(lastEvent().startsWith(u"denied: "_s), qPrintable(lastEvent()));

    const auto retry = call("two");
    QVERIFY(ends(retry));
    QCOMPARE(kindOf(retry), Error::Kind::Denied);
    QCOMPARE(m_prompter.stepUps.size(), 1);
    m_issuer->clock.advance(kMinute);
    shownCall();
    QCOMPARE(m_prompter.stepUps.size(), 2);
}

void TestStepUp::callsThatNeedTheSameShareOneQuestion()
{
    const auto first = shownCall("one");
    const auto second = call("two");
    QCOMPARE(m_prompter.stepUps.size(), 1);
    m_prompter.answerStepUp(CallApprovalChoice::Grant);
    QVERIFY(ends(first));
    QVERIFY(ends(second));
    QVERIFY(*first->end);
    QVERIFY(*second->end);
    QCOMPARE(m_prompter.stepUps.size(), 1);
}

void TestStepUp::onceIsNotForOthersThatWaited()
{
    const auto first = shownCall("one");
    const auto second = call("two");
    m_prompter.answerStepUp(CallApprovalChoice::Once);
    QVERIFY(ends(first));
    QVERIFY(*first->end);
    QTRY_COMPARE(m_prompter.stepUps.size(), 2); // for the other one
    QVERIFY(!second->end);
    m_prompter.answerStepUp(CallApprovalChoice::Deny);
    QVERIFY(ends(second));
    QCOMPARE(kindOf(second), Error::Kind::Denied);
}

void TestStepUp::aCallWaitsForAWhileOnly()
{
    CallApprovalTimes times;
    times.hold = 1;
    start(times);
    const auto waiting = call();
    QVERIFY(ends(waiting));
    QCOMPARE(kindOf(waiting), Error::Kind::Unauthorized);
    QCOMPARE(m_prompter.stepUps.size(), 1);
    QVERIFY(m_prompter.withdrawn.isEmpty()); // the person still reads
}

void TestStepUp::aLateYesCountsForTheNextTry()
{
    CallApprovalTimes times;
    times.hold = 1;
    start(times);
    QVERIFY(ends(call()));
    m_prompter.answerStepUp(CallApprovalChoice::Grant);
    QTRY_VERIFY(granted().contains(kLogs));
    const auto retry = call();
    QVERIFY(ends(retry));
    QVERIFY(*retry->end);
    QCOMPARE(m_prompter.stepUps.size(), 1);
}

void TestStepUp::aLateOnceCountsForTheSameCallOnly()
{
    CallApprovalTimes times;
    times.hold = 1;
    start(times);
    QVERIFY(ends(call("one")));
    m_prompter.answerStepUp(CallApprovalChoice::Once);
    QCoreApplication::processEvents();
    const auto other = call("two");
    QVERIFY(ends(other));
    QVERIFY(!*other->end);
    const auto retry = call("one");
    QVERIFY(ends(retry));
    QVERIFY(*retry->end);
    QVERIFY(!granted().contains(kLogs));
    const auto third = call("one");
    QVERIFY(ends(third));
    QVERIFY(!*third->end);
}

void TestStepUp::aCancelledCallTakesItsQuestionAlong()
{
    const auto waiting = shownCall();
    waiting->stop.request_stop();
    QVERIFY(ends(waiting));
    QCOMPARE(kindOf(waiting), Error::Kind::Cancelled);
    QTRY_COMPARE(m_prompter.withdrawn, QStringList{m_prompter.stepUps.first().id});
}

void TestStepUp::theOthersKeepTheQuestionOfACancelledCall()
{
    const auto first = shownCall("one");
    const auto second = call("two");
    first->stop.request_stop();
    QVERIFY(ends(first));
    QVERIFY(m_prompter.withdrawn.isEmpty());
    m_prompter.answerStepUp(CallApprovalChoice::Grant);
    QVERIFY(ends(second));
    QVERIFY(*second->end);
}

void TestStepUp::theEndOfTheGrantTakesTheQuestionAlong()
{
    const auto waiting = shownCall();
    QVERIFY(m_issuer->grants.revoke(m_issuer->lastGrant, u"by a person"_s));
    QCOMPARE(m_prompter.withdrawn, QStringList{m_prompter.stepUps.first().id});
    QVERIFY(ends(waiting));
    QCOMPARE(kindOf(waiting), Error::Kind::Cancelled);
    const auto after = call();
    QVERIFY(ends(after));
    QCOMPARE(kindOf(after), Error::Kind::Cancelled);
    QCOMPARE(m_prompter.stepUps.size(), 1);
}

void TestStepUp::aNewConsentTakesTheQuestionAlong()
{
    const auto first = shownCall("one", u"workers:write"_s);
    // A grant that would not do leaves the question where it is.
    m_issuer->tokensOf(m_issuer->code(m_issuer->client));
    QVERIFY(m_prompter.withdrawn.isEmpty());
    first->stop.request_stop();
    QVERIFY(ends(first));

    QVERIFY(m_issuer->grants.setScopes(m_issuer->lastGrant, {}));
    const auto second = shownCall("two", u"workers:read"_s);
    m_issuer->tokensOf(m_issuer->code(m_issuer->client));
    QVERIFY(m_prompter.withdrawn.contains(m_prompter.stepUps.last().id));
    QVERIFY(ends(second));
    QCOMPARE(kindOf(second), Error::Kind::Unauthorized);
}

void TestStepUp::aQuestionDoesNotStayForEver()
{
    CallApprovalTimes times;
    times.open = 1;
    start(times);
    const auto waiting = call();
    QVERIFY(ends(waiting));
    QCOMPARE(kindOf(waiting), Error::Kind::Unauthorized);
    QCOMPARE(m_prompter.withdrawn, QStringList{m_prompter.stepUps.first().id});
    QVERIFY2(lastEvent().contains(u"Nobody answered"_s), qPrintable(lastEvent()));
}

void TestStepUp::withNobodyThereTheClientHasToAsk()
{
    m_prompter.stepUpAtOnce = CallApprovalChoice::Unavailable;
    const auto waiting = call();
    QVERIFY(ends(waiting));
    QCOMPARE(kindOf(waiting), Error::Kind::Unauthorized);
    QVERIFY(!granted().contains(kLogs));
}

void TestStepUp::aPromptThatVanishesIsNoAnswer()
{
    const auto waiting = shownCall();
    m_prompter.vanish();
    QVERIFY(ends(waiting));
    QCOMPARE(kindOf(waiting), Error::Kind::Unauthorized);
}

void TestStepUp::floodsAreHeldBack()
{
    const QStringList scopes{u"a:read"_s, u"b:read"_s, u"c:read"_s};
    QCOMPARE(scopes.size(), CallApprovals::kOpenOfClient);
    QList<std::shared_ptr<WaitingCall>> open;
    for (const QString &scope : scopes)
        open << shownCall("one", scope);
    const auto tooMany = call("one", u"d:read"_s);
    QVERIFY(ends(tooMany));
    QCOMPARE(kindOf(tooMany), Error::Kind::RateLimited);
    for (const auto &waiting : open)
        waiting->stop.request_stop();
    QTRY_COMPARE(m_prompter.withdrawn.size(), open.size());

    for (int i = int(open.size()); i < CallApprovals::kQuestionsAMinute; ++i) {
        const auto waiting = shownCall();
        m_prompter.answerStepUp(CallApprovalChoice::Once);
        QVERIFY(ends(waiting));
    }
    const auto oneMore = call();
    QVERIFY(ends(oneMore));
    QCOMPARE(kindOf(oneMore), Error::Kind::RateLimited);
    QVERIFY(oneMore->end->error().retryAfterSeconds > 0);
    m_issuer->clock.advance(kMinute);
    shownCall();
}

void TestStepUp::questionsInVainEndInQuiet_data()
{
    QTest::addColumn<bool>("isDenied");
    QTest::newRow("a no each time") << true;
    QTest::newRow("gone before anybody can answer") << false;
}

void TestStepUp::questionsInVainEndInQuiet()
{
    QFETCH(bool, isDenied);
    for (int i = 0; i < CallApprovals::kInVain; ++i) {
        const auto waiting = shownCall("one", u"s%1:read"_s.arg(i));
        if (isDenied)
            m_prompter.answerStepUp(CallApprovalChoice::Deny);
        else
            waiting->stop.request_stop();
        QVERIFY(ends(waiting));
    }
    const auto before = m_prompter.stepUps.size();
    for (int i = 0; i < 20; ++i) {
        const auto more = call("one", u"t%1:read"_s.arg(i));
        QVERIFY(ends(more));
        QCOMPARE(kindOf(more), Error::Kind::RateLimited);
        QCOMPARE(more->end->error().retryAfterSeconds, int(CallApprovals::kQuiet / kSecond));
        QVERIFY(more->end->error().text().contains(u"too much lately"_s));
    }
    QCOMPARE(m_prompter.stepUps.size(), before);
    m_issuer->clock.advance(CallApprovals::kQuiet);
    const auto asked = shownCall();
    m_prompter.answerStepUp(CallApprovalChoice::Once);
    QVERIFY(ends(asked));
}

void TestStepUp::oneProgramWithSeveralClientsIsHeldBackToo()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QTcpSocket socket; // of this process
    socket.connectToHost(QHostAddress::LocalHost, server.serverPort());
    QVERIFY(socket.waitForConnected());
    m_peer = {socket.localAddress(), socket.localPort(), server.serverPort()};
    for (int i = 0; i < CallApprovals::kInVain; ++i) {
        // Each with a grant of its own.
        const store::Client other = m_issuer->registerClient();
        QVERIFY(m_issuer->tokens.redeem(
            {other, m_issuer->code(other), Issuer::kVerifier, std::nullopt, {}}));
        const auto waiting = shownCall();
        m_prompter.answerStepUp(CallApprovalChoice::Deny);
        QVERIFY(ends(waiting));
    }
    const store::Client last = m_issuer->registerClient();
    QVERIFY(
        m_issuer->tokens.redeem({last, m_issuer->code(last), Issuer::kVerifier, std::nullopt, {}}));
    const auto refused = call();
    QVERIFY(ends(refused));
    QCOMPARE(kindOf(refused), Error::Kind::RateLimited);
    // Another program is asked about meanwhile.
    m_peer = {};
    shownCall();
}

void TestStepUp::nothingIsGivenThatCannotBeSaved()
{
    m_issuer->vault.setWritable(false);
    for (const CallApprovalChoice choice : {CallApprovalChoice::Grant, CallApprovalChoice::Once}) {
        const auto waiting = shownCall();
        m_prompter.answerStepUp(choice);
        QVERIFY(ends(waiting));
        QVERIFY(!*waiting->end);
        QCOMPARE(kindOf(waiting), Error::Kind::Storage);
        QVERIFY(!granted().contains(kLogs));
    }
    m_issuer->vault.setWritable(true);
}

void TestStepUp::whoStopsIsAnsweredAtOnce()
{
    const auto waiting = shownCall();
    waiting->stop.request_stop();
    QVERIFY(waiting->end);
    QCOMPARE(kindOf(waiting), Error::Kind::Cancelled);
    QCOMPARE(m_prompter.withdrawn.size(), 1);
}

FLAREDECK_TEST(TestStepUp)

} // namespace tst_stepup

#include "tst_stepup.moc"
