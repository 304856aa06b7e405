#pragma once

#include "core/http/hostgate.h"
#include "core/http/limits.h"
#include "core/http/message.h"

#include <QMultiHash>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <functional>

namespace flaredeck::http {

class GuardedSocket;

/// Knows every open connection of a server: how many there may be, which ones wait too long or have
/// to make room, and the rules that each request must pass. One timer serves them all.
class ConnectionGuard : public QObject
{
    Q_OBJECT

public:
    /// Who decides at that path; null = it is open to everybody.
    using AdmissionOf = std::function<const Admission *(const QByteArray &path)>;

    ConnectionGuard(const Limits &limits, const HostGate &gate, AdmissionOf admissionOf);

    [[nodiscard]] const Limits &limits() const { return m_limits; }
    [[nodiscard]] const HostGate &gate() const { return m_gate; }
    [[nodiscard]] const Admission *admissionOf(const QByteArray &path) const
    {
        return m_admissionOf(path);
    }

    /// Whether one more connection may come. When there are as many as there may be, the one that
    /// is needed least is closed for it, if nothing is being done for it.
    [[nodiscard]] bool makeRoom();
    /// What a connection keeps of an unfinished request changed by that much. When all together
    /// keep too much, requests are given up, the one that began first before the others.
    void countUnfinished(qint64 bytes);
    /// Grows with each call: what came later has a larger one.
    [[nodiscard]] qint64 nextTurn() { return ++m_turn; }
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
    [[nodiscard]] bool isFull() const { return m_sockets.size() >= m_limits.maxConnections; }
    [[nodiscard]] GuardedSocket *leastNeeded() const;
    void closeExpired();
    void startTimer();

    const Limits m_limits;
    const HostGate &m_gate;
    const AdmissionOf m_admissionOf;
    QMultiHash<quint16, GuardedSocket *> m_sockets; ///< by the peer's port
    QSet<GuardedSocket *> m_refused;
    qint64 m_unfinishedBytes = 0;
    qint64 m_turn = 0;
    QTimer m_timer;
    qint64 m_dateSecond = 0;
    QByteArray m_date;
};

} // namespace flaredeck::http
