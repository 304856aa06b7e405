#pragma once

#include "core/service/snapshot.h"

#include <QString>

/// The vault's key in words, for people.
namespace flaredeck::ui::keytext {

[[nodiscard]] QString happened(store::KeyProblem problem); ///< one sentence
[[nodiscard]] QString means(store::KeyProblem problem); ///< what it means, and that nothing is lost
[[nodiscard]] QString remedy(store::KeyProblem problem); ///< before trying again
/// What going on in memory costs.
[[nodiscard]] QString costOfThisRunOnly(const service::Snapshot &snapshot);
/// What giving up the sealed sign-ins costs, a line each.
[[nodiscard]] QStringList costOfStartingAnew(const service::Snapshot &snapshot);

} // namespace flaredeck::ui::keytext
