#include "core/base/surroundings.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

namespace flaredeck {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kMostBytes = 4096;

QString content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.read(kMostBytes)).trimmed()
                                          : QString();
}

/// What is made to be used like the computer itself shares its network.
bool sharesNetwork(const QDir &root)
{
    return root.exists(u"run/.toolboxenv"_s) || root.exists(u".flatpak-info"_s) ||
           qEnvironmentVariableIsSet("DISTROBOX_ENTER_PATH");
}

QString containerAt(const QDir &root)
{
    if (sharesNetwork(root))
        return {};
    // Words of a person's own must not get into a report: only what looks like a program's name.
    static const QRegularExpression kName(u"^[a-z0-9][a-z0-9-]{0,31}$"_s);
    for (const QString &told :
         {content(root.filePath(u"run/host/container-manager"_s)),
          content(root.filePath(u"run/systemd/container"_s)), qEnvironmentVariable("container")}) {
        if (kName.match(told).hasMatch() && told != "wsl"_L1 && told != "flatpak"_L1)
            return told;
    }
    if (root.exists(u"run/.containerenv"_s))
        return u"podman"_s;
    if (root.exists(u".dockerenv"_s))
        return u"docker"_s;
    return root.exists(u"run/secrets/kubernetes.io"_s) ? u"kubernetes"_s : QString();
}

} // namespace

Surroundings Surroundings::ofSystem(const QString &root)
{
    Surroundings around;
    const QDir place(root);
    // "5.15.167.4-microsoft-standard-WSL2", and "4.4.0-19041-Microsoft" before.
    const QString kernel = content(place.filePath(u"proc/sys/kernel/osrelease"_s));
    around.container = containerAt(place);
    // A container within WSL has the same kernel, and no programs of Windows.
    around.isWsl =
        around.container.isEmpty() && kernel.contains("microsoft"_L1, Qt::CaseInsensitive);
    if (around.isWsl)
        around.distribution = qEnvironmentVariable("WSL_DISTRO_NAME");
    return around;
}

bool Surroundings::isOfWindows(const QString &realPath) const
{
    static const QRegularExpression kDrive(u"^/mnt/[a-z]/"_s);
    return isWsl && kDrive.match(realPath).hasMatch();
}

} // namespace flaredeck
