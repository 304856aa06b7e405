#pragma once

#include "core/base/clock.h"
#include "core/http/ssestream.h"

#include <deque>
#include <memory>

namespace flaredeck::mcp {

/// An event stream of a session, which outlives its connections: what it carried is kept for a
/// while, so that a client which lost the connection can take it up where it was (MCP 2025-11-25,
/// basic/transports, "Resumability and Redelivery").
class ReplayStream : public QObject
{
    Q_OBJECT

public:
    static constexpr int kMaxEvents = 256;
    static constexpr qint64 kMaxBytes = 4LL * 1024 * 1024;
    static constexpr Millis kKeptFor = 60'000; ///< after its end
    static constexpr int kRetryMs = 5000;      ///< the wait that a client is told

    /// Without an id nothing is kept, and the events have no ids either (HTTP+SSE).
    ReplayStream(QByteArray id, const Clock &clock, QObject *parent = nullptr);

    /// Where an event stands: the stream's id and a number that grows.
    struct Position {
        QByteArray stream;
        qint64 number = 0;
    };
    /// Nothing when this is no id of ours.
    [[nodiscard]] static std::optional<Position> parse(const QByteArray &eventId);

    /// What is sent goes to this connection from now on. An older one ends. `primed` begins with an
    /// event to come back with.
    void attach(std::unique_ptr<http::SseStream> connection, bool primed = false);
    /// Whether everything that came after the event is still there.
    [[nodiscard]] bool keeps(qint64 after) const;
    /// The same as attach(), beginning with everything that came after the event.
    void resume(qint64 after, std::unique_ptr<http::SseStream> connection);
    void send(const QByteArray &data, const QByteArray &event = "message");
    /// Nothing more will be sent.
    void finish();
    /// Ends the connection and keeps the stream.
    void letGo();

    [[nodiscard]] const QByteArray &id() const { return m_id; }
    [[nodiscard]] bool isConnected() const { return m_connection && m_connection->isOpen(); }
    [[nodiscard]] bool isExpired() const;
    [[nodiscard]] qint64 keptBytes() const { return m_bytes; }

signals:
    void connected();
    void disconnected(); ///< the peer left

private:
    struct Event {
        qint64 number;
        QByteArray data;
    };
    [[nodiscard]] QByteArray idOf(qint64 number) const;
    void keep(const QByteArray &data);

    const QByteArray m_id;
    const Clock &m_clock;
    std::unique_ptr<http::SseStream> m_connection;
    std::deque<Event> m_events;
    qint64 m_bytes = 0;
    qint64 m_last = 0; ///< number of the newest event
    std::optional<Millis> m_finishedAt;
};

} // namespace flaredeck::mcp
