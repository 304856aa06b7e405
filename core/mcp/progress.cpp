#include "core/mcp/progress.h"

namespace flaredeck::mcp {

Progress::Progress(std::weak_ptr<rpc::Reply> reply, Json token, const Traits &traits,
                   const Clock &clock)
    : m_reply(std::move(reply))
    , m_token(std::move(token))
    , m_traits(traits)
    , m_clock(clock)
{
}

void Progress::report(double progress, double total, const QString &message)
{
    const auto reply = m_reply.lock();
    const Millis now = m_clock.monotonic();
    const bool completes = total >= 0 && progress >= total;
    if (!reply || !reply->isOpen() || !(progress > m_last) ||
        (!completes && now - m_sentAt < kEvery))
        return;
    m_last = progress;
    m_sentAt = now;

    Json params{{"progressToken", m_token}, {"progress", progress}};
    if (total >= 0)
        params["total"] = total;
    if (m_traits.progressMessage && !message.isEmpty())
        params["message"] = message;
    reply->notify(rpc::notification("notifications/progress", params));
}

} // namespace flaredeck::mcp
