#pragma once

#include "core/base/taskscope.h"
#include "core/http/httpclient.h"
#include "core/http/peerprocess.h"
#include "core/oauth/authorizeflow.h"
#include "core/oauth/clientregistry.h"
#include "core/oauth/listening.h"
#include "core/oauth/rememberedapprovals.h"
#include "core/oauth/tokenservice.h"
#include "core/prompt/prompter.h"

#include <QPointer>
#include <QTimer>

#include <memory>
#include <optional>

namespace flaredeck::oauth {

/// What an approval works with; all of it outlives the approvals.
struct ApprovalServices {
    store::AuditTrail &audit;
    Prompter &prompter;
    LoginSource &logins;
    ClientRegistry &clients;
    GrantBook &grants;
    TokenService &tokens;
    RememberedApprovals &remembered;
    http::HttpClient &http;
    const Clock &clock;
};

/// One question to a person on behalf of one or more waiting tabs of a client: consent, then the
/// sign-in if there is none, then a grant and a code for each tab. A code only goes to
/// the program that listened when the person decided. It is sent there from here, so that whoever
/// asked gets nothing that is worth stealing; see AuthorizeRequest::answersRequester() for the
/// rest.
class Approval : public QObject
{
    Q_OBJECT

public:
    static constexpr int kTimeoutMs = 600'000;
    static constexpr int kListenerAttempts = 240;  ///< a quarter of a second each
    static constexpr int kSilentAttempts = 20;     ///< before a person is asked after all
    static constexpr Millis kLateAnswer = 300'000; ///< how long a yes waits for the client's retry

    /// `listeners`: who listens where the code of `first` would go.
    Approval(ApprovalServices services, AuthorizeFlow &first, QList<http::PeerProcess> listeners);
    ~Approval() override { stop(); }

    void start();
    /// The person has decided already, about the same.
    void startAnswered(const ConsentAnswer &answer);
    /// Ends it without an answer.
    void stop();

    /// Still being asked, and the answer would fit this request.
    [[nodiscard]] bool canJoin(const AuthorizeRequest &request,
                               const QList<http::PeerProcess> &listeners) const;
    void join(AuthorizeFlow &flow, QList<http::PeerProcess> listeners);
    /// The flow has ended by itself. The last one takes the question with it.
    void leave(const AuthorizeFlow &flow);
    /// Puts into the audit trail that nothing was granted.
    void tellDenied(const QString &reason) const;
    [[nodiscard]] const QString &checkPhrase() const { return m_request.checkPhrase; }

    /// Allowed, within kLateAnswer.
    [[nodiscard]] bool isRecent() const;
    /// There is no answer to take any more.
    void forgetAnswer() { m_yes.reset(); }
    [[nodiscard]] const ClientId &client() const { return m_authorize.client.id; }
    /// The answer, if it was yes, no browser has come for any of its codes, and this request asks
    /// the same for the same program. Only once; the codes become void.
    [[nodiscard]] std::optional<ConsentAnswer>
    takeLateAnswer(const AuthorizeRequest &request, const QList<http::PeerProcess> &listeners);

signals:
    void allowed();
    void denied();  ///< by the person
    void blocked(); ///< the person wants to hear no more of the client
    void tabSentToSignIn(flaredeck::oauth::AuthorizeFlow *flow);

private:
    struct Waiter {
        QPointer<AuthorizeFlow> flow;
        quint16 port = 0; ///< of its listener on this computer; 0 = the code goes elsewhere
        QList<http::PeerProcess>
            listeners; ///< when the person was asked, or else when they decided
    };

    /// Answers by what a person said before, as soon as the same program listens as then; else
    /// asks.
    Task<> trySilently(store::RememberedApproval before);
    /// Asks as soon as somebody listens, where nothing else tells who the client is.
    Task<> askOfListener();
    /// Whether the approval goes on; waits a few seconds for somebody to listen.
    [[nodiscard]] Task<bool> awaitListener();
    void ask();
    Task<> run();
    Task<> carryOut(ConsentAnswer answer);
    Task<> deliver(Waiter waiter, ConsentAnswer answer, UpstreamLogin login);
    [[nodiscard]] Task<Result<UpstreamLogin>> login(ScopeSet granted);
    void describe();
    void sendTabTo(const QByteArray &url);
    void setState(AuthorizeFlow::State state);
    [[nodiscard]] bool mayReceive(const Waiter &waiter, const Listening &found) const;
    void refuse(const Waiter &waiter, const Listening &found);
    /// Empty when there is none: the flow has failed then.
    [[nodiscard]] QByteArray issue(const Waiter &waiter, const ConsentAnswer &answer,
                                   const UpstreamLogin &login);
    /// From here to the client that listens.
    Task<> sendCode(QPointer<AuthorizeFlow> flow, QByteArray code);
    void fail(const QByteArray &code, const QString &message);
    void expire();

    ApprovalServices m_services;
    QList<Waiter> m_waiters;
    AuthorizeRequest m_authorize; ///< of the first flow; the others ask the same
    ConsentRequest m_request;
    store::AuditPeer m_peer; ///< the program that waits for the answer, if known
    LoginId m_shownLogin;    ///< whose accounts the person saw
    QTimer m_deadline;
    std::optional<store::RememberedApproval> m_before; ///< what answered, when nobody was asked
    std::optional<ConsentAnswer> m_yes;                ///< until somebody has it
    Millis m_answeredAt = 0;                           ///< by the monotonic clock
    bool m_asking = false;
    TaskScope m_tasks; ///< stopped = it is over
};

} // namespace flaredeck::oauth
