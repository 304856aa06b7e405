#pragma once

#include "core/http/exchange.h"
#include "core/http/responsewriter.h"

#include <QPointer>

namespace flaredeck::http {

class GuardedSocket;

/// The exchange of one request on one connection. May outlive the connection and the server.
class SocketExchange final : public Exchange
{
    Q_OBJECT

public:
    explicit SocketExchange(GuardedSocket &socket);
    ~SocketExchange() override;

    void respond(const Response &response) override;
    void startStream(const Headers &extra) override;
    void write(const QByteArray &bytes) override;
    void end() override;
    void abort() override;
    [[nodiscard]] qint64 queuedBytes() const override;
    [[nodiscard]] bool isOpen() const override;
    [[nodiscard]] bool isAnswered() const override { return m_phase != Phase::Waiting; }

    // For the connection.
    void peerLeft();
    void forgetSocket() { m_socket.clear(); }

private:
    enum class Phase { Waiting, Streaming, Finished };

    QPointer<GuardedSocket> m_socket;
    Phase m_phase = Phase::Waiting;
    AnswerFormat m_format;
};

} // namespace flaredeck::http
