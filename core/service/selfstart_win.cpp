#include "core/service/selfstart.h"

#include <QSettings>

// Unproven: no Windows has run this.
namespace flaredeck::service::selfstart {

using namespace Qt::StringLiterals;

namespace {

const QString kRunKey = u"HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"_s;
const QString kValue = u"Flaredeck"_s; // as the installer names it

} // namespace

QStringList find(const QString &, const QString &)
{
    return QSettings(kRunKey, QSettings::NativeFormat).contains(kValue)
               ? QStringList{kRunKey + u'\\' + kValue}
               : QStringList();
}

QString remove(const QString &entry)
{
    QSettings run(kRunKey, QSettings::NativeFormat);
    run.remove(kValue);
    run.sync();
    return run.status() == QSettings::NoError
               ? QString()
               : u"%1 could not be removed. Delete it yourself, or Flaredeck starts by itself."_s
                     .arg(entry);
}

} // namespace flaredeck::service::selfstart
