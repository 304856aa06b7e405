#pragma once

#include "core/base/taskscope.h"
#include "core/http/httpserver.h"
#include "core/oauth/clients/clientregistry.h"
#include "core/oauth/clients/programlimit.h"

#include <QObject>

#include <functional>

namespace flaredeck::oauth {

/// `/register`, where clients register (RFC 7591), and `/register/{client_id}`, where each looks at
/// its registration and takes it back (RFC 7592). Nothing here opens anything; that takes a person.
class RegistrationEndpoint : public QObject
{
    Q_OBJECT

public:
    /// Ends what the client holds and removes it.
    using Forget = std::function<Result<>(const ClientId &id, const store::AuditPeer &peer)>;

    RegistrationEndpoint(store::AuditTrail &audit, ClientRegistry &clients, Forget forget,
                         const Clock &clock, QObject *parent = nullptr);

    void install(http::HttpServer &server);
    /// While it is closed nobody registers; those that have go on. Open at first.
    void setOpen(bool isOpen) { m_isOpen = isOpen; }

private:
    Task<> answerRegistration(http::RequestPtr request, http::ExchangePtr exchange);
    [[nodiscard]] http::Response add(const http::Request &request, const store::Client &draft,
                                     const std::optional<http::PeerProcess> &program);
    [[nodiscard]] http::Response refuseMore(int waitSeconds, const store::AuditPeer &peer);
    Task<> answerManagement(http::RequestPtr request, http::ExchangePtr exchange);
    /// The client that the path names, when the request shows its token.
    [[nodiscard]] Answer<store::Client> identify(const http::Request &request) const;
    [[nodiscard]] http::Response refuseToken(const OAuthError &error);

    store::AuditTrail &m_audit;
    ClientRegistry &m_clients;
    Forget m_forget;
    const Clock &m_clock;
    ProgramLimit m_perMinute;
    ProgramLimit m_perHour;
    RateLimit m_wrongTokens;
    bool m_isOpen = true;
    TaskScope m_tasks;
};

} // namespace flaredeck::oauth
