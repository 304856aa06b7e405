#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

/// Reads and replaces files that belong to other programs. Any thread; blocks for the disk.
namespace flaredeck::connect {

struct ConfigFile {
    QString path;     ///< as the client names it
    QString realPath; ///< behind links
    bool exists = false;
    QByteArray bytes;

    bool operator==(const ConfigFile &) const = default;
};

constexpr qint64 kLargestConfig = 16LL * 1024 * 1024;

/// A file that is not there is no error. Refused are what is no file, another user's file, one of
/// more than kLargestConfig or with a second name, and a link that leads out of `home`.
[[nodiscard]] Result<ConfigFile> readConfig(const QString &path, const QString &home);

/// Puts `bytes` in the place of what `before` was, all at once: a crash leaves the one or the
/// other. Mode, group and access list stay; a new file is private. Fails with Cancelled when the
/// file is not as it was, and with Timeout when `lock` is set and the client holds its lock.
[[nodiscard]] Result<> replaceConfig(const ConfigFile &before, const QByteArray &bytes,
                                     const QString &home, bool lock);
/// Removes a file on the same conditions.
[[nodiscard]] Result<> removeConfig(const ConfigFile &before, const QString &home, bool lock);

} // namespace flaredeck::connect
