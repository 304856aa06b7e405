#pragma once

#include "core/service/snapshot.h"

#include <QString>

/// What to enter in the provider's dashboard for an OAuth client for Flaredeck.
namespace flaredeck::ui::setuptext {

[[nodiscard]] QString redirectUri(const service::Snapshot &snapshot);
[[nodiscard]] QString scopes(); ///< separated by spaces
[[nodiscard]] QString dashboard();
[[nodiscard]] QString tokenPage();
/// Where to go in the dashboard, and what else to choose there.
[[nodiscard]] QString steps();
/// The command that starts this program with the sandbox.
[[nodiscard]] QString sandboxCommand();

} // namespace flaredeck::ui::setuptext
