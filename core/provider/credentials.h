#pragma once

#include "core/http/httpclient.h"
#include "core/provider/clientconfig.h"
#include "core/provider/facts.h"
#include "core/store/vault/loginstore.h"

#include <QObject>

#include <functional>
#include <memory>

namespace flaredeck::provider {

/// Hands out valid access tokens. Refreshes when less than five minutes remain or after a 401, by
/// one flight however many wait, and stores the rotated refresh token before anyone gets the new
/// access token; when that fails they serve from memory (LoginStore::keepRotated). Core thread.
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
    /// Refreshes a sign-in that lives, or joins the flight that does; asks nobody.
    [[nodiscard]] Task<Result<>> renew(LoginId login, std::stop_token stop);
    /// When the access token is to be refreshed. A short-lived one is not refreshed for each
    /// request.
    [[nodiscard]] static Millis dueAt(const store::Login &login);

    /// Waits for a person to bring an ended sign-in back; true when they did. Without it
    /// accessToken() fails at once.
    using Revive = std::function<Task<bool>(LoginId, std::stop_token)>;
    void setRevive(Revive revive);
    /// The API refused this token: the next accessToken() refreshes, unless that already happened.
    void reject(const LoginId &login, const Secret &token);

signals:
    void needsLogin(const flaredeck::LoginId &login);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace flaredeck::provider
