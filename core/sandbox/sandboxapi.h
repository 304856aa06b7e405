#pragma once

#include "core/base/clock.h"
#include "core/http/httpmessage.h"
#include "core/sandbox/collections.h"
#include "core/sandbox/graphqlanswers.h"
#include "core/sandbox/telemetry.h"
#include "core/sandbox/tokenbook.h"

namespace flaredeck::sandbox {

/// The stand-in's /client/v4: checks token and account, and answers from collections, telemetry
/// or canned GraphQL in Cloudflare's format.
class SandboxApi
{
public:
    SandboxApi(const TokenBook &tokens, const Clock &clock, Collections collections);

    [[nodiscard]] http::Response handle(const http::Request &request);
    /// What is below /sites/: Cloudflare's public sites, which must never see a credential.
    [[nodiscard]] http::Response site(const http::Request &request);

    /// The bearer token of a request; empty when there is none.
    [[nodiscard]] static QByteArray bearerOf(const http::Request &request);

private:
    /// GET /user/tokens/verify and /accounts/{id}/tokens/verify.
    [[nodiscard]] http::Response verify(const http::Request &request, bool ofAccount) const;
    [[nodiscard]] http::Response telemetry(const http::Request &request, const Agreement &bearer,
                                           const QString &account, const QString &verb);

    const TokenBook &m_tokens;
    Collections m_collections;
    Telemetry m_telemetry;
    GraphqlAnswers m_graphql;
};

} // namespace flaredeck::sandbox
