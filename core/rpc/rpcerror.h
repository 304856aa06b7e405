#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

namespace flaredeck::rpc {

/// JSON-RPC 2.0 §5.1. -32000 is the first code that the specification leaves to servers.
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;
inline constexpr int kServerError = -32000;

/// The error member of a response.
struct RpcError {
    int code = kInternalError;
    QString message;
    Json data = nullptr; ///< left out when null

    bool operator==(const RpcError &) const = default;
};

[[nodiscard]] inline RpcError invalidParams(QString message)
{
    return {kInvalidParams, std::move(message)};
}

/// The one place where an internal error becomes a JSON-RPC error.
[[nodiscard]] RpcError toRpcError(const Error &error);

} // namespace flaredeck::rpc
