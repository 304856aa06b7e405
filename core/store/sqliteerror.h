#pragma once

#include "core/base/result.h"

#include <QSqlError>

namespace flaredeck::store {

/// Turns SQLite's error about a file into an Error for the user: cause and what to do.
[[nodiscard]] Error sqliteError(const QString &file, const QSqlError &error);
/// For damage that a check found without an SQLite error code.
[[nodiscard]] Error damageError(const QString &file, const QString &cause);

} // namespace flaredeck::store
