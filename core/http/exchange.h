#pragma once

#include "core/http/httpmessage.h"

#include <QObject>

namespace flaredeck::http {

class Connection;

/// One answer in progress. Lives on the core thread, and may outlive its connection and the server.
/// Answer once with respond(), at any time after the handler returned, or open a stream that stays
/// until end() or until the peer leaves. After the peer is gone every call is a no-op. An Exchange
/// that is dropped unanswered answers 500.
class Exchange : public QObject
{
    Q_OBJECT

public:
    explicit Exchange(Connection &connection);
    ~Exchange() override;

    /// Sends head and body in one write.
    void respond(const Response &response);

    /// Sends the head of an event stream (text/event-stream, no-cache, keep-alive) with extra
    /// headers.
    void startStream(const Headers &extra = {});
    /// Appends raw bytes to the stream.
    void write(const QByteArray &bytes);
    void end();
    /// Closes the connection with no further byte, answered or not. closed() is not emitted.
    void abort();
    /// Bytes accepted by write() that the peer has not taken yet.
    [[nodiscard]] qint64 queuedBytes() const;

    /// The peer is there and the answer is not finished.
    [[nodiscard]] bool isOpen() const { return m_connection != nullptr; }
    [[nodiscard]] bool isAnswered() const { return m_isAnswered; } ///< or its stream was started

    /// For the connection: there is nothing more to send on it.
    void detach() { m_connection = nullptr; }

signals:
    /// The peer left before the answer was complete. Not emitted after respond() or end().
    void closed();
    /// The peer has taken all of the stream that had to wait.
    void drained();

private:
    [[nodiscard]] bool isStreaming() const { return m_connection && m_isAnswered; }

    Connection *m_connection; ///< null once the answer is finished, or the peer left
    bool m_isAnswered = false;
};

using ExchangePtr = std::shared_ptr<Exchange>;

} // namespace flaredeck::http
