#include "bridge/upstream.h"

#include "core/base/localsocket.h"

#include <algorithm>

namespace flaredeck::bridge {

namespace {

// Less than the app waits for the next request, so that few meet a closing connection.
constexpr int kIdleMs = 5000;
constexpr qsizetype kMostHeadBytes = 64LL * 1024;
constexpr qint64 kReadAtOnce = 256LL * 1024;

enum class Framing { Length, Chunked, UntilClose };

} // namespace

/// A connection, and the call that has it.
struct Upstream::Link {
    explicit Link(Upstream &owner)
        : socket(new QLocalSocket(&owner))
    {
    }
    ~Link()
    {
        socket->disconnect();
        socket->abort();
        socket->deleteLater(); // it may be the one that has just called
    }
    Link(const Link &) = delete;
    Link &operator=(const Link &) = delete;

    void transmit()
    {
        if (!call)
            return;
        isSent = true;
        socket->write(call->m_request);
        socket->flush();
    }

    QLocalSocket *socket;
    UpstreamCall *call = nullptr; ///< null = idle
    bool isSent = false;          ///< the call's request, or a part of it
    QByteArray unread;
    Framing framing = Framing::Length;
    qint64 left = 0; ///< bytes of the body or of the chunk
    bool isInChunk = false;
    bool keepsAlive = true;
};

void UpstreamCall::abort()
{
    m_isAborted = true;
    auto *upstream = static_cast<Upstream *>(parent());
    disconnect(); // nobody hears of it any more
    if (Upstream::Link *link = upstream->linkOf(*this))
        upstream->drop(*link);
    deleteLater();
}

void UpstreamCall::readHead(const QByteArray &head)
{
    const QList<QByteArray> lines = head.split('\n');
    m_status = lines.constFirst().split(' ').value(1).toInt();
    for (const QByteArray &line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0)
            m_headers.insert(line.first(colon).trimmed().toLower(),
                             line.sliced(colon + 1).trimmed());
    }
}

void UpstreamCall::take(const QByteArray &bytes)
{
    if (!isStream()) {
        m_body += bytes;
        return;
    }
    qsizetype from = 0;
    while (!m_isAborted) {
        const qsizetype end = bytes.indexOf('\n', from);
        if (end < 0)
            break;
        m_line += QByteArrayView(bytes).sliced(from, end - from);
        takeLine(std::exchange(m_line, {}));
        from = end + 1;
    }
    m_line += QByteArrayView(bytes).sliced(std::min(from, bytes.size()));
}

/// HTML, "Server-sent events", interpreting an event stream.
void UpstreamCall::takeLine(const QByteArray &line)
{
    if (line.isEmpty()) {
        if (const QByteArray data = std::exchange(m_event, {}); !data.isEmpty())
            emit message(data);
        return;
    }
    const qsizetype colon = line.indexOf(':');
    const QByteArrayView field = QByteArrayView(line).first(colon < 0 ? line.size() : colon);
    QByteArrayView value = colon < 0 ? QByteArrayView() : QByteArrayView(line).sliced(colon + 1);
    if (value.startsWith(' '))
        value = value.sliced(1);
    if (field == "id")
        m_lastEventId = value.toByteArray();
    else if (field == "data")
        m_event += (m_event.isEmpty() ? QByteArray() : QByteArray("\n")) + value.toByteArray();
}

Upstream::Upstream(QStringList sockets, QObject *parent)
    : QObject(parent)
    , m_sockets(std::move(sockets))
{
    m_idle.setSingleShot(true);
    m_idle.setInterval(kIdleMs);
    connect(&m_idle, &QTimer::timeout, this,
            [this] { std::erase_if(m_links, [](const auto &link) { return !link->call; }); });
}

Upstream::~Upstream() = default;

UpstreamCall *Upstream::send(const QByteArray &method, const QByteArray &path,
                             const Headers &headers, const QByteArray &body)
{
    QByteArray request;
    request.reserve(512 + body.size());
    request += method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\n";
    for (const auto &[name, value] : headers)
        request += name + ": " + value + "\r\n";
    if (method == "POST")
        request +=
            "Content-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) +
            "\r\n";
    request += "\r\n" + body;
    auto *call = new UpstreamCall(std::move(request));
    call->setParent(this);

    // Not from here: whoever sends has to connect to the call first.
    const auto later = [this](QLocalSocket *socket, auto work) {
        QMetaObject::invokeMethod(
            this,
            [this, socket, work] {
                if (Link *link = linkWith(socket))
                    work(*link);
            },
            Qt::QueuedConnection);
    };
    const auto idle = std::find_if(m_links.begin(), m_links.end(), [](const auto &link) {
        return !link->call && link->socket->state() == QLocalSocket::ConnectedState &&
               link->socket->bytesAvailable() == 0;
    });
    if (idle != m_links.end()) {
        (*idle)->call = call;
        (*idle)->isSent = false;
        later((*idle)->socket, [](Link &link) { link.transmit(); });
        return call;
    }
    m_links.push_back(std::make_unique<Link>(*this));
    Link &link = *m_links.back();
    link.call = call;
    link.socket->setReadBufferSize(kReadAtOnce);
    connect(link.socket, &QLocalSocket::readyRead, this, [this, &link] { read(link); });
    connect(link.socket, &QLocalSocket::disconnected, this, [this, socket = link.socket] {
        if (Link *ending = linkWith(socket))
            read(*ending, true); // what came with the end
        Link *ending = linkWith(socket);
        if (!ending)
            return;
        if (!ending->call)
            return drop(*ending);
        const bool isWhole = ending->framing == Framing::UntilClose && ending->call->status() > 0;
        finish(*ending, isWhole          ? UpstreamCall::End::Complete
                        : ending->isSent ? UpstreamCall::End::Lost
                                         : UpstreamCall::End::Unreachable);
    });
    later(link.socket, [this](Link &opening) { open(opening, 0); });
    return call;
}

void Upstream::open(Link &link, qsizetype place)
{
    disconnect(link.socket, &QLocalSocket::errorOccurred, this, nullptr);
    disconnect(link.socket, &QLocalSocket::connected, this, nullptr);
    if (place >= m_sockets.size())
        return finish(link, UpstreamCall::End::Unreachable);
    connect(link.socket, &QLocalSocket::connected, this, [this, &link] {
        if (!localsocket::isOurUser(link.socket->socketDescriptor())) {
            link.socket->abort(); // which ends the call
            return;
        }
        disconnect(link.socket, &QLocalSocket::errorOccurred, this, nullptr);
        link.transmit();
    });
    connect(
        link.socket, &QLocalSocket::errorOccurred, this,
        [this, socket = link.socket, place] {
            if (Link *opening = linkWith(socket))
                open(*opening, place + 1);
        },
        Qt::QueuedConnection);
    link.socket->connectToServer(m_sockets.at(place));
}

void Upstream::setPaused(bool paused)
{
    m_isPaused = paused;
    // Not from here: it may be an event of this very upstream that was written at last.
    if (!paused)
        QMetaObject::invokeMethod(this, &Upstream::readAll, Qt::QueuedConnection);
}

void Upstream::readAll()
{
    QList<QLocalSocket *> sockets;
    for (const auto &link : m_links)
        sockets << link->socket;
    for (const QLocalSocket *socket : std::as_const(sockets)) {
        if (Link *link = linkWith(socket))
            read(*link);
    }
}

qsizetype Upstream::busy() const
{
    return std::count_if(m_links.begin(), m_links.end(),
                         [](const auto &link) { return link->call; });
}

Upstream::Link *Upstream::linkOf(const UpstreamCall &call)
{
    const auto found = std::find_if(m_links.begin(), m_links.end(),
                                    [&call](const auto &link) { return link->call == &call; });
    return found == m_links.end() ? nullptr : found->get();
}

Upstream::Link *Upstream::linkWith(const QLocalSocket *socket)
{
    const auto found = std::find_if(m_links.begin(), m_links.end(),
                                    [socket](const auto &link) { return link->socket == socket; });
    return found == m_links.end() ? nullptr : found->get();
}

void Upstream::read(Link &link, bool evenPaused)
{
    if ((m_isPaused && !evenPaused) || !link.call)
        return;
    if (link.socket->bytesAvailable() > 0)
        link.unread += link.socket->readAll();
    if (link.call->status() == 0) {
        const qsizetype end = link.unread.indexOf("\r\n\r\n");
        if (end < 0) {
            if (link.unread.size() > kMostHeadBytes)
                finish(link, UpstreamCall::End::Lost);
            return;
        }
        link.call->readHead(link.unread.first(end));
        link.unread.remove(0, end + 4);
        const QByteArray length = link.call->header("content-length");
        const int status = link.call->status();
        link.framing = link.call->header("transfer-encoding") == "chunked" ? Framing::Chunked
                       : length.isEmpty() && status >= 200 && status != 204 && status != 202
                           ? Framing::UntilClose
                           : Framing::Length;
        link.left = length.toLongLong();
        link.isInChunk = false;
        link.keepsAlive = link.call->header("connection") != "close";
    }
    UpstreamCall *const call = link.call;
    if (readBody(link) && linkOf(*call) == &link)
        finish(link, UpstreamCall::End::Complete);
}

/// Whether the body is complete. The call may be gone afterwards.
bool Upstream::readBody(Link &link)
{
    const auto take = [&link](qsizetype count) {
        const QByteArray bytes = link.unread.first(count);
        link.unread.remove(0, count);
        UpstreamCall *const call = link.call;
        call->take(bytes);
        return !call->m_isAborted;
    };
    switch (link.framing) {
    case Framing::UntilClose:
        take(link.unread.size());
        return false;
    case Framing::Length: {
        const qsizetype count = std::min<qint64>(link.left, link.unread.size());
        link.left -= count;
        return take(count) && link.left == 0;
    }
    case Framing::Chunked:
        break;
    }
    for (;;) {
        if (!link.isInChunk) {
            const qsizetype end = link.unread.indexOf("\r\n");
            if (end < 0)
                return false;
            link.left = link.unread.first(end).toLongLong(nullptr, 16);
            // Behind the last chunk stands an empty line; we send no trailers.
            if (link.left == 0 && link.unread.size() < end + 4)
                return false;
            link.unread.remove(0, link.left == 0 ? end + 4 : end + 2);
            if (link.left == 0)
                return true;
            link.isInChunk = true;
        }
        const qsizetype count = std::min<qint64>(link.left, link.unread.size());
        if (count > 0) {
            link.left -= count;
            if (!take(count))
                return false;
        }
        if (link.left > 0 || link.unread.size() < 2)
            return false;
        link.unread.remove(0, 2);
        link.isInChunk = false;
    }
}

void Upstream::finish(Link &link, UpstreamCall::End how)
{
    UpstreamCall *const call = std::exchange(link.call, nullptr);
    const bool stays = how == UpstreamCall::End::Complete && link.keepsAlive &&
                       link.framing != Framing::UntilClose && link.unread.isEmpty() &&
                       link.socket->state() == QLocalSocket::ConnectedState;
    if (stays)
        m_idle.start();
    else
        drop(link);
    if (!call)
        return;
    emit call->ended(how);
    call->deleteLater();
}

void Upstream::drop(Link &link)
{
    std::erase_if(m_links, [&link](const auto &one) { return one.get() == &link; });
}

} // namespace flaredeck::bridge
