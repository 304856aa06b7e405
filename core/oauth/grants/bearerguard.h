#pragma once

#include "core/http/httpmessage.h"
#include "core/oauth/endpoints/ratelimit.h"
#include "core/oauth/grants/accesstoken.h"
#include "core/oauth/grants/grantbook.h"

namespace flaredeck::oauth {

/// The resource server's check of the bearer token (RFC 6750) and the challenge that leads clients
/// to our metadata (RFC 9728 §5.1). Every call passes here: memory only, but for a grant's first.
class BearerGuard
{
public:
    BearerGuard(GrantBook &grants, const Clock &clock);

    [[nodiscard]] tl::expected<CallerPtr, http::Response> check(const http::Request &request);

    /// The answer to a caller that may come in, but not do this: 403, with all scopes that it needs
    /// (RFC 6750 §3.1).
    [[nodiscard]] static http::Response insufficientScope(const http::Request &request,
                                                          const ScopeSet &needed);

private:
    [[nodiscard]] http::Response refuseToken(const http::Request &request, const QByteArray &hash,
                                             accesstoken::Kind kind);

    GrantBook &m_grants;
    const Clock &m_clock;
    RateLimit m_failures;
};

} // namespace flaredeck::oauth
