#pragma once

#include "core/rpc/reply.h"

#include <QHash>

namespace flaredeck::rpc {

/// The requests of one peer that are being worked on, or wait for it. Does not own them.
class InFlight : public std::enable_shared_from_this<InFlight>
{
public:
    /// Enters the request until it is closed.
    void admit(const ReplyPtr &reply);
    /// Says which request id is already taken, by a running request or twice in `payload`.
    [[nodiscard]] std::optional<RpcError> conflict(const Payload &payload) const;

    /// Cancellation by the peer; unknown ids are ignored, since it may cross with the answer.
    void cancel(const RequestId &id);
    void abortAll(const RpcError &reason);
    void cancelAll();

    [[nodiscard]] int count() const { return static_cast<int>(m_replies.size()); }

private:
    friend class Reply;
    void remove(const RequestId &id) { m_replies.remove(id.json()); }
    [[nodiscard]] std::vector<ReplyPtr> running() const;

    QHash<QByteArray, std::weak_ptr<Reply>> m_replies;
};

} // namespace flaredeck::rpc
