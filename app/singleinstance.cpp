#include "app/singleinstance.h"

#include "core/base/localsocket.h"
#include "core/base/logging.h"
#include "core/base/ownfile.h"

#include <QLocalSocket>

using namespace Qt::StringLiterals;

namespace flaredeck::app {

namespace {

constexpr int kAnswerMs = 2000;
constexpr qint64 kMostLockBytes = 64;
constexpr qint64 kMostRequestBytes = 64;
const QByteArray kRaise = "raise ";
const QByteArray kWindowAnswer = "window\n";
const QByteArray kNoWindowAnswer = "no window\n";

bool isOurUser(const QLocalSocket &peer)
{
    return localsocket::isOurUser(peer.socketDescriptor());
}

} // namespace

SingleInstance::SingleInstance(const QString &lockFile, QObject *parent)
    : QObject(parent)
    , m_lockFile(lockFile)
    , m_sockets(instanceSockets(lockFile))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::answerLaterOnes);
}

SingleInstance::~SingleInstance() = default;

bool SingleInstance::acquire()
{
    const Result<bool> taken = m_lock.take(m_lockFile);
    m_problem = taken ? std::nullopt : std::optional(taken.error());
    if (!m_lock.isHeld())
        return false;
    listen();
    return true;
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
