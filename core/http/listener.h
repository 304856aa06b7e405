#pragma once

#include "core/http/message.h"

#include <QTcpServer>

#include <memory>

namespace flaredeck::http {

class ConnectionGuard;
class GuardedSocket;

/// Accepts connections for Qt's HTTP server and puts the guard in between. Refuses those of other
/// users of the computer, on systems that tell.
class Listener : public QTcpServer
{
    Q_OBJECT

public:
    explicit Listener(ConnectionGuard &guard);

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void refuse(std::unique_ptr<GuardedSocket> socket, const Response &response);

    ConnectionGuard &m_guard;
};

} // namespace flaredeck::http
