#pragma once

#include "core/http/httpclient.h"
#include "core/provider/clientconfig.h"
#include "core/provider/facts.h"
#include "core/store/vault/loginstore.h"

#include <QObject>

#include <functional>
#include <memory>

namespace flaredeck::provider {

/// Returns valid access tokens. Refreshes when less than five minutes remain or after a 401, with
/// one request however many callers wait, and stores the rotated refresh token before it returns
/// the new access token; when storing fails, both stay in memory (LoginStore::keepRotated). Core
/// thread.
class Credentials : public QObject
{
    Q_OBJECT

public:
    Credentials(store::LoginStore &logins, http::HttpClient &client, Endpoints endpoints,
                std::function<ClientConfig()> config, const Clock &clock,
                QObject *parent = nullptr);
    ~Credentials() override;

    /// Unauthorized when a person has to sign in again; Offline, Upstream or RateLimited are
    /// transient.
    [[nodiscard]] Task<Result<Secret>> accessToken(LoginId login, std::stop_token stop);
    /// Refreshes a login that has not ended, or joins its running refresh. Asks nobody.
    [[nodiscard]] Task<Result<>> renew(LoginId login, std::stop_token stop);
    /// When the access token is due for a refresh; late enough that a short-lived one is not
    /// refreshed for each request.
    [[nodiscard]] static Millis dueAt(const store::Login &login);

    /// Waits until a person signs in again to an ended login; true when they did. Without a Revive
    /// accessToken() fails at once.
    using Revive = std::function<Task<bool>(LoginId, std::stop_token)>;
    void setRevive(Revive revive);
    /// The API refused this token: the next accessToken() refreshes, unless the token was already
    /// replaced.
    void reject(const LoginId &login, const Secret &token);

signals:
    void needsLogin(const flaredeck::LoginId &login);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace flaredeck::provider
