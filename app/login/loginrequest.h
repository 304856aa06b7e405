#pragma once

#include <QByteArray>
#include <QString>
#include <QUrl>

#include <optional>

namespace flaredeck::login {

/// The app's request, one JSON line on standard input:
/// {"url":"…","callback":"http://localhost:8788/oauth/callback","theme":"system","sandbox":false,
/// "server":""}.
/// It contains state and code challenge, so it must not be on the command line.
struct LoginRequest {
    QUrl url;             ///< the sign-in page
    QUrl callback;        ///< where the sign-in ends
    QString theme;        ///< "light", "dark" or "system"
    bool sandbox = false; ///< the page is the app's own stand-in
    QString server;       ///< the remote server that the sign-in is for; empty = the provider

    /// Returns a request only when the URL is the provider's, or the stand-in's on loopback, or,
    /// for a remote server, any on https or on loopback, and the callback is on loopback.
    [[nodiscard]] static std::optional<LoginRequest> parse(const QByteArray &line);
};

} // namespace flaredeck::login
