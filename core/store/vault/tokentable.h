#pragma once

#include "core/base/secret.h"
#include "core/store/audit/audittrail.h"

#include <QSet>

namespace flaredeck::store {

/// The codes, refresh states and access tokens of grants: hashes only.
class Tokens
{
public:
    Tokens(Database &database, AuditTrail &audit);

    [[nodiscard]] std::optional<AuthorizationCode> code(const QByteArray &hash);
    /// Within a transaction; see Grants::add().
    Result<> addCode(const AuthorizationCode &code);
    /// Marks the code as used and stores access and refresh state, in one transaction. Returns
    /// false and stores nothing when the code was used before or its grant is revoked.
    Result<bool> redeem(const QByteArray &codeHash, const AccessToken &access,
                        const RefreshState &refresh, Millis now);

    [[nodiscard]] std::optional<RefreshState> refreshState(const GrantId &id);
    /// NotFound when the grant is revoked.
    Result<> save(const RefreshState &refresh);
    /// save() and a new access token; the grant keeps its newest 1,024. The refresh token that was
    /// the previous one until now becomes a replaced one.
    Result<> rotate(const RefreshState &refresh, const AccessToken &access,
                    const AuditPeer &peer = {});
    /// Grants whose clients have a refresh token.
    [[nodiscard]] QSet<GrantId> redeemedGrants();
    /// A token older than the previous one; the newest 10,000 of a grant are stored.
    [[nodiscard]] std::optional<ReplacedToken> replacedToken(const GrantId &id, int generation);

    // The secret of a state's current token is sealed with a key for this purpose only.
    [[nodiscard]] static QByteArray sealSuccessor(const Secret &key, const RefreshState &state,
                                                  const QByteArray &secret);
    [[nodiscard]] static Result<QByteArray> openSuccessor(const Secret &key,
                                                          const RefreshState &state);
    /// Within a transaction.
    Result<> sealSuccessorsAnew(const Secret &before, const Secret &key);

    /// Access tokens of grants that are not revoked, oldest first; may include expired tokens.
    [[nodiscard]] QList<AccessToken> accessTokens();
    Result<> removeAccessToken(const QByteArray &hash);

    [[nodiscard]] QStringList create() const
    {
        return m_codes.create() + m_refresh.create() + m_replaced.create() + m_access.create();
    }

private:
    Database &m_database;
    AuditTrail &m_audit;
    Table<AuthorizationCode> m_codes;
    Table<RefreshState> m_refresh;
    Table<ReplacedToken> m_replaced;
    Table<AccessToken> m_access;
};

[[nodiscard]] Error noSuchGrant();

} // namespace flaredeck::store
