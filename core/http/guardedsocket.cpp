#include "core/http/guardedsocket.h"

#include "core/base/logging.h"
#include "core/http/connectionguard.h"
#include "core/http/hostgate.h"
#include "core/http/socketexchange.h"

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#endif

#include <algorithm>
#include <cstring>
#include <utility>

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

// What Qt's server reads of each request: that there is one. It reads byte by byte, and would copy
// what was read already.
constexpr QByteArrayView kFeed = "GET / HTTP/1.1\r\n\r\n";

int headTimeoutOf(const Limits &limits)
{
    return std::min(limits.headTimeoutMs, limits.requestTimeoutMs);
}

#ifdef MSG_NOSIGNAL
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0; // Qt ignores SIGPIPE where a call cannot
#endif

} // namespace

GuardedSocket::GuardedSocket(qintptr descriptor, ConnectionGuard &guard, QObject *parent)
    : QTcpSocket(parent)
    , m_guard(guard)
    , m_framer(guard.limits())
    , m_turn(guard.nextTurn())
    , m_fed(kFeed.size())
{
    connect(&m_wire, &QTcpSocket::readyRead, this, &GuardedSocket::receive);
    connect(&m_wire, &QTcpSocket::bytesWritten, this, &GuardedSocket::written);
    connect(&m_wire, &QTcpSocket::disconnected, this, &GuardedSocket::peerGone);
    m_wire.setReadBufferSize(kReadAheadBytes);
    if (!m_wire.setSocketDescriptor(descriptor))
        return;
    m_wire.setSocketOption(QAbstractSocket::LowDelayOption, 1);

    setPeerAddress(m_wire.peerAddress());
    setPeerPort(m_wire.peerPort());
    setLocalAddress(m_wire.localAddress());
    setLocalPort(m_wire.localPort());
    setOpenMode(QIODevice::ReadWrite);
    setSocketState(QAbstractSocket::ConnectedState);
    setDeadline(headTimeoutOf(m_guard.limits()));
}

GuardedSocket::~GuardedSocket()
{
    m_wire.disconnect(this);
    m_state = State::Closed;
    countHeld();
    m_guard.remove(this);
    if (const auto exchange = m_exchange.lock())
        exchange->forgetSocket();
    setSocketState(QAbstractSocket::UnconnectedState);
}

void GuardedSocket::receive()
{
    switch (m_state) {
    case State::Reading:
        break;
    case State::Lingering:
        m_wire.skip(m_wire.bytesAvailable());
        m_deadline = std::min(ConnectionGuard::now() + kLingerMs, m_lingerEnd);
        return;
    case State::Streaming:
        // Nothing can be answered behind an open stream. Only the line break that some old clients
        // send after a body is no request.
        if (!takeReceived().trimmed().isEmpty()) {
            qCWarning(lcHttp, "A client sent a request on a connection with an open stream; the "
                              "connection was closed.");
            m_wire.abort();
        }
        return;
    case State::HandingOver:
    case State::Answering:
    case State::Flushing:
    case State::Closed:
        return; // it waits in the wire's bounded buffer
    }

    if (const QByteArray bytes = takeReceived(); !bytes.isEmpty())
        m_framer.append(bytes);
    processRequests();
    if (m_state == State::Reading)
        watchRequest();
    countHeld();
}

/// The time for a request runs from its first byte, whatever else comes.
void GuardedSocket::watchRequest()
{
    if (!m_framer.hasBegun())
        return;
    if (m_begunAt == 0)
        m_begunAt = ConnectionGuard::now();
    m_deadline = m_begunAt + (m_framer.hasHead() ? m_guard.limits().requestTimeoutMs
                                                 : headTimeoutOf(m_guard.limits()));
}

void GuardedSocket::countHeld()
{
    const qint64 held = m_state == State::Reading ? m_framer.heldBytes() : 0;
    if (const qint64 more = held - std::exchange(m_held, held); more != 0)
        m_guard.countUnfinished(more);
}

void GuardedSocket::processRequests()
{
    m_isProcessing = true;
    bool needsMore = false;
    while (m_state == State::Reading && !needsMore) {
        switch (m_framer.next()) {
        case RequestFramer::Step::NeedsMore:
            needsMore = true;
            break;
        case RequestFramer::Step::HeadRead:
            checkHead();
            break;
        case RequestFramer::Step::Complete:
            handOver();
            break;
        case RequestFramer::Step::Refused:
            refuse(Response::error(m_framer.refusal().status, "invalid_request",
                                   m_framer.refusal().cause));
            break;
        }
    }
    m_isProcessing = false;
}

void GuardedSocket::checkHead()
{
    RequestHead &head = m_framer.head();
    head.request.peer = {peerAddress(), peerPort(), localPort()};
    if (auto answer = m_guard.gate().check(head.request)) {
        if (head.hasBody()) {
            refuse(*answer); // a foreign page does not get to upload
            return;
        }
        m_head = std::move(head);
        (void)m_framer.takeBody();
        m_cors = {};
        m_begunAt = 0;
        m_hasServed = true;
        m_isProtected = false;
        m_state = State::Answering;
        sendAnswer(writeResponse(*answer, answerFormat(), httpDate()));
        return;
    }
    m_cors = m_guard.gate().corsHeaders(head.request);
    const Admission *const admission = m_guard.admissionOf(head.request.path);
    m_isProtected = admission != nullptr;
    if (!head.hasBody())
        return;
    const Limits &limits = m_guard.limits();
    m_framer.limitBody(admission ? limits.maxBodyBytes : limits.maxOpenBodyBytes);
    // What came whole is the handler's affair; it asks who is there, once.
    const bool isWaitedFor = head.isChunked || head.expectsContinue ||
                             (head.contentLength > kSmallBodyBytes && !m_framer.isBodyThere());
    if (admission && (isWaitedFor || head.isEncoded)) {
        if (const auto refusal = (*admission)(head.request)) {
            refuse(*refusal);
            return;
        }
    }
    if (head.isEncoded) { // RFC 9110 §15.5.16
        refuse(Response::error(415, "invalid_request",
                               "The body must be sent as it is, without a Content-Encoding.",
                               {{"Accept-Encoding", "identity"}}));
        return;
    }
    if (head.expectsContinue && head.contentLength <= m_framer.maxBodyBytes())
        send("HTTP/1.1 100 Continue\r\n\r\n");
}

void GuardedSocket::handOver()
{
    m_head = std::move(m_framer.head());
    m_head.request.body = m_framer.takeBody();

    m_deadline = 0;
    m_begunAt = 0;
    m_turn = m_guard.nextTurn();
    m_hasServed = true;
    m_state = State::HandingOver;
    m_fed = 0;
    emit readyRead();
    if (m_state == State::HandingOver)
        refuse(Response::error(400, "invalid_request", "The request could not be read."));
}

Request GuardedSocket::takeRequest()
{
    return std::move(m_head.request);
}

void GuardedSocket::setExchange(const std::shared_ptr<SocketExchange> &exchange)
{
    m_exchange = exchange;
    m_state = State::Answering;
}

AnswerFormat GuardedSocket::answerFormat() const
{
    return {m_head.request.method == Method::Head, m_head.isHttp10, m_head.keepsAlive, m_cors};
}

const QByteArray &GuardedSocket::httpDate() const
{
    return m_guard.httpDate();
}

QByteArray GuardedSocket::takeReceived()
{
    // To ask for exactly what is there takes the block out of the wire's buffer, which otherwise
    // keeps it, 16 KiB, for as long as the connection lives.
    const QByteArray block = m_wire.read(m_wire.bytesAvailable());
    return {block.constData(), block.size()};
}

void GuardedSocket::send(const QByteArray &bytes)
{
    const qsizetype sent = m_wire.bytesToWrite() == 0 ? sendNow(bytes) : 0;
    if (sent < bytes.size()) {
        m_wire.write(bytes.constData() + sent, bytes.size() - sent);
        m_wire.flush();
    } else if (m_state == State::Lingering) {
        QMetaObject::invokeMethod(this, &GuardedSocket::written, Qt::QueuedConnection);
    }
}

/// Past the wire's buffer, which costs a block of 16 KiB for each connection and a change of its
/// socket notifiers for each answer. Says how much the system took; errors are left to the wire.
qsizetype GuardedSocket::sendNow(const QByteArray &bytes) const
{
#ifdef Q_OS_UNIX
    if (!m_wire.isValid() || bytes.isEmpty())
        return 0;
    const auto sent = ::send(static_cast<int>(m_wire.socketDescriptor()), bytes.constData(),
                             static_cast<size_t>(bytes.size()), MSG_DONTWAIT | kNoSignal);
    return std::max<qsizetype>(sent, 0);
#else
    Q_UNUSED(bytes)
    return 0;
#endif
}

void GuardedSocket::sendAnswer(const QByteArray &bytes)
{
    if (!bytes.isEmpty())
        send(bytes);
    finishAnswer();
}

void GuardedSocket::beginStream(const QByteArray &head)
{
    m_state = State::Streaming;
    // Lets go of the read buffer of QIODevice, half of what an idle stream costs.
    setOpenMode(QIODevice::WriteOnly);
    setOpenMode(QIODevice::ReadWrite);
    send(head);
}

void GuardedSocket::sendPart(const QByteArray &bytes)
{
    send(bytes);
}

void GuardedSocket::drop()
{
    m_exchange.reset();
    m_wire.abort();
}

void GuardedSocket::refuse(const Response &response)
{
    if (m_state == State::Closed || m_state == State::Lingering)
        return;
    AnswerFormat format;
    format.keepsAlive = false;
    format.extra = m_cors;
    linger();
    m_framer.clear();
    countHeld();
    send(writeResponse(response, format, httpDate()));
    m_wire.skip(m_wire.bytesAvailable());
}

void GuardedSocket::linger()
{
    m_state = State::Lingering;
    m_wire.setReadBufferSize(kDrainBytes);
    m_lingerEnd = ConnectionGuard::now() + m_guard.limits().requestTimeoutMs;
    setDeadline(std::min(kLingerMs, m_guard.limits().requestTimeoutMs));
}

void GuardedSocket::written()
{
    if (m_wire.bytesToWrite() > 0) {
        if (m_state == State::Flushing)
            setDeadline(m_guard.limits().requestTimeoutMs); // slow, but reading
        return;
    }
    if (m_state == State::Flushing) {
        finishAnswer();
    } else if (m_state == State::Lingering && !m_isHalfClosed) {
        // Closing with unread input would make the peer's system throw our answer away
        // (RFC 9112 §9.6): end our half, and read on until the peer ends its own.
        m_isHalfClosed = true;
#ifdef Q_OS_UNIX
        ::shutdown(static_cast<int>(m_wire.socketDescriptor()), SHUT_WR);
#endif
    }
}

void GuardedSocket::finishAnswer()
{
    if (m_state == State::Closed)
        return;
    m_exchange.reset();
    m_turn = m_guard.nextTurn();
    if (!m_head.keepsAlive) {
        closeWhenSent();
        return;
    }
    if (m_wire.bytesToWrite() > kMaxUnsentBytes) {
        m_state = State::Flushing;
        setDeadline(m_guard.limits().requestTimeoutMs);
        return;
    }
    m_state = State::Reading;
    setDeadline(m_guard.limits().idleTimeoutMs);
    watchRequest();
    if (!m_isProcessing && (m_framer.hasBegun() || m_wire.bytesAvailable() > 0))
        QMetaObject::invokeMethod(this, &GuardedSocket::receive, Qt::QueuedConnection);
}

void GuardedSocket::closeWhenSent()
{
    linger();
    m_wire.disconnectFromHost();
}

void GuardedSocket::peerGone()
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closed;
    m_deadline = 0;
    countHeld();
    m_guard.remove(this);
    const auto exchange = m_exchange.lock();
    m_exchange.reset();
    setSocketState(QAbstractSocket::UnconnectedState);
    emit disconnected(); // Qt's server deletes this socket later
    if (exchange)
        exchange->peerLeft();
}

void GuardedSocket::setDeadline(int milliseconds)
{
    m_deadline = ConnectionGuard::now() + milliseconds;
}

void GuardedSocket::checkDeadline(qint64 now)
{
    if (m_deadline == 0 || now < m_deadline)
        return;
    if (m_state != State::Reading) {
        drop();
    } else if (m_framer.hasBegun()) {
        refuse(Response::error(408, "invalid_request", "The request did not arrive in time."));
    } else {
        closeWhenSent();
    }
}

std::optional<GuardedSocket::Need> GuardedSocket::need() const
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
    case State::HandingOver:
    case State::Closed:
        break;
    }
    return std::nullopt;
}

void GuardedSocket::readNow()
{
    if (m_state == State::Reading)
        m_wire.waitForReadyRead(0);
}

std::optional<GuardedSocket::Since> GuardedSocket::unfinishedSince() const
{
    return m_held > 0 ? std::optional(Since{m_begunAt, m_turn}) : std::nullopt;
}

void GuardedSocket::giveUp()
{
    refuse(Response::error(503, "temporarily_unavailable",
                           "The server has no room to wait for the rest of this request.",
                           {{"Retry-After", "1"}}));
}

void GuardedSocket::shutDown()
{
    const auto exchange = m_exchange.lock();
    m_exchange.reset();
    if (m_state == State::Streaming && !m_head.isHttp10)
        send("0\r\n\r\n");
    closeWhenSent();
    if (exchange)
        exchange->peerLeft();
}

qint64 GuardedSocket::bytesAvailable() const
{
    return QTcpSocket::bytesAvailable() + kFeed.size() - m_fed;
}

void GuardedSocket::disconnectFromHost()
{
    if (m_state != State::Closed && m_state != State::Lingering)
        closeWhenSent();
}

qint64 GuardedSocket::readData(char *data, qint64 maxSize)
{
    const qsizetype length = std::min<qint64>(maxSize, kFeed.size() - m_fed);
    std::memcpy(data, kFeed.data() + m_fed, static_cast<size_t>(length));
    m_fed += length;
    return length;
}

qint64 GuardedSocket::writeData(const char *data, qint64 size)
{
    return m_wire.write(data, size);
}

} // namespace flaredeck::http
