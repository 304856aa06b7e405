#pragma once

#include "core/base/identity.h"
#include "core/http/httpmessage.h"
#include "core/rpc/message.h"

#include <functional>

/// What the HTTP transports read from a request's head, and how they refuse one.
namespace flaredeck::mcp {

/// What the Accept lines allow, wildcards included (RFC 9110 §12.5.1); without one the client takes
/// anything.
struct Accepted {
    bool json = false;
    bool stream = false;
    /// text/event-stream is named before application/json: the client would rather have a stream,
    /// which it can come back to when the connection breaks.
    bool prefersStream = false;

    static Accepted of(const http::Headers &headers);
};

/// Refuses a request whose caller lacks scopes: the complete HTTP answer (403 with a challenge that
/// names what the call needs, RFC 6750 §3.1). Looks at the request's head only.
using ScopeChallenge =
    std::function<http::Response(const http::Request &request, const ScopeSet &needed)>;

/// The value of a header that has one. HTTP layers repeat lines, or join them by commas (RFC 9110
/// §5.3): members that are equal are one value. Empty when absent, nothing when they differ.
[[nodiscard]] std::optional<QByteArray> oneValue(const http::Headers &headers, QByteArrayView name);
/// Why the headers that may have one value contradict themselves; nothing when they do not.
[[nodiscard]] std::optional<rpc::RpcError> contradictionIn(const http::Headers &headers,
                                                           const QByteArray &accountHeader);
/// The one value of a header, after contradictionIn() found nothing; empty when absent.
[[nodiscard]] QByteArray valueOf(const http::Headers &headers, QByteArrayView name);
/// Whether the body is declared as application/json, whatever its parameters.
[[nodiscard]] bool isJson(const http::Headers &headers);

/// The error for what HTTP itself refuses, before any method is looked at.
[[nodiscard]] rpc::RpcError serverError(QString message);
/// An HTTP error whose body is a JSON-RPC error, so that clients can show the cause.
[[nodiscard]] http::Response refusal(int status, const rpc::RpcError &error,
                                     const std::optional<rpc::RequestId> &id = {});
/// The refusal of another layer with a JSON-RPC message as its body.
[[nodiscard]] http::Response withMessage(http::Response refusal, const QByteArray &message);
[[nodiscard]] http::Response methodNotAllowed(const QByteArray &allowed);

} // namespace flaredeck::mcp
