#pragma once

#include "core/mcp/types.h"

/// Results of Browser Run whose form data cannot describe.
namespace flaredeck::cloudflare {

/// get_url_snapshot: the HTML as JSON, then the picture, if there is one.
[[nodiscard]] mcp::ToolResult browserSnapshot(const Json &arguments, const Json &result);
/// list_browser_sessions: a bare list, or one in an envelope.
[[nodiscard]] mcp::ToolResult browserSessions(const Json &arguments, const Json &answer);

} // namespace flaredeck::cloudflare
