#include "core/remote/remotecredentials.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/taskscope.h"
#include "core/base/waiting.h"
#include "core/remote/tokenplace.h"

#include <QHash>

#include <algorithm>

namespace flaredeck::remote {

using namespace Qt::StringLiterals;

namespace {

constexpr Millis kRefreshAheadMs = 5LL * 60 * 1000;
constexpr Millis kDay = 24LL * 3600 * 1000;
constexpr Millis kRemindAhead = 2 * kDay;
constexpr std::chrono::seconds kKeychainPatience{25};
/// The server asks to wait when the same grant was refreshed a moment ago.
constexpr int kMostWaits = 3;
constexpr int kLongestWaitSeconds = 120;
/// A token that still works is not renewed more often than that while renewing fails.
constexpr Millis kSetback = 30LL * 1000;

Error signInNeeded(const store::Remote &remote)
{
    return {Error::Kind::Unauthorized, u"The sign-in to %1 has ended."_s.arg(remote.title),
            u"The user must sign in to %1 again in Flaredeck."_s.arg(remote.title)};
}

Error gone()
{
    return {Error::Kind::NotFound, u"This server is not there any more."_s};
}

} // namespace

class RemoteCredentials::Private
{
public:
    using RefreshPromise = QPromise<Result<>>;

    Private(RemoteCredentials &owner, store::RemoteStore &store, const Reach &ways,
            const Clock &time)
        : q(owner)
        , remotes(store)
        , reach(ways)
        , clock(time)
    {
    }

    Task<Result<Secret>> accessToken(QString name, std::stop_token stop);
    Task<Result<>> renew(QString name, std::stop_token stop);
    /// The running refresh of this server's tokens; starts one when there is none.
    QFuture<Result<>> joinRefresh(const QString &name);
    Task<> runRefresh(QString name, std::shared_ptr<RefreshPromise> promise);
    Task<Result<>> refresh(QString name);
    Task<provider::TokenAnswer> ask(store::Remote remote, Authority authority, Secret clientSecret,
                                    Secret refreshToken);
    Task<Result<>> keep(QString name, provider::TokenGrant grant, Authority authority,
                        QByteArray spentHash, Secret clientSecret);
    Result<> fall(const QString &name, const provider::TokenFailure &failure);
    void end(const QString &name, const QString &why, bool isRegistrationLost);

    RemoteCredentials &q;
    store::RemoteStore &remotes;
    const Reach &reach;
    const Clock &clock;
    QHash<QString, QFuture<Result<>>> refreshes;
    QHash<QString, QByteArray> refused; ///< SHA-256 of the access token that the server refused
    QHash<QString, Millis> notBefore;   ///< of refreshes that nobody waits for; monotonic
    TaskScope tasks;
};

RemoteCredentials::RemoteCredentials(store::RemoteStore &remotes, const Reach &reach,
                                     const Clock &clock, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, remotes, reach, clock))
{
}

RemoteCredentials::~RemoteCredentials() = default;

Task<Result<Secret>> RemoteCredentials::accessToken(QString name, std::stop_token stop)
{
    return d->accessToken(std::move(name), std::move(stop));
}

Task<Result<>> RemoteCredentials::renew(QString name, std::stop_token stop)
{
    return d->renew(std::move(name), std::move(stop));
}

void RemoteCredentials::reject(const QString &name, const Secret &token)
{
    d->refused.insert(name, crypto::sha256(token.reveal()));
}

Task<Result<Secret>> RemoteCredentials::Private::accessToken(QString name, std::stop_token stop)
{
    store::LoginStore &keys = remotes.keys();
    if (keys.state() == store::KeyState::Opening)
        co_await waitForSignal(&keys, &store::LoginStore::stateChanged, kKeychainPatience, stop);
    for (bool refreshed = false;; refreshed = true) {
        if (stop.stop_requested())
            co_return fail(shuttingDown());
        const std::optional<store::Remote> remote = remotes.remote(name);
        if (!remote)
            co_return fail(gone());
        // Nobody knows yet whether this one needs a token: it says so itself.
        if (remote->state == store::RemoteState::Open ||
            remote->state == store::RemoteState::SignedOut)
            co_return Secret();
        if (remote->state == store::RemoteState::NeedsSignIn)
            co_return fail(signInNeeded(*remote));
        Result<store::RemoteStore::Secrets> secrets = remotes.secrets(name);
        if (!secrets)
            co_return fail(secrets.error());

        const Millis now = clock.now();
        const bool usable = !secrets->access.isEmpty() &&
                            (remote->expiresAt == 0 || remote->expiresAt > now) &&
                            refused.value(name) != crypto::sha256(secrets->access.reveal());
        const bool isDue = remote->expiresAt != 0 && now >= dueAt(*remote);
        const bool canRefresh = !secrets->refresh.isEmpty();
        if (usable) {
            // The one that is left serves while another is fetched.
            if (isDue && canRefresh && !refreshed &&
                clock.monotonic() >= notBefore.value(name, clock.monotonic()))
                joinRefresh(name);
            co_return std::move(secrets->access);
        }
        if (!canRefresh) {
            end(name, u"Its time was over."_s, false);
            co_return fail(signInNeeded(*remote));
        }
        if (refreshed) {
            co_return fail(Error::Kind::Upstream,
                           u"%1 gave an access token that is not usable."_s.arg(remote->title),
                           u"Try again in a minute; if it stays, sign in to it again."_s);
        }
        const auto answer = co_await waitFor(joinRefresh(name), stop);
        const Result<> outcome = answer.value_or(fail(shuttingDown()));
        if (!outcome)
            co_return fail(outcome.error());
    }
}

Task<Result<>> RemoteCredentials::Private::renew(QString name, std::stop_token stop)
{
    const std::optional<store::Remote> remote = remotes.remote(name);
    if (!remote)
        co_return fail(gone());
    if (remote->state != store::RemoteState::Ok)
        co_return fail(signInNeeded(*remote));
    const auto answer = co_await waitFor(joinRefresh(name), std::move(stop));
    co_return answer.value_or(fail(shuttingDown()));
}

QFuture<Result<>> RemoteCredentials::Private::joinRefresh(const QString &name)
{
    const auto running = refreshes.constFind(name);
    if (running != refreshes.cend())
        return *running;
    const auto promise = std::make_shared<RefreshPromise>();
    promise->start();
    const QFuture<Result<>> future = promise->future();
    refreshes.insert(name, future);
    tasks.run(runRefresh(name, promise));
    return future;
}

Task<> RemoteCredentials::Private::runRefresh(QString name, std::shared_ptr<RefreshPromise> promise)
{
    auto refreshing = refresh(name);
    const Result<> result = co_await refreshing;
    refreshes.remove(name);
    if (result)
        notBefore.remove(name);
    else
        notBefore.insert(name, clock.monotonic() + kSetback);
    promise->addResult(result);
    promise->finish();
}

Task<Result<>> RemoteCredentials::Private::refresh(QString name)
{
    const std::optional<store::Remote> remote = remotes.remote(name);
    if (!remote)
        co_return fail(gone());
    const Result<store::RemoteStore::Secrets> before = remotes.secrets(name);
    if (!before)
        co_return fail(before.error());
    if (before->refresh.isEmpty()) {
        co_return fail(Error::Kind::InvalidInput, u"This sign-in cannot be refreshed."_s,
                       u"Sign in to %1 again."_s.arg(remote->title));
    }
    const std::optional<Authority> authority = Authority::fromJson(remote->authority);
    if (!authority) {
        end(name, u"It is not known any more who gives its tokens."_s, false);
        co_return fail(signInNeeded(*remote));
    }
    auto asking = ask(*remote, *authority, before->clientSecret.copy(), before->refresh.copy());
    provider::TokenAnswer answer = co_await asking;
    if (tasks.isStopped())
        co_return fail(shuttingDown());
    if (!answer)
        co_return fall(name, answer.error());
    const QByteArray spent = crypto::sha256(before->refresh.reveal());
    auto keeping = keep(name, std::move(*answer), *authority, spent, before->clientSecret.copy());
    const Result<> kept = co_await keeping;
    co_return kept;
}

/// As often as it takes: the previous refresh token stays good until its successor is used.
Task<provider::TokenAnswer> RemoteCredentials::Private::ask(store::Remote remote,
                                                            Authority authority,
                                                            Secret clientSecret,
                                                            Secret refreshToken)
{
    using Kind = provider::TokenFailure::Kind;
    const provider::TokenClient tokens = tokensOf(reach, serverOf(remote), authority);
    const provider::ClientConfig client = clientOf(remote, clientSecret);
    bool wasLost = false;
    for (int waits = 0;;) {
        auto asking = tokens.refresh(client, refreshToken, tasks.token());
        provider::TokenAnswer answer = co_await asking;
        if (answer || tasks.isStopped())
            co_return std::move(answer);
        const provider::TokenFailure failure = answer.error();
        if (failure.kind == Kind::AnswerLost && !wasLost) {
            qCInfo(lcProvider, "token refresh got no answer, asking once more");
            wasLost = true;
        } else if (failure.error.kind == Error::Kind::RateLimited && waits < kMostWaits) {
            ++waits;
            const std::chrono::seconds time(
                std::min(failure.error.retryAfterSeconds, kLongestWaitSeconds));
            qCInfo(lcProvider).noquote()
                << remote.name << "refreshes again in" << time.count() << "s";
            auto waiting = pause(time, tasks.token());
            co_await waiting;
        } else {
            co_return std::move(answer);
        }
    }
}

Task<Result<>> RemoteCredentials::Private::keep(QString name, provider::TokenGrant grant,
                                                Authority authority, QByteArray spentHash,
                                                Secret clientSecret)
{
    std::optional<store::Remote> remote = remotes.remote(name);
    const Result<store::RemoteStore::Secrets> current = remotes.secrets(name);
    const bool isSame = remote && current && crypto::sha256(current->refresh.reveal()) == spentHash;
    if (!isSame) {
        // Signed out meanwhile, or in anew: what came belongs to nobody any more.
        if (remote && !grant.refresh.isEmpty() && !authority.revocation.isEmpty()) {
            const provider::TokenClient tokens = tokensOf(reach, serverOf(*remote), authority);
            const provider::ClientConfig client = clientOf(*remote, clientSecret);
            auto revoking = tokens.revoke(client, grant.refresh, tasks.token());
            co_await revoking;
        }
        if (remote && remote->state == store::RemoteState::Ok)
            co_return Result<>();
        co_return fail(remote ? signInNeeded(*remote) : gone());
    }
    remote->refreshedAt = clock.now();
    remote->expiresAt = expiryOf(grant, remote->refreshedAt);
    remote->refreshProblem.clear();
    if (!grant.scopes.isEmpty())
        remote->scopes = grant.scopes;
    store::RemoteStore::Secrets after;
    after.access = std::move(grant.access);
    after.refresh = grant.refresh.isEmpty() ? current->refresh.copy() : std::move(grant.refresh);
    after.clientSecret = current->clientSecret.copy();
    remotes.keepRotated(*remote, after);
    refused.remove(name);
    qCInfo(lcProvider).noquote() << "tokens refreshed:" << name;
    co_return Result<>();
}

Result<> RemoteCredentials::Private::fall(const QString &name,
                                          const provider::TokenFailure &failure)
{
    using Kind = provider::TokenFailure::Kind;
    qCWarning(lcProvider).noquote()
        << "token refresh failed:" << name << failure.error.message << failure.error.detail;
    std::optional<store::Remote> remote = remotes.remote(name);
    if (!remote)
        return fail(gone());
    const bool isClientLost =
        failure.code == "invalid_client"_L1 || failure.code == "unauthorized_client"_L1;
    if (failure.kind == Kind::GrantRefused || isClientLost) {
        end(name,
            isClientLost ? u"The server does not know Flaredeck's registration any more."_s
                         : u"The server ended it."_s,
            isClientLost);
        return fail(signInNeeded(*remote));
    }
    Error error = failure.error;
    if (failure.kind == Kind::ClientRefused)
        error.action = u"Try again later; if it stays, sign in to %1 again."_s.arg(remote->title);
    remote->refreshProblem = error.message;
    if (const Result<> noted = remotes.update(*remote); !noted)
        qCWarning(lcProvider).noquote() << noted.error().message;
    return fail(error);
}

void RemoteCredentials::Private::end(const QString &name, const QString &why,
                                     bool isRegistrationLost)
{
    const Result<> stored = remotes.end(name, why, isRegistrationLost);
    if (!stored)
        qCWarning(lcProvider).noquote()
            << "cannot store the end of a sign-in:" << stored.error().message;
    emit q.needsSignIn(name);
}

Millis dueAt(const store::Remote &remote)
{
    if (remote.expiresAt == 0)
        return 0;
    return remote.expiresAt -
           std::clamp<Millis>((remote.expiresAt - remote.refreshedAt) / 2, 0, kRefreshAheadMs);
}

Millis endsAt(const store::Remote &remote, int signInDays)
{
    const bool isKnown = !remote.isAdded && remote.state == store::RemoteState::Ok;
    return isKnown && signInDays > 0 && remote.signedInAt > 0
               ? remote.signedInAt + signInDays * kDay
               : 0;
}

Millis remindsAt(const store::Remote &remote, int signInDays)
{
    const Millis end = endsAt(remote, signInDays);
    return end == 0 ? 0 : std::max(remote.signedInAt, end - kRemindAhead);
}

} // namespace flaredeck::remote
