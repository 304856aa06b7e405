#pragma once

#include "core/service/snapshot.h"

#include <QString>

/// What to enter in the provider's dashboard for an OAuth client for Flaredeck.
namespace flaredeck::ui::setuptext {

[[nodiscard]] QString redirectUri(const service::Snapshot &snapshot);
/// The provider's scopes for these of ours, separated by spaces.
[[nodiscard]] QString scopes(const ScopeSet &ours);
[[nodiscard]] QString dashboard();
/// Where to go in the dashboard, and what else to choose there.
[[nodiscard]] QString steps();
/// The command that starts this program with the sandbox.
[[nodiscard]] QString sandboxCommand();

} // namespace flaredeck::ui::setuptext
