#pragma once

#include "core/http/exchange.h"
#include "core/mcp/httpwords.h"
#include "core/mcp/mcpserver.h"
#include "core/mcp/presence.h"
#include "core/mcp/subscriptions.h"

namespace flaredeck::mcp {

/// Requests of the stateless era (revision 2026-07-28), each with all that it needs in its own body
/// and headers. Callers are authenticated and the era is decided already.
class StatelessTransport : public QObject
{
    Q_OBJECT

public:
    StatelessTransport(McpServer &server, const Clock &clock, QObject *parent = nullptr);

    void handle(rpc::Message message, const Traits &revision, const http::Request &request,
                const Accepted &accepted, const http::ExchangePtr &exchange,
                const CallerPtr &caller);

    /// Running requests are answered with the reason, listening ends.
    void endGrant(const GrantId &grant, const rpc::RpcError &reason);
    /// The same for everybody.
    void endAll(const rpc::RpcError &reason);
    /// Calls that wait start with this identity.
    void setCaller(const CallerPtr &caller);
    [[nodiscard]] Subscriptions &subscriptions() { return m_subscriptions; }
    /// Who has been here lately.
    [[nodiscard]] Presence &presence() { return m_presence; }
    [[nodiscard]] const Presence &presence() const { return m_presence; }

private:
    using Running = std::pair<GrantId, std::shared_ptr<rpc::InFlight>>;

    [[nodiscard]] std::optional<rpc::RpcError> refuse(const rpc::Message &message,
                                                      const http::Request &request,
                                                      const CallerPtr &caller) const;
    [[nodiscard]] int running(const GrantId &grant) const;
    [[nodiscard]] CallQueuePtr queueOf(const GrantId &grant);

    McpServer &m_server;
    Subscriptions m_subscriptions;
    QList<Running> m_running;
    QHash<GrantId, std::weak_ptr<CallQueue>> m_queues; ///< alive while calls are
    Presence m_presence;
};

} // namespace flaredeck::mcp
