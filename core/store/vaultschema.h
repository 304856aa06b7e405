#pragma once

#include "core/store/database.h"

namespace flaredeck::store {

/// The steps from an empty file to the vault that this version reads and writes. Published steps
/// never change; a new format is a new step.
[[nodiscard]] std::span<const Database::Migration> vaultMigrations();

} // namespace flaredeck::store
