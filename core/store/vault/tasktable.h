#pragma once

#include "core/base/clock.h"
#include "core/mcp/sessions/taskstore.h"
#include "core/store/vault/table.h"

namespace flaredeck::store {

/// Tasks of MCP's tasks extension: calls whose result the client fetches later.
class Tasks : Table<mcp::StoredTask>
{
public:
    Tasks(Database &database, const Clock &clock);
    using Table::create;
    using Table::remove;
    using Table::save;

    [[nodiscard]] QList<mcp::StoredTask> all(); ///< of live grants

private:
    const Clock &m_clock;
};

} // namespace flaredeck::store
