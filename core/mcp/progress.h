#pragma once

#include "core/base/clock.h"
#include "core/mcp/revision.h"
#include "core/rpc/reply.h"

#include <limits>

namespace flaredeck::mcp {

/// Sends notifications/progress for one request: strictly increasing, not too often, and none after
/// the answer.
class Progress
{
public:
    /// More than forty a second is noise on the wire.
    static constexpr Millis kEvery = 25;

    Progress(std::weak_ptr<rpc::Reply> reply, Json token, const Traits &traits, const Clock &clock);

    /// `total` < 0 = unknown. The step that completes the total is always sent.
    void report(double progress, double total, const QString &message);

private:
    const std::weak_ptr<rpc::Reply> m_reply;
    const Json m_token;
    const Traits &m_traits;
    const Clock &m_clock;
    double m_last = -std::numeric_limits<double>::infinity();
    Millis m_sentAt = std::numeric_limits<Millis>::min() / 2;
};

} // namespace flaredeck::mcp
