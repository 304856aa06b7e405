#pragma once

#include "core/base/taskscope.h"
#include "core/http/httpserver.h"
#include "core/http/peerprocess.h"
#include "core/oauth/clients/clientauth.h"
#include "core/oauth/clients/clientregistry.h"
#include "core/oauth/endpoints/ratelimit.h"
#include "core/oauth/grants/tokenservice.h"

#include <QObject>

namespace flaredeck::oauth {

/// POST /token and /revoke: form, client authentication, grant type, answer.
class TokenEndpoint : public QObject
{
    Q_OBJECT

public:
    TokenEndpoint(store::AuditTrail &audit, ClientRegistry &clients, TokenService &tokens,
                  const Clock &clock, QObject *parent = nullptr);

    void install(http::HttpServer &server);

    /// `peer` goes into the audit trail.
    [[nodiscard]] http::Response token(const http::Request &request, const store::AuditPeer &peer);
    [[nodiscard]] http::Response revoke(const http::Request &request);

private:
    Task<> answerToken(http::RequestPtr request, http::ExchangePtr exchange);
    /// Which program is at the other end, for the audit trail.
    Task<std::optional<http::PeerProcess>> findProgram(http::RequestPtr request);
    enum class Worth { Nothing, ALook, EveryLook };
    [[nodiscard]] Worth worthOf(const http::Request &request);
    [[nodiscard]] Answer<store::Client> identify(const http::Request &request,
                                                 const http::Form &form);
    [[nodiscard]] http::Response revokeFor(const http::Request &request, const http::Form &form);
    Answer<TokenService::Tokens> exchange(const http::Request &request, const http::Form &form,
                                          const store::AuditPeer &peer);
    Answer<TokenService::Tokens> exchangeCode(const store::Client &client, const http::Form &form,
                                              const QStringList &resources,
                                              const store::AuditPeer &peer);
    Answer<TokenService::Tokens> refresh(const store::Client &client, const http::Form &form,
                                         const QStringList &resources,
                                         const store::AuditPeer &peer);

    store::AuditTrail &m_audit;
    ClientRegistry &m_clients;
    TokenService &m_tokens;
    const Clock &m_clock;
    RateLimit m_failures;     ///< by client and the code or token that it presents
    bool m_isLooking = false; ///< for a request that is refused anyway
    TaskScope m_tasks;
};

} // namespace flaredeck::oauth
