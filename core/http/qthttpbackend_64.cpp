#include "core/http/guardedsocket.h"
#include "core/http/qthttpbackend.h"

#include <QAbstractHttpServer>
#include <QHttpServerRequest>

// Qt 6.4: the socket comes with the request.
namespace flaredeck::http {

namespace {

class Backend final : public QAbstractHttpServer, public QtHttpBackend
{
public:
    explicit Backend(Received received)
        : m_received(std::move(received))
    {
    }

    void serve(std::unique_ptr<QTcpServer> server) override { bind(server.release()); }

protected:
    bool handleRequest(const QHttpServerRequest &, QTcpSocket *socket) override
    {
        auto *guarded = qobject_cast<GuardedSocket *>(socket);
        if (!guarded)
            return false;
        m_received(*guarded);
        return true;
    }

    void missingHandler(const QHttpServerRequest &, QTcpSocket *socket) override
    {
        socket->disconnectFromHost();
    }

private:
    const Received m_received;
};

} // namespace

std::unique_ptr<QtHttpBackend> QtHttpBackend::create(ConnectionGuard &, Received received)
{
    return std::make_unique<Backend>(std::move(received));
}

} // namespace flaredeck::http
