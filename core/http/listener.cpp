#include "core/http/listener.h"

#include "core/base/logging.h"
#include "core/http/connectionguard.h"
#include "core/http/guardedsocket.h"
#include "core/http/peerprocess.h"

#include <QTimer>

namespace flaredeck::http {

namespace {

constexpr int kBacklog = 512;
constexpr int kAcceptAgainMs = 1000;

} // namespace

Listener::Listener(ConnectionGuard &guard)
    : m_guard(guard)
{
    setListenBacklogSize(kBacklog);
    // Qt stops accepting for good when the process is out of file descriptors.
    connect(this, &QTcpServer::acceptError, this, [this] {
        qCWarning(lcHttp, "A connection could not be accepted: %ls",
                  qUtf16Printable(errorString()));
        QTimer::singleShot(kAcceptAgainMs, this, &QTcpServer::resumeAccepting);
    });
}

void Listener::incomingConnection(qintptr descriptor)
{
    auto socket = std::make_unique<GuardedSocket>(descriptor, m_guard, this);
    if (!socket->isWired())
        return;
    // Loopback is shared by all users of a computer; what is served here is one user's own.
    const PeerOwner owner =
        peerOwner({socket->peerAddress(), socket->peerPort(), socket->localPort()});
    if (owner == PeerOwner::Gone)
        return;
    if (owner == PeerOwner::OtherUser) {
        refuse(std::move(socket),
               Response::error(403, "access_denied",
                               "This server serves the programs of the user who runs it. Connect "
                               "as that user."));
        return;
    }
    if (m_guard.makeRoom()) {
        m_guard.add(socket.get());
        addPendingConnection(socket.release());
        return;
    }
    refuse(std::move(socket),
           Response::error(503, "temporarily_unavailable", "The server has no free connection.",
                           {{"Retry-After", "1"}}));
}

void Listener::refuse(std::unique_ptr<GuardedSocket> socket, const Response &response)
{
    if (!m_guard.addRefused(socket.get()))
        return;
    connect(socket.get(), &QTcpSocket::disconnected, socket.get(), &QObject::deleteLater);
    socket.release()->refuse(response);
}

} // namespace flaredeck::http
