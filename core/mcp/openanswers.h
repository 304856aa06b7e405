#pragma once

#include "core/base/identity.h"
#include "core/http/exchange.h"

#include <QHash>

#include <memory>
#include <vector>

namespace flaredeck::mcp {

/// The answers that each grant has open, calls and streams alike. Each holds a connection, and the
/// server takes a limited number of those for all clients together.
class OpenAnswers
{
public:
    /// Half of the connections that the HTTP server takes (http::Limits::maxConnections).
    static constexpr std::size_t kMaxPerGrant = 256;

    /// Counts the answer until it is complete or its peer has left. False: the grant has as many
    /// open as it may.
    [[nodiscard]] bool enter(const GrantId &grant, const http::ExchangePtr &exchange);
    void forget(const GrantId &grant) { m_open.remove(grant); }

private:
    /// May hold answers that are over; they go when the list is full.
    QHash<GrantId, std::vector<std::weak_ptr<http::Exchange>>> m_open;
};

} // namespace flaredeck::mcp
