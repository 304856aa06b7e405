#pragma once

#include "core/base/result.h"
#include "core/http/exchange.h"
#include "core/http/hostgate.h"
#include "core/http/limits.h"

#include <QHash>
#include <QObject>
#include <QSet>
#include <QTcpServer>
#include <QTimer>

#include <functional>
#include <memory>

namespace flaredeck::http {

class Connection;

/// An HTTP/1.1 server on loopback. It accepts connections and makes room for them; each Connection
/// reads requests, and brings those that the host gate let through back to the routes. All of it
/// runs on the thread that made it.
class HttpServer : public QObject
{
    Q_OBJECT

public:
    using Handler = std::function<void(const RequestPtr &, const ExchangePtr &)>;

    /// `gate` decides on Host and Origin for every request and answers preflights.
    explicit HttpServer(const Limits &limits = {}, std::unique_ptr<HostGate> gate = {});
    ~HttpServer() override;

    /// See HostGate.
    void setAllowedOrigins(const QList<QByteArray> &origins);

    /// Listens on 127.0.0.1 and, where the machine has it, ::1, on the same port. 0 = any free
    /// port. Failure names the program that holds the port, if it can be found.
    Result<quint16> listen(quint16 port);
    /// Listens on a Unix socket as well, which the user's own processes may use; see
    /// Peer::isLocal(). Replaces what is there.
    Result<> listenLocally(const QString &path);
    /// Stops listening, ends every stream and closes every connection.
    void close();
    /// The same for the port alone; those over the local socket stay.
    void closePort();
    [[nodiscard]] quint16 port() const { return m_v4.serverPort(); }

    /// Exact path, any method: the handler checks the method itself. With `admission` it is a
    /// protected route: bodies may be larger, and who has a request running there keeps the
    /// connection, however many others want one.
    void route(const QByteArray &path, Handler handler, Admission admission = {});
    /// Every path that starts with `prefix`, unless an exact or longer one matches.
    void routePrefix(const QByteArray &prefix, Handler handler);
    /// Paths without a route; the default answers 404 as JSON.
    void setFallback(Handler handler) { m_fallback = std::move(handler); }

    [[nodiscard]] int connectionCount() const { return static_cast<int>(m_connections.size()); }

private:
    friend class Connection;

    struct Route {
        Handler handler;
        Admission admission; ///< empty = it is open to everybody
    };

    void accept(QTcpServer &listener);
    void acceptLocal(qintptr socket);
    void keep(Connection *connection, bool isServed);
    [[nodiscard]] bool makeRoom();
    [[nodiscard]] bool isFull() const { return connectionCount() >= m_limits.maxConnections; }
    [[nodiscard]] Connection *leastNeeded() const;
    [[nodiscard]] QList<Connection *> all() const;
    [[nodiscard]] const Handler &handlerFor(const QByteArray &path) const;

    // For the connections.
    [[nodiscard]] const Admission *admissionOf(const QByteArray &path) const;
    void serve(const RequestPtr &request, const ExchangePtr &exchange) const;
    /// What a connection keeps of an unfinished request changed by that much. When all together
    /// keep too much, requests are given up, the one that began first before the others.
    void countUnfinished(qint64 bytes);
    /// Grows with each call: what came later has a larger one.
    [[nodiscard]] qint64 nextTurn() { return ++m_turn; }
    void remove(Connection *connection);
    /// Now as an HTTP date (RFC 9110 §5.6.7).
    [[nodiscard]] const QByteArray &httpDate();

    const Limits m_limits;
    const std::unique_ptr<HostGate> m_gate;

    QHash<QByteArray, Route> m_routes;
    QList<std::pair<QByteArray, Handler>> m_prefixes; ///< longest first
    Handler m_fallback;

    QTcpServer m_v4;
    QTcpServer m_v6;
    class LocalListener;
    const std::unique_ptr<LocalListener> m_local;
    QString m_localPath; ///< empty = it does not listen there
    QSet<Connection *> m_connections;
    QSet<Connection *> m_refused; ///< not served: their answer waits to be read
    QTimer m_deadlines;           ///< one for all connections
    qint64 m_unfinishedBytes = 0;
    qint64 m_turn = 0;
    qint64 m_dateSecond = 0;
    QByteArray m_date;
};

} // namespace flaredeck::http
