#pragma once

#include "core/base/result.h"
#include "core/http/httpmessage.h"

namespace flaredeck::oauth {

/// A refusal in the words of OAuth (RFC 6749 §5.2, RFC 7591 §3.2.2). Always sent as JSON: clients
/// take anything else for a broken server and start over in the browser.
struct OAuthError {
    int status = 400;
    QByteArray code;
    QString description;
    int retryAfterSeconds = 0;   ///< 0 = no Retry-After
    bool basicChallenge = false; ///< the client tried HTTP Basic
    QByteArray allow = {};       ///< methods, for 405

    [[nodiscard]] http::Response toResponse() const;
};

template <typename T = void>
using Answer = tl::expected<T, OAuthError>;

inline tl::unexpected<OAuthError> refuse(OAuthError error)
{
    return tl::unexpected<OAuthError>(std::move(error));
}

inline tl::unexpected<OAuthError> refuse(int status, QByteArray code, QString description)
{
    return refuse(OAuthError{status, std::move(code), std::move(description)});
}

namespace oautherror {

/// The one table from our errors to OAuth's, for the token endpoint and its neighbours.
[[nodiscard]] OAuthError from(const Error &error);
/// The same for the answer that goes back to the client's redirect URI (RFC 6749 §4.1.2.1).
[[nodiscard]] QByteArray redirectCode(const Error &error);

/// `error_description` may not hold quotes, backslashes or anything beyond ASCII (RFC 6749 §5.2).
[[nodiscard]] QString printable(const QString &text);

/// What is wrong with a form in which a parameter occurs twice (OAuth 2.1 §3.1), though `resource`
/// may (RFC 8707 §2); empty when none does. Names OAuth's own parameters only: in a form that was
/// put together wrongly, the name may be a secret.
[[nodiscard]] QString repetition(const http::Form &form);

[[nodiscard]] OAuthError wrongMethod(const QByteArray &allow);
[[nodiscard]] OAuthError tooMany(const QString &description, int retryAfterSeconds);
[[nodiscard]] OAuthError notFound();

/// Headers of every answer that holds a token or an error.
[[nodiscard]] http::Headers noStore();

} // namespace oautherror
} // namespace flaredeck::oauth
