#pragma once

#include <QByteArrayView>

#include <array>

/// The request headers of clients that this program reads. What a page may send is derived from the
/// table (core/http/hostgate.cpp), so that no header is advertised and then refused to browsers.
namespace flaredeck::http::header {

inline constexpr QByteArrayView kAccept = "Accept";
inline constexpr QByteArrayView kAuthorization = "Authorization";
inline constexpr QByteArrayView kContentType = "Content-Type";
inline constexpr QByteArrayView kProtocolVersion = "MCP-Protocol-Version";
inline constexpr QByteArrayView kSession = "Mcp-Session-Id";
inline constexpr QByteArrayView kMethod = "Mcp-Method";
inline constexpr QByteArrayView kName = "Mcp-Name";
inline constexpr QByteArrayView kLastEvent = "Last-Event-ID";

/// All of them, but for the one that names the provider's account, and those with a name of their
/// own for each argument, kArgumentPrefix.
inline constexpr std::array kOfClients{kAccept,  kAuthorization, kContentType, kProtocolVersion,
                                       kSession, kMethod,        kName,        kLastEvent};
inline constexpr QByteArrayView kArgumentPrefix = "Mcp-Param-";

} // namespace flaredeck::http::header
