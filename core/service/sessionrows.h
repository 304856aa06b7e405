#pragma once

#include "core/mcp/sessionstore.h"
#include "core/store/vault.h"

namespace flaredeck::service {

/// Keeps MCP sessions in the vault, so that a client goes on after a restart of the app.
class SessionRows : public mcp::SessionStore
{
public:
    explicit SessionRows(store::Vault &vault);

    [[nodiscard]] QList<mcp::StoredSession> load() override;
    void save(const mcp::StoredSession &session) override;
    void touch(const QByteArray &idHash, Millis lastSeenAt) override;
    void remove(const QByteArray &idHash) override;

private:
    store::Vault &m_vault;
};

} // namespace flaredeck::service
