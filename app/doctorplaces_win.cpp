#include "app/doctorplaces.h"

#include "app/commandline.h"
#include "core/base/localsocket.h"
#include "core/base/ownfile.h"

#include <QFileInfo>
#include <QLocalSocket>
#include <QStorageInfo>

// Unproven: no Windows has run this.
namespace flaredeck::app::doctor {

namespace {

constexpr qint64 kScarceBytes = 100LL * 1024 * 1024;
constexpr int kConnectMs = 1000;

} // namespace

bool hasSessionBus()
{
    return true; // keychains need none here
}

Json dataDirectory(const QString &root)
{
    const char *const name = QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Data directory");
    if (!QFileInfo::exists(root))
        return check(name, true, CommandLine::tr("%1: not there yet").arg(root));
    if (const Result<> own = requireOwnDirectory(root); !own)
        return check(name, false, own.error().message, own.error().action);
    if (!QFileInfo(root).isWritable())
        return check(name, false, CommandLine::tr("%1 cannot be written").arg(root),
                     CommandLine::tr("Make it writable, or give another one with --data-dir."));
    const qint64 free = QStorageInfo(root).bytesAvailable();
    const QString text = CommandLine::tr("%1, %2 free").arg(root, space(free));
    if (free < kScarceBytes)
        return check(name, false, text, CommandLine::tr("Make room on the disk."));
    return check(name, true, text);
}

Json localSocket(const QString &root)
{
    const char *const name = QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Local socket");
    for (const QString &place : localsocket::candidates(root)) {
        QLocalSocket socket;
        socket.connectToServer(place);
        if (!socket.waitForConnected(kConnectMs))
            continue;
        if (!localsocket::isOurUser(socket.socketDescriptor()))
            return check(name, false, CommandLine::tr("%1 is held by another user").arg(place),
                         CommandLine::tr("Give another directory with --data-dir."));
        return check(name, true, CommandLine::tr("%1 answers").arg(place));
    }
    return check(name, true, CommandLine::tr("not there"));
}

} // namespace flaredeck::app::doctor
