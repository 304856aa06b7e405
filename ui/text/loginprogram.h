#pragma once

#include <QString>

namespace flaredeck::ui {

/// The program that shows the provider's sign-in page: beside ours, where a build has it, or in the
/// folder of helpers of an installation. Empty when it is not installed; the browser is used then.
[[nodiscard]] QString loginProgram();

} // namespace flaredeck::ui
