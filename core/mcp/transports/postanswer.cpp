#include "core/mcp/transports/postanswer.h"

#include "core/mcp/errorcodes.h"
#include "core/mcp/revision.h"

#include <QTimer>

namespace flaredeck::mcp {

namespace {

/// In the stateless era errors that tell of the request rather than of its work have a status of
/// their own.
int statusOf(int code)
{
    switch (code) {
    case rpc::kMethodNotFound:
        return 404;
    case kMissingClientCapability:
        return 400;
    default:
        return 200;
    }
}

} // namespace

PostAnswer::PostAnswer(http::ExchangePtr exchange, SenderPtr sender, const Accepted &accepted,
                       int requests, bool isBatch)
    : m_exchange(std::move(exchange))
    , m_sender(std::move(sender))
    , m_accepted(accepted)
    , m_awaited(requests)
    , m_isBatch(isBatch)
{
    if (m_accepted.prefersStream && m_sender->session)
        openStream();
}

void PostAnswer::answer(const QByteArray &message)
{
    send(message, 200);
}

void PostAnswer::answerError(const QByteArray &message, int code)
{
    send(message, m_sender->traits->stateless ? statusOf(code) : 200);
}

void PostAnswer::notify(const QByteArray &message)
{
    if (!m_accepted.stream || isFinished())
        return;
    openStream();
    m_stream->send(message);
}

void PostAnswer::letGo()
{
    // Other revisions do not tell clients to come back before the answer is complete.
    if (!m_sender->traits->primes || isFinished())
        return;
    openStream();
    m_stream->letGo();
}

void PostAnswer::hold(bool isHeld)
{
    if (m_isBatch || m_isHeld == isHeld)
        return;
    m_isHeld = isHeld;
    if (!isHeld)
        streamLater();
}

bool PostAnswer::lackScopes(const ScopeSet &needed, const QByteArray &message)
{
    const auto refusal =
        m_isBatch || m_stream || isFinished() ? std::nullopt : m_sender->refusalFor(needed);
    if (!refusal)
        return false;
    m_awaited = 0;
    m_exchange->respond(withMessage(*refusal, message));
    return true;
}

void PostAnswer::withdraw()
{
    settle(200);
}

void PostAnswer::streamLater()
{
    if (isFinished() || !m_accepted.stream)
        return;
    QTimer::singleShot(kStreamAfterMs, m_exchange.get(), [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self && !self->isFinished() && !self->m_isHeld && self->m_exchange->isOpen())
            self->openStream();
    });
}

void PostAnswer::openStream()
{
    if (m_stream)
        return;
    m_stream = m_sender->session ? m_sender->session->addStream()
                                 : std::make_shared<ReplayStream>(QByteArray(), Clock::system());
    m_stream->attach(std::make_unique<http::SseStream>(m_exchange), m_sender->traits->primes);
    for (const QByteArray &message : std::exchange(m_answers, {}))
        m_stream->send(message);
}

void PostAnswer::send(const QByteArray &message, int status)
{
    // Errors with a status of their own have to be the HTTP answer.
    if (m_accepted.prefersStream && status == 200)
        openStream();
    if (m_stream)
        m_stream->send(message);
    else
        m_answers << message;
    settle(status);
}

void PostAnswer::settle(int status)
{
    if (--m_awaited > 0)
        return;
    if (m_answers.isEmpty())
        openStream();
    if (m_stream)
        return m_stream->finish();
    const QByteArray body = m_isBatch ? '[' + m_answers.join(',') + ']' : m_answers.constFirst();
    m_exchange->respond({status, {{"Content-Type", "application/json"}}, body});
}

} // namespace flaredeck::mcp
