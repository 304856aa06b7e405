#pragma once

#include "core/oauth/clientregistry.h"
#include "core/oauth/resource.h"
#include "core/store/vault.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <memory>

namespace flaredeck::oauth {

/// The live grants and their access tokens in memory, so that a call costs no disk; every change
/// goes through the vault first. The only place that ends a grant.
class GrantBook : public QObject
{
    Q_OBJECT

public:
    static constexpr Millis kCollectWithin = 120LL * 1000; ///< lifetime of an authorization code
    static constexpr int kTokensPerGrant = 8;

    struct Live {
        store::Grant grant;
        CallerPtr caller;
        QList<QByteArray> tokens; ///< hashes, oldest first
        bool collected = false;   ///< the client has redeemed the code
        bool used = false;        ///< since the last flush
        int usedGeneration = 0;   ///< newest refresh generation whose access token was used
    };
    struct Token {
        std::shared_ptr<Live> live;
        resource::Cover cover = 0;
        int refreshGeneration = 0;
        Millis expiresAt = 0;
    };

    GrantBook(store::Vault &vault, ClientRegistry &clients, const Clock &clock,
              QObject *parent = nullptr);

    /// The token's grant, unless token or grant have expired. Notes the use.
    [[nodiscard]] const Token *use(const QByteArray &tokenHash);
    [[nodiscard]] const Token *findToken(const QByteArray &tokenHash) const;
    [[nodiscard]] std::shared_ptr<const Live> find(const GrantId &id) const; ///< null when not live

    /// Grants that their clients hold, oldest first.
    [[nodiscard]] QList<store::Grant> all() const;

    /// A grant that waits for its client to redeem the code. It goes when the code expires.
    Result<> add(const store::Grant &grant, const store::AuthorizationCode &code,
                 const store::AuditPeer &peer = {});
    /// The code was redeemed; the newest few grants of a client stay, older ones end.
    void collected(const GrantId &id);
    void addToken(const store::AccessToken &token);
    Result<> removeToken(const QByteArray &tokenHash);

    Result<> setScopes(const GrantId &id, const ScopeSet &scopes);
    /// A `cause` stands in the audit trail before the revocation.
    Result<> revoke(const GrantId &id, const QString &reason,
                    const std::optional<store::AuditEvent> &cause = {});
    Result<> revokeAll(const QString &reason);
    /// The vault has dropped the client with all its grants.
    void dropClient(const ClientId &id);

    /// Ends what has expired and writes the times of last use.
    void flush();

signals:
    void created(const flaredeck::GrantId &id);
    void changed(const flaredeck::GrantId &id);
    void revoked(const flaredeck::GrantId &id);
    /// A token was used for the first time since the last flush.
    void dirty();

private:
    void insert(const store::Grant &grant, bool collected);
    void drop(const GrantId &id);
    void endExpired();
    void scheduleExpiry();
    [[nodiscard]] bool isLive(const Live &live, Millis now) const;
    [[nodiscard]] CallerPtr callerOf(const store::Grant &grant) const;

    store::Vault &m_vault;
    ClientRegistry &m_clients;
    const Clock &m_clock;
    QHash<GrantId, std::shared_ptr<Live>> m_grants;
    QHash<QByteArray, Token> m_tokens;
    QTimer m_expiry;
    bool m_dirty = false;
};

} // namespace flaredeck::oauth
