#include "tests/fuzz/fuzztarget.h"

#include <cstdio>
#include <cstdlib>

namespace flaredeck::fuzz {

void broken(const char *promise, const char *file, int line)
{
    std::fprintf(stderr, "%s:%d: a promise is broken: %s\n", file, line, promise);
    std::abort();
}

} // namespace flaredeck::fuzz
