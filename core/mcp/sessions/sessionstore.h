#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/base/json.h"

#include <QList>
#include <QMetaType>

namespace flaredeck::mcp {

/// A Streamable HTTP session as it is kept across restarts. The id itself is never stored.
struct StoredSession {
    QByteArray idHash; ///< SHA-256 of the session id
    GrantId grant;
    QByteArray revision; ///< negotiated, "2025-11-25"
    QString clientInfo;  ///< "name version"
    Json clientCapabilities = Json::object();
    Json state = Json::object();
    Millis createdAt = 0;
    Millis lastSeenAt = 0;
    int logLevel = 1; ///< a LogLevel
};

/// Keeps sessions durable. Called on the core thread; must be quick.
class SessionStore
{
public:
    virtual ~SessionStore() = default;
    [[nodiscard]] virtual QList<StoredSession> load() = 0;
    virtual void save(const StoredSession &session) = 0;
    virtual void touch(const QByteArray &idHash, Millis lastSeenAt) = 0;
    virtual void remove(const QByteArray &idHash) = 0;
};

/// A live session as the window shows it. `handle` is safe to show; it is not the session id.
struct SessionInfo {
    QString handle; ///< first 8 hex digits of the id's hash
    GrantId grant;
    QString transport; ///< "Streamable HTTP", "HTTP+SSE", or "no session"
    QString revision;
    QString clientInfo;
    int openStreams = 0;
    int runningCalls = 0;
    Millis createdAt = 0;
    Millis lastSeenAt = 0;

    bool operator==(const SessionInfo &) const = default;
};

} // namespace flaredeck::mcp

Q_DECLARE_METATYPE(flaredeck::mcp::SessionInfo)
