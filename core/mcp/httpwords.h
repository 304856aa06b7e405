#pragma once

#include "core/http/message.h"
#include "core/rpc/message.h"

/// What both HTTP transports read from a request's head, and how they refuse one.
namespace flaredeck::mcp {

/// What the Accept lines allow, wildcards included (RFC 9110 §12.5.1). No Accept line allows
/// nothing: MCP demands that clients name what they accept.
struct Accepted {
    bool json = false;
    bool stream = false;
    /// text/event-stream is named before application/json: the client would rather have a stream,
    /// which it can come back to when the connection breaks.
    bool prefersStream = false;

    static Accepted of(const http::Headers &headers);
};
/// Whether the body is declared as application/json, whatever its parameters.
[[nodiscard]] bool isJson(const http::Headers &headers);

/// The error for what HTTP itself refuses, before any method is looked at.
[[nodiscard]] rpc::RpcError serverError(QString message);
/// An HTTP error whose body is a JSON-RPC error, so that clients can show the cause.
[[nodiscard]] http::Response refusal(int status, const rpc::RpcError &error,
                                     const std::optional<rpc::RequestId> &id = {});
[[nodiscard]] http::Response methodNotAllowed(const QByteArray &allowed);

} // namespace flaredeck::mcp
