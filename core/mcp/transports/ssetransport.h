#pragma once

#include "core/http/exchange.h"
#include "core/mcp/mcpserver.h"

namespace flaredeck::mcp {

/// HTTP+SSE (revision 2024-11-05; clients negotiate later ones over it too): a stream on one path
/// that names a second path to POST to. The session is the stream: it ends when the stream does,
/// and nothing of it is stored. Callers are authenticated already.
class SseTransport : public QObject
{
    Q_OBJECT

public:
    /// What the endpoint event tells clients to POST to.
    static constexpr QByteArrayView kMessageEndpoint = "sse/message";

    SseTransport(McpServer &server, Sessions &sessions, QObject *parent = nullptr);

    void handleStream(const http::RequestPtr &request, const http::ExchangePtr &exchange,
                      const CallerPtr &caller);
    void handleMessage(const http::RequestPtr &request, const http::ExchangePtr &exchange,
                       const CallerPtr &caller);

private:
    /// What comes before the session is initialized.
    void open(const rpc::Message &message, Session &session, const CallerPtr &caller,
              const std::shared_ptr<rpc::Outlet> &outlet);

    McpServer &m_server;
    Sessions &m_sessions;
};

} // namespace flaredeck::mcp
