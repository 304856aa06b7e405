#include "core/provider/authorizationrequest.h"

#include "core/base/crypto.h"
#include "core/provider/callback.h"

namespace flaredeck::provider {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kRememberedStates = 16;

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

QUrl AuthorizationRequest::renew(const QUrl &authorizePage, const Parts &parts)
{
    const QByteArray state = crypto::randomToken();
    m_stateHash = crypto::sha256(state);
    m_verifier = Secret(crypto::randomToken());

    const QByteArray challenge = crypto::pkceChallenge(m_verifier.reveal());
    QList<std::pair<QByteArray, QString>> parameters{
        {"response_type", u"code"_s},
        {"client_id", parts.clientId},
        {"redirect_uri", parts.callback.toString(QUrl::FullyEncoded)}};
    if (!parts.scopes.isEmpty())
        parameters.append({"scope", parts.scopes.join(u' ')});
    parameters.append({"state", QString::fromLatin1(state)});
    parameters.append({"code_challenge", QString::fromLatin1(challenge)});
    parameters.append({"code_challenge_method", u"S256"_s});
    if (!parts.resource.isEmpty())
        parameters.append({"resource", parts.resource});
    // RFC 6749 §3.1: the page's address may have a query of its own.
    const char joint = authorizePage.hasQuery() ? '&' : '?';
    return QUrl::fromEncoded(authorizePage.toEncoded() + joint + encodeQuery(parameters),
                             QUrl::StrictMode);
}

bool AuthorizationRequest::hasState(const QByteArray &hash) const
{
    return !m_stateHash.isEmpty() && crypto::equalInConstantTime(hash, m_stateHash);
}

void SpentStates::add(const QByteArray &hash)
{
    if (!hash.isEmpty())
        m_hashes << hash;
    while (m_hashes.size() > kRememberedStates)
        m_hashes.removeFirst();
}

http::Response SpentStates::refuse(const QByteArray &hash) const
{
    return callbackPage(
        400, kNotFinished,
        m_hashes.contains(hash)
            ? u"This sign-in has already been used or was cancelled. You can close this tab."_s
            : u"Flaredeck does not know this sign-in. Start it again from Flaredeck."_s);
}

} // namespace flaredeck::provider
