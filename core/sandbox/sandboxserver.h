#pragma once

#include "core/base/clock.h"
#include "core/http/httpserver.h"
#include "core/sandbox/faults.h"
#include "core/sandbox/sandboxapi.h"
#include "core/sandbox/sandboxlogin.h"
#include "core/sandbox/tokenendpoint.h"

#include <QObject>

namespace flaredeck::sandbox {

/// The stand-in's web server: routes, and the faults in front of them. Lives on one thread.
class SandboxServer : public QObject
{
    Q_OBJECT

public:
    SandboxServer(const Sandbox::Options &options, const Clock &clock, QObject *parent = nullptr);

    Result<quint16> listen(quint16 port);
    void setFault(const Fault &fault) { m_faults.set(fault); }

private:
    using Handler = http::Response (*)(SandboxServer &, const http::Request &);
    void route(const QByteArray &path, Handler handler);
    /// The route's answer, or the fault that this place has. `refuse` words it as the place does.
    using Refusal = http::Response (*)(SandboxServer &, const Fault &, const http::Request &);
    void answer(Fault::At at, Handler handler, Refusal refuse, const http::RequestPtr &request,
                const http::ExchangePtr &exchange);
    [[nodiscard]] static http::Response refuseApi(SandboxServer &server, const Fault &fault,
                                                  const http::Request &request);
    [[nodiscard]] http::Response changeFault(const http::Request &request);

    TokenBook m_tokens;
    SandboxLogin m_login;
    TokenEndpoint m_tokenEndpoint;
    SandboxApi m_api;
    Faults m_faults;
    http::HttpServer m_server;
};

} // namespace flaredeck::sandbox
