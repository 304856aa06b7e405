#pragma once

#include "core/base/result.h"
#include "core/http/httpmessage.h"

namespace flaredeck::provider {

/// The query of an authorization response (RFC 6749 §4.1.2), read without judging it.
struct CallbackQuery {
    QByteArray state;
    QString code;
    QString error;            ///< empty = none
    QString errorDescription; ///< for the log and for finding the refused scope; never passed on
    QString issuer;           ///< RFC 9207; empty = not sent

    /// InvalidInput when a parameter occurs twice.
    [[nodiscard]] static Result<CallbackQuery> parse(const QByteArray &query);

    /// The error as a cause and an action in our own words.
    [[nodiscard]] Error refusal() const;
    /// The provider refused exactly the right that gives refresh tokens: the client is registered
    /// without that grant, but a sign-in without it still works for a while.
    [[nodiscard]] bool refusesRenewal() const;
};

/// The page at the end of a sign-in in the browser: static, no script, nothing loaded.
[[nodiscard]] http::Response callbackPage(int status, const QString &title, const QString &text);

} // namespace flaredeck::provider
