#pragma once

#include "core/base/identity.h"

#include <QString>

/// What a scope means, in the window's words.
namespace flaredeck::ui::scopetext {

[[nodiscard]] QString shortLabel(const QString &scope); ///< for a chip: "workers"
[[nodiscard]] QString product(const QString &scope);    ///< what it is about: "workers"
[[nodiscard]] QString title(const QString &scope);      ///< the same for a heading: "Workers"
[[nodiscard]] QString risk(const QString &scope);       ///< a sentence; empty = nothing much
[[nodiscard]] QString meaning(const QString &scope);    ///< "See Workers and their code"
[[nodiscard]] QString opens(const QString &scope);      ///< "opens 3 tools"
[[nodiscard]] QString toolNames(const QString &scope);  ///< for a tool tip, one a line
/// Whether the scope can change things. For a name outside the catalogue its ending decides.
[[nodiscard]] bool isWrite(const QString &scope);

/// Sorted in the order of the catalogue, unknown names last.
[[nodiscard]] QStringList ordered(const ScopeSet &scopes);

} // namespace flaredeck::ui::scopetext
