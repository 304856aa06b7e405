#pragma once

#include "core/http/httpmessage.h"
#include "core/sandbox/sandbox.h"
#include "core/sandbox/tokenbook.h"

namespace flaredeck::sandbox {

/// POST /oauth2/token and POST /oauth2/revoke: checks form parameters and client authentication
/// before the token rules.
class TokenEndpoint
{
public:
    explicit TokenEndpoint(TokenBook &tokens);

    [[nodiscard]] http::Response token(const http::Request &request);
    [[nodiscard]] http::Response revoke(const http::Request &request);

    /// The answer of both endpoints to a fault, if it has one (RFC 6749 §5.2).
    [[nodiscard]] static http::Response refuse(const Fault &fault);

private:
    TokenBook &m_tokens;
};

} // namespace flaredeck::sandbox
