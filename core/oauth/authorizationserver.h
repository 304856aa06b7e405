#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/base/secret.h"
#include "core/http/httpserver.h"
#include "core/http/peerprocess.h"
#include "core/oauth/clients/documentfetcher.h"
#include "core/oauth/clients/personclient.h"
#include "core/oauth/consent/callapprovals.h"
#include "core/oauth/consent/loginsource.h"
#include "core/oauth/endpoints/metadata.h"
#include "core/prompt/prompter.h"
#include "core/store/vault/vault.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace flaredeck::oauth {

/// The authorization and resource server that our clients see: metadata (RFC 8414, RFC 9728),
/// registration (RFC 7591, RFC 7592), clients by document, authorize with PKCE (OAuth 2.1, RFC
/// 7636, RFC 8707, RFC 9207), token, revocation (RFC 7009), and the bearer check. Core thread.
class AuthorizationServer : public QObject
{
    Q_OBJECT

public:
    /// See TokenService.
    using KeySource = std::function<Secret()>;

    AuthorizationServer(store::Vault &vault, LoginSource &logins, Prompter &prompter,
                        KeySource keys, const Clock &clock,
                        DocumentNetwork documents = DocumentNetwork::system(),
                        QObject *parent = nullptr);
    ~AuthorizationServer() override;

    void install(http::HttpServer &server);
    /// Adds what answers for endpoints that are offered since.
    void installEndpoints(http::HttpServer &server);
    void setOptions(const metadata::Options &options);

    /// The bearer check of a protected path: the caller, or the complete 401. Memory only.
    [[nodiscard]] tl::expected<CallerPtr, http::Response>
    authenticate(const http::Request &request);

    /// The answer to a caller whose grant does not open what it wants: 403 with a challenge.
    [[nodiscard]] static http::Response insufficientScope(const http::Request &request,
                                                          const ScopeSet &needed);
    /// Asks a person about a call; see CallApprovals.
    [[nodiscard]] Task<Result<ApprovedCall>> approve(AskedCall call);
    void setAllowAlways(CallApprovals::AllowAlways allow);
    /// See CallApprovals::endSessions().
    void endSessionAnswers(const ClientId &client, const CallApprovals::Concerns &concerns);

    // What is taken away is refused when these return, and grantRevoked or grantChanged has been
    // emitted. An error of the kind Storage says that it waits in the vault's outbox; until it is
    // written problem() says so.
    Result<> revoke(const GrantId &grant, const QString &reason);
    Result<> revokeAll(const QString &reason);
    /// Takes single scopes away from a live grant.
    Result<> setScopes(const GrantId &grant, const ScopeSet &scopes);
    /// Leaves a live grant those accounts only; without any it ends for that reason.
    Result<> keepAccounts(const GrantId &grant, const QStringList &accountIds,
                          const QString &reason);
    /// A client that a person adds by hand.
    Result<personclient::Added> addClient(const personclient::Draft &draft, quint16 ownPort);
    /// Revokes its grants and removes the registration; a registration that cannot be removed
    /// stays, without grants.
    Result<> forgetClient(const ClientId &client);

    /// Approvals that a person need not give again. What is taken from a client takes them along.
    [[nodiscard]] QList<store::RememberedApproval> rememberedApprovals() const;
    Result<> forgetApproval(const QString &id);
    Result<> forgetApprovals(const LoginId &login);
    /// Ends what it has, and refuses it until it is unblocked.
    Result<> blockClient(const ClientId &client);
    Result<> unblockClient(const ClientId &client);

    [[nodiscard]] QList<store::Grant> liveGrants() const;
    [[nodiscard]] qsizetype liveGrantCount() const;
    [[nodiscard]] QList<store::Client> clients() const;
    [[nodiscard]] CallerPtr caller(const GrantId &grant) const; ///< null when not live

    /// Writes the times of last use and what waits in the outbox, and ends what has expired.
    void flush();
    /// What a restart would undo, for a person; empty when nothing.
    [[nodiscard]] QString problem() const;
    /// Why clients are not offered to be described by a web site; empty when nothing is known.
    [[nodiscard]] QString documentProblem() const;

    /// Path of the waiting tab that was sent to the sign-in page last, which is where it goes
    /// when the sign-in is over; empty when no tab was.
    [[nodiscard]] QByteArray returnPage() const;

signals:
    void clientsChanged();
    void clientFirstAuthorized(const flaredeck::ClientId &client);
    void clientForgotten(const flaredeck::ClientId &client); ///< by a person or by itself
    void grantCreated(const flaredeck::GrantId &grant);
    void grantChanged(const flaredeck::GrantId &grant); ///< its scopes or accounts did
    void grantRevoked(const flaredeck::GrantId &grant);
    void problemChanged(); ///< either

private:
    Result<> forget(const ClientId &client, const std::optional<store::AuditPeer> &itself);
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace flaredeck::oauth
