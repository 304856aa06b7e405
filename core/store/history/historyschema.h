#pragma once

#include "core/store/vault/table.h"

namespace flaredeck::store {

constexpr int kHistoryFormat = 1;

[[nodiscard]] const Layout<CallRecord> &callLayout();
/// The columns before arguments and result; a list reads only these.
constexpr qsizetype kListedCallColumns = 13;

/// The statements that create the tables of a new history.
[[nodiscard]] QStringList historyTables();

} // namespace flaredeck::store
