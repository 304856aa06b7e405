#pragma once

#include "core/base/result.h"

#include <QUrl>

#include <memory>

namespace flaredeck::sandbox {

/// How the stand-in misbehaves, for trying things out and for tests. Can also be set with POST
/// /sandbox/fault, so that a test of the running program can use it.
struct Fault {
    enum class Kind {
        None,
        Slow,
        ServerError,
        RateLimited,
        TokenExpired, ///< at Token and Revoke: the refresh token has expired
        ConnectionCut
    };
    enum class At { Api, Token, Revoke }; ///< which requests it affects
    Kind kind = Kind::None;
    int remaining = 1;         ///< how many requests it affects; -1 = until changed
    int delayMs = 0;           ///< for Slow
    int retryAfterSeconds = 1; ///< for RateLimited
    At at = At::Api;
};

/// A stand-in Cloudflare on a loopback port of its own, in a thread of its own: sign-in pages,
/// tokens, accounts, Workers, telemetry over generated events. Sends nothing to other computers.
class Sandbox
{
public:
    struct Options {
        bool autoApprove = false; ///< the sign-in page redirects at once
        int accessTokenSeconds = 3600;
        QString tokenFile = {}; ///< stores tokens across restarts; empty = they end with it
    };

    explicit Sandbox(Options options);
    ~Sandbox();

    /// Listens; returns http://127.0.0.1:port.
    Result<QUrl> start(quint16 port = 0);
    void setFault(const Fault &fault); ///< thread-safe

    /// The sandbox's public OAuth client: PKCE, redirects to /oauth/callback on loopback.
    [[nodiscard]] static QString clientId();
    /// A client with a secret, like a user's own registration.
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
