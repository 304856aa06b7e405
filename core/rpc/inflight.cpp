#include "core/rpc/inflight.h"

#include <QSet>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::rpc {

void InFlight::admit(const ReplyPtr &reply)
{
    m_replies.insert(reply->id().json(), reply);
    reply->m_inFlight = weak_from_this();
}

std::optional<RpcError> InFlight::conflict(const Payload &payload) const
{
    if (m_replies.isEmpty() && !payload.isBatch)
        return std::nullopt;
    QSet<QByteArray> seen;
    for (const Message &message : payload.messages) {
        if (message.kind != Message::Kind::Request)
            continue;
        const QByteArray &id = message.id.json();
        if (m_replies.contains(id) || seen.contains(id))
            return RpcError{kInvalidRequest,
                            u"The request id %1 belongs to a request that is still "
                            u"running."_s.arg(QString::fromUtf8(id))};
        seen.insert(id);
    }
    return std::nullopt;
}

void InFlight::cancel(const RequestId &id)
{
    if (const ReplyPtr reply = m_replies.value(id.json()).lock())
        reply->cancel();
}

void InFlight::abortAll(const RpcError &reason)
{
    for (const ReplyPtr &reply : running())
        reply->abort(reason);
}

void InFlight::cancelAll()
{
    for (const ReplyPtr &reply : running())
        reply->cancel();
}

std::vector<ReplyPtr> InFlight::running() const
{
    std::vector<ReplyPtr> replies;
    replies.reserve(static_cast<size_t>(m_replies.size()));
    for (const auto &entry : m_replies) {
        if (ReplyPtr reply = entry.lock())
            replies.push_back(std::move(reply));
    }
    return replies;
}

} // namespace flaredeck::rpc
