#include "core/policy/toolsets.h"

namespace flaredeck::toolsets {

const QStringList &names()
{
    static const QStringList names{QStringLiteral("observability")};
    return names;
}

} // namespace flaredeck::toolsets
