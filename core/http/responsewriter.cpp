#include "core/http/responsewriter.h"

#include "core/base/logging.h"
#include "core/http/fieldsyntax.h"

#include <algorithm>
#include <array>

namespace flaredeck::http {

namespace {

struct Phrase {
    int status;
    const char *text;
};

constexpr std::array kPhrases{
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Content"},
    Phrase{302, "Found"},
    Phrase{303, "See Other"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{406, "Not Acceptable"},
    Phrase{408, "Request Timeout"},
    Phrase{413, "Content Too Large"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{417, "Expectation Failed"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{503, "Service Unavailable"},
    Phrase{505, "HTTP Version Not Supported"},
};

void appendStatusLine(QByteArray &bytes, int status)
{
    const auto *known = std::find_if(kPhrases.begin(), kPhrases.end(),
                                     [status](const Phrase &row) { return row.status == status; });
    bytes.append("HTTP/1.1 ").append(QByteArray::number(status)).append(' ');
    if (known != kPhrases.end())
        bytes.append(known->text); // a reason phrase may be empty (RFC 9112 §4)
    bytes.append("\r\n");
}

/// A handler that copies text into a header must not be able to end the line.
bool breaksLine(const QByteArray &text)
{
    return std::any_of(text.cbegin(), text.cend(),
                       [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool belongsToConnection(const QByteArray &name)
{
    return isSameWord(name, "Content-Length") || isSameWord(name, "Transfer-Encoding") ||
           isSameWord(name, "Connection") || isSameWord(name, "Date");
}

void appendLines(QByteArray &bytes, const Headers &headers)
{
    for (const auto &[name, value] : headers.lines()) {
        if (name.isEmpty() || breaksLine(name) || breaksLine(value)) {
            qCWarning(lcHttp,
                      "A header of an answer was left out because it contains a line break.");
            continue;
        }
        if (!belongsToConnection(name))
            bytes.append(name).append(": ").append(value).append("\r\n");
    }
}

/// RFC 9110 §8.6: these have no body and no Content-Length.
bool isBodiless(int status)
{
    return status < 200 || status == 204 || status == 304;
}

constexpr qsizetype kTypicalHeadBytes = 512;

/// All of the head that does not depend on the body.
QByteArray beginHead(int status, const Headers &headers, const AnswerFormat &format,
                     const QByteArray &date, qsizetype bodyBytes)
{
    QByteArray bytes;
    bytes.reserve(kTypicalHeadBytes + bodyBytes);
    appendStatusLine(bytes, status);
    appendLines(bytes, headers);
    appendLines(bytes, format.extra);
    return bytes.append("Date: ").append(date).append("\r\n");
}

} // namespace

QByteArray writeResponse(const Response &response, const AnswerFormat &format,
                         const QByteArray &date)
{
    QByteArray bytes =
        beginHead(response.status, response.headers, format, date, response.body.size());
    if (!isBodiless(response.status))
        bytes.append("Content-Length: ")
            .append(QByteArray::number(response.body.size()))
            .append("\r\n");
    if (!format.keepsAlive)
        bytes.append("Connection: close\r\n");
    bytes.append("\r\n");
    if (!format.isHead && !isBodiless(response.status))
        bytes.append(response.body);
    return bytes;
}

QByteArray writeStreamHead(const Headers &headers, const AnswerFormat &format,
                           const QByteArray &date)
{
    Headers lines{{"Content-Type", "text/event-stream"},
                  {"Cache-Control", "no-cache, no-transform"},
                  {"X-Accel-Buffering", "no"}};
    for (const auto &[name, value] : headers.lines())
        lines.append(name, value);
    QByteArray bytes = beginHead(200, lines, format, date, 0);
    if (!format.isHttp10)
        bytes.append("Transfer-Encoding: chunked\r\n");
    return bytes.append(format.keepsAlive ? "Connection: keep-alive\r\n\r\n"
                                          : "Connection: close\r\n\r\n");
}

QByteArray writeChunk(const QByteArray &bytes)
{
    const QByteArray size = QByteArray::number(bytes.size(), 16);
    QByteArray chunk;
    chunk.reserve(bytes.size() + size.size() + 4);
    return chunk.append(size).append("\r\n").append(bytes).append("\r\n");
}

} // namespace flaredeck::http
