#include "core/oauth/endpoints/oautherror.h"

#include <algorithm>
#include <array>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

http::Response OAuthError::toResponse() const
{
    http::Headers headers;
    if (retryAfterSeconds > 0)
        headers.append("Retry-After", QByteArray::number(retryAfterSeconds));
    if (basicChallenge)
        headers.append("WWW-Authenticate", "Basic realm=\"OAuth\"");
    if (!allow.isEmpty())
        headers.append("Allow", allow);
    return http::Response::error(status, code.constData(),
                                 oautherror::printable(description).toLatin1(), std::move(headers));
}

namespace oautherror {

namespace {

constexpr int kDefaultRetrySeconds = 5;

constexpr std::array<QByteArrayView, 16> kParameters{"client_id",
                                                     "client_secret",
                                                     "redirect_uri",
                                                     "response_type",
                                                     "response_mode",
                                                     "scope",
                                                     "state",
                                                     "prompt",
                                                     "code_challenge",
                                                     "code",
                                                     "code_challenge_method",
                                                     "code_verifier",
                                                     "grant_type",
                                                     "refresh_token",
                                                     "token",
                                                     "token_type_hint"};

OAuthError transient(const Error &error, int status)
{
    return {status, "temporarily_unavailable", error.text(),
            error.retryAfterSeconds > 0 ? error.retryAfterSeconds : kDefaultRetrySeconds};
}

} // namespace

OAuthError from(const Error &error)
{
    using Kind = Error::Kind;
    switch (error.kind) {
    case Kind::InvalidInput:
        return {400, "invalid_request", error.text()};
    case Kind::NotFound:
    case Kind::Denied:
    case Kind::Unauthorized:
    case Kind::Cancelled:
        return {400, "invalid_grant", error.text()};
    case Kind::RateLimited:
        return transient(error, 429);
    // server_error would make the SDKs open a browser during a refresh, so everything that may pass
    // by itself is temporarily_unavailable.
    case Kind::Timeout:
    case Kind::Upstream:
    case Kind::Offline:
    case Kind::Storage:
        return transient(error, 503);
    case Kind::Internal:
        break;
    }
    return {500, "server_error", error.text()};
}

QByteArray redirectCode(const Error &error)
{
    using Kind = Error::Kind;
    switch (error.kind) {
    case Kind::Denied:
    case Kind::Cancelled:
    case Kind::Timeout:
        return "access_denied";
    case Kind::RateLimited:
    case Kind::Offline:
        return "temporarily_unavailable";
    default:
        return "server_error";
    }
}

QString printable(const QString &text)
{
    QString clean;
    clean.reserve(text.size());
    for (const QChar character : text) {
        const auto c = character.unicode();
        if (c == u'"')
            clean += u'\'';
        else if (c < 0x20 || c > 0x7e || c == u'\\')
            clean += u' ';
        else
            clean += character;
    }
    return clean;
}

QString repetition(const http::Form &form)
{
    QList<QByteArray> repeated = form.repeated();
    repeated.removeAll(QByteArrayLiteral("resource"));
    if (repeated.isEmpty())
        return {};
    const QByteArray &name = repeated.first();
    return std::find(kParameters.begin(), kParameters.end(), name) == kParameters.end()
               ? u"A parameter occurs more than once."_s
               : u"The parameter %1 occurs more than once."_s.arg(QString::fromLatin1(name));
}

OAuthError wrongMethod(const QByteArray &allow)
{
    OAuthError error{405, "invalid_request", u"This address does not take that HTTP method."_s};
    error.allow = allow;
    return error;
}

OAuthError tooMany(const QString &description, int retryAfterSeconds)
{
    return {429, "temporarily_unavailable", description, retryAfterSeconds};
}

OAuthError notFound()
{
    return {404, "not_found", u"There is nothing at this address."_s};
}

http::Headers noStore()
{
    return {{"Cache-Control", "no-store"}, {"Pragma", "no-cache"}};
}

} // namespace oautherror
} // namespace flaredeck::oauth
