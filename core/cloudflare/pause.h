#pragma once

#include "core/base/task.h"

#include <stop_token>

namespace flaredeck::cloudflare {

/// Waits on the event loop; ends early when `stop` is requested.
[[nodiscard]] Task<> pause(int milliseconds, std::stop_token stop);

} // namespace flaredeck::cloudflare
