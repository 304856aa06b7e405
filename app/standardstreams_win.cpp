#include "app/standardstreams.h"

#include <io.h>

// Unproven: no Windows has run this.
namespace flaredeck::app {

bool openMissingStreams()
{
    return true; // a handle that is closed here gets no number that another file could have
}

bool isTerminal(int stream)
{
    return ::_isatty(stream) != 0;
}

} // namespace flaredeck::app
