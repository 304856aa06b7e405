#pragma once

#include <QStringList>

namespace flaredeck::store {

constexpr int kVaultFormat = 1;

/// What makes the tables of a new vault.
[[nodiscard]] QStringList vaultTables();

} // namespace flaredeck::store
