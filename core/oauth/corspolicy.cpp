#include "core/oauth/corspolicy.h"

#include <array>

namespace flaredeck::oauth {

http::HostGate::Cors corsOf(const QByteArray &path)
{
    using Cors = http::HostGate::Cors;
    static constexpr std::array<QByteArrayView, 5> called{"/mcp", "/sse", "/token", "/register",
                                                          "/revoke"};
    if (path.contains("/.well-known/"))
        return Cors::ReadOnly;
    for (const QByteArrayView root : called) {
        if (path.startsWith(root) && (path.size() == root.size() || path.at(root.size()) == '/'))
            return Cors::Full;
    }
    return Cors::None;
}

bool isNavigation(const QByteArray &path)
{
    return path == "/authorize" || path == "/oauth/authorize" || path == "/oauth/callback" ||
           path.startsWith("/authorize/flow/");
}

} // namespace flaredeck::oauth
