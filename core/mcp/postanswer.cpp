#include "core/mcp/postanswer.h"

#include "core/mcp/httpwords.h"
#include "core/mcp/revision.h"

#include <QTimer>

namespace flaredeck::mcp {

PostAnswer::PostAnswer(http::ExchangePtr exchange, const SessionPtr &session, int requests,
                       bool isBatch, Challenge challenge)
    : m_exchange(std::move(exchange))
    , m_session(session)
    , m_isPrimed(session->traits().primes)
    , m_awaited(requests)
    , m_isBatch(isBatch)
    , m_challenge(std::move(challenge))
{
}

void PostAnswer::answer(const QByteArray &message)
{
    if (m_stream)
        m_stream->send(message);
    else
        m_answers << message;
    settle();
}

void PostAnswer::notify(const QByteArray &message)
{
    openStream();
    m_stream->send(message);
}

void PostAnswer::letGo()
{
    // Other revisions do not tell clients to come back before the answer is complete.
    if (!m_isPrimed || isFinished())
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
    if (m_isBatch || m_stream || !m_challenge || isFinished())
        return false;
    m_awaited = 0;
    m_exchange->respond(withMessage(m_challenge(needed), message));
    return true;
}

void PostAnswer::withdraw()
{
    settle();
}

void PostAnswer::streamLater()
{
    if (isFinished())
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
    const SessionPtr session = m_session.lock();
    m_stream = session ? session->addStream()
                       : std::make_shared<ReplayStream>(QByteArray(), Clock::system());
    m_stream->attach(std::make_unique<http::SseStream>(m_exchange), session && m_isPrimed);
    for (const QByteArray &message : std::exchange(m_answers, {}))
        m_stream->send(message);
}

void PostAnswer::settle()
{
    if (--m_awaited > 0)
        return;
    if (m_answers.isEmpty())
        openStream();
    if (m_stream) {
        m_stream->finish();
        return;
    }
    const QByteArray body = m_isBatch ? '[' + m_answers.join(',') + ']' : m_answers.constFirst();
    m_exchange->respond({200, {{"Content-Type", "application/json"}}, body});
}

} // namespace flaredeck::mcp
