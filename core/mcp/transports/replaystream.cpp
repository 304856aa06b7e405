#include "core/mcp/transports/replaystream.h"

namespace flaredeck::mcp {

namespace {
constexpr int kNumberDigits = 16;

QByteArray printed(qint64 number)
{
    return QByteArray::number(number, 16).rightJustified(kNumberDigits, '0');
}
} // namespace

ReplayStream::ReplayStream(QByteArray id, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_id(std::move(id))
    , m_clock(clock)
{
}

std::optional<ReplayStream::Position> ReplayStream::parse(const QByteArray &eventId)
{
    const qsizetype colon = eventId.lastIndexOf(':');
    if (colon <= 0 || eventId.size() - colon - 1 != kNumberDigits)
        return std::nullopt;
    const QByteArray digits = eventId.sliced(colon + 1);
    bool isNumber = false;
    const qint64 number = digits.toLongLong(&isNumber, 16);
    // Exactly as idOf() printed it: no sign, no blanks, no "0x".
    if (!isNumber || printed(number) != digits)
        return std::nullopt;
    return Position{eventId.first(colon), number};
}

QByteArray ReplayStream::idOf(qint64 number) const
{
    if (m_id.isEmpty())
        return {};
    return m_id + ':' + printed(number);
}

void ReplayStream::attach(std::unique_ptr<http::SseStream> connection, bool primed)
{
    if (m_connection)
        m_connection->disconnect(this);
    m_connection = std::move(connection);
    connect(m_connection.get(), &http::SseStream::closed, this, &ReplayStream::disconnected);
    if (primed)
        m_connection->prime(idOf(m_last), kRetryMs);
    emit connected();
}

bool ReplayStream::keeps(qint64 after) const
{
    const qint64 oldest = m_events.empty() ? m_last + 1 : m_events.front().number;
    return after <= m_last && after + 1 >= oldest;
}

void ReplayStream::resume(qint64 after, std::unique_ptr<http::SseStream> connection)
{
    attach(std::move(connection));
    for (const Event &event : m_events) {
        if (event.number > after)
            m_connection->send(event.data, "message", idOf(event.number));
    }
    if (m_finishedAt)
        m_connection->end();
}

void ReplayStream::send(const QByteArray &data, const QByteArray &event)
{
    ++m_last;
    if (!m_id.isEmpty())
        keep(data);
    if (isConnected())
        m_connection->send(data, event, idOf(m_last));
}

void ReplayStream::keep(const QByteArray &data)
{
    m_events.push_back({m_last, data});
    m_bytes += data.size();
    while (m_events.size() > kMaxEvents || (m_bytes > kMaxBytes && m_events.size() > 1)) {
        m_bytes -= m_events.front().data.size();
        m_events.pop_front();
    }
}

void ReplayStream::finish()
{
    m_finishedAt = m_clock.monotonic();
    if (m_connection)
        m_connection->end();
}

void ReplayStream::letGo()
{
    if (m_connection)
        m_connection->end();
}

bool ReplayStream::isExpired() const
{
    return m_finishedAt && m_clock.monotonic() - *m_finishedAt > kKeptFor;
}

} // namespace flaredeck::mcp
