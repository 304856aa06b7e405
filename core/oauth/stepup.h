#pragma once

#include "core/base/taskscope.h"
#include "core/http/peerprocess.h"
#include "core/oauth/grantbook.h"
#include "core/oauth/loginsource.h"
#include "core/oauth/ratelimit.h"
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
    int hold = 25'000;           ///< a call waits: less than what clients wait for an answer
    int open = 600'000;          ///< a question stays on the screen
    Millis denial = 60'000;      ///< a no holds for the next calls
    Millis lateAnswer = 300'000; ///< a yes to one call waits for it to come back
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
    struct Waiter;
    struct Question;
    using WaiterPtr = std::shared_ptr<Waiter>;
    using QuestionPtr = std::shared_ptr<Question>;

    Task<> run(QuestionPtr question);
    [[nodiscard]] std::optional<Result<CallerPtr>> decided(const StepUpCall &call);
    [[nodiscard]] Result<> mayAsk(const StepUpCall &call,
                                  const std::optional<http::PeerProcess> &program) const;
    QuestionPtr open(const StepUpCall &call, const std::optional<http::PeerProcess> &program);
    void show(const QuestionPtr &question);
    void settle(const QuestionPtr &question, const StepUpAnswer &answer);
    void tellDenied(const Question &question, const QString &reason);
    void allowOnce(const QuestionPtr &question);
    void leave(const QuestionPtr &question, const WaiterPtr &waiter);
    void withdraw(const QuestionPtr &question);
    void close(const QuestionPtr &question);
    void endGrant(const GrantId &grant);
    void grantWidened(const GrantId &grant);
    void grantCreated(const GrantId &grant);
    [[nodiscard]] QList<QuestionPtr> questions() const { return m_questions.values(); }
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
