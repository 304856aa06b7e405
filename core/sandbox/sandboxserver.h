#pragma once

#include "core/base/clock.h"
#include "core/http/hostgate.h"
#include "core/sandbox/faults.h"
#include "core/sandbox/sandboxapi.h"
#include "core/sandbox/sandboxlogin.h"
#include "core/sandbox/tokenpage.h"
#include "core/sandbox/tokenrequests.h"

#include <QFuture>
#include <QHttpServer>

#include <deque>
#include <functional>

namespace flaredeck::sandbox {

/// The stand-in's web server: the routes, and the faults that apply before them. Used on one
/// thread.
class SandboxServer : public QObject
{
    Q_OBJECT

public:
    SandboxServer(const Sandbox::Options &options, const Clock &clock, Collections collections);
    ~SandboxServer() override;

    /// On 127.0.0.1; 0 = any free port.
    Result<quint16> listen(quint16 port);
    void setFault(const Fault &fault) { m_faults.set(fault); }

private:
    class Listener;
    using Handler = std::function<http::Response(const http::Request &)>;
    using Refusal = std::function<http::Response(const Fault &, const http::Request &)>;
    /// A handler, where its faults apply, and how it answers with them.
    struct Place {
        Handler handler;
        std::optional<Fault::At> at = {};
        Refusal refuse = {};
    };

    void route(const QString &path, Place place);
    /// Routes everything below the path.
    void routeBelow(const QString &path, Place place);
    [[nodiscard]] QFuture<QHttpServerResponse> answer(const Place &place,
                                                      const QHttpServerRequest &request);
    [[nodiscard]] http::Response refuseApi(const Fault &fault, const http::Request &request);
    [[nodiscard]] http::Response changeFault(const http::Request &request);

    TokenBook m_tokens;
    SandboxLogin m_login;
    TokenPage m_tokenPage;
    TokenEndpoint m_tokenEndpoint;
    SandboxApi m_api;
    Faults m_faults;
    http::HostGate m_gate;
    std::deque<Place> m_places;
    QHttpServer m_server;
    Listener *m_listener = nullptr; ///< the server's
    QObject m_late; ///< owns the timers of slow answers; destroyed before the server
};

} // namespace flaredeck::sandbox
