// The tasks of the vault: calls whose outcome their client fetches later.

#include "core/store/columns.h"
#include "core/store/rows.h"
#include "core/store/vault.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

using Status = mcp::StoredTask::Status;

// The numbers in the column `status`.
static_assert(static_cast<int>(Status::Working) == 0 &&
              static_cast<int>(Status::InputRequired) == 1 &&
              static_cast<int>(Status::Completed) == 2 && static_cast<int>(Status::Failed) == 3 &&
              static_cast<int>(Status::Cancelled) == 4);

mcp::StoredTask readTask(const QSqlQuery &row)
{
    mcp::StoredTask task;
    task.idHash = row.value(0).toByteArray();
    task.grant = {row.value(1).toString()};
    task.status = static_cast<Status>(row.value(2).toInt());
    task.outcome = column::toJson(row.value(3).toString());
    task.createdAt = row.value(4).toLongLong();
    task.updatedAt = row.value(5).toLongLong();
    return task;
}

} // namespace

QList<mcp::StoredTask> Vault::tasks()
{
    return orNothing(
        fetchAll(m_database,
                 uR"(SELECT t.id_hash, t.grant_id, t.status, t.outcome, t.created_at, t.updated_at
            FROM tasks t JOIN grants g ON g.id = t.grant_id
            WHERE g.revoked_at = 0 AND (g.expires_at = 0 OR g.expires_at > ?)
            ORDER BY t.created_at, t.rowid)"_s,
                 {m_clock->now()}, readTask));
}

Result<> Vault::saveTask(const mcp::StoredTask &task)
{
    return change(uR"(INSERT OR REPLACE INTO tasks (id_hash, grant_id, status, outcome, created_at,
                          updated_at)
                      VALUES (?, ?, ?, ?, ?, ?))"_s,
                  {task.idHash, task.grant.value, static_cast<int>(task.status),
                   column::fromJson(task.outcome), task.createdAt, task.updatedAt});
}

Result<> Vault::removeTask(const QByteArray &idHash)
{
    return change(u"DELETE FROM tasks WHERE id_hash = ?"_s, {idHash});
}

} // namespace flaredeck::store
