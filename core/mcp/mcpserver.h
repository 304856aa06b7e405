#pragma once

#include "core/mcp/challenge.h"
#include "core/mcp/change.h"
#include "core/mcp/promptmethods.h"
#include "core/mcp/resourcemethods.h"
#include "core/mcp/taskmethods.h"
#include "core/mcp/toolmethods.h"

#include <QPointer>

namespace flaredeck::mcp {

/// What a server has to offer. What is null is not offered at all.
struct Features {
    ToolProvider *tools = nullptr; ///< always there
    PromptProvider *prompts = nullptr;
    ResourceProvider *resources = nullptr;
    ScopeChallenge scopeChallenge = {}; ///< empty = tools say in words what their caller lacks
};

/// The methods of MCP, with no transport in sight. Which revision a client speaks shows only in the
/// traits of the scope.
class McpServer : public QObject
{
    Q_OBJECT

public:
    /// `taskStore` may be null: tasks then end with the process.
    McpServer(ServerInfo info, const Features &features, Sessions &sessions, TaskStore *taskStore,
              const Clock &clock, QObject *parent = nullptr);

    /// initialize, without its session: checks the parameters and settles the revision.
    [[nodiscard]] tl::expected<Handshake, rpc::RpcError> openHandshake(const Json &params) const;
    /// The result of initialize as JSON text.
    [[nodiscard]] QByteArray welcome(const Handshake &handshake, const CallerPtr &caller) const;

    /// Handles one message of an initialized session, or one stateless request. A request is
    /// answered through `outlet`, now or later; everything else is not answered.
    void dispatch(rpc::Message message, const MessageScope &scope,
                  const std::shared_ptr<rpc::Outlet> &outlet);

    /// The tools that the caller may use at the address of a toolset, or of all.
    [[nodiscard]] QList<Tool> tools(const CallerPtr &caller, const QString &toolset) const;
    /// How this request is refused if its caller turns out to lack scopes; may be empty.
    [[nodiscard]] Challenge challengeFor(const http::Request &request) const;
    /// Whether there is such a list at all.
    [[nodiscard]] bool offers(Change list) const;
    /// Work that outlives its requests; null when there is none.
    [[nodiscard]] Tasks *tasks() const { return m_support.tasks.get(); }
    [[nodiscard]] const ResultWriter &writer() const { return *m_support.writer; }

private:
    /// A request that may take its time: at once, or when others have ended.
    void queueWork(rpc::Message message, const MessageScope &scope, const rpc::ReplyPtr &reply);
    void handleRequest(rpc::Message message, const MessageScope &scope, const rpc::ReplyPtr &reply);
    void handleNotification(const rpc::Message &message, rpc::InFlight &inFlight);
    [[nodiscard]] bool handleOwn(const MethodCall &call) const;
    void discover(const MethodCall &call) const;
    void complete(const MethodCall &call) const;
    void setLogLevel(const MethodCall &call) const;
    [[nodiscard]] Json capabilities(const Traits &traits) const;

    const ServerInfo m_info;
    // All of it outlives the server; the latter two may be null.
    ToolProvider &m_toolProvider;
    PromptProvider *const m_promptProvider;
    ResourceProvider *const m_resourceProvider;
    const ScopeChallenge m_scopeChallenge;
    Sessions &m_sessions;
    TaskScope m_calls;
    const CallSupport m_support;
    ToolMethods m_tools;
    std::optional<PromptMethods> m_prompts;
    std::optional<ResourceMethods> m_resources;
    std::optional<TaskMethods> m_tasks;
};

} // namespace flaredeck::mcp
