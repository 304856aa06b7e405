#pragma once

#include "core/rpc/reply.h"

#include <QObject>
#include <QSet>

#include <deque>

namespace flaredeck::mcp {

/// The places for the calls of one session, or of one grant where there are no sessions. Clients
/// run a handful of calls at a time; a runaway loop must not starve the others, and a client that
/// sends a few more than there are places is served when its turn comes.
class CallQueue : public QObject
{
    Q_OBJECT

public:
    static constexpr int kMaxRunning = 32;
    static constexpr int kMaxWaiting = 128;
    static constexpr qint64 kMaxWaitingBytes = 8LL * 1024 * 1024;

    using Start = std::function<void()>;

    /// Whether the call may run now. Nobody overtakes those that wait.
    [[nodiscard]] bool enter(const rpc::Reply &reply);
    /// Calls `start` when there is room, unless the request ends before that: the client cancelled
    /// it, or its session is over. The error says that too much waits already.
    [[nodiscard]] std::optional<rpc::RpcError> wait(const rpc::ReplyPtr &reply, qint64 bytes,
                                                    Start start);
    /// Scopes or accounts of the caller have changed: what waits starts with those of now.
    void setCaller(CallerPtr caller) { m_caller = std::move(caller); }
    /// Null when nothing has changed.
    [[nodiscard]] const CallerPtr &caller() const { return m_caller; }
    /// The request was answered or cancelled.
    void leave(const rpc::Reply &reply);

private:
    struct Waiting {
        rpc::ReplyPtr reply;
        qint64 bytes = 0;
        Start start;
    };
    void startNext();

    QSet<const rpc::Reply *> m_running;
    std::deque<Waiting> m_waiting;
    qint64 m_waitingBytes = 0;
    CallerPtr m_caller;
};

using CallQueuePtr = std::shared_ptr<CallQueue>;

} // namespace flaredeck::mcp
