#pragma once

#include <QString>
#include <QStringList>

/// Where the app listens for its bridge and its commands. QtCore alone, as both need it.
namespace flaredeck::localsocket {

/// The data directory when none is named: the platform's place for application data, and one
/// beside it for the sandbox.
[[nodiscard]] QString defaultDataDirectory(bool sandbox);
/// What is called after that data directory; too short to hold a path.
[[nodiscard]] QString nameFor(const QString &dataDirectory);
/// The paths at which the app with that data directory may listen, the best first: in the user's
/// runtime directory (XDG Base Directory Specification), which a process without the session's
/// environment finds as well, and in the data directory, where there is a link in the other case.
/// On Windows the name of one pipe.
[[nodiscard]] QStringList candidates(const QString &dataDirectory);

/// Whether a process of our user is at the other end.
[[nodiscard]] bool isOurUser(qintptr socket);

} // namespace flaredeck::localsocket
