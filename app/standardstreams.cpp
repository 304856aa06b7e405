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
        // The lowest free number is the one that is missing, as those below it are open. Without
        // O_CLOEXEC: programs that we start need their streams, too.
        if (::open("/dev/null", stream == STDIN_FILENO ? O_RDONLY : O_WRONLY) != stream)
            return false;
    }
    return true;
}

} // namespace flaredeck::app
