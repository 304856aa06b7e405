#pragma once

#include "core/http/message.h"

#include <QObject>

namespace flaredeck::http {

/// One answer in progress. Lives on the core thread. Answer once with respond(), at any time after
/// the handler returned, or open a stream that stays until end() or until the peer leaves. After
/// the peer is gone every call is a no-op. An Exchange that is dropped unanswered answers 500.
class Exchange : public QObject
{
    Q_OBJECT

public:
    ~Exchange() override = default;

    /// Sends head and body in one write.
    virtual void respond(const Response &response) = 0;

    /// Sends the head of an event stream (text/event-stream, no-cache, keep-alive) with extra
    /// headers.
    virtual void startStream(const Headers &extra = {}) = 0;
    /// Appends raw bytes to the stream.
    virtual void write(const QByteArray &bytes) = 0;
    virtual void end() = 0;
    /// Closes the connection with no further byte, answered or not. closed() is not emitted.
    virtual void abort() = 0;
    /// Bytes accepted by write() that the peer has not taken yet.
    [[nodiscard]] virtual qint64 queuedBytes() const = 0;

    /// The peer is there and the answer is not finished.
    [[nodiscard]] virtual bool isOpen() const = 0;
    [[nodiscard]] virtual bool isAnswered() const = 0; ///< respond() or startStream() was called

signals:
    /// The peer left before the answer was complete. Not emitted after respond() or end().
    void closed();
};

using ExchangePtr = std::shared_ptr<Exchange>;

} // namespace flaredeck::http
