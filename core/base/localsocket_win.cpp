#include "core/base/localsocket.h"

#include "core/base/processuser_win.h"

#include <windows.h>

// Unproven: no Windows has run this. Qt's local sockets are named pipes there, whose names all
// users share, so that each side asks the system whose process is at the other end.
namespace flaredeck::localsocket {

QStringList candidates(const QString &dataDirectory)
{
    return {nameFor(dataDirectory)};
}

bool isOurUser(qintptr socket)
{
    const auto pid = windows::pipePeer(socket);
    return pid && windows::isOurProcess(*pid);
}

} // namespace flaredeck::localsocket
