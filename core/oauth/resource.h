#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>

/// Resource indicators (RFC 8707): which of our endpoints a token is for. Pure.
namespace flaredeck::oauth::resource {

/// A set of endpoints, cheap enough to test on every call.
enum Cover : quint8 { Nothing = 0, Mcp = 1, Sse = 2, Everything = Mcp | Sse };

/// "/", "/mcp" or "/sse" when `value` names one of ours by any spelling of loopback; "/" stands for
/// both endpoints.
[[nodiscard]] std::optional<QString> canonical(const QString &value, quint16 ownPort);

[[nodiscard]] quint8 coverOf(const QStringList &paths);
/// The endpoint that a request path belongs to: "/mcp/x" is below /mcp, "/mcp-x" is not.
[[nodiscard]] quint8 endpointOf(const QByteArray &path);

/// Every wanted path is covered by the granted ones.
[[nodiscard]] bool isSubset(const QStringList &wanted, const QStringList &granted);

} // namespace flaredeck::oauth::resource
