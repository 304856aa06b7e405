#include "core/mcp/statelessanswer.h"

#include "core/mcp/errorcodes.h"

#include <QTimer>

namespace flaredeck::mcp {

namespace {

/// Errors that tell of the request rather than of its work have a status of their own.
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

StatelessAnswer::StatelessAnswer(http::ExchangePtr exchange,
                                 std::shared_ptr<rpc::InFlight> inFlight, const Accepted &accepted,
                                 Challenge challenge)
    : m_exchange(std::move(exchange))
    , m_inFlight(std::move(inFlight))
    , m_accepted(accepted)
    , m_challenge(std::move(challenge))
{
    connect(m_exchange.get(), &http::Exchange::closed, this, [this] {
        const auto self = shared_from_this(); // the request may be all that holds this
        self->m_inFlight->cancelAll();
    });
}

StatelessAnswer::~StatelessAnswer()
{
    emit finished();
}

void StatelessAnswer::answer(const QByteArray &message)
{
    send(message, 200);
}

void StatelessAnswer::answerError(const QByteArray &message, int code)
{
    send(message, statusOf(code));
}

void StatelessAnswer::notify(const QByteArray &message)
{
    if (!m_accepted.stream || m_isFinished)
        return;
    openStream();
    m_stream->send(message);
}

void StatelessAnswer::hold(bool isHeld)
{
    if (m_isHeld == isHeld)
        return;
    m_isHeld = isHeld;
    if (!isHeld)
        streamLater();
}

bool StatelessAnswer::lackScopes(const ScopeSet &needed, const QByteArray &message)
{
    if (m_stream || !m_challenge || m_isFinished)
        return false;
    m_isFinished = true;
    m_exchange->respond(withMessage(m_challenge(needed), message));
    return true;
}

void StatelessAnswer::withdraw()
{
    m_isFinished = true;
    if (m_stream)
        m_stream->end();
    else
        m_exchange->abort();
}

void StatelessAnswer::streamLater()
{
    if (m_isFinished || !m_accepted.stream)
        return;
    QTimer::singleShot(kStreamAfterMs, this, [this] {
        if (!m_isFinished && !m_isHeld && m_exchange->isOpen())
            openStream();
    });
}

void StatelessAnswer::openStream()
{
    if (!m_stream)
        m_stream = std::make_unique<http::SseStream>(m_exchange);
}

void StatelessAnswer::send(const QByteArray &message, int status)
{
    m_isFinished = true;
    // Errors with a status of their own have to be the HTTP answer.
    if (m_accepted.prefersStream && status == 200)
        openStream();
    if (m_stream) {
        m_stream->send(message);
        m_stream->end();
    } else {
        m_exchange->respond({status, {{"Content-Type", "application/json"}}, message});
    }
}

} // namespace flaredeck::mcp
