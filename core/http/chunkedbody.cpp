#include "core/http/chunkedbody.h"

#include <algorithm>

namespace flaredeck::http {

namespace {

constexpr qsizetype kMaxLineBytes = 4096;
constexpr qint64 kMaxTrailerBytes = 16LL * 1024;
constexpr int kMaxSizeDigits = 15; // fits a qint64

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace

bool ChunkedBody::readLine(QByteArrayView &bytes)
{
    const qsizetype end = bytes.indexOf('\n');
    const qsizetype length = end < 0 ? bytes.size() : end + 1;
    m_line.append(bytes.first(length));
    bytes = bytes.sliced(length);
    return end >= 0;
}

bool ChunkedBody::readSize()
{
    int digits = 0;
    m_left = 0;
    while (hexDigit(m_line[digits]) >= 0) {
        if (digits == kMaxSizeDigits)
            return false;
        m_left = m_left * 16 + hexDigit(m_line[digits++]);
    }
    const char after = m_line[digits];
    return digits > 0 && (after == '\r' || after == ';' || after == ' ' || after == '\t');
}

ChunkedBody::Progress ChunkedBody::read(QByteArrayView &bytes)
{
    while (!bytes.isEmpty()) {
        if (m_part == Part::Data) {
            const qsizetype length = std::min<qint64>(m_left, bytes.size());
            m_body.append(bytes.first(length));
            bytes = bytes.sliced(length);
            m_left -= length;
            if (m_left == 0)
                m_part = Part::DataEnd;
            continue;
        }

        const bool isWhole = readLine(bytes);
        if (m_line.size() > kMaxLineBytes)
            return Progress::Malformed;
        if (!isWhole)
            return Progress::NeedsMore;
        // A CR inside ends the line for some parsers (RFC 9112 §2.2).
        if (m_line.size() < 2 || m_line.indexOf('\r') != m_line.size() - 2)
            return Progress::Malformed;

        switch (m_part) {
        case Part::Size:
            if (!readSize())
                return Progress::Malformed;
            if (m_left > m_maxBytes - m_body.size())
                return Progress::TooLong;
            m_part = m_left > 0 ? Part::Data : Part::Trailer;
            break;
        case Part::DataEnd:
            if (m_line.size() != 2)
                return Progress::Malformed;
            m_part = Part::Size;
            break;
        case Part::Trailer:
            m_trailerBytes += m_line.size();
            if (m_line.size() == 2)
                return Progress::Done;
            if (m_trailerBytes > kMaxTrailerBytes)
                return Progress::Malformed;
            break;
        case Part::Data:
            break;
        }
        m_line.clear();
    }
    return Progress::NeedsMore;
}

} // namespace flaredeck::http
