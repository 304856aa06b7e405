#include "core/base/ownfile.h"

#include "core/base/processuser_win.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <windows.h>

#include <optional>

// Unproven: no Windows has run this. Who else may write a file is up to the folder that it is in:
// those of a user are closed to others.
using namespace Qt::StringLiterals;

namespace flaredeck {

namespace {

QString named(const QString &path)
{
    return QDir::toNativeSeparators(path);
}

std::wstring nativeOf(const QString &path)
{
    return named(QFileInfo(path).absoluteFilePath()).toStdWString();
}

Error systemProblem(const QString &path, DWORD code)
{
    const bool isMissing = code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND;
    return {isMissing ? Error::Kind::NotFound : Error::Kind::Storage,
            u"The file %1 cannot be opened: %2."_s.arg(named(path),
                                                       qt_error_string(static_cast<int>(code))),
            u"Choose a file that you may read."_s};
}

std::optional<Error> kindProblem(const QString &path, DWORD attributes, bool mayBeLink)
{
    QString what;
    if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 && !mayBeLink)
        what = u"a link to %1"_s.arg(named(QFile::symLinkTarget(path)));
    else if ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0)
        what = u"a directory"_s;
    else if ((attributes & FILE_ATTRIBUTE_DEVICE) != 0)
        what = u"a device"_s;
    else
        return std::nullopt;
    return Error{Error::Kind::Storage, u"%1 is %2, and not a file."_s.arg(named(path), what),
                 u"Move it away, and put the file itself there if there is one."_s};
}

std::optional<Error> ownerProblem(const QString &path)
{
    if (windows::isOurFile(nativeOf(path).c_str()).value_or(false))
        return std::nullopt;
    return Error{Error::Kind::Storage, u"The file %1 belongs to another user."_s.arg(named(path)),
                 u"Move it away, or make yourself its owner if you trust what is in it."_s};
}

} // namespace

Result<QByteArray> readSmallFile(const QString &path, qint64 mostBytes, FileOf owner)
{
    const bool mayBeLink = owner == FileOf::Anyone;
    // A link itself is opened where none may be: what was looked at is what is read.
    const DWORD flags = FILE_FLAG_BACKUP_SEMANTICS | (mayBeLink ? 0 : FILE_FLAG_OPEN_REPARSE_POINT);
    HANDLE raw = CreateFileW(nativeOf(path).c_str(), GENERIC_READ,
                             FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                             OPEN_EXISTING, flags, nullptr);
    if (raw == INVALID_HANDLE_VALUE)
        return fail(systemProblem(path, GetLastError()));
    const windows::Handle file(raw);
    BY_HANDLE_FILE_INFORMATION found{};
    if (GetFileType(raw) != FILE_TYPE_DISK || !GetFileInformationByHandle(raw, &found))
        return fail(Error::Kind::Storage, u"%1 is not a file."_s.arg(named(path)),
                    u"Move it away, and put the file itself there if there is one."_s);
    auto problem = kindProblem(path, found.dwFileAttributes, mayBeLink);
    if (!problem && owner == FileOf::Us)
        problem = ownerProblem(path);
    if (problem)
        return fail(*problem);

    QByteArray content;
    char part[4096];
    while (content.size() <= mostBytes) {
        DWORD got = 0;
        if (!ReadFile(raw, part, sizeof part, &got, nullptr))
            return fail(systemProblem(path, GetLastError()));
        if (got == 0)
            return content;
        content.append(part, static_cast<qsizetype>(got));
    }
    return fail(
        Error::Kind::Storage,
        u"The file %1 is larger than %2 KiB."_s.arg(named(path)).arg(mostBytes / 1024),
        u"Such a file is not of Flaredeck's making: look at what is in it, or move it away."_s);
}

Result<> requireOwnFile(const QString &path)
{
    const DWORD attributes = GetFileAttributesW(nativeOf(path).c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES)
        return {}; // opening it reports why
    auto problem = kindProblem(path, attributes, false);
    if (!problem)
        problem = ownerProblem(path);
    return problem ? Result<>(fail(*problem)) : Result<>();
}

Result<> requireRegularFile(const QString &path)
{
    const DWORD attributes = GetFileAttributesW(nativeOf(path).c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES)
        return {};
    const auto problem = kindProblem(path, attributes, true);
    return problem ? Result<>(fail(*problem)) : Result<>();
}

Result<> requireOwnDirectory(const QString &root)
{
    const QString choose = u"Choose a directory that you own with --data-dir."_s;
    if (!QFileInfo(root).isDir())
        return fail(Error::Kind::Storage, u"%1 is not a directory."_s.arg(named(root)), choose);
    if (!windows::isOurFile(nativeOf(root).c_str()).value_or(false))
        return fail(Error::Kind::Storage,
                    u"The data directory %1 belongs to another user."_s.arg(named(root)), choose);
    return {};
}

QString userName(unsigned user)
{
    return QString::number(user);
}

} // namespace flaredeck
