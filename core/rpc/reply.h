#pragma once

#include "core/base/identity.h"
#include "core/rpc/message.h"

#include <functional>
#include <memory>
#include <stop_token>

namespace flaredeck::rpc {

/// Where everything about one incoming payload goes. A transport implements it.
class Outlet
{
public:
    virtual ~Outlet() = default;
    virtual void answer(const QByteArray &message) = 0;
    /// An answer that is an error with this code; for transports to which that matters.
    virtual void answerError(const QByteArray &message, int code)
    {
        Q_UNUSED(code)
        answer(message);
    }
    /// A notification that belongs to a request which is still running.
    virtual void notify(const QByteArray &message) = 0;
    /// Lets the connection go while the work goes on, if the peer can come back for the answer.
    virtual void letGo() {}
    /// While held, the response does not begin by itself, so that it can still become a refusal.
    virtual void hold(bool isHeld) { Q_UNUSED(isHeld) }
    /// Refuses the one request because its caller lacks scopes, in the way that tells the peer how
    /// to get them; counts as its answer. False when the transport has no such way, or no longer.
    /// `message` is what the answer says besides.
    virtual bool lackScopes(const ScopeSet &needed, const QByteArray &message)
    {
        Q_UNUSED(needed)
        Q_UNUSED(message)
        return false;
    }
    /// One of the requests will never be answered, because the peer cancelled it.
    virtual void withdraw() = 0;
};

/// The one answer to one request. Whoever drops it without answering answers "internal error", so
/// that a peer never waits for nothing. What comes after the first answer is not sent: a result may
/// cross with a cancellation.
class Reply
{
public:
    Reply(RequestId id, std::shared_ptr<Outlet> outlet);
    ~Reply();
    Reply(const Reply &) = delete;
    Reply &operator=(const Reply &) = delete;

    void result(const QByteArray &resultJson);
    void error(const RpcError &error);
    void letGo();
    void hold(bool isHeld);
    /// See Outlet::lackScopes(); false also when the request is answered already.
    bool lackScopes(const ScopeSet &needed, const QByteArray &resultJson);
    /// Sends a notification, if the request is still running.
    void notify(const QByteArray &message);

    /// The peer no longer wants an answer: stops the work and sends nothing.
    void cancel();
    /// We end the request: stops the work and answers with the reason.
    void abort(const RpcError &reason);

    [[nodiscard]] const RequestId &id() const { return m_id; }
    [[nodiscard]] bool isOpen() const { return m_outlet != nullptr; }
    [[nodiscard]] std::stop_token stopToken() const { return m_stop.get_token(); }
    /// Called once, when the request is answered or cancelled.
    void whenClosed(std::function<void()> closed) { m_closed = std::move(closed); }

private:
    std::shared_ptr<Outlet> close();
    void stopWork();

    const RequestId m_id;
    std::shared_ptr<Outlet> m_outlet; ///< null once answered
    std::stop_source m_stop;
    std::function<void()> m_closed;
};

using ReplyPtr = std::shared_ptr<Reply>;

} // namespace flaredeck::rpc
