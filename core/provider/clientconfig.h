#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

namespace flaredeck::provider {

/// Our registration as an OAuth client of the provider.
struct ClientConfig {
    QString clientId;
    Secret clientSecret; ///< empty = public client with PKCE only
    QString source;      ///< "settings", "environment" or a file name, for the window
};

/// Reads our OAuth client from the KEY=value lines of a .dev.vars or .env file. Errors call the
/// file `name` and contain none of its values.
[[nodiscard]] Result<ClientConfig> parseDevVars(const QByteArray &text, const QString &name);

} // namespace flaredeck::provider
