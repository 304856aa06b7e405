#pragma once

#include "core/http/requestframer.h"
#include "core/http/responsewriter.h"

#include <QTcpSocket>

#include <memory>
#include <optional>
#include <utility>

namespace flaredeck::http {

class ConnectionGuard;
class SocketExchange;

/// One connection, as Qt's HTTP server sees it. Like QSslSocket it is a QTcpSocket around the
/// socket that holds the wire: only complete requests that passed every limit and the host gate
/// are handed over, one at a time, and what becomes readable says no more than that one is there.
/// Everything else is answered here. Qt's own server has no limits and no time-outs, closes without
/// an answer on malformed input, reads on while an answer is pending, and loses bytes of a chunked
/// body that is cut between two reads.
class GuardedSocket : public QTcpSocket
{
    Q_OBJECT

public:
    /// Takes over the descriptor. isWired() tells whether that worked.
    GuardedSocket(qintptr descriptor, ConnectionGuard &guard, QObject *parent);
    ~GuardedSocket() override;

    [[nodiscard]] bool isWired() const { return m_wire.isValid(); }

    /// The request that is being handed over. For the backend, once.
    [[nodiscard]] Request takeRequest();
    /// Who answers the request from now on.
    void setExchange(const std::shared_ptr<SocketExchange> &exchange);
    [[nodiscard]] AnswerFormat answerFormat() const;

    /// The whole answer, or the last bytes of a stream.
    void sendAnswer(const QByteArray &bytes);
    void beginStream(const QByteArray &head);
    void sendPart(const QByteArray &bytes);
    /// Closes at once, unsent bytes are lost. The exchange hears nothing.
    void drop();
    [[nodiscard]] qint64 unsentBytes() const { return m_wire.bytesToWrite(); }
    [[nodiscard]] const QByteArray &httpDate() const;

    /// How much it would cost to lose this connection; the smaller the less. First whoever never
    /// sent a whole request, then whoever waits for the next one, then answers that are not taken,
    /// then what is done for strangers; and in each of these the oldest.
    using Need = std::pair<int, qint64>;
    /// Nothing where a call of somebody known runs, or a stream is open for them.
    [[nodiscard]] std::optional<Need> need() const;
    /// Looks for bytes that the event loop did not come to yet.
    void readNow();
    /// Closes at once, to make room. Whoever is at work on an answer hears that the peer left.
    void cutOff() { m_wire.abort(); }
    /// Since when it keeps bytes of an unfinished request: the time, and the order where that is
    /// the same.
    using Since = std::pair<qint64, qint64>;
    [[nodiscard]] std::optional<Since> unfinishedSince() const;
    /// Lets go of the unfinished request, to make room for others.
    void giveUp();

    /// Answers without having been asked, and closes when the peer has had time to read it.
    void refuse(const Response &response);
    /// `now` is ConnectionGuard::now().
    void checkDeadline(qint64 now);
    /// The server closes: ends a stream properly, and the connection.
    void shutDown();

    // What Qt's HTTP server uses.
    [[nodiscard]] qint64 bytesAvailable() const override;
    [[nodiscard]] qint64 bytesToWrite() const override { return unsentBytes(); }
    void disconnectFromHost() override;
    void close() override { disconnectFromHost(); }

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    enum class State {
        Reading,     ///< between requests, or in the middle of one
        HandingOver, ///< Qt's server reads the request
        Answering,   ///< a handler has it
        Streaming,
        Flushing,  ///< the peer has not taken the answer yet
        Lingering, ///< refused; what still comes is thrown away
        Closed,
    };

    void receive();
    void processRequests();
    void checkHead();
    void handOver();
    [[nodiscard]] QByteArray takeReceived();
    void send(const QByteArray &bytes);
    [[nodiscard]] qsizetype sendNow(const QByteArray &bytes) const;
    void written();
    void finishAnswer();
    void peerGone();
    void closeWhenSent();
    void linger();
    void setDeadline(int milliseconds);
    void watchRequest();
    void countHeld();

    ConnectionGuard &m_guard;
    QTcpSocket m_wire;
    RequestFramer m_framer;
    State m_state = State::Reading;
    qint64 m_deadline = 0; ///< 0 = none
    qint64 m_begunAt = 0;  ///< the unfinished request; 0 = none
    qint64 m_turn;         ///< of the state that it is in
    qint64 m_held = 0;     ///< bytes of the unfinished request that the guard knows of
    qint64 m_lingerEnd = 0;
    bool m_isProcessing = false;
    bool m_isHalfClosed = false;
    bool m_hasServed = false;   ///< a whole request came
    bool m_isProtected = false; ///< the path of the request that is served

    RequestHead m_head; ///< of the request that is being served
    qsizetype m_fed;    ///< of what Qt's server reads for each request
    Headers m_cors;
    std::weak_ptr<SocketExchange> m_exchange;
};

} // namespace flaredeck::http
