#pragma once

#include "core/base/clockwatch.h"
#include "core/oauth/clients/clientregistry.h"
#include "core/oauth/endpoints/resource.h"
#include "core/store/vault/vault.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <memory>

namespace flaredeck::oauth {

/// The live grants and their access tokens, all of them in memory from the start, so that a call
/// costs no disk. What is given goes through the vault first; what is taken away holds at once, and
/// the vault follows as soon as it can. The only place that ends a grant.
///
/// The wall clock counts: what is over by it is refused. Nothing lives longer than its lifetime
/// since it was given, or since the program was started, by the clock that never jumps. That a
/// grant's time ran out is written only when one of the two says so for certain (see ClockWatch).
class GrantBook : public QObject
{
    Q_OBJECT

public:
    static constexpr Millis kCollectWithin = 120LL * 1000; ///< lifetime of an authorization code
    /// A bound for a client that refreshes without end: each of them lives as long as promised.
    static constexpr int kTokensPerGrant = 1024;

    struct Live {
        store::Grant grant;
        CallerPtr caller;
        QList<QByteArray> tokens; ///< hashes, oldest first
        bool collected = false;   ///< the client has redeemed the code
        bool used = false;        ///< since the last flush
        Millis endsAt = 0;        ///< in ClockWatch::steady(); 0 = until revoked
        Millis collectBy = 0;     ///< in ClockWatch::steady()
        int usedGeneration = 0;   ///< newest refresh generation whose access token was used
    };
    struct Token {
        std::shared_ptr<Live> live;
        resource::Cover cover;
        int refreshGeneration = 0;
        Millis endsAt = 0; ///< in ClockWatch::steady()
        // By the wall clock. One of the future was issued before that was set back: nobody knows
        // how old it is.
        Millis from = 0;
        Millis until = 0;
    };

    GrantBook(store::Vault &vault, ClientRegistry &clients, const Clock &clock,
              QObject *parent = nullptr);

    /// A live grant that its client holds: a request that needs no token. Notes the use.
    [[nodiscard]] CallerPtr useHeld(const GrantId &id);
    /// The token's grant, unless token or grant have expired. Notes the use.
    [[nodiscard]] const Token *use(const QByteArray &tokenHash);
    [[nodiscard]] const Token *findToken(const QByteArray &tokenHash) const;
    [[nodiscard]] std::shared_ptr<const Live> find(const GrantId &id) const; ///< null when not live
    /// Also one that is over by the wall clock, as long as that is not written.
    [[nodiscard]] std::shared_ptr<const Live> known(const GrantId &id) const;

    /// Live grants that their clients hold, oldest first.
    [[nodiscard]] QList<store::Grant> all() const;
    [[nodiscard]] qsizetype count() const; ///< of all()
    /// Those of one client.
    [[nodiscard]] QList<store::Grant> ofClient(const ClientId &client) const;

    /// A grant that waits for its client to redeem the code. It goes when the code expires.
    Result<> add(const store::Grant &grant, const store::AuthorizationCode &code,
                 const store::AuditPeer &peer = {}, const QString &asker = {});
    /// The code was redeemed; the newest few grants of a client stay, older ones end.
    void collected(const GrantId &id);
    void addToken(const store::AccessToken &token);
    /// A person gave a live grant more scopes. `cause` and `peer` are for the audit trail. NotFound
    /// when the grant has ended; nothing is given that the vault did not store.
    Result<> widen(const GrantId &id, const ScopeSet &added, const QString &cause,
                   const store::AuditPeer &peer);

    // These hold when they return. An error of the kind Storage says that they wait in the vault's
    // outbox; NotFound that there was nothing to take.
    Result<> removeToken(const QByteArray &tokenHash);
    Result<> setScopes(const GrantId &id, const ScopeSet &scopes);
    /// Keeps those of its accounts that are named. A grant that is left without any ends.
    Result<> keepAccounts(const GrantId &id, const QStringList &accountIds, const QString &reason);
    /// A `cause` stands in the audit trail before the revocation.
    Result<> revoke(const GrantId &id, const QString &reason,
                    const std::optional<store::AuditEvent> &cause = {});
    Result<> revokeAll(const QString &reason);
    Result<> revokeClient(const ClientId &id, const QString &reason);
    /// The vault has dropped the client with all its grants.
    void dropClient(const ClientId &id);

    /// Ends what has expired, and writes the times of last use.
    void flush();
    [[nodiscard]] const ClockWatch &time() const { return m_time; }

signals:
    void created(const flaredeck::GrantId &id);
    void changed(const flaredeck::GrantId &id);
    void revoked(const flaredeck::GrantId &id);
    /// A grant ended because a code or token of it came back that had been replaced.
    void misused(const flaredeck::ClientId &client);
    /// flush() has something to do.
    void dirty();

private:
    void insert(const store::Grant &grant, bool collected);
    void drop(const GrantId &id);
    void endExpired();
    void scheduleExpiry();
    /// For certain, and for good.
    [[nodiscard]] bool hasEnded(const Live &live) const;
    [[nodiscard]] bool isLive(const Live &live) const;
    /// Live, and by a client.
    [[nodiscard]] bool isHeld(const Live &live) const;
    void markDirty();
    Result<> write(const QString &key, store::Outbox::Write write);
    [[nodiscard]] CallerPtr callerOf(const store::Grant &grant) const;
    void noteUse(Live &live);

    store::Vault &m_vault;
    ClientRegistry &m_clients;
    const ClockWatch m_time;
    QHash<GrantId, std::shared_ptr<Live>> m_grants;
    QHash<QByteArray, Token> m_tokens; ///< by hash
    QTimer m_expiry;
    bool m_dirty = false;
};

} // namespace flaredeck::oauth
