#include "core/provider/signinflow.h"

#include "core/base/crypto.h"

namespace flaredeck::provider {

SignInFlow::SignInFlow(ClientConfig clientConfig, QStringList wanted, Millis expires)
    : id(crypto::randomId())
    , client(std::move(clientConfig))
    , expiresAt(expires)
    , scopes(std::move(wanted))
{
    m_promise.start();
}

QUrl SignInFlow::renew(const QUrl &authorizePage, const QUrl &callback)
{
    return AuthorizationRequest::renew(
        authorizePage, {.clientId = client.clientId, .callback = callback, .scopes = scopes});
}

void SignInFlow::finish(const Outcome &result)
{
    if (m_done)
        return;
    m_done = true;
    m_promise.addResult(result);
    m_promise.finish();
}

} // namespace flaredeck::provider
