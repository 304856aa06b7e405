#include "app/singleinstance.h"

#include "core/base/crypto.h"
#include "core/base/localsocket.h"
#include "core/base/logging.h"
#include "core/base/ownfile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocalSocket>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace flaredeck::app {

namespace {

constexpr int kAnswerMs = 2000;
constexpr qint64 kMostLockBytes = 64;
constexpr qint64 kMostRequestBytes = 64;
const QByteArray kRaise = "raise ";
const QByteArray kWindowAnswer = "window\n";
const QByteArray kNoWindowAnswer = "no window\n";

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

/// Both places, since a later start may lack the session's environment. Never the temporary
/// directory, where another user can create the socket first.
QStringList socketsFor(const QString &lockFile)
{
    QStringList places;
    if (const QString directory = runtimeDirectory(); !directory.isEmpty())
        places << directory + u"/flaredeck-"_s +
                      QString::fromLatin1(crypto::sha256(lockFile.toUtf8()).toHex().left(16));
    places << QFileInfo(lockFile).absolutePath() + u"/flaredeck.socket"_s;
    return places;
}

bool isOurUser(const QLocalSocket &peer)
{
    return localsocket::isOurUser(peer.socketDescriptor());
}

} // namespace

SingleInstance::SingleInstance(const QString &lockFile, QObject *parent)
    : QObject(parent)
    , m_lockFile(lockFile)
    , m_sockets(socketsFor(lockFile))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::answerLaterOnes);
}

SingleInstance::~SingleInstance()
{
    if (m_lock >= 0)
        ::close(m_lock);
}

bool SingleInstance::acquire()
{
    m_problem = lock();
    if (m_lock >= 0)
        listen();
    return m_lock >= 0;
}

/// Takes the lock, or sets the reason why it cannot; does neither when another instance holds it.
std::optional<Error> SingleInstance::lock()
{
    const QString name = QDir::toNativeSeparators(m_lockFile);
    const auto because = [&name](int code, const QString &action) {
        return Error{Error::Kind::Storage,
                     SingleInstance::tr("The lock file %1 cannot be used: %2.")
                         .arg(name, QString::fromLocal8Bit(std::strerror(code))),
                     action};
    };
    if (const Result<> own = requireOwnFile(m_lockFile); !own)
        return own.error();
    // Refuses a link or a FIFO that was put there in the meantime.
    const int file =
        ::open(QFile::encodeName(m_lockFile).constData(),
               O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, S_IRUSR | S_IWUSR);
    if (file < 0)
        return because(errno, SingleInstance::tr("Make the data directory and the file writable, "
                                                 "or choose another with --data-dir."));
    struct stat found = {};
    if (::fstat(file, &found) != 0 || !S_ISREG(found.st_mode) || found.st_nlink > 1) {
        ::close(file);
        return Error{Error::Kind::Storage,
                     SingleInstance::tr("The lock file %1 is another file at the same time, which "
                                        "would be overwritten.")
                         .arg(name),
                     SingleInstance::tr("Move it away.")};
    }
    // The kernel releases the lock when its holder ends, however it ends. A pid in the file would
    // not do: in a container the next program often gets the same pid.
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        const int code = errno;
        ::close(file);
        if (code == EWOULDBLOCK)
            return std::nullopt;
        return because(code, SingleInstance::tr("Choose a directory on a disk that knows locks "
                                                "with --data-dir."));
    }
    m_lock = file;
    const QByteArray pid = QByteArray::number(QCoreApplication::applicationPid());
    if (::ftruncate(m_lock, 0) != 0 || ::write(m_lock, pid.constData(), size_t(pid.size())) < 0)
        qCWarning(lcApp).noquote() << m_lockFile << "cannot be written.";
    return std::nullopt;
}

void SingleInstance::listen()
{
    for (const QString &place : m_sockets) {
        QLocalServer::removeServer(place);
        if (m_server.listen(place))
            return;
    }
    qCWarning(lcApp).noquote() << "A second start will not raise this window:"
                               << m_server.errorString();
}

SingleInstance::Raised SingleInstance::raiseOther(const QString &page) const
{
    for (const QString &place : m_sockets) {
        QLocalSocket socket;
        socket.connectToServer(place);
        if (!socket.waitForConnected(kAnswerMs) || !isOurUser(socket))
            continue;
        socket.write(kRaise + page.toLatin1() + '\n');
        while (!socket.canReadLine() && socket.bytesAvailable() < kMostLockBytes &&
               socket.waitForReadyRead(kAnswerMs)) {
        }
        const QByteArray answer = socket.readLine(kMostLockBytes);
        if (answer == kWindowAnswer)
            return Raised::Window;
        if (answer == kNoWindowAnswer)
            return Raised::NoWindow;
    }
    return Raised::NoAnswer;
}

qint64 SingleInstance::otherPid() const
{
    const auto content = readSmallFile(m_lockFile, kMostLockBytes, FileOf::Us);
    return content ? content->trimmed().toLongLong() : 0;
}

void SingleInstance::answerLaterOnes()
{
    while (QLocalSocket *later = m_server.nextPendingConnection()) {
        connect(later, &QLocalSocket::disconnected, later, &QObject::deleteLater);
        if (!isOurUser(*later)) {
            later->abort();
            continue;
        }
        connect(later, &QLocalSocket::readyRead, this, [this, later] { read(*later); });
        if (later->bytesAvailable() > 0)
            read(*later);
    }
}

void SingleInstance::read(QLocalSocket &later)
{
    if (!later.canReadLine()) {
        if (later.bytesAvailable() >= kMostRequestBytes)
            later.abort();
        return;
    }
    const QByteArray request = later.readLine(kMostRequestBytes).trimmed();
    later.disconnect(this); // what follows is not wanted
    if (request == kRaise.trimmed() || request.startsWith(kRaise))
        answer(later, QString::fromLatin1(request.mid(kRaise.size())));
    else
        later.abort();
}

void SingleInstance::answer(QLocalSocket &later, const QString &page)
{
    // The window is raised first: the reply confirms it.
    if (m_hasWindow)
        emit raiseRequested(page);
    later.write(m_hasWindow ? kWindowAnswer : kNoWindowAnswer);
    later.disconnectFromServer(); // after what was written
}

} // namespace flaredeck::app
