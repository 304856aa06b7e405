#include "httpcall.h"

#include <QHostAddress>
#include <QTest>

using namespace flaredeck;

namespace {

/// Longer than a sanitizer on a busy machine takes for what a flood sends.
constexpr int kPatienceMs = 30'000;

} // namespace

HttpCall::HttpCall(quint16 port, const QByteArray &method, const QByteArray &target,
                   const http::Headers &headers, const QByteArray &body)
{
    connectTo(port);
    QByteArray head =
        method + ' ' + target + " HTTP/1.1\r\nHost: localhost:" + QByteArray::number(port) + "\r\n";
    for (const auto &[name, value] : headers.lines())
        head += name + ": " + value + "\r\n";
    if (method == "POST")
        head += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    m_socket.write(head + "\r\n" + body);
}

HttpCall::HttpCall(quint16 port, const QByteArray &request)
{
    connectTo(port);
    m_socket.write(request);
}

void HttpCall::connectTo(quint16 port)
{
    connect(&m_socket, &QTcpSocket::readyRead, this, &HttpCall::read);
    connect(&m_socket, &QTcpSocket::disconnected, this, [this] { m_finished = true; });
    m_socket.connectToHost(QHostAddress::LocalHost, port);
}

bool HttpCall::finish()
{
    return QTest::qWaitFor([this] { return m_finished; }, kPatienceMs);
}

bool HttpCall::waitForHead()
{
    return QTest::qWaitFor([this] { return m_status != 0; }, kPatienceMs);
}

bool HttpCall::waitForEvents(int count)
{
    return QTest::qWaitFor([this, count] { return events().size() >= count; }, kPatienceMs);
}

Json HttpCall::json() const
{
    return flaredeck::json::parse(m_body).value_or(Json());
}

QList<SseEvent> HttpCall::events() const
{
    QList<SseEvent> events;
    qsizetype from = 0;
    for (qsizetype end = m_body.indexOf("\n\n"); end >= 0; end = m_body.indexOf("\n\n", from)) {
        SseEvent event;
        for (const QByteArray &line : m_body.mid(from, end - from).split('\n')) {
            if (line.startsWith("event: "))
                event.name = line.mid(7);
            else if (line.startsWith("id: "))
                event.id = line.mid(4);
            else if (line.startsWith("data: "))
                event.data = line.mid(6);
        }
        if (!event.data.isEmpty()) // comments keep the connection alive and say nothing
            events << event;
        from = end + 2;
    }
    return events;
}

Json HttpCall::event(int index) const
{
    return flaredeck::json::parse(events().value(index).data).value_or(Json());
}

void HttpCall::read()
{
    m_received += m_socket.readAll();
    if (m_status == 0)
        readHead();
    if (m_status != 0)
        readBody();
}

void HttpCall::readHead()
{
    const qsizetype end = m_received.indexOf("\r\n\r\n");
    if (end < 0)
        return;
    QList<QByteArray> lines = m_received.first(end).split('\n');
    m_status = lines.takeFirst().mid(9, 3).toInt();
    for (const QByteArray &line : std::as_const(lines)) {
        const qsizetype colon = line.indexOf(':');
        m_headers.append(line.first(colon), line.mid(colon + 1).trimmed());
    }
    m_received.remove(0, end + 4);
}

void HttpCall::readBody()
{
    if (header("Transfer-Encoding") != "chunked") {
        m_body += std::exchange(m_received, {});
        m_finished = m_body.size() >= header("Content-Length").toLongLong();
        return;
    }
    for (;;) {
        const qsizetype lineEnd = m_received.indexOf("\r\n");
        if (lineEnd < 0)
            return;
        const qsizetype size = m_received.first(lineEnd).toLongLong(nullptr, 16);
        if (m_received.size() < lineEnd + 2 + size + 2)
            return;
        m_body += m_received.mid(lineEnd + 2, size);
        m_received.remove(0, lineEnd + 2 + size + 2);
        m_finished = m_finished || size == 0;
    }
}
