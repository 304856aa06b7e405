#pragma once

#include "core/base/json.h"

#include <optional>

namespace flaredeck::mcp {

// What a client may have us keep beyond its request. A name for people is cut; what we would have
// to give back whole is refused.
constexpr qsizetype kMaxClientNameLength = 120;
constexpr qsizetype kMaxClientVersionLength = 60;
constexpr qsizetype kMaxCapabilitiesBytes = 16LL * 1024; ///< as JSON
constexpr qsizetype kMaxProgressTokenLength = 256;
constexpr qsizetype kMaxUriLength = 1024;

/// "name version" of an Implementation object; a claim that is not checked.
[[nodiscard]] QString clientInfoOf(const Json &implementation);

} // namespace flaredeck::mcp
