#pragma once

#include "core/http/ssestream.h"
#include "core/mcp/challenge.h"
#include "core/mcp/httpwords.h"
#include "core/rpc/inflight.h"

namespace flaredeck::mcp {

/// The HTTP answer to one stateless request: plain JSON, or an event stream from the first
/// notification on. The request ends with its connection: a peer that leaves has cancelled it
/// (MCP 2026-07-28, basic/utilities/cancellation).
class StatelessAnswer : public QObject,
                        public rpc::Outlet,
                        public std::enable_shared_from_this<StatelessAnswer>
{
    Q_OBJECT

public:
    /// A call that runs this long becomes a stream, whose keep-alive comments keep time-outs away.
    static constexpr int kStreamAfterMs = 3000;

    /// For a client that takes plain JSON only notifications are dropped; one that prefers a stream
    /// gets its result in one. `challenge` may be empty: then lackScopes() is always false.
    StatelessAnswer(http::ExchangePtr exchange, std::shared_ptr<rpc::InFlight> inFlight,
                    const Accepted &accepted, Challenge challenge);
    ~StatelessAnswer() override;

    void answer(const QByteArray &message) override;
    void answerError(const QByteArray &message, int code) override;
    void notify(const QByteArray &message) override;
    void hold(bool isHeld) override;
    bool lackScopes(const ScopeSet &needed, const QByteArray &message) override;
    void withdraw() override;

    /// To be called when the handler has returned: starts the time of kStreamAfterMs.
    void streamLater();

signals:
    /// Answered, or given up.
    void finished();

private:
    void openStream();
    void send(const QByteArray &message, int status);

    const http::ExchangePtr m_exchange;
    const std::shared_ptr<rpc::InFlight> m_inFlight;
    std::unique_ptr<http::SseStream> m_stream;
    const Accepted m_accepted;
    const Challenge m_challenge;
    bool m_isHeld = false;
    bool m_isFinished = false;
};

} // namespace flaredeck::mcp
