#pragma once

#include "core/base/taskscope.h"
#include "core/mcp/methods/call.h"
#include "core/mcp/promptprovider.h"
#include "core/mcp/resourceprovider.h"
#include "core/mcp/toolprovider.h"

namespace flaredeck::mcp {

/// What a server has to offer. What is null is not offered at all.
struct Features {
    ToolProvider *tools = nullptr; ///< always there
    PromptProvider *prompts = nullptr;
    ResourceProvider *resources = nullptr;
    ScopeChallenge scopeChallenge = {}; ///< empty = tools say in words what their caller lacks
    QByteArray accountHeader = {};      ///< the request header that names an account; may be empty
};

/// Gives each message to whoever answers it, with no transport in sight. Which methods there are is
/// the table of methods.cpp; which revision a client speaks shows only in its traits.
class McpServer : public QObject
{
    Q_OBJECT

public:
    /// `taskStore` may be null: tasks then end with the process.
    McpServer(ServerInfo info, Features features, Sessions &sessions, TaskStore *taskStore,
              const Clock &clock, QObject *parent = nullptr);

    /// initialize, without its session: checks the parameters and settles the revision.
    [[nodiscard]] tl::expected<Handshake, rpc::RpcError> openHandshake(const Json &params) const;
    /// The result of initialize as JSON text.
    [[nodiscard]] QByteArray welcome(const Handshake &handshake, const CallerPtr &caller) const;

    /// The result of server/discover.
    [[nodiscard]] Json discovery(const Traits &traits, const CallerPtr &caller) const;

    /// Handles one message of an initialized session, or one stateless request. A request is
    /// answered through `outlet`, now or later; everything else is not answered. Returns the answer
    /// of a request.
    rpc::ReplyPtr dispatch(rpc::Message message, const SenderPtr &sender,
                           const std::shared_ptr<rpc::Outlet> &outlet);

    /// Whether there is such a list at all.
    [[nodiscard]] bool offers(Change list) const;
    [[nodiscard]] Json capabilities(const Traits &traits) const;

    // What the methods work with.
    [[nodiscard]] const Features &features() const { return m_features; }
    [[nodiscard]] Sessions &sessions() { return m_sessions; }
    [[nodiscard]] const Clock &clock() const { return m_clock; }
    [[nodiscard]] const ResultWriter &writer() const { return m_writer; }
    /// The result of tools/list, written once for each list and revision: all tools are too many to
    /// write for every client that asks.
    [[nodiscard]] QByteArray writtenList(const QList<Tool> &tools, const Traits &traits);
    [[nodiscard]] const inputs::StateSeal &seal() const { return m_seal; }
    /// Work that outlives its requests; null when no tool has any.
    [[nodiscard]] Tasks *tasks() const { return m_tasks.get(); }
    /// Those that run; each is stopped through its reply.
    [[nodiscard]] TaskScope &calls() { return m_calls; }

private:
    /// A request that may take its time: at once, or when others have ended.
    void queueCall(rpc::Message message, const SenderPtr &sender, const rpc::ReplyPtr &reply);
    void answer(rpc::Message message, const SenderPtr &sender, const rpc::ReplyPtr &reply);

    const ServerInfo m_info;
    const Features m_features; ///< outlive the server
    Sessions &m_sessions;
    const Clock &m_clock;
    const ResultWriter m_writer;
    const inputs::StateSeal m_seal;
    const std::unique_ptr<Tasks> m_tasks;
    /// The tools are kept, too, so that no other list comes to their place in memory.
    struct WrittenList {
        QList<Tool> tools;
        const Traits *traits = nullptr;
        QByteArray result;
    };
    QList<WrittenList> m_lists; ///< the newest last
    TaskScope m_calls;
};

} // namespace flaredeck::mcp
