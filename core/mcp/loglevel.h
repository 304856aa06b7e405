#pragma once

#include "core/mcp/callcontext.h"

namespace flaredeck::mcp {

[[nodiscard]] const char *nameOf(LogLevel level);
/// Nothing when the value names no level.
[[nodiscard]] std::optional<LogLevel> logLevelNamed(const Json &name);

} // namespace flaredeck::mcp
