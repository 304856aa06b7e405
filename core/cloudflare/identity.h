#pragma once

#include "core/base/identity.h"
#include "core/base/secret.h"
#include "core/base/task.h"
#include "core/cloudflare/endpoints.h"
#include "core/http/httpclient.h"

namespace flaredeck::cloudflare {

/// Whom a Cloudflare credential speaks for.
struct Identity {
    QString userId; ///< empty for an account-owned token
    QString email;
    QList<AccountRef> accounts;

    bool operator==(const Identity &) const = default;
};

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
