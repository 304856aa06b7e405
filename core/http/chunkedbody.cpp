#include "core/http/chunkedbody.h"

#include "core/http/fieldsyntax.h"

#include <algorithm>
#include <optional>

namespace flaredeck::http {

namespace {

constexpr qsizetype kMaxLineBytes = 4096;
constexpr qint64 kMaxTrailerBytes = 16LL * 1024;
constexpr qsizetype kMaxSizeDigits = 15; // fits a qint64

/// Digits alone, like parseDigits().
std::optional<qint64> hexNumber(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > kMaxSizeDigits)
        return std::nullopt;
    qint64 number = 0;
    for (const char c : text) {
        const char lower = static_cast<char>(c | 0x20);
        if (c >= '0' && c <= '9')
            number = number * 16 + (c - '0');
        else if (lower >= 'a' && lower <= 'f')
            number = number * 16 + (lower - 'a' + 10);
        else
            return std::nullopt;
    }
    return number;
}

bool isSpace(char c)
{
    return c == ' ' || c == '\t';
}

/// Cuts what is allowed off the front; whether that was anything.
bool takeToken(QByteArrayView &text)
{
    const auto *const end = std::find_if_not(text.begin(), text.end(), isTokenChar);
    const qsizetype length = end - text.begin();
    text = text.sliced(length);
    return length > 0;
}

void takeSpaces(QByteArrayView &text)
{
    while (!text.isEmpty() && isSpace(text.front()))
        text = text.sliced(1);
}

/// RFC 9110 §5.6.4
bool takeQuoted(QByteArrayView &text)
{
    if (text.isEmpty() || text.front() != '"')
        return false;
    for (qsizetype i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text = text.sliced(i + 1);
            return true;
        }
        if (text[i] == '\\')
            ++i;
    }
    return false;
}

/// RFC 9112 §7.1.1. What follows the size is a list of extensions or nothing.
bool isExtensions(QByteArrayView text)
{
    while (!text.isEmpty()) {
        takeSpaces(text);
        if (text.isEmpty() || text.front() != ';')
            return false;
        text = text.sliced(1);
        takeSpaces(text);
        if (!takeToken(text))
            return false;
        QByteArrayView value = text;
        takeSpaces(value);
        if (value.isEmpty() || value.front() != '=')
            continue;
        text = value.sliced(1);
        takeSpaces(text);
        if (!takeQuoted(text) && !takeToken(text))
            return false;
    }
    return true;
}

bool isFieldLine(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    return colon > 0 && isToken(line.first(colon)) && isFieldValue(line.sliced(colon + 1));
}

} // namespace

bool ChunkedBody::readSize(QByteArrayView line)
{
    const auto *const end =
        std::find_if(line.begin(), line.end(), [](char c) { return c == ';' || isSpace(c); });
    const QByteArrayView size = line.first(end - line.begin());
    const QByteArrayView extensions = line.sliced(size.size());
    const auto number = hexNumber(size);
    if (!number || !isFieldValue(extensions) || !isExtensions(extensions))
        return false;
    m_left = *number;
    return true;
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

        const qsizetype end = bytes.indexOf('\n');
        const qsizetype length = end < 0 ? bytes.size() : end + 1;
        if (length > kMaxLineBytes)
            return Progress::Malformed;
        if (end < 0)
            return Progress::NeedsMore;
        // A CR inside ends the line for some parsers (RFC 9112 §2.2).
        if (end == 0 || bytes.indexOf('\r') != end - 1)
            return Progress::Malformed;

        const QByteArrayView line = bytes.first(end - 1);
        bytes = bytes.sliced(length);
        switch (m_part) {
        case Part::Size:
            if (!readSize(line))
                return Progress::Malformed;
            if (m_left > m_maxBytes - m_body.size())
                return Progress::TooLong;
            m_part = m_left > 0 ? Part::Data : Part::Trailer;
            break;
        case Part::DataEnd:
            if (!line.isEmpty())
                return Progress::Malformed;
            m_part = Part::Size;
            break;
        case Part::Trailer:
            m_trailerBytes += length;
            if (line.isEmpty())
                return Progress::Done;
            if (m_trailerBytes > kMaxTrailerBytes || !isFieldLine(line))
                return Progress::Malformed;
            break;
        case Part::Data:
            break;
        }
    }
    return Progress::NeedsMore;
}

} // namespace flaredeck::http
