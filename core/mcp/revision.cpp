#include "core/mcp/revision.h"

#include <algorithm>

namespace flaredeck::mcp {

namespace {

// clang-format off
constexpr Traits kTraits[] = {
    //             batches  annotations  progressMessage  titles  structuredOutput
    {"2025-11-25", false,   true,        true,            true,   true},
    {"2025-06-18", false,   true,        true,            true,   true},
    {"2025-03-26", true,    true,        true,            false,  false},
    {"2024-11-05", false,   false,       false,           false,  false},
};
// clang-format on

} // namespace

std::span<const Traits> servedRevisions()
{
    return kTraits;
}

const Traits *findRevision(QByteArrayView name)
{
    const auto found = std::find_if(std::begin(kTraits), std::end(kTraits),
                                    [name](const Traits &traits) { return name == traits.name; });
    return found == std::end(kTraits) ? nullptr : found;
}

const Traits &negotiate(QByteArrayView requested)
{
    const Traits *same = findRevision(requested);
    return same ? *same : kTraits[0];
}

Json servedRevisionNames()
{
    Json names = Json::array();
    for (const Traits &traits : kTraits)
        names.push_back(traits.name);
    return names;
}

} // namespace flaredeck::mcp
