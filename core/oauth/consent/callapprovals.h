#pragma once

#include "core/base/taskscope.h"
#include "core/http/peerprocess.h"
#include "core/oauth/consent/givenanswers.h"
#include "core/oauth/consent/loginsource.h"
#include "core/oauth/endpoints/ratelimit.h"
#include "core/oauth/grants/grantbook.h"
#include "core/prompt/prompter.h"

#include <QHash>

#include <functional>
#include <memory>
#include <stop_token>

namespace flaredeck::oauth {

/// A call that waits for a person.
struct AskedCall {
    CallerPtr caller;
    http::Peer peer;
    QString tool;
    QString title;
    QString arguments;    ///< for a person, short
    QString allArguments; ///< the same in full
    QString account;
    ScopeSet missing;     ///< what its grant does not open
    bool isAsked = false; ///< a rule wants a person to be asked
    Effect effect = Effect::Reads;
    Effect worst = Effect::Reads; ///< that another call of the tool may have
    QString change;               ///< what it changes, in words
    /// Reads how things are now: caption, value. Only for a question that is put, so that a call
    /// which is refused at once costs nobody a request.
    std::function<Task<QList<std::pair<QString, QString>>>()> readBefore;
    QList<std::pair<QString, QString>> before; ///< what it read
    QString session;        ///< that an answer may be for; empty = all of the grant's
    QByteArray fingerprint; ///< of tool, account and arguments
    std::stop_token stop;
    std::function<void()> waits; ///< called now and then while a person is asked; may be empty
    bool isPatient = false;      ///< the client has let the connection go, and waits for long
};

/// Why a call may run.
struct ApprovedCall {
    CallerPtr caller; ///< with the scopes that the call needs
    QString decision; ///< for the record, in English
};

/// How long things last, in milliseconds.
struct CallApprovalTimes {
    int hold = 25'000;       ///< a call waits: less than what clients wait for an answer
    int holdAsked = 50'000;  ///< without missing scopes, so that the client hears of progress
    int open = 600'000;      ///< a question about a grant stays on the screen
    int openAsked = 120'000; ///< a question about one call
    int tellEvery = 10'000;  ///< AskedCall::waits
};

/// Asks a person about calls outside of their grant, and about those that a rule stops, while they
/// wait: widens the grant, makes a rule, or lets the one call through. What is missing is asked
/// once for a grant, however many calls want it; identical calls share a question. Core thread.
class CallApprovals : public QObject
{
    Q_OBJECT

public:
    static constexpr int kOpenOfClient = 3;      ///< questions of one client or process at a time
    static constexpr int kQuestionsAMinute = 20; ///< of one client
    /// Questions of one client or process without a yes. Then a person has a while of quiet.
    static constexpr int kInVain = 5;
    static constexpr Millis kQuiet = 120'000;

    /// Makes a rule that lets the client's calls of a tool through.
    using AllowAlways = std::function<Result<>(const ClientId &client, const QString &tool)>;

    CallApprovals(store::AuditTrail &audit, Prompter &prompter, LoginSource &logins,
                  GrantBook &grants, const Clock &clock, const CallApprovalTimes &times = {},
                  QObject *parent = nullptr);
    ~CallApprovals() override;

    /// Without it nothing can be allowed for good.
    void setAllowAlways(AllowAlways allow) { m_allowAlways = std::move(allow); }

    using Concerns = GivenAnswers::Concerns;
    /// A person wants to be asked from now on: what they answered for a session counts no more. An
    /// empty client stands for all.
    void endSessions(const ClientId &client, const Concerns &concerns)
    {
        m_given.endSessions(client, concerns);
    }

    /// The caller with the scopes that the call needs, of the wider grant or for this call only.
    /// Errors: Denied by a person, now or a moment ago; Unauthorized when scopes are missing and
    /// nobody is there or nobody answered in time; Timeout for that without missing scopes;
    /// RateLimited; Cancelled with the call; Storage when a yes could not be saved.
    [[nodiscard]] Task<Result<ApprovedCall>> ask(AskedCall call);

private:
    struct Question;
    using QuestionPtr = std::shared_ptr<Question>;

    [[nodiscard]] std::optional<Result<ApprovedCall>> decided(const AskedCall &call);
    [[nodiscard]] Result<> mayAsk(const AskedCall &call,
                                  const std::optional<http::PeerProcess> &program) const;
    QuestionPtr open(const AskedCall &call, const std::optional<http::PeerProcess> &program);
    Task<> run(QuestionPtr question);
    /// Does what the person said; what is refused to those who wait, if decided() does not say it.
    [[nodiscard]] std::optional<Error> carryOut(Question &question,
                                                const std::optional<CallApprovalAnswer> &answer);
    [[nodiscard]] std::optional<Error> widen(const Question &question);
    [[nodiscard]] std::optional<Error> allowOnce(const Question &question);
    [[nodiscard]] std::optional<Error> allowSession(const Question &question);
    [[nodiscard]] std::optional<Error> allowAlways(const Question &question);
    void openSession(const Question &question, Millis lasts);
    [[nodiscard]] QByteArray keyOf(const AskedCall &call, const ScopeSet &granted) const;
    void noteDenied(const Question &question, const QString &reason);
    void close(const QuestionPtr &question, std::optional<Error> refusal = {});
    void endGrant(const GrantId &grant);
    void grantWidened(const GrantId &grant);
    void grantCreated(const GrantId &grant);

    store::AuditTrail &m_audit;
    Prompter &m_prompter;
    LoginSource &m_logins;
    GrantBook &m_grants;
    const Clock &m_clock;
    const CallApprovalTimes m_times;
    AllowAlways m_allowAlways;
    RateLimit m_rate;
    RateLimit m_inVain;                         ///< by client, and by process
    QHash<QByteArray, QuestionPtr> m_questions; ///< by grant and missing scopes, or by the call
    GivenAnswers m_given;
    TaskScope m_tasks;
};

} // namespace flaredeck::oauth
