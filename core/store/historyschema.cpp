#include "core/store/historyschema.h"

#include "core/store/values.h"

namespace flaredeck::store {

namespace {

// The numbers in the column `outcome`.
static_assert(static_cast<int>(Outcome::Ok) == 0 && static_cast<int>(Outcome::Error) == 1 &&
              static_cast<int>(Outcome::Denied) == 2 && static_cast<int>(Outcome::Cancelled) == 3);

} // namespace

QStringList historyTables()
{
    const char *const statements[] = {
        // Big columns last, so that a list is read without touching their overflow pages.
        R"(CREATE TABLE calls (
            id INTEGER PRIMARY KEY,
            started_at INTEGER NOT NULL,
            grant_id TEXT,
            client_id TEXT,
            client_name TEXT,
            tool TEXT,
            account_name TEXT,
            outcome INTEGER NOT NULL,
            duration_us INTEGER NOT NULL,
            bytes_in INTEGER NOT NULL,
            bytes_out INTEGER NOT NULL,
            error TEXT,
            upstream TEXT,
            arguments BLOB,
            result BLOB
        ))",
        // Answers all counts of a span of time by itself.
        "CREATE INDEX calls_by_time ON calls(started_at, outcome, grant_id, client_id)",
        // For pages of one grant, client or tool; every index ends with the row's id.
        "CREATE INDEX calls_by_grant ON calls(grant_id)",
        "CREATE INDEX calls_by_client ON calls(client_id)",
        "CREATE INDEX calls_by_tool ON calls(tool)",
        "CREATE INDEX calls_not_ok ON calls(outcome) WHERE outcome > 0",
    };
    QStringList all;
    for (const char *statement : statements)
        all << QString::fromLatin1(statement);
    return all;
}

} // namespace flaredeck::store
