#include "core/mcp/callqueue.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

bool CallQueue::enter(const rpc::Reply &reply)
{
    if (m_running.size() >= kMaxRunning || !m_waiting.empty())
        return false;
    m_running.insert(&reply);
    return true;
}

std::optional<rpc::RpcError> CallQueue::wait(const rpc::ReplyPtr &reply, qint64 bytes, Start start)
{
    if (m_waiting.size() >= std::size_t(kMaxWaiting) || m_waitingBytes + bytes > kMaxWaitingBytes)
        return rpc::RpcError{
            rpc::kServerError,
            u"This client already runs %1 calls at once, and as many more wait as may. Try again "
            u"in a few seconds."_s.arg(kMaxRunning)};
    m_waiting.push_back({reply, bytes, std::move(start)});
    m_waitingBytes += bytes;
    return std::nullopt;
}

void CallQueue::leave(const rpc::Reply &reply)
{
    if (m_running.remove(&reply)) {
        // Later, so that calls which end at once do not start each other ever deeper.
        if (!m_waiting.empty())
            QMetaObject::invokeMethod(this, &CallQueue::startNext, Qt::QueuedConnection);
        return;
    }
    const auto found =
        std::find_if(m_waiting.begin(), m_waiting.end(),
                     [&reply](const Waiting &one) { return one.reply.get() == &reply; });
    if (found == m_waiting.end())
        return;
    m_waitingBytes -= found->bytes;
    m_waiting.erase(found);
}

void CallQueue::startNext()
{
    while (m_running.size() < kMaxRunning && !m_waiting.empty()) {
        const Waiting next = std::move(m_waiting.front());
        m_waiting.pop_front();
        m_waitingBytes -= next.bytes;
        m_running.insert(next.reply.get());
        next.start();
    }
}

} // namespace flaredeck::mcp
