#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

/// Resource indicators (RFC 8707): which of our endpoints a token is for. Pure.
namespace flaredeck::oauth::resource {

/// Every endpoint: /mcp, /sse, and the same below the name of each toolset.
[[nodiscard]] const QList<QByteArray> &endpoints();

/// A set of endpoints, cheap enough to test on every call.
using Cover = quint64;

/// The path of an endpoint, or "/" for all of them, when `value` names one of ours by any spelling
/// of loopback.
[[nodiscard]] std::optional<QString> canonical(const QString &value, quint16 ownPort);

[[nodiscard]] Cover coverOf(const QStringList &paths);
/// The endpoint that a request path belongs to, as a set of one or none: "/mcp/x" is below /mcp,
/// "/mcp-x" is not.
[[nodiscard]] Cover endpointOf(const QByteArray &path);
/// Its path; nothing where there is none.
[[nodiscard]] std::optional<QByteArray> endpointPathOf(const QByteArray &path);
/// The very path of an endpoint, with one slash at its end or without.
[[nodiscard]] bool isEndpoint(const QByteArray &path);

/// Every wanted path is covered by the granted ones.
[[nodiscard]] bool isSubset(const QStringList &wanted, const QStringList &granted);

} // namespace flaredeck::oauth::resource
