// The clients of the vault.

#include "core/store/columns.h"
#include "core/store/rows.h"
#include "core/store/vault.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const QString kSelectClient =
    u"SELECT id, name, redirect_uris, auth_method, auth_method_explicit, secret_hash, grant_types, "
    "metadata, registered_by, created_at, first_authorized_at, last_used_at, "
    "kind, fresh_until, registration_token_hash, blocked_at FROM clients "_s;

Client readClient(const QSqlQuery &row)
{
    Client client;
    client.id = {row.value(0).toString()};
    client.name = row.value(1).toString();
    client.redirectUris = column::toList(row.value(2).toString());
    client.authMethod = row.value(3).toString();
    client.authMethodExplicit = row.value(4).toBool();
    client.secretHash = row.value(5).toByteArray();
    client.grantTypes = column::toList(row.value(6).toString());
    client.metadata = column::toJson(row.value(7).toString());
    client.registeredBy = row.value(8).toString();
    client.createdAt = row.value(9).toLongLong();
    client.firstAuthorizedAt = row.value(10).toLongLong();
    client.lastUsedAt = row.value(11).toLongLong();
    client.kind = static_cast<ClientKind>(row.value(12).toInt());
    client.freshUntil = row.value(13).toLongLong();
    client.registrationTokenHash = row.value(14).toByteArray();
    client.blockedAt = row.value(15).toLongLong();
    return client;
}

/// Where the answers go: scheme, host and port, since a path may say more than it should.
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

QList<Client> Vault::clients()
{
    return orNothing(
        fetchAll(m_database, kSelectClient + u"ORDER BY created_at, id"_s, {}, readClient));
}

std::optional<Client> Vault::client(const ClientId &id)
{
    return orNothing(
        fetchOne(m_database, kSelectClient + u"WHERE id = ?"_s, {id.value}, readClient));
}

Result<> Vault::saveClient(const Client &client)
{
    // Not INSERT OR REPLACE: that deletes the old row first, and the grants with it.
    return change(
        uR"(INSERT INTO clients (id, name, redirect_uris, auth_method, auth_method_explicit, secret_hash,
                grant_types, metadata, registered_by, created_at, first_authorized_at, last_used_at,
                kind, fresh_until, registration_token_hash, blocked_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, redirect_uris = excluded.redirect_uris,
                auth_method = excluded.auth_method,
                auth_method_explicit = excluded.auth_method_explicit,
                secret_hash = excluded.secret_hash, grant_types = excluded.grant_types,
                metadata = excluded.metadata, registered_by = excluded.registered_by,
                created_at = excluded.created_at, kind = excluded.kind,
                fresh_until = excluded.fresh_until,
                registration_token_hash = excluded.registration_token_hash,
                blocked_at = excluded.blocked_at,
                first_authorized_at = CASE first_authorized_at WHEN 0
                    THEN excluded.first_authorized_at ELSE first_authorized_at END,
                last_used_at = max(last_used_at, excluded.last_used_at))"_s,
        {client.id.value, client.name, column::fromList(client.redirectUris), client.authMethod,
         client.authMethodExplicit, client.secretHash, column::fromList(client.grantTypes),
         column::fromJson(client.metadata), client.registeredBy, client.createdAt,
         client.firstAuthorizedAt, client.lastUsedAt, static_cast<int>(client.kind),
         client.freshUntil, client.registrationTokenHash, client.blockedAt});
}

Result<> Vault::registerClient(const Client &client, const AuditPeer &peer)
{
    return transaction([&]() -> Result<> {
        if (const Result<> saved = saveClient(client); !saved)
            return saved;
        const QString words = client.kind == ClientKind::Person
                                  ? u"Added by you. Answers go to %1"_s
                                  : u"Answers go to %1"_s;
        return append({.kind = AuditKind::Registered,
                       .client = client.id,
                       .outcome = words.arg(targets(client.redirectUris)),
                       .peer = peer});
    });
}

Result<> Vault::blockClient(const Client &client)
{
    return transaction([&]() -> Result<> {
        if (const Result<> saved = saveClient(client); !saved)
            return saved;
        return append(client.isBlocked() ? AuditEvent{.kind = AuditKind::ClientBlocked,
                                                      .client = client.id,
                                                      .outcome = u"Blocked by you"_s}
                                         : AuditEvent{.kind = AuditKind::ClientUnblocked,
                                                      .client = client.id,
                                                      .outcome = u"May ask again"_s});
    });
}

Result<> Vault::removeClient(const ClientId &id, const std::optional<AuditPeer> &itself)
{
    return transaction([&]() -> Result<> {
        const Result<> ended =
            appendRevoked(u"g.client_id = ?"_s, {id.value},
                          itself ? u"The client removed itself"_s : u"The client was removed"_s);
        if (!ended)
            return ended;
        if (const Result<> told = append({.kind = AuditKind::Forgotten,
                                          .client = id,
                                          .outcome = itself ? u"Removed itself with its grants"_s
                                                            : u"Removed with its grants"_s,
                                          .peer = itself.value_or(AuditPeer())});
            !told)
            return told;
        return change(u"DELETE FROM clients WHERE id = ?"_s, {id.value});
    });
}

Result<QList<ClientId>> Vault::purgeClients(Millis neverAuthorizedBefore, Millis unusedBefore,
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
    // Whether a grant has ended only a clock that has stood can say; till then it has not.
    const Millis over = m_time->olderThan(0);
    QList<ClientId> gone;
    const Result<> purged = transaction([&]() -> Result<> {
        const auto found = fetchAll(
            m_database, old,
            {over, static_cast<int>(ClientKind::Person), static_cast<int>(ClientKind::Document),
             neverAuthorizedBefore, unusedBefore, keepAtMost},
            [](const QSqlQuery &row) { return ClientId{row.value(0).toString()}; });
        if (!found || found->isEmpty())
            return found ? Result<>() : fail(found.error());
        gone = *found;
        QStringList ids;
        for (const ClientId &id : gone)
            ids << id.value;
        const QVariantList values{column::fromList(ids)};
        const Result<> ended =
            appendRevoked(u"g.client_id IN (SELECT value FROM json_each(?))"_s, values,
                          u"The client was not used for too long, or too many registered"_s);
        if (!ended)
            return ended;
        return change(u"DELETE FROM clients WHERE id IN (SELECT value FROM json_each(?))"_s,
                      values);
    });
    if (!purged)
        return fail(purged.error());
    return gone;
}

} // namespace flaredeck::store
