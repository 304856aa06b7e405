#pragma once

#include "core/http/httpmessage.h"

namespace flaredeck::http {

/// What the answer to one request depends on besides the response itself.
struct AnswerFormat {
    bool isHead = false;    ///< the answer has no body, but says how long it would be
    bool isHttp10 = false;  ///< no chunks
    bool keepsAlive = true; ///< otherwise the connection ends with the answer
    Headers extra;          ///< CORS
};

/// Head and body in one piece. `date` is the value of the Date header. Header lines that would
/// break the framing (CR, LF or NUL inside) or that belong to the connection are left out.
[[nodiscard]] QByteArray writeResponse(const Response &response, const AnswerFormat &format,
                                       const QByteArray &date);
/// The head of an event stream; chunked unless the client speaks HTTP/1.0.
[[nodiscard]] QByteArray writeStreamHead(const Headers &headers, const AnswerFormat &format,
                                         const QByteArray &date);
[[nodiscard]] QByteArray writeChunk(const QByteArray &bytes);

} // namespace flaredeck::http
