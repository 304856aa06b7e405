#include "bridge/sessionenvironment.h"

namespace flaredeck::bridge {

QProcessEnvironment sessionEnvironment()
{
    return QProcessEnvironment::systemEnvironment(); // the system has the session's
}

} // namespace flaredeck::bridge
