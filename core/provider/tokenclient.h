#pragma once

#include "core/provider/credentials.h"

#include <QStringList>

#include <functional>
#include <optional>
#include <utility>

namespace flaredeck::provider {

/// A successful answer of the token endpoint (RFC 6749 §5.1).
struct TokenGrant {
    static constexpr int kGuessedSeconds = 600;

    Secret access;
    Secret refresh;     ///< empty: none was sent, the previous one stays valid
    QStringList scopes; ///< empty: exactly what was requested
    int expiresInSeconds = kGuessedSeconds;
    std::optional<qint64> statedSeconds = {}; ///< as sent, even if negative; empty = not sent
};

/// Where tokens are asked for, and what for.
struct TokenPlace {
    QString name; ///< of the server, for people
    QUrl token;
    QUrl revoke;
    QString resource = {}; ///< RFC 8707, sent with each request for tokens; empty = not sent
    /// The server wants client_secret_post (RFC 6749 §2.3.1), not Basic.
    bool takesSecretInBody = false;
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
    QString code = {}; ///< of RFC 6749 §5.2, unchecked; empty = none was sent
};

using TokenAnswer = tl::expected<TokenGrant, TokenFailure>;

/// Requests to token and revocation endpoints. A public client sends its id in the
/// body, one with a secret also authenticates with Basic. Retries nothing.
class TokenClient
{
public:
    using Fields = QList<std::pair<QByteArray, QString>>;
    /// How requests are sent: http::HttpClient::send, or something stricter.
    using Send = std::function<Task<Result<http::ClientResponse>>(http::ClientRequest request,
                                                                  std::stop_token stop)>;

    TokenClient(http::HttpClient &client, const Endpoints &endpoints);
    TokenClient(Send send, TokenPlace place);

    [[nodiscard]] Task<TokenAnswer> redeemCode(const ClientConfig &config, const QString &code,
                                               const Secret &verifier, const QUrl &redirect,
                                               std::stop_token stop) const;
    [[nodiscard]] Task<TokenAnswer> refresh(const ClientConfig &config, const Secret &refreshToken,
                                            std::stop_token stop) const;
    /// RFC 7009. An unknown token is no error.
    [[nodiscard]] Task<Result<>> revoke(const ClientConfig &config, const Secret &refreshToken,
                                        std::stop_token stop) const;

    /// Interprets an answer; no network.
    [[nodiscard]] static TokenAnswer readAnswer(const http::ClientResponse &response,
                                                const QString &name);

private:
    [[nodiscard]] Task<TokenAnswer> askForTokens(const ClientConfig &config, Fields fields,
                                                 std::stop_token stop) const;

    Send m_send;
    TokenPlace m_place;
};

} // namespace flaredeck::provider
