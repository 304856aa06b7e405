#include "core/http/httpserver.h"

#include "core/base/logging.h"
#include "core/http/connection.h"
#include "core/http/peerlookup.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocalServer>
#include <QLocale>

#include <algorithm>
#include <exception>
#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace flaredeck::http {

using namespace Qt::StringLiterals;

namespace {

constexpr int kFreePortTries = 32;
constexpr int kBacklog = 512;
constexpr int kAcceptAgainMs = 1000;
constexpr qsizetype kMaxRefused = 64;

// Deadlines are kept this many times more precisely than the shortest of them is long.
constexpr int kChecksPerTimeout = 8;
constexpr int kShortestCheckMs = 10;
constexpr int kLongestCheckMs = 2000;

Response busy()
{
    return Response::error(503, "temporarily_unavailable", "The server has no free connection.",
                           {{"Retry-After", "1"}});
}

Error busyPort(quint16 port)
{
    const auto holder = listenerNow(port);
    if (holder && holder->pid != QCoreApplication::applicationPid() && isFlaredeck(*holder))
        return {Error::Kind::Denied,
                u"Another Flaredeck has port %1 (process %2), with a data directory of its own, "
                "such as the sandbox's."_s.arg(QString::number(port), QString::number(holder->pid)),
                u"Quit that one, or choose another port for this one."_s};
    const QString message =
        holder ? u"Port %1 is in use by %2 (process %3)."_s.arg(
                     QString::number(port), holder->name(), QString::number(holder->pid))
               : u"Port %1 is in use by another program."_s.arg(port);
    return {Error::Kind::Denied, message, u"End that program, or choose another port."_s};
}

} // namespace

/// QLocalServer, which hands out the sockets it accepts before they are QLocalSockets.
class HttpServer::LocalListener : public QLocalServer
{
public:
    explicit LocalListener(HttpServer &server)
        : m_server(server)
    {
        setSocketOptions(UserAccessOption);
    }

protected:
    void incomingConnection(quintptr socket) override
    {
        m_server.acceptLocal(static_cast<qintptr>(socket));
    }

private:
    HttpServer &m_server;
};

HttpServer::HttpServer(const Limits &limits, std::unique_ptr<HostGate> gate)
    : m_limits(limits)
    , m_gate(gate ? std::move(gate) : std::make_unique<HostGate>())
    , m_fallback([](const RequestPtr &, const ExchangePtr &exchange) {
        exchange->respond(Response::error(404, "not_found", "There is nothing at this address."));
    })
    , m_local(std::make_unique<LocalListener>(*this))
{
    for (QTcpServer *listener : {&m_v4, &m_v6}) {
        listener->setListenBacklogSize(kBacklog);
        connect(listener, &QTcpServer::newConnection, this,
                [this, listener] { accept(*listener); });
        // Qt stops accepting for good when the process is out of file descriptors.
        connect(listener, &QTcpServer::acceptError, this, [listener] {
            qCWarning(lcHttp, "A connection could not be accepted: %ls",
                      qUtf16Printable(listener->errorString()));
            QTimer::singleShot(kAcceptAgainMs, listener, [listener] {
                if (listener->isListening())
                    listener->resumeAccepting();
            });
        });
    }
    const int shortest =
        std::min({limits.headTimeoutMs, limits.requestTimeoutMs, limits.idleTimeoutMs});
    m_deadlines.setInterval(
        std::clamp(shortest / kChecksPerTimeout, kShortestCheckMs, kLongestCheckMs));
    connect(&m_deadlines, &QTimer::timeout, this, [this] {
        for (Connection *connection : all())
            connection->checkDeadline();
        // Qt gives the local socket up when the process was out of file descriptors once.
        if (!m_localPath.isEmpty() && !m_local->isListening())
            (void)listenLocally(QString(m_localPath));
    });
}

HttpServer::~HttpServer()
{
    qDeleteAll(all()); // before the handlers, which may hold exchanges
}

void HttpServer::setAllowedOrigins(const QList<QByteArray> &origins)
{
    m_gate->setAllowedOrigins(origins);
}

// --- Listening

Result<quint16> HttpServer::listen(quint16 port)
{
    closePort();
    // A port that is free on 127.0.0.1 may be in use on ::1.
    for (int tries = port == 0 ? kFreePortTries : 1; tries > 0; --tries) {
        constexpr auto kInUse = QAbstractSocket::AddressInUseError;
        if (!m_v4.listen(QHostAddress::LocalHost, port)) {
            if (m_v4.serverError() == kInUse)
                continue;
            return fail(Error::Kind::Denied,
                        u"Port %1 could not be opened: %2."_s.arg(QString::number(port),
                                                                  m_v4.errorString()),
                        u"Choose another port."_s);
        }
        // A machine without IPv6 gives another error than "in use", and is fine.
        if (m_v6.listen(QHostAddress::LocalHostIPv6, this->port()) ||
            m_v6.serverError() != kInUse) {
            qCInfo(lcHttp, "Listening on port %d.", this->port());
            return this->port();
        }
        m_v4.close();
    }
    return fail(busyPort(port));
}

Result<> HttpServer::listenLocally(const QString &path)
{
    m_local->close();
    m_localPath.clear();
    QLocalServer::removeServer(path);
    if (m_local->listen(path)) {
        m_localPath = path;
        return {};
    }
    return fail(Error::Kind::Denied,
                u"The local socket %1 could not be opened: %2."_s.arg(path, m_local->errorString()),
                u"Make its directory writable for you alone."_s);
}

void HttpServer::close()
{
    m_local->close();
    m_localPath.clear();
    closePort();
    for (Connection *connection : all())
        connection->shutDown();
}

void HttpServer::closePort()
{
    m_v4.close();
    m_v6.close();
    for (Connection *connection : all()) {
        if (!connection->isLocal())
            connection->shutDown();
    }
}

// --- Connections

void HttpServer::accept(QTcpServer &listener)
{
    std::unique_ptr<QTcpSocket> socket(listener.nextPendingConnection());
    if (!socket || socket->state() != QAbstractSocket::ConnectedState)
        return;
    // Loopback is shared by all users of a computer; what is served here is one user's own.
    const Peer peer{socket->peerAddress(), socket->peerPort(), socket->localPort()};
    const PeerOwner owner = peerOwner(peer);
    if (owner == PeerOwner::Gone)
        return;
    const bool isServed = owner != PeerOwner::OtherUser && makeRoom();
    if (!isServed && m_refused.size() >= kMaxRefused)
        return;

    auto *connection = new Connection(std::move(socket), peer, *this);
    keep(connection, isServed);
    if (owner == PeerOwner::OtherUser)
        connection->refuse(
            Response::error(403, "access_denied",
                            "This server serves the programs of the user who runs it. Connect "
                            "as that user."));
    else if (!isServed)
        connection->refuse(busy());
}

void HttpServer::acceptLocal(qintptr socket)
{
    const auto peer = localPeer(socket);
#ifdef Q_OS_WIN
    auto wrapped = std::make_unique<QLocalSocket>();
#else
    auto wrapped = std::make_unique<QTcpSocket>();
#endif
    // Takes the descriptor, as QLocalServer would have had it do.
    if (!wrapped->setSocketDescriptor(socket)) {
#ifdef Q_OS_UNIX
        ::close(static_cast<int>(socket));
#endif
        return;
    }
    if (!peer)
        return;
    const bool isServed = makeRoom();
    auto *connection = new Connection(std::move(wrapped), *peer, *this);
    keep(connection, isServed);
    if (!isServed)
        connection->refuse(busy());
}

void HttpServer::keep(Connection *connection, bool isServed)
{
    (isServed ? m_connections : m_refused).insert(connection);
    if (!m_deadlines.isActive())
        m_deadlines.start();
}

Connection *HttpServer::leastNeeded() const
{
    Connection *found = nullptr;
    std::optional<Connection::Need> least;
    for (Connection *connection : m_connections) {
        const auto need = connection->need();
        if (need && (!least || *need < *least)) {
            found = connection;
            least = need;
        }
    }
    return found;
}

/// Whether one more connection may come. When there are as many as there may be, the one that is
/// needed least is closed for it, if nothing is being done for it.
bool HttpServer::makeRoom()
{
    for (int tries = 0; isFull() && tries < m_limits.maxConnections; ++tries) {
        Connection *const connection = leastNeeded();
        if (!connection)
            break;
        // Many connections may be accepted in one turn of the event loop. None is closed whose
        // request has arrived and was only not read yet.
        const auto need = connection->need();
        connection->readNow();
        if (connection->need() == need)
            connection->cutOff();
    }
    return !isFull();
}

void HttpServer::countUnfinished(qint64 bytes)
{
    m_unfinishedBytes += bytes;
    while (m_unfinishedBytes > m_limits.maxUnfinishedBytes) {
        Connection *first = nullptr;
        for (Connection *connection : m_connections) {
            const auto since = connection->unfinishedSince();
            if (since && (!first || since < first->unfinishedSince()))
                first = connection;
        }
        if (!first)
            return;
        first->refuse(Response::error(503, "temporarily_unavailable",
                                      "The server has no room to wait for the rest of this "
                                      "request.",
                                      {{"Retry-After", "1"}}));
    }
}

void HttpServer::remove(Connection *connection)
{
    m_connections.remove(connection);
    m_refused.remove(connection);
    if (m_connections.isEmpty() && m_refused.isEmpty())
        m_deadlines.stop();
}

QList<Connection *> HttpServer::all() const
{
    return m_connections.values() + m_refused.values();
}

// --- Routes

void HttpServer::route(const QByteArray &path, Handler handler, Admission admission)
{
    m_routes.insert(path, {std::move(handler), std::move(admission)});
}

void HttpServer::routePrefix(const QByteArray &prefix, Handler handler)
{
    m_prefixes.append({prefix, std::move(handler)});
    std::stable_sort(m_prefixes.begin(), m_prefixes.end(),
                     [](const auto &a, const auto &b) { return a.first.size() > b.first.size(); });
}

const HttpServer::Handler &HttpServer::handlerFor(const QByteArray &path) const
{
    if (const auto found = m_routes.constFind(path); found != m_routes.cend())
        return found->handler;
    const auto found =
        std::find_if(m_prefixes.cbegin(), m_prefixes.cend(),
                     [&path](const auto &row) { return path.startsWith(row.first); });
    return found == m_prefixes.cend() ? m_fallback : found->second;
}

/// Who decides at that path; null = it is open to everybody.
const Admission *HttpServer::admissionOf(const QByteArray &path) const
{
    const auto found = m_routes.constFind(path);
    return found != m_routes.cend() && found->admission ? &found->admission : nullptr;
}

void HttpServer::serve(const RequestPtr &request, const ExchangePtr &exchange) const
{
    if (request->method == Method::Other) {
        exchange->respond(
            Response::error(501, "invalid_request", "This server does not know the method."));
        return;
    }
    try {
        handlerFor(request->path)(request, exchange);
    } catch (const std::exception &error) {
        qCCritical(lcHttp, "The handler of %s failed: %s", request->path.constData(), error.what());
        exchange->respond(
            Response::error(500, "server_error", "The server failed to handle this request."));
    }
}

const QByteArray &HttpServer::httpDate()
{
    const qint64 second = QDateTime::currentSecsSinceEpoch();
    if (second != m_dateSecond) {
        m_dateSecond = second;
        m_date =
            QLocale::c()
                .toString(QDateTime::currentDateTimeUtc(), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s)
                .toLatin1();
    }
    return m_date;
}

} // namespace flaredeck::http
