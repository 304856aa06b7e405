#include "core/store/history/historyschema.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

// The numbers in the column `outcome`.
static_assert(static_cast<int>(Outcome::Ok) == 0 && static_cast<int>(Outcome::Error) == 1 &&
              static_cast<int>(Outcome::Denied) == 2 && static_cast<int>(Outcome::Cancelled) == 3);

const Layout<CallRecord> &callLayout()
{
    using Row = CallRecord;
    using C = Column<Row>;
    static const Layout<Row> rows(
        "calls",
        {C::of<&Row::id>("id", "PRIMARY KEY"), C::of<&Row::startedAt>("started_at"),
         C::of<&Row::grant>("grant_id"), C::of<&Row::client>("client_id"),
         C::of<&Row::clientName>("client_name"), C::of<&Row::tool>("tool"),
         C::of<&Row::accountName>("account_name"), C::of<&Row::outcome>("outcome"),
         C::of<&Row::durationUs>("duration_us"), C::of<&Row::bytesIn>("bytes_in"),
         C::of<&Row::bytesOut>("bytes_out"), C::of<&Row::error>("error"),
         C::of<&Row::upstream>("upstream"),
         // Large columns last, so that a list is read without their overflow pages.
         C::of<&Row::arguments>("arguments"), C::of<&Row::result>("result"),
         // Where the upgrade of an older file puts it, too.
         C::of<&Row::decision>("decision", "DEFAULT ''")},
        "id");
    return rows;
}

QStringList historyTables()
{
    return callLayout().create() +
           QStringList{
               // A covering index for all counts of a time span.
               u"CREATE INDEX calls_by_time ON calls(started_at, outcome, grant_id, client_id)"_s,
               // For pages of one grant, client or tool; every index ends with the row's id.
               u"CREATE INDEX calls_by_grant ON calls(grant_id)"_s,
               u"CREATE INDEX calls_by_client ON calls(client_id)"_s,
               u"CREATE INDEX calls_by_tool ON calls(tool)"_s,
               u"CREATE INDEX calls_not_ok ON calls(outcome) WHERE outcome > 0"_s};
}

QHash<int, QStringList> historyUpgrades()
{
    return {{1, {u"ALTER TABLE calls ADD COLUMN decision TEXT NOT NULL DEFAULT ''"_s}}};
}

} // namespace flaredeck::store
