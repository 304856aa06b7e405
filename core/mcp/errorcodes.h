#pragma once

#include "core/rpc/rpcerror.h"

/// Codes that MCP adds to JSON-RPC.
namespace flaredeck::mcp {

/// Not in the specification, but what clients of the official SDK know as "session not found".
inline constexpr int kSessionNotFound = -32001;

/// Revisions with sessions only.
inline constexpr int kResourceNotFound = -32002;

// Revision 2026-07-28 and later. Only ever sent to clients that spoke that era first: older clients
// must not see them, because dual-era clients take them for proof of a modern server.
inline constexpr int kHeaderMismatch = -32020;
inline constexpr int kMissingClientCapability = -32021;
inline constexpr int kUnsupportedProtocolVersion = -32022;

} // namespace flaredeck::mcp
