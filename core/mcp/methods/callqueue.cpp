#include "core/mcp/methods/callqueue.h"

#include <QSet>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

bool CallQueue::enter(const rpc::ReplyPtr &reply)
{
    if (m_running.size() >= kMaxRunning || !m_waiting.empty())
        return false;
    m_running.insert(reply.get(), reply);
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
        m_running.insert(next.reply.get(), next.reply);
        next.start();
    }
}

std::optional<rpc::RpcError> CallQueue::conflict(const rpc::Payload &payload) const
{
    if (m_running.isEmpty() && !payload.isBatch)
        return std::nullopt;
    QSet<QByteArray> taken;
    for (const rpc::ReplyPtr &reply : calls())
        taken << reply->id().json();
    for (const rpc::Message &message : payload.messages) {
        if (message.kind != rpc::Message::Kind::Request)
            continue;
        const QByteArray &id = message.id.json();
        if (taken.contains(id))
            return rpc::RpcError{rpc::kInvalidRequest,
                                 u"The request id %1 belongs to a request that is still "
                                 u"running."_s.arg(QString::fromUtf8(id))};
        taken << id;
    }
    return std::nullopt;
}

void CallQueue::cancel(const rpc::RequestId &id)
{
    for (const rpc::ReplyPtr &reply : calls()) {
        if (reply->id() == id)
            reply->cancel();
    }
}

void CallQueue::cancelAll()
{
    for (const rpc::ReplyPtr &reply : calls())
        reply->cancel();
}

void CallQueue::abortAll(const rpc::RpcError &reason)
{
    for (const rpc::ReplyPtr &reply : calls())
        reply->abort(reason);
}

std::vector<rpc::ReplyPtr> CallQueue::calls() const
{
    std::vector<rpc::ReplyPtr> calls;
    for (const auto &running : m_running) {
        if (rpc::ReplyPtr reply = running.lock())
            calls.push_back(std::move(reply));
    }
    for (const Waiting &waiting : m_waiting)
        calls.push_back(waiting.reply);
    return calls;
}

} // namespace flaredeck::mcp
