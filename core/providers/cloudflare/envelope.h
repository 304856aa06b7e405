#pragma once

#include "core/provider/provider.h"

namespace flaredeck::cloudflare {

/// Lists come in pages: as many items as one may ask for, and as many pages as we ever read.
inline constexpr int kPageSize = 50;
inline constexpr int kMostPages = 40;

/// Unwraps an answer of API v4, or says why it is a failure.
[[nodiscard]] Result<provider::Envelope> readEnvelope(const http::ClientResponse &response);

/// The one place where a failed answer of the API becomes an Error: Cloudflare's own code and
/// message, who must act, and one action.
[[nodiscard]] Error readFailure(const http::ClientResponse &response);

} // namespace flaredeck::cloudflare
