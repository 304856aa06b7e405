#pragma once

#include "core/base/secret.h"

namespace flaredeck {

/// Takes the provider's secrets out of the environment: a browser or any other program that we
/// start would inherit them, and /proc shows them. First thing in main(), while there is one
/// thread.
void takeSecretVariables();

/// What the variable held, before it was taken or now.
[[nodiscard]] Secret secretVariable(const char *name);

} // namespace flaredeck
