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
/// Right after the start the keychain may still ask the person for a password. Clients give up
/// after a minute at the earliest.
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
    using Landing = QPromise<Result<>>;

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
        bool cameBack = false; ///< it had ended, and a person brought it back
    };
    /// The login, when it can give a token. `mayWait`: for a person, if it has ended.
    Task<Result<Living>> living(LoginId id, bool mayWait, std::stop_token stop);
    /// The running refresh of this login, started when there is none.
    QFuture<Result<>> flight(const LoginId &id);
    Task<> fly(LoginId id, std::shared_ptr<Landing> landing);
    Task<Result<>> refresh(LoginId id);

    void endLogin(const LoginId &id) const;

    Credentials &q;
    store::LoginStore &logins;
    const TokenClient endpoint;
    const std::function<ClientConfig()> config;
    const Clock &clock;
    Revive revive;
    QHash<LoginId, QFuture<Result<>>> flights;
    QHash<LoginId, QByteArray> refused; ///< SHA-256 of the access token that the API did not accept
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

        const auto flown = co_await waitFor(flight(id), stop);
        const Result<> landed = flown.value_or(fail(shuttingDown()));
        refreshed = true;
        if (!landed) {
            // What is left of the old token still serves while the sign-in service is
            // down.
            if (usable && landed.error().kind != Error::Kind::Unauthorized &&
                clock.now() < login->expiresAt)
                co_return std::move(tokens->access);
            if (landed.error().kind != Error::Kind::Unauthorized)
                co_return fail(landed.error());
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
    const auto flown = co_await waitFor(flight(id), stop);
    co_return flown.value_or(fail(shuttingDown()));
}

QFuture<Result<>> Credentials::Private::flight(const LoginId &id)
{
    const auto running = flights.constFind(id);
    if (running != flights.cend())
        return *running;
    const auto landing = std::make_shared<Landing>();
    landing->start();
    const QFuture<Result<>> future = landing->future();
    flights.insert(id, future);
    tasks.run(fly(id, landing));
    return future;
}

Task<> Credentials::Private::fly(LoginId id, std::shared_ptr<Landing> landing)
{
    const Result<> result = co_await refresh(id);
    flights.remove(id);
    landing->addResult(result);
    landing->finish();
}

Task<Result<>> Credentials::Private::refresh(LoginId id)
{
    const Result<store::LoginStore::Tokens> before = logins.tokens(id);
    if (!before)
        co_return fail(before.error());
    const ClientConfig client = config();
    TokenAnswer answer = co_await endpoint.refresh(client, before->refresh, tasks.token());
    // The rotated refresh token may have been in the lost answer; the provider still knows the old
    // one.
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
        if (failure.kind == TokenFailure::Kind::GrantRefused)
            endLogin(id);
        co_return fail(failure.error);
    }

    std::optional<store::Login> login = logins.login(id);
    if (!login) {
        // Signed out meanwhile, with the token before this one, which may no longer count.
        if (!answer->refresh.isEmpty())
            co_await endpoint.revoke(client, answer->refresh, tasks.token());
        co_return fail(ended());
    }
    login->refreshedAt = clock.now();
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
