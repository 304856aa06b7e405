#pragma once

#include "core/prompt/prompter.h"
#include "core/provider/credentials.h"
#include "core/store/values.h"

#include <QPromise>
#include <QUrl>

namespace flaredeck::provider {

/// One running sign-in, in memory only.
class SignInFlow
{
public:
    using Outcome = Result<store::Login>;

    SignInFlow(ClientConfig clientConfig, QStringList wanted, Millis expires);

    /// The page to show, with a new state and a new PKCE verifier; the previous ones become
    /// invalid.
    [[nodiscard]] QUrl renew(const QUrl &authorizePage, const QUrl &callback);

    [[nodiscard]] bool hasState(const QByteArray &hash) const;
    [[nodiscard]] QByteArray stateHash() const { return m_stateHash; }
    /// The state was used: no callback matches it any more.
    void spendState() { m_stateHash.clear(); }
    [[nodiscard]] const Secret &verifier() const { return m_verifier; }

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
    QByteArray m_stateHash;
    Secret m_verifier;
    QPromise<Outcome> m_promise;
    bool m_done = false;
};

} // namespace flaredeck::provider
