#include "app/doctorplaces.h"

#include "app/commandline.h"
#include "core/base/localsocket.h"

#include <QFile>
#include <QFileInfo>
#include <QLocalSocket>
#include <QStorageInfo>

#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace flaredeck::app::doctor {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kScarceBytes = 100LL * 1024 * 1024;
constexpr int kConnectMs = 1000;

} // namespace

bool hasSessionBus()
{
    return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS") ||
           QFileInfo::exists(u"/run/user/%1/bus"_s.arg(::geteuid()));
}

Json dataDirectory(const QString &root)
{
    const char *const name = QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Data directory");
    struct stat found = {};
    const QByteArray path = QFile::encodeName(root);
    if (::stat(path.constData(), &found) != 0)
        return errno == ENOENT ? check(name, true, CommandLine::tr("%1: not there yet").arg(root))
                               : check(name, false,
                                       CommandLine::tr("%1: %2").arg(
                                           root, QString::fromLocal8Bit(std::strerror(errno))),
                                       CommandLine::tr("Give another directory with --data-dir."));
    const QString text =
        CommandLine::tr("%1, mode %2, %3 free")
            .arg(root, QString::number(found.st_mode & 07777, 8).rightJustified(4, u'0'),
                 space(QStorageInfo(root).bytesAvailable()));
    if (!S_ISDIR(found.st_mode))
        return check(name, false, CommandLine::tr("%1 is not a directory").arg(root),
                     CommandLine::tr("Move it away."));
    if (found.st_uid != ::geteuid())
        return check(name, false,
                     CommandLine::tr("%1 belongs to another user (%2)").arg(root).arg(found.st_uid),
                     CommandLine::tr("Give another directory with --data-dir."));
    if (::access(path.constData(), W_OK | X_OK) != 0)
        return check(name, false, CommandLine::tr("%1 cannot be written").arg(root),
                     CommandLine::tr("Make it writable, or give another one with --data-dir."));
    if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return check(name, false, CommandLine::tr("%1, open to other users").arg(text),
                     CommandLine::tr("Close it: chmod 700. Flaredeck does so when it starts."));
    if (QStorageInfo(root).bytesAvailable() < kScarceBytes)
        return check(name, false, text, CommandLine::tr("Make room on the disk."));
    return check(name, true, text);
}

namespace {

Json socketAt(const QString &place)
{
    const char *const name = QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Local socket");
    struct stat found = {};
    const bool isThere = ::stat(QFile::encodeName(place).constData(), &found) == 0;
    if (isThere && found.st_uid != ::geteuid())
        return check(
            name, false,
            CommandLine::tr("%1 belongs to another user (%2)").arg(place).arg(found.st_uid),
            CommandLine::tr("Give another directory with --data-dir."));
    QLocalSocket socket;
    if (isThere)
        socket.connectToServer(place);
    const bool answers = isThere && socket.waitForConnected(kConnectMs);
    if (isThere && !answers && socket.error() != QLocalSocket::ConnectionRefusedError)
        return check(name, false, CommandLine::tr("%1 does not answer").arg(place),
                     CommandLine::tr("Look whether its Flaredeck hangs, and end it."));
    if (!answers)
        return check(name, true, CommandLine::tr("%1 is stale: its Flaredeck has ended").arg(place),
                     CommandLine::tr("Nothing: the next start replaces it."));
    if (!localsocket::isOurUser(socket.socketDescriptor()))
        return check(name, false, CommandLine::tr("%1 is held by another user").arg(place),
                     CommandLine::tr("Give another directory with --data-dir."));
    return check(name, true, CommandLine::tr("%1 answers").arg(place));
}

} // namespace

Json localSocket(const QString &root)
{
    for (const QString &place : localsocket::candidates(root)) {
        struct stat found = {};
        if (::lstat(QFile::encodeName(place).constData(), &found) == 0)
            return socketAt(place);
    }
    return check(QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Local socket"), true,
                 CommandLine::tr("not there"));
}

} // namespace flaredeck::app::doctor
