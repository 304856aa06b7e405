#include "core/oauth/endpoints/tokenendpoint.h"

#include "core/base/crypto.h"
#include "core/base/waiting.h"
#include "core/http/peerprocess.h"
#include "core/oauth/endpoints/mediatype.h"
#include "core/oauth/endpoints/resource.h"
#include "core/oauth/grants/auditpeer.h"
#include "core/provider/scopes.h"

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kMaxFormBytes = 16LL * 1024;

auto invalidRequest(const QString &cause)
{
    return refuse(400, "invalid_request", cause);
}

Answer<http::Form> readForm(const http::Request &request)
{
    if (request.method != http::Method::Post)
        return refuse(oautherror::wrongMethod("POST"));
    if (!hasMediaType(request, "application/x-www-form-urlencoded"))
        return invalidRequest(u"Send the parameters as application/x-www-form-urlencoded."_s);
    if (request.body.size() > kMaxFormBytes)
        return refuse(413, "invalid_request", u"The form is larger than 16 KiB."_s);
    http::Form form = http::Form::parse(request.body);
    if (const QString wrong = oautherror::repetition(form); !wrong.isEmpty())
        return invalidRequest(wrong);
    return form;
}

/// Some servers name the token endpoint as the revocation endpoint, and clients remember it.
bool isRevocation(const http::Form &form)
{
    return form.contains("token") && !form.contains("grant_type");
}

bool isCodeGrant(const http::Form &form)
{
    return form.value("grant_type") == "authorization_code"_L1;
}

/// The code or refresh token that is to be redeemed.
QString presented(const http::Form &form)
{
    return form.value(isCodeGrant(form) ? "code" : "refresh_token").value_or(QString());
}

/// A public client's id is no secret: were failures counted by it alone, any program could keep the
/// real client from its tokens.
QByteArray failureKey(const store::Client &client, const http::Form &form)
{
    return client.id.value.toUtf8() + ' ' + crypto::sha256(presented(form).toUtf8());
}

Answer<QStringList> readResources(const http::Form &form, quint16 ownPort)
{
    QStringList resources;
    for (const QString &value : form.values("resource")) {
        const auto path = resource::canonical(value, ownPort);
        if (!path)
            return refuse(400, "invalid_target", u"The resource is not one of this server's."_s);
        resources << *path;
    }
    return resources;
}

http::Response print(const TokenService::Tokens &tokens, const QByteArray &issuer)
{
    Json body{{"access_token", tokens.access.toStdString()},
              {"token_type", "Bearer"},
              {"expires_in", tokens.expiresInSeconds},
              {"scope", scopes::print(tokens.scopes)}};
    if (!tokens.refresh.isEmpty())
        body["refresh_token"] = tokens.refresh.toStdString();
    if (tokens.resources.size() == 1) {
        const QString path = tokens.resources.first();
        body["resource"] = QString::fromLatin1(issuer) + (path == "/"_L1 ? QString() : path);
    }
    return http::Response::json(200, body, oautherror::noStore());
}

} // namespace

TokenEndpoint::TokenEndpoint(store::AuditTrail &audit, ClientRegistry &clients,
                             TokenService &tokens, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_audit(audit)
    , m_clients(clients)
    , m_tokens(tokens)
    , m_clock(clock)
    , m_failures(10, 60'000, 60'000)
{
}

void TokenEndpoint::install(http::HttpServer &server)
{
    server.route("/token",
                 [this](const http::RequestPtr &request, const http::ExchangePtr &exchange) {
                     m_tasks.run(answerToken(request, exchange));
                 });
    server.route("/revoke",
                 [this](const http::RequestPtr &request, const http::ExchangePtr &exchange) {
                     exchange->respond(revoke(*request));
                 });
}

Task<> TokenEndpoint::answerToken(http::RequestPtr request, http::ExchangePtr exchange)
{
    const auto program = co_await findProgram(request);
    if (!m_tasks.isStopped())
        exchange->respond(token(*request, auditPeer(program)));
}

Task<std::optional<http::PeerProcess>> TokenEndpoint::findProgram(http::RequestPtr request)
{
    // Asked while the connection is open: afterwards the system no longer knows who it was.
    switch (worthOf(*request)) {
    case Worth::Nothing:
        co_return std::nullopt;
    case Worth::EveryLook:
        co_return (
            co_await waitFor(http::findPeerProcess(request->peer, http::LookUp::ForKnownClient),
                             m_tasks.token()))
            .value_or(std::nullopt);
    case Worth::ALook:
        break;
    }
    if (m_isLooking)
        co_return std::nullopt;
    m_isLooking = true;
    const auto program = co_await waitFor(http::findPeerProcess(request->peer), m_tasks.token());
    m_isLooking = false;
    co_return program.value_or(std::nullopt);
}

/// To look a program up is the dearest part of such a request, and whoever makes tokens up must not
/// keep others from theirs. So it is done for who holds something of ours, and for one at a time of
/// those that the audit trail merely tells of.
TokenEndpoint::Worth TokenEndpoint::worthOf(const http::Request &request)
{
    const auto form = readForm(request);
    if (!form || isRevocation(*form))
        return Worth::Nothing;
    const auto client = identify(request, *form);
    if (!client)
        return Worth::Nothing;
    if (client->isBlocked() ||
        m_failures.waitSeconds(failureKey(*client, *form), m_clock.monotonic()) > 0)
        return Worth::ALook;
    const QByteArray secret = presented(*form).toUtf8();
    const bool isKnown = isCodeGrant(*form) ? m_tokens.knowsCode(client->id, secret)
                                            : m_tokens.knowsRefreshToken(client->id, secret);
    return isKnown ? Worth::EveryLook : Worth::Nothing;
}

http::Response TokenEndpoint::token(const http::Request &request, const store::AuditPeer &peer)
{
    const auto form = readForm(request);
    if (!form)
        return form.error().toResponse();
    if (isRevocation(*form))
        return revokeFor(request, *form);
    const auto tokens = exchange(request, *form, peer);
    return tokens ? print(*tokens, request.origin()) : tokens.error().toResponse();
}

http::Response TokenEndpoint::revoke(const http::Request &request)
{
    const auto form = readForm(request);
    return form ? revokeFor(request, *form) : form.error().toResponse();
}

http::Response TokenEndpoint::revokeFor(const http::Request &request, const http::Form &form)
{
    const auto client = identify(request, form);
    if (!client)
        return client.error().toResponse();
    const QString token = form.value("token").value_or(QString());
    if (token.isEmpty())
        return OAuthError{400, "invalid_request", u"token is missing."_s}.toResponse();
    const auto revoked = m_tokens.revoke(client->id, token.toUtf8());
    if (!revoked)
        return oautherror::from(revoked.error()).toResponse();
    return http::Response::empty(200, oautherror::noStore());
}

Answer<store::Client> TokenEndpoint::identify(const http::Request &request, const http::Form &form)
{
    const auto credentials = clientauth::read(request, form);
    if (!credentials)
        return refuse(credentials.error());
    const auto client = m_clients.find(credentials->client);
    if (const auto checked = clientauth::check(*credentials, client); !checked)
        return refuse(checked.error());
    return *client;
}

Answer<TokenService::Tokens> TokenEndpoint::exchange(const http::Request &request,
                                                     const http::Form &form,
                                                     const store::AuditPeer &peer)
{
    const auto client = identify(request, form);
    if (!client)
        return refuse(client.error());
    if (client->isBlocked()) {
        // Its grants have ended. Not invalid_client: clients would register anew, unblocked.
        m_audit.note({.kind = store::AuditKind::Blocked,
                      .client = client->id,
                      .outcome = u"A blocked client asked for tokens"_s,
                      .peer = peer});
        return refuse(400, "invalid_grant", u"This client is blocked in Flaredeck."_s);
    }
    const QString grantType = form.value("grant_type").value_or(QString());
    if (grantType.isEmpty())
        return invalidRequest(u"grant_type is missing."_s);
    const bool isCode = isCodeGrant(form);
    if (!isCode && grantType != "refresh_token"_L1)
        return refuse(400, "unsupported_grant_type",
                      u"grant_type must be authorization_code or refresh_token."_s);
    if (!client->grantTypes.contains(grantType))
        return refuse(400, "unauthorized_client",
                      u"This client did not register for %1."_s.arg(grantType));
    const QByteArray key = failureKey(*client, form);
    if (const int wait = m_failures.waitSeconds(key, m_clock.monotonic()); wait > 0) {
        const QString cause = isCode ? u"This authorization code was refused too often."_s
                                     : u"This refresh token was refused too often."_s;
        m_audit.note({.kind = store::AuditKind::Blocked,
                      .client = client->id,
                      .outcome = cause,
                      .peer = peer});
        return refuse(oautherror::tooMany(cause, wait));
    }
    const auto resources = readResources(form, request.peer.localPort);
    if (!resources)
        return refuse(resources.error());

    auto tokens = isCode ? exchangeCode(*client, form, *resources, peer)
                         : refresh(*client, form, *resources, peer);
    if (!tokens && tokens.error().code == "invalid_grant")
        m_failures.record(key, m_clock.monotonic());
    return tokens;
}

Answer<TokenService::Tokens> TokenEndpoint::exchangeCode(const store::Client &client,
                                                         const http::Form &form,
                                                         const QStringList &resources,
                                                         const store::AuditPeer &peer)
{
    const QString code = form.value("code").value_or(QString());
    const QString verifier = form.value("code_verifier").value_or(QString());
    if (code.isEmpty() || verifier.isEmpty())
        return invalidRequest(u"code and code_verifier are needed."_s);
    return m_tokens.redeem(
        {client, code.toUtf8(), verifier.toUtf8(), form.value("redirect_uri"), resources, peer});
}

Answer<TokenService::Tokens> TokenEndpoint::refresh(const store::Client &client,
                                                    const http::Form &form,
                                                    const QStringList &resources,
                                                    const store::AuditPeer &peer)
{
    const QString token = form.value("refresh_token").value_or(QString());
    if (token.isEmpty())
        return invalidRequest(u"refresh_token is missing."_s);
    return m_tokens.refresh({client, token.toUtf8(), form.value("scope"), resources, peer});
}

} // namespace flaredeck::oauth
