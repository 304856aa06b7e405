#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

namespace flaredeck {

/// Whose a file has to be. Ours: no link, our user's, and writable by nobody else.
enum class FileOf { Anyone, Us };

/// Opens a file that somebody else may have put there and reads it whole. A FIFO, a device or a
/// directory is refused instead of waited for, and so is what has more than `mostBytes`. The error
/// is NotFound when there is none.
[[nodiscard]] Result<QByteArray> readSmallFile(const QString &path, qint64 mostBytes,
                                               FileOf owner = FileOf::Anyone);

/// For what a library opens by its name: nothing there, or a regular file of our user and no link.
[[nodiscard]] Result<> requireOwnFile(const QString &path);
/// The same for what is only read: a regular file or nothing.
[[nodiscard]] Result<> requireRegularFile(const QString &path);

/// "root", or the number of a user without a name.
[[nodiscard]] QString userName(unsigned user);

} // namespace flaredeck
