#pragma once

#include <QProcessEnvironment>

namespace flaredeck::bridge {

/// Ours, with what the app needs of the session. Hosts hand on little of it (SDK clients no display
/// and no bus), without which the app could neither show its window nor open the keychain.
[[nodiscard]] QProcessEnvironment sessionEnvironment();

} // namespace flaredeck::bridge
