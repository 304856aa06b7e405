#pragma once

class QHostAddress;

namespace flaredeck::http {

/// A machine on the public internet may be reached at this address: not this computer, not its
/// network, not a reserved block (IANA special-purpose registries, RFC 6890), and not a form that
/// wraps an IPv4 address, because what it leads to depends on the network. For addresses that a
/// stranger's name resolved to. Pure.
[[nodiscard]] bool isPublic(const QHostAddress &address);

} // namespace flaredeck::http
