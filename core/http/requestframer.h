#pragma once

#include "core/http/chunkedbody.h"
#include "core/http/limits.h"
#include "core/http/requesthead.h"

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
    {
    }

    void append(QByteArrayView bytes) { m_bytes.append(bytes); }
    /// HeadRead comes once per request, before any of its body is asked for.
    [[nodiscard]] Step next();

    /// Some byte of the next request is there.
    [[nodiscard]] bool hasBegun() const { return m_head.has_value() || !m_bytes.isEmpty(); }

    /// From HeadRead on, until takeRequest().
    [[nodiscard]] RequestHead &head() { return *m_head; }
    [[nodiscard]] const Refusal &refusal() const { return m_refusal; }
    /// After Complete: the body, and a fresh start for the next request.
    [[nodiscard]] QByteArray takeBody();

private:
    Step refuse(int status, const char *cause);
    Step readHead();
    Step readBody();

    const Limits m_limits;
    QByteArray m_bytes; ///< not used up yet
    qsizetype m_scanned = 0;
    std::optional<RequestHead> m_head;
    std::optional<ChunkedBody> m_chunks;
    QByteArray m_body;
    Refusal m_refusal;
};

} // namespace flaredeck::http
