#include "core/store/vault/tasktable.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const Layout<mcp::StoredTask> &taskLayout()
{
    using Row = mcp::StoredTask;
    using C = Column<Row>;
    static const Layout<Row> rows(
        "tasks",
        {C::of<&Row::idHash>("id_hash", "PRIMARY KEY"),
         C::of<&Row::grant>("grant_id", "REFERENCES grants(id) ON DELETE CASCADE"),
         C::of<&Row::status>("status"), C::of<&Row::outcome>("outcome"),
         C::of<&Row::createdAt>("created_at"), C::of<&Row::updatedAt>("updated_at")},
        "id_hash", "", {u"grant_id"_s});
    return rows;
}

} // namespace

Tasks::Tasks(Database &database, const Clock &clock)
    : Table(database, taskLayout())
    , m_clock(clock)
{
}

QList<mcp::StoredTask> Tasks::all()
{
    return orNothing(select(u"JOIN grants g ON g.id = tasks.grant_id WHERE g.revoked_at = 0 "
                            "AND (g.expires_at = 0 OR g.expires_at > ?) "
                            "ORDER BY tasks.created_at, tasks.rowid"_s,
                            {m_clock.now()}));
}

} // namespace flaredeck::store
