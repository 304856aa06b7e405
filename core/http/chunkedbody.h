#pragma once

#include <QByteArray>

namespace flaredeck::http {

/// Decodes a chunked body (RFC 9112 §7.1) as it arrives, however it is cut. Extensions and trailers
/// are checked and dropped.
class ChunkedBody
{
public:
    enum class Progress { NeedsMore, Done, Malformed, TooLong };

    explicit ChunkedBody(qint64 maxBytes)
        : m_maxBytes(maxBytes)
    {
    }

    /// Takes bytes from the front of `bytes`; what is left belongs to the next request.
    Progress read(QByteArrayView &bytes);
    [[nodiscard]] QByteArray takeBody() { return std::move(m_body); }
    /// What it keeps.
    [[nodiscard]] qsizetype heldBytes() const { return m_body.size() + m_line.size(); }

private:
    enum class Part { Size, Data, DataEnd, Trailer };

    /// Moves one line into m_line; false when its end has not arrived.
    bool readLine(QByteArrayView &bytes);
    bool readSize(QByteArrayView line);

    const qint64 m_maxBytes;
    Part m_part = Part::Size;
    QByteArray m_line; ///< the unfinished line
    qint64 m_left = 0; ///< of the current chunk
    qint64 m_trailerBytes = 0;
    QByteArray m_body;
};

} // namespace flaredeck::http
