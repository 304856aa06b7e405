#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <utility>

/// All rules about redirect URIs. Pure: strings in, verdicts out.
namespace flaredeck::oauth::redirecturi {

enum class Kind {
    Loopback, ///< a program on this computer listens (RFC 8252 §7.3)
    App,      ///< a link that opens an application (RFC 8252 §7.1)
    Web,      ///< a web site: the code leaves this computer
};

struct Parts {
    Kind kind = Kind::Web;
    QString scheme; ///< lower case
    QString host;   ///< lower case; IPv6 literals keep their brackets
    int port = 0;   ///< 0 = none given
    QString rest;   ///< path and query as written
};

/// What may be registered at all; the error says what is wrong with it.
[[nodiscard]] Result<Parts> parse(const QString &uri);

/// A redirect to ourselves would feed the code back into this server.
[[nodiscard]] bool isOwnOrigin(const Parts &parts, quint16 ownPort);

/// Byte-equal; loopback URIs may differ in the port only. `localhost` and `127.0.0.1` are two
/// hosts.
[[nodiscard]] bool matches(const QString &registered, const QString &requested);

/// Where a program on this computer listens for it; that of the scheme (RFC 9110 §4.2) when the
/// URI names none. 0 for every other kind.
[[nodiscard]] quint16 loopbackPort(const QString &uri);

/// As it is, but without the port where a program on this computer listens: those change.
[[nodiscard]] QString withoutPort(const QString &uri);

/// For a person: "this computer, port 3334, /oauth/callback", "opens Cursor".
[[nodiscard]] QString describe(const QString &uri);
/// The words leave something out: the address has to stand beside them.
[[nodiscard]] bool needsAddress(const QString &uri);
/// A web site that is not one of the well-known MCP clients' own.
[[nodiscard]] bool leavesComputer(const QString &uri);

/// Appends query parameters and keeps those that are there.
[[nodiscard]] QByteArray withParameters(const QString &uri,
                                        const QList<std::pair<QByteArray, QByteArray>> &parameters);

} // namespace flaredeck::oauth::redirecturi
