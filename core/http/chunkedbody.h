#pragma once

#include <QByteArray>

namespace flaredeck::http {

/// Decodes a chunked body (RFC 9112 §7.1) as it arrives. Extensions and trailers are checked and
/// dropped.
class ChunkedBody
{
public:
    enum class Progress { NeedsMore, Done, Malformed, TooLong };

    explicit ChunkedBody(qint64 maxBytes)
        : m_maxBytes(maxBytes)
    {
    }

    /// Takes bytes from the front of `bytes`. What is left after NeedsMore is a line whose end has
    /// not arrived, to be given again with what follows; after Done it is the next request.
    Progress read(QByteArrayView &bytes);
    [[nodiscard]] QByteArray takeBody() { return std::move(m_body); }
    [[nodiscard]] qsizetype heldBytes() const { return m_body.size(); }

private:
    enum class Part { Size, Data, DataEnd, Trailer };

    bool readSize(QByteArrayView line);

    const qint64 m_maxBytes;
    Part m_part = Part::Size;
    qint64 m_left = 0; ///< of the current chunk
    qint64 m_trailerBytes = 0;
    QByteArray m_body;
};

} // namespace flaredeck::http
