#pragma once

#include "core/http/limits.h"
#include "core/http/message.h"

#include <QMultiHash>
#include <QObject>
#include <QSet>
#include <QTimer>

namespace flaredeck::http {

class GuardedSocket;
class HostGate;

/// Knows every open connection of a server: how many there may be, which ones wait too long, and
/// the rules that each request must pass. One timer serves them all.
class ConnectionGuard : public QObject
{
    Q_OBJECT

public:
    ConnectionGuard(const Limits &limits, const HostGate &gate);

    [[nodiscard]] const Limits &limits() const { return m_limits; }
    [[nodiscard]] const HostGate &gate() const { return m_gate; }

    [[nodiscard]] bool isFull() const { return m_sockets.size() >= m_limits.maxConnections; }
    [[nodiscard]] int count() const { return static_cast<int>(m_sockets.size()); }
    void add(GuardedSocket *socket);
    void remove(GuardedSocket *socket);
    /// A connection over the limit that waits for its 503 to be read. False: there are too many of
    /// those as well.
    [[nodiscard]] bool addRefused(GuardedSocket *socket);

    /// The connection from that end; null when it is gone.
    [[nodiscard]] GuardedSocket *find(const QHostAddress &peer, quint16 peerPort) const;

    void closeAll();

    /// Now as an HTTP date (RFC 9110 §5.6.7).
    [[nodiscard]] const QByteArray &httpDate();
    /// Milliseconds that never jump.
    [[nodiscard]] static qint64 now();

private:
    [[nodiscard]] QList<GuardedSocket *> all() const;
    void closeExpired();
    void startTimer();

    const Limits m_limits;
    const HostGate &m_gate;
    QMultiHash<quint16, GuardedSocket *> m_sockets; ///< by the peer's port
    QSet<GuardedSocket *> m_refused;
    QTimer m_timer;
    qint64 m_dateSecond = 0;
    QByteArray m_date;
};

} // namespace flaredeck::http
