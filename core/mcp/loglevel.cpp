#include "core/mcp/loglevel.h"

#include <algorithm>
#include <array>

namespace flaredeck::mcp {

namespace {
constexpr std::array<const char *, 8> kNames{"debug", "info",     "notice", "warning",
                                             "error", "critical", "alert",  "emergency"};
} // namespace

const char *nameOf(LogLevel level)
{
    return kNames.at(static_cast<std::size_t>(level));
}

std::optional<LogLevel> logLevelNamed(const Json &name)
{
    const auto found = std::find_if(kNames.begin(), kNames.end(),
                                    [&name](const char *known) { return name == known; });
    if (found == kNames.end())
        return std::nullopt;
    return static_cast<LogLevel>(found - kNames.begin());
}

} // namespace flaredeck::mcp
