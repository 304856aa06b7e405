#pragma once

#include "core/tools/definition.h"
#include "core/tools/tool.h"

#include <functional>

namespace flaredeck::tools {

/// A tool of a remote MCP server as one of ours: under a name of its own, with the effect that we
/// believe it to have. Pure.
namespace remotetool {

/// Names that clients see are at most so long (limits of known clients).
constexpr qsizetype kLongestName = 52;

/// "docs__search" for the tool "search" of the server "docs". Always the same, never another
/// tool's; what is too long, or has other characters than models know, ends with four digits of a
/// hash.
[[nodiscard]] QString nameOf(const QString &server, const QString &tool);

/// What a call can do at most: as `known`, from what the provider's facts say, or else as the
/// server claims. A claim that nothing is destroyed counts for nothing, and neither does one that a
/// tool with a telling name only reads.
[[nodiscard]] Effect effectOf(const Json &tool, std::optional<Effect> known);

/// Scopes of a server's tools: to read, and for all the rest.
[[nodiscard]] QString readScope(const QString &server);
[[nodiscard]] QString writeScope(const QString &server);

/// `tool` as the server wrote it. `isChanged`: see ToolDefinition.
[[nodiscard]] ToolDefinition define(const QString &server, const Json &tool,
                                    std::optional<Effect> known, bool isChanged);

} // namespace remotetool

/// Calls a tool of a remote server; see remote::Connection::call().
using RemoteCall = std::function<Task<Result<Json>>(QString server, QString tool, Json schema,
                                                    Json arguments, mcp::CallContextPtr context)>;

class RemoteTool : public Tool
{
public:
    RemoteTool(const ToolDefinition &definition, RemoteCall call);

    [[nodiscard]] Task<Result<mcp::ToolResult>> run(InvocationPtr call) const override;

private:
    const QString m_server;
    const QString m_name; ///< the server's
    const QString m_title;
    const Json m_schema;
    const RemoteCall m_call;
};

} // namespace flaredeck::tools
