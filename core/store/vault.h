#pragma once

#include "core/base/clockwatch.h"
#include "core/mcp/sessionstore.h"
#include "core/mcp/taskstore.h"
#include "core/store/audit.h"
#include "core/store/auditrepeats.h"
#include "core/store/database.h"
#include "core/store/values.h"

#include <QHash>
#include <QSet>

#include <functional>
#include <memory>
#include <optional>

namespace flaredeck::store {

/// The durable database: clients, grants, tokens, logins, sessions, tasks. Every function that
/// changes something has committed and synced when it returns; what the audit trail tells of a
/// change is part of the same transaction. Core thread.
class Vault
{
public:
    static Result<Vault> open(const QString &file, const Clock &clock);
    /// Marks a new vault as the sandbox's or as Cloudflare's, for good; another mark is refused.
    Result<> claim(bool sandbox);
    /// Forgets what has ended long ago, and the oldest rows of the trail; clients are for
    /// purgeClients(). Does nothing before the clock has stood for a while.
    Result<> purge();
    /// All that is deleted for its age asks its olderThan().
    [[nodiscard]] const ClockWatch &time() const { return *m_time; }

    // Clients
    [[nodiscard]] QList<Client> clients();
    [[nodiscard]] std::optional<Client> client(const ClientId &id);
    /// Insert or replace; its grants stay. A stored first or last use is never set back.
    Result<> saveClient(const Client &client);
    /// saveClient() of a new one.
    Result<> registerClient(const Client &client, const AuditPeer &peer = {});
    /// saveClient() of one that a person has blocked or unblocked.
    Result<> blockClient(const Client &client);
    /// With its grants, codes and tokens. `itself`: the program at the other end, when it was the
    /// client that asked for it.
    Result<> removeClient(const ClientId &id, const std::optional<AuditPeer> &itself = {});
    /// Removes what is old, and registrations beyond `keepAtMost`, those never authorized first. A
    /// grant or its use counts as authorization and use. Clients with a live grant stay and do not
    /// count; authorized ones that are documents are not pushed out. What a person added or blocked
    /// stays. Returns what is gone.
    Result<QList<ClientId>> purgeClients(Millis neverAuthorizedBefore, Millis unusedBefore,
                                         int keepAtMost);

    // Grants
    [[nodiscard]] QList<Grant> liveGrants();      ///< neither revoked nor expired
    [[nodiscard]] QSet<GrantId> redeemedGrants(); ///< whose clients hold a refresh token
    [[nodiscard]] std::optional<Grant> grant(const GrantId &id); ///< revoked ones too
    /// Of a client: the live ones, and ended ones that were used and are still kept.
    [[nodiscard]] int countGrants(const ClientId &client);
    Result<> setGrantScopes(const GrantId &id, const ScopeSet &scopes);
    Result<> setGrantAccounts(const GrantId &id, const QList<AccountRef> &accounts);
    /// A person gave a live grant more scopes; `scopes` are all that it has now.
    Result<> widenGrant(const GrantId &id, const ScopeSet &scopes, const QString &cause,
                        const AuditPeer &peer);
    Result<> touchGrants(const QHash<GrantId, Millis> &lastUsed);
    /// Marks revoked and deletes access tokens, refresh state, sessions and tasks, in one
    /// transaction. Codes stay, so that replays are recognised. A `cause` is written before the
    /// revocation.
    Result<> revokeGrant(const GrantId &id, const QString &reason, Millis now,
                         const std::optional<AuditEvent> &cause = {});
    /// All live grants; returns which.
    Result<QList<GrantId>> revokeAllGrants(const QString &reason, Millis now);

    // Approvals that hold for the next request
    [[nodiscard]] QList<RememberedApproval> approvals(); ///< oldest first
    /// In place of another one about the same.
    Result<> saveApproval(const RememberedApproval &approval);
    Result<> removeApproval(const QString &id, const QString &reason);

    // Codes and tokens
    /// The grant and its first code in one transaction.
    /// `asker`: who sent the request, in words, for the audit trail.
    Result<> createGrant(const Grant &grant, const AuthorizationCode &code,
                         const AuditPeer &peer = {}, const QString &asker = {});
    [[nodiscard]] std::optional<AuthorizationCode> code(const QByteArray &hash);
    /// Marks the code used and stores access and refresh state, in one transaction. False, and
    /// nothing stored, when the code was used before or its grant is revoked.
    Result<bool> redeemCode(const QByteArray &codeHash, const AccessToken &access,
                            const RefreshState &refresh, Millis now);
    [[nodiscard]] std::optional<RefreshState> refreshState(const GrantId &id);
    /// Stores the rotated state and a new access token; the grant keeps its newest 1,024.
    /// NotFound when the grant is revoked.
    Result<> rotate(const GrantId &id, const RefreshState &refresh, const AccessToken &access,
                    const AuditPeer &peer = {});
    Result<> saveRefreshState(const GrantId &id, const RefreshState &refresh);
    /// Of grants that are not revoked, oldest first; those that have expired may still be there.
    [[nodiscard]] QList<AccessToken> accessTokens();
    Result<> removeAccessToken(const QByteArray &hash);

    // Cloudflare sign-ins. Secrets are sealed by the caller (LoginStore): bytes in, bytes out.
    [[nodiscard]] QList<Login> logins();
    Result<> saveLogin(const Login &login);
    Result<> removeLogin(const LoginId &id); ///< with its sealed secrets
    [[nodiscard]] QByteArray sealedSecret(const QString &owner, const QString &name);
    Result<> saveSealedSecret(const QString &owner, const QString &name, const QByteArray &sealed);
    /// Login and both its sealed tokens in one transaction.
    Result<> saveLoginWithSecrets(const Login &login, const QByteArray &sealedAccess,
                                  const QByteArray &sealedRefresh);
    Result<> removeSecrets(const QString &owner);

    // The key that seals them (VaultKey)
    [[nodiscard]] Result<std::optional<KeyRecord>> keyRecord(); ///< none in a new vault
    Result<> saveKeyRecord(const KeyRecord &record);
    [[nodiscard]] Result<QList<SealedSecret>> sealedSecrets();
    /// Another key: its record, and `secrets` in place of all that were sealed, in one transaction
    /// with the event.
    Result<> replaceKey(const KeyRecord &record, const QList<SealedSecret> &secrets,
                        const AuditEvent &event);
    /// Numbers of the keys that derived the current refresh tokens of grants whose token before may
    /// still come back.
    [[nodiscard]] Result<QSet<int>> refreshKeysInUse();
    [[nodiscard]] const Clock &clock() const { return *m_clock; }

    // MCP sessions
    [[nodiscard]] QList<mcp::StoredSession> sessions();
    Result<> saveSession(const mcp::StoredSession &session);
    Result<> touchSession(const QByteArray &idHash, Millis lastSeenAt);
    Result<> removeSession(const QByteArray &idHash);

    // Tasks of MCP's tasks extension
    [[nodiscard]] QList<mcp::StoredTask> tasks(); ///< of live grants
    Result<> saveTask(const mcp::StoredTask &task);
    Result<> removeTask(const QByteArray &idHash);

    // Audit trail: events that come with no change of the functions above
    Result<> record(const AuditEvent &event);
    /// The same for what others can cause at will: equal events that follow each other closely
    /// become one row. A failure is logged.
    void note(const AuditEvent &event);
    /// Writes what note() has counted in windows that have ended, or in all of them.
    void writeNotes(bool all = false);
    /// Milliseconds until writeNotes() has something to do; nothing when note() has counted
    /// nothing.
    [[nodiscard]] std::optional<Millis> notesDueIn() const;
    /// Called after each commit that reached the trail, and after each note().
    void setAuditListener(std::function<void()> listener);

private:
    Vault(Database database, const Clock &clock);
    /// A statement that reports nothing but success.
    Result<> change(const QString &sql, const QVariantList &values);
    /// A transaction that tells the listener when it has reached the trail.
    Result<> transaction(const std::function<Result<>()> &work);
    /// Within a transaction.
    Result<> append(AuditEvent event);
    Result<> appendRevoked(const QString &which, const QVariantList &values, const QString &reason);
    void writeNoted(const QList<AuditEvent> &events);
    void tellListener() const;
    Result<> insertAccessToken(const AccessToken &token);

    Database m_database;
    AuditRepeats m_notes;
    std::function<void()> m_listener;
    bool m_appended = false; ///< in the running transaction
    const Clock *m_clock;    ///< never null; a pointer, so that a Vault can be moved
    std::unique_ptr<const ClockWatch> m_time;
};

} // namespace flaredeck::store
