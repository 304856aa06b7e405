#pragma once

#include "core/oauth/consent/flow.h"

namespace flaredeck::oauth {

/// What is suggested to a person: of what was requested, or else of what the addresses serve, all
/// that only reads.
[[nodiscard]] ScopeSet preselection(const ScopeSet &requested, const QStringList &resources);
/// Adds the sign-in that a grant would stand on; returns which.
LoginId describeLogin(ConsentRequest &shown, const LoginSource &logins);
/// The sign-in that the person saw, or the present one, if it carries all that was granted.
[[nodiscard]] std::optional<UpstreamLogin> carrying(const LoginSource &logins, const LoginId &shown,
                                                    const ScopeSet &granted);

/// One decision for one or more flows of a client that ask the same: by what a person said before,
/// or else by asking; then the sign-in if there is none, and each flow delivers its
/// code.
class Consent : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds kPatience{600'000};

    Consent(const FlowServices &services, Flow &first);
    ~Consent() override;

    [[nodiscard]] const QString &id() const { return m_shown.id; }
    /// `late`: what the person said already about the same.
    void start(std::optional<ConsentAnswer> late) { m_tasks.run(decide(std::move(late))); }

    /// Still being asked, and the answer would fit this request.
    [[nodiscard]] bool fits(const AuthorizeRequest &request,
                            const QList<http::PeerProcess> &listeners) const;
    /// Until it is over; the last one takes the question with it.
    void join(Flow &flow);
    /// Puts into the audit trail that nothing was granted.
    void noteDenied(const QString &reason) const;

signals:
    /// By the person, who perhaps wants to hear no more of the client.
    void denied(bool blocks);
    void tabSentToSignIn(flaredeck::oauth::Flow *flow);

private:
    Task<> decide(std::optional<ConsentAnswer> answer);
    /// What was remembered for the program that listens, and the same one asks.
    [[nodiscard]] Task<std::optional<store::RememberedApproval>> recall();
    void describe();
    void describeClient();
    void describePrograms();
    [[nodiscard]] Task<Result<UpstreamLogin>> signedIn(ScopeSet granted);
    void sendTabTo(const QByteArray &page);
    void enter(const Flow::State &state);
    void fail(const QByteArray &code, const QString &message);

    const FlowServices m_services;
    QList<Flow *> m_flows;      ///< that are not over
    AuthorizeRequest m_request; ///< of the first; the others ask the same
    ConsentRequest m_shown;
    store::AuditPeer m_peer; ///< the program that waits for the answer, if known
    LoginId m_shownLogin;    ///< whose accounts the person saw
    TaskScope m_tasks;
};

} // namespace flaredeck::oauth
