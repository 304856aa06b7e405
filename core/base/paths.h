#pragma once

#include "core/base/result.h"

#include <QString>

namespace flaredeck {

/// Where the app keeps its files: one directory per user, mode 0700.
struct DataDir {
    QString root;

    [[nodiscard]] QString vaultFile() const { return root + QStringLiteral("/vault.db"); }
    [[nodiscard]] QString historyFile() const { return root + QStringLiteral("/history.db"); }
    [[nodiscard]] QString settingsFile() const { return root + QStringLiteral("/settings.ini"); }
    [[nodiscard]] QString lockFile() const { return root + QStringLiteral("/flaredeck.lock"); }

    /// Names the directory (empty = the platform's place for application data, and one beside it
    /// for the sandbox); creates nothing.
    static DataDir at(const QString &directory = {}, bool sandbox = false);
    /// Creates the directory that at() names and closes it to other users. Refused when it is not
    /// our user's own, or has something in the place of the settings that cannot be one.
    static Result<DataDir> prepare(const QString &directory = {}, bool sandbox = false);
};

/// Makes an existing file readable and writable by its owner only, creating it when missing. What
/// is a link, no file, or another user's is refused.
Result<> ensurePrivateFile(const QString &path);

} // namespace flaredeck
