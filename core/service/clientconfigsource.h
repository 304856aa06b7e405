#pragma once

#include "core/base/settings.h"
#include "core/cloudflare/credentials.h"
#include "core/service/options.h"
#include "core/store/loginstore.h"

#include <vector>

namespace flaredeck::service {

/// Which OAuth client of Cloudflare the app is: the one set in Settings, else of the environment,
/// else of a .dev.vars file in the current directory, else the sandbox's own.
class ClientConfigSource
{
public:
    /// Reads the environment and `devVarsFile` once.
    ClientConfigSource(Settings &settings, store::LoginStore &logins, World world,
                       const QString &devVarsFile);

    /// The client in use; an empty id when none is configured.
    [[nodiscard]] cloudflare::ClientConfig resolve() const;

    /// Keeps the id in Settings and the secret with the sign-ins' secrets; an empty id goes back to
    /// the other sources.
    Result<> set(const QString &clientId, const Secret &clientSecret);

private:
    [[nodiscard]] bool isUsable(const QString &clientId) const;

    Settings &m_settings;
    store::LoginStore &m_logins;
    const World m_world;
    std::vector<cloudflare::ClientConfig> m_fallbacks; ///< in order of preference
};

} // namespace flaredeck::service
