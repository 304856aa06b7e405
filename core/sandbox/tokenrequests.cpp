#include "core/sandbox/tokenrequests.h"

#include "core/base/crypto.h"
#include "core/sandbox/oauthclients.h"

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

const http::Headers kNotStored{{"Cache-Control", "no-store"}, {"Pragma", "no-cache"}};

http::Response refusal(const OAuthError &error)
{
    http::Headers headers = kNotStored;
    if (error.status == 401)
        headers.append("WWW-Authenticate", "Basic realm=\"Sandbox\"");
    return http::Response::json(
        error.status, Json{{"error", error.code}, {"error_description", error.description}},
        headers);
}

struct Credentials {
    QString id;
    QByteArray secret;
};

/// HTTP Basic (RFC 6749 §2.3.1: both parts form-encoded), else the form's members.
Credentials credentialsOf(const http::Request &request, const http::Form &form)
{
    const QByteArray header = request.headers.value("Authorization");
    if (header.startsWith("Basic ")) {
        const QByteArray pair = QByteArray::fromBase64(header.mid(6));
        const qsizetype colon = pair.indexOf(':');
        if (colon >= 0)
            return {QString::fromUtf8(QByteArray::fromPercentEncoding(pair.left(colon))),
                    QByteArray::fromPercentEncoding(pair.mid(colon + 1))};
    }
    return {form.value("client_id").value_or(QString()),
            form.value("client_secret").value_or(QString()).toUtf8()};
}

/// The client, or the reason why authentication fails.
tl::expected<const OAuthClient *, OAuthError> authenticate(const http::Request &request,
                                                           const http::Form &form)
{
    const Credentials given = credentialsOf(request, form);
    const OAuthClient *client = oauthclients::find(given.id);
    if (!client)
        return tl::unexpected<OAuthError>({u"invalid_client"_s, u"Unknown client"_s, 401});
    const auto named = form.value("client_id");
    if (named && *named != client->id)
        return tl::unexpected<OAuthError>(
            {u"invalid_client"_s, u"client_id differs from the authenticated client"_s, 401});
    // A public client that sends a secret is not registered as its developer expects.
    if (!crypto::equalInConstantTime(given.secret, client->secret))
        return tl::unexpected<OAuthError>(
            {u"invalid_client"_s, u"Client authentication failed"_s, 401});
    return client;
}

/// Method, media type and repeated parameters (RFC 6749 §3.2).
std::optional<http::Response> malformed(const http::Request &request, const http::Form &form)
{
    if (request.method != http::Method::Post)
        return http::Response::text(405, "Use POST.\n", {{"Allow", "POST"}});
    if (!request.headers.value("Content-Type").startsWith("application/x-www-form-urlencoded"))
        return refusal(
            {u"invalid_request"_s, u"Content-Type must be application/x-www-form-urlencoded"_s});
    if (!form.repeated().isEmpty())
        return refusal({u"invalid_request"_s, u"A parameter occurs more than once"_s});
    return {};
}

} // namespace

TokenEndpoint::TokenEndpoint(TokenBook &tokens)
    : m_tokens(tokens)
{
}

http::Response TokenEndpoint::token(const http::Request &request)
{
    const http::Form form = http::Form::parse(request.body);
    if (auto answer = malformed(request, form))
        return *answer;
    const auto client = authenticate(request, form);
    if (!client)
        return refusal(client.error());
    const QString clientId = (*client)->id;
    const auto field = [&form](const char *name) { return form.value(name).value_or(QString()); };

    TokenBook::Answer<IssuedTokens> issued;
    const QString grantType = field("grant_type");
    if (grantType == "authorization_code"_L1)
        issued = m_tokens.redeemCode(clientId, field("code").toLatin1(), field("redirect_uri"),
                                     field("code_verifier").toLatin1());
    else if (grantType == "refresh_token"_L1)
        issued = m_tokens.refresh(clientId, field("refresh_token").toLatin1());
    else
        return refusal({u"unsupported_grant_type"_s,
                        u"grant_type must be authorization_code or refresh_token"_s});
    if (!issued)
        return refusal(issued.error());

    Json body{{"access_token", issued->accessToken.toStdString()},
              {"token_type", "bearer"},
              {"expires_in", issued->expiresInSeconds},
              {"scope", issued->scopes.join(u' ')}};
    if (!issued->refreshToken.isEmpty())
        body["refresh_token"] = issued->refreshToken.toStdString();
    return http::Response::json(200, body, kNotStored);
}

http::Response TokenEndpoint::revoke(const http::Request &request)
{
    const http::Form form = http::Form::parse(request.body);
    if (auto answer = malformed(request, form))
        return *answer;
    const auto client = authenticate(request, form);
    if (!client)
        return refusal(client.error());
    m_tokens.revoke((*client)->id, form.value("token").value_or(QString()).toLatin1());
    return http::Response::empty(200, kNotStored);
}

http::Response TokenEndpoint::refuse(const Fault &fault)
{
    if (fault.kind == Fault::Kind::TokenExpired)
        return refusal({u"invalid_grant"_s, u"The refresh token has ended"_s});
    http::Response response =
        fault.kind == Fault::Kind::RateLimited
            ? refusal({u"temporarily_unavailable"_s, u"Too many requests"_s, 429})
            // An answer from a proxy in front of the service is not JSON.
            : http::Response::text(502, "Bad gateway\n");
    if (fault.kind == Fault::Kind::RateLimited)
        response.headers.append("Retry-After", QByteArray::number(fault.retryAfterSeconds));
    return response;
}

} // namespace flaredeck::sandbox
