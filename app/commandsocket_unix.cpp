#include "app/commandsocket.h"

#include <array>
#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace flaredeck::app {

bool CommandSocket::waitForBytes(int patienceMs)
{
    // A pipe whose reader has gone would be noticed with the next line only. Of a pipe that is an
    // error, of a socket or a terminal its end. A command that does something is waited for whoever
    // reads.
    std::array<pollfd, 2> ends{pollfd{static_cast<int>(m_socket.socketDescriptor()), POLLIN, 0},
                               pollfd{m_isStream ? STDOUT_FILENO : -1, 0, 0}};
    const int ready = ::poll(ends.data(), ends.size(), patienceMs);
    if (ready < 0 && errno == EINTR)
        return true;
    if (ready <= 0)
        return false;
    if ((ends[1].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
        m_isUnwanted = true;
        return false;
    }
    (void)m_socket.waitForReadyRead(0);
    return true;
}

} // namespace flaredeck::app
