#pragma once

#include <QLocalSocket>
#include <QTcpSocket>

#include <memory>
#include <variant>

namespace flaredeck::http {

/// The socket of a connection: TCP, or on Windows a named pipe, which no QTcpSocket takes. On other
/// systems a local socket is a descriptor like any other, and QTcpSocket does less for each.
class PeerSocket
{
public:
    PeerSocket(std::unique_ptr<QTcpSocket> socket)
        : m_socket(std::move(socket))
    {
    }
    PeerSocket(std::unique_ptr<QLocalSocket> socket)
        : m_socket(std::move(socket))
    {
    }

    [[nodiscard]] QIODevice *operator->() const
    {
        return std::visit([](const auto &socket) -> QIODevice * { return socket.get(); }, m_socket);
    }
    [[nodiscard]] qintptr descriptor() const
    {
        return std::visit([](const auto &socket) { return socket->socketDescriptor(); }, m_socket);
    }
    void setReadBufferSize(qint64 bytes)
    {
        std::visit([bytes](const auto &socket) { socket->setReadBufferSize(bytes); }, m_socket);
    }
    void flush()
    {
        std::visit([](const auto &socket) { socket->flush(); }, m_socket);
    }
    void abort()
    {
        std::visit([](const auto &socket) { socket->abort(); }, m_socket);
    }
    /// Once everything is sent.
    void close();
    /// No waiting for more to send along. A pipe knows none.
    void sendAtOnce();

    template <typename Receiver, typename Slot>
    void onDisconnected(Receiver *receiver, Slot slot)
    {
        std::visit(
            [receiver, slot](const auto &socket) {
                using Socket = typename std::decay_t<decltype(socket)>::element_type;
                QObject::connect(socket.get(), &Socket::disconnected, receiver, slot);
            },
            m_socket);
    }

private:
    std::variant<std::unique_ptr<QTcpSocket>, std::unique_ptr<QLocalSocket>> m_socket;
};

} // namespace flaredeck::http
