#pragma once

#include "core/base/secret.h"

namespace flaredeck::app {

/// One line from a file descriptor, without what surrounds it; empty when there is none. On a
/// terminal it says on `output` what to type, and what is typed is not shown.
[[nodiscard]] Secret readSecret(int input, int output);

} // namespace flaredeck::app
