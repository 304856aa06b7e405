#pragma once

#include "core/cloudflare/credentials.h"
#include "core/prompt/prompter.h"

#include <QObject>

namespace flaredeck::cloudflare {

/// What became of a sign-in at Cloudflare after it was forgotten here.
struct SignedOut {
    enum class At {
        Revoked,
        Unconfirmed,    ///< Cloudflare may still accept it; see `problem`
        NothingToRevoke ///< an API token, or a sign-in whose tokens were gone
    };
    At cloudflare = At::NothingToRevoke;
    QString problem = {}; ///< cause and what to do
};

/// Signs a person in to Cloudflare: authorization URL with PKCE and state, the callback, code
/// exchange, who-am-I and accounts, storing. One sign-in at a time; later callers join it. Core
/// thread.
class CloudflareLogin : public QObject
{
    Q_OBJECT

public:
    static constexpr int kTimeoutMs = 10 * 60 * 1000;

    CloudflareLogin(store::LoginStore &logins, http::HttpClient &client, Endpoints endpoints,
                    std::function<ClientConfig()> config, Prompter &prompter, const Clock &clock,
                    QObject *parent = nullptr);
    ~CloudflareLogin() override;

    // `stop` ends the waiting of who called.

    /// The address of our callback, known once the server listens.
    void setCallback(const QUrl &callback);

    /// `toTab` may be empty. Errors: Denied (refused or cancelled), Timeout, InvalidInput (no
    /// client id is configured; says where to set it), Upstream, Offline, Storage (no keychain).
    [[nodiscard]] Task<Result<store::Login>>
    signIn(QStringList upstreamScopes, std::function<void(const QByteArray &url)> toTab,
           std::stop_token stop);
    /// From the window: the person closed it.
    void cancel(const QString &id);
    [[nodiscard]] bool isRunning() const;

    /// GET /oauth/callback: checks state first, then error or code; answers with the page for the
    /// browser, or a redirect when a tab waits for it (`setReturnPage`).
    [[nodiscard]] Task<http::Response> handleCallback(http::RequestPtr request,
                                                      std::stop_token stop);
    /// Where a tab that navigated to Cloudflare itself goes afterwards.
    void setReturnPage(std::function<QByteArray()> page);

    /// Checks an API token against Cloudflare and stores it as a login.
    [[nodiscard]] Task<Result<store::Login>> addApiToken(Secret token, std::stop_token stop);
    /// Forgets the sign-in, then revokes it at Cloudflare. The error says that it could not be
    /// forgotten; it is then not revoked either.
    [[nodiscard]] Task<Result<SignedOut>> signOut(LoginId login, std::stop_token stop);

    /// Reads CLOUDFLARE_CLIENT_ID and CLOUDFLARE_CLIENT_SECRET from KEY=value lines.
    [[nodiscard]] static Result<ClientConfig> parseDevVars(const QByteArray &text,
                                                           const QString &name);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace flaredeck::cloudflare
