#include "core/provider/tokenclient.h"

#include "core/base/logging.h"
#include "core/provider/retryafter.h"

#include <utility>

namespace flaredeck::provider {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kTimeoutMs = 30'000;
constexpr qint64 kMaxAnswerBytes = 1024LL * 1024;
constexpr qsizetype kLoggedAnswerBytes = 500;

using Fields = TokenClient::Fields;

QByteArray encodeForm(const Fields &fields)
{
    QByteArray body;
    for (const auto &[name, value] : fields) {
        if (!body.isEmpty())
            body += '&';
        body += name + '=' + http::encodeComponent(value);
    }
    return body;
}

QString clear(const Secret &secret)
{
    return QString::fromUtf8(secret.reveal());
}

http::ClientRequest formRequest(const QUrl &url, const ClientConfig &config,
                                const TokenPlace &place, Fields fields)
{
    http::ClientRequest request;
    request.method = "POST";
    request.url = url;
    request.headers.append("Content-Type", "application/x-www-form-urlencoded");
    request.headers.append("Accept", "application/json");
    if (!config.clientSecret.isEmpty() && place.takesSecretInBody) {
        fields.append({"client_secret", clear(config.clientSecret)});
    } else if (!config.clientSecret.isEmpty()) {
        // RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
        const QByteArray pair = http::encodeComponent(config.clientId) + ':' +
                                http::encodeComponent(clear(config.clientSecret));
        request.headers.append("Authorization", "Basic " + pair.toBase64());
    }
    request.body = encodeForm(fields);
    request.timeoutMs = kTimeoutMs;
    request.maxBytes = kMaxAnswerBytes;
    return request;
}

TokenFailure transient(Error::Kind kind, const QString &message,
                       const http::ClientResponse &response)
{
    Error error{kind, message, u"Try again in a minute."_s,
                redact(QString::fromUtf8(response.body.left(kLoggedAnswerBytes)))};
    if (kind == Error::Kind::RateLimited) {
        error.retryAfterSeconds = retryAfterSeconds(response.headers, Clock::system().now())
                                      .value_or(kDefaultRetryAfterSeconds);
        error.action = u"Wait %1 s and try again."_s.arg(error.retryAfterSeconds);
    }
    return {TokenFailure::Kind::Transient, error};
}

/// `code` is the `error` member of RFC 6749 §5.2. The description is never passed on.
TokenFailure refusal(const QString &code, const QString &name, const http::ClientResponse &response)
{
    const QString detail = redact(QString::fromUtf8(response.body.left(kLoggedAnswerBytes)));
    if (code == "invalid_grant"_L1) {
        return {TokenFailure::Kind::GrantRefused,
                {Error::Kind::Unauthorized, u"The %1 sign-in has ended."_s.arg(name),
                 u"The user must sign in to %1 again in Flaredeck."_s.arg(name), detail}};
    }
    if (code == "invalid_client"_L1 || code == "unauthorized_client"_L1) {
        return {TokenFailure::Kind::ClientRefused,
                {Error::Kind::Upstream,
                 u"%1 does not accept Flaredeck's OAuth client (%2)."_s.arg(name, code),
                 u"The user must check the %1 client ID and secret in Flaredeck's settings."_s.arg(
                     name),
                 detail}};
    }
    const bool known = code == "invalid_request"_L1 || code == "unsupported_grant_type"_L1 ||
                       code == "invalid_scope"_L1;
    return {TokenFailure::Kind::ClientRefused,
            {Error::Kind::Upstream,
             u"%1 refused to give an access token (%2)."_s.arg(
                 name, known ? code : u"HTTP %1"_s.arg(response.status)),
             u"The user must check the %1 client in Flaredeck's settings."_s.arg(name), detail}};
}

TokenFailure withCode(TokenFailure failure, const QString &code)
{
    failure.code = code;
    return failure;
}

Task<TokenAnswer> requestTokens(TokenClient::Send send, QString name, http::ClientRequest request,
                                std::stop_token stop)
{
    auto asking = send(std::move(request), std::move(stop));
    const Result<http::ClientResponse> response = co_await asking;
    if (!response)
        co_return tl::unexpected(TokenFailure{TokenFailure::Kind::AnswerLost, response.error()});
    co_return TokenClient::readAnswer(*response, name);
}

Task<Result<>> requestRevocation(TokenClient::Send send, QString name, http::ClientRequest request,
                                 std::stop_token stop)
{
    auto asking = send(std::move(request), std::move(stop));
    const Result<http::ClientResponse> response = co_await asking;
    if (!response)
        co_return fail(response.error());
    if (response->status < 200 || response->status > 299) {
        co_return fail(Error::Kind::Upstream,
                       u"%1 did not confirm that the sign-in is revoked (HTTP %2)."_s.arg(
                           name, QString::number(response->status)),
                       u"Revoke it in your %1 profile."_s.arg(name));
    }
    co_return Result<>();
}

} // namespace

TokenClient::TokenClient(http::HttpClient &client, const Endpoints &endpoints)
    : TokenClient([&client](http::ClientRequest request,
                            std::stop_token stop) { return client.send(std::move(request), stop); },
                  {facts().name, endpoints.token, endpoints.revoke})
{
}

TokenClient::TokenClient(Send send, TokenPlace place)
    : m_send(std::move(send))
    , m_place(std::move(place))
{
}

Task<TokenAnswer> TokenClient::redeemCode(const ClientConfig &config, const QString &code,
                                          const Secret &verifier, const QUrl &redirect,
                                          std::stop_token stop) const
{
    return askForTokens(config,
                        {{"grant_type", u"authorization_code"_s},
                         {"client_id", config.clientId},
                         {"redirect_uri", redirect.toString(QUrl::FullyEncoded)},
                         {"code", code},
                         {"code_verifier", clear(verifier)}},
                        std::move(stop));
}

Task<TokenAnswer> TokenClient::refresh(const ClientConfig &config, const Secret &refreshToken,
                                       std::stop_token stop) const
{
    return askForTokens(config,
                        {{"grant_type", u"refresh_token"_s},
                         {"client_id", config.clientId},
                         {"refresh_token", clear(refreshToken)}},
                        std::move(stop));
}

Task<TokenAnswer> TokenClient::askForTokens(const ClientConfig &config, Fields fields,
                                            std::stop_token stop) const
{
    if (!m_place.resource.isEmpty())
        fields.append({"resource", m_place.resource});
    return requestTokens(m_send, m_place.name,
                         formRequest(m_place.token, config, m_place, std::move(fields)),
                         std::move(stop));
}

Task<Result<>> TokenClient::revoke(const ClientConfig &config, const Secret &refreshToken,
                                   std::stop_token stop) const
{
    return requestRevocation(m_send, m_place.name,
                             formRequest(m_place.revoke, config, m_place,
                                         {{"token", clear(refreshToken)},
                                          {"token_type_hint", u"refresh_token"_s},
                                          {"client_id", config.clientId}}),
                             std::move(stop));
}

TokenAnswer TokenClient::readAnswer(const http::ClientResponse &response, const QString &name)
{
    const QString status = QString::number(response.status);
    if (response.status == 429) {
        return tl::unexpected(transient(Error::Kind::RateLimited,
                                        u"%1 is limiting sign-in requests."_s.arg(name), response));
    }
    if (response.status >= 500) {
        return tl::unexpected(transient(
            Error::Kind::Upstream,
            u"%1's sign-in service has a problem (HTTP %2)."_s.arg(name, status), response));
    }
    const Result<Json> document = json::parse(response.body);
    if (!document || !document->is_object()) {
        return tl::unexpected(transient(
            Error::Kind::Upstream,
            u"%1's sign-in service answered with something else than tokens (HTTP %2)."_s.arg(
                name, status),
            response));
    }
    if (const auto code = json::stringAt(*document, "error"))
        return tl::unexpected(withCode(refusal(*code, name, response), *code));
    if (response.status != 200)
        return tl::unexpected(refusal(QString(), name, response));

    const QString access = json::stringAt(*document, "access_token").value_or(QString());
    const QString type = json::stringAt(*document, "token_type").value_or(QString());
    if (access.isEmpty() || type.compare("bearer"_L1, Qt::CaseInsensitive) != 0) {
        // The body may contain a token of another type, which must not be logged.
        return tl::unexpected(TokenFailure{
            TokenFailure::Kind::Transient,
            {Error::Kind::Upstream, u"%1's sign-in service sent no bearer token."_s.arg(name),
             u"Try again in a minute."_s}});
    }
    TokenGrant grant;
    grant.access = Secret(access.toUtf8());
    grant.refresh = Secret(json::stringAt(*document, "refresh_token").value_or(QString()).toUtf8());
    grant.scopes =
        json::stringAt(*document, "scope").value_or(QString()).split(u' ', Qt::SkipEmptyParts);
    const auto seconds = json::integerAt(*document, "expires_in");
    grant.statedSeconds = seconds;
    if (seconds && *seconds > 0)
        grant.expiresInSeconds = static_cast<int>(qMin<qint64>(*seconds, 366 * 24 * 3600));
    return grant;
}

} // namespace flaredeck::provider
