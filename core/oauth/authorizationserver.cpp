#include "core/oauth/authorizationserver.h"

#include "core/base/logging.h"
#include "core/http/httpclient.h"
#include "core/oauth/clients/clientregistry.h"
#include "core/oauth/clients/documentclients.h"
#include "core/oauth/clients/registrationendpoint.h"
#include "core/oauth/consent/callapprovals.h"
#include "core/oauth/consent/flows.h"
#include "core/oauth/consent/localaccess.h"
#include "core/oauth/consent/rememberedapprovals.h"
#include "core/oauth/endpoints/oauthendpoints.h"
#include "core/oauth/endpoints/tokenendpoint.h"
#include "core/oauth/grants/bearerguard.h"
#include "core/oauth/grants/grantbook.h"
#include "core/oauth/grants/tokenservice.h"

#include <QTimer>

namespace flaredeck::oauth {

namespace {

constexpr int kFlushMs = 5000;

} // namespace

/// The object graph of this folder, in order of dependency.
class AuthorizationServer::Private
{
public:
    Private(store::Vault &store, LoginSource &logins, Prompter &prompter, KeySource keys,
            const Clock &clock, DocumentNetwork network, RegistrationEndpoint::Forget forget)
        : vault(store)
        , clients(vault, clock)
        , documents(clients, clock, std::move(network),
                    [this](const ClientId &client) { return !grants.ofClient(client).isEmpty(); })
        , grants(vault, clients, clock)
        , guard(grants, clock)
        , tokens(vault, grants, logins, prompter, std::move(keys))
        , remembered(vault, clients, clock)
        , services{vault.audit, prompter, logins, clients, grants, tokens, remembered, http, clock}
        , flows(services)
        , local(services)
        , callApprovals(vault.audit, prompter, logins, grants, clock)
        , endpoints(vault.audit, clients, documents, flows)
        , registrations(vault.audit, clients, std::move(forget), clock)
        , tokenEndpoint(vault.audit, clients, tokens, clock)
    {
    }

    store::Vault &vault;
    http::HttpClient http; ///< to clients on this computer
    ClientRegistry clients;
    DocumentClients documents;
    GrantBook grants;
    BearerGuard guard;
    TokenService tokens;
    RememberedApprovals remembered;
    const FlowServices services;
    Flows flows;
    LocalAccess local;
    CallApprovals callApprovals;
    OAuthEndpoints endpoints;
    RegistrationEndpoint registrations;
    TokenEndpoint tokenEndpoint;
    QTimer flushTimer;
};

AuthorizationServer::AuthorizationServer(store::Vault &vault, LoginSource &logins,
                                         Prompter &prompter, KeySource keys, const Clock &clock,
                                         DocumentNetwork documents, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(
          vault, logins, prompter, std::move(keys), clock, std::move(documents),
          [this](const ClientId &id, const store::AuditPeer &peer) { return forget(id, peer); }))
{
    connect(&d->clients, &ClientRegistry::changed, this, &AuthorizationServer::clientsChanged);
    connect(&d->clients, &ClientRegistry::expired, this, &AuthorizationServer::clientsChanged);
    connect(&d->clients, &ClientRegistry::firstAuthorized, this,
            &AuthorizationServer::clientFirstAuthorized);
    connect(&d->grants, &GrantBook::created, this, &AuthorizationServer::grantCreated);
    connect(&d->grants, &GrantBook::changed, this, &AuthorizationServer::grantChanged);
    connect(&d->grants, &GrantBook::revoked, this, &AuthorizationServer::grantRevoked);
    connect(&vault.outbox, &store::Outbox::changed, this, &AuthorizationServer::problemChanged);
    connect(&d->documents, &DocumentClients::problemChanged, this,
            &AuthorizationServer::problemChanged);
    connect(&d->remembered, &RememberedApprovals::changed, this,
            &AuthorizationServer::clientsChanged);
    connect(&d->grants, &GrantBook::misused, this, [this](const ClientId &client) {
        d->remembered.forgetClient(client, QStringLiteral("A replaced code or token came back"));
    });
    const auto block = [this](const ClientId &client) {
        (void)blockClient(client); // what cannot be saved waits in the outbox
    };
    connect(&d->flows, &Flows::blockWanted, this, block);
    connect(&d->local, &LocalAccess::blockWanted, this, block);

    d->flushTimer.setSingleShot(true);
    d->flushTimer.setInterval(kFlushMs);
    connect(&d->flushTimer, &QTimer::timeout, this, &AuthorizationServer::flush);
    connect(&d->grants, &GrantBook::dirty, &d->flushTimer, qOverload<>(&QTimer::start));
}

AuthorizationServer::~AuthorizationServer()
{
    flush();
}

void AuthorizationServer::setOptions(const metadata::Options &options)
{
    d->endpoints.setOptions(options);
    d->registrations.setOpen(options.opensRegistration);
}

void AuthorizationServer::installEndpoints(http::HttpServer &server)
{
    d->endpoints.installEndpoints(server);
}

void AuthorizationServer::install(http::HttpServer &server)
{
    d->endpoints.install(server);
    d->registrations.install(server);
    d->tokenEndpoint.install(server);
    d->local.install(server);
}

tl::expected<CallerPtr, http::Response>
AuthorizationServer::authenticate(const http::Request &request)
{
    if (request.peer.isLocal() && !request.headers.contains("Authorization")) {
        if (auto caller = d->local.callerOf(request.peer))
            return caller;
    }
    return d->guard.check(request);
}

http::Response AuthorizationServer::insufficientScope(const http::Request &request,
                                                      const ScopeSet &needed)
{
    return BearerGuard::insufficientScope(request, needed);
}

Task<Result<ApprovedCall>> AuthorizationServer::approve(AskedCall call)
{
    return d->callApprovals.ask(std::move(call));
}

void AuthorizationServer::endSessionAnswers(const ClientId &client,
                                            const CallApprovals::Concerns &concerns)
{
    d->callApprovals.endSessions(client, concerns);
}

void AuthorizationServer::setAllowAlways(CallApprovals::AllowAlways allow)
{
    d->callApprovals.setAllowAlways(std::move(allow));
}

QList<store::RememberedApproval> AuthorizationServer::rememberedApprovals() const
{
    return d->remembered.all();
}

Result<> AuthorizationServer::forgetApproval(const QString &id)
{
    return d->remembered.forget(id);
}

Result<> AuthorizationServer::forgetApprovals(const LoginId &login)
{
    return d->remembered.forgetLogin(login, QStringLiteral("Signed out of Cloudflare"));
}

Result<> AuthorizationServer::revoke(const GrantId &grant, const QString &reason)
{
    if (const auto live = d->grants.known(grant))
        d->remembered.forgetClient(live->grant.client,
                                   QStringLiteral("Access of the client was revoked"));
    return d->grants.revoke(grant, reason);
}

Result<> AuthorizationServer::revokeAll(const QString &reason)
{
    d->remembered.forgetAll(QStringLiteral("All access was revoked"));
    return d->grants.revokeAll(reason);
}

Result<> AuthorizationServer::setScopes(const GrantId &grant, const ScopeSet &scopes)
{
    if (const auto live = d->grants.known(grant))
        d->remembered.forgetClient(live->grant.client, QStringLiteral("A scope was taken away"));
    return d->grants.setScopes(grant, scopes);
}

Result<> AuthorizationServer::keepAccounts(const GrantId &grant, const QStringList &accountIds,
                                           const QString &reason)
{
    return d->grants.keepAccounts(grant, accountIds, reason);
}

Result<personclient::Added> AuthorizationServer::addClient(const personclient::Draft &draft,
                                                           quint16 ownPort)
{
    auto client = personclient::make(draft, ownPort);
    if (!client)
        return fail(client.error());
    const auto added = d->clients.addByPerson(*std::move(client));
    if (!added)
        return fail(added.error());
    return personclient::Added{added->client.id, added->secret};
}

Result<> AuthorizationServer::forgetClient(const ClientId &client)
{
    return forget(client, std::nullopt);
}

Result<> AuthorizationServer::forget(const ClientId &client,
                                     const std::optional<store::AuditPeer> &itself)
{
    d->flows.cancelClient(client, QStringLiteral("The client was removed in Flaredeck."));
    if (const auto removed = d->clients.remove(client, itself); !removed) {
        d->remembered.forgetClient(client, QStringLiteral("The client was forgotten"));
        const auto ended =
            d->grants.revokeClient(client, QStringLiteral("its client was forgotten"));
        return ended ? removed : ended;
    }
    d->grants.dropClient(client);
    d->remembered.dropClient(client);
    emit clientForgotten(client);
    return {};
}

Result<> AuthorizationServer::blockClient(const ClientId &client)
{
    const auto blocked = d->clients.setBlocked(client, true);
    d->flows.cancelClient(client, QStringLiteral("The client was blocked in Flaredeck."));
    d->remembered.forgetClient(client, QStringLiteral("The client was blocked"));
    const auto ended = d->grants.revokeClient(client, QStringLiteral("its client was blocked"));
    return blocked ? ended : blocked;
}

Result<> AuthorizationServer::unblockClient(const ClientId &client)
{
    return d->clients.setBlocked(client, false);
}

QList<store::Grant> AuthorizationServer::liveGrants() const
{
    return d->grants.all();
}

qsizetype AuthorizationServer::liveGrantCount() const
{
    return d->grants.count();
}

QList<store::Client> AuthorizationServer::clients() const
{
    return d->clients.all();
}

CallerPtr AuthorizationServer::caller(const GrantId &grant) const
{
    const auto live = d->grants.find(grant);
    return live ? live->caller : nullptr;
}

void AuthorizationServer::flush()
{
    d->vault.outbox.retry();
    d->grants.flush();
    d->tokens.retireUsed();
}

QString AuthorizationServer::problem() const
{
    return d->vault.outbox.problem();
}

QString AuthorizationServer::documentProblem() const
{
    return d->documents.problem();
}

QByteArray AuthorizationServer::returnPage() const
{
    return d->flows.returnPage();
}

} // namespace flaredeck::oauth
