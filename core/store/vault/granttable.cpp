#include "core/store/vault/granttable.h"

#include <QDateTime>

#include <algorithm>
#include <iterator>
#include <utility>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const Layout<Grant> &grantLayout()
{
    using C = Column<Grant>;
    static const Layout<Grant> rows(
        "grants",
        {C::of<&Grant::id>("id", "PRIMARY KEY"),
         C::of<&Grant::client>("client_id", "REFERENCES clients(id) ON DELETE CASCADE"),
         // Not a foreign key: a login may exist in memory only.
         C::of<&Grant::login>("login_id"), C::of<&Grant::scopes>("scopes"),
         C::of<&Grant::accounts>("accounts"), C::of<&Grant::resources>("resources"),
         C::of<&Grant::createdAt>("created_at"), C::of<&Grant::lastUsedAt>("last_used_at"),
         C::of<&Grant::expiresAt>("expires_at"), C::of<&Grant::revokedAt>("revoked_at"),
         C::of<&Grant::revokeReason>("revoke_reason"), C::of<&Grant::silent>("silent")},
        "id", "", {u"client_id"_s});
    return rows;
}

ScopeSet without(const ScopeSet &all, const ScopeSet &taken)
{
    ScopeSet rest;
    std::set_difference(all.begin(), all.end(), taken.begin(), taken.end(),
                        std::inserter(rest, rest.end()));
    return rest;
}

QString words(const ScopeSet &scopes)
{
    return QStringList(scopes.begin(), scopes.end()).join(u' ');
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

const auto kOfGrants = {u"access_tokens"_s, u"refresh_states"_s, u"replaced_tokens"_s,
                        u"sessions"_s, u"tasks"_s};

} // namespace

Grants::Grants(Database &database, AuditTrail &audit, Tokens &tokens, const ClockWatch &time)
    : Table(database, grantLayout())
    , m_audit(audit)
    , m_tokens(tokens)
    , m_time(time)
{
}

QList<Grant> Grants::live()
{
    return orNothing(select(u"WHERE revoked_at = 0 AND (expires_at = 0 OR expires_at > ?) "
                            "ORDER BY created_at, id"_s,
                            {m_time.wall()}));
}

std::optional<Grant> Grants::find(const GrantId &id)
{
    return orNothing(selectOne(u"WHERE id = ?"_s, {id.value}));
}

int Grants::count(const ClientId &client)
{
    return orNothing(fetchOne(m_database,
                              u"SELECT count(*) FROM grants WHERE client_id = ? "
                              "AND (revoked_at = 0 OR last_used_at > 0)"_s,
                              {client.value}, firstColumn<int>))
        .value_or(0);
}

Result<> Grants::add(const Grant &grant, const AuthorizationCode &code, const AuditPeer &peer,
                     const QString &asker)
{
    return m_audit.transaction([&]() -> Result<> {
        const Result<ScopeSet> added = addedScopes(grant);
        if (!added)
            return fail(added.error());
        if (const Result<> granted = insert(grant); !granted)
            return granted;
        if (const Result<> coded = m_tokens.addCode(code); !coded)
            return coded;
        return m_audit.append(
            {.kind = grant.silent     ? AuditKind::ConsentedSilently
                     : added->empty() ? AuditKind::Consented
                                      : AuditKind::SteppedUp,
             .grant = grant.id,
             .outcome = agreed(grant, *added) +
                        (asker.isEmpty() ? QString() : u". Asked for by "_s + asker),
             .peer = peer});
    });
}

/// Scopes that no other live grant of the client has; empty for the client's first grant, which is
/// no step-up.
Result<ScopeSet> Grants::addedScopes(const Grant &grant)
{
    const Result<QList<Grant>> others =
        select(u"WHERE client_id = ? AND revoked_at = 0 AND id <> ? "
               "AND (expires_at = 0 OR expires_at > ?)"_s,
               {grant.client.value, grant.id.value, grant.createdAt});
    if (!others)
        return fail(others.error());
    ScopeSet held;
    for (const Grant &other : *others)
        held.insert(other.scopes.begin(), other.scopes.end());
    return others->isEmpty() ? ScopeSet() : without(grant.scopes, held);
}

Result<> Grants::setScopes(const GrantId &id, const ScopeSet &scopes)
{
    return change(id, [&](Grant &grant) {
        const ScopeSet before = std::exchange(grant.scopes, scopes);
        return AuditEvent{.kind = AuditKind::ScopesWithdrawn,
                          .outcome = u"Taken away: %1"_s.arg(words(without(before, scopes)))};
    });
}

Result<> Grants::setAccounts(const GrantId &id, const QList<AccountRef> &accounts)
{
    return change(id, [&](Grant &grant) {
        QStringList gone;
        for (const AccountRef &account : std::exchange(grant.accounts, accounts)) {
            if (!accounts.contains(account))
                gone << account.name;
        }
        return AuditEvent{.kind = AuditKind::ScopesWithdrawn,
                          .outcome = u"Taken away: the account %1"_s.arg(gone.join(u", "_s))};
    });
}

Result<> Grants::widen(const GrantId &id, const ScopeSet &scopes, const QString &cause,
                       const AuditPeer &peer)
{
    return change(id, [&](Grant &grant) {
        const ScopeSet before = std::exchange(grant.scopes, scopes);
        return AuditEvent{.kind = AuditKind::SteppedUp,
                          .outcome = u"%1. %2"_s.arg(cause, agreed(grant, without(scopes, before))),
                          .peer = peer};
    });
}

Result<> Grants::change(const GrantId &id, const std::function<AuditEvent(Grant &)> &edit)
{
    return m_audit.transaction([&]() -> Result<> {
        Result<std::optional<Grant>> grant =
            selectOne(u"WHERE id = ? AND revoked_at = 0"_s, {id.value});
        if (!grant)
            return fail(grant.error());
        if (!*grant)
            return fail(noSuchGrant());
        AuditEvent event = edit(**grant);
        event.grant = id;
        if (const Result<> saved = save(**grant); !saved)
            return saved;
        return m_audit.append(event);
    });
}

Result<> Grants::touch(const QHash<GrantId, Millis> &lastUsed)
{
    return m_database.transaction([&]() -> Result<> {
        for (auto it = lastUsed.begin(); it != lastUsed.end(); ++it) {
            const Result<> touched = m_database.change(
                u"UPDATE grants SET last_used_at = max(last_used_at, ?) WHERE id = ?"_s,
                {it.value(), it.key().value});
            if (!touched)
                return touched;
        }
        return {};
    });
}

Result<> Grants::revoke(const GrantId &id, const QString &reason, Millis now,
                        const std::optional<AuditEvent> &cause)
{
    return m_audit.transaction([&]() -> Result<> {
        Result<std::optional<Grant>> grant = selectOne(u"WHERE id = ?"_s, {id.value});
        if (!grant)
            return fail(grant.error());
        if (!*grant)
            return fail(noSuchGrant());
        if (cause) {
            if (const Result<> recorded = m_audit.append(*cause); !recorded)
                return recorded;
        }
        // A grant that has already ended is not recorded again.
        if (const Result<> recorded = m_audit.appendRevoked(u"g.id = ?"_s, {id.value}, reason);
            !recorded)
            return recorded;
        if ((*grant)->revokedAt == 0) {
            (*grant)->revokedAt = now;
            (*grant)->revokeReason = reason;
            if (const Result<> saved = save(**grant); !saved)
                return saved;
        }
        for (const QString &table : kOfGrants) {
            const Result<> deleted =
                m_database.change(u"DELETE FROM %1 WHERE grant_id = ?"_s.arg(table), {id.value});
            if (!deleted)
                return deleted;
        }
        return {};
    });
}

Result<QList<GrantId>> Grants::revokeAll(const QString &reason, Millis now)
{
    QList<GrantId> ids;
    const Result<> revoked = m_audit.transaction([&]() -> Result<> {
        if (const Result<> recorded = m_audit.appendRevoked(u"1"_s, {}, reason); !recorded)
            return recorded;
        auto live = fetchAll(
            m_database, u"SELECT id FROM grants WHERE revoked_at = 0 ORDER BY created_at, id"_s, {},
            firstColumn<GrantId>);
        if (!live)
            return fail(live.error());
        ids = *std::move(live);
        const Result<> marked = m_database.change(
            u"UPDATE grants SET revoked_at = ?, revoke_reason = ? WHERE revoked_at = 0"_s,
            {now, reason});
        if (!marked)
            return marked;
        for (const QString &table : kOfGrants) {
            if (const Result<> deleted = m_database.change(u"DELETE FROM %1"_s.arg(table));
                !deleted)
                return deleted;
        }
        return {};
    });
    if (!revoked)
        return fail(revoked.error());
    return ids;
}

} // namespace flaredeck::store
