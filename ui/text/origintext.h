#pragma once

#include "core/base/origin.h"

#include <QString>

/// Where this Flaredeck comes from, in words.
namespace flaredeck::ui::origintext {

/// "Debian package"
[[nodiscard]] QString kind(const Origin &origin);
/// "3f2a…, 2026-11-30"; empty when nothing is known.
[[nodiscard]] QString build(const Origin &origin);
/// What stays when the data go, and how to remove it: a sentence.
[[nodiscard]] QString howToRemove(const Origin &origin);
/// How to get a newer version, a sentence.
[[nodiscard]] QString howToUpdate(const Origin &origin);

} // namespace flaredeck::ui::origintext
