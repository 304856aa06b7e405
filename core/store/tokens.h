#pragma once

#include "core/store/audittrail.h"

#include <QSet>

namespace flaredeck::store {

/// The codes, refresh states and access tokens of grants: hashes only.
class Tokens
{
public:
    Tokens(Database &database, AuditTrail &audit, const Clock &clock);

    [[nodiscard]] std::optional<AuthorizationCode> code(const QByteArray &hash);
    /// Within a transaction; see Grants::add().
    Result<> addCode(const AuthorizationCode &code);
    /// Marks the code used and stores access and refresh state, in one transaction. False, and
    /// nothing stored, when the code was used before or its grant is revoked.
    Result<bool> redeem(const QByteArray &codeHash, const AccessToken &access,
                        const RefreshState &refresh, Millis now);

    [[nodiscard]] std::optional<RefreshState> refreshState(const GrantId &id);
    /// NotFound when the grant is revoked.
    Result<> save(const RefreshState &refresh);
    /// save() and a new access token; the grant keeps its newest 1,024.
    Result<> rotate(const RefreshState &refresh, const AccessToken &access,
                    const AuditPeer &peer = {});
    /// Those whose clients hold a refresh token.
    [[nodiscard]] QSet<GrantId> redeemedGrants();
    /// Numbers of the keys that derived the current refresh tokens of grants whose token before may
    /// still come back.
    [[nodiscard]] Result<QSet<int>> keysInUse();

    /// Of grants that are not revoked, oldest first; those that have expired may still be there.
    [[nodiscard]] QList<AccessToken> accessTokens();
    Result<> removeAccessToken(const QByteArray &hash);

    [[nodiscard]] QStringList create() const
    {
        return m_codes.create() + m_refresh.create() + m_access.create();
    }

private:
    Result<> insert(const AccessToken &token);

    /// With its age: by the monotonic clock, and of which start of the computer.
    struct Issued : AccessToken {
        QString boot;
        Millis issued = 0;
    };
    [[nodiscard]] static const Layout<Issued> &issuedLayout();

    Database &m_database;
    AuditTrail &m_audit;
    const Clock &m_clock;
    Table<AuthorizationCode> m_codes;
    Table<RefreshState> m_refresh;
    Table<Issued> m_access;
};

[[nodiscard]] Error noSuchGrant();

} // namespace flaredeck::store
