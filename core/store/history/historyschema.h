#pragma once

#include "core/store/vault/table.h"

namespace flaredeck::store {

constexpr int kHistoryFormat = 2;

[[nodiscard]] const Layout<CallRecord> &callLayout();
/// The columns before arguments and result; a list reads only these.
constexpr qsizetype kListedCallColumns = 13;

/// The statements that create the tables of a new history.
[[nodiscard]] QStringList historyTables();
/// What brings an older history to this format; see Database::setUp().
[[nodiscard]] QHash<int, QStringList> historyUpgrades();

} // namespace flaredeck::store
