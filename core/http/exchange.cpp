#include "core/http/exchange.h"

#include "core/base/logging.h"
#include "core/http/connection.h"

namespace flaredeck::http {

Exchange::Exchange(Connection &connection)
    : m_connection(&connection)
{
}

Exchange::~Exchange()
{
    if (m_connection && !m_isAnswered) {
        qCWarning(lcHttp, "A request was not answered by its handler.");
        respond(Response::error(500, "server_error", "The server did not answer this request."));
    } else {
        end();
    }
}

void Exchange::respond(const Response &response)
{
    if (!m_connection || m_isAnswered)
        return;
    m_isAnswered = true;
    m_connection->respond(response);
}

void Exchange::startStream(const Headers &extra)
{
    if (!m_connection || m_isAnswered)
        return;
    m_isAnswered = true;
    m_connection->startStream(extra);
}

void Exchange::write(const QByteArray &bytes)
{
    // An empty chunk would end the stream.
    if (isStreaming() && !bytes.isEmpty())
        m_connection->write(bytes);
}

void Exchange::end()
{
    if (isStreaming())
        m_connection->endStream();
}

void Exchange::abort()
{
    m_isAnswered = true;
    if (m_connection)
        m_connection->abort();
}

qint64 Exchange::queuedBytes() const
{
    return isStreaming() ? m_connection->unsentBytes() : 0;
}

} // namespace flaredeck::http
