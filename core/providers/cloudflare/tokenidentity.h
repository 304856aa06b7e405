#pragma once

#include "core/provider/provider.h"

namespace flaredeck::cloudflare {

using provider::Endpoints;
using provider::Identity;

enum class TokenOwner { User, Account, Unknown };

/// By Cloudflare's token prefixes.
[[nodiscard]] TokenOwner ownerOf(const Secret &token);

/// The answer of one identity endpoint.
template <typename T>
struct Probe {
    int status = 0; ///< 0 = no answer
    Result<T> value;
};

/// Decides from GET /user and GET /accounts. Pure.
[[nodiscard]] Result<Identity> judgeIdentity(const Probe<Identity> &user,
                                             const Probe<QList<AccountRef>> &accounts,
                                             TokenOwner owner);

/// Asks who a token is: both endpoints at once, all pages of accounts. A token known to be an
/// account's is not asked for its user.
[[nodiscard]] Task<Result<Identity>> probeIdentity(http::HttpClient &client, Endpoints endpoints,
                                                   Secret token, TokenOwner owner,
                                                   std::stop_token stop);

} // namespace flaredeck::cloudflare
