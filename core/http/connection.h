#pragma once

#include "core/http/peersocket.h"
#include "core/http/requestframer.h"
#include "core/http/responsewriter.h"

#include <memory>
#include <optional>
#include <utility>

namespace flaredeck::http {

class Exchange;
class HttpServer;

/// One connection of a client. It frames what arrives, hands each request that passed every limit
/// and the host gate to the server, one at a time, and writes the answers. What does not pass is
/// answered here. While an answer is pending nothing is read: what the peer sends meanwhile waits
/// in the socket's bounded buffer, and then in the peer's own writes.
class Connection : public QObject
{
    Q_OBJECT

public:
    /// `socket` is connected to `peer`.
    Connection(PeerSocket socket, const Peer &peer, HttpServer &server);
    ~Connection() override; ///< nobody is told

    // For the server.

    /// How much it would cost to lose this connection; the smaller the less. First whoever never
    /// sent a whole request, then whoever waits for the next one, then answers that are not taken,
    /// then what is done for strangers; and in each of these the oldest.
    using Need = std::pair<int, qint64>;
    /// Nothing where a call of somebody known runs, or a stream is open for them.
    [[nodiscard]] std::optional<Need> need() const;
    /// Reads what the event loop did not come to yet.
    void readNow();
    /// Closes at once; unsent bytes are lost. Whoever is at work on an answer hears that the peer
    /// left.
    void cutOff() { m_socket.abort(); }
    /// Since when it keeps bytes of an unfinished request: the time, and the order where that is
    /// the same.
    using Since = std::pair<qint64, qint64>;
    [[nodiscard]] std::optional<Since> unfinishedSince() const;
    [[nodiscard]] bool isLocal() const { return m_peer.isLocal(); }
    /// Answers without having been asked, and closes when the peer has had time to read it.
    void refuse(const Response &response);
    /// Closes what waits for too long.
    void checkDeadline();
    /// The server closes: ends a stream properly, and the connection.
    void shutDown();

    // For the exchange of the request that is being served.

    void respond(const Response &response);
    void startStream(const Headers &extra);
    void write(const QByteArray &bytes);
    void endStream();
    void abort();
    [[nodiscard]] qint64 unsentBytes() const { return m_socket->bytesToWrite(); }

private:
    enum class State {
        Reading,   ///< between requests, or in the middle of one
        Answering, ///< a handler has it
        Streaming,
        Flushing,  ///< the peer has not taken the answer yet
        Lingering, ///< refused, or closing; what still comes is thrown away
        Closed,
    };

    void receive();
    void serveRequests();
    void checkHead();
    void serve();
    void beginAnswer();
    void finishAnswer();
    [[nodiscard]] std::shared_ptr<Exchange> releaseExchange();

    void send(const QByteArray &bytes);
    [[nodiscard]] qsizetype sendNow(const QByteArray &bytes) const;
    void written();
    void linger();
    void closeWhenSent();
    void closed();

    void setDeadline(int milliseconds);
    void watchRequest();
    void countHeld();

    HttpServer &m_server;
    PeerSocket m_socket;
    const Peer m_peer;
    RequestFramer m_framer;
    State m_state = State::Reading;
    std::weak_ptr<Exchange> m_exchange;
    AnswerFormat m_format; ///< of the request whose head came last

    qint64 m_deadline = 0; ///< 0 = none
    qint64 m_lingerEnd = 0;
    qint64 m_begunAt = 0;       ///< the unfinished request; 0 = none
    qint64 m_held = 0;          ///< bytes of the unfinished request that the server knows of
    qint64 m_turn;              ///< of the state that it is in
    bool m_hasServed = false;   ///< a whole request came
    bool m_isProtected = false; ///< the path of the request whose head came last
};

} // namespace flaredeck::http
