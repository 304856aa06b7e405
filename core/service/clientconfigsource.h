#pragma once

#include "core/base/settings.h"
#include "core/provider/credentials.h"
#include "core/service/options.h"
#include "core/store/vault/loginstore.h"

#include <vector>

namespace flaredeck::service {

/// Enough for any .dev.vars file.
inline constexpr qint64 kDevVarsMaxBytes = 64LL * 1024;

/// Which OAuth client of the provider the app is: the one set in Settings, else of the environment,
/// else of a .dev.vars file in the directory where it was started, else the sandbox's own.
class ClientConfigSource
{
public:
    /// Reads the environment and `devVarsFile` once; an empty name is no file.
    ClientConfigSource(Settings &settings, store::LoginStore &logins, World world,
                       const QString &devVarsFile);

    /// The client in use; an empty id when none is configured.
    [[nodiscard]] provider::ClientConfig resolve() const;

    /// Keeps the id in Settings and the secret with the sign-ins' secrets; an empty id goes back to
    /// the other sources.
    Result<> set(const QString &clientId, const Secret &clientSecret);

    /// The .dev.vars file of a working directory that somebody has chosen: not of / and the home
    /// directory, where a desktop starts its programs.
    [[nodiscard]] static QString devVarsOf(const QString &workingDirectory);

private:
    [[nodiscard]] bool isUsable(const QString &clientId) const;

    Settings &m_settings;
    store::LoginStore &m_logins;
    const World m_world;
    std::vector<provider::ClientConfig> m_fallbacks; ///< in order of preference
};

} // namespace flaredeck::service
