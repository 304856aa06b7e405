#pragma once

#include "core/mcp/challenge.h"
#include "core/mcp/session.h"
#include "core/rpc/reply.h"

namespace flaredeck::mcp {

/// The HTTP answer to one POST that holds requests: plain JSON when nothing but the results is
/// sent, an event stream from the first notification on, or from openStream(). Ends when every
/// request is answered or withdrawn.
///
/// A peer that leaves does not cancel anything in this era: what comes afterwards is kept for a
/// while, if the answer was a stream that it can come back to.
class PostAnswer : public rpc::Outlet, public std::enable_shared_from_this<PostAnswer>
{
public:
    /// A call that runs this long becomes a stream: its keep-alive comments then keep client and
    /// proxy time-outs away, and answers that are merely slow still go out as one write.
    static constexpr int kStreamAfterMs = 3000;

    /// `challenge` may be empty: then lackScopes() is always false.
    PostAnswer(http::ExchangePtr exchange, const SessionPtr &session, int requests, bool isBatch,
               Challenge challenge);

    void answer(const QByteArray &message) override;
    void notify(const QByteArray &message) override;
    void letGo() override;
    /// Of a batch nothing is held: what becomes of one request does not concern the others.
    void hold(bool isHeld) override;
    bool lackScopes(const ScopeSet &needed, const QByteArray &message) override;
    /// A request must be answered by JSON or by a stream even if nobody waits for its result: when
    /// nothing is left to say, that is a stream without events, which clients accept as the end.
    void withdraw() override;

    /// To be called when the handlers have returned: starts the time of kStreamAfterMs.
    void streamLater();
    [[nodiscard]] bool isFinished() const { return m_awaited == 0; }

    void openStream();

private:
    void settle();

    const http::ExchangePtr m_exchange;
    const std::weak_ptr<Session> m_session;
    const bool m_isPrimed;
    std::shared_ptr<ReplayStream> m_stream;
    QList<QByteArray> m_answers; ///< of a batch that is still plain JSON
    int m_awaited;
    const bool m_isBatch;
    const Challenge m_challenge;
    bool m_isHeld = false;
};

} // namespace flaredeck::mcp
