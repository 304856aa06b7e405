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

    /// Names the directory (empty = the platform's place for application data); creates nothing.
    static DataDir at(const QString &directory = {});
    /// Creates the directory (empty = the platform's place for application data) and closes it to
    /// other users.
    static Result<DataDir> prepare(const QString &directory = {});
};

/// Makes an existing file readable and writable by its owner only, creating it when missing.
Result<> ensurePrivateFile(const QString &path);

} // namespace flaredeck
