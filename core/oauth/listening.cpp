#include "core/oauth/listening.h"

#include "core/http/peerprocess.h"

#include <QCoroAbstractSocket>
#include <QCoroFuture>
#include <QHostAddress>
#include <QTcpSocket>

#include <chrono>

namespace flaredeck::oauth {

Task<bool> isListening(quint16 port)
{
    const auto listeners = co_await http::findListeners(port);
    if (!listeners.isEmpty())
        co_return true;
    for (const QHostAddress &address :
         {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)}) {
        QTcpSocket socket;
        socket.connectToHost(address, port);
        // A refused connection runs into the limit as well, which paces the caller's attempts.
        const bool connected =
            co_await qCoro(&socket).waitForConnected(std::chrono::milliseconds(125));
        socket.abort();
        if (connected)
            co_return true;
    }
    co_return false;
}

} // namespace flaredeck::oauth
