#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/mcp/methods/callcontext.h"

/// What handlers ask of the client's side, and what comes back.
namespace flaredeck::mcp::inputs {

/// The capabilities that a client must have declared to be asked this, as an object to name them
/// by.
[[nodiscard]] Json neededCapability(const InputRequest &request);
[[nodiscard]] bool canAnswer(const Json &clientCapabilities, const InputRequest &request);

/// Whether the response has the shape that the request demands (schema: ElicitResult,
/// CreateMessageResult, ListRootsResult). A form that was accepted must hold what was required, of
/// the types and choices that were asked for.
[[nodiscard]] bool isAnswer(const Json &response, const InputRequest &request);

/// The same, or what the request itself has to say about it.
[[nodiscard]] bool willDo(const InputRequest &request, const Json &response);
/// `inputRequests` as a client reads them.
[[nodiscard]] Json printed(const QList<InputRequest> &requests);

/// `requestState`: what a client has answered so far, sealed so that only the same call can bring
/// it back (MCP 2026-07-28, basic/utilities/mrtr, "requestState"). `context` names the call.
class StateSeal
{
public:
    static constexpr Millis kLifetime = 10LL * 60 * 1000;

    StateSeal(); ///< with a key of its own

    [[nodiscard]] std::string close(const Json &answers, const QByteArray &context,
                                    Millis now) const;
    /// Nothing when it is not ours, not of this call, or too old.
    [[nodiscard]] std::optional<Json> open(const std::string &state, const QByteArray &context,
                                           Millis now) const;

private:
    Secret m_key;
};

} // namespace flaredeck::mcp::inputs
