#include "core/store/vault/clienttable.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const Layout<Client> &clientLayout()
{
    using C = Column<Client>;
    static const Layout<Client> rows(
        "clients",
        {C::of<&Client::id>("id", "PRIMARY KEY"), C::of<&Client::name>("name"),
         C::of<&Client::redirectUris>("redirect_uris"), C::of<&Client::authMethod>("auth_method"),
         C::of<&Client::authMethodExplicit>("auth_method_explicit"),
         C::of<&Client::secretHash>("secret_hash"), C::of<&Client::grantTypes>("grant_types"),
         C::of<&Client::metadata>("metadata"), C::of<&Client::registeredBy>("registered_by"),
         C::of<&Client::createdAt>("created_at"),
         C::of<&Client::firstAuthorizedAt>("first_authorized_at"),
         C::of<&Client::lastUsedAt>("last_used_at"), C::of<&Client::kind>("kind"),
         C::of<&Client::freshUntil>("fresh_until"),
         C::of<&Client::registrationTokenHash>("registration_token_hash"),
         C::of<&Client::blockedAt>("blocked_at")},
        "id");
    return rows;
}

/// Where answers are sent: scheme, host and port only, because a path may contain a secret.
QString targets(const QStringList &redirectUris)
{
    QStringList origins;
    for (const QString &uri : redirectUris) {
        const QUrl url(uri);
        const QString origin = url.host().isEmpty()
                                   ? url.scheme() + u':'
                                   : url.toString(QUrl::RemoveUserInfo | QUrl::RemovePath |
                                                  QUrl::RemoveQuery | QUrl::RemoveFragment);
        if (!origins.contains(origin))
            origins << origin;
    }
    return origins.join(u' ');
}

} // namespace

Clients::Clients(Database &database, AuditTrail &audit, const ClockWatch &time)
    : Table(database, clientLayout())
    , m_audit(audit)
    , m_time(time)
{
}

QList<Client> Clients::all()
{
    return orNothing(select(u"ORDER BY created_at, id"_s));
}

Result<> Clients::add(const Client &client, const AuditPeer &peer)
{
    return m_audit.transaction([&]() -> Result<> {
        if (const Result<> saved = save(client); !saved)
            return saved;
        const QString words = client.kind == ClientKind::Program ? u"Comes through the bridge"_s
                              : client.kind == ClientKind::Person
                                  ? u"Added by you. Answers go to %1"_s
                                  : u"Answers go to %1"_s;
        return m_audit.append(
            {.kind = AuditKind::Registered,
             .client = client.id,
             .outcome = words.contains(u'%') ? words.arg(targets(client.redirectUris)) : words,
             .peer = peer});
    });
}

Result<> Clients::saveBlock(const Client &client)
{
    return m_audit.transaction([&]() -> Result<> {
        if (const Result<> saved = save(client); !saved)
            return saved;
        return m_audit.append(client.isBlocked() ? AuditEvent{.kind = AuditKind::ClientBlocked,
                                                              .client = client.id,
                                                              .outcome = u"Blocked by you"_s}
                                                 : AuditEvent{.kind = AuditKind::ClientUnblocked,
                                                              .client = client.id,
                                                              .outcome = u"May ask again"_s});
    });
}

Result<> Clients::remove(const ClientId &id, const std::optional<AuditPeer> &itself)
{
    return m_audit.transaction([&]() -> Result<> {
        const Result<> ended = m_audit.appendRevoked(u"g.client_id = ?"_s, {id.value},
                                                     itself ? u"The client removed itself"_s
                                                            : u"The client was removed"_s);
        if (!ended)
            return ended;
        if (const Result<> recorded =
                m_audit.append({.kind = AuditKind::Forgotten,
                                .client = id,
                                .outcome = itself ? u"Removed itself with its grants"_s
                                                  : u"Removed with its grants"_s,
                                .peer = itself.value_or(AuditPeer())});
            !recorded)
            return recorded;
        return Table::remove(id.value);
    });
}

Result<QList<ClientId>> Clients::purge(Millis neverAuthorizedBefore, Millis unusedBefore,
                                       int keepAtMost)
{
    const QString old = uR"(WITH seen AS (
                SELECT id, created_at, kind, registered_by,
                    EXISTS (SELECT 1 FROM grants WHERE client_id = clients.id AND revoked_at = 0
                        AND (expires_at = 0 OR expires_at > ?)) AS holds,
                    first_authorized_at > 0 OR EXISTS (SELECT 1 FROM grants
                        WHERE client_id = clients.id AND revoked_at = 0) AS authorized,
                    max(first_authorized_at, last_used_at,
                        coalesce((SELECT max(max(created_at, last_used_at)) FROM grants
                                  WHERE client_id = clients.id), 0)) AS used_at
                FROM clients WHERE kind <> ? AND blocked_at = 0),
            counted AS (
                SELECT *, CASE WHEN authorized THEN 0 ELSE row_number() OVER (
                    PARTITION BY kind, registered_by, authorized
                    ORDER BY created_at DESC, id DESC) END AS nth_of_program
                FROM seen WHERE NOT holds AND NOT (kind = ? AND authorized)),
            ranked AS (
                SELECT id, row_number() OVER (PARTITION BY kind ORDER BY authorized DESC,
                    used_at DESC, nth_of_program, created_at DESC, id DESC) AS place
                FROM counted)
            SELECT id FROM seen WHERE NOT holds AND NOT authorized AND created_at < ?
            UNION SELECT id FROM seen WHERE NOT holds AND authorized AND used_at < ?
            UNION SELECT id FROM ranked WHERE place > ?)"_s;
    // A grant counts as expired only once ClockWatch trusts the clock.
    const Millis over = m_time.olderThan(0);
    QList<ClientId> gone;
    const Result<> purged = m_audit.transaction([&]() -> Result<> {
        const auto found = fetchAll(m_database, old,
                                    {over, static_cast<int>(ClientKind::Person),
                                     static_cast<int>(ClientKind::Document), neverAuthorizedBefore,
                                     unusedBefore, keepAtMost},
                                    firstColumn<ClientId>);
        if (!found || found->isEmpty())
            return found ? Result<>() : fail(found.error());
        gone = *found;
        QStringList ids;
        for (const ClientId &id : gone)
            ids << id.value;
        const QVariantList values{toColumn(ids)};
        const Result<> ended = m_audit.appendRevoked(
            u"g.client_id IN (SELECT value FROM json_each(?))"_s, values,
            u"The client was not used for too long, or too many registered"_s);
        if (!ended)
            return ended;
        return m_database.change(
            u"DELETE FROM clients WHERE id IN (SELECT value FROM json_each(?))"_s, values);
    });
    if (!purged)
        return fail(purged.error());
    return gone;
}

} // namespace flaredeck::store
