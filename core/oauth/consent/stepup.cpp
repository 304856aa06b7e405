#include "core/oauth/consent/stepup.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/waiting.h"
#include "core/oauth/clients/programlimit.h"
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
constexpr Millis kDenial = 60'000;      ///< a no holds for the next calls
constexpr Millis kLateAnswer = 300'000; ///< a yes to one call waits for it to come back

QByteArray keyOf(const GrantId &grant, const ScopeSet &missing)
{
    return grant.value.toUtf8() + '\n' + scopes::print(missing).toUtf8();
}

QByteArray keyOf(const StepUpCall &call)
{
    return keyOf(call.caller->grant, call.missing);
}

QByteArray permitKeyOf(const QByteArray &key, const QByteArray &fingerprint)
{
    return key + '\n' + fingerprint;
}

QString inWords(const ScopeSet &missing)
{
    QStringList words;
    for (const QString &name : missing) {
        const ScopeInfo *info = scopes::find(name);
        words << (info ? u"%1 (%2)"_s.arg(name, info->summary) : name);
    }
    return words.join(u", "_s);
}

bool holdsAll(const ScopeSet &granted, const ScopeSet &needed)
{
    return std::all_of(needed.begin(), needed.end(), [&granted](const QString &scope) {
        return scopes::contains(granted, scope);
    });
}

Error denied(const ScopeSet &missing)
{
    return {
        Error::Kind::Denied,
        u"The user did not allow this call, which needs the permission %1."_s.arg(inWords(missing)),
        u"Do not repeat it unless the user asks for it."_s};
}

Error undecided(const ScopeSet &missing, bool wasAsked)
{
    return {Error::Kind::Unauthorized,
            u"This connection was not given the permission %1."_s.arg(inWords(missing)),
            wasAsked
                ? u"The user is being asked in Flaredeck. Call again when they have answered."_s
                : u"The user must approve the connection again in Flaredeck with this "
                  "permission."_s};
}

Error cancelled()
{
    return {Error::Kind::Cancelled, u"The call was cancelled."_s};
}

Error ended()
{
    return {Error::Kind::Cancelled, u"The permission of this client was withdrawn."_s};
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
struct StepUp::Question {
    QByteArray key;
    GrantId grant;
    StepUpRequest shown;
    QByteArray fingerprint; ///< of the call that is shown
    store::AuditPeer peer;
    QByteArray process; ///< that called; empty = unknown
    int waiting = 0;
    bool outlivesCalls = false; ///< a call stopped waiting, and will come back
    QPromise<void> over;
    std::optional<Error> refusal; ///< to those who wait; without one decided() knows
    std::stop_source stop;        ///< of asking
};

StepUp::StepUp(store::AuditTrail &audit, Prompter &prompter, LoginSource &logins, GrantBook &grants,
               const Clock &clock, const StepUpTimes &times, QObject *parent)
    : QObject(parent)
    , m_audit(audit)
    , m_prompter(prompter)
    , m_logins(logins)
    , m_grants(grants)
    , m_clock(clock)
    , m_times(times)
    , m_rate(kQuestionsAMinute, kRateWindow)
    , m_inVain(kInVain, kVainWindow, kQuiet)
{
    connect(&m_grants, &GrantBook::revoked, this, &StepUp::endGrant);
    connect(&m_grants, &GrantBook::changed, this, &StepUp::grantWidened);
    connect(&m_grants, &GrantBook::created, this, &StepUp::grantCreated);
}

StepUp::~StepUp()
{
    for (const QuestionPtr &question : m_questions.values())
        question->stop.request_stop();
}

Task<Result<CallerPtr>> StepUp::ask(StepUpCall call)
{
    const QByteArray key = keyOf(call);
    const QDeadlineTimer patience(m_times.hold);
    std::optional<http::PeerProcess> program;
    bool hasLooked = false;
    for (;;) {
        if (const auto known = decided(call))
            co_return *known;
        QuestionPtr question = m_questions.value(key);
        if (!question) {
            if (const auto may = mayAsk(call, program); !may)
                co_return fail(may.error());
            if (!std::exchange(hasLooked, true)) {
                const auto found = co_await waitFor(
                    http::findPeerProcess(call.peer, http::LookUp::ForKnownClient), call.stop);
                program = found.value_or(std::nullopt);
                continue; // much may have changed meanwhile
            }
            question = open(call, program);
        }

        ++question->waiting;
        const bool isOver =
            co_await waitFor(question->over.future(),
                             std::chrono::milliseconds(patience.remainingTime()), call.stop);
        --question->waiting;
        if (call.stop.stop_requested()) {
            // The last call that is cancelled takes the question along; one that only stopped
            // waiting does not.
            if (question->waiting == 0 && !question->outlivesCalls)
                close(question);
            co_return fail(cancelled());
        }
        if (!isOver) {
            question->outlivesCalls = true;
            co_return fail(undecided(call.missing, true));
        }
        if (question->refusal)
            co_return fail(*question->refusal);
    }
}

std::optional<Result<CallerPtr>> StepUp::decided(const StepUpCall &call)
{
    if (call.stop.stop_requested())
        return fail(cancelled());
    const auto live = m_grants.find(call.caller->grant);
    if (!live)
        return fail(ended());
    if (holdsAll(live->caller->scopes, call.missing))
        return live->caller;
    forgetOld();
    const QByteArray key = keyOf(call);
    if (m_permits.remove(permitKeyOf(key, call.fingerprint)))
        return withScopes(live->caller, call.missing);
    if (m_denials.contains(key))
        return fail(denied(call.missing));
    return std::nullopt;
}

Result<> StepUp::mayAsk(const StepUpCall &call,
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
                u"This call needs the permission %1, and the user was asked too much lately."_s.arg(
                    inWords(call.missing)),
                u"Wait until they have answered in Flaredeck."_s};
    error.retryAfterSeconds = wait;
    return fail(std::move(error));
}

StepUp::QuestionPtr StepUp::open(const StepUpCall &call,
                                 const std::optional<http::PeerProcess> &program)
{
    const auto question = std::make_shared<Question>();
    question->key = keyOf(call);
    question->grant = call.caller->grant;
    question->fingerprint = call.fingerprint;
    question->peer = auditPeer(program);
    question->process = ProgramLimit::keyOf(program);
    question->over.start();
    StepUpRequest &shown = question->shown;
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
    shown.missing = call.missing;
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

Task<> StepUp::run(QuestionPtr question)
{
    auto asking = prompt::ask(m_prompter, question->shown, std::chrono::milliseconds(m_times.open),
                              question->stop.get_token());
    const auto answer = co_await asking;
    if (question->stop.stop_requested())
        co_return;
    m_questions.remove(question->key);
    question->refusal = carryOut(*question, answer);
    question->over.finish();
}

std::optional<Error> StepUp::carryOut(const Question &question,
                                      const std::optional<StepUpAnswer> &answer)
{
    const StepUpChoice choice = answer ? answer->choice : StepUpChoice::Unavailable;
    if (choice == StepUpChoice::Grant || choice == StepUpChoice::Once) {
        m_inVain.forget(question.shown.client.value.toUtf8());
        m_inVain.forget(question.process);
    }
    switch (choice) {
    case StepUpChoice::Grant: {
        const QString why = u"Asked for by the tool %1"_s.arg(question.shown.tool);
        const auto widened =
            m_grants.widen(question.grant, question.shown.missing, why, question.peer);
        if (widened)
            return std::nullopt;
        qCWarning(lcOAuth).noquote() << "a grant could not be widened:" << widened.error().text();
        return widened.error();
    }
    case StepUpChoice::Once:
        return allowOnce(question);
    case StepUpChoice::Deny:
        m_denials.insert(question.key, m_clock.monotonic() + kDenial);
        noteDenied(question, u"A person said no"_s);
        return std::nullopt;
    case StepUpChoice::Unavailable:
        break;
    }
    noteDenied(question, answer ? u"Nobody was there to ask"_s : u"Nobody answered"_s);
    return undecided(question.shown.missing, false);
}

std::optional<Error> StepUp::allowOnce(const Question &question)
{
    // Not a note: what was let through is never merged away, and not let through unrecorded.
    const auto recorded =
        m_audit.record({.kind = store::AuditKind::SteppedUp,
                        .grant = question.grant,
                        .outcome = u"For one call of the tool %1: %2"_s.arg(
                            question.shown.tool, scopes::print(question.shown.missing)),
                        .peer = question.peer});
    if (!recorded)
        return recorded.error();
    // The person saw one call. The others have to ask for themselves.
    m_permits.insert(permitKeyOf(question.key, question.fingerprint),
                     m_clock.monotonic() + kLateAnswer);
    return std::nullopt;
}

void StepUp::noteDenied(const Question &question, const QString &reason)
{
    m_audit.note({.kind = store::AuditKind::Denied,
                  .grant = question.grant,
                  .outcome = u"%1: the tool %2 needs %3"_s.arg(
                      reason, question.shown.tool, scopes::print(question.shown.missing)),
                  .peer = question.peer});
}

/// Takes it off the screen.
void StepUp::close(const QuestionPtr &question, std::optional<Error> refusal)
{
    if (m_questions.value(question->key) != question)
        return;
    m_questions.remove(question->key);
    question->stop.request_stop();
    question->refusal = std::move(refusal);
    question->over.finish();
}

void StepUp::endGrant(const GrantId &grant)
{
    for (const QuestionPtr &question : m_questions.values()) {
        if (question->grant == grant)
            close(question, ended());
    }
    const QByteArray prefix = grant.value.toUtf8() + '\n';
    const auto isOfGrant = [&prefix](const auto &entry) { return entry.key().startsWith(prefix); };
    m_denials.removeIf(isOfGrant);
    m_permits.removeIf(isOfGrant);
}

void StepUp::grantWidened(const GrantId &grant)
{
    const auto live = m_grants.find(grant);
    for (const QuestionPtr &question : m_questions.values()) {
        if (live && question->grant == grant &&
            holdsAll(live->grant.scopes, question->shown.missing))
            close(question);
    }
}

/// The client went through the consent instead: what is asked here is answered there.
void StepUp::grantCreated(const GrantId &grant)
{
    const auto live = m_grants.find(grant);
    for (const QuestionPtr &question : m_questions.values()) {
        if (live && question->shown.client == live->grant.client &&
            holdsAll(live->grant.scopes, question->shown.missing))
            close(question, undecided(question->shown.missing, false));
    }
}

void StepUp::forgetOld()
{
    const auto isOld = [now = m_clock.monotonic()](const auto &entry) {
        return entry.value() <= now;
    };
    m_denials.removeIf(isOld);
    m_permits.removeIf(isOld);
}

} // namespace flaredeck::oauth
