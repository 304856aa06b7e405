#pragma once

#include "core/base/secret.h"

namespace flaredeck {

/// Takes the provider's secrets out of the environment: a browser or any other program that we
/// start would inherit them, and /proc shows them. Called first in main(), while there is only one
/// thread.
void takeSecretVariables();

/// The variable's value, whether it was taken out of the environment or is still there.
[[nodiscard]] Secret secretVariable(const char *name);

} // namespace flaredeck
