#include "core/store/vault/sessiontable.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const Layout<mcp::StoredSession> &sessionLayout()
{
    using Row = mcp::StoredSession;
    using C = Column<Row>;
    static const Layout<Row> rows(
        "sessions",
        {C::of<&Row::idHash>("id_hash", "PRIMARY KEY"),
         C::of<&Row::grant>("grant_id", "REFERENCES grants(id) ON DELETE CASCADE"),
         C::of<&Row::revision>("revision"), C::of<&Row::clientInfo>("client_info"),
         C::of<&Row::clientCapabilities>("client_capabilities"), C::of<&Row::state>("state"),
         C::of<&Row::createdAt>("created_at"), C::of<&Row::lastSeenAt>("last_seen_at"),
         C::of<&Row::logLevel>("log_level")},
        "id_hash", "", {u"grant_id"_s});
    return rows;
}

void report(const Result<> &done)
{
    if (!done)
        qCWarning(lcStore).noquote()
            << "A session was not stored." << done.error().text() << done.error().detail;
}

} // namespace

Sessions::Sessions(Database &database, const Clock &clock)
    : m_database(database)
    , m_clock(clock)
    , m_rows(database, sessionLayout())
{
}

QList<mcp::StoredSession> Sessions::load()
{
    return orNothing(m_rows.select(u"JOIN grants g ON g.id = sessions.grant_id "
                                   "WHERE g.revoked_at = 0 "
                                   "AND (g.expires_at = 0 OR g.expires_at > ?) "
                                   "ORDER BY sessions.created_at, sessions.rowid"_s,
                                   {m_clock.now()}));
}

void Sessions::save(const mcp::StoredSession &session)
{
    report(m_rows.save(session));
}

void Sessions::touch(const QByteArray &idHash, Millis lastSeenAt)
{
    report(m_database.change(
        u"UPDATE sessions SET last_seen_at = max(last_seen_at, ?) WHERE id_hash = ?"_s,
        {lastSeenAt, idHash}));
}

void Sessions::remove(const QByteArray &idHash)
{
    report(m_rows.remove(idHash));
}

} // namespace flaredeck::store
