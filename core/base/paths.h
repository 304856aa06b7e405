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
    /// A directory: what undoing changes of clients' configurations needs.
    [[nodiscard]] QString connections() const { return root + QStringLiteral("/connections"); }
    [[nodiscard]] QString lockFile() const { return root + QStringLiteral("/flaredeck.lock"); }

    /// The paths in a directory (empty = the platform's place for application data, with a separate
    /// directory beside it for the sandbox). Creates nothing.
    static DataDir at(const QString &directory = {}, bool sandbox = false);
    /// Creates the directory of at() and closes it to other users. Fails when the directory does
    /// not belong to our user, or when what is at the settings' path cannot be a settings file.
    static Result<DataDir> prepare(const QString &directory = {}, bool sandbox = false);
};

/// Makes a file readable and writable by its owner only, and creates it when it is missing. Fails
/// for a link, a non-file and another user's file.
Result<> ensurePrivateFile(const QString &path);

} // namespace flaredeck
