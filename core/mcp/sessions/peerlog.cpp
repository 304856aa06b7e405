#include "core/mcp/sessions/peerlog.h"

#include "core/http/httpserver.h"

namespace flaredeck::mcp {

namespace {

/// The HTTP server closes a connection without a request after this time, so that a longer pause
/// means another connection on the same port.
constexpr Millis kConnectionMayIdle = http::Limits().idleTimeoutMs;
/// Enough for every connection that the server takes; older entries go when there are more.
constexpr qsizetype kPruneAbove = 2048;

} // namespace

bool PeerLog::isNew(const http::Peer &peer, const GrantId &grant)
{
    const bool isV6 = peer.address.protocol() == QAbstractSocket::IPv6Protocol;
    const Millis now = m_clock.monotonic();
    const auto isStale = [now](const Entry &entry) {
        return now - entry.seenAt > kConnectionMayIdle;
    };
    if (m_entries.size() > kPruneAbove)
        m_entries.removeIf([&isStale](const auto &item) { return isStale(item.value()); });

    // Local peers have no port; those of one process are one.
    const quint64 key =
        peer.isLocal() ? quint64(peer.pid) << 20U : quint64(peer.port) | (isV6 ? 0x10000U : 0U);
    Entry &entry = m_entries[key];
    const bool isNew = entry.grant != grant || isStale(entry);
    if (isNew)
        entry.grant = grant;
    entry.seenAt = now;
    return isNew;
}

} // namespace flaredeck::mcp
