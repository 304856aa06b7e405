#include "app/singleinstance.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"

#include <QCoreApplication>
#include <QFile>
#include <QLocalSocket>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace flaredeck::app {

namespace {

constexpr int kAnswerMs = 2000;
const QByteArray kWindowAnswer = "window\n";
const QByteArray kNoWindowAnswer = "no window\n";

} // namespace

SingleInstance::SingleInstance(const QString &lockFile, QObject *parent)
    : QObject(parent)
    , m_lockFile(lockFile)
    // A socket's path must stay below some hundred characters, which a data directory need not.
    , m_name(QStringLiteral("flaredeck-") +
             QString::fromLatin1(crypto::sha256(lockFile.toUtf8()).toHex().left(16)))
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
    // The kernel drops the lock when its holder dies, however it dies. A pid in the file would not
    // do: in a container the next program often gets the same one.
    const int file = ::open(QFile::encodeName(m_lockFile).constData(), O_RDWR | O_CREAT | O_CLOEXEC,
                            S_IRUSR | S_IWUSR);
    if (file < 0 || ::flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (file >= 0)
            ::close(file);
        return false;
    }
    m_lock = file;
    const QByteArray pid = QByteArray::number(QCoreApplication::applicationPid());
    if (::ftruncate(m_lock, 0) != 0 || ::write(m_lock, pid.constData(), size_t(pid.size())) < 0)
        qCWarning(lcApp).noquote() << m_lockFile << "cannot be written.";

    QLocalServer::removeServer(m_name);
    if (!m_server.listen(m_name))
        qCWarning(lcApp).noquote()
            << "A second start will not raise this window:" << m_server.errorString();
    return true;
}

SingleInstance::Raised SingleInstance::raiseOther() const
{
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(kAnswerMs))
        return Raised::NoAnswer;
    while (!socket.canReadLine()) {
        if (!socket.waitForReadyRead(kAnswerMs))
            return Raised::NoAnswer;
    }
    return socket.readLine() == kWindowAnswer ? Raised::Window : Raised::NoWindow;
}

qint64 SingleInstance::otherPid() const
{
    QFile file(m_lockFile);
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().toLongLong() : 0;
}

void SingleInstance::answerLaterOnes()
{
    while (QLocalSocket *socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        socket->write(m_hasWindow ? kWindowAnswer : kNoWindowAnswer);
        socket->disconnectFromServer(); // after what was written
        if (m_hasWindow)
            emit raiseRequested();
    }
}

} // namespace flaredeck::app
