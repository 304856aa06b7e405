#pragma once

#include "core/base/identity.h"
#include "core/rpc/reply.h"

#include <QHash>
#include <QObject>

#include <deque>

namespace flaredeck::mcp {

/// The calls of one session, or of one grant where there are no sessions: those that run, and those
/// that wait for a place. Clients run a handful of calls at a time; a runaway loop must not starve
/// the others, and a client that sends a few more than there are places is served when its turn
/// comes. Owns none that run.
class CallQueue : public QObject
{
    Q_OBJECT

public:
    static constexpr int kMaxRunning = 32;
    static constexpr int kMaxWaiting = 128;
    static constexpr qint64 kMaxWaitingBytes = 8LL * 1024 * 1024;

    using Start = std::function<void()>;

    /// Whether the call may run now. Nobody overtakes those that wait.
    [[nodiscard]] bool enter(const rpc::ReplyPtr &reply);
    /// Calls `start` when there is room, unless the request ends before that: the client cancelled
    /// it, or its session is over. The error says that too much waits already.
    [[nodiscard]] std::optional<rpc::RpcError> wait(const rpc::ReplyPtr &reply, qint64 bytes,
                                                    Start start);
    /// The request was answered or cancelled.
    void leave(const rpc::Reply &reply);

    /// Says which request id is already taken, by one of the calls or twice in `payload`.
    [[nodiscard]] std::optional<rpc::RpcError> conflict(const rpc::Payload &payload) const;
    /// Cancellation by the peer; unknown ids are ignored, since it may cross with the answer.
    void cancel(const rpc::RequestId &id);
    void cancelAll();
    void abortAll(const rpc::RpcError &reason);
    [[nodiscard]] int count() const { return int(m_running.size() + qsizetype(m_waiting.size())); }

    /// Scopes or accounts of the caller have changed: what waits starts with those of now.
    void setCaller(CallerPtr caller) { m_caller = std::move(caller); }
    /// Null when nothing has changed.
    [[nodiscard]] const CallerPtr &caller() const { return m_caller; }

private:
    struct Waiting {
        rpc::ReplyPtr reply;
        qint64 bytes = 0;
        Start start;
    };
    void startNext();
    [[nodiscard]] std::vector<rpc::ReplyPtr> calls() const;

    QHash<const rpc::Reply *, std::weak_ptr<rpc::Reply>> m_running;
    std::deque<Waiting> m_waiting;
    qint64 m_waitingBytes = 0;
    CallerPtr m_caller;
};

using CallQueuePtr = std::shared_ptr<CallQueue>;

} // namespace flaredeck::mcp
