#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/remote/authority.h"

namespace flaredeck::remote {

inline constexpr char kCallbackPath[] = "/oauth/hosted/callback";

/// Our registration as a client of an authority.
struct Registration {
    QString clientId;
    Secret clientSecret;     ///< empty for a public client
    Millis secretEndsAt = 0; ///< 0 = never
    QString redirectUri;     ///< the one of those registered that we use, see redirectUris()
    Millis at = 0;
};

/// Registers us (RFC 7591). Core thread.
class Registrar
{
public:
    Registrar(const Reach &reach, const Clock &clock);

    /// As a public client where the authority allows one. `callbackPort` is of the listener.
    /// Errors: Denied when it takes no registrations or refused ours; others may pass.
    [[nodiscard]] Task<Result<Registration>>
    enrol(Server server, Authority authority, quint16 callbackPort, std::stop_token stop) const;

private:
    const Reach &m_reach;
    const Clock &m_clock;
};

/// Where answers come back, the one that we use first. Loopback without a port stands for any port
/// (RFC 8252 §7.3); a server that a person added may compare ports all the same, so there it is the
/// exact one.
[[nodiscard]] QStringList redirectUris(const Server &server, quint16 port);

} // namespace flaredeck::remote
