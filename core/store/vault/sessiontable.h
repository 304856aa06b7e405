#pragma once

#include "core/base/clock.h"
#include "core/mcp/sessions/sessionstore.h"
#include "core/store/vault/table.h"

namespace flaredeck::store {

/// Keeps MCP sessions in the vault, so that a client goes on after a restart of the app. One that
/// cannot be stored works until the app ends, so that a failure is only logged.
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
