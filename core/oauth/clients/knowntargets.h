#pragma once

#include <QString>

/// Where well-known MCP clients let their answers go (resources/oauth/knowntargets.json), so that a
/// person reads a name beside the address.
namespace flaredeck::oauth::knowntargets {

/// The application that links of this scheme usually open; empty when we know none.
[[nodiscard]] QString appOf(const QString &scheme);
/// Whose callback exactly this address is; empty when we do not know.
[[nodiscard]] QString ownerOf(const QString &uri);

} // namespace flaredeck::oauth::knowntargets
