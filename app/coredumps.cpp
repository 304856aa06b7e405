#include "app/coredumps.h"

#include <QtGlobal>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#endif

namespace flaredeck::app {

bool forbidCoreDumps()
{
#ifdef Q_OS_LINUX
    // 1 is smaller than any dump, and Linux obeys it even where dumps are piped to a collector; 0
    // does not stop a collector (core(5)). PR_SET_DUMPABLE would also hide /proc/<pid> from all
    // programs of the same user, the desktop's portals included.
    const rlimit none{1, 1};
    return ::setrlimit(RLIMIT_CORE, &none) == 0;
#else
    return true;
#endif
}

} // namespace flaredeck::app
