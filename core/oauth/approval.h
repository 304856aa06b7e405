#pragma once

#include "core/http/peerprocess.h"
#include "core/oauth/authorizeflow.h"
#include "core/oauth/clientregistry.h"
#include "core/oauth/tokenservice.h"
#include "core/prompt/prompter.h"

#include <QPointer>
#include <QTimer>

#include <memory>

namespace flaredeck::oauth {

/// What an approval works with; all of it outlives the approvals.
struct ApprovalServices {
    store::Vault &vault;
    Prompter &prompter;
    LoginSource &logins;
    ClientRegistry &clients;
    GrantBook &grants;
    TokenService &tokens;
    const Clock &clock;
};

/// One question to a person on behalf of one or more waiting tabs of a client: consent, then the
/// Cloudflare sign-in if there is none, then a grant and a code for each tab.
class Approval : public QObject, public std::enable_shared_from_this<Approval>
{
    Q_OBJECT

public:
    static constexpr int kTimeoutMs = 600'000;
    static constexpr int kListenerAttempts = 20; ///< a quarter of a second each

    Approval(ApprovalServices services, AuthorizeFlow &first);

    void start();
    /// The owner goes away: nothing of `services` is touched from now on.
    void stop();

    /// Still being asked, and the answer would fit this request.
    [[nodiscard]] bool canJoin(const AuthorizeRequest &request) const;
    void join(AuthorizeFlow &flow);
    /// The flow has ended by itself. The last one takes the question with it.
    void leave(const AuthorizeFlow &flow);
    /// Puts into the audit trail that nothing was granted.
    void tellDenied(const QString &reason) const;
    [[nodiscard]] const QString &checkPhrase() const { return m_request.checkPhrase; }

signals:
    void tabSentToSignIn(flaredeck::oauth::AuthorizeFlow *flow);

private:
    static Task<> run(std::shared_ptr<Approval> self);
    [[nodiscard]] Task<Result<UpstreamLogin>> login();
    void describeProgram(const QList<http::PeerProcess> &listeners);
    void describe(const QList<http::PeerProcess> &listeners);
    void sendTabTo(const QByteArray &url);
    void setState(AuthorizeFlow::State state);
    void issue(const ConsentAnswer &answer, const UpstreamLogin &login);
    void fail(const QByteArray &code, const QString &message);
    void expire();

    ApprovalServices m_services;
    QList<QPointer<AuthorizeFlow>> m_flows;
    const AuthorizeRequest m_authorize; ///< of the first flow; the others ask the same
    ConsentRequest m_request;
    store::AuditPeer m_peer; ///< the program that waits for the answer, if known
    LoginId m_shownLogin;    ///< whose accounts the person saw
    QTimer m_deadline;
    bool m_asking = false;
    bool m_over = false;
};

} // namespace flaredeck::oauth
