#pragma once

#include "core/connect/clientcatalog.h"

namespace flaredeck::connect {

/// Where entries have to lead: to this Flaredeck.
struct Target {
    QString url;          ///< "http://localhost:8788/mcp"
    QStringList bridge;   ///< the bridge with its arguments; empty = it cannot be reached
    QStringList toolsets; ///< each is served at /NAME/mcp, too
    QString hostedDomain; ///< the provider's own MCP servers are within it; empty = none
    bool operator==(const Target &) const = default;
};

/// What an entry of a client's configuration does.
struct EntryReading {
    enum class Leads {
        Here,        ///< to this Flaredeck, and it is switched on
        SwitchedOff, ///< it would, but the client does not use it
        Astray,      ///< it is meant for Flaredeck, and does not get there
        Relay,       ///< to this Flaredeck through mcp-remote
        Hosted,      ///< to a hosted server of the provider that Flaredeck serves as well
        Elsewhere,
    };
    Leads leads = Leads::Elsewhere;
    Way way = Way::Http; ///< unless Elsewhere
    QString toolset;     ///< that it asks for; empty = all tools

    bool operator==(const EntryReading &) const = default;
};

/// An entry called "flaredeck" is meant for Flaredeck, and so is one that we wrote.
[[nodiscard]] EntryReading readEntry(const QString &name, const Entry &entry, const Target &target,
                                     bool isOurs = false);

/// Its address, or its command with the arguments: what tells an entry of ours from one that took
/// its place.
[[nodiscard]] QString leadOf(const Entry &entry);
/// The same entry with another address.
[[nodiscard]] Entry withAddress(const Entry &entry, const QString &address);

/// What the client needs to reach the target, or a toolset of it, as the entry `name`. Of `old`
/// stays what the client keeps for itself: its timeouts, and what it approved by itself; its tokens
/// if they were for a server of this computer.
[[nodiscard]] Entry makeEntry(const Entry &shape, const Target &target, const QString &toolset,
                              const QString &name, const Entry &old = {});
/// The target's address, for a toolset of it if one is named.
[[nodiscard]] QString addressFor(const Target &target, const QString &toolset);

/// What is said of an entry that will be replaced: names, and no values.
[[nodiscard]] QString describe(const Entry &entry);

/// Texts of the entry that may be secrets: all values of its environment and headers, and what
/// redaction would replace.
[[nodiscard]] QStringList secretsIn(const Entry &entry);

} // namespace flaredeck::connect
