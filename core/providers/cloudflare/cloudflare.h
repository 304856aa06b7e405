#pragma once

#include "core/provider/provider.h"

namespace flaredeck::cloudflare {

/// Cloudflare as a provider: who owns a token, what an answer of API v4 means, and the tools that
/// data cannot describe. Its facts are in resources/providers/cloudflare.
[[nodiscard]] std::unique_ptr<provider::Provider> makeProvider();

} // namespace flaredeck::cloudflare
