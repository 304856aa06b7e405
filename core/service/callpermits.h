#pragma once

#include "core/oauth/authorizationserver.h"
#include "core/tools/permit.h"

namespace flaredeck::service {

/// The tools' way to the person who decides about calls outside of a grant. `authorization`
/// outlives the tools.
[[nodiscard]] tools::Permit permitBy(oauth::AuthorizationServer &authorization);

} // namespace flaredeck::service
