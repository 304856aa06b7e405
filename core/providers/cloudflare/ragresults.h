#pragma once

#include "core/mcp/types.h"

namespace flaredeck::cloudflare {

/// What a search in an AutoRAG found: each file's texts in a <file name="…"> element.
[[nodiscard]] mcp::ToolResult ragFiles(const Json &arguments, const Json &result);
/// What a model answered from it, as plain text.
[[nodiscard]] mcp::ToolResult ragAnswer(const Json &arguments, const Json &result);

} // namespace flaredeck::cloudflare
