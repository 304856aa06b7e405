#pragma once

#include "core/cloudflare/credentials.h"

namespace flaredeck::cloudflare {

/// Our OAuth client from the KEY=value lines of a .dev.vars or .env file. `name` is how errors call
/// the file; no error repeats a value.
[[nodiscard]] Result<ClientConfig> parseDevVars(const QByteArray &text, const QString &name);

} // namespace flaredeck::cloudflare
