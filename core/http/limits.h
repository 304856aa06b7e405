#pragma once

#include <QtGlobal>

namespace flaredeck::http {

/// What the connection guard enforces before a handler sees anything.
struct Limits {
    qint64 maxBodyBytes = 4LL * 1024 * 1024; ///< above: 413, never buffered
    qint64 maxHeaderBytes = 64LL * 1024;     ///< above: 431
    int requestTimeoutMs = 30'000;           ///< for the whole request to arrive
    int idleTimeoutMs = 5 * 60'000;          ///< kept-alive connection without a request
    int maxConnections = 512;                ///< above: 503 and close
};

} // namespace flaredeck::http
