#pragma once

#include "core/base/clock.h"
#include "core/prompt/prompter.h"
#include "core/provider/signins.h"
#include "core/remote/registration.h"
#include "core/store/vault/remotestore.h"

#include <QObject>

#include <memory>

namespace flaredeck::remote {

/// Signs a person in to remote servers: discovery, registration, the page with PKCE and state, the
/// code's exchange, storing. One sign-in at a time for each server; later callers join it. The
/// listener for the answer is on a free port of its own and lives as long as a sign-in runs. Core
/// thread.
class RemoteSignIns : public QObject
{
    Q_OBJECT

public:
    static constexpr int kTimeoutMs = provider::SignIns::kTimeoutMs;

    RemoteSignIns(store::RemoteStore &remotes, const Reach &reach, Prompter &prompter,
                  const Clock &clock, QObject *parent = nullptr);
    ~RemoteSignIns() override;

    // `stop` only ends the caller's wait.

    /// Signs in, or finds that the server is open. `wwwAuthenticate` is the challenge if one is
    /// already known; otherwise the server is asked. A sign-in that still works stays usable until
    /// the new one does. Errors: Denied (refused, cancelled, or the server breaks a rule), Timeout
    /// (nothing came back within ten minutes), Upstream, Offline, Storage, NotFound.
    [[nodiscard]] Task<Result<store::Remote>> signIn(QString name, QByteArray wwwAuthenticate,
                                                     std::stop_token stop);
    /// Signs in anew with exactly these scopes, which a call was refused for. The sign-in so far is
    /// replaced, and revoked, only when the server has taken the new one's token.
    [[nodiscard]] Task<Result<store::Remote>> stepUp(QString name, QStringList scopes,
                                                     std::stop_token stop);
    /// From the window: the person closed the page. By the id of the SignInRequest.
    void cancel(const QString &id);
    /// The running sign-in to this server ends as cancelled.
    void cancelFor(const QString &name);
    [[nodiscard]] bool isRunning(const QString &name) const;

    /// Removes the sign-in here, then revokes it at the server (RFC 7009). An error means that it
    /// was not removed.
    [[nodiscard]] Task<Result<provider::SignedOut>> signOut(QString name, std::stop_token stop);

signals:
    void started(const QString &name);
    void ended(const QString &name);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace flaredeck::remote
