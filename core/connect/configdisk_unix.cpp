#include "core/connect/configdisk.h"

#include "core/base/ownfile.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef Q_OS_LINUX
#include <sys/xattr.h>
#endif

namespace flaredeck::connect::disk {

using namespace Qt::StringLiterals;

namespace {

constexpr const char *kAccessList = "system.posix_acl_access";
/// A lock that nobody has renewed for so long is that of a program that is gone.
constexpr qint64 kStaleLockMs = 10'000;

void syncFolderOf(const QByteArray &file)
{
    const QByteArray folder = file.left(file.lastIndexOf('/'));
    const int open = ::open(folder.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (open < 0)
        return;
    ::fsync(open);
    ::close(open);
}

/// The folder may give new files a list of its own.
bool takeAccessList(int file, const QByteArray &target)
{
#ifdef Q_OS_LINUX
    QByteArray list(64LL * 1024, Qt::Uninitialized); // the largest that Linux stores
    const ssize_t size = ::getxattr(target.constData(), kAccessList, list.data(), list.size());
    if (size >= 0)
        return ::fsetxattr(file, kAccessList, list.constData(), size, 0) == 0;
    if (errno != ENODATA && errno != ENOTSUP)
        return false;
    return ::fremovexattr(file, kAccessList) == 0 || errno == ENODATA || errno == ENOTSUP;
#else
    Q_UNUSED(file)
    Q_UNUSED(target)
    return true;
#endif
}

} // namespace

std::optional<Facts> factsOf(const QString &path)
{
    struct stat found = {};
    if (::stat(QFile::encodeName(path).constData(), &found) != 0)
        return std::nullopt;
    return Facts{found.st_uid == ::geteuid() ? QString() : userName(found.st_uid),
                 static_cast<qint64>(found.st_nlink), found.st_size};
}

Lock::Lock(const QString &path)
    : m_path(path)
{
    const QByteArray name = QFile::encodeName(m_path);
    m_held = ::mkdir(name.constData(), 0700) == 0;
    if (m_held || errno != EEXIST)
        return;
    const QDateTime since = QFileInfo(m_path).lastModified();
    if (since.msecsTo(QDateTime::currentDateTime()) > kStaleLockMs)
        m_held = ::rmdir(name.constData()) == 0 && ::mkdir(name.constData(), 0700) == 0;
}

Lock::~Lock()
{
    if (m_held)
        ::rmdir(QFile::encodeName(m_path).constData());
}

struct Draft::File {
    QByteArray target;
    QByteArray name;
    int descriptor = -1;
    bool isKept = false;
};

Draft::Draft(const QString &target)
    : m_file(std::make_unique<File>())
{
    m_file->target = QFile::encodeName(target);
    m_file->name = QFile::encodeName(
        u"%1.flaredeck-%2"_s.arg(target).arg(QRandomGenerator::system()->generate64(), 0, 36));
    m_file->descriptor = ::open(m_file->name.constData(),
                                O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
}

Draft::~Draft()
{
    if (!isOpen())
        return;
    ::close(m_file->descriptor);
    if (!m_file->isKept)
        ::unlink(m_file->name.constData());
}

bool Draft::isOpen() const
{
    return m_file->descriptor >= 0;
}

bool Draft::write(const QByteArray &bytes) const
{
    qsizetype done = 0;
    while (done < bytes.size()) {
        const ssize_t part =
            ::write(m_file->descriptor, bytes.constData() + done, bytes.size() - done);
        if (part < 0 && errno == EINTR)
            continue;
        if (part < 0)
            return false;
        done += part;
    }
    return ::fsync(m_file->descriptor) == 0;
}

bool Draft::takeRights() const
{
    struct stat now = {};
    struct stat own = {};
    if (::stat(m_file->target.constData(), &now) != 0 || ::fstat(m_file->descriptor, &own) != 0)
        return false;
    // The folder may give new files another group. First, since it clears bits of the mode.
    if (now.st_gid != own.st_gid && ::fchown(m_file->descriptor, uid_t(-1), now.st_gid) != 0)
        return false;
    return takeAccessList(m_file->descriptor, m_file->target) &&
           ::fchmod(m_file->descriptor, now.st_mode & 07777) == 0;
}

bool Draft::becomeTarget()
{
    m_file->isKept = ::rename(m_file->name.constData(), m_file->target.constData()) == 0;
    if (m_file->isKept)
        syncFolderOf(m_file->target);
    return m_file->isKept;
}

bool remove(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    if (::unlink(name.constData()) != 0)
        return false;
    syncFolderOf(name);
    return true;
}

} // namespace flaredeck::connect::disk
