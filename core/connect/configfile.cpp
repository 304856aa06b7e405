#include "core/connect/configfile.h"

#include "core/base/ownfile.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

#ifdef Q_OS_LINUX
#include <sys/xattr.h>
#endif

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

constexpr const char *kAccessList = "system.posix_acl_access";
/// A lock that nobody has renewed for so long is that of a program that is gone.
constexpr qint64 kStaleLockMs = 10'000;

tl::unexpected<Error> refused(const QString &path, const QString &why)
{
    return fail(Error::Kind::Storage, u"%1 %2."_s.arg(QDir::toNativeSeparators(path), why),
                u"Enter Flaredeck there yourself; the window shows what to enter."_s);
}

tl::unexpected<Error> failed(const QString &path, const QString &what, int code)
{
    return fail(Error::Kind::Storage,
                u"%1 cannot be %2: %3."_s.arg(QDir::toNativeSeparators(path), what,
                                              QString::fromLocal8Bit(std::strerror(code))),
                u"Nothing was changed. Make the file and its folder writable, then try again."_s);
}

bool isWithin(const QString &path, const QString &folder)
{
    return path.startsWith(folder + u'/');
}

/// The directory FILE.lock, as some clients take it around their own writes.
class Lock
{
public:
    explicit Lock(QString path)
        : m_path(std::move(path))
    {
        const QByteArray name = QFile::encodeName(m_path);
        m_held = ::mkdir(name.constData(), 0700) == 0;
        if (m_held || errno != EEXIST)
            return;
        const QDateTime since = QFileInfo(m_path).lastModified();
        if (since.msecsTo(QDateTime::currentDateTime()) > kStaleLockMs)
            m_held = ::rmdir(name.constData()) == 0 && ::mkdir(name.constData(), 0700) == 0;
    }
    ~Lock()
    {
        if (m_held)
            ::rmdir(QFile::encodeName(m_path).constData());
    }
    Lock(const Lock &) = delete;
    Lock &operator=(const Lock &) = delete;
    [[nodiscard]] bool isHeld() const { return m_held; }

private:
    const QString m_path;
    bool m_held = false;
};

/// Null when none is wanted.
Result<std::unique_ptr<Lock>> takeLock(const ConfigFile &file, bool isWanted)
{
    if (!isWanted)
        return std::unique_ptr<Lock>();
    auto lock = std::make_unique<Lock>(file.realPath + u".lock"_s);
    if (lock->isHeld())
        return lock;
    return fail(
        Error::Kind::Timeout,
        u"Another program is writing %1 at this moment."_s.arg(QDir::toNativeSeparators(file.path)),
        u"Try again in some seconds."_s);
}

/// A file beside the target, which is gone again unless it became the target.
class Draft
{
public:
    explicit Draft(const QString &target)
        : m_name(QFile::encodeName(u"%1.flaredeck-%2"_s.arg(target).arg(
              QRandomGenerator::system()->generate64(), 0, 36)))
        , m_file(::open(m_name.constData(), O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC,
                        0600))
    {
    }
    ~Draft()
    {
        if (m_file < 0)
            return;
        ::close(m_file);
        if (!m_kept)
            ::unlink(m_name.constData());
    }
    Draft(const Draft &) = delete;
    Draft &operator=(const Draft &) = delete;

    [[nodiscard]] bool isOpen() const { return m_file >= 0; }

    [[nodiscard]] bool write(const QByteArray &bytes) const
    {
        qsizetype done = 0;
        while (done < bytes.size()) {
            const ssize_t part = ::write(m_file, bytes.constData() + done, bytes.size() - done);
            if (part < 0 && errno == EINTR)
                continue;
            if (part < 0)
                return false;
            done += part;
        }
        return ::fsync(m_file) == 0;
    }

    /// Who may read the target may read the draft, and nobody else.
    [[nodiscard]] bool takeRightsOf(const QByteArray &target) const
    {
        struct stat now = {};
        struct stat own = {};
        if (::stat(target.constData(), &now) != 0 || ::fstat(m_file, &own) != 0)
            return false;
        // The folder may give new files another group. First, since it clears bits of the mode.
        if (now.st_gid != own.st_gid && ::fchown(m_file, uid_t(-1), now.st_gid) != 0)
            return false;
        return takeAccessListOf(target) && ::fchmod(m_file, now.st_mode & 07777) == 0;
    }

    [[nodiscard]] bool become(const QByteArray &target)
    {
        m_kept = ::rename(m_name.constData(), target.constData()) == 0;
        return m_kept;
    }

private:
    /// The folder may give new files a list of its own, too.
    [[nodiscard]] bool takeAccessListOf(const QByteArray &target) const
    {
#ifdef Q_OS_LINUX
        QByteArray list(64LL * 1024, Qt::Uninitialized); // the largest that Linux stores
        const ssize_t size = ::getxattr(target.constData(), kAccessList, list.data(), list.size());
        if (size >= 0)
            return ::fsetxattr(m_file, kAccessList, list.constData(), size, 0) == 0;
        if (errno != ENODATA && errno != ENOTSUP)
            return false;
        return ::fremovexattr(m_file, kAccessList) == 0 || errno == ENODATA || errno == ENOTSUP;
#else
        Q_UNUSED(target)
        return true;
#endif
    }

    const QByteArray m_name;
    const int m_file;
    bool m_kept = false;
};

void syncFolderOf(const QByteArray &file)
{
    const QByteArray folder = file.left(file.lastIndexOf('/'));
    const int open = ::open(folder.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (open < 0)
        return;
    ::fsync(open);
    ::close(open);
}

Result<> requireUnchanged(const ConfigFile &before, const QString &home)
{
    const auto now = readConfig(before.path, home);
    if (!now)
        return fail(now.error());
    if (*now != before)
        return fail(Error::Kind::Cancelled,
                    u"%1 was changed by another program in the meantime."_s.arg(
                        QDir::toNativeSeparators(before.path)),
                    u"Look at the change again, as it is now."_s);
    return {};
}

} // namespace

Result<ConfigFile> readConfig(const QString &path, const QString &home)
{
    const QString realHome = QFileInfo(home).canonicalFilePath();
    ConfigFile file{path, {}, false, {}};
    const QFileInfo info(path);
    if (!info.exists()) {
        if (info.isSymbolicLink())
            return refused(path, u"is a link to a file that is not there"_s);
        // The nearest folder that is there must be in the home directory, too.
        QString folder = info.absolutePath();
        while (!QFileInfo::exists(folder) && folder.size() > 1)
            folder = QFileInfo(folder).absolutePath();
        const QString real = QFileInfo(folder).canonicalFilePath();
        if (real != realHome && !isWithin(real, realHome))
            return refused(path, u"would be outside of your home directory"_s);
        file.realPath = real + info.absoluteFilePath().sliced(folder.size());
        return file;
    }
    file.realPath = info.canonicalFilePath();
    if (!isWithin(file.realPath, realHome))
        return refused(path, u"is a link that leads out of your home directory"_s);
    struct stat found = {};
    if (::stat(QFile::encodeName(file.realPath).constData(), &found) != 0)
        return failed(path, u"read"_s, errno);
    if (found.st_uid != ::geteuid())
        return refused(path, u"belongs to another user (%1)"_s.arg(userName(found.st_uid)));
    if (found.st_nlink > 1)
        return refused(path, u"has a second name, which would keep the former content"_s);
    if (found.st_size > kLargestConfig)
        return refused(path, u"is larger than 16 MiB"_s);
    auto bytes = readSmallFile(file.realPath, kLargestConfig);
    if (!bytes)
        return fail(bytes.error());
    file.exists = true;
    file.bytes = *std::move(bytes);
    return file;
}

Result<> replaceConfig(const ConfigFile &before, const QByteArray &bytes, const QString &home,
                       bool lock)
{
    const QByteArray target = QFile::encodeName(before.realPath);
    if (!QDir().mkpath(QFileInfo(before.realPath).absolutePath()))
        return failed(before.path, u"made"_s, errno);
    const auto held = takeLock(before, lock);
    if (!held)
        return fail(held.error());
    Draft draft(before.realPath);
    if (!draft.isOpen() || !draft.write(bytes) || (before.exists && !draft.takeRightsOf(target)))
        return failed(before.path, u"written"_s, errno);
    // As late as possible, since what the client writes after it is lost.
    if (const Result<> same = requireUnchanged(before, home); !same)
        return same;
    if (!draft.become(target))
        return failed(before.path, u"written"_s, errno);
    syncFolderOf(target);
    return {};
}

Result<> removeConfig(const ConfigFile &before, const QString &home, bool lock)
{
    const auto held = takeLock(before, lock);
    if (!held)
        return fail(held.error());
    if (const Result<> same = requireUnchanged(before, home); !same)
        return same;
    const QByteArray target = QFile::encodeName(before.realPath);
    if (::unlink(target.constData()) != 0)
        return failed(before.path, u"removed"_s, errno);
    syncFolderOf(target);
    return {};
}

} // namespace flaredeck::connect
