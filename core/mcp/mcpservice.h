#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/http/httpserver.h"
#include "core/mcp/mcpserver.h"
#include "core/mcp/sessions/sessionstore.h"
#include "core/mcp/sessions/taskstore.h"

#include <QObject>

#include <functional>
#include <memory>

namespace flaredeck::mcp {

/// Says who is calling. On refusal it returns the complete HTTP answer (401 or 403 with its
/// challenge), which the transport sends unchanged. Runs before method, Accept and body checks, and
/// for a body that is not there yet on the head alone, too.
using Guard = std::function<tl::expected<CallerPtr, http::Response>(const http::Request &)>;

/// What outlives the process. Either may be null, and then ends with it.
struct Stores {
    SessionStore *sessions = nullptr;
    TaskStore *tasks = nullptr;
};

/// The MCP server: endpoints /mcp (Streamable HTTP) and /sse, /sse/message (HTTP+SSE), the same
/// below the name of each toolset, sessions, dispatch. Knows nothing of OAuth, a provider or
/// SQLite.
class McpService : public QObject
{
    Q_OBJECT

public:
    using ServerInfo = flaredeck::mcp::ServerInfo;

    /// Calls and streams that a grant has open at once: half of the connections that the HTTP
    /// server takes for all clients together (http::Limits::maxConnections).
    static constexpr std::size_t kMaxOpenPerGrant = 256;
    /// Over the local socket only: answers `initialize` and `server/discover` before anybody is
    /// allowed anything, and changes nothing.
    static constexpr const char *kWelcomePath = "/local/welcome";

    McpService(ServerInfo info, Guard guard, const Features &features, const Stores &stores,
               const Clock &clock, QObject *parent = nullptr);
    ~McpService() override;

    /// Adds the routes.
    void install(http::HttpServer &server);
    /// Adds those of toolsets that are new since; a toolset that is gone answers as one without
    /// tools.
    void installToolsets(http::HttpServer &server, const QStringList &toolsets);

    /// Ends every session of the grant: streams are closed, running calls are cancelled, stored
    /// sessions are removed, before this returns.
    void endGrant(const GrantId &grant);
    /// Ends one session by its handle, or what a client without one has open.
    void endSession(const QString &handle);
    /// The identity of a live grant changed (a scope was withdrawn): its sessions use the new one
    /// from the next message on, and are told tools/list_changed.
    void identityChanged(const CallerPtr &caller);
    /// Ends all streams in order; tasks that run fail with that reason. Stored sessions and the
    /// outcomes of tasks are kept.
    void shutDown();

    /// Also one entry for each grant that was used without a session lately.
    [[nodiscard]] QList<SessionInfo> sessions() const;

signals:
    /// Something in sessions() changed; coalesced to at most ten a second.
    void sessionsChanged();
    /// A request of this grant arrived over this connection: for "last seen" and the peer's
    /// program. Emitted once per connection and grant.
    void peerSeen(const flaredeck::GrantId &grant, const flaredeck::http::Peer &peer);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace flaredeck::mcp
