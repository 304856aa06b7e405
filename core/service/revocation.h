#pragma once

#include "core/base/taskscope.h"
#include "core/mcp/mcpservice.h"
#include "core/oauth/authorizationserver.h"
#include "core/provider/signins.h"
#include "core/service/receipt.h"
#include "core/service/revokeorder.h"

#include <QObject>

#include <functional>

namespace flaredeck::service {

/// Takes access back and keeps account of what that did: grants end, streams are closed and calls
/// cancelled before a function returns; what has to be done at the provider follows, and the
/// receipt tells. Core thread.
class Revocation : public QObject
{
    Q_OBJECT

public:
    Revocation(oauth::AuthorizationServer &authorization, mcp::McpService &mcp,
               store::LoginStore &logins, provider::SignIns &signIns, bool sandbox,
               const Clock &clock, QObject *parent = nullptr);

    /// NotFound when none of the grants was live; Storage as AuthorizationServer::revoke().
    Result<> revoke(const RevokeOrder &order);
    /// With all its grants.
    Result<> forgetClient(const ClientId &client);
    /// Ends its grants, and refuses it from now on.
    Result<> blockClient(const ClientId &client);
    /// Ends what stands on the sign-in, then the sign-in. Finishes when the provider has answered.
    [[nodiscard]] Task<Result<>> signOut(LoginId login, std::stop_token stop);

    /// Of the latest order; number 0 when there was none.
    [[nodiscard]] const Receipt &receipt() const { return m_receipt; }

signals:
    void changed();

private:
    /// Does the work and notes what it ended.
    Result<> take(const QList<store::Grant> &grants, const std::function<Result<>()> &work);
    /// The same for what the client has; without a receipt when that is nothing.
    Result<> takeFrom(const ClientId &client, const std::function<Result<>()> &work);
    [[nodiscard]] QList<LoginId> withoutGrants(const QList<store::Grant> &before, bool all) const;
    Task<> finish(int number, QList<LoginId> logins, bool changeKey);
    Task<Result<>> endLogin(int number, LoginId login, std::stop_token stop);
    /// The receipt, unless a later order has taken its place.
    [[nodiscard]] Receipt *receiptOf(int number);

    oauth::AuthorizationServer &m_authorization;
    mcp::McpService &m_mcp;
    store::LoginStore &m_logins;
    provider::SignIns &m_signIns;
    const bool m_sandbox;
    const Clock &m_clock;
    Receipt m_receipt;
    TaskScope m_tasks;
};

} // namespace flaredeck::service
