#pragma once

#include "core/store/values.h"

#include <QString>

/// What is known of a sign-in, in the window's words.
namespace flaredeck::ui::logintext {

/// "API token of a person", "OAuth sign-in"
[[nodiscard]] QString kind(const store::Login &login);
/// What it opens and what it lacks, in one or two sentences.
[[nodiscard]] QString opens(const store::Login &login);
/// "Valid until 3 December 2026", "Renews itself"
[[nodiscard]] QString validity(const store::Login &login);
/// When it was last refreshed or tested, and what came of it; empty when it never was.
[[nodiscard]] QString lastCheck(const store::Login &login, Millis now);
/// Whether it ends within two days by itself.
[[nodiscard]] bool endsSoon(const store::Login &login, Millis now);

} // namespace flaredeck::ui::logintext
