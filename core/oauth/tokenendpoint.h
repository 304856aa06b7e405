#pragma once

#include "core/http/httpserver.h"
#include "core/oauth/clientauth.h"
#include "core/oauth/clientregistry.h"
#include "core/oauth/ratelimit.h"
#include "core/oauth/tokenservice.h"

namespace flaredeck::oauth {

/// POST /token and /revoke: form, client authentication, grant type, answer.
class TokenEndpoint
{
public:
    TokenEndpoint(ClientRegistry &clients, TokenService &tokens, const Clock &clock);

    void install(http::HttpServer &server);

    [[nodiscard]] http::Response token(const http::Request &request);
    [[nodiscard]] http::Response revoke(const http::Request &request);

private:
    [[nodiscard]] Answer<store::Client> identify(const http::Request &request,
                                                 const http::Form &form);
    [[nodiscard]] http::Response revokeFor(const http::Request &request, const http::Form &form);
    Answer<TokenService::Tokens> exchange(const http::Request &request, const http::Form &form);
    Answer<TokenService::Tokens> exchangeCode(const store::Client &client, const http::Form &form,
                                              const QStringList &resources);
    Answer<TokenService::Tokens> refresh(const store::Client &client, const http::Form &form,
                                         const QStringList &resources);

    ClientRegistry &m_clients;
    TokenService &m_tokens;
    const Clock &m_clock;
    RateLimit m_failures; ///< by client and the code or token that it presents
};

} // namespace flaredeck::oauth
