#pragma once

#include <QString>

namespace flaredeck {

/// What stands between this program and others of the same computer: each of these has a loopback
/// address of its own.
struct Surroundings {
    bool isWsl = false;   ///< Linux within Windows
    QString distribution; ///< its name in WSL, for wsl.exe; may be empty
    QString container; ///< "docker", "podman", "container" …; empty = none that has its own network

    /// Those of this process. Reads files below `root` and the environment; some microseconds.
    [[nodiscard]] static Surroundings ofSystem(const QString &root = QStringLiteral("/"));
    /// Windows keeps that file, as far as its path tells: a drive of Windows is mounted there.
    [[nodiscard]] bool isOfWindows(const QString &realPath) const;

    bool operator==(const Surroundings &) const = default;
};

} // namespace flaredeck
