#pragma once

#include "core/http/httpmessage.h"
#include "core/sandbox/tokenbook.h"

namespace flaredeck::sandbox {

/// /profile/api-tokens of the stand-in: a form, filled in by the address (permissionGroupKeys),
/// that makes an API token of exactly these permissions and shows it once.
class TokenPage
{
public:
    TokenPage(TokenBook &tokens, const Clock &clock)
        : m_tokens(tokens)
        , m_clock(clock)
    {
    }

    [[nodiscard]] http::Response handle(const http::Request &request);
    /// The scopes that a permissionGroupKeys names; unknown ones are skipped without a word, as at
    /// Cloudflare as far as is known.
    [[nodiscard]] static QStringList scopesOf(const QString &keys);

private:
    [[nodiscard]] http::Response make(const http::Form &form);

    TokenBook &m_tokens;
    const Clock &m_clock;
};

} // namespace flaredeck::sandbox
