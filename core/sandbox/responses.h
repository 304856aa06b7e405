#pragma once

#include "core/http/httpmessage.h"

/// Answers in the envelope of Cloudflare's API v4.
namespace flaredeck::sandbox::envelope {

[[nodiscard]] http::Response success(const Json &result, const Json &resultInfo = nullptr);
[[nodiscard]] http::Response failure(int status, int code, const QString &message,
                                     http::Headers headers = {});

[[nodiscard]] http::Response badRequest(const QString &message);
[[nodiscard]] http::Response unauthenticated();
/// The token lacks a scope or access to the account.
[[nodiscard]] http::Response forbidden();
[[nodiscard]] http::Response noRoute();
[[nodiscard]] http::Response wrongMethod();
[[nodiscard]] http::Response rateLimited(int retryAfterSeconds);
[[nodiscard]] http::Response serverError();

} // namespace flaredeck::sandbox::envelope
