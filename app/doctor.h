#pragma once

#include "app/commandline.h"
#include "core/base/json.h"
#include "core/base/surroundings.h"

#include <optional>

/// What a report of a bug should say. Pure look: nothing is changed or created.
namespace flaredeck::app::doctor {

/// {"checks": [{"check", "state": "ok" or "problem", "found", "remedy"}], "log": […]} from what can
/// be seen from outside, and from what the running app says, if it does. The home directory is
/// written as ~, and of variables only the names.
[[nodiscard]] Json examine(const CommandLine &line, const std::optional<Json> &running);
/// In the place of what a running app says, when it says nothing.
[[nodiscard]] Json silent();
[[nodiscard]] bool hasProblem(const Json &report);
void print(const Json &report);

/// One of the checks: each container, and Linux within Windows, has a localhost of its own.
[[nodiscard]] Json boundaries(const Surroundings &around);

/// The text with the home directory as ~.
[[nodiscard]] QString withoutHome(const QString &text);

} // namespace flaredeck::app::doctor
