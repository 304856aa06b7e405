#include "core/http/connectionguard.h"

#include "core/http/guardedsocket.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <chrono>

namespace flaredeck::http {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxRefused = 64;

// Deadlines are kept this many times more precisely than the shortest of them is long.
constexpr int kChecksPerTimeout = 8;
constexpr int kShortestCheckMs = 10;
constexpr int kLongestCheckMs = 2000;

} // namespace

ConnectionGuard::ConnectionGuard(const Limits &limits, const HostGate &gate,
                                 AdmissionOf admissionOf)
    : m_limits(limits)
    , m_gate(gate)
    , m_admissionOf(std::move(admissionOf))
{
    const int shortest =
        std::min({limits.headTimeoutMs, limits.requestTimeoutMs, limits.idleTimeoutMs});
    m_timer.setInterval(
        std::clamp(shortest / kChecksPerTimeout, kShortestCheckMs, kLongestCheckMs));
    m_timer.setTimerType(Qt::CoarseTimer);
    connect(&m_timer, &QTimer::timeout, this, &ConnectionGuard::closeExpired);
}

void ConnectionGuard::startTimer()
{
    if (!m_timer.isActive())
        m_timer.start();
}

void ConnectionGuard::add(GuardedSocket *socket)
{
    m_sockets.insert(socket->peerPort(), socket);
    startTimer();
}

GuardedSocket *ConnectionGuard::leastNeeded() const
{
    GuardedSocket *found = nullptr;
    std::optional<GuardedSocket::Need> least;
    for (GuardedSocket *socket : m_sockets) {
        const auto need = socket->need();
        if (need && (!least || *need < *least)) {
            found = socket;
            least = need;
        }
    }
    return found;
}

bool ConnectionGuard::makeRoom()
{
    for (int tries = 0; isFull() && tries < m_limits.maxConnections; ++tries) {
        GuardedSocket *const socket = leastNeeded();
        if (!socket)
            break;
        // Many connections may be accepted in one turn of the event loop. None is closed whose
        // request has arrived and was only not read yet.
        const auto need = socket->need();
        socket->readNow();
        if (socket->need() == need)
            socket->cutOff();
    }
    return !isFull();
}

void ConnectionGuard::countUnfinished(qint64 bytes)
{
    m_unfinishedBytes += bytes;
    while (m_unfinishedBytes > m_limits.maxUnfinishedBytes) {
        GuardedSocket *first = nullptr;
        for (GuardedSocket *socket : m_sockets) {
            const auto since = socket->unfinishedSince();
            if (since && (!first || since < first->unfinishedSince()))
                first = socket;
        }
        if (!first)
            return;
        first->giveUp();
    }
}

bool ConnectionGuard::addRefused(GuardedSocket *socket)
{
    if (m_refused.size() >= kMaxRefused)
        return false;
    m_refused.insert(socket);
    startTimer();
    return true;
}

void ConnectionGuard::remove(GuardedSocket *socket)
{
    m_sockets.remove(socket->peerPort(), socket);
    m_refused.remove(socket);
    if (m_sockets.isEmpty() && m_refused.isEmpty())
        m_timer.stop();
}

GuardedSocket *ConnectionGuard::find(const QHostAddress &peer, quint16 peerPort) const
{
    // The same port may be in use on 127.0.0.1 and on ::1.
    const auto [begin, end] = m_sockets.equal_range(peerPort);
    const auto found = std::find_if(
        begin, end, [&peer](const GuardedSocket *socket) { return socket->peerAddress() == peer; });
    return found == end ? nullptr : *found;
}

QList<GuardedSocket *> ConnectionGuard::all() const
{
    return m_sockets.values() + m_refused.values();
}

void ConnectionGuard::closeExpired()
{
    const qint64 time = now();
    for (GuardedSocket *socket : all())
        socket->checkDeadline(time);
}

void ConnectionGuard::closeAll()
{
    for (GuardedSocket *socket : all())
        socket->shutDown();
}

const QByteArray &ConnectionGuard::httpDate()
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

qint64 ConnectionGuard::now()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

} // namespace flaredeck::http
