#pragma once

#include "core/http/ssestream.h"
#include "core/mcp/mcpserver.h"

#include <list>

namespace flaredeck::mcp {

/// The streams of `subscriptions/listen` (MCP 2026-07-28): each tells one client what it asked to
/// be told, until the client leaves or the server ends it.
class Subscriptions : public QObject
{
    Q_OBJECT

public:
    static constexpr int kMaxPerGrant = 64;
    static constexpr int kMaxStreams = 256;
    static constexpr int kMaxResources = 256;               ///< of one stream
    static constexpr qsizetype kMaxWishBytes = 64LL * 1024; ///< all that one names

    explicit Subscriptions(const McpServer &server, QObject *parent = nullptr);
    ~Subscriptions() override;

    /// Answers a listen request.
    void open(const rpc::Message &request, const CallerPtr &caller,
              const http::ExchangePtr &exchange);
    /// Tells the streams of one grant, or all of them, to list again.
    void announce(Change change, const GrantId *grant = nullptr);
    void announceUpdate(const QString &uri);
    /// Ends the grant's streams with their result.
    void endGrant(const GrantId &grant);
    void endAll();

    [[nodiscard]] int countOf(const GrantId &grant) const;
    [[nodiscard]] int count() const { return static_cast<int>(m_streams.size()); }

private:
    struct Stream;
    void end(Stream &stream);
    void sweep();

    const McpServer &m_server;
    std::list<std::unique_ptr<Stream>> m_streams;
};

} // namespace flaredeck::mcp
