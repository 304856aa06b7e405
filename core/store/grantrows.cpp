// The grants of the vault, and their end.

#include "core/store/columns.h"
#include "core/store/rows.h"
#include "core/store/vault.h"

#include <QDateTime>

#include <algorithm>
#include <iterator>
#include <utility>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const QString kSelectGrant =
    u"SELECT id, client_id, login_id, scopes, accounts, resources, created_at, last_used_at, "
    "expires_at, revoked_at, revoke_reason, silent FROM grants "_s;

Grant readGrant(const QSqlQuery &row)
{
    Grant grant;
    grant.id = {row.value(0).toString()};
    grant.client = {row.value(1).toString()};
    grant.login = {row.value(2).toString()};
    grant.scopes = column::toScopes(row.value(3).toString());
    grant.accounts = column::toAccounts(row.value(4).toString());
    grant.resources = column::toList(row.value(5).toString());
    grant.createdAt = row.value(6).toLongLong();
    grant.lastUsedAt = row.value(7).toLongLong();
    grant.expiresAt = row.value(8).toLongLong();
    grant.revokedAt = row.value(9).toLongLong();
    grant.revokeReason = row.value(10).toString();
    grant.silent = row.value(11).toBool();
    return grant;
}

tl::unexpected<Error> noSuchGrant()
{
    return fail(Error::Kind::NotFound, u"This grant does not exist any more."_s);
}

ScopeSet without(const ScopeSet &scopes, const ScopeSet &others)
{
    ScopeSet rest;
    std::set_difference(scopes.begin(), scopes.end(), others.begin(), others.end(),
                        std::inserter(rest, rest.end()));
    return rest;
}

QString words(const ScopeSet &scopes)
{
    return QStringList(scopes.begin(), scopes.end()).join(u' ');
}

/// Scopes that the client does not hold by another live grant; empty when it holds none at all,
/// since its first grant is no step up.
Result<ScopeSet> addedScopes(Database &database, const Grant &grant)
{
    const auto held =
        fetchAll(database,
                 u"SELECT scopes FROM grants WHERE client_id = ? AND revoked_at = 0 AND id <> ? "
                 "AND (expires_at = 0 OR expires_at > ?)"_s,
                 {grant.client.value, grant.id.value, grant.createdAt},
                 [](const QSqlQuery &row) { return column::toScopes(row.value(0).toString()); });
    if (!held)
        return fail(held.error());
    ScopeSet all;
    for (const ScopeSet &scopes : *held)
        all.insert(scopes.begin(), scopes.end());
    return held->isEmpty() ? ScopeSet() : without(grant.scopes, all);
}

QString agreed(const Grant &grant, const ScopeSet &added)
{
    const QString until =
        grant.expiresAt == 0
            ? u"until revoked"_s
            : u"until "_s +
                  QDateTime::fromMSecsSinceEpoch(grant.expiresAt).toUTC().toString(Qt::ISODate);
    const QString all = u"May use %1 %2"_s.arg(words(grant.scopes), until);
    return added.empty() ? all : u"New: %1. %2"_s.arg(words(added), all);
}

} // namespace

QList<Grant> Vault::liveGrants()
{
    return orNothing(fetchAll(m_database,
                              kSelectGrant +
                                  u"WHERE revoked_at = 0 AND (expires_at = 0 OR expires_at > ?) "
                                  "ORDER BY created_at, id"_s,
                              {m_clock->now()}, readGrant));
}

QSet<GrantId> Vault::redeemedGrants()
{
    const QList<GrantId> ids =
        orNothing(fetchAll(m_database, u"SELECT grant_id FROM refresh_states"_s, {},
                           [](const QSqlQuery &row) { return GrantId{row.value(0).toString()}; }));
    return {ids.cbegin(), ids.cend()};
}

std::optional<Grant> Vault::grant(const GrantId &id)
{
    return orNothing(fetchOne(m_database, kSelectGrant + u"WHERE id = ?"_s, {id.value}, readGrant));
}

int Vault::countGrants(const ClientId &client)
{
    return orNothing(fetchOne(m_database,
                              u"SELECT count(*) FROM grants WHERE client_id = ? "
                              "AND (revoked_at = 0 OR last_used_at > 0)"_s,
                              {client.value},
                              [](const QSqlQuery &row) { return row.value(0).toInt(); }))
        .value_or(0);
}

Result<> Vault::createGrant(const Grant &grant, const AuthorizationCode &code,
                            const AuditPeer &peer, const QString &asker)
{
    return transaction([&]() -> Result<> {
        const Result<ScopeSet> added = addedScopes(m_database, grant);
        if (!added)
            return fail(added.error());
        const Result<> granted = change(
            uR"(INSERT INTO grants (id, client_id, login_id, scopes, accounts, resources, created_at,
                    last_used_at, expires_at, revoked_at, revoke_reason, silent)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))"_s,
            {grant.id.value, grant.client.value, grant.login.value,
             column::fromScopes(grant.scopes), column::fromAccounts(grant.accounts),
             column::fromList(grant.resources), grant.createdAt, grant.lastUsedAt, grant.expiresAt,
             grant.revokedAt, grant.revokeReason, grant.silent});
        if (!granted)
            return granted;
        const Result<> coded = change(
            uR"(INSERT INTO codes (hash, grant_id, client_id, redirect_uri, challenge, resources,
                    created_at, expires_at, used_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?))"_s,
            {code.hash, code.grant.value, code.client.value, code.redirectUri, code.challenge,
             column::fromList(code.resources), code.createdAt, code.expiresAt, code.usedAt});
        if (!coded)
            return coded;
        return append({.kind = grant.silent     ? AuditKind::ConsentedSilently
                               : added->empty() ? AuditKind::Consented
                                                : AuditKind::SteppedUp,
                       .grant = grant.id,
                       .outcome = agreed(grant, *added) +
                                  (asker.isEmpty() ? QString() : u". Asked for by "_s + asker),
                       .peer = peer});
    });
}

Result<> Vault::setGrantScopes(const GrantId &id, const ScopeSet &scopes)
{
    return transaction([&]() -> Result<> {
        const std::optional<Grant> before = grant(id);
        const auto updated =
            m_database.run(u"UPDATE grants SET scopes = ? WHERE id = ? AND revoked_at = 0"_s,
                           {column::fromScopes(scopes), id.value});
        if (!updated)
            return fail(updated.error());
        if (!before || (*updated)->numRowsAffected() == 0)
            return noSuchGrant();
        return append({.kind = AuditKind::ScopesWithdrawn,
                       .grant = id,
                       .outcome = u"Taken away: %1"_s.arg(words(without(before->scopes, scopes)))});
    });
}

Result<> Vault::setGrantAccounts(const GrantId &id, const QList<AccountRef> &accounts)
{
    return transaction([&]() -> Result<> {
        const std::optional<Grant> before = grant(id);
        const auto updated =
            m_database.run(u"UPDATE grants SET accounts = ? WHERE id = ? AND revoked_at = 0"_s,
                           {column::fromAccounts(accounts), id.value});
        if (!updated)
            return fail(updated.error());
        if (!before || (*updated)->numRowsAffected() == 0)
            return noSuchGrant();
        QStringList gone;
        for (const AccountRef &account : before->accounts) {
            if (!accounts.contains(account))
                gone << account.name;
        }
        return append({.kind = AuditKind::ScopesWithdrawn,
                       .grant = id,
                       .outcome = u"Taken away: the account %1"_s.arg(gone.join(u", "_s))});
    });
}

Result<> Vault::widenGrant(const GrantId &id, const ScopeSet &scopes, const QString &cause,
                           const AuditPeer &peer)
{
    return transaction([&]() -> Result<> {
        std::optional<Grant> wider = grant(id);
        const auto updated =
            m_database.run(u"UPDATE grants SET scopes = ? WHERE id = ? AND revoked_at = 0"_s,
                           {column::fromScopes(scopes), id.value});
        if (!updated)
            return fail(updated.error());
        if (!wider || (*updated)->numRowsAffected() == 0)
            return noSuchGrant();
        const ScopeSet before = std::exchange(wider->scopes, scopes);
        return append({.kind = AuditKind::SteppedUp,
                       .grant = id,
                       .outcome = u"%1. %2"_s.arg(cause, agreed(*wider, without(scopes, before))),
                       .peer = peer});
    });
}

Result<> Vault::touchGrants(const QHash<GrantId, Millis> &lastUsed)
{
    return m_database.transaction([&]() -> Result<> {
        for (auto it = lastUsed.begin(); it != lastUsed.end(); ++it) {
            const Result<> touched =
                change(u"UPDATE grants SET last_used_at = max(last_used_at, ?) WHERE id = ?"_s,
                       {it.value(), it.key().value});
            if (!touched)
                return touched;
        }
        return {};
    });
}

Result<> Vault::revokeGrant(const GrantId &id, const QString &reason, Millis now,
                            const std::optional<AuditEvent> &cause)
{
    return transaction([&]() -> Result<> {
        if (cause) {
            if (const Result<> told = append(*cause); !told)
                return told;
        }
        // One that has ended before is not told of again.
        if (const Result<> told = appendRevoked(u"g.id = ?"_s, {id.value}, reason); !told)
            return told;
        const auto revoked = m_database.run(uR"(UPDATE grants SET
                    revoke_reason = CASE revoked_at WHEN 0 THEN ? ELSE revoke_reason END,
                    revoked_at = CASE revoked_at WHEN 0 THEN ? ELSE revoked_at END
                WHERE id = ?)"_s,
                                            {reason, now, id.value});
        if (!revoked)
            return fail(revoked.error());
        if ((*revoked)->numRowsAffected() == 0)
            return noSuchGrant();
        for (const QString &sql : {u"DELETE FROM access_tokens WHERE grant_id = ?"_s,
                                   u"DELETE FROM refresh_states WHERE grant_id = ?"_s,
                                   u"DELETE FROM sessions WHERE grant_id = ?"_s,
                                   u"DELETE FROM tasks WHERE grant_id = ?"_s}) {
            if (const Result<> deleted = change(sql, {id.value}); !deleted)
                return deleted;
        }
        return {};
    });
}

Result<QList<GrantId>> Vault::revokeAllGrants(const QString &reason, Millis now)
{
    QList<GrantId> ids;
    const Result<> revoked = transaction([&]() -> Result<> {
        if (const Result<> told = appendRevoked(u"1"_s, {}, reason); !told)
            return told;
        auto live = fetchAll(
            m_database, u"SELECT id FROM grants WHERE revoked_at = 0 ORDER BY created_at, id"_s, {},
            [](const QSqlQuery &row) { return GrantId{row.value(0).toString()}; });
        if (!live)
            return fail(live.error());
        ids = *std::move(live);
        const Result<> marked =
            change(u"UPDATE grants SET revoked_at = ?, revoke_reason = ? WHERE revoked_at = 0"_s,
                   {now, reason});
        if (!marked)
            return marked;
        for (const QString &sql : {u"DELETE FROM access_tokens"_s, u"DELETE FROM refresh_states"_s,
                                   u"DELETE FROM sessions"_s, u"DELETE FROM tasks"_s}) {
            if (const Result<> deleted = change(sql, {}); !deleted)
                return deleted;
        }
        return {};
    });
    if (!revoked)
        return fail(revoked.error());
    return ids;
}

} // namespace flaredeck::store
