#include "core/oauth/endpoints/corspolicy.h"

#include "core/oauth/endpoints/resource.h"

#include <algorithm>
#include <array>

namespace flaredeck::oauth {

http::HostGate::Cors corsOf(const QByteArray &path)
{
    using Cors = http::HostGate::Cors;
    static constexpr std::array<QByteArrayView, 3> called{"/token", "/register", "/revoke"};
    if (path.contains("/.well-known/"))
        return Cors::ReadOnly;
    const bool isCalled = resource::endpointPathOf(path) || path.startsWith("/register/") ||
                          std::find(called.begin(), called.end(), path) != called.end();
    return isCalled ? Cors::Full : Cors::None;
}

bool isNavigation(const QByteArray &path)
{
    return path == "/authorize" || path == "/oauth/authorize" || path == "/oauth/callback" ||
           path.startsWith("/authorize/flow/");
}

} // namespace flaredeck::oauth
