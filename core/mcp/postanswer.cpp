#include "core/mcp/postanswer.h"

#include <QTimer>

namespace flaredeck::mcp {

PostAnswer::PostAnswer(http::ExchangePtr exchange, int requests, bool isBatch)
    : m_exchange(std::move(exchange))
    , m_awaited(requests)
    , m_isBatch(isBatch)
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
        if (self && !self->isFinished() && self->m_exchange->isOpen())
            self->openStream();
    });
}

void PostAnswer::openStream()
{
    if (m_stream)
        return;
    m_stream = std::make_unique<http::SseStream>(m_exchange);
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
        m_stream->end();
        return;
    }
    const QByteArray body = m_isBatch ? '[' + m_answers.join(',') + ']' : m_answers.constFirst();
    m_exchange->respond({200, {{"Content-Type", "application/json"}}, body});
}

} // namespace flaredeck::mcp
