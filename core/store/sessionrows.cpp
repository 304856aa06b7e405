// The MCP sessions of the vault.

#include "core/store/columns.h"
#include "core/store/rows.h"
#include "core/store/vault.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

mcp::StoredSession readSession(const QSqlQuery &row)
{
    mcp::StoredSession session;
    session.idHash = row.value(0).toByteArray();
    session.grant = {row.value(1).toString()};
    session.revision = row.value(2).toByteArray();
    session.clientInfo = row.value(3).toString();
    session.clientCapabilities = column::toJson(row.value(4).toString());
    session.state = column::toJson(row.value(5).toString());
    session.createdAt = row.value(6).toLongLong();
    session.lastSeenAt = row.value(7).toLongLong();
    session.logLevel = row.value(8).toInt();
    return session;
}

} // namespace

QList<mcp::StoredSession> Vault::sessions()
{
    return orNothing(fetchAll(m_database,
                              uR"(SELECT s.id_hash, s.grant_id, s.revision, s.client_info,
                s.client_capabilities, s.state, s.created_at, s.last_seen_at, s.log_level
            FROM sessions s JOIN grants g ON g.id = s.grant_id
            WHERE g.revoked_at = 0 AND (g.expires_at = 0 OR g.expires_at > ?)
            ORDER BY s.created_at, s.rowid)"_s,
                              {m_clock->now()}, readSession));
}

Result<> Vault::saveSession(const mcp::StoredSession &session)
{
    return change(uR"(INSERT OR REPLACE INTO sessions (id_hash, grant_id, revision, client_info,
                          client_capabilities, state, created_at, last_seen_at, log_level)
                      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?))"_s,
                  {session.idHash, session.grant.value, session.revision, session.clientInfo,
                   column::fromJson(session.clientCapabilities), column::fromJson(session.state),
                   session.createdAt, session.lastSeenAt, session.logLevel});
}

Result<> Vault::touchSession(const QByteArray &idHash, Millis lastSeenAt)
{
    return change(u"UPDATE sessions SET last_seen_at = max(last_seen_at, ?) WHERE id_hash = ?"_s,
                  {lastSeenAt, idHash});
}

Result<> Vault::removeSession(const QByteArray &idHash)
{
    return change(u"DELETE FROM sessions WHERE id_hash = ?"_s, {idHash});
}

} // namespace flaredeck::store
