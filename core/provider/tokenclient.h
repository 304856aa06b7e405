#pragma once

#include "core/provider/credentials.h"

#include <QStringList>

namespace flaredeck::provider {

/// What the token endpoint gives (RFC 6749 §5.1).
struct TokenGrant {
    static constexpr int kGuessedSeconds = 600;

    Secret access;
    Secret refresh;     ///< empty: none was sent, an older one stays good
    QStringList scopes; ///< empty: exactly what was requested
    int expiresInSeconds = kGuessedSeconds;
};

struct TokenFailure {
    enum class Kind {
        GrantRefused,  ///< the code or refresh token is no longer good: a person has to sign in
        ClientRefused, ///< our own registration is wrong: settings
        Transient,     ///< the same request may work later
        AnswerLost,    ///< the request may have been carried out, its answer never came
    };
    Kind kind = Kind::Transient;
    Error error;
};

using TokenAnswer = tl::expected<TokenGrant, TokenFailure>;

/// Requests to the provider's token and revocation endpoints. A public client names itself in the
/// body, one with a secret authenticates with Basic too. Repeats nothing.
class TokenClient
{
public:
    TokenClient(http::HttpClient &client, Endpoints endpoints);

    [[nodiscard]] Task<TokenAnswer> redeemCode(const ClientConfig &config, const QString &code,
                                               const Secret &verifier, const QUrl &redirect,
                                               std::stop_token stop) const;
    [[nodiscard]] Task<TokenAnswer> refresh(const ClientConfig &config, const Secret &refreshToken,
                                            std::stop_token stop) const;
    /// RFC 7009. An unknown token is no error.
    [[nodiscard]] Task<Result<>> revoke(const ClientConfig &config, const Secret &refreshToken,
                                        std::stop_token stop) const;

    /// The rules for an answer, without the network.
    [[nodiscard]] static TokenAnswer readAnswer(const http::ClientResponse &response);

private:
    http::HttpClient &m_client;
    Endpoints m_endpoints;
};

} // namespace flaredeck::provider
