#include "core/oauth/consent/callapprovals.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/waiting.h"
#include "core/oauth/clients/programlimit.h"
#include "core/oauth/consent/callwords.h"
#include "core/oauth/grants/auditpeer.h"
#include "core/provider/scopes.h"

#include <QDeadlineTimer>
#include <QPromise>

#include <algorithm>
#include <utility>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr Millis kRateWindow = 60'000;
constexpr Millis kVainWindow = 300'000;
constexpr Millis kSession = 8LL * 3600 * 1000; ///< what is allowed for a session lasts at most
constexpr int kOutlasts = 10'000;              ///< who can wait hears the end of a question
constexpr Millis kSettling = 10'000;           ///< for calls that wait while a rule is made

bool holdsAll(const ScopeSet &granted, const ScopeSet &needed)
{
    return std::all_of(needed.begin(), needed.end(), [&granted](const QString &scope) {
        return scopes::contains(granted, scope);
    });
}

/// The same caller, for one call.
CallerPtr withScopes(const CallerPtr &caller, const ScopeSet &more)
{
    CallerIdentity wider = *caller;
    wider.scopes.insert(more.begin(), more.end());
    return std::make_shared<const CallerIdentity>(std::move(wider));
}

} // namespace

/// One question that a person sees, and the calls that wait for what comes of it.
struct CallApprovals::Question {
    QByteArray key;
    GrantId grant;
    CallApprovalRequest shown;
    QByteArray fingerprint; ///< of the call that is shown
    QString session;
    bool wasForOne = false; ///< the answer lets one call through, whatever else it does
    store::AuditPeer peer;
    QByteArray process; ///< that called; empty = unknown
    int waiting = 0;
    bool outlivesCalls = false; ///< a call stopped waiting, and will come back
    QPromise<void> over;
    std::optional<Error> refusal; ///< to those who wait; without one decided() knows
    std::stop_source stop;        ///< of asking
};

CallApprovals::CallApprovals(store::AuditTrail &audit, Prompter &prompter, LoginSource &logins,
                             GrantBook &grants, const Clock &clock, const CallApprovalTimes &times,
                             QObject *parent)
    : QObject(parent)
    , m_audit(audit)
    , m_prompter(prompter)
    , m_logins(logins)
    , m_grants(grants)
    , m_clock(clock)
    , m_times(times)
    , m_rate(kQuestionsAMinute, kRateWindow)
    , m_inVain(kInVain, kVainWindow, kQuiet)
    , m_given(clock)
{
    connect(&m_grants, &GrantBook::revoked, this, &CallApprovals::endGrant);
    connect(&m_grants, &GrantBook::changed, this, &CallApprovals::grantWidened);
    connect(&m_grants, &GrantBook::created, this, &CallApprovals::grantCreated);
}

CallApprovals::~CallApprovals()
{
    for (const QuestionPtr &question : m_questions.values())
        question->stop.request_stop();
}

Task<Result<ApprovedCall>> CallApprovals::ask(AskedCall call)
{
    const QDeadlineTimer patience(call.isPatient         ? m_times.openAsked + kOutlasts
                                  : call.missing.empty() ? m_times.holdAsked
                                                         : m_times.hold);
    std::optional<http::PeerProcess> program;
    bool hasLooked = false;
    bool hasRead = false;
    for (;;) {
        if (const auto known = decided(call))
            co_return *known;
        const auto live = m_grants.find(call.caller->grant);
        QuestionPtr question = m_questions.value(keyOf(call, live->caller->scopes));
        if (!question) {
            if (const auto may = mayAsk(call, program); !may)
                co_return fail(may.error());
            if (!std::exchange(hasLooked, true)) {
                const auto found = co_await waitFor(
                    http::findPeerProcess(call.peer, http::LookUp::ForKnownClient), call.stop);
                program = found.value_or(std::nullopt);
                continue; // much may have changed meanwhile
            }
            if (call.readBefore && !std::exchange(hasRead, true)) {
                auto reading = call.readBefore();
                call.before = co_await reading;
                continue;
            }
            question = open(call, program);
        }

        ++question->waiting;
        bool isOver = false;
        for (;;) {
            if (call.waits)
                call.waits();
            const qint64 left = patience.remainingTime();
            const std::chrono::milliseconds turn(std::min<qint64>(left, m_times.tellEvery));
            isOver = co_await waitFor(question->over.future(), turn, call.stop);
            if (isOver || call.stop.stop_requested() || patience.hasExpired())
                break;
        }
        --question->waiting;
        if (call.stop.stop_requested()) {
            // The last call that is cancelled takes the question along; one that only stopped
            // waiting does not. A call that a rule stopped may come back after its client's
            // time-out, which looks the same.
            if (question->waiting == 0 && !question->outlivesCalls && !call.isAsked)
                close(question);
            co_return fail(callwords::cancelled());
        }
        if (!isOver) {
            question->outlivesCalls = true;
            co_return fail(callwords::undecided(question->shown.missing, true));
        }
        if (question->refusal)
            co_return fail(*question->refusal);
        if (question->wasForOne && call.isAsked && question->fingerprint == call.fingerprint &&
            !m_given.isPermitted(question->grant, call.fingerprint))
            co_return fail(callwords::twin());
    }
}

/// What a call waits for: a wider grant, which others may wait for too, or a word about itself.
QByteArray CallApprovals::keyOf(const AskedCall &call, const ScopeSet &granted) const
{
    const QByteArray grant = call.caller->grant.value.toUtf8() + '\n';
    return holdsAll(granted, call.missing) ? grant + '=' + call.fingerprint
                                           : grant + scopes::print(call.missing).toUtf8();
}

std::optional<Result<ApprovedCall>> CallApprovals::decided(const AskedCall &call)
{
    if (call.stop.stop_requested())
        return fail(callwords::cancelled());
    const auto live = m_grants.find(call.caller->grant);
    if (!live)
        return fail(callwords::ended());
    const bool isOpen = holdsAll(live->caller->scopes, call.missing);
    if (m_given.takePermit(call.caller->grant, call.fingerprint)) {
        return ApprovedCall{isOpen ? live->caller : withScopes(live->caller, call.missing),
                            u"a person allowed this call"_s};
    }
    if (isOpen && !call.isAsked)
        return ApprovedCall{live->caller, u"a person widened the grant"_s};
    if (isOpen && m_given.holds({call.caller->grant, call.session, call.tool, call.effect}))
        return ApprovedCall{live->caller, u"a person allowed this tool for the session"_s};
    if (m_given.isDenied(keyOf(call, live->caller->scopes)))
        return fail(callwords::denied(isOpen ? ScopeSet() : call.missing));
    return std::nullopt;
}

Result<> CallApprovals::mayAsk(const AskedCall &call,
                               const std::optional<http::PeerProcess> &program) const
{
    const ClientId &client = call.caller->client;
    const QByteArray process = ProgramLimit::keyOf(program);
    const auto open = std::count_if(m_questions.begin(), m_questions.end(), [&](const auto &one) {
        return one->shown.client == client || (!process.isEmpty() && one->process == process);
    });
    const Millis now = m_clock.monotonic();
    int wait = std::max(m_rate.waitSeconds(client.value.toUtf8(), now),
                        m_inVain.waitSeconds(client.value.toUtf8(), now));
    if (!process.isEmpty())
        wait = std::max(wait, m_inVain.waitSeconds(process, now));
    if (open < kOpenOfClient && wait == 0)
        return {};
    Error error{Error::Kind::RateLimited,
                call.missing.empty()
                    ? u"This call needs the user's word, and they were asked too much lately."_s
                    : u"This call needs the permission %1, and the user was asked too much "
                      "lately."_s.arg(callwords::inWords(call.missing)),
                u"Wait until they have answered in Flaredeck."_s};
    error.retryAfterSeconds = wait;
    return fail(std::move(error));
}

CallApprovals::QuestionPtr CallApprovals::open(const AskedCall &call,
                                               const std::optional<http::PeerProcess> &program)
{
    const auto question = std::make_shared<Question>();
    const auto live = m_grants.find(call.caller->grant);
    const ScopeSet granted = live ? live->caller->scopes : ScopeSet();
    question->key = keyOf(call, granted);
    question->session = call.session;
    question->grant = call.caller->grant;
    question->fingerprint = call.fingerprint;
    question->peer = auditPeer(program);
    question->process = ProgramLimit::keyOf(program);
    question->over.start();
    CallApprovalRequest &shown = question->shown;
    shown.id = crypto::randomId();
    shown.client = call.caller->client;
    shown.clientName = call.caller->clientName;
    if (program) {
        shown.programPid = program->pid;
        shown.program = program->executable;
        shown.programParent = program->parentName;
    }
    shown.tool = call.tool;
    shown.toolTitle = call.title;
    shown.arguments = call.arguments;
    shown.account = call.account;
    if (const auto login = m_logins.find(call.caller->login))
        shown.loginLabel = login->label;
    shown.allArguments = call.allArguments;
    if (!holdsAll(granted, call.missing))
        shown.missing = call.missing;
    shown.effect = call.effect;
    shown.change = call.change;
    shown.before = call.before;
    // What destroys is asked about each time.
    // Nor does a yes to what reads become a rule about a tool that can do worse.
    shown.canLast = shown.missing.empty() && call.effect != Effect::Destroys &&
                    call.worst != Effect::Destroys && m_allowAlways;
    shown.expiresAt = m_clock.now() + (shown.missing.empty() ? m_times.openAsked : m_times.open);
    shown.sandbox = m_logins.isSandbox();
    m_questions.insert(question->key, question);
    const Millis now = m_clock.monotonic();
    m_rate.record(shown.client.value.toUtf8(), now);
    m_inVain.record(shown.client.value.toUtf8(), now);
    if (!question->process.isEmpty())
        m_inVain.record(question->process, now);
    m_tasks.run(run(question));
    return question;
}

Task<> CallApprovals::run(QuestionPtr question)
{
    const std::chrono::milliseconds open(question->shown.missing.empty() ? m_times.openAsked
                                                                         : m_times.open);
    auto asking = prompt::ask(m_prompter, question->shown, open, question->stop.get_token());
    const auto answer = co_await asking;
    if (question->stop.stop_requested())
        co_return;
    m_questions.remove(question->key);
    question->refusal = carryOut(*question, answer);
    question->over.finish();
}

std::optional<Error> CallApprovals::carryOut(Question &question,
                                             const std::optional<CallApprovalAnswer> &answer)
{
    CallApprovalChoice choice = answer ? answer->choice : CallApprovalChoice::Unavailable;
    const bool isYes =
        choice != CallApprovalChoice::Unavailable && choice != CallApprovalChoice::Deny;
    if (isYes) {
        m_inVain.forget(question.shown.client.value.toUtf8());
        m_inVain.forget(question.process);
        // A yes is never taken for more than was offered.
        const bool fits = choice == CallApprovalChoice::Grant ? !question.shown.missing.empty()
                                                              : question.shown.canLast;
        if (!fits)
            choice = CallApprovalChoice::Once;
    }
    question.wasForOne = choice == CallApprovalChoice::Once || choice == CallApprovalChoice::Grant;
    switch (choice) {
    case CallApprovalChoice::Grant:
        return widen(question);
    case CallApprovalChoice::Once:
        return allowOnce(question);
    case CallApprovalChoice::Session:
        return allowSession(question);
    case CallApprovalChoice::Always:
        return allowAlways(question);
    case CallApprovalChoice::Deny:
        m_given.deny(question.key);
        noteDenied(question, u"A person said no"_s);
        return std::nullopt;
    case CallApprovalChoice::Unavailable:
        break;
    }
    noteDenied(question, answer ? u"Nobody was there to ask"_s : u"Nobody answered"_s);
    return callwords::undecided(question.shown.missing, false);
}

std::optional<Error> CallApprovals::widen(const Question &question)
{
    const QString why = u"Asked for by the tool %1"_s.arg(question.shown.tool);
    const auto widened = m_grants.widen(question.grant, question.shown.missing, why, question.peer);
    if (!widened) {
        qCWarning(lcOAuth).noquote() << "a grant could not be widened:" << widened.error().text();
        return widened.error();
    }
    // They saw this call, too: no rule asks about it once more.
    m_given.permit(question.grant, question.fingerprint);
    return std::nullopt;
}

std::optional<Error> CallApprovals::allowOnce(const Question &question)
{
    const ScopeSet &missing = question.shown.missing;
    const QString scopesOfIt = missing.empty() ? QString() : u": "_s + scopes::print(missing);
    // Not a note: what was let through is never merged away, and not let through unrecorded.
    const auto recorded = m_audit.record(
        {.kind = missing.empty() ? store::AuditKind::CallApproved : store::AuditKind::SteppedUp,
         .grant = question.grant,
         .outcome = u"For one call of the tool %1%2"_s.arg(question.shown.tool, scopesOfIt),
         .peer = question.peer});
    if (!recorded)
        return recorded.error();
    // The person saw one call. The others have to ask for themselves.
    m_given.permit(question.grant, question.fingerprint);
    return std::nullopt;
}

std::optional<Error> CallApprovals::allowSession(const Question &question)
{
    const auto recorded = m_audit.record(
        {.kind = store::AuditKind::CallApproved,
         .grant = question.grant,
         .outcome = u"For calls of the tool %1 in one session"_s.arg(question.shown.tool),
         .peer = question.peer});
    if (!recorded)
        return recorded.error();
    openSession(question, kSession);
    return std::nullopt;
}

std::optional<Error> CallApprovals::allowAlways(const Question &question)
{
    const auto ruled = m_allowAlways(question.shown.client, question.shown.tool);
    if (!ruled)
        return ruled.error();
    // The rule sees to the calls that follow, for as long as there is one. What waits already does
    // not ask it any more.
    openSession(question, kSettling);
    for (const QuestionPtr &other : m_questions.values()) {
        if (other->shown.client == question.shown.client && other->shown.canLast &&
            other->shown.tool == question.shown.tool)
            openSession(*other, kSettling);
    }
    return std::nullopt;
}

/// Also for what waits already.
void CallApprovals::openSession(const Question &question, Millis lasts)
{
    const auto callsOf = [](const Question &one) {
        return SessionCalls{one.grant, one.session, one.shown.tool, one.shown.effect};
    };
    const SessionCalls calls = callsOf(question);
    m_given.open(calls, question.shown.client, lasts);
    for (const QuestionPtr &other : m_questions.values()) {
        if (other->shown.missing.empty() && callsOf(*other) == calls)
            close(other);
    }
}

void CallApprovals::noteDenied(const Question &question, const QString &reason)
{
    m_audit.note(
        {.kind = store::AuditKind::Denied,
         .grant = question.grant,
         .outcome = question.shown.missing.empty()
                        ? u"%1: a call of the tool %2"_s.arg(reason, question.shown.tool)
                        : u"%1: the tool %2 needs %3"_s.arg(reason, question.shown.tool,
                                                            scopes::print(question.shown.missing)),
         .peer = question.peer});
}

/// Takes it off the screen.
void CallApprovals::close(const QuestionPtr &question, std::optional<Error> refusal)
{
    if (m_questions.value(question->key) != question)
        return;
    m_questions.remove(question->key);
    question->stop.request_stop();
    question->refusal = std::move(refusal);
    question->over.finish();
}

void CallApprovals::endGrant(const GrantId &grant)
{
    for (const QuestionPtr &question : m_questions.values()) {
        if (question->grant == grant)
            close(question, callwords::ended());
    }
    m_given.endGrant(grant);
}

void CallApprovals::grantWidened(const GrantId &grant)
{
    const auto live = m_grants.find(grant);
    for (const QuestionPtr &question : m_questions.values()) {
        if (live && question->grant == grant && !question->shown.missing.empty() &&
            holdsAll(live->grant.scopes, question->shown.missing))
            close(question);
    }
}

/// The client went through the consent instead: what is asked here is answered there.
void CallApprovals::grantCreated(const GrantId &grant)
{
    const auto live = m_grants.find(grant);
    for (const QuestionPtr &question : m_questions.values()) {
        if (live && question->shown.client == live->grant.client &&
            !question->shown.missing.empty() &&
            holdsAll(live->grant.scopes, question->shown.missing))
            close(question, callwords::undecided(question->shown.missing, false));
    }
}

} // namespace flaredeck::oauth
