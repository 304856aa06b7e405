#include "core/mcp/revision.h"

#include <algorithm>

namespace flaredeck::mcp {

namespace {

// clang-format off
constexpr Traits kTraits[] = {
    //             stateless  batches  annotations  progressMessage  titles  structuredOutput  audio  resourceLinks  primes
    {"2026-07-28", true,      false,   true,        true,            true,   true,             true,  true,          false},
    {"2025-11-25", false,     false,   true,        true,            true,   true,             true,  true,          true},
    {"2025-06-18", false,     false,   true,        true,            true,   true,             true,  true,          false},
    {"2025-03-26", false,     true,    true,        true,            false,  false,            true,  false,         false},
    {"2024-11-05", false,     false,   false,       false,           false,  false,            false, false,         false},
};
// clang-format on

const Traits *find(QByteArrayView name, bool stateless)
{
    const auto found = std::find_if(std::begin(kTraits), std::end(kTraits), [&](const Traits &one) {
        return one.stateless == stateless && name == one.name;
    });
    return found == std::end(kTraits) ? nullptr : found;
}

} // namespace

const Traits *findRevision(QByteArrayView name)
{
    return find(name, false);
}

const Traits *findStateless(QByteArrayView name)
{
    return find(name, true);
}

const Traits &negotiate(QByteArrayView requested)
{
    if (const Traits *same = findRevision(requested))
        return *same;
    return *std::find_if(std::begin(kTraits), std::end(kTraits),
                         [](const Traits &one) { return !one.stateless; });
}

Json servedRevisionNames()
{
    Json names = Json::array();
    for (const Traits &one : kTraits)
        names.push_back(one.name);
    return names;
}

Json statelessRevisionNames()
{
    Json names = Json::array();
    for (const Traits &one : kTraits) {
        if (one.stateless)
            names.push_back(one.name);
    }
    return names;
}

} // namespace flaredeck::mcp
