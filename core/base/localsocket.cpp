#include "core/base/localsocket.h"

#include <QCryptographicHash>
#include <QStandardPaths>

namespace flaredeck::localsocket {

using namespace Qt::StringLiterals;

QString defaultDataDirectory(bool sandbox)
{
    const QString root = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
    return sandbox && !root.isEmpty() ? root + u"-sandbox"_s : root;
}

QString nameFor(const QString &dataDirectory)
{
    return u"flaredeck-"_s +
           QString::fromLatin1(
               QCryptographicHash::hash(dataDirectory.toUtf8(), QCryptographicHash::Sha256)
                   .toHex()
                   .left(16));
}

} // namespace flaredeck::localsocket
