#pragma once

#include "core/http/httpmessage.h"
#include "core/rpc/message.h"

#include <optional>

/// The headers that repeat parts of a stateless request for whatever routes it on the way, and that
/// must say the same as its body (MCP 2026-07-28, basic/transports, "Standard request headers").
namespace flaredeck::mcp::standardheaders {

/// A header's value as text: plain, or `=?base64?…?=` around the Base64 of its UTF-8. Nothing when
/// what stands between the markers is no such text.
[[nodiscard]] std::optional<QByteArray> decode(QByteArrayView value);

/// Mcp-Method and, for methods that name something, Mcp-Name. The error to refuse with.
[[nodiscard]] std::optional<rpc::RpcError> check(const http::Headers &headers,
                                                 const rpc::Message &request);

/// Mcp-Param-*: one for each argument that the tool's schema marks with `x-mcp-header`, and none
/// for arguments that are absent or null.
[[nodiscard]] std::optional<rpc::RpcError>
checkArguments(const http::Headers &headers, const Json &inputSchema, const Json &arguments);

} // namespace flaredeck::mcp::standardheaders
