#pragma once

#include "core/provider/credentials.h"

#include <QStringList>

namespace flaredeck::provider {

/// A successful answer of the token endpoint (RFC 6749 §5.1).
struct TokenGrant {
    static constexpr int kGuessedSeconds = 600;

    Secret access;
    Secret refresh;     ///< empty: none was sent, the previous one stays valid
    QStringList scopes; ///< empty: exactly what was requested
    int expiresInSeconds = kGuessedSeconds;
};

struct TokenFailure {
    enum class Kind {
        GrantRefused,  ///< the code or refresh token is no longer valid: a person has to sign in
        ClientRefused, ///< our client registration is wrong: see the settings
        Transient,     ///< the same request may work later
        AnswerLost,    ///< the request may have been carried out, but no answer came
    };
    Kind kind = Kind::Transient;
    Error error;
};

using TokenAnswer = tl::expected<TokenGrant, TokenFailure>;

/// Requests to the provider's token and revocation endpoints. A public client sends its id in the
/// body, one with a secret also authenticates with Basic. Retries nothing.
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

    /// Interprets an answer; no network.
    [[nodiscard]] static TokenAnswer readAnswer(const http::ClientResponse &response);

private:
    http::HttpClient &m_client;
    Endpoints m_endpoints;
};

} // namespace flaredeck::provider
