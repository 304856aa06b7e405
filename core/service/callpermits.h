#pragma once

#include "core/oauth/authorizationserver.h"
#include "core/store/vault/loginstore.h"
#include "core/tools/permit.h"
#include "core/tools/upstreamrights.h"

namespace flaredeck::service {

/// The tools' way to the person who decides about calls outside of a grant. `authorization`
/// outlives the tools.
[[nodiscard]] tools::Permit permitBy(oauth::AuthorizationServer &authorization);

/// What the tools may know of a sign-in. `logins` outlives the tools.
[[nodiscard]] tools::RightsOf rightsBy(const store::LoginStore &logins);

} // namespace flaredeck::service
