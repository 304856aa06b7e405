#pragma once

#include <QString>

namespace flaredeck {

/// Where this program comes from, as the file says that was built or installed beside it:
/// share/flaredeck/origin.json, one folder above the programs (in a bundle of macOS
/// Resources/origin.json).
struct Origin {
    enum class Kind {
        Unknown, ///< there is no such file
        Source,  ///< built here, or installed by `cmake --install`
        Deb,
        Tarball, ///< unpacked, or installed by its install.sh
        AppImage,
        Dmg,
        Setup, ///< the installer for Windows
    };
    Kind kind = Kind::Unknown;
    QString commit;  ///< empty = not known
    QString date;    ///< of the commit, "2026-11-30"
    QString home;    ///< https address of the project, without a slash at its end; empty = none
    QString issues;  ///< empty while there is no home
    QString privacy; ///< likewise
    QString latest;  ///< what tells the newest version; likewise

    bool operator==(const Origin &) const = default;
};

/// Reads the file that belongs to the programs in a folder. Anything but an https address counts as
/// none. Blocks for the disk.
[[nodiscard]] Origin originOf(const QString &programs);
/// The same for the running program, read once. Needs the application object. Any thread.
[[nodiscard]] const Origin &origin();

} // namespace flaredeck
