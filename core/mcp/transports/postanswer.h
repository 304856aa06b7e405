#pragma once

#include "core/mcp/methods/call.h"

namespace flaredeck::mcp {

/// The HTTP answer to one POST that holds requests: plain JSON when nothing but the results is
/// sent, an event stream from the first notification on. Ends when every request is answered or
/// withdrawn.
///
/// In a session a peer that leaves cancels nothing: what comes afterwards is kept for a while, if
/// the answer was a stream that it can come back to.
class PostAnswer : public rpc::Outlet, public std::enable_shared_from_this<PostAnswer>
{
public:
    /// A call that runs this long becomes a stream: its keep-alive comments then keep client and
    /// proxy time-outs away, and answers that are merely slow still go out as one write.
    static constexpr int kStreamAfterMs = 3000;

    /// A client that prefers a stream gets one; in a session, where it can come back to it, from
    /// the beginning. For one that takes plain JSON only notifications are dropped.
    PostAnswer(http::ExchangePtr exchange, SenderPtr sender, const Accepted &accepted,
               int requests = 1, bool isBatch = false);

    void answer(const QByteArray &message) override;
    void answerError(const QByteArray &message, int code) override;
    void notify(const QByteArray &message) override;
    void letGo() override;
    /// A batch is not held: what becomes of one request does not concern the others.
    void hold(bool isHeld) override;
    bool lackScopes(const ScopeSet &needed, const QByteArray &message) override;
    /// A request must be answered by JSON or by a stream even if nobody waits for its result: when
    /// nothing is left to say, that is a stream without events, which clients accept as the end.
    void withdraw() override;

    /// To be called when the handlers have returned: starts the time of kStreamAfterMs.
    void streamLater();

private:
    [[nodiscard]] bool isFinished() const { return m_awaited == 0; }
    void openStream();
    void send(const QByteArray &message, int status);
    void settle(int status);

    const http::ExchangePtr m_exchange;
    const SenderPtr m_sender;
    const Accepted m_accepted;
    int m_awaited;
    const bool m_isBatch;
    bool m_isHeld = false;
    std::shared_ptr<ReplayStream> m_stream;
    QList<QByteArray> m_answers; ///< of an answer that is still plain JSON
};

} // namespace flaredeck::mcp
