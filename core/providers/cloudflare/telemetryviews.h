#pragma once

#include "core/mcp/types.h"

namespace flaredeck::cloudflare {

/// The answer of a telemetry query as text, depending on the query's `view`: raw events as JSON,
/// calculations as tab-separated tables, one row for each invocation, or the whole result.
[[nodiscard]] QString renderTelemetry(const Json &arguments, const Json &result);
/// The same as a tool result; `structured` also contains events as a list.
[[nodiscard]] mcp::ToolResult telemetryResult(const Json &arguments, const Json &result);

} // namespace flaredeck::cloudflare
