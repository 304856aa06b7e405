#pragma once

#include "core/rpc/reply.h"

#include <QHash>

namespace flaredeck::rpc {

/// The requests of one peer that are being worked on. Does not own them.
class InFlight : public std::enable_shared_from_this<InFlight>
{
public:
    /// Clients run a handful of calls at a time; more than this is a runaway loop, which must not
    /// starve the other clients.
    static constexpr int kMaxRunning = 32;

    /// Enters the request until it is closed; the error when there are too many.
    [[nodiscard]] std::optional<RpcError> admit(const ReplyPtr &reply);
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
