#pragma once

#include "core/http/exchange.h"

namespace flaredeck::http {

/// An event stream on an exchange: framing (WHATWG HTML §9.2), keep-alive comments, and a limit on
/// what a slow reader may leave unread, after which the stream is closed with a logged reason.
class SseStream : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 kMaxQueuedBytes = 1024LL * 1024;
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
    ExchangePtr m_exchange;
};

} // namespace flaredeck::http
