#pragma once

#include "core/http/exchange.h"
#include "core/mcp/mcpserver.h"
#include "core/mcp/methods/subscriptions.h"
#include "core/mcp/transports/httpwords.h"

#include <QTimer>

namespace flaredeck::mcp {

/// Requests of the stateless era (revision 2026-07-28), each with all that it needs in its own body
/// and headers. Callers are authenticated and the era is decided already.
class StatelessTransport : public QObject
{
    Q_OBJECT

public:
    /// A client without a session counts as connected while something of it is open, and for so
    /// long after its last request. Decides nothing.
    static constexpr Millis kLingersFor = 5LL * 60 * 1000;

    explicit StatelessTransport(McpServer &server, QObject *parent = nullptr);

    void handle(rpc::Message message, const Traits &revision, const http::Request &request,
                const Accepted &accepted, const http::ExchangePtr &exchange,
                const CallerPtr &caller);

    /// Running requests are answered with the reason, listening ends.
    void endGrant(const GrantId &grant, const rpc::RpcError &reason);
    void endAll(const rpc::RpcError &reason);
    /// Calls that wait start with this identity.
    void setCaller(const CallerPtr &caller);
    [[nodiscard]] Subscriptions &subscriptions() { return m_subscriptions; }

    /// The clients that are connected, as a person sees them.
    [[nodiscard]] QList<SessionInfo> clients() const;
    /// The grant that a handle of clients() stands for; empty when there is none.
    [[nodiscard]] GrantId grantOf(const QString &handle) const;

private:
    [[nodiscard]] std::optional<rpc::RpcError> refuse(const rpc::Message &message,
                                                      const http::Request &request,
                                                      const CallerPtr &caller) const;

    /// What a grant has without sessions.
    struct Client {
        CallQueuePtr calls = std::make_shared<CallQueue>();
        SessionInfo shown; ///< but for what is open now
    };
    Client &seen(const Sender &sender);
    [[nodiscard]] bool isThere(const Client &client) const;
    void sweep();

    McpServer &m_server;
    Subscriptions m_subscriptions;
    QHash<GrantId, Client> m_clients;
    QTimer m_sweeping;
};

} // namespace flaredeck::mcp
