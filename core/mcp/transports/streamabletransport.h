#pragma once

#include "core/http/exchange.h"
#include "core/mcp/mcpserver.h"
#include "core/mcp/transports/httpwords.h"
#include "core/mcp/transports/statelesstransport.h"

namespace flaredeck::mcp {

/// Streamable HTTP on one path: POST, GET, DELETE with sessions (revisions 2025-03-26 to
/// 2025-11-25), and POST without, which it hands on. Callers are authenticated already. Knows no
/// method but initialize, which makes the session.
class StreamableTransport : public QObject
{
    Q_OBJECT

public:
    StreamableTransport(McpServer &server, Sessions &sessions, StatelessTransport &stateless,
                        QObject *parent = nullptr);

    void handle(const http::RequestPtr &request, const http::ExchangePtr &exchange,
                const CallerPtr &caller);

private:
    void post(const http::Request &request, const http::ExchangePtr &exchange,
              const CallerPtr &caller);
    void openSession(const rpc::Message &initialize, const http::ExchangePtr &exchange,
                     const CallerPtr &caller);
    void deliver(rpc::Payload payload, const http::Request &request, const Accepted &accepted,
                 const http::ExchangePtr &exchange, const CallerPtr &caller);
    void openStream(const http::Request &request, const http::ExchangePtr &exchange,
                    const CallerPtr &caller);
    void startStream(const SessionPtr &session, const http::ExchangePtr &exchange);
    void resumeStream(const SessionPtr &session, const QByteArray &lastEventId,
                      const http::ExchangePtr &exchange);
    [[nodiscard]] std::unique_ptr<http::SseStream> connectionOn(const http::ExchangePtr &exchange);
    void endSession(const http::Request &request, const http::ExchangePtr &exchange,
                    const CallerPtr &caller);
    /// The session of the request; nullptr after the refusal was sent.
    [[nodiscard]] SessionPtr sessionOf(const http::Request &request,
                                       const http::ExchangePtr &exchange, const CallerPtr &caller);

    McpServer &m_server;
    Sessions &m_sessions;
    StatelessTransport &m_stateless;
};

} // namespace flaredeck::mcp
