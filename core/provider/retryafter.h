#pragma once

#include "core/base/clock.h"
#include "core/http/httpmessage.h"

#include <optional>

namespace flaredeck::provider {

/// Seconds that a Retry-After header asks to wait: a number or an HTTP date (RFC 9110 §10.2.3).
[[nodiscard]] std::optional<int> retryAfterSeconds(const http::Headers &headers, Millis now);

/// What a 429 without the header means.
constexpr int kDefaultRetryAfterSeconds = 30;

} // namespace flaredeck::provider
