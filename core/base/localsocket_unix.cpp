#include "core/base/localsocket.h"

#include <QFile>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace flaredeck::localsocket {

using namespace Qt::StringLiterals;

namespace {

/// Owned by the user, mode 0700.
bool isRuntimeDirectory(const QByteArray &name)
{
    struct stat found = {};
    return name.startsWith('/') && ::lstat(name.constData(), &found) == 0 &&
           S_ISDIR(found.st_mode) && found.st_uid == ::geteuid() &&
           (found.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

} // namespace

QStringList candidates(const QString &dataDirectory)
{
    const QByteArray name = nameFor(dataDirectory).toLatin1() + ".socket";
    QStringList places;
    for (const QByteArray &directory :
         {qgetenv("XDG_RUNTIME_DIR"), "/run/user/" + QByteArray::number(::geteuid())}) {
        const QString place = QFile::decodeName(directory + '/' + name);
        if (isRuntimeDirectory(directory) && !places.contains(place))
            places << place;
    }
    return places << dataDirectory + u"/local.socket"_s;
}

bool isOurUser(qintptr socket)
{
    const int descriptor = static_cast<int>(socket);
#ifdef SO_PEERCRED
    ucred who = {};
    socklen_t size = sizeof who;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
           who.uid == ::geteuid();
#else
    uid_t user = 0;
    gid_t group = 0;
    return ::getpeereid(descriptor, &user, &group) == 0 && user == ::geteuid();
#endif
}

} // namespace flaredeck::localsocket
