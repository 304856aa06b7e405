#pragma once

#include <QTcpServer>

namespace flaredeck::http {

class ConnectionGuard;

/// Accepts connections for Qt's HTTP server and puts the guard in between.
class Listener : public QTcpServer
{
    Q_OBJECT

public:
    explicit Listener(ConnectionGuard &guard);

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    ConnectionGuard &m_guard;
};

} // namespace flaredeck::http
