#pragma once

#include "core/provider/tokenclient.h"
#include "core/remote/authority.h"
#include "core/store/vault/remotestore.h"

namespace flaredeck::remote {

[[nodiscard]] Server serverOf(const store::Remote &remote);

/// Requests for tokens of a server, at its authority. `reach` outlives it.
[[nodiscard]] provider::TokenClient tokensOf(const Reach &reach, const Server &server,
                                             const Authority &authority);

[[nodiscard]] provider::ClientConfig clientOf(const store::Remote &remote,
                                              const Secret &clientSecret);

/// When a token that was given at `now` expires: 0 = the server did not say.
[[nodiscard]] Millis expiryOf(const provider::TokenGrant &grant, Millis now);

} // namespace flaredeck::remote
