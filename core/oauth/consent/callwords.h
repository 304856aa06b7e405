#pragma once

#include "core/base/identity.h"
#include "core/base/result.h"

/// What clients are told about calls that wait for a person.
namespace flaredeck::oauth::callwords {

/// "kv:write (Change KV namespaces), …"
[[nodiscard]] QString inWords(const ScopeSet &missing);
[[nodiscard]] Error denied(const ScopeSet &missing);
/// An identical call took the one permission that there was.
[[nodiscard]] Error twin();
/// Nobody has answered yet, or nobody is there to.
[[nodiscard]] Error undecided(const ScopeSet &missing, bool wasAsked);
[[nodiscard]] Error cancelled();
/// The grant ended meanwhile.
[[nodiscard]] Error ended();

} // namespace flaredeck::oauth::callwords
