#include "tests/core/oauth/ruledapprovaltest.h"
#include "tests/support/testcase.h"

namespace tst_callapprovals {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

/// Calls that a rule stops, and the questions that a person gets about them.
class TestCallApprovals : public RuledApprovalTest
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { finish(); }

    void withNobodyThereItIsSaid();

    void theQuestionSaysWhatIsNeededToDecide();
    void identicalCallsRunOnce();
    void differentCallsAskForThemselves();

    void whatDestroysIsAskedAboutEachTime_data();
    void whatDestroysIsAskedAboutEachTime();

    void aCallThatLeftMayComeBack();
    void aQuestionIsOpenForTwoMinutes();
    void whoMayWaitHearsAndWaits();
    void whoMayWaitHearsThatNobodyAnswered();

    void floodsAreHeldBack();
    void questionsInVainEndInQuiet();

    void aMissingScopeIsTheSameQuestion_data();
    void aMissingScopeIsTheSameQuestion();
    void identicalCallsWithoutTheScopeRunOnce();
    void theEndOfTheGrantEndsTheCall();
    void nothingRunsThatIsNotOnRecord();
};

void TestCallApprovals::init()
{
    prepare();
    begin();
}

void TestCallApprovals::withNobodyThereItIsSaid()
{
    m_prompter.stepUpAtOnce = CallApprovalChoice::Unavailable;
    const auto waiting = call();
    QVERIFY(ends(waiting));
    // Not Unauthorized: no scope would help.
    QCOMPARE(kindOf(waiting), Error::Kind::Denied);
    const QString text = waiting->end->error().text();
    QVERIFY2(text.contains(u"nobody answered"_s) && text.contains(u"must open Flaredeck"_s),
             qPrintable(text));
    QCOMPARE(lastEvent(), u"denied: Nobody was there to ask: a call of the tool %1"_s.arg(kTool));
}

void TestCallApprovals::theQuestionSaysWhatIsNeededToDecide()
{
    AskedCall asking = made();
    asking.allArguments = u"{\n  \"title\": \"t\"\n}"_s;
    asking.change = u"Creates a KV namespace."_s;
    using Facts = QList<std::pair<QString, QString>>;
    const Facts now{{u"Title"_s, u"t"_s}};
    int reads = 0;
    asking.readBefore = [&]() -> Task<Facts> {
        ++reads;
        co_return Facts(now);
    };
    shown([&] { return send(asking); });
    const CallApprovalRequest &question = m_prompter.stepUps.first();
    QCOMPARE(question.client, m_issuer->client.id);
    QCOMPARE(question.clientName, u"Test client"_s);
    QCOMPARE(question.tool, kTool);
    QCOMPARE(question.account, u"First"_s);
    QCOMPARE(question.loginLabel, u"ada@example.com"_s);
    QCOMPARE(question.missing, ScopeSet());
    QCOMPARE(question.effect, Effect::Changes);
    QCOMPARE(question.allArguments, asking.allArguments);
    QCOMPARE(question.change, asking.change);
    QCOMPARE(question.before, now);
    QVERIFY(question.canLast);
    // What is refused at once costs no request.
    m_prompter.answerStepUp(CallApprovalChoice::Deny);
    QVERIFY(ends(send(asking)));
    QCOMPARE(reads, 1);
    QCOMPARE(asked(), 1);
}

void TestCallApprovals::identicalCallsRunOnce()
{
    QList<std::shared_ptr<WaitingCall>> calls{shownCall()};
    while (calls.size() < 100)
        calls << call();
    m_prompter.answerStepUp(CallApprovalChoice::Once);
    int ran = 0;
    for (const auto &waiting : std::as_const(calls)) {
        QVERIFY(ends(waiting));
        if (waiting->end->has_value()) {
            ++ran;
            continue;
        }
        QCOMPARE(kindOf(waiting), Error::Kind::Denied);
        QVERIFY2(waiting->end->error().message.contains(u"an identical one"_s),
                 qPrintable(waiting->end->error().message));
    }
    QCOMPARE(ran, 1);
    QCOMPARE(asked(), 1);
}

void TestCallApprovals::differentCallsAskForThemselves()
{
    const auto one = shownCall("one");
    const auto two = shownCall("two");
    QCOMPARE(asked(), 2);
    m_prompter.answerStepUp(CallApprovalChoice::Once);
    QVERIFY(runs(two));
    QVERIFY(!one->end);
    QVERIFY(m_prompter.withdrawn.isEmpty());
}

void TestCallApprovals::whatDestroysIsAskedAboutEachTime_data()
{
    QTest::addColumn<CallApprovalChoice>("choice");
    QTest::newRow("for the session") << CallApprovalChoice::Session;
    QTest::newRow("always") << CallApprovalChoice::Always;
    QTest::newRow("the grant") << CallApprovalChoice::Grant;
}

/// More than was offered is taken for what was.
void TestCallApprovals::whatDestroysIsAskedAboutEachTime()
{
    QFETCH(CallApprovalChoice, choice);
    const auto waiting = shownCall("one", u"s1"_s, Effect::Destroys);
    const auto twin = call("one", u"s1"_s, Effect::Destroys);
    QVERIFY(!m_prompter.stepUps.first().canLast);
    m_prompter.answerStepUp(choice);
    QVERIFY(ends(waiting));
    QVERIFY(ends(twin));
    QVERIFY(waiting->end->has_value() != twin->end->has_value());
    QVERIFY(m_rules.isEmpty());
    QVERIFY2(lastEvent().contains(u"For one call"_s), qPrintable(lastEvent()));
    QCOMPARE(asked(), 1);
    shownCall("one", u"s1"_s, Effect::Destroys);
    QCOMPARE(asked(), 2);
}

/// A client's time-out looks like a call that was cancelled.
void TestCallApprovals::aCallThatLeftMayComeBack()
{
    const auto waiting = shownCall();
    waiting->stop.request_stop();
    QVERIFY(ends(waiting));
    QCOMPARE(kindOf(waiting), Error::Kind::Cancelled);
    QVERIFY(m_prompter.withdrawn.isEmpty());
    m_prompter.answerStepUp(CallApprovalChoice::Once);
    QTRY_VERIFY(lastEvent().startsWith(u"call_approved: "_s));
    QVERIFY(runs(call()));
    QCOMPARE(asked(), 1);
}

void TestCallApprovals::aQuestionIsOpenForTwoMinutes()
{
    shownCall();
    QCOMPARE(m_prompter.stepUps.first().expiresAt, m_issuer->clock.now() + 2 * kMinute);

    CallApprovalTimes times;
    times.openAsked = 1;
    begin(times);
    const auto waiting = call();
    QVERIFY(ends(waiting));
    QCOMPARE(kindOf(waiting), Error::Kind::Denied);
    QVERIFY(m_prompter.withdrawn.contains(m_prompter.stepUps.last().id));
    QCOMPARE(lastEvent(), u"denied: Nobody answered: a call of the tool %1"_s.arg(kTool));
}

void TestCallApprovals::whoMayWaitHearsAndWaits()
{
    CallApprovalTimes times;
    times.holdAsked = 1;
    times.tellEvery = 1;
    begin(times);
    AskedCall patient = made();
    patient.isPatient = true; // a task: its client waits for as long as it takes
    const auto waiting = shown([&] { return send(patient); });
    QTRY_VERIFY(waiting->told > 3);
    QVERIFY(!waiting->end);
    m_prompter.answerStepUp(CallApprovalChoice::Once);
    QVERIFY(runs(waiting));
}

void TestCallApprovals::whoMayWaitHearsThatNobodyAnswered()
{
    CallApprovalTimes times;
    times.openAsked = 20;
    begin(times);
    AskedCall patient = made();
    patient.isPatient = true;
    const auto waiting = send(patient);
    QVERIFY(ends(waiting));
    QCOMPARE(kindOf(waiting), Error::Kind::Denied);
    QVERIFY2(waiting->end->error().message.contains(u"nobody answered"_s),
             qPrintable(waiting->end->error().message));
}

void TestCallApprovals::floodsAreHeldBack()
{
    for (int i = 0; i < CallApprovals::kOpenOfClient; ++i)
        shownCall("call " + QByteArray::number(i));
    for (int i = 0; i < 100; ++i) {
        const auto tooMany = call("more " + QByteArray::number(i));
        QVERIFY(ends(tooMany));
        QCOMPARE(kindOf(tooMany), Error::Kind::RateLimited);
        QVERIFY2(tooMany->end->error().text().contains(u"too much lately"_s),
                 qPrintable(tooMany->end->error().text()));
    }
    QCOMPARE(asked(), CallApprovals::kOpenOfClient);
    // Whoever waits already is not held back.
    const auto twin = call("call 0");
    QCOMPARE(asked(), CallApprovals::kOpenOfClient);
    QVERIFY(!twin->end);
}

void TestCallApprovals::questionsInVainEndInQuiet()
{
    for (int i = 0; i < CallApprovals::kInVain; ++i) {
        const auto waiting = shownCall("call " + QByteArray::number(i));
        m_prompter.answerStepUp(CallApprovalChoice::Deny);
        QVERIFY(ends(waiting));
    }
    const auto more = call("another");
    QVERIFY(ends(more));
    QCOMPARE(kindOf(more), Error::Kind::RateLimited);
    QCOMPARE(more->end->error().retryAfterSeconds, int(CallApprovals::kQuiet / kSecond));
    m_issuer->clock.advance(CallApprovals::kQuiet);
    shownCall("another");
}

void TestCallApprovals::aMissingScopeIsTheSameQuestion_data()
{
    QTest::addColumn<CallApprovalChoice>("choice");
    QTest::addColumn<bool>("isWider");
    QTest::newRow("once") << CallApprovalChoice::Once << false;
    QTest::newRow("the grant") << CallApprovalChoice::Grant << true;
}

void TestCallApprovals::aMissingScopeIsTheSameQuestion()
{
    QFETCH(CallApprovalChoice, choice);
    QFETCH(bool, isWider);
    AskedCall lacking = made();
    lacking.missing = {kWrite};
    const auto waiting = shown([&] { return send(lacking); });
    QCOMPARE(m_prompter.stepUps.first().missing, ScopeSet{kWrite});
    QVERIFY(!m_prompter.stepUps.first().canLast);
    m_prompter.answerStepUp(choice);
    QVERIFY(runs(waiting));
    QVERIFY((*waiting->end)->caller->scopes.contains(kWrite));
    QCOMPARE(granted().contains(kWrite), isWider);
    QCOMPARE(asked(), 1);

    // The next call of the wider grant is only asked about for the rule.
    AskedCall next = made("two");
    next.missing = {kWrite};
    shown([&] { return send(next); });
    QCOMPARE(m_prompter.stepUps.last().missing, isWider ? ScopeSet() : ScopeSet{kWrite});
}

void TestCallApprovals::identicalCallsWithoutTheScopeRunOnce()
{
    AskedCall lacking = made();
    lacking.missing = {kWrite};
    const auto one = shown([&] { return send(lacking); });
    const auto two = send(lacking);
    m_prompter.answerStepUp(CallApprovalChoice::Grant);
    QVERIFY(ends(one));
    QVERIFY(ends(two));
    QVERIFY(one->end->has_value() != two->end->has_value());
    QCOMPARE(asked(), 1);
}

void TestCallApprovals::theEndOfTheGrantEndsTheCall()
{
    const auto waiting = shownCall();
    QVERIFY(m_issuer->grants.revoke(m_issuer->lastGrant, u"by a person"_s));
    QVERIFY(ends(waiting));
    QCOMPARE(kindOf(waiting), Error::Kind::Cancelled);
    QCOMPARE(m_prompter.withdrawn, QStringList{m_prompter.stepUps.first().id});
    const auto after = call("two");
    QVERIFY(ends(after));
    QCOMPARE(kindOf(after), Error::Kind::Cancelled);
    QCOMPARE(asked(), 1);
}

void TestCallApprovals::nothingRunsThatIsNotOnRecord()
{
    m_issuer->vault.setWritable(false);
    for (const CallApprovalChoice choice :
         {CallApprovalChoice::Once, CallApprovalChoice::Session, CallApprovalChoice::Always}) {
        const auto waiting = shownCall();
        m_prompter.answerStepUp(choice);
        QVERIFY(ends(waiting));
        QVERIFY(!waiting->end->has_value());
        QCOMPARE(kindOf(waiting), Error::Kind::Storage);
    }
    m_issuer->vault.setWritable(true);
    QVERIFY(m_issuer->vault->rules.all().isEmpty());
    shownCall(); // nothing of it was kept
    QCOMPARE(asked(), 4);
}

FLAREDECK_TEST(TestCallApprovals)

} // namespace tst_callapprovals

#include "tst_callapprovals.moc"
