#pragma once

#include "core/service/snapshot.h"

#include <QString>

/// Texts about the vault's key, for people.
namespace flaredeck::ui::keytext {

[[nodiscard]] QString happened(store::KeyProblem problem); ///< one sentence
[[nodiscard]] QString means(store::KeyProblem problem); ///< what it means, and that nothing is lost
[[nodiscard]] QString remedy(store::KeyProblem problem); ///< what to do before trying again
/// What it costs to go on in memory.
[[nodiscard]] QString costOfThisRunOnly(const service::Snapshot &snapshot);
/// What it costs to give up the sealed logins, one line each.
[[nodiscard]] QStringList costOfStartingAnew(const service::Snapshot &snapshot);

} // namespace flaredeck::ui::keytext
