#pragma once

#include "core/mcp/revision.h"
#include "core/rpc/message.h"

namespace flaredeck::mcp {

/// Everything the decision depends on: one POST to /mcp whose body is valid JSON-RPC.
struct EraQuestion {
    QByteArray version; ///< MCP-Protocol-Version; empty when absent
    QByteArray method;  ///< Mcp-Method; empty when absent
    bool hasSessionId = false;
    const rpc::Payload &body;
};

struct EraDecision {
    enum class Route {
        NewSession, ///< `initialize`
        Session,    ///< belongs to the session of the Mcp-Session-Id header
        Stateless,  ///< one request of `revision`, which stands alone
        Drop,       ///< a notification of the stateless era: accepted, without effect
        Refuse,     ///< 400 with `error`
    };

    Route route = Route::Refuse;
    rpc::RpcError error = {};
    const Traits *revision = nullptr; ///< of Stateless
};

/// Decides once which era a POST speaks: the one with `initialize` and sessions, or the stateless
/// one of 2026-07-28, where every request claims its version in `params._meta`. The body decides
/// and the header is checked against it, so that a lost header never changes the meaning of a
/// request. The headers Mcp-Session-Id and Last-Event-ID mean nothing in the stateless era.
///
/// GET and DELETE have no meaning in the stateless era and need no decision.
[[nodiscard]] EraDecision decideEra(const EraQuestion &question);

} // namespace flaredeck::mcp
