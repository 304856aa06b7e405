#include "app/coredumps.h"

#include <QtGlobal>

#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#include <sys/resource.h>
#endif

namespace flaredeck::app {

bool forbidCoreDumps()
{
#ifdef Q_OS_LINUX
    // The limit alone does not bind a system that pipes dumps to a collector (core(5)).
    const rlimit none{0, 0};
    return ::setrlimit(RLIMIT_CORE, &none) == 0 && ::prctl(PR_SET_DUMPABLE, 0) == 0;
#else
    return true;
#endif
}

} // namespace flaredeck::app
