#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <bitset>
#include <optional>

/// Resource indicators (RFC 8707): which of our endpoints a token is for. Pure.
namespace flaredeck::oauth::resource {

/// Every endpoint: /mcp, /sse, and the same below the name of each toolset that is offered now.
[[nodiscard]] QList<QByteArray> endpoints();

/// A set of endpoints, cheap enough to test on every call. An endpoint keeps its bit while the
/// process runs, although toolsets come and go.
using Cover = std::bitset<512>;

/// The path of an endpoint, or "/" for all of them, when `value` names one of ours by any spelling
/// of loopback. A query is part of the address that a person typed and says nothing about the
/// endpoint; a fragment is refused (RFC 8707 §2).
[[nodiscard]] std::optional<QString> canonical(const QString &value, quint16 ownPort);

[[nodiscard]] Cover coverOf(const QStringList &paths);
/// The endpoint that a request path belongs to, as a set of one or none: "/mcp/x" is below /mcp,
/// "/mcp-x" is not.
[[nodiscard]] Cover endpointOf(const QByteArray &path);
/// Its path; nothing where there is none.
[[nodiscard]] std::optional<QByteArray> endpointPathOf(const QByteArray &path);
/// The very path of an endpoint, with one slash at its end or without.
[[nodiscard]] bool isEndpoint(const QByteArray &path);

/// The query of a request with its question mark, for an address that answers name again; empty
/// when there is none, or when it holds what has no place in one.
[[nodiscard]] QByteArray mirrored(const QByteArray &query);

/// Every wanted path is covered by the granted ones.
[[nodiscard]] bool isSubset(const QStringList &wanted, const QStringList &granted);
/// What a token request gets that names `wanted`: all that was granted when it names nothing or
/// more than that, as hosts do that authorize with the endpoint's address and redeem with the
/// origin's (RFC 8707 §2.2 lets a server narrow). Nothing when it names something else.
[[nodiscard]] std::optional<QStringList> narrowed(const QStringList &wanted,
                                                  const QStringList &granted);

} // namespace flaredeck::oauth::resource
