#pragma once

#include <QtGlobal>

namespace flaredeck::connect {

/// What programs of one kind take together.
struct Load {
    int processes = 0;
    qint64 bytes =
        0; ///< proportional set size: shared pages are divided among those who share them

    bool operator==(const Load &) const = default;
};

/// Of this user's processes, now. Zero where the platform does not tell. Some milliseconds; blocks.
struct Loads {
    Load relays;  ///< mcp-remote, with the programs that only start it
    Load bridges; ///< flaredeck-bridge

    bool operator==(const Loads &) const = default;
};
[[nodiscard]] Loads measureLoads();

} // namespace flaredeck::connect
