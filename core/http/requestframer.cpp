#include "core/http/requestframer.h"

#include <utility>

namespace flaredeck::http {

namespace {

// A larger block than this is given back after each request; smaller ones are kept for the next.
constexpr qsizetype kKeptBytes = 2048;

constexpr char kTooLong[] = "The body is longer than this server accepts.";

} // namespace

RequestFramer::Step RequestFramer::refuse(int status, const char *cause)
{
    m_refusal = {status, cause};
    clear();
    return Step::Refused;
}

void RequestFramer::clear()
{
    m_bytes = {};
    m_scanned = 0;
    m_body = {};
    m_head.reset();
    m_chunks.reset();
}

RequestFramer::Step RequestFramer::next()
{
    return m_head ? readBody() : readHead();
}

RequestFramer::Step RequestFramer::readHead()
{
    if (m_scanned == 0) {
        // RFC 9112 §2.2: empty lines before a request are ignored.
        qsizetype blank = 0;
        while (blank < m_bytes.size() && (m_bytes[blank] == '\r' || m_bytes[blank] == '\n'))
            ++blank;
        m_bytes.remove(0, blank);
        // Names what a TLS handshake or a binary protocol would otherwise learn after a time-out.
        if (!m_bytes.isEmpty() && (m_bytes[0] <= ' ' || m_bytes[0] >= 0x7f))
            return refuse(400, "This is not an HTTP request. The server speaks plain HTTP/1.1.");
    }

    qsizetype headEnd = -1;
    for (qsizetype end; (end = m_bytes.indexOf('\n', m_scanned)) >= 0;) {
        // What is beyond the limit is not looked at, so that the answer is the same however the
        // bytes arrive.
        if (end >= m_limits.maxHeaderBytes)
            break;
        if (end == 0 || m_bytes[end - 1] != '\r')
            return refuse(400, "A line of the request does not end with CR LF.");
        const bool isEmptyLine = end - m_scanned == 1;
        m_scanned = end + 1;
        if (isEmptyLine) {
            headEnd = m_scanned;
            break;
        }
    }
    if (headEnd < 0 && m_bytes.size() > m_limits.maxHeaderBytes)
        return refuse(431, "The header lines are longer than this server accepts.");
    if (headEnd < 0)
        return Step::NeedsMore;

    auto head = parseHead(QByteArrayView(m_bytes).first(headEnd));
    if (!head)
        return refuse(head.error().status, head.error().cause.constData());
    m_head = std::move(*head);
    m_bytes.remove(0, headEnd);
    m_scanned = 0;
    m_maxBodyBytes = m_limits.maxBodyBytes;
    return Step::HeadRead;
}

RequestFramer::Step RequestFramer::readBody()
{
    if (m_head->contentLength > m_maxBodyBytes)
        return refuse(413, kTooLong);
    if (m_head->isChunked && !m_chunks)
        m_chunks.emplace(m_maxBodyBytes);
    if (!m_chunks) {
        if (m_bytes.size() < m_head->contentLength)
            return Step::NeedsMore;
        if (m_bytes.size() == m_head->contentLength) {
            m_body = std::exchange(m_bytes, {});
        } else {
            m_body = m_bytes.first(m_head->contentLength);
            m_bytes.remove(0, m_head->contentLength);
        }
        return Step::Complete;
    }

    QByteArrayView rest(m_bytes);
    const ChunkedBody::Progress progress = m_chunks->read(rest);
    m_bytes.remove(0, m_bytes.size() - rest.size());
    switch (progress) {
    case ChunkedBody::Progress::NeedsMore:
        return Step::NeedsMore;
    case ChunkedBody::Progress::Malformed:
        return refuse(400, "The chunked body is malformed.");
    case ChunkedBody::Progress::TooLong:
        return refuse(413, kTooLong);
    case ChunkedBody::Progress::Done:
        m_body = m_chunks->takeBody();
        m_chunks.reset();
        return Step::Complete;
    }
    Q_UNREACHABLE();
}

QByteArray RequestFramer::takeBody()
{
    m_head.reset();
    if (m_bytes.capacity() > kKeptBytes)
        m_bytes.squeeze();
    return std::move(m_body);
}

} // namespace flaredeck::http
