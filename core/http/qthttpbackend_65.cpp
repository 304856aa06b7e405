#include "core/http/connectionguard.h"
#include "core/http/guardedsocket.h"
#include "core/http/qthttpbackend.h"

#include <QAbstractHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>

// Qt 6.5 and later: a responder comes with the request, and the socket is found by its peer.
namespace flaredeck::http {

namespace {

class Backend final : public QAbstractHttpServer, public QtHttpBackend
{
public:
    Backend(ConnectionGuard &guard, Received received)
        : m_guard(guard)
        , m_received(std::move(received))
    {
    }

    void serve(std::unique_ptr<QTcpServer> server) override { bind(server.release()); }

protected:
    // The responder is let go at once: the answer is written to the socket, late or in parts, and
    // the guard lets no further request through before it is complete.
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &) override
    {
        GuardedSocket *socket = m_guard.find(request.remoteAddress(), request.remotePort());
        if (!socket)
            return false;
        m_received(*socket);
        return true;
    }

#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &&) override {}
#else
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &) override {}
#endif

private:
    ConnectionGuard &m_guard;
    const Received m_received;
};

} // namespace

std::unique_ptr<QtHttpBackend> QtHttpBackend::create(ConnectionGuard &guard, Received received)
{
    return std::make_unique<Backend>(guard, std::move(received));
}

} // namespace flaredeck::http
