#pragma once

#include "core/base/taskscope.h"
#include "core/http/peerprocess.h"
#include "core/oauth/consent/loginsource.h"
#include "core/oauth/endpoints/ratelimit.h"
#include "core/oauth/grants/grantbook.h"
#include "core/prompt/prompter.h"

#include <QHash>

#include <memory>
#include <stop_token>

namespace flaredeck::oauth {

/// A call that its grant does not open.
struct StepUpCall {
    CallerPtr caller;
    http::Peer peer;
    QString tool;
    QString title;
    QString arguments; ///< for a person
    QString account;
    ScopeSet missing;
    QByteArray fingerprint; ///< of tool, account and arguments
    std::stop_token stop;
};

/// How long things last, in milliseconds.
struct StepUpTimes {
    int hold = 25'000;  ///< a call waits: less than what clients wait for an answer
    int open = 600'000; ///< a question stays on the screen
};

/// Asks a person about calls outside of their grant while they wait, and widens the grant or lets
/// the one call through. What is missing is asked once for a grant, however many calls want it.
/// Core thread.
class StepUp : public QObject
{
    Q_OBJECT

public:
    static constexpr int kOpenOfClient = 3;      ///< questions of one client or process at a time
    static constexpr int kQuestionsAMinute = 20; ///< of one client
    /// Questions of one client or process without a yes. Then a person has a while of quiet.
    static constexpr int kInVain = 5;
    static constexpr Millis kQuiet = 120'000;

    StepUp(store::AuditTrail &audit, Prompter &prompter, LoginSource &logins, GrantBook &grants,
           const Clock &clock, const StepUpTimes &times = {}, QObject *parent = nullptr);
    ~StepUp() override;

    /// The caller with the scopes that the call needs, of the wider grant or for this call only.
    /// Errors: Denied by a person, now or a moment ago; Unauthorized when nobody is there or nobody
    /// answered in time; RateLimited; Cancelled with the call; Storage when a yes could not be
    /// saved.
    [[nodiscard]] Task<Result<CallerPtr>> ask(StepUpCall call);

private:
    struct Question;
    using QuestionPtr = std::shared_ptr<Question>;

    [[nodiscard]] std::optional<Result<CallerPtr>> decided(const StepUpCall &call);
    [[nodiscard]] Result<> mayAsk(const StepUpCall &call,
                                  const std::optional<http::PeerProcess> &program) const;
    QuestionPtr open(const StepUpCall &call, const std::optional<http::PeerProcess> &program);
    Task<> run(QuestionPtr question);
    /// Does what the person said; what is refused to those who wait, if decided() does not say it.
    [[nodiscard]] std::optional<Error> carryOut(const Question &question,
                                                const std::optional<StepUpAnswer> &answer);
    [[nodiscard]] std::optional<Error> allowOnce(const Question &question);
    void noteDenied(const Question &question, const QString &reason);
    void close(const QuestionPtr &question, std::optional<Error> refusal = {});
    void endGrant(const GrantId &grant);
    void grantWidened(const GrantId &grant);
    void grantCreated(const GrantId &grant);
    void forgetOld();

    store::AuditTrail &m_audit;
    Prompter &m_prompter;
    LoginSource &m_logins;
    GrantBook &m_grants;
    const Clock &m_clock;
    const StepUpTimes m_times;
    RateLimit m_rate;
    RateLimit m_inVain;                         ///< by client, and by process
    QHash<QByteArray, QuestionPtr> m_questions; ///< by grant and missing scopes
    // Until when, by the monotonic clock.
    QHash<QByteArray, Millis> m_denials; ///< by grant and missing scopes
    QHash<QByteArray, Millis> m_permits; ///< by those and the call; used once
    TaskScope m_tasks;
};

} // namespace flaredeck::oauth
