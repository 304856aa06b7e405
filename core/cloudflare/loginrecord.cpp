#include "core/cloudflare/loginrecord.h"

#include "core/base/crypto.h"

#include <algorithm>

namespace flaredeck::cloudflare {

namespace {

bool isSameOwner(const store::Login &login, const Identity &identity)
{
    if (!identity.userId.isEmpty() || !login.userId.isEmpty())
        return login.userId == identity.userId;
    return !login.accounts.isEmpty() && !identity.accounts.isEmpty() &&
           login.accounts.first().id == identity.accounts.first().id;
}

} // namespace

store::Login loginFor(const Identity &identity, store::LoginKind kind, bool sandbox,
                      const QList<store::Login> &existing, Millis now)
{
    const auto same =
        std::find_if(existing.begin(), existing.end(), [&](const store::Login &login) {
            return login.kind == kind && login.sandbox == sandbox && isSameOwner(login, identity);
        });
    store::Login login;
    login.id = same == existing.end() ? LoginId{crypto::randomId()} : same->id;
    login.createdAt = same == existing.end() ? now : same->createdAt;
    login.kind = kind;
    login.sandbox = sandbox;
    login.userId = identity.userId;
    login.email = identity.email;
    login.accounts = identity.accounts;
    login.refreshedAt = now;
    return login;
}

} // namespace flaredeck::cloudflare
