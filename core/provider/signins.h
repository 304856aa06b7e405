#pragma once

#include "core/prompt/prompter.h"
#include "core/provider/credentials.h"
#include "core/provider/provider.h"

#include <QObject>

namespace flaredeck::provider {

/// What happened to a login at the provider after it was deleted here.
struct SignedOut {
    enum class At {
        Revoked,
        Unconfirmed,    ///< the provider may still accept its tokens; see `problem`
        NothingToRevoke ///< an API token, or a login without tokens
    };
    At upstream = At::NothingToRevoke;
    QString problem = {}; ///< cause and what to do
};

/// Signs a person in to the provider: authorization URL with PKCE and state, the callback, code
/// exchange, identity and accounts, storing. One sign-in at a time; later callers join it. Core
/// thread.
class SignIns : public QObject
{
    Q_OBJECT

public:
    static constexpr int kTimeoutMs = 10 * 60 * 1000;

    SignIns(const Provider &provider, store::LoginStore &logins, http::HttpClient &client,
            Endpoints endpoints, std::function<ClientConfig()> config, Prompter &prompter,
            const Clock &clock, QObject *parent = nullptr);
    ~SignIns() override;

    // `stop` only ends the caller's wait.

    /// The address of our callback, set once the server listens.
    void setCallback(const QUrl &callback);

    /// `toTab` may be empty. Errors: Denied (refused or cancelled), Timeout, InvalidInput (no
    /// client id is configured; says where to set it), Upstream, Offline, Storage (no keychain).
    [[nodiscard]] Task<Result<store::Login>>
    signIn(std::function<void(const QByteArray &url)> toTab, std::stop_token stop);
    /// From the window: the person closed it.
    void cancel(const QString &id);
    [[nodiscard]] bool isRunning() const;

    /// GET /oauth/callback: checks the state first, then error or code. Returns the page for the
    /// browser, or a redirect when a tab is to return elsewhere (`setReturnPage`).
    [[nodiscard]] Task<http::Response> handleCallback(http::RequestPtr request,
                                                      std::stop_token stop);
    /// The page to which a tab that itself navigated to the sign-in page returns.
    void setReturnPage(std::function<QByteArray()> page);

    /// Which scopes of ours a sign-in is to open; asked at its start. Without it: all.
    void setWanted(std::function<ScopeSet()> wanted);
    /// The provider's scope that the last sign-in was refused for, because the OAuth client is not
    /// registered for it; empty = none. A sign-in without it may work.
    [[nodiscard]] QString refusedScope() const;

    /// Asks the provider whether a login works, who it belongs to, and for an API token what it
    /// opens and until when; stores what it learns. `token` is a valid access token of it.
    [[nodiscard]] Task<Result<>> test(LoginId login, Secret token, std::stop_token stop);

    /// Checks an API token and stores it as a login.
    [[nodiscard]] Task<Result<store::Login>> addApiToken(Secret token, std::stop_token stop);
    /// Deletes the login, then revokes it at the provider. An error means that it was neither
    /// deleted nor revoked.
    [[nodiscard]] Task<Result<SignedOut>> signOut(LoginId login, std::stop_token stop);

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// The login to store for an identity. When the same person signs in again, the login keeps its id,
/// so that grants stay valid; another person never gets that id.
[[nodiscard]] store::Login loginFor(const Identity &identity, store::LoginKind kind, bool sandbox,
                                    const QList<store::Login> &existing, Millis now);

} // namespace flaredeck::provider
