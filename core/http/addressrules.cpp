#include "core/http/addressrules.h"

#include <QHostAddress>

#include <algorithm>
#include <array>

namespace flaredeck::http {

namespace {

struct Block {
    const char *network;
    int length;

    [[nodiscard]] bool holds(const QHostAddress &address) const
    {
        return address.isInSubnet(QHostAddress(QLatin1String(network)), length);
    }
};

constexpr std::array kNotPublic4{
    Block{"0.0.0.0", 8},      // this network (RFC 1122)
    Block{"10.0.0.0", 8},     // private (RFC 1918)
    Block{"100.64.0.0", 10},  // carrier-grade NAT (RFC 6598)
    Block{"127.0.0.0", 8},    // loopback
    Block{"169.254.0.0", 16}, // link-local, and where clouds serve machine credentials
    Block{"172.16.0.0", 12},  // private
    Block{"192.0.0.0", 24},   // protocol assignments (RFC 6890)
    Block{"192.0.2.0", 24},   // documentation (RFC 5737)
    Block{"192.88.99.0", 24}, // 6to4 relays (RFC 7526)
    Block{"192.168.0.0", 16}, // private
    Block{"198.18.0.0", 15},  // benchmarks (RFC 2544)
    Block{"198.51.100.0", 24}, Block{"203.0.113.0", 24}, // documentation
    Block{"224.0.0.0", 4},                               // multicast
    Block{"240.0.0.0", 4},                               // reserved, and broadcast
};

/// All else that is public in IPv6 is global unicast. Loopback, link-local, unique-local,
/// site-local, multicast, IPv4-mapped and -compatible, and NAT64 (64:ff9b::/96) lie outside of it.
constexpr Block kGlobalUnicast{"2000::", 3};
constexpr std::array kNotPublic6{
    Block{"2001::", 23},     // protocol assignments; Teredo is 2001::/32 (RFC 4380)
    Block{"2001:db8::", 32}, // documentation (RFC 3849)
    Block{"2002::", 16},     // 6to4 (RFC 3056)
    Block{"3fff::", 20},     // documentation (RFC 9637)
};

bool isInAny(const auto &blocks, const QHostAddress &address)
{
    return std::any_of(blocks.begin(), blocks.end(),
                       [&address](const Block &block) { return block.holds(address); });
}

} // namespace

bool isPublic(const QHostAddress &address)
{
    switch (address.protocol()) {
    case QAbstractSocket::IPv4Protocol:
        return !isInAny(kNotPublic4, address);
    case QAbstractSocket::IPv6Protocol:
        // A zone only means something on this computer.
        return address.scopeId().isEmpty() && kGlobalUnicast.holds(address) &&
               !isInAny(kNotPublic6, address);
    default:
        return false;
    }
}

} // namespace flaredeck::http
