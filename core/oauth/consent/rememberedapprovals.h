#pragma once

#include "core/http/peerprocess.h"
#include "core/oauth/clients/clientregistry.h"
#include "core/oauth/consent/authorizerequest.h"
#include "core/oauth/consent/loginsource.h"
#include "core/prompt/prompter.h"

#include <QObject>

#include <optional>

namespace flaredeck::oauth {

/// A yes whose code nobody has fetched yet: the client may have given up, and asks once more.
struct LateYes {
    QString id; ///< of the consent
    ClientId client;
    LoginId login;
    AuthorizeRequest request;
    QList<http::PeerProcess> listeners; ///< when the person was asked
    ConsentAnswer answer;
    Millis until = 0; ///< by the monotonic clock
};

/// What a person need not be asked about again. What they said so of is in memory and written
/// through to the vault, to which what is taken back follows as soon as it can be written. A yes
/// that came too late is in memory alone, for five minutes, and works once.
class RememberedApprovals : public QObject
{
    Q_OBJECT

public:
    static constexpr Millis kLate = 300'000;

    RememberedApprovals(store::Vault &vault, ClientRegistry &clients, const Clock &clock,
                        QObject *parent = nullptr);

    /// Whether the program that listens for the answer to this request and the one that asked can
    /// both be told again. Not where the answer passes through the hands of whoever asked.
    [[nodiscard]] static bool canTell(const AuthorizeRequest &request,
                                      const QList<http::PeerProcess> &listeners);

    /// The one that answers this request without a person, before the listener is looked at.
    [[nodiscard]] std::optional<store::RememberedApproval>
    find(const AuthorizeRequest &request, const std::optional<UpstreamLogin> &login) const;
    /// The answer would go to whom it went then, and the same one asks for it.
    [[nodiscard]] static bool isFor(const store::RememberedApproval &approval,
                                    const AuthorizeRequest &request,
                                    const QList<http::PeerProcess> &listeners);

    /// `grant` was given for this request, and whoever listens may have the same again.
    Result<> remember(const store::Grant &grant, const AuthorizeRequest &request,
                      const QList<http::PeerProcess> &listeners);

    void keepLate(LateYes yes);
    /// The late yes that fits this request: it asks the same, and so do who sent it and who
    /// listens.
    [[nodiscard]] std::optional<LateYes> findLate(const AuthorizeRequest &request,
                                                  const QList<http::PeerProcess> &listeners,
                                                  const std::optional<UpstreamLogin> &login) const;
    /// It has served.
    void forgetLate(const QString &id);

    [[nodiscard]] QList<store::RememberedApproval> all() const;
    Result<> forget(const QString &id);
    Result<> forgetClient(const ClientId &client, const QString &reason);
    Result<> forgetLogin(const LoginId &login, const QString &reason);
    Result<> forgetAll(const QString &reason);
    /// The vault has dropped the client with all that belongs to it.
    void dropClient(const ClientId &client);

signals:
    void changed();

private:
    template <typename Which>
    Result<> forgetWhere(Which which, const QString &reason);

    store::Vault &m_vault;
    const Clock &m_clock;
    QList<store::RememberedApproval> m_approvals;
    QList<LateYes> m_late;
};

} // namespace flaredeck::oauth
