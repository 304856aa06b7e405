#pragma once

#include "core/http/peerprocess.h"
#include "core/oauth/authorizerequest.h"
#include "core/oauth/clientregistry.h"
#include "core/oauth/loginsource.h"

#include <QHash>
#include <QObject>

#include <optional>

namespace flaredeck::oauth {

/// What a person need not be asked about again. In memory, written through to the vault; what is
/// taken back holds at once, and the vault follows as soon as it can be written.
class RememberedApprovals : public QObject
{
    Q_OBJECT

public:
    RememberedApprovals(store::Approvals &stored, ClientRegistry &clients, const Clock &clock,
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

    [[nodiscard]] QList<store::RememberedApproval> all() const;
    Result<> forget(const QString &id);
    Result<> forgetClient(const ClientId &client, const QString &reason);
    Result<> forgetLogin(const LoginId &login, const QString &reason);
    Result<> forgetAll(const QString &reason);
    /// The vault has dropped the client with all that belongs to it.
    void dropClient(const ClientId &client);
    /// Writes what could not be written before.
    void flush();

signals:
    void changed();

private:
    template <typename Which>
    Result<> forgetWhere(Which which, const QString &reason);

    store::Approvals &m_stored;
    const Clock &m_clock;
    QList<store::RememberedApproval> m_approvals;
    QHash<QString, QString> m_owed; ///< reasons by the id of what the vault still has
};

} // namespace flaredeck::oauth
