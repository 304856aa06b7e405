#pragma once

#include "core/service/snapshot.h"

#include <QString>

/// What the provider's dashboard wants to know of an OAuth client for Flaredeck.
namespace flaredeck::ui::setuptext {

[[nodiscard]] QString redirectUri(const service::Snapshot &snapshot);
[[nodiscard]] QString scopes(); ///< separated by spaces
[[nodiscard]] QString dashboard();
[[nodiscard]] QString tokenPage();
/// Where in the dashboard, and what to choose there besides.
[[nodiscard]] QString steps();
/// What starts this program with the sandbox.
[[nodiscard]] QString sandboxCommand();

} // namespace flaredeck::ui::setuptext
