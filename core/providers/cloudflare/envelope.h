#pragma once

#include "core/provider/provider.h"

namespace flaredeck::cloudflare {

/// Lists come in pages: the largest page size that the API allows, and the most pages that we read.
inline constexpr int kPageSize = 50;
inline constexpr int kMostPages = 40;

/// Unwraps an answer of API v4, or returns the error that it reports.
[[nodiscard]] Result<provider::Envelope> readEnvelope(const http::ClientResponse &response);

/// The one place where a failed answer of the API becomes an Error: Cloudflare's own code and
/// message, who must act, and one action.
[[nodiscard]] Error readFailure(const http::ClientResponse &response);

} // namespace flaredeck::cloudflare
