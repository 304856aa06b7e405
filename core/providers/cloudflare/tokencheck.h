#pragma once

#include "core/provider/provider.h"

namespace flaredeck::cloudflare {

/// What a token is not, before anything is sent: a global API key opens everything and cannot be
/// bounded, so it is refused.
[[nodiscard]] Result<> checkTokenForm(const Secret &token);

/// What an answer to GET .../tokens/verify says. Unauthorized unless the token is active at `now`.
[[nodiscard]] Result<provider::TokenCheck> readVerification(const Json &result, Millis now);

/// What the answer to a harmless request says about a right.
enum class Tried { Opens, Refused, Unknown };
[[nodiscard]] Tried judgeProbe(const http::ClientResponse &response);

/// Verifies a token, then tries one GET for each right that has one (TokenRight::probe), a few at a
/// time. A right counts as lacking only when every account of the token refuses it.
[[nodiscard]] Task<Result<provider::TokenCheck>>
checkToken(http::HttpClient &client, provider::Endpoints endpoints, Secret token,
           provider::Identity identity, std::stop_token stop);

} // namespace flaredeck::cloudflare
