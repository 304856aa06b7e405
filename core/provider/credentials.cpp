#include "core/provider/credentials.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/taskscope.h"
#include "core/base/waiting.h"
#include "core/provider/tokenclient.h"

#include <QHash>
#include <QPromise>

#include <chrono>

namespace flaredeck::provider {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr Millis kRefreshAheadMs = 5LL * 60 * 1000;
/// Right after the start the keychain may still be asking the person for a password. Clients give
/// up after a minute at the earliest.
constexpr std::chrono::seconds kKeychainPatience{25};

QString signInAgain()
{
    return u"The user must sign in to %1 again in Flaredeck."_s.arg(facts().name);
}

Error ended()
{
    return {Error::Kind::Unauthorized, u"The %1 sign-in has ended."_s.arg(facts().name),
            signInAgain()};
}

Error suspended()
{
    return {Error::Kind::Unauthorized,
            u"The %1 sign-in is in the keychain, which is not used in this session."_s.arg(
                facts().name),
            u"The user must sign in to %1 for this session, or restart Flaredeck with the "
            "keychain unlocked."_s.arg(facts().name)};
}

} // namespace

class Credentials::Private
{
public:
    using RefreshPromise = QPromise<Result<>>;

    Private(Credentials &owner, store::LoginStore &store, TokenClient tokenEndpoint,
            std::function<ClientConfig()> clientConfig, const Clock &time)
        : q(owner)
        , logins(store)
        , endpoint(std::move(tokenEndpoint))
        , config(std::move(clientConfig))
        , clock(time)
    {
    }

    Task<Result<Secret>> accessToken(LoginId id, std::stop_token stop);
    Task<Result<>> renew(LoginId id, std::stop_token stop);
    struct Living {
        store::Login login;
        bool cameBack = false; ///< it had ended, and a person signed in again
    };
    /// The login, when it can provide a token. `mayWait`: wait for a person to sign in again if it
    /// has ended.
    Task<Result<Living>> living(LoginId id, bool mayWait, std::stop_token stop);
    /// The running refresh of this login; starts one when there is none.
    QFuture<Result<>> joinRefresh(const LoginId &id);
    Task<> runRefresh(LoginId id, std::shared_ptr<RefreshPromise> promise);
    Task<Result<>> refresh(LoginId id);

    void endLogin(const LoginId &id) const;

    Credentials &q;
    store::LoginStore &logins;
    const TokenClient endpoint;
    const std::function<ClientConfig()> config;
    const Clock &clock;
    Revive revive;
    QHash<LoginId, QFuture<Result<>>> refreshes;
    QHash<LoginId, QByteArray> refused; ///< SHA-256 of the access token that the API refused
    TaskScope tasks;
};

Credentials::Credentials(store::LoginStore &logins, http::HttpClient &client, Endpoints endpoints,
                         std::function<ClientConfig()> config, const Clock &clock, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, logins, TokenClient(client, std::move(endpoints)),
                                  std::move(config), clock))
{
}

Credentials::~Credentials() = default;

Task<Result<Secret>> Credentials::accessToken(LoginId login, std::stop_token stop)
{
    return d->accessToken(std::move(login), std::move(stop));
}

Task<Result<>> Credentials::renew(LoginId login, std::stop_token stop)
{
    return d->renew(std::move(login), std::move(stop));
}

Millis Credentials::dueAt(const store::Login &login)
{
    return login.expiresAt - qMin(kRefreshAheadMs, (login.expiresAt - login.refreshedAt) / 2);
}

void Credentials::setRevive(Revive revive)
{
    d->revive = std::move(revive);
}

void Credentials::reject(const LoginId &login, const Secret &token)
{
    d->refused.insert(login, crypto::sha256(token.reveal()));
}

Task<Result<Secret>> Credentials::Private::accessToken(LoginId id, std::stop_token stop)
{
    if (logins.state() == store::KeyState::Opening)
        co_await waitForSignal(&logins, &store::LoginStore::stateChanged, kKeychainPatience, stop);
    bool refreshed = false;
    for (bool waited = false;;) {
        const Result<Living> alive = co_await living(id, !waited, stop);
        if (!alive)
            co_return fail(alive.error());
        const store::Login *const login = &alive->login;
        if (alive->cameBack) {
            waited = true;
            refreshed = false;
        }
        Result<store::LoginStore::Tokens> tokens = logins.tokens(id);
        if (!tokens)
            co_return fail(tokens.error());

        const Millis now = clock.now();
        const bool expires = login->expiresAt != 0;
        const bool usable = (!expires || login->expiresAt > now) && !tokens->access.isEmpty() &&
                            refused.value(id) != crypto::sha256(tokens->access.reveal());
        if (usable && (refreshed || !expires || now < dueAt(*login)))
            co_return std::move(tokens->access);

        const bool canRefresh =
            login->kind == store::LoginKind::OAuth && !tokens->refresh.isEmpty();
        if (!canRefresh) {
            if (usable)
                co_return std::move(tokens->access);
            endLogin(id);
            continue;
        }
        if (refreshed) {
            co_return fail(Error::Kind::Upstream,
                           u"%1 gave an access token that is not usable."_s.arg(facts().name),
                           signInAgain());
        }

        const auto answer = co_await waitFor(joinRefresh(id), stop);
        const Result<> outcome = answer.value_or(fail(shuttingDown()));
        refreshed = true;
        if (!outcome) {
            // Until it expires, the old token still works while the token endpoint is down.
            if (usable && outcome.error().kind != Error::Kind::Unauthorized &&
                clock.now() < login->expiresAt)
                co_return std::move(tokens->access);
            if (outcome.error().kind != Error::Kind::Unauthorized)
                co_return fail(outcome.error());
        }
    }
}

Task<Result<Credentials::Private::Living>> Credentials::Private::living(LoginId id, bool mayWait,
                                                                        std::stop_token stop)
{
    for (bool waited = false;; waited = true) {
        if (stop.stop_requested())
            co_return fail(shuttingDown());
        std::optional<store::Login> login = logins.login(id);
        if (!login)
            co_return fail(ended());
        if (login->state == store::LoginState::Suspended)
            co_return fail(suspended());
        if (login->state == store::LoginState::Ok)
            co_return Living{*std::move(login), waited};
        if (waited || !mayWait || !revive)
            co_return fail(ended());
        const bool isBack = co_await revive(id, stop);
        if (!isBack)
            co_return fail(ended());
    }
}

Task<Result<>> Credentials::Private::renew(LoginId id, std::stop_token stop)
{
    const std::optional<store::Login> login = logins.login(id);
    if (!login || login->state != store::LoginState::Ok)
        co_return fail(ended());
    const Result<store::LoginStore::Tokens> tokens = logins.tokens(id);
    if (!tokens)
        co_return fail(tokens.error());
    if (tokens->refresh.isEmpty()) {
        co_return fail(Error::Kind::InvalidInput, u"This sign-in cannot be refreshed."_s,
                       signInAgain());
    }
    const auto answer = co_await waitFor(joinRefresh(id), stop);
    co_return answer.value_or(fail(shuttingDown()));
}

QFuture<Result<>> Credentials::Private::joinRefresh(const LoginId &id)
{
    const auto running = refreshes.constFind(id);
    if (running != refreshes.cend())
        return *running;
    const auto promise = std::make_shared<RefreshPromise>();
    promise->start();
    const QFuture<Result<>> future = promise->future();
    refreshes.insert(id, future);
    tasks.run(runRefresh(id, promise));
    return future;
}

Task<> Credentials::Private::runRefresh(LoginId id, std::shared_ptr<RefreshPromise> promise)
{
    const Result<> result = co_await refresh(id);
    refreshes.remove(id);
    promise->addResult(result);
    promise->finish();
}

Task<Result<>> Credentials::Private::refresh(LoginId id)
{
    const Result<store::LoginStore::Tokens> before = logins.tokens(id);
    if (!before)
        co_return fail(before.error());
    const ClientConfig client = config();
    TokenAnswer answer = co_await endpoint.refresh(client, before->refresh, tasks.token());
    // The lost answer may have contained a rotated refresh token; the provider still accepts the
    // old one.
    if (!answer && answer.error().kind == TokenFailure::Kind::AnswerLost) {
        qCInfo(lcProvider, "token refresh got no answer, asking once more");
        answer = co_await endpoint.refresh(client, before->refresh, tasks.token());
    }
    if (tasks.isStopped())
        co_return fail(shuttingDown());
    if (!answer) {
        const TokenFailure &failure = answer.error();
        qCWarning(lcProvider).noquote()
            << "token refresh failed:" << failure.error.message << failure.error.detail;
        if (std::optional<store::Login> kept = logins.login(id)) {
            kept->checkedAt = clock.now();
            kept->problem = failure.error.text();
            if (const Result<> noted = logins.update(*kept); !noted)
                qCWarning(lcProvider).noquote() << noted.error().text();
        }
        if (failure.kind == TokenFailure::Kind::GrantRefused)
            endLogin(id);
        co_return fail(failure.error);
    }

    std::optional<store::Login> login = logins.login(id);
    if (!login) {
        // Signed out meanwhile: that revoked the previous refresh token, which may no longer be
        // valid.
        if (!answer->refresh.isEmpty())
            co_await endpoint.revoke(client, answer->refresh, tasks.token());
        co_return fail(ended());
    }
    login->refreshedAt = clock.now();
    login->checkedAt = login->refreshedAt;
    login->problem.clear();
    login->expiresAt = login->refreshedAt + Millis(1000) * answer->expiresInSeconds;
    if (!answer->scopes.isEmpty())
        login->upstreamScopes = answer->scopes;
    store::LoginStore::Tokens after;
    after.access = std::move(answer->access);
    after.refresh = answer->refresh.isEmpty() ? before->refresh.copy() : std::move(answer->refresh);
    logins.keepRotated(*login, after);
    refused.remove(id);
    qCInfo(lcProvider, "access token refreshed");
    co_return Result<>();
}

void Credentials::Private::endLogin(const LoginId &id) const
{
    const Result<> stored = logins.setState(id, store::LoginState::NeedsLogin);
    if (!stored)
        qCWarning(lcProvider).noquote()
            << "cannot store the end of a sign-in:" << stored.error().message;
    emit q.needsLogin(id);
}

} // namespace flaredeck::provider
