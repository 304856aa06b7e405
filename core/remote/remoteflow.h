#pragma once

#include "core/http/httpserver.h"
#include "core/prompt/prompter.h"
#include "core/provider/authorizationrequest.h"
#include "core/remote/registration.h"
#include "core/store/values.h"

#include <QPromise>

#include <memory>

namespace flaredeck::remote {

/// One running sign-in to a remote server, in memory only.
class RemoteFlow : public provider::AuthorizationRequest
{
public:
    using Outcome = Result<store::Remote>;

    RemoteFlow(Server where, Millis expires);

    /// Begins to listen, at that port if it is free (0 = any), and only for the callback.
    Result<> listen(quint16 preferredPort, http::HttpServer::Handler handler);
    [[nodiscard]] quint16 port() const { return m_listener ? m_listener->port() : quint16(0); }
    [[nodiscard]] QUrl callback() const;
    /// What listened; the answer that is on its way may still need it.
    [[nodiscard]] std::shared_ptr<http::HttpServer> takeListener() { return std::move(m_listener); }

    [[nodiscard]] QUrl page();

    [[nodiscard]] QFuture<Outcome> outcome() { return m_promise.future(); }
    [[nodiscard]] bool isDone() const { return m_done; }
    void finish(const Outcome &result);

    const QString id;
    const Server server;
    const Millis expiresAt;
    QByteArray wwwAuthenticate; ///< empty = the server is asked
    QStringList stepUpScopes;   ///< exactly these; empty = an ordinary sign-in
    Authority authority;
    Registration registration;
    bool isBeside = false;    ///< of the sign-in that is still good
    bool isReused = false;    ///< the registration is one of earlier
    bool isRestarted = false; ///< the one retry with a new registration was made
    bool hasComeBack = false; ///< the page has led to our callback

private:
    std::shared_ptr<http::HttpServer> m_listener;
    QPromise<Outcome> m_promise;
    bool m_done = false;
};

using RemoteFlowPtr = std::shared_ptr<RemoteFlow>;

} // namespace flaredeck::remote
