#include "core/http/ssestream.h"

#include "core/base/logging.h"

#include <QTimerEvent>

#include <utility>

namespace flaredeck::http {

SseStream::SseStream(ExchangePtr exchange, const Headers &extra, QObject *parent)
    : QObject(parent)
    , m_exchange(std::move(exchange))
{
    connect(m_exchange.get(), &Exchange::closed, this, &SseStream::closed);
    m_exchange->startStream(extra);
    startTimer(kKeepAliveSeconds * 1000, Qt::VeryCoarseTimer);
}

SseStream::~SseStream()
{
    m_exchange->disconnect(this);
    m_exchange->end();
}

QByteArray SseStream::frame(const QByteArray &data, const QByteArray &event, const QByteArray &id)
{
    QByteArray bytes;
    bytes.reserve(data.size() + event.size() + id.size() + 24);
    if (!event.isEmpty())
        bytes.append("event: ").append(event).append('\n');
    if (!id.isEmpty())
        bytes.append("id: ").append(id).append('\n');
    if (!data.contains('\n') && !data.contains('\r'))
        return bytes.append("data: ").append(data).append("\n\n");
    for (const QByteArray &line :
         QByteArray(data).replace("\r\n", "\n").replace('\r', '\n').split('\n'))
        bytes.append("data: ").append(line).append('\n');
    return bytes.append('\n');
}

void SseStream::send(const QByteArray &data, const QByteArray &event, const QByteArray &id)
{
    if (!isOpen())
        return;
    const bool isFirstTaken = m_written - m_exchange->queuedBytes() >= m_firstEnd;
    if (!isFirstTaken && m_written - m_firstEnd > kMaxQueuedBytes)
        return cutOff();
    write(frame(data, event, id));
    if (isFirstTaken)
        m_firstEnd = m_written;
}

void SseStream::write(const QByteArray &bytes)
{
    m_exchange->write(bytes);
    m_written += bytes.size();
}

void SseStream::cutOff()
{
    qCWarning(lcHttp,
              "An event stream was closed because its client does not read it: %lld bytes "
              "were waiting.",
              m_exchange->queuedBytes());
    m_exchange->abort();
    emit closed();
}

void SseStream::prime(const QByteArray &id, int retryMs)
{
    if (isOpen())
        write("id: " + id + "\nretry: " + QByteArray::number(retryMs) + "\ndata: \n\n");
}

void SseStream::end()
{
    m_exchange->end();
}

bool SseStream::isOpen() const
{
    return m_exchange->isOpen();
}

void SseStream::timerEvent(QTimerEvent *event)
{
    if (!isOpen())
        return killTimer(event->timerId());
    const qint64 queued = m_exchange->queuedBytes();
    const qint64 before = std::exchange(m_taken, m_written - queued);
    if (queued > kMaxIdleBytes && m_taken <= before)
        cutOff();
    else
        write(": keepalive\n\n");
}

} // namespace flaredeck::http
