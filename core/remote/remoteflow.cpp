#include "core/remote/remoteflow.h"

#include "core/base/crypto.h"

namespace flaredeck::remote {

namespace {

bool isCallback(const QByteArray &path)
{
    return path == kCallbackPath;
}

} // namespace

RemoteFlow::RemoteFlow(Server where, Millis expires)
    : id(crypto::randomId())
    , server(std::move(where))
    , expiresAt(expires)
{
    m_promise.start();
}

Result<> RemoteFlow::listen(quint16 preferredPort, http::HttpServer::Handler handler)
{
    const auto listenAt = [&](quint16 port) {
        m_listener = std::make_shared<http::HttpServer>(
            http::Limits{}, std::make_unique<http::HostGate>(nullptr, isCallback));
        m_listener->route(kCallbackPath, handler);
        return m_listener->listen(port);
    };
    if (preferredPort != 0 && listenAt(preferredPort))
        return {};
    const Result<quint16> port = listenAt(0);
    if (!port)
        return fail(port.error());
    return {};
}

QUrl RemoteFlow::callback() const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1%2")
                    .arg(QString::number(port()), QString::fromLatin1(kCallbackPath)));
}

QUrl RemoteFlow::page()
{
    return renew(authority.authorize, {.clientId = registration.clientId,
                                       .callback = callback(),
                                       .scopes = authority.scopes,
                                       .resource = authority.resource});
}

void RemoteFlow::finish(const Outcome &result)
{
    if (m_done)
        return;
    m_done = true;
    m_promise.addResult(result);
    m_promise.finish();
}

} // namespace flaredeck::remote
