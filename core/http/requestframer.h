#pragma once

#include "core/http/chunkedbody.h"
#include "core/http/limits.h"
#include "core/http/requesthead.h"

#include <algorithm>
#include <optional>

namespace flaredeck::http {

/// Cuts the bytes of one connection into requests and enforces the limits of size while they
/// arrive. No sockets.
class RequestFramer
{
public:
    enum class Step { NeedsMore, HeadRead, Complete, Refused };

    explicit RequestFramer(const Limits &limits)
        : m_limits(limits)
        , m_maxBodyBytes(limits.maxBodyBytes)
    {
    }

    void append(QByteArrayView bytes) { m_bytes.append(bytes); }
    /// HeadRead comes once per request, before any of its body is asked for.
    [[nodiscard]] Step next();

    /// Some byte of the next request is there.
    [[nodiscard]] bool hasBegun() const { return m_head.has_value() || !m_bytes.isEmpty(); }

    /// From HeadRead on, until takeRequest().
    [[nodiscard]] RequestHead &head() { return *m_head; }
    [[nodiscard]] bool hasHead() const { return m_head.has_value(); }
    /// At HeadRead: a smaller limit for the body of this request.
    void limitBody(qint64 maxBytes) { m_maxBodyBytes = std::min(maxBytes, m_limits.maxBodyBytes); }
    [[nodiscard]] qint64 maxBodyBytes() const { return m_maxBodyBytes; }
    /// At HeadRead: the body came with its head. Not said of chunks, which have no size beforehand.
    [[nodiscard]] bool isBodyThere() const
    {
        return !m_head->isChunked && m_bytes.size() >= m_head->contentLength;
    }
    /// What is kept of a request that is not complete.
    [[nodiscard]] qint64 heldBytes() const
    {
        return m_bytes.size() + (m_chunks ? m_chunks->heldBytes() : 0);
    }
    [[nodiscard]] const Refusal &refusal() const { return m_refusal; }
    /// After Complete: the body, and a fresh start for the next request.
    [[nodiscard]] QByteArray takeBody();
    /// Lets go of whatever is there.
    void clear();

private:
    Step refuse(int status, const char *cause);
    Step readHead();
    Step readBody();

    const Limits m_limits;
    qint64 m_maxBodyBytes; ///< of this request
    QByteArray m_bytes;    ///< not used up yet
    qsizetype m_scanned = 0;
    std::optional<RequestHead> m_head;
    std::optional<ChunkedBody> m_chunks;
    QByteArray m_body;
    Refusal m_refusal;
};

} // namespace flaredeck::http
