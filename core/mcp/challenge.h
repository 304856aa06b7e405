#pragma once

#include "core/base/identity.h"
#include "core/http/message.h"

#include <functional>

namespace flaredeck::mcp {

/// Refuses a request whose caller lacks scopes: the complete HTTP answer (403 with a challenge that
/// names what the call needs, RFC 6750 §3.1). Looks at the request's head only.
using ScopeChallenge =
    std::function<http::Response(const http::Request &request, const ScopeSet &needed)>;
/// The same for one request, for when it is no longer there.
using Challenge = std::function<http::Response(const ScopeSet &needed)>;

} // namespace flaredeck::mcp
