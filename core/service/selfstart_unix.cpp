#include "core/base/ownfile.h"
#include "core/service/selfstart.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

namespace flaredeck::service::selfstart {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kLargestEntry = 64LL * 1024;

/// A desktop entry of ours (Desktop Application Autostart Specification) that starts us.
bool isEntry(const QString &path)
{
    static const QRegularExpression exec(u"^Exec=\"?([^\"\\n]*/)?flaredeck(-core)?\"?( |$)"_s,
                                         QRegularExpression::MultilineOption);
    const auto text = readSmallFile(path, kLargestEntry, FileOf::Us);
    return text && exec.match(QString::fromUtf8(*text)).hasMatch();
}

} // namespace

QStringList find(const QString &config, const QString &id)
{
    QStringList found;
    const QString entry = u"%1/autostart/%2.desktop"_s.arg(config, id);
    if (isEntry(entry))
        found << entry;
    // systemctl enable makes such links (systemd.unit(5)).
    const QString link = config + u"/systemd/user/default.target.wants/flaredeck.service"_s;
    if (QFileInfo(link).isSymLink() && QFile::symLinkTarget(link).endsWith("/flaredeck.service"_L1))
        found << link;
    return found;
}

QString remove(const QString &entry)
{
    QFile file(entry);
    if (file.remove() || !(QFileInfo::exists(entry) || QFileInfo(entry).isSymLink()))
        return {};
    return u"%1 could not be removed: %2. Delete it yourself, or Flaredeck starts by itself."_s.arg(
        QDir::toNativeSeparators(entry), file.errorString());
}

} // namespace flaredeck::service::selfstart
