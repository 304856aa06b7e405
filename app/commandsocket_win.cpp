#include "app/commandsocket.h"

// Unproven: no Windows has run this.
namespace flaredeck::app {

/// That a reader has gone is noticed with the next line.
bool CommandSocket::waitForBytes(int patienceMs)
{
    return m_socket.waitForReadyRead(patienceMs);
}

} // namespace flaredeck::app
