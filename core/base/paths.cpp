#include "core/base/paths.h"

#include "core/base/localsocket.h"
#include "core/base/ownfile.h"

#include <QDir>
#include <QFile>

namespace flaredeck {

namespace {

/// Permissions that are already right are not set again: on a read-only disk the attempt would
/// fail, and the error would blame the owner.
bool isExactly(QFile::Permissions permissions, QFile::Permissions forOwner)
{
    constexpr QFile::Permissions kForOthers = QFile::ReadGroup | QFile::WriteGroup |
                                              QFile::ExeGroup | QFile::ReadOther |
                                              QFile::WriteOther | QFile::ExeOther;
    return (permissions & (kForOthers | forOwner)) == forOwner;
}

/// QSettings opens whatever is at its path, and with a FIFO or a device it would wait or read for
/// ever.
Result<> requireSettings(const QString &file)
{
    constexpr qint64 kMostBytes = 1024LL * 1024;
    for (const QString &path : {file, file + QStringLiteral(".lock")}) {
        if (const Result<> own = requireOwnFile(path); !own)
            return own;
    }
    const auto read = readSmallFile(file, kMostBytes);
    if (!read && read.error().kind != Error::Kind::NotFound)
        return fail(read.error());
    return {};
}

} // namespace

DataDir DataDir::at(const QString &directory, bool sandbox)
{
    if (!directory.isEmpty())
        return {QDir(directory).absolutePath()};
    return {localsocket::defaultDataDirectory(sandbox)};
}

Result<DataDir> DataDir::prepare(const QString &directory, bool sandbox)
{
    const QString root = at(directory, sandbox).root;
    const QString name = QDir::toNativeSeparators(root);
    if (root.isEmpty() || !QDir().mkpath(root))
        return fail(
            Error::Kind::Storage,
            QStringLiteral("The data directory %1 cannot be created.").arg(name),
            QStringLiteral("Choose another one with --data-dir, or make its parent writable."));
    if (const Result<> own = requireOwnDirectory(root); !own)
        return fail(own.error());
    constexpr auto kOwnerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    if (!isExactly(QFile::permissions(root), kOwnerOnly) &&
        !QFile::setPermissions(root, kOwnerOnly))
        return fail(
            Error::Kind::Storage,
            QStringLiteral("The data directory %1 cannot be closed to other users.").arg(name),
            QStringLiteral("Choose a directory that you own with --data-dir."));
    DataDir directoryOfOurs{root};
    if (const Result<> settings = requireSettings(directoryOfOurs.settingsFile()); !settings)
        return fail(settings.error());
    return directoryOfOurs;
}

Result<> ensurePrivateFile(const QString &path)
{
    if (const Result<> own = requireOwnFile(path); !own)
        return own;
    QFile file(path);
    if (!file.exists()) {
        // The permissions are set at creation, so that the file is never open to others.
        if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly,
                       QFile::ReadOwner | QFile::WriteOwner))
            return fail(
                Error::Kind::Storage,
                QStringLiteral("The file %1 cannot be created: %2.").arg(path, file.errorString()),
                QStringLiteral("Make the data directory writable."));
        return {};
    }
    constexpr auto kOwnerOnly = QFile::ReadOwner | QFile::WriteOwner;
    if (!isExactly(file.permissions(), kOwnerOnly) && !file.setPermissions(kOwnerOnly))
        return fail(Error::Kind::Storage,
                    QStringLiteral("The file %1 cannot be closed to other users.").arg(path),
                    QStringLiteral("Make yourself the owner of the file."));
    return {};
}

} // namespace flaredeck
