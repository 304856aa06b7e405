#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/http/httpmessage.h"

#include <QHash>

namespace flaredeck::mcp {

/// Tells the first request of a connection and grant from the later ones. Connections are known by
/// the client's port, which the system hands out again after a while.
class PeerLog
{
public:
    explicit PeerLog(const Clock &clock)
        : m_clock(clock)
    {
    }

    [[nodiscard]] bool isNew(const http::Peer &peer, const GrantId &grant);

private:
    struct Entry {
        GrantId grant;
        Millis seenAt = 0;
    };

    const Clock &m_clock;
    QHash<quint64, Entry> m_entries; ///< by port and address family, or by process
};

} // namespace flaredeck::mcp
