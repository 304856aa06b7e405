#pragma once

#include <QString>
#include <QUrl>

namespace flaredeck::remote {

/// A remote MCP server: where it is, and what it may lead to.
struct Server {
    QString name; ///< of its toolset: a-z, 0-9 and -
    QString title;
    QUrl url; ///< its endpoint, and exactly so the resource of its tokens (RFC 8707)
    /// The provider's facts name it: its authorization server is at the same origin.
    bool isKnown = false;
    /// A person typed an address on this computer or its network: only then may it be one, and only
    /// on this computer may it be http.
    bool mayBePrivate = false;

    bool operator==(const Server &) const = default;
};

} // namespace flaredeck::remote
