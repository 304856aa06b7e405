#pragma once

#include "core/prompt/prompter.h"
#include "core/provider/authorizationrequest.h"
#include "core/provider/credentials.h"
#include "core/store/values.h"

#include <QPromise>
#include <QUrl>

namespace flaredeck::provider {

/// One running sign-in, in memory only.
class SignInFlow : public AuthorizationRequest
{
public:
    using Outcome = Result<store::Login>;

    SignInFlow(ClientConfig clientConfig, QStringList wanted, Millis expires);

    /// See AuthorizationRequest.
    [[nodiscard]] QUrl renew(const QUrl &authorizePage, const QUrl &callback);

    [[nodiscard]] QFuture<Outcome> outcome() { return m_promise.future(); }
    [[nodiscard]] bool isDone() const { return m_done; }
    void finish(const Outcome &result);

    const QString id;
    const ClientConfig client;
    const Millis expiresAt;
    QStringList scopes;
    SignInSurface surface = SignInSurface::Unavailable;
    bool restarted = false; ///< the one retry after a refusal was made

private:
    QPromise<Outcome> m_promise;
    bool m_done = false;
};

} // namespace flaredeck::provider
