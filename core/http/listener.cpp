#include "core/http/listener.h"

#include "core/base/logging.h"
#include "core/http/connectionguard.h"
#include "core/http/guardedsocket.h"

#include <QTimer>

#include <memory>

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
    if (m_guard.makeRoom()) {
        m_guard.add(socket.get());
        addPendingConnection(socket.release());
        return;
    }
    if (!m_guard.addRefused(socket.get()))
        return;
    connect(socket.get(), &QTcpSocket::disconnected, socket.get(), &QObject::deleteLater);
    socket.release()->refuse(Response::error(503, "temporarily_unavailable",
                                             "The server has no free connection.",
                                             {{"Retry-After", "1"}}));
}

} // namespace flaredeck::http
