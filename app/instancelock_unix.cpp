#include "app/instancelock.h"

#include "app/singleinstance.h"
#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/ownfile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace flaredeck::app {

namespace {

/// The session's runtime directory, which other users cannot enter; empty when there is none (XDG
/// Base Directory Specification: owned by the user, mode 0700).
QString runtimeDirectory()
{
    const QByteArray name = qgetenv("XDG_RUNTIME_DIR");
    struct stat found = {};
    if (!name.startsWith('/') || ::lstat(name.constData(), &found) != 0)
        return {};
    const bool ours = S_ISDIR(found.st_mode) && found.st_uid == ::geteuid() &&
                      (found.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    return ours ? QFile::decodeName(name) : QString();
}

} // namespace

QStringList instanceSockets(const QString &lockFile)
{
    QStringList places;
    if (const QString directory = runtimeDirectory(); !directory.isEmpty())
        places << directory + u"/flaredeck-"_s +
                      QString::fromLatin1(crypto::sha256(lockFile.toUtf8()).toHex().left(16));
    places << QFileInfo(lockFile).absolutePath() + u"/flaredeck.socket"_s;
    return places;
}

InstanceLock::~InstanceLock()
{
    if (isHeld())
        ::close(static_cast<int>(m_file));
}

Result<bool> InstanceLock::take(const QString &path)
{
    const QString name = QDir::toNativeSeparators(path);
    const auto because = [&name](int code, const QString &action) {
        return fail(Error::Kind::Storage,
                    SingleInstance::tr("The lock file %1 cannot be used: %2.")
                        .arg(name, QString::fromLocal8Bit(std::strerror(code))),
                    action);
    };
    if (const Result<> own = requireOwnFile(path); !own)
        return fail(own.error());
    // Refuses a link or a FIFO that was put there in the meantime.
    const int file =
        ::open(QFile::encodeName(path).constData(),
               O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, S_IRUSR | S_IWUSR);
    if (file < 0)
        return because(errno, SingleInstance::tr("Make the data directory and the file writable, "
                                                 "or choose another with --data-dir."));
    struct stat found = {};
    if (::fstat(file, &found) != 0 || !S_ISREG(found.st_mode) || found.st_nlink > 1) {
        ::close(file);
        return fail(Error::Kind::Storage,
                    SingleInstance::tr("The lock file %1 is another file at the same time, which "
                                       "would be overwritten.")
                        .arg(name),
                    SingleInstance::tr("Move it away."));
    }
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        const int code = errno;
        ::close(file);
        if (code == EWOULDBLOCK)
            return false;
        return because(code, SingleInstance::tr("Choose a directory on a disk that knows locks "
                                                "with --data-dir."));
    }
    m_file = file;
    const QByteArray pid = QByteArray::number(QCoreApplication::applicationPid());
    if (::ftruncate(file, 0) != 0 || ::write(file, pid.constData(), size_t(pid.size())) < 0)
        qCWarning(lcApp).noquote() << path << "cannot be written.";
    return true;
}

} // namespace flaredeck::app
