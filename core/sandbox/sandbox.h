#pragma once

#include "core/base/result.h"

#include <QUrl>

#include <memory>

namespace flaredeck::sandbox {

/// How the stand-in misbehaves, for trying out and for tests. Also reachable over HTTP at
/// POST /sandbox/fault, so that a test of the running program can use it.
struct Fault {
    enum class Kind {
        None,
        Slow,
        ServerError,
        RateLimited,
        TokenExpired, ///< at Token and Revoke: the refresh token has ended
        ConnectionCut
    };
    enum class At { Api, Token, Revoke }; ///< which requests it hits
    Kind kind = Kind::None;
    int remaining = 1;         ///< how many requests it hits; -1 = until changed
    int delayMs = 0;           ///< for Slow
    int retryAfterSeconds = 1; ///< for RateLimited
    At at = At::Api;
};

/// A stand-in Cloudflare on a loopback port of its own, in a thread of its own: sign-in pages,
/// tokens, accounts, Workers, telemetry over generated events. Nothing of it leaves the computer.
class Sandbox
{
public:
    struct Options {
        bool autoApprove = false; ///< the sign-in page answers with a redirect at once
        int accessTokenSeconds = 3600;
        QString tokenFile = {}; ///< keeps sign-ins over a restart; empty = they end with it
    };

    explicit Sandbox(Options options);
    ~Sandbox();

    /// Listens; returns http://127.0.0.1:port.
    Result<QUrl> start(quint16 port = 0);
    void setFault(const Fault &fault); ///< thread-safe

    /// The public OAuth client that the sandbox knows: PKCE, redirects to /oauth/callback on
    /// loopback.
    [[nodiscard]] static QString clientId();
    /// A client with a secret, for those who bring their own registration.
    [[nodiscard]] static QString confidentialClientId();
    [[nodiscard]] static QByteArray confidentialClientSecret();
    /// A pretend API token with every permission, also shown on the sandbox's start page.
    [[nodiscard]] static QByteArray apiToken();

    static constexpr int kEvents = 4000;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace flaredeck::sandbox
