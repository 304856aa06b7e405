#pragma once

#include "core/base/clockwatch.h"
#include "core/mcp/sessions/session.h"

#include <QHash>
#include <QObject>
#include <QTimer>

namespace flaredeck::mcp {

/// All sessions: makes, finds, limits and ends them, and keeps those of Streamable HTTP durable.
/// Only hashes of session ids are held, so that a copy of the store opens nothing.
class Sessions : public QObject
{
    Q_OBJECT

public:
    /// Many clients never recover from the 404 of an ended session; a laptop that sleeps over a
    /// long weekend must find its session again. An absolute limit would buy nothing: the id is no
    /// credential, every request is authenticated anew, and the session ends with its grant.
    static constexpr Millis kIdleExpiry = 7LL * 24 * 3600 * 1000;
    /// Unused sessions of one grant: clients that reconnect without DELETE leave them behind. Those
    /// with a stream, a running call or a recent request are in use and do not count.
    static constexpr int kMaxIdlePerGrant = 32;
    static constexpr Millis kInUseFor = 60'000;
    /// As many as the HTTP server takes connections. Beyond it unused sessions make room.
    static constexpr int kMaxSessions = 512;
    /// How stale the stored time of last use may get: it decides about days.
    static constexpr Millis kTouchEvery = 60'000;

    Sessions(SessionStore *store, const Clock &clock, QObject *parent = nullptr);
    ~Sessions() override;

    struct Created {
        SessionPtr session;
        QByteArray id; ///< told to the client, kept nowhere
    };
    /// Error of kind RateLimited when there are too many and all are in use.
    [[nodiscard]] Result<Created> create(Session::Transport transport, const GrantId &grant);
    /// The session of that id if it is this transport's and this grant's; nullptr otherwise, so
    /// that a stranger cannot tell a foreign id from an unknown one. Counts as use.
    [[nodiscard]] SessionPtr find(const QByteArray &id, Session::Transport transport,
                                  const GrantId &grant);
    /// The session that a running piece of work belongs to, if it still exists.
    [[nodiscard]] SessionPtr findByHash(const QByteArray &idHash) const
    {
        return m_all.value(idHash);
    }

    /// Makes the session durable, if its transport is.
    void save(const Session &session);
    void end(const SessionPtr &session, const rpc::RpcError &reason);
    void endByHandle(const QString &handle);
    void endByGrant(const GrantId &grant);
    /// Tells the sessions of one grant, or all of them, to list again.
    void announce(Change change, const GrantId *grant = nullptr);
    void announceUpdate(const QString &uri);
    /// Calls that wait start with this identity.
    void setCaller(const CallerPtr &caller);
    /// Closes streams and calls; what is stored stays.
    void shutDown();

    [[nodiscard]] QList<SessionInfo> list() const;
    /// To be called when a session's streams or calls change.
    void noteChanged();

signals:
    /// At most ten a second.
    void changed();

private:
    [[nodiscard]] bool isExpired(const Session &session) const;
    void expire();
    void makeRoom(const GrantId &grant);
    [[nodiscard]] SessionPtr leastRecentlyUsed(const GrantId *grant) const;
    void touch(Session &session);

    SessionStore *const m_store; ///< may be null: nothing is kept
    const Clock &m_clock;
    const ClockWatch m_time;
    QHash<QByteArray, SessionPtr> m_all; ///< by SHA-256 of the id
    QHash<QByteArray, Millis> m_storedSeen;
    Millis m_announcedAt = 0;
    QTimer m_changed;
    QTimer m_expiry;
};

} // namespace flaredeck::mcp
