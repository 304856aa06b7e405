#pragma once

#include <QString>

namespace flaredeck::oauth::redirectschemes {

/// Why a scheme (lower case) names no application that a code may go to: "runs code or reads
/// files". Empty when it may name one.
[[nodiscard]] QString objectionTo(const QString &scheme);

} // namespace flaredeck::oauth::redirectschemes
