#pragma once

#include "core/base/json.h"
#include "core/http/httpclient.h"

namespace flaredeck::cloudflare {

/// The two useful parts of a successful answer of API v4.
struct Envelope {
    Json result;
    Json resultInfo; ///< null when absent
};

/// Unwraps an answer, or says why it is a failure.
[[nodiscard]] Result<Envelope> readEnvelope(const http::ClientResponse &response);

/// The one place where a failed answer of the API becomes an Error: Cloudflare's own code and
/// message, who must act, and one action.
[[nodiscard]] Error readFailure(const http::ClientResponse &response);

} // namespace flaredeck::cloudflare
