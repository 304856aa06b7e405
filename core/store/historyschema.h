#pragma once

#include <QStringList>

namespace flaredeck::store {

constexpr int kHistoryFormat = 1;

/// What makes the tables of a new history.
[[nodiscard]] QStringList historyTables();

} // namespace flaredeck::store
