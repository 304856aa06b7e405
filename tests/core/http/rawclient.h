#pragma once

#include "core/http/httpserver.h"

#include <QTcpSocket>

namespace flaredeck::test {

/// A client that sends exactly the bytes it is given, and keeps what comes back.
class RawClient
{
public:
    explicit RawClient(quint16 port, const QHostAddress &address = QHostAddress::LocalHost)
    {
        QObject::connect(&m_socket, &QTcpSocket::readyRead, &m_socket,
                         [this] { m_received += m_socket.readAll(); });
        m_socket.connectToHost(address, port);
        m_socket.waitForConnected();
    }

    void send(const QByteArray &bytes)
    {
        m_socket.write(bytes);
        m_socket.flush();
    }
    [[nodiscard]] const QByteArray &received() const { return m_received; }
    [[nodiscard]] QByteArray takeReceived() { return std::exchange(m_received, {}); }
    [[nodiscard]] bool isClosed() const
    {
        return m_socket.state() == QAbstractSocket::UnconnectedState;
    }
    [[nodiscard]] QTcpSocket &socket() { return m_socket; }
    void close() { m_socket.abort(); }

private:
    QTcpSocket m_socket;
    QByteArray m_received;
};

/// A well-formed request to `port` with extra header lines, each ending with CR LF.
inline QByteArray request(quint16 port, const QByteArray &line, const QByteArray &headers = {},
                          const QByteArray &body = {})
{
    QByteArray bytes =
        line + " HTTP/1.1\r\nHost: localhost:" + QByteArray::number(port) + "\r\n" + headers;
    if (!body.isEmpty())
        bytes += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    return bytes + "\r\n" + body;
}

inline QByteArray bodyOf(const QByteArray &answer)
{
    const qsizetype end = answer.indexOf("\r\n\r\n");
    return end < 0 ? QByteArray() : answer.mid(end + 4);
}

} // namespace flaredeck::test
