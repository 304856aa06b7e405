#include "core/oauth/stepup.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/waiting.h"
#include "core/oauth/auditpeer.h"
#include "core/oauth/programlimit.h"
#include "core/provider/scopes.h"

#include <QDeadlineTimer>
#include <QPromise>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr Millis kRateWindow = 60'000;
constexpr Millis kVainWindow = 300'000;

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

/// One call that waits.
struct StepUp::Waiter {
    enum class End { None, Widened, Once, AskAgain, Denied, Nobody, TooLate, Cancelled, Failed };

    explicit Waiter(QByteArray call)
        : fingerprint(std::move(call))
    {
        promise.start();
    }
    void settle(End how, Error why = {})
    {
        if (end != End::None)
            return;
        end = how;
        error = std::move(why);
        promise.finish();
    }

    const QByteArray fingerprint;
    QPromise<void> promise;
    End end = End::None;
    Error error; ///< of Failed
};

/// One question that a person sees.
struct StepUp::Question {
    void settleAll(Waiter::End how, const Error &why = {})
    {
        for (const WaiterPtr &waiter : std::exchange(waiters, {}))
            waiter->settle(how, why);
    }

    QByteArray key;
    GrantId grant;
    ScopeSet missing;
    QByteArray fingerprint; ///< of the call that is shown
    StepUpRequest request;
    store::AuditPeer peer;
    QByteArray process; ///< that called; empty = unknown
    QList<WaiterPtr> waiters;
    QTimer expiry;
    bool outlivesCalls = false; ///< a call stopped waiting, and will come back
    bool isOver = false;
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
    for (const QuestionPtr &question : questions())
        withdraw(question);
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

        const auto waiter = std::make_shared<Waiter>(call.fingerprint);
        question->waiters << waiter;
        QTimer tooLong;
        tooLong.setSingleShot(true);
        QObject::connect(&tooLong, &QTimer::timeout, &tooLong,
                         [&waiter] { waiter->settle(Waiter::End::TooLate); });
        tooLong.start(static_cast<int>(patience.remainingTime()));
        // Only now, since some answer at once.
        if (question->request.id.isEmpty())
            show(question);
        const bool isSettled = co_await waitFor(waiter->promise.future(), call.stop);
        if (!isSettled)
            waiter->settle(Waiter::End::Cancelled);
        leave(question, waiter);
        switch (waiter->end) {
        case Waiter::End::None:
        case Waiter::End::AskAgain:
        case Waiter::End::Widened:
            continue; // decided() sees to it
        case Waiter::End::Once:
            co_return withScopes(call.caller, call.missing);
        case Waiter::End::Denied:
            co_return fail(denied(call.missing));
        case Waiter::End::Nobody:
            co_return fail(undecided(call.missing, false));
        case Waiter::End::TooLate:
            co_return fail(undecided(call.missing, true));
        case Waiter::End::Cancelled:
            co_return fail(Error::Kind::Cancelled, u"The call was cancelled."_s);
        case Waiter::End::Failed:
            co_return fail(waiter->error);
        }
    }
}

std::optional<Result<CallerPtr>> StepUp::decided(const StepUpCall &call)
{
    if (call.stop.stop_requested())
        return fail(Error::Kind::Cancelled, u"The call was cancelled."_s);
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
        return one->request.client == client || (!process.isEmpty() && one->process == process);
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
    question->missing = call.missing;
    question->fingerprint = call.fingerprint;
    question->peer = auditPeer(program);
    question->process = ProgramLimit::keyOf(program);
    StepUpRequest &request = question->request;
    request.client = call.caller->client;
    request.clientName = call.caller->clientName;
    if (program) {
        request.programPid = program->pid;
        request.program = program->executable;
        request.programParent = program->parentName;
    }
    request.tool = call.tool;
    request.toolTitle = call.title;
    request.arguments = call.arguments;
    request.account = call.account;
    if (const auto login = m_logins.find(call.caller->login))
        request.loginLabel = login->label;
    request.missing = call.missing;
    request.sandbox = m_logins.isSandbox();
    m_questions.insert(question->key, question);
    const Millis now = m_clock.monotonic();
    m_rate.record(request.client.value.toUtf8(), now);
    m_inVain.record(request.client.value.toUtf8(), now);
    if (!question->process.isEmpty())
        m_inVain.record(question->process, now);

    question->expiry.setSingleShot(true);
    connect(&question->expiry, &QTimer::timeout, this,
            [this, weak = std::weak_ptr<Question>(question)] {
                if (const QuestionPtr open = weak.lock()) {
                    withdraw(open);
                    tellDenied(*open, u"Nobody answered"_s);
                    open->settleAll(Waiter::End::Nobody);
                }
            });
    question->expiry.start(m_times.open);
    return question;
}

void StepUp::show(const QuestionPtr &question)
{
    question->request.id = crypto::randomId();
    m_tasks.run(run(question));
}

Task<> StepUp::run(QuestionPtr question)
{
    const auto asked = co_await waitFor(m_prompter.askStepUp(question->request), m_tasks.token());
    if (m_tasks.isStopped() || question->isOver)
        co_return;
    StepUpAnswer nobody;
    nobody.choice = StepUpChoice::Unavailable;
    settle(question, asked.value_or(nobody));
}

void StepUp::settle(const QuestionPtr &question, const StepUpAnswer &answer)
{
    close(question);
    if (answer.choice == StepUpChoice::Grant || answer.choice == StepUpChoice::Once) {
        m_inVain.forget(question->request.client.value.toUtf8());
        m_inVain.forget(question->process);
    }
    switch (answer.choice) {
    case StepUpChoice::Grant: {
        const QString why = u"Asked for by the tool %1"_s.arg(question->request.tool);
        const auto widened =
            m_grants.widen(question->grant, question->missing, why, question->peer);
        if (!widened)
            qCWarning(lcOAuth).noquote()
                << "a grant could not be widened:" << widened.error().text();
        question->settleAll(widened ? Waiter::End::Widened : Waiter::End::Failed,
                            widened ? Error() : widened.error());
        return;
    }
    case StepUpChoice::Once:
        return allowOnce(question);
    case StepUpChoice::Deny:
        m_denials.insert(question->key, m_clock.monotonic() + m_times.denial);
        tellDenied(*question, u"A person said no"_s);
        return question->settleAll(Waiter::End::Denied);
    case StepUpChoice::Unavailable:
        tellDenied(*question, u"Nobody was there to ask"_s);
        return question->settleAll(Waiter::End::Nobody);
    }
}

void StepUp::tellDenied(const Question &question, const QString &reason)
{
    m_audit.note({.kind = store::AuditKind::Denied,
                  .grant = question.grant,
                  .outcome = u"%1: the tool %2 needs %3"_s.arg(reason, question.request.tool,
                                                               scopes::print(question.missing)),
                  .peer = question.peer});
}

void StepUp::allowOnce(const QuestionPtr &question)
{
    // Not a note: what was let through is never merged away, and not let through unrecorded.
    const auto recorded =
        m_audit.record({.kind = store::AuditKind::SteppedUp,
                        .grant = question->grant,
                        .outcome = u"For one call of the tool %1: %2"_s.arg(
                            question->request.tool, scopes::print(question->missing)),
                        .peer = question->peer});
    if (!recorded)
        return question->settleAll(Waiter::End::Failed, recorded.error());
    // The person saw one call. The others have to ask for themselves.
    const auto shown = std::find_if(
        question->waiters.begin(), question->waiters.end(), [&question](const WaiterPtr &waiter) {
            return waiter->end == Waiter::End::None && waiter->fingerprint == question->fingerprint;
        });
    if (shown != question->waiters.end())
        (*shown)->settle(Waiter::End::Once);
    else
        m_permits.insert(permitKeyOf(question->key, question->fingerprint),
                         m_clock.monotonic() + m_times.lateAnswer);
    question->settleAll(Waiter::End::AskAgain);
}

/// A call that was cancelled takes its question along; one that only stopped waiting does not.
void StepUp::leave(const QuestionPtr &question, const WaiterPtr &waiter)
{
    question->waiters.removeOne(waiter);
    if (waiter->end == Waiter::End::TooLate)
        question->outlivesCalls = true;
    if (!question->isOver && question->waiters.isEmpty() && !question->outlivesCalls)
        withdraw(question);
}

void StepUp::withdraw(const QuestionPtr &question)
{
    if (question->isOver)
        return;
    close(question);
    m_prompter.withdrawStepUp(question->request.id);
}

void StepUp::close(const QuestionPtr &question)
{
    question->isOver = true;
    question->expiry.stop();
    m_questions.remove(question->key);
}

void StepUp::endGrant(const GrantId &grant)
{
    for (const QuestionPtr &question : questions()) {
        if (question->grant != grant)
            continue;
        withdraw(question);
        question->settleAll(Waiter::End::Failed, ended());
    }
    const QByteArray prefix = grant.value.toUtf8() + '\n';
    const auto isOfGrant = [&prefix](const auto &entry) { return entry.key().startsWith(prefix); };
    m_denials.removeIf(isOfGrant);
    m_permits.removeIf(isOfGrant);
}

void StepUp::grantWidened(const GrantId &grant)
{
    const auto live = m_grants.find(grant);
    for (const QuestionPtr &question : questions()) {
        if (!live || question->grant != grant || !holdsAll(live->grant.scopes, question->missing))
            continue;
        withdraw(question);
        question->settleAll(Waiter::End::Widened);
    }
}

/// The client went through the consent instead: what is asked here is answered there.
void StepUp::grantCreated(const GrantId &grant)
{
    const auto live = m_grants.find(grant);
    for (const QuestionPtr &question : questions()) {
        if (!live || question->request.client != live->grant.client ||
            !holdsAll(live->grant.scopes, question->missing))
            continue;
        withdraw(question);
        question->settleAll(Waiter::End::Nobody);
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
