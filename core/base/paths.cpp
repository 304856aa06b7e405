#include "core/base/paths.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

namespace flaredeck {

namespace {

/// What is right already is left alone: on a read-only disk the attempt would fail, and the error
/// would blame the owner.
bool isExactly(QFile::Permissions permissions, QFile::Permissions forOwner)
{
    constexpr QFile::Permissions kForOthers = QFile::ReadGroup | QFile::WriteGroup |
                                              QFile::ExeGroup | QFile::ReadOther |
                                              QFile::WriteOther | QFile::ExeOther;
    return (permissions & (kForOthers | forOwner)) == forOwner;
}

} // namespace

DataDir DataDir::at(const QString &directory)
{
    return {directory.isEmpty()
                ? QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation)
                : QDir(directory).absolutePath()};
}

Result<DataDir> DataDir::prepare(const QString &directory)
{
    const QString root = at(directory).root;
    const QString name = QDir::toNativeSeparators(root);
    if (root.isEmpty() || !QDir().mkpath(root))
        return fail(
            Error::Kind::Storage,
            QStringLiteral("The data directory %1 cannot be created.").arg(name),
            QStringLiteral("Choose another one with --data-dir, or make its parent writable."));
    constexpr auto kOwnerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    if (!isExactly(QFile::permissions(root), kOwnerOnly) &&
        !QFile::setPermissions(root, kOwnerOnly))
        return fail(
            Error::Kind::Storage,
            QStringLiteral("The data directory %1 cannot be closed to other users.").arg(name),
            QStringLiteral("Choose a directory that you own with --data-dir."));
    return DataDir{root};
}

Result<> ensurePrivateFile(const QString &path)
{
    QFile file(path);
    if (!file.exists()) {
        // Permissions are given at creation, so that the file is never open to others.
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
