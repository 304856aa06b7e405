#pragma once

#include "core/mcp/methods/call.h"

namespace flaredeck::mcp {

/// A request that MCP has: in which era, and who answers it.
struct Method {
    enum class Era { Sessions, Stateless, Both };
    /// What the server must offer.
    enum class Part { Any, Prompts, Resources, PromptsOrResources, Tasks };
    using Answer = void (*)(const MethodCall &);

    const char *name;
    Era era;
    Part part;
    bool queues;       ///< handlers of ours may have to wait, so that it takes one of the places
    const char *named; ///< the member of params that Mcp-Name repeats; may be null
    Answer answer;     ///< null: the transport that it comes over
};

/// Null when this era has no such method.
[[nodiscard]] const Method *findMethod(std::string_view name, bool isStateless);
/// Whether the server has what the method is about.
[[nodiscard]] bool isOffered(const Method &method, const McpServer &server);

/// Who answers. Each sends exactly one answer, now or when the work is done.
namespace methods {

void listTools(const MethodCall &call);
void callTool(const MethodCall &call);
void listPrompts(const MethodCall &call);
void getPrompt(const MethodCall &call);
void listResources(const MethodCall &call);
void listTemplates(const MethodCall &call);
void readResource(const MethodCall &call);
void subscribe(const MethodCall &call);
void unsubscribe(const MethodCall &call);
void getTask(const MethodCall &call);
void updateTask(const MethodCall &call);
void cancelTask(const MethodCall &call);

} // namespace methods

constexpr int kMaxWatched = 256; ///< resources that one session watches

/// For how long a client may go on with a list. It is told of changes, if it listens for them.
inline constexpr Caching kListCaching{5 * 60 * 1000};

/// The client did not declare the extension of tasks.
[[nodiscard]] rpc::RpcError lacksTasks();

/// Every list has one page only, so that no cursor can ever be ours.
inline const QString kNoCursor = QStringLiteral("The cursor is not one that this server gave.");

/// Answers with a list, written for the caller's revision.
template <typename Item>
void answerList(const MethodCall &call, const char *member, const QList<Item> &items)
{
    if (json::find(call.message.params, "cursor"))
        return call.refuse(kNoCursor);
    Json array = Json::array();
    for (const Item &item : items)
        array.push_back(toJson(item, call.traits()));
    call.succeed(Json{{member, std::move(array)}}, kListCaching);
}

} // namespace flaredeck::mcp
