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
    Way way = Way::Http;  ///< unless Elsewhere
    QString toolset;      ///< that it asks for; empty = all tools
    bool relayed = false; ///< it runs mcp-remote

    bool operator==(const EntryReading &) const = default;
};

/// An entry called "flaredeck" is meant for Flaredeck; of those that we `wrote` so is one for any
/// port of this computer.
[[nodiscard]] EntryReading readEntry(const QString &name, const Entry &entry, const Target &target,
                                     const QStringList &wrote = {});

/// What the client needs to reach the target, or a toolset of it. Members of `old` that do not say
/// where it leads stay: they are the client's own, such as its timeouts and its tokens.
[[nodiscard]] Entry makeEntry(const Entry &shape, const Target &target, const QString &toolset,
                              const Entry &old = {});

/// What is said of an entry that will be replaced: names, and no values.
[[nodiscard]] QString describe(const Entry &entry);

/// Texts of the entry that may be secrets: all values of its environment and headers, and what
/// redaction would replace.
[[nodiscard]] QStringList secretsIn(const Entry &entry);

} // namespace flaredeck::connect
