#pragma once

#include "core/http/exchange.h"

namespace flaredeck::http {

/// An event stream on an exchange: framing (WHATWG HTML §9.2), keep-alive comments, and limits on
/// what a client may leave unread, after which the stream is closed with a logged reason. How long
/// a message is does not matter: a client that reads gets it.
class SseStream : public QObject
{
    Q_OBJECT

public:
    /// With more than this unread behind what is being read, nothing more is added.
    static constexpr qint64 kMaxQueuedBytes = 8LL * 1024 * 1024;
    /// With more than this unread, a client that takes nothing between two keep-alives is cut off.
    static constexpr qint64 kMaxIdleBytes = 1024LL * 1024;
    static constexpr int kKeepAliveSeconds = 15;

    explicit SseStream(ExchangePtr exchange, const Headers &extra = {}, QObject *parent = nullptr);
    ~SseStream() override; ///< ends the stream

    /// Line breaks in `data` arrive as LF, the only one that the format has. `id` may be empty.
    void send(const QByteArray &data, const QByteArray &event = "message",
              const QByteArray &id = {});
    /// An event without content, which gives the client an id to come back with and says how long
    /// it should wait before it does.
    void prime(const QByteArray &id, int retryMs);
    void end();
    [[nodiscard]] bool isOpen() const;

    /// The bytes of one event.
    [[nodiscard]] static QByteArray frame(const QByteArray &data, const QByteArray &event,
                                          const QByteArray &id);

signals:
    /// The peer left, or was cut off because it did not read. Not emitted by end().
    void closed();

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void write(const QByteArray &bytes);
    void cutOff();

    ExchangePtr m_exchange;
    qint64 m_written = 0;
    qint64 m_firstEnd = 0; ///< where the message ends that is being read
    qint64 m_taken = 0;    ///< of what was written, at the last keep-alive
};

} // namespace flaredeck::http
