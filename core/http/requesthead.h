#pragma once

#include "core/http/httpmessage.h"

namespace flaredeck::http {

/// Why a request is answered by the connection itself, before any handler.
struct Refusal {
    int status = 400;
    QByteArray cause; ///< one sentence for the body; no bytes of the request

    bool operator==(const Refusal &) const = default;
};

/// Request line and header lines, checked strictly: what two parsers could read in two ways is
/// refused (RFC 9112 §11.2, request smuggling).
struct RequestHead {
    Request request; ///< without body and peer
    qint64 contentLength = 0;
    bool isChunked = false;
    bool isEncoded = false; ///< the body is compressed or the like (RFC 9110 §8.4)
    bool keepsAlive = true;
    bool isHttp10 = false;
    bool expectsContinue = false;

    [[nodiscard]] bool hasBody() const { return isChunked || contentLength > 0; }
};

/// `bytes` end with the empty line; every line ends with CR LF.
[[nodiscard]] tl::expected<RequestHead, Refusal> parseHead(QByteArrayView bytes);

} // namespace flaredeck::http
