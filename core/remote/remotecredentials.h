#pragma once

#include "core/base/clock.h"
#include "core/remote/authority.h"
#include "core/store/vault/remotestore.h"

#include <QObject>

#include <memory>

namespace flaredeck::remote {

/// Returns valid access tokens of remote servers. Refreshes when less than five minutes remain or
/// after a 401, with one request however many callers wait, and stores the rotated refresh token
/// before it returns the new access token. Only the server's word that the grant is over ends a
/// sign-in; a token endpoint that is down or busy does not. Core thread.
class RemoteCredentials : public QObject
{
    Q_OBJECT

public:
    RemoteCredentials(store::RemoteStore &remotes, const Reach &reach, const Clock &clock,
                      QObject *parent = nullptr);
    ~RemoteCredentials() override;

    /// Empty for a server that is open. Unauthorized when a person has to sign in (again); Offline,
    /// Upstream, RateLimited and Timeout are transient.
    [[nodiscard]] Task<Result<Secret>> accessToken(QString name, std::stop_token stop);
    /// Refreshes now, or joins the running refresh.
    [[nodiscard]] Task<Result<>> renew(QString name, std::stop_token stop);
    /// The server refused this token: the next accessToken() refreshes, unless it was already
    /// replaced.
    void reject(const QString &name, const Secret &token);

signals:
    /// A person has to sign in again; it is stored already.
    void needsSignIn(const QString &name);

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// When the access token is due for a refresh; 0 = unknown.
[[nodiscard]] Millis dueAt(const store::Remote &remote);
/// When the sign-in will probably end: `signInDays` after it was made, which is the provider's fact
/// about servers of its own. 0 = unknown: of other servers, and while nobody is signed in.
[[nodiscard]] Millis endsAt(const store::Remote &remote, int signInDays);
/// From when on a person is reminded of that end; 0 = never.
[[nodiscard]] Millis remindsAt(const store::Remote &remote, int signInDays);

} // namespace flaredeck::remote
