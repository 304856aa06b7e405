#include "core/provider/signinflow.h"

#include "core/base/crypto.h"

namespace flaredeck::provider {

namespace {

/// Encodes a space as %20: some authorization servers take the form encoding's '+' literally.
QByteArray encodeQuery(const QList<std::pair<QByteArray, QString>> &parameters)
{
    QByteArray query;
    for (const auto &[name, value] : parameters) {
        if (!query.isEmpty())
            query += '&';
        query += name + '=' + http::encodeComponent(value);
    }
    return query;
}

} // namespace

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
    const QByteArray state = crypto::randomToken();
    m_stateHash = crypto::sha256(state);
    m_verifier = Secret(crypto::randomToken());

    const QByteArray challenge = crypto::pkceChallenge(m_verifier.reveal());
    const QByteArray query = encodeQuery({{"response_type", QStringLiteral("code")},
                                          {"client_id", client.clientId},
                                          {"redirect_uri", callback.toString(QUrl::FullyEncoded)},
                                          {"scope", scopes.join(QLatin1Char(' '))},
                                          {"state", QString::fromLatin1(state)},
                                          {"code_challenge", QString::fromLatin1(challenge)},
                                          {"code_challenge_method", QStringLiteral("S256")}});
    return QUrl::fromEncoded(authorizePage.toEncoded() + '?' + query, QUrl::StrictMode);
}

bool SignInFlow::hasState(const QByteArray &hash) const
{
    return !m_stateHash.isEmpty() && crypto::equalInConstantTime(hash, m_stateHash);
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
