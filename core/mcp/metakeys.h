#pragma once

/// Keys of `_meta` that the specification reserves (2026-07-28, basic/index, "_meta").
namespace flaredeck::mcp::meta {

inline constexpr const char *kProtocolVersion = "io.modelcontextprotocol/protocolVersion";
inline constexpr const char *kClientCapabilities = "io.modelcontextprotocol/clientCapabilities";
inline constexpr const char *kClientInfo = "io.modelcontextprotocol/clientInfo";
inline constexpr const char *kLogLevel = "io.modelcontextprotocol/logLevel";
inline constexpr const char *kServerInfo = "io.modelcontextprotocol/serverInfo";
inline constexpr const char *kSubscriptionId = "io.modelcontextprotocol/subscriptionId";

/// The lines of WWW-Authenticate in a tool's result, for clients that sign in again by it
/// (OpenAI's).
inline constexpr const char *kAuthenticate = "mcp/www_authenticate";

} // namespace flaredeck::mcp::meta
