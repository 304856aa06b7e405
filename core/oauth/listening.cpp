#include "core/oauth/listening.h"

#include <QCoroAbstractSocket>
#include <QCoroFuture>
#include <QHostAddress>
#include <QTcpSocket>

#include <algorithm>
#include <chrono>

namespace flaredeck::oauth {

Task<Listening> lookAtListener(quint16 port)
{
    Listening listening;
    listening.programs = co_await http::findListeners(port);
    listening.isOpen = !listening.programs.isEmpty();
    for (const QHostAddress &address :
         {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)}) {
        if (listening.isOpen)
            break;
        QTcpSocket socket;
        socket.connectToHost(address, port);
        // A refused connection runs into the limit as well, which paces the caller's attempts.
        listening.isOpen = co_await qCoro(&socket).waitForConnected(std::chrono::milliseconds(125));
        socket.abort();
    }
    // Whoever came between the two looks must not pass for one that the system cannot name.
    if (listening.isOpen && listening.programs.isEmpty())
        listening.programs = co_await http::findListeners(port);
    co_return listening;
}

bool areSamePrograms(const QList<http::PeerProcess> &found,
                     const QList<http::PeerProcess> &expected)
{
    const auto isExpected = [&expected](const http::PeerProcess &program) {
        return std::any_of(
            expected.begin(), expected.end(),
            [&program](const http::PeerProcess &known) { return known.isSameProgramAs(program); });
    };
    return !found.isEmpty() && std::all_of(found.begin(), found.end(), isExpected);
}

} // namespace flaredeck::oauth
