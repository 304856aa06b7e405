#pragma once

#include "core/base/clockwatch.h"
#include "core/store/vault/tokentable.h"

#include <QHash>

namespace flaredeck::store {

/// The grants of the vault.
class Grants : Table<Grant>
{
public:
    Grants(Database &database, AuditTrail &audit, Tokens &tokens, const ClockWatch &time);
    using Table::create;

    [[nodiscard]] QList<Grant> live();                          ///< neither revoked nor expired
    [[nodiscard]] std::optional<Grant> find(const GrantId &id); ///< revoked ones too
    /// The number of a client's grants: live ones, and ended ones that were used and are still
    /// stored.
    [[nodiscard]] int count(const ClientId &client);
    /// Stores the grant and its first code in one transaction. `asker`: who sent the request, as
    /// text for the audit trail.
    Result<> add(const Grant &grant, const AuthorizationCode &code, const AuditPeer &peer = {},
                 const QString &asker = {});
    Result<> setScopes(const GrantId &id, const ScopeSet &scopes);
    Result<> setAccounts(const GrantId &id, const QList<AccountRef> &accounts);
    /// A person gave a live grant more scopes; `scopes` is its complete new set.
    Result<> widen(const GrantId &id, const ScopeSet &scopes, const QString &cause,
                   const AuditPeer &peer);
    Result<> touch(const QHash<GrantId, Millis> &lastUsed);
    /// Marks revoked and deletes access tokens, refresh state, sessions and tasks, in one
    /// transaction. Codes stay, so that replays are recognised. A `cause` is recorded before the
    /// revocation.
    Result<> revoke(const GrantId &id, const QString &reason, Millis now,
                    const std::optional<AuditEvent> &cause = {});
    /// Revokes all live grants and returns their ids.
    Result<QList<GrantId>> revokeAll(const QString &reason, Millis now);

private:
    /// Stores the change together with the event that `edit` returns, in one transaction. NotFound
    /// when the grant has ended.
    Result<> change(const GrantId &id, const std::function<AuditEvent(Grant &)> &edit);
    [[nodiscard]] Result<ScopeSet> addedScopes(const Grant &grant);

    AuditTrail &m_audit;
    Tokens &m_tokens;
    const ClockWatch &m_time;
};

} // namespace flaredeck::store
