#pragma once

#include "core/base/clock.h"
#include "core/mcp/sessions.h"
#include "core/mcp/toolprovider.h"
#include "core/rpc/reply.h"

#include <QPointer>

namespace flaredeck::mcp {

/// Who sent a message, and in which session.
struct MessageScope {
    SessionPtr session;
    CallerPtr caller;
    QByteArray accountHeader; ///< cf-account-id; may be empty
};

/// The methods of MCP, with no transport in sight. Which revision a client speaks shows only in the
/// traits of its session.
class McpServer : public QObject
{
    Q_OBJECT

public:
    McpServer(ServerInfo info, ToolProvider &tools, Sessions &sessions, const Clock &clock,
              QObject *parent = nullptr);

    /// initialize, without its session: checks the parameters and settles the revision.
    [[nodiscard]] tl::expected<Handshake, rpc::RpcError> openHandshake(const Json &params) const;
    /// The result of initialize as JSON text.
    [[nodiscard]] QByteArray welcome(const Handshake &handshake, const CallerPtr &caller) const;

    /// Handles one message of an initialized session. A request is answered through `outlet`, now
    /// or later; everything else is not answered.
    void dispatch(rpc::Message message, const MessageScope &scope,
                  const std::shared_ptr<rpc::Outlet> &outlet);

private:
    void handleRequest(rpc::Message message, const MessageScope &scope, const rpc::ReplyPtr &reply);
    void handleNotification(const rpc::Message &message, Session &session);
    void listTools(const Json &params, const MessageScope &scope, const rpc::ReplyPtr &reply);
    void callTool(Json params, const MessageScope &scope, const rpc::ReplyPtr &reply);
    [[nodiscard]] ToolContext contextFor(const MessageScope &scope, const rpc::ReplyPtr &reply,
                                         const Json *progressToken) const;

    const ServerInfo m_info;
    QPointer<ToolProvider> m_tools;
    Sessions &m_sessions;
    const Clock &m_clock;
};

} // namespace flaredeck::mcp
