#pragma once

#include "core/store/vault.h"

#include <QHash>
#include <QSet>

#include <optional>

namespace flaredeck::oauth {

/// What is taken away, written to the vault: now, or as soon as the vault can be written again (a
/// full or read-only disk). A withdrawal holds in memory in either case; the error of a function
/// here says only that a restart would bring back what was taken.
class Withdrawals
{
public:
    explicit Withdrawals(store::Vault &vault);

    /// `cause` goes into the audit trail before the revocation.
    Result<> endGrant(const GrantId &id, const QString &reason, Millis now,
                      const std::optional<store::AuditEvent> &cause = {});
    Result<> endAllGrants(const QList<GrantId> &live, const QString &reason, Millis now);
    Result<> endToken(const QByteArray &tokenHash);
    Result<> cutScopes(const GrantId &id, const ScopeSet &left);
    Result<> cutAccounts(const GrantId &id, const QList<AccountRef> &left);

    /// The vault knows all scopes of the grant by another way; whether that was owed.
    bool scopesWritten(const GrantId &id) { return m_scopes.remove(id); }
    /// Writes what is still owed. Empty when nothing is.
    void retry();
    [[nodiscard]] bool isEmpty() const;
    /// Why something is owed, for a person; empty when nothing is.
    [[nodiscard]] QString problem() const;

private:
    struct End {
        QString reason;
        Millis at = 0;
        std::optional<store::AuditEvent> cause;
    };
    [[nodiscard]] Result<> owed(const Error &error);

    store::Vault &m_vault;
    QHash<GrantId, End> m_grants;
    QHash<GrantId, ScopeSet> m_scopes;
    QHash<GrantId, QList<AccountRef>> m_accounts;
    QSet<QByteArray> m_tokens;
    Error m_error;
};

} // namespace flaredeck::oauth
