#pragma once

#include "core/provider/provider.h"

namespace flaredeck::cloudflare {

using provider::Endpoints;
using provider::Identity;

enum class TokenOwner { User, Account, Unknown };

/// Detected by Cloudflare's token prefixes.
[[nodiscard]] TokenOwner ownerOf(const Secret &token);

/// A GET of the API. Takes the header, so that no coroutine frame keeps the secret.
[[nodiscard]] http::ClientRequest requestFor(const Endpoints &endpoints, const QString &path,
                                             const QByteArray &authorization);

/// The answer of one identity endpoint.
template <typename T>
struct Probe {
    int status = 0; ///< 0 = no answer
    Result<T> value;
};

/// Decides from the answers to GET /user and GET /accounts. Pure.
[[nodiscard]] Result<Identity> judgeIdentity(const Probe<Identity> &user,
                                             const Probe<QList<AccountRef>> &accounts,
                                             TokenOwner owner);

/// Finds out who owns a token: queries both endpoints at once, and all pages of accounts. Does not
/// ask for the user when the token belongs to an account.
[[nodiscard]] Task<Result<Identity>> probeIdentity(http::HttpClient &client, Endpoints endpoints,
                                                   Secret token, TokenOwner owner,
                                                   std::stop_token stop);

} // namespace flaredeck::cloudflare
