#include "core/remote/tokenplace.h"

namespace flaredeck::remote {

using namespace Qt::StringLiterals;

Server serverOf(const store::Remote &remote)
{
    return {.name = remote.name,
            .title = remote.title,
            .url = QUrl(remote.url, QUrl::StrictMode),
            .isKnown = !remote.isAdded,
            .mayBePrivate = remote.mayBePrivate};
}

provider::TokenClient tokensOf(const Reach &reach, const Server &server, const Authority &authority)
{
    const QStringList &methods = authority.authMethods;
    provider::TokenPlace place{.name = server.title,
                               .token = authority.token,
                               .revoke = authority.revocation,
                               .resource = authority.resource,
                               .takesSecretInBody = !methods.contains("client_secret_basic"_L1) &&
                                                    methods.contains("client_secret_post"_L1)};
    return {[&reach, server](http::ClientRequest request, std::stop_token stop) {
                return reach.send(server, std::move(request), std::move(stop));
            },
            std::move(place)};
}

provider::ClientConfig clientOf(const store::Remote &remote, const Secret &clientSecret)
{
    return {remote.clientId, clientSecret.copy(), {}};
}

Millis expiryOf(const provider::TokenGrant &grant, Millis now)
{
    if (!grant.statedSeconds)
        return 0;
    return *grant.statedSeconds <= 0 ? now : now + Millis(1000) * grant.expiresInSeconds;
}

} // namespace flaredeck::remote
