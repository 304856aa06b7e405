#include "app/coredumps.h"

#include <QtGlobal>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#endif

namespace flaredeck::app {

bool forbidCoreDumps()
{
#ifdef Q_OS_LINUX
    // Smaller than any dump, and the one value that Linux also obeys where dumps are piped to a
    // collector: with 0 that one would get them (core(5)). PR_SET_DUMPABLE would hide /proc/<pid>
    // from everything of the same user as well, the desktop's portals among it.
    const rlimit none{1, 1};
    return ::setrlimit(RLIMIT_CORE, &none) == 0;
#else
    return true;
#endif
}

} // namespace flaredeck::app
