#pragma once

#include "core/base/result.h"
#include "core/http/httpmessage.h"

namespace flaredeck::provider {

/// The parsed but unchecked query of an authorization response (RFC 6749 §4.1.2).
struct CallbackQuery {
    QByteArray state;
    QString code;
    QString error;            ///< empty = none
    QString errorDescription; ///< for the log and for finding the refused scope; never passed on
    QString issuer;           ///< RFC 9207; empty = not sent

    /// InvalidInput when a parameter occurs twice.
    [[nodiscard]] static Result<CallbackQuery> parse(const QByteArray &query);

    /// The error as an Error in our own words, which name `refusedScope()`.
    [[nodiscard]] Error refusal(const QString &refusedScope = {}) const;
    /// Which of the scopes that were `asked` for the OAuth client is not registered for; empty when
    /// that is not the matter, or the provider does not say.
    [[nodiscard]] QString refusedScope(const QStringList &asked) const;
    /// The provider refused only the scope that gives refresh tokens: the client is registered
    /// without that grant, but a sign-in without it still works for a while.
    [[nodiscard]] bool refusesRenewal() const;
};

/// The title of the page of a sign-in that failed.
inline const QString kNotFinished = QStringLiteral("The sign-in did not finish");

/// The page that ends a sign-in in the browser: static, without scripts, loads nothing.
[[nodiscard]] http::Response callbackPage(int status, const QString &title, const QString &text);

} // namespace flaredeck::provider
