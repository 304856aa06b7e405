#pragma once

#include <QByteArray>
#include <QString>

/// Where the server is found: /mcp and /sse have everything, and each toolset has a pair of its own
/// below its name (/observability/mcp) for clients that can take few tools. Pure.
namespace flaredeck::mcp::address {

/// The path of an endpoint ("mcp", "sse", "sse/message"); an empty toolset stands for all of them.
[[nodiscard]] QByteArray of(const QString &toolset, QByteArrayView endpoint);
/// The toolset of a path that is one of these; empty = all.
[[nodiscard]] QString toolsetOf(const QByteArray &path);

} // namespace flaredeck::mcp::address
