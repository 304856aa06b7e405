#include "tests/core/oauth/ruledapprovaltest.h"
#include "tests/support/testcase.h"

namespace tst_approvalanswers {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

/// What a person said about calls that a rule stopped, and for how long it counts.
class TestApprovalAnswers : public RuledApprovalTest
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { finish(); }

    void onceLetsOneCallThrough();
    void theSessionIsNotAskedAgain();
    void aClientWithoutSessionsHasOne();
    void aSessionsAnswerEnds();
    void aSessionsAnswerEndsWithARule();
    void alwaysMakesARule();
    void alwaysEndsWithItsRule();
    void alwaysIsForEverySessionThatWaits();
    void aNoIsForThatCall();

    void whatTheSessionAnswersIsNotAskedAnyMore();

    void theSessionOfReadsIsNotThatOfWhatDestroys();

    void aLateYesServesTheSameCallOnce();
    void aLateYesEndsAfterTenMinutes();
};

void TestApprovalAnswers::init()
{
    prepare();
    begin();
}

void TestApprovalAnswers::onceLetsOneCallThrough()
{
    const auto waiting = shownCall();
    QVERIFY(!waiting->end);
    m_prompter.answerStepUp(CallApprovalChoice::Once);
    QVERIFY(runs(waiting));
    QCOMPARE((*waiting->end)->caller->scopes, granted());
    QVERIFY(!(*waiting->end)->decision.isEmpty());
    QCOMPARE(lastEvent(), u"call_approved: For one call of the tool %1"_s.arg(kTool));
    shownCall();
    QCOMPARE(asked(), 2);
}

void TestApprovalAnswers::theSessionIsNotAskedAgain()
{
    const auto waiting = shownCall("one", u"s1"_s);
    m_prompter.answerStepUp(CallApprovalChoice::Session);
    QVERIFY(runs(waiting));
    QVERIFY2(lastEvent().startsWith(u"call_approved: "_s) && lastEvent().contains(kTool) &&
                 lastEvent().contains(u"session"_s),
             qPrintable(lastEvent()));
    for (const char *fingerprint : {"one", "two", "three"})
        QVERIFY(runs(call(fingerprint, u"s1"_s)));
    QCOMPARE(asked(), 1);
    QVERIFY(m_rules.isEmpty());

    // Neither another session, nor another tool of this one.
    shownCall("one", u"s2"_s);
    AskedCall other = made("four", u"s1"_s);
    other.tool = u"kv_namespace_update"_s;
    shown([&] { return send(other); });
    QCOMPARE(asked(), 3);
}

void TestApprovalAnswers::aClientWithoutSessionsHasOne()
{
    const auto waiting = shownCall("one", {});
    m_prompter.answerStepUp(CallApprovalChoice::Session);
    QVERIFY(runs(waiting));
    QVERIFY(runs(call("two", {})));
    shownCall("two", u"s1"_s);
    QCOMPARE(asked(), 2);
}

void TestApprovalAnswers::aSessionsAnswerEnds()
{
    const auto waiting = shownCall();
    m_prompter.answerStepUp(CallApprovalChoice::Session);
    QVERIFY(runs(waiting));
    m_issuer->clock.advance(7 * kHour);
    QVERIFY(runs(call("two")));
    m_issuer->clock.advance(kHour);
    shownCall("three");
    QCOMPARE(asked(), 2);
}

void TestApprovalAnswers::aSessionsAnswerEndsWithARule()
{
    const auto waiting = shownCall();
    const ClientId client = m_prompter.stepUps.constLast().client;
    m_prompter.answerStepUp(CallApprovalChoice::Session);
    QVERIFY(runs(waiting));
    const auto all = [](const QString &, Effect) { return true; };
    const auto none = [](const QString &, Effect) { return false; };
    m_approvals->endSessions({u"another client"_s}, all);
    m_approvals->endSessions(client, none);
    QVERIFY(runs(call("two")));
    m_approvals->endSessions(client, [this](const QString &tool, Effect effect) {
        return tool == kTool && effect == Effect::Changes;
    });
    const auto again = shownCall("three");
    m_prompter.answerStepUp(CallApprovalChoice::Session);
    QVERIFY(runs(again));
    m_approvals->endSessions({}, all); // of all clients
    shownCall("four");
    QCOMPARE(asked(), 3);
}

void TestApprovalAnswers::alwaysMakesARule()
{
    const auto waiting = shownCall();
    m_prompter.answerStepUp(CallApprovalChoice::Always);
    QVERIFY(runs(waiting));
    QCOMPARE(m_rules, QStringList{kTool});
    const auto rules = m_issuer->vault->rules.all();
    QCOMPARE(rules.size(), 1);
    QCOMPARE(rules.first().client, m_issuer->client.id);
    QVERIFY2(lastEvent().startsWith(u"rule_changed: "_s), qPrintable(lastEvent()));
}

/// Who takes the rule back is asked again, in the same session too.
void TestApprovalAnswers::alwaysEndsWithItsRule()
{
    const auto waiting = shownCall("one");
    m_prompter.answerStepUp(CallApprovalChoice::Always);
    QVERIFY(runs(waiting));
    m_issuer->clock.advance(kMinute);
    shownCall("two"); // only where no rule lets it through
    QCOMPARE(asked(), 2);
}

void TestApprovalAnswers::alwaysIsForEverySessionThatWaits()
{
    const auto other = shownCall("one", u"s2"_s);
    const auto waiting = shownCall("two", u"s1"_s);
    m_prompter.answerStepUp(CallApprovalChoice::Always);
    QVERIFY(runs(waiting));
    QVERIFY(runs(other));
    QCOMPARE(m_prompter.withdrawn, QStringList{m_prompter.stepUps.first().id});
    QCOMPARE(asked(), 2);
}

void TestApprovalAnswers::aNoIsForThatCall()
{
    const auto waiting = shownCall("one");
    m_prompter.answerStepUp(CallApprovalChoice::Deny);
    QVERIFY(ends(waiting));
    QCOMPARE(kindOf(waiting), Error::Kind::Denied);
    QVERIFY2(waiting->end->error().text().contains(u"The user did not allow this call"_s),
             qPrintable(waiting->end->error().text()));
    QCOMPARE(lastEvent(), u"denied: A person said no: a call of the tool %1"_s.arg(kTool));

    const auto again = call("one");
    QVERIFY(ends(again));
    QCOMPARE(kindOf(again), Error::Kind::Denied);
    QCOMPARE(asked(), 1);
    shownCall("two");
    m_issuer->clock.advance(kMinute);
    shownCall("one");
    QCOMPARE(asked(), 3);
}

void TestApprovalAnswers::whatTheSessionAnswersIsNotAskedAnyMore()
{
    const auto one = shownCall("one", u"s1"_s);
    const auto elsewhere = shownCall("two", u"s2"_s);
    const auto three = shownCall("three", u"s1"_s);
    m_prompter.answerStepUp(CallApprovalChoice::Session);
    QVERIFY(runs(three));
    QVERIFY(runs(one));
    QCOMPARE(m_prompter.withdrawn, QStringList{m_prompter.stepUps.first().id});
    QVERIFY(!elsewhere->end);
    QCOMPARE(asked(), 3);
}

/// One tool may do both, such as one that takes SQL.
void TestApprovalAnswers::theSessionOfReadsIsNotThatOfWhatDestroys()
{
    const auto reading = shownCall("select", u"s1"_s, Effect::Reads);
    m_prompter.answerStepUp(CallApprovalChoice::Session);
    QVERIFY(runs(reading));
    const auto deleting = shownCall("delete", u"s1"_s, Effect::Destroys);
    QVERIFY(!deleting->end);
    QCOMPARE(asked(), 2);
    QVERIFY(runs(call("select more", u"s1"_s, Effect::Reads)));
    QCOMPARE(asked(), 2);
}

void TestApprovalAnswers::aLateYesServesTheSameCallOnce()
{
    CallApprovalTimes times;
    times.holdAsked = 1;
    begin(times);
    const auto first = call("one");
    QVERIFY(ends(first));
    QCOMPARE(kindOf(first), Error::Kind::Timeout);
    QVERIFY2(first->end->error().text().contains(u"ten minutes"_s),
             qPrintable(first->end->error().text()));
    QVERIFY(m_prompter.withdrawn.isEmpty()); // the person still reads
    m_prompter.answerStepUp(CallApprovalChoice::Once);
    QTRY_VERIFY(lastEvent().startsWith(u"call_approved: "_s));
    m_issuer->clock.advance(10 * kMinute - 1);
    const auto other = call("two");
    QVERIFY(ends(other));
    QVERIFY(!other->end->has_value());
    QVERIFY(runs(call("one")));
    const auto third = call("one");
    QVERIFY(ends(third));
    QVERIFY(!third->end->has_value());
    QCOMPARE(asked(), 3);
}

void TestApprovalAnswers::aLateYesEndsAfterTenMinutes()
{
    CallApprovalTimes times;
    times.holdAsked = 1;
    begin(times);
    QVERIFY(ends(call("one")));
    m_prompter.answerStepUp(CallApprovalChoice::Once);
    QTRY_VERIFY(lastEvent().startsWith(u"call_approved: "_s));
    m_issuer->clock.advance(10 * kMinute);
    const auto late = call("one");
    QVERIFY(ends(late));
    QVERIFY(!late->end->has_value());
    QCOMPARE(asked(), 2);
}

FLAREDECK_TEST(TestApprovalAnswers)

} // namespace tst_approvalanswers

#include "tst_approvalanswers.moc"
