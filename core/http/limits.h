#pragma once

#include <QtGlobal>

namespace flaredeck::http {

/// What is enforced on each connection before a handler sees anything.
struct Limits {
    qint64 maxBodyBytes = 4LL * 1024 * 1024; ///< above: 413, never buffered
    qint64 maxOpenBodyBytes = 64LL * 1024;   ///< the same where nobody has to show who they are
    qint64 maxHeaderBytes = 64LL * 1024;     ///< above: 431
    /// Of all unfinished requests together. Above: the one that began first is given up.
    qint64 maxUnfinishedBytes = 64LL * 1024 * 1024;
    int headTimeoutMs = 10'000;    ///< for a head to arrive, and for a new connection to begin one
    int requestTimeoutMs = 20'000; ///< for the whole request to arrive, counted from its first byte
    int idleTimeoutMs = 5 * 60'000; ///< kept-alive connection without a request
    /// Above: a connection that nothing is done for makes room, and 503 when there is none.
    int maxConnections = 512;
};

} // namespace flaredeck::http
