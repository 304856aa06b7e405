#include "core/base/ownfile.h"

#include <QDir>
#include <QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <optional>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace flaredeck {

namespace {

QString named(const QString &path)
{
    return QDir::toNativeSeparators(path);
}

std::optional<Error> kindProblem(const QString &path, const struct stat &file)
{
    if (S_ISREG(file.st_mode))
        return std::nullopt;
    QString what = u"a device"_s;
    if (S_ISLNK(file.st_mode))
        what = u"a link to %1"_s.arg(named(QFile::symLinkTarget(path)));
    else if (S_ISDIR(file.st_mode))
        what = u"a directory"_s;
    else if (S_ISFIFO(file.st_mode) || S_ISSOCK(file.st_mode))
        what = u"a pipe or a socket"_s;
    return Error{Error::Kind::Storage, u"%1 is %2, and not a file."_s.arg(named(path), what),
                 u"Move it away, and put the file itself there if there is one."_s};
}

std::optional<Error> ownerProblem(const QString &path, const struct stat &file)
{
    if (file.st_uid == ::geteuid())
        return std::nullopt;
    return Error{
        Error::Kind::Storage,
        u"The file %1 belongs to another user (%2)."_s.arg(named(path), userName(file.st_uid)),
        u"Move it away, or make yourself its owner if you trust what is in it."_s};
}

/// Where each user has a group of the same name, files are group-writable by default, and the user
/// is the group's only member.
bool isOwnGroup(gid_t group)
{
    const passwd *us = ::getpwuid(::geteuid());
    if (!us || us->pw_gid != group)
        return false;
    const QByteArray name = us->pw_name;
    const ::group *found = ::getgrgid(group);
    return found && name == found->gr_name;
}

std::optional<Error> writerProblem(const QString &path, const struct stat &file)
{
    const bool open = (file.st_mode & S_IWOTH) != 0 ||
                      ((file.st_mode & S_IWGRP) != 0 && !isOwnGroup(file.st_gid));
    if (!open)
        return std::nullopt;
    return Error{Error::Kind::Storage,
                 u"The file %1 can be changed by other users."_s.arg(named(path)),
                 u"Look at what is in it, then close it: chmod go-w."_s};
}

Error systemProblem(const QString &path, int code)
{
    return {code == ENOENT ? Error::Kind::NotFound : Error::Kind::Storage,
            u"The file %1 cannot be opened: %2."_s.arg(named(path),
                                                       QString::fromLocal8Bit(std::strerror(code))),
            u"Choose a file that you may read."_s};
}

/// Closes its file descriptor.
class Descriptor
{
public:
    explicit Descriptor(int number)
        : m_number(number)
    {
    }
    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    [[nodiscard]] int number() const { return m_number; }

private:
    const int m_number;
};

} // namespace

Result<QByteArray> readSmallFile(const QString &path, qint64 mostBytes, FileOf owner)
{
    const QByteArray name = QFile::encodeName(path);
    struct stat found = {};
    // O_NONBLOCK: otherwise open() would wait for ever for a writer of a FIFO.
    const int follow = owner == FileOf::Us ? O_NOFOLLOW : 0;
    const Descriptor file(
        ::open(name.constData(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | follow));
    if (file.number() < 0) {
        const int code = errno;
        if (code == ELOOP && ::lstat(name.constData(), &found) == 0) {
            if (auto problem = kindProblem(path, found))
                return fail(*problem);
        }
        return fail(systemProblem(path, code));
    }
    if (::fstat(file.number(), &found) != 0)
        return fail(systemProblem(path, errno));
    auto problem = kindProblem(path, found);
    if (!problem && owner == FileOf::Us)
        problem = ownerProblem(path, found);
    if (!problem && owner == FileOf::Us)
        problem = writerProblem(path, found);
    if (problem)
        return fail(*problem);

    QByteArray content;
    char part[4096];
    while (content.size() <= mostBytes) {
        const ssize_t got = ::read(file.number(), part, sizeof part);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(systemProblem(path, errno));
        if (got == 0)
            return content;
        content.append(part, got);
    }
    return fail(
        Error::Kind::Storage,
        u"The file %1 is larger than %2 KiB."_s.arg(named(path)).arg(mostBytes / 1024),
        u"Such a file is not of Flaredeck's making: look at what is in it, or move it away."_s);
}

Result<> requireOwnFile(const QString &path)
{
    struct stat found = {};
    if (::lstat(QFile::encodeName(path).constData(), &found) != 0)
        return {}; // the later open() reports why
    auto problem = kindProblem(path, found);
    if (!problem)
        problem = ownerProblem(path, found);
    return problem ? Result<>(fail(*problem)) : Result<>();
}

Result<> requireRegularFile(const QString &path)
{
    struct stat found = {};
    if (::stat(QFile::encodeName(path).constData(), &found) != 0)
        return {};
    const auto problem = kindProblem(path, found);
    return problem ? Result<>(fail(*problem)) : Result<>();
}

Result<> requireOwnDirectory(const QString &root)
{
    const QString name = QDir::toNativeSeparators(root);
    const QString choose = QStringLiteral("Choose a directory that you own with --data-dir.");
    struct stat found = {};
    if (::stat(QFile::encodeName(root).constData(), &found) != 0 || !S_ISDIR(found.st_mode))
        return fail(Error::Kind::Storage, QStringLiteral("%1 is not a directory.").arg(name),
                    choose);
    if (found.st_uid != ::geteuid())
        return fail(Error::Kind::Storage,
                    QStringLiteral("The data directory %1 belongs to another user (%2).")
                        .arg(name, userName(found.st_uid)),
                    choose);
    // For root, /tmp is such a directory: closing it would take it away from all users.
    if ((found.st_mode & S_ISVTX) != 0 && (found.st_mode & S_IWOTH) != 0)
        return fail(Error::Kind::Storage,
                    QStringLiteral("The directory %1 is shared by all users.").arg(name),
                    QStringLiteral("Choose a directory within it with --data-dir."));
    return {};
}

QString userName(unsigned user)
{
    const passwd *known = ::getpwuid(user);
    return known ? QString::fromLocal8Bit(known->pw_name) : QString::number(user);
}

} // namespace flaredeck
