#include "app/standardstreams.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace flaredeck::app {

bool openMissingStreams()
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
        if (::fcntl(stream, F_GETFD) >= 0 || errno != EBADF)
            continue;
        // open() returns the lowest free number, which is the missing one since those below are
        // open. No O_CLOEXEC: programs that we start need the streams, too.
        if (::open("/dev/null", stream == STDIN_FILENO ? O_RDONLY : O_WRONLY) != stream)
            return false;
    }
    return true;
}

bool isTerminal(int stream)
{
    return ::isatty(stream) != 0;
}

} // namespace flaredeck::app
