#pragma once

#include "core/base/clock.h"
#include "core/mcp/sessions/sessionstore.h"
#include "core/store/vault/table.h"

namespace flaredeck::store {

/// Stores MCP sessions in the vault, so that clients can continue after a restart of the app. A
/// failure is only logged, because a session that is not stored still works until the app ends.
class Sessions : public mcp::SessionStore
{
public:
    Sessions(Database &database, const Clock &clock);

    [[nodiscard]] QList<mcp::StoredSession> load() override; ///< of live grants
    void save(const mcp::StoredSession &session) override;
    void touch(const QByteArray &idHash, Millis lastSeenAt) override;
    void remove(const QByteArray &idHash) override;

    [[nodiscard]] const QStringList &create() const { return m_rows.create(); }

private:
    Database &m_database;
    const Clock &m_clock;
    Table<mcp::StoredSession> m_rows;
};

} // namespace flaredeck::store
