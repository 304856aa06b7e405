#pragma once

#include "core/store/vault/table.h"

namespace flaredeck::store {

constexpr int kHistoryFormat = 1;

[[nodiscard]] const Layout<CallRecord> &callLayout();
/// Those before arguments and result, which a list is read without.
constexpr qsizetype kListedCallColumns = 13;

/// What makes the tables of a new history.
[[nodiscard]] QStringList historyTables();

} // namespace flaredeck::store
