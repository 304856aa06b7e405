#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

namespace flaredeck {

/// Who must own a file. Us: the file belongs to our user, is no link, and nobody else may write it.
enum class FileOf { Anyone, Us };

/// Reads a whole file that somebody else may have put there. Refuses a FIFO, a device, a directory
/// and a file of more than `mostBytes`, and never waits. The error is NotFound when there is no
/// file.
[[nodiscard]] Result<QByteArray> readSmallFile(const QString &path, qint64 mostBytes,
                                               FileOf owner = FileOf::Anyone);

/// Checks a path that a library will open by name: nothing is there, or a regular file of our user
/// that is no link.
[[nodiscard]] Result<> requireOwnFile(const QString &path);
/// The same check for a file that is only read: a regular file of any user, or nothing.
[[nodiscard]] Result<> requireRegularFile(const QString &path);

/// Checks a directory: it belongs to our user, and is not one that all users share.
[[nodiscard]] Result<> requireOwnDirectory(const QString &root);

/// The user's name, such as "root", or the number when there is no name.
[[nodiscard]] QString userName(unsigned user);

} // namespace flaredeck
