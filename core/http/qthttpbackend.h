#pragma once

#include <QByteArray>

#include <functional>
#include <memory>

class QTcpServer;

namespace flaredeck::http {

class ConnectionGuard;
class GuardedSocket;

/// Qt's HTTP server, whose interface differs between the versions of Qt: one source file for each,
/// chosen by CMake.
class QtHttpBackend
{
public:
    /// A request is there on that connection.
    using Received = std::function<void(GuardedSocket &)>;

    static std::unique_ptr<QtHttpBackend> create(ConnectionGuard &guard, Received received);
    virtual ~QtHttpBackend() = default;

    /// Serves the connections of a server that listens, and owns it from now on.
    virtual void serve(std::unique_ptr<QTcpServer> server) = 0;
};

} // namespace flaredeck::http
