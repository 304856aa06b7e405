#include "core/http/socketexchange.h"

#include "core/base/logging.h"
#include "core/http/guardedsocket.h"

namespace flaredeck::http {

SocketExchange::SocketExchange(GuardedSocket &socket)
    : m_socket(&socket)
    , m_format(socket.answerFormat())
{
}

SocketExchange::~SocketExchange()
{
    if (m_phase == Phase::Waiting && m_socket) {
        qCWarning(lcHttp, "A request was not answered by its handler.");
        respond(Response::error(500, "server_error", "The server did not answer this request."));
    } else {
        end();
    }
}

void SocketExchange::respond(const Response &response)
{
    if (m_phase != Phase::Waiting || !m_socket)
        return;
    m_phase = Phase::Finished;
    m_socket->sendAnswer(writeResponse(response, m_format, m_socket->httpDate()));
}

void SocketExchange::startStream(const Headers &extra)
{
    if (m_phase != Phase::Waiting || !m_socket)
        return;
    const QByteArray head = writeStreamHead(extra, m_format, m_socket->httpDate());
    if (m_format.isHead) {
        m_phase = Phase::Finished;
        m_socket->sendAnswer(head);
        return;
    }
    m_phase = Phase::Streaming;
    m_socket->beginStream(head);
}

void SocketExchange::write(const QByteArray &bytes)
{
    // An empty chunk would end the stream.
    if (m_phase == Phase::Streaming && m_socket && !bytes.isEmpty())
        m_socket->sendPart(m_format.isHttp10 ? bytes : writeChunk(bytes));
}

void SocketExchange::end()
{
    if (m_phase != Phase::Streaming)
        return;
    m_phase = Phase::Finished;
    if (m_socket)
        m_socket->sendAnswer(m_format.isHttp10 ? QByteArray() : QByteArray("0\r\n\r\n"));
}

void SocketExchange::abort()
{
    m_phase = Phase::Finished;
    if (m_socket)
        m_socket->drop();
    m_socket.clear();
}

qint64 SocketExchange::queuedBytes() const
{
    return m_socket && m_phase == Phase::Streaming ? m_socket->unsentBytes() : 0;
}

bool SocketExchange::isOpen() const
{
    return m_socket && m_phase != Phase::Finished;
}

void SocketExchange::peerLeft()
{
    m_socket.clear();
    if (m_phase != Phase::Finished)
        emit closed();
}

} // namespace flaredeck::http
