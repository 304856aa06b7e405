#pragma once

#include <QByteArray>
#include <QString>
#include <QUrl>

#include <optional>

namespace flaredeck::login {

/// What the app asks for, one JSON line on standard input:
/// {"url":"…","callback":"http://localhost:8788/oauth/callback","theme":"system","sandbox":false}.
/// It holds state and code challenge, so it must not be on the command line.
struct LoginRequest {
    QUrl url;             ///< the sign-in page
    QUrl callback;        ///< where the sign-in ends
    QString theme;        ///< "light", "dark" or "system"
    bool sandbox = false; ///< the page is the app's own stand-in

    /// Nothing unless the URL is the provider's, or the stand-in's on loopback, and the callback is
    /// ours.
    [[nodiscard]] static std::optional<LoginRequest> parse(const QByteArray &line);
};

} // namespace flaredeck::login
