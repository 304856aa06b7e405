#include "core/http/connection.h"

#include "core/base/logging.h"
#include "core/http/exchange.h"
#include "core/http/httpserver.h"

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#endif

#include <algorithm>
#include <chrono>

namespace flaredeck::http {

namespace {

// What a peer may send ahead of its turn; beyond that its own writes block.
constexpr qint64 kReadAheadBytes = 64LL * 1024;

// A declared body up to this size is waited for like a head, whoever sends it. Many clients send it
// in a second write, and would lose their connection by an answer that comes before it.
constexpr qint64 kSmallBodyBytes = 16LL * 1024;

// What is thrown away at a time.
constexpr qint64 kDrainBytes = 512LL * 1024;

// With more than this unsent, the next request of the connection waits.
constexpr qint64 kMaxUnsentBytes = 256LL * 1024;

// A refused peer that neither sends nor closes for so long is cut off.
constexpr int kLingerMs = 5000;

constexpr char kLastChunk[] = "0\r\n\r\n";

#ifdef MSG_NOSIGNAL
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0; // Qt ignores SIGPIPE where a call cannot
#endif

int headTimeoutOf(const Limits &limits)
{
    return std::min(limits.headTimeoutMs, limits.requestTimeoutMs);
}

/// Milliseconds that never jump.
qint64 steadyNow()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

} // namespace

Connection::Connection(PeerSocket socket, const Peer &peer, HttpServer &server)
    : QObject(&server)
    , m_server(server)
    , m_socket(std::move(socket))
    , m_peer(peer)
    , m_framer(server.m_limits)
    , m_turn(server.nextTurn())
{
    m_socket->setParent(nullptr); // so far the listener
    m_socket.setReadBufferSize(kReadAheadBytes);
    m_socket.sendAtOnce();
    connect(m_socket.operator->(), &QIODevice::readyRead, this, &Connection::receive);
    connect(m_socket.operator->(), &QIODevice::bytesWritten, this, &Connection::written);
    m_socket.onDisconnected(this, &Connection::closed);
    setDeadline(headTimeoutOf(server.m_limits));
}

Connection::~Connection()
{
    m_socket->disconnect(this);
    (void)releaseExchange();
}

// --- Requests

void Connection::receive()
{
    // To ask for exactly what is there takes the block out of the socket's buffer, which otherwise
    // keeps it, 16 KiB, for as long as the connection lives.
    const auto takeReceived = [this] { return m_socket->read(m_socket->bytesAvailable()); };
    switch (m_state) {
    case State::Reading:
        m_framer.append(takeReceived());
        serveRequests();
        return;
    case State::Streaming:
        // Nothing can be answered behind an open stream. Only the line break that some old clients
        // send after a body is no request.
        if (!takeReceived().trimmed().isEmpty()) {
            qCWarning(lcHttp, "A client sent a request on a connection with an open stream; the "
                              "connection was closed.");
            cutOff();
        }
        return;
    case State::Lingering:
        m_socket->skip(m_socket->bytesAvailable());
        m_deadline = std::min(steadyNow() + kLingerMs, m_lingerEnd);
        return;
    case State::Answering:
    case State::Flushing:
    case State::Closed:
        return; // it waits in the socket's bounded buffer
    }
}

void Connection::serveRequests()
{
    while (m_state == State::Reading) {
        const RequestFramer::Step step = m_framer.next();
        if (step == RequestFramer::Step::NeedsMore) {
            watchRequest();
            break;
        }
        if (step == RequestFramer::Step::HeadRead)
            checkHead();
        else if (step == RequestFramer::Step::Complete)
            serve();
        else
            refuse(Response::error(m_framer.refusal().status, "invalid_request",
                                   m_framer.refusal().cause));
    }
    countHeld();
}

void Connection::checkHead()
{
    RequestHead &head = m_framer.head();
    head.request.peer = m_peer;
    m_format = {head.request.method == Method::Head, head.isHttp10, head.keepsAlive, {}};
    m_isProtected = false;
    if (const auto answer = m_server.m_gate->check(head.request)) {
        if (head.hasBody())
            return refuse(*answer); // a foreign page does not get to upload
        (void)m_framer.takeBody();
        beginAnswer();
        return respond(*answer);
    }
    m_format.extra = m_server.m_gate->corsHeaders(head.request);
    const Admission *const admission = m_server.admissionOf(head.request.path);
    m_isProtected = admission != nullptr;
    if (!head.hasBody())
        return;
    const Limits &limits = m_server.m_limits;
    m_framer.limitBody(admission ? limits.maxBodyBytes : limits.maxOpenBodyBytes);
    // What came whole is the handler's affair; it asks who is there, once.
    const bool isWaitedFor = head.isChunked || head.expectsContinue ||
                             (head.contentLength > kSmallBodyBytes && !m_framer.isBodyThere());
    if (admission && (isWaitedFor || head.isEncoded)) {
        if (const auto refusal = (*admission)(head.request))
            return refuse(*refusal);
    }
    if (head.isEncoded) // RFC 9110 §15.5.16
        return refuse(Response::error(415, "invalid_request",
                                      "The body must be sent as it is, without a Content-Encoding.",
                                      {{"Accept-Encoding", "identity"}}));
    if (head.expectsContinue && head.contentLength <= m_framer.maxBodyBytes())
        send("HTTP/1.1 100 Continue\r\n\r\n");
}

void Connection::serve()
{
    const auto request = std::make_shared<Request>(std::move(m_framer.head().request));
    request->body = m_framer.takeBody();
    beginAnswer();
    const auto exchange = std::make_shared<Exchange>(*this);
    m_exchange = exchange;
    m_server.serve(request, exchange);
}

// --- Answers

void Connection::beginAnswer()
{
    m_state = State::Answering;
    m_deadline = 0;
    m_begunAt = 0;
    m_turn = m_server.nextTurn();
    m_hasServed = true;
}

void Connection::respond(const Response &response)
{
    (void)releaseExchange();
    send(writeResponse(response, m_format, m_server.httpDate()));
    finishAnswer();
}

void Connection::startStream(const Headers &extra)
{
    m_state = State::Streaming;
    send(writeStreamHead(extra, m_format, m_server.httpDate()));
    if (m_format.isHead) {
        (void)releaseExchange();
        finishAnswer();
    }
}

void Connection::write(const QByteArray &bytes)
{
    send(m_format.isHttp10 ? bytes : writeChunk(bytes));
}

void Connection::endStream()
{
    (void)releaseExchange();
    if (!m_format.isHttp10)
        send(kLastChunk);
    finishAnswer();
}

void Connection::finishAnswer()
{
    if (m_state == State::Closed)
        return;
    m_turn = m_server.nextTurn();
    if (!m_format.keepsAlive)
        return closeWhenSent();
    if (unsentBytes() > kMaxUnsentBytes) {
        m_state = State::Flushing;
        return setDeadline(m_server.m_limits.requestTimeoutMs);
    }
    m_state = State::Reading;
    setDeadline(m_server.m_limits.idleTimeoutMs);
    watchRequest();
    // Not from here: a handler that answers at once would be called by its own answer.
    if (m_framer.hasBegun() || m_socket->bytesAvailable() > 0)
        QMetaObject::invokeMethod(this, &Connection::receive, Qt::QueuedConnection);
}

/// What is still alive of it has nothing to do with this connection any more.
std::shared_ptr<Exchange> Connection::releaseExchange()
{
    auto exchange = std::exchange(m_exchange, {}).lock();
    if (exchange)
        exchange->detach();
    return exchange;
}

void Connection::refuse(const Response &response)
{
    if (m_state == State::Closed || m_state == State::Lingering)
        return;
    AnswerFormat format;
    format.keepsAlive = false;
    format.extra = m_format.extra;
    linger();
    m_framer.clear();
    countHeld();
    m_socket->skip(m_socket->bytesAvailable());
    send(writeResponse(response, format, m_server.httpDate()));
    written();
}

// --- The socket

void Connection::send(const QByteArray &bytes)
{
    const qsizetype sent = unsentBytes() == 0 ? sendNow(bytes) : 0;
    if (sent < bytes.size()) {
        m_socket->write(bytes.constData() + sent, bytes.size() - sent);
        m_socket.flush();
    }
}

/// Past the socket's buffer, which costs a block of 16 KiB for each connection and a change of its
/// notifiers for each answer. Says how much the system took; errors are left to the socket.
qsizetype Connection::sendNow(const QByteArray &bytes) const
{
#ifdef Q_OS_UNIX
    const auto sent = ::send(static_cast<int>(m_socket.descriptor()), bytes.constData(),
                             static_cast<size_t>(bytes.size()), MSG_DONTWAIT | kNoSignal);
    return std::max<qsizetype>(sent, 0);
#else
    Q_UNUSED(bytes)
    return 0;
#endif
}

void Connection::written()
{
    const bool isAllSent = unsentBytes() == 0;
    if (m_state == State::Flushing) {
        if (isAllSent)
            finishAnswer();
        else
            setDeadline(m_server.m_limits.requestTimeoutMs); // slow, but reading
    } else if (m_state == State::Streaming && isAllSent) {
        if (const auto exchange = m_exchange.lock())
            emit exchange->drained();
    } else if (m_state == State::Lingering && isAllSent) {
        // Closing with unread input would make the peer's system throw our answer away
        // (RFC 9112 §9.6): end our half, and read on until the peer ends its own.
#ifdef Q_OS_UNIX
        ::shutdown(static_cast<int>(m_socket.descriptor()), SHUT_WR);
#endif
    }
}

void Connection::linger()
{
    m_state = State::Lingering;
    m_socket.setReadBufferSize(kDrainBytes);
    m_lingerEnd = steadyNow() + m_server.m_limits.requestTimeoutMs;
    setDeadline(std::min(kLingerMs, m_server.m_limits.requestTimeoutMs));
}

void Connection::closeWhenSent()
{
    linger();
    m_socket.close();
}

void Connection::abort()
{
    (void)releaseExchange();
    cutOff();
}

void Connection::shutDown()
{
    const auto exchange = releaseExchange();
    if (m_state == State::Streaming && !m_format.isHttp10)
        send(kLastChunk);
    closeWhenSent();
    if (exchange)
        emit exchange->closed();
}

void Connection::closed()
{
    m_state = State::Closed;
    countHeld();
    m_server.remove(this);
    deleteLater();
    if (const auto exchange = releaseExchange())
        emit exchange->closed();
}

// --- Limits

void Connection::setDeadline(int milliseconds)
{
    m_deadline = steadyNow() + milliseconds;
}

/// The time for a request runs from its first byte, whatever else comes.
void Connection::watchRequest()
{
    if (!m_framer.hasBegun())
        return;
    if (m_begunAt == 0)
        m_begunAt = steadyNow();
    m_deadline = m_begunAt + (m_framer.hasHead() ? m_server.m_limits.requestTimeoutMs
                                                 : headTimeoutOf(m_server.m_limits));
}

void Connection::checkDeadline()
{
    if (m_deadline == 0 || steadyNow() < m_deadline)
        return;
    if (m_state != State::Reading)
        cutOff();
    else if (m_framer.hasBegun())
        refuse(Response::error(408, "invalid_request", "The request did not arrive in time."));
    else
        closeWhenSent();
}

void Connection::countHeld()
{
    const qint64 held = m_state == State::Reading ? m_framer.heldBytes() : 0;
    if (const qint64 more = held - std::exchange(m_held, held); more != 0)
        m_server.countUnfinished(more);
}

std::optional<Connection::Since> Connection::unfinishedSince() const
{
    return m_held > 0 ? std::optional(Since{m_begunAt, m_turn}) : std::nullopt;
}

std::optional<Connection::Need> Connection::need() const
{
    switch (m_state) {
    case State::Reading:
    case State::Lingering:
        return Need{m_hasServed ? 1 : 0, m_turn};
    case State::Flushing:
        return Need{2, m_turn};
    case State::Answering:
    case State::Streaming:
        return m_isProtected ? std::nullopt : std::optional(Need{3, m_turn});
    case State::Closed:
        break;
    }
    return std::nullopt;
}

void Connection::readNow()
{
    if (m_state == State::Reading)
        m_socket->waitForReadyRead(0);
}

} // namespace flaredeck::http
