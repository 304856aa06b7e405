#pragma once

#include "core/base/result.h"

#include <QSqlError>

namespace flaredeck::store {

/// What SQLite reports about a file, in words for the user: cause and what to do.
[[nodiscard]] Error sqliteError(const QString &file, const QSqlError &error);
/// For damage that a check found, not SQLite's error codes.
[[nodiscard]] Error damageError(const QString &file, const QString &cause);

} // namespace flaredeck::store
