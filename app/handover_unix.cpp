#include "app/handover.h"

#include <sys/stat.h>
#include <unistd.h>

namespace flaredeck::app {

bool isStandardErrorRead()
{
    struct stat found = {};
    return ::isatty(STDERR_FILENO) != 0 || (::fstat(STDERR_FILENO, &found) == 0 &&
                                            (S_ISFIFO(found.st_mode) || S_ISREG(found.st_mode)));
}

int becomeProgram(const char *path, const std::vector<char *> &arguments)
{
    return ::execv(path, arguments.data());
}

} // namespace flaredeck::app
