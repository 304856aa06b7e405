#include "core/provider/signins.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/taskscope.h"
#include "core/base/waiting.h"
#include "core/provider/callback.h"
#include "core/provider/scopes.h"
#include "core/provider/signinflow.h"
#include "core/provider/tokenclient.h"

#include <QTimer>

#include <algorithm>

namespace flaredeck::provider {

using namespace Qt::Literals::StringLiterals;

namespace {

using FlowPtr = std::shared_ptr<SignInFlow>;
using Outcome = SignInFlow::Outcome;

Error tookTooLong()
{
    return {Error::Kind::Timeout,
            u"The %1 sign-in took longer than ten minutes."_s.arg(facts().name),
            u"Start it again."_s};
}

template <typename T>
Task<T> ready(T value)
{
    co_return value;
}

Task<Outcome> outcomeOf(FlowPtr flow, std::stop_token stop)
{
    const auto outcome = co_await waitFor(flow->outcome(), std::move(stop));
    co_return outcome.value_or(fail(shuttingDown()));
}

SignedOut unconfirmed(const Error &error)
{
    return {SignedOut::At::Unconfirmed,
            u"%1 may still accept the sign-in: %2 Revoke it in your %1 profile."_s.arg(
                facts().name, error.message)};
}

bool isSameOwner(const store::Login &login, const Identity &identity)
{
    if (!identity.userId.isEmpty() || !login.userId.isEmpty())
        return login.userId == identity.userId;
    return !login.accounts.isEmpty() && !identity.accounts.isEmpty() &&
           login.accounts.first().id == identity.accounts.first().id;
}

void learn(store::Login &login, const TokenCheck &check)
{
    login.lacks = check.lacks;
    login.lacks.sort();
    login.endsAt = check.endsAt;
}

/// scheme://host[:port], the form of an issuer (RFC 9207 §2).
QString originOf(const QUrl &url)
{
    return url.toString(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment |
                        QUrl::RemoveUserInfo);
}

} // namespace

store::Login loginFor(const Identity &identity, store::LoginKind kind, bool sandbox,
                      const QList<store::Login> &existing, Millis now)
{
    const auto same =
        std::find_if(existing.begin(), existing.end(), [&](const store::Login &login) {
            return login.kind == kind && login.sandbox == sandbox && isSameOwner(login, identity);
        });
    store::Login login;
    login.id = same == existing.end() ? LoginId{crypto::randomId()} : same->id;
    login.createdAt = same == existing.end() ? now : same->createdAt;
    login.kind = kind;
    login.sandbox = sandbox;
    login.userId = identity.userId;
    login.email = identity.email;
    login.accounts = identity.accounts;
    login.refreshedAt = now;
    return login;
}

class SignIns::Private
{
public:
    Private(SignIns &owner, const Provider &whose, store::LoginStore &store,
            http::HttpClient &httpClient, Endpoints where,
            std::function<ClientConfig()> clientConfig, Prompter &person, const Clock &time)
        : q(owner)
        , provider(whose)
        , logins(store)
        , client(httpClient)
        , endpoints(std::move(where))
        , tokens(httpClient, endpoints)
        , config(std::move(clientConfig))
        , prompter(person)
        , clock(time)
    {
    }

    Result<FlowPtr> begin();
    Task<> show(FlowPtr started, QUrl page, std::function<void(const QByteArray &)> toTab);
    /// `ended` is passed by value because it may be `flow` itself, which is cleared here.
    void finish(FlowPtr ended, const Outcome &outcome);

    Task<http::Response> answer(http::RequestPtr request, std::stop_token stop);
    Task<http::Response> redeem(FlowPtr current, QString code, std::stop_token stop);
    Task<Outcome> admit(FlowPtr current, TokenGrant grant, std::stop_token stop);
    http::Response startAgain(const FlowPtr &current);
    http::Response conclude(const FlowPtr &ended, const Outcome &outcome);

    /// Waits for the keychain, which right after the start may still be asking for its password, so
    /// that a finished sign-in is not lost.
    Task<> keychainAnswers(std::stop_token stop);
    Task<Outcome> addToken(Secret token, std::stop_token stop);
    Task<Result<>> test(LoginId id, Secret token, std::stop_token stop);
    Task<Result<SignedOut>> revoke(ClientConfig clientConfig, Secret refreshToken,
                                   std::stop_token stop);

    SignIns &q;
    const Provider &provider;
    store::LoginStore &logins;
    http::HttpClient &client;
    const Endpoints endpoints;
    const TokenClient tokens;
    const std::function<ClientConfig()> config;
    Prompter &prompter;
    const Clock &clock;
    QUrl callback;
    std::function<QByteArray()> returnPage;
    std::function<ScopeSet()> wanted = scopes::all;
    QString refusedScope;
    FlowPtr flow; ///< null = no sign-in is running
    SpentStates spentStates;
    TaskScope tasks;
};

SignIns::SignIns(const Provider &provider, store::LoginStore &logins, http::HttpClient &client,
                 Endpoints endpoints, std::function<ClientConfig()> config, Prompter &prompter,
                 const Clock &clock, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, provider, logins, client, std::move(endpoints),
                                  std::move(config), prompter, clock))
{
}

SignIns::~SignIns() = default;

void SignIns::setCallback(const QUrl &callback)
{
    d->callback = callback;
}

void SignIns::setReturnPage(std::function<QByteArray()> page)
{
    d->returnPage = std::move(page);
}

void SignIns::setWanted(std::function<ScopeSet()> wanted)
{
    d->wanted = std::move(wanted);
}

QString SignIns::refusedScope() const
{
    return d->refusedScope;
}

bool SignIns::isRunning() const
{
    return d->flow != nullptr;
}

Task<Result<store::Login>> SignIns::signIn(std::function<void(const QByteArray &url)> toTab,
                                           std::stop_token stop)
{
    if (d->flow)
        return outcomeOf(d->flow, std::move(stop));
    const Result<FlowPtr> started = d->begin();
    if (!started)
        return ready(Outcome(fail(started.error())));
    const QUrl page = (*started)->renew(d->endpoints.authorize, d->callback);
    d->tasks.run(d->show(*started, page, std::move(toTab)));
    return outcomeOf(*started, std::move(stop));
}

void SignIns::cancel(const QString &id)
{
    if (d->flow && d->flow->id == id) {
        d->finish(d->flow,
                  fail(Error::Kind::Denied, u"The %1 sign-in was cancelled."_s.arg(facts().name),
                       u"Start it again when you want to sign in."_s));
    }
}

Task<http::Response> SignIns::handleCallback(http::RequestPtr request, std::stop_token stop)
{
    return d->answer(std::move(request), std::move(stop));
}

Task<Result<store::Login>> SignIns::addApiToken(Secret token, std::stop_token stop)
{
    return d->addToken(std::move(token), std::move(stop));
}

Task<Result<>> SignIns::test(LoginId login, Secret token, std::stop_token stop)
{
    return d->test(std::move(login), std::move(token), std::move(stop));
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): a coroutine outlives its caller
Task<Result<SignedOut>> SignIns::signOut(LoginId login, std::stop_token stop)
{
    // Deleted here first: the revocation at the provider may take long or fail, and must not delay
    // that.
    Result<store::LoginStore::Tokens> tokens = d->logins.tokens(login);
    const Result<> removed = d->logins.remove(login);
    if (!removed)
        return ready(Result<SignedOut>(fail(removed.error())));
    Secret refreshToken = tokens ? std::move(tokens->refresh) : Secret();
    return refreshToken.isEmpty()
               ? ready(Result<SignedOut>(SignedOut{}))
               : d->revoke(d->config(), std::move(refreshToken), std::move(stop));
}

Result<FlowPtr> SignIns::Private::begin()
{
    if (logins.state() == store::KeyState::Closed)
        return fail(logins.closedError());
    ClientConfig clientConfig = config();
    if (clientConfig.clientId.isEmpty()) {
        return fail(Error::Kind::InvalidInput,
                    u"No %1 client ID is configured."_s.arg(facts().name),
                    u"Enter one in Flaredeck's settings, import a .dev.vars file, or add an API "
                    "token."_s);
    }
    if (callback.isEmpty()) {
        return fail(Error::Kind::Internal,
                    u"The server does not listen, so that a sign-in could not come back."_s,
                    u"Choose another port in Flaredeck."_s);
    }
    // One login serves every client, so the sign-in requests what any of them may be granted of the
    // products that the person chose.
    refusedScope.clear();
    flow = std::make_shared<SignInFlow>(std::move(clientConfig), scopes::upstreamFor(wanted()),
                                        clock.now() + kTimeoutMs);
    QTimer::singleShot(kTimeoutMs, &q, [this, started = std::weak_ptr(flow)] {
        if (const FlowPtr late = started.lock())
            finish(late, fail(tookTooLong()));
    });
    return flow;
}

Task<> SignIns::Private::show(FlowPtr started, QUrl page,
                              std::function<void(const QByteArray &)> toTab)
{
    const SignInRequest request{started->id,       page, callback,
                                endpoints.sandbox, {},   static_cast<bool>(toTab)};
    const auto asked = co_await waitFor(prompt::put(prompter, request), tasks.token());
    if (tasks.isStopped() || started->isDone())
        co_return;
    const SignInShown shown = asked.value_or(
        SignInShown{SignInSurface::Unavailable, u"Flaredeck could not show the sign-in page."_s});
    started->surface = shown.surface;
    if (shown.surface == SignInSurface::UseTab && toTab) {
        toTab(page.toEncoded());
    } else if (shown.surface != SignInSurface::Shown) {
        finish(started,
               fail(Error::Kind::Denied,
                    shown.reason.isEmpty() ? u"There is no way to show the sign-in page here."_s
                                           : shown.reason,
                    u"Sign in from Flaredeck's window."_s));
    }
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): it may be the last reference to the flow
void SignIns::Private::finish(FlowPtr ended, const Outcome &outcome)
{
    if (ended->isDone())
        return;
    spentStates.add(ended->stateHash());
    if (flow == ended)
        flow.reset();
    if (outcome)
        qCInfo(lcProvider).noquote() << "signed in to" << facts().name;
    else
        qCWarning(lcProvider).noquote()
            << "sign-in ended:" << outcome.error().message << outcome.error().detail;
    ended->finish(outcome);
    prompter.withdraw(ended->id, outcome ? QString() : outcome.error().text());
}

Task<http::Response> SignIns::Private::answer(http::RequestPtr request, std::stop_token stop)
{
    if (request->method != http::Method::Get)
        co_return http::Response::empty(405, {{"Allow", "GET"}});
    const Result<CallbackQuery> query = CallbackQuery::parse(request->query);
    if (!query)
        co_return callbackPage(400, kNotFinished, query.error().text());

    // The state is checked before everything else: a request without the right state learns and
    // changes nothing.
    const QByteArray hash = crypto::sha256(query->state);
    const FlowPtr current = flow;
    if (query->state.isEmpty() || !current || !current->hasState(hash))
        co_return spentStates.refuse(hash);
    if (clock.now() >= current->expiresAt)
        co_return conclude(current, fail(tookTooLong()));
    spentStates.add(hash);
    current->spendState();

    // RFC 9207 §2.4: an answer from another issuer does not belong to this flow.
    if (!query->issuer.isEmpty() && query->issuer != originOf(endpoints.authorize)) {
        co_return conclude(current, fail(Error::Kind::Upstream,
                                         u"The answer of the sign-in page names another issuer."_s,
                                         u"Start the sign-in again."_s));
    }
    if (query->refusesRenewal() && !current->restarted) {
        qCWarning(lcProvider, "this OAuth client has no Refresh Token grant: the sign-in will last "
                              "about an hour; add the grant where the client is registered");
        current->scopes.removeAll(facts().renewalRight);
        co_return startAgain(current);
    }
    if (!query->error.isEmpty()) {
        refusedScope = query->refusedScope(current->scopes);
        co_return conclude(current, fail(query->refusal(refusedScope)));
    }
    if (query->code.isEmpty()) {
        co_return conclude(current, fail(Error::Kind::Upstream,
                                         u"The answer of the sign-in page is incomplete."_s,
                                         u"Start the sign-in again."_s));
    }
    co_return co_await redeem(current, query->code, std::move(stop));
}

Task<http::Response> SignIns::Private::redeem(FlowPtr current, QString code, std::stop_token stop)
{
    TokenAnswer answer =
        co_await tokens.redeemCode(current->client, code, current->verifier(), callback, stop);
    if (stop.stop_requested() || current->isDone()) {
        if (answer && !answer->refresh.isEmpty())
            co_await tokens.revoke(current->client, answer->refresh, stop);
        co_return callbackPage(400, kNotFinished, u"This sign-in was cancelled."_s);
    }
    if (!answer) {
        if (answer.error().kind == TokenFailure::Kind::GrantRefused && !current->restarted)
            co_return startAgain(current);
        co_return conclude(current, fail(answer.error().error));
    }
    const Outcome outcome = co_await admit(current, std::move(*answer), stop);
    if (stop.stop_requested() || current->isDone())
        co_return callbackPage(400, kNotFinished, u"This sign-in was cancelled."_s);
    co_return conclude(current, outcome);
}

Task<> SignIns::Private::keychainAnswers(std::stop_token stop)
{
    if (logins.state() == store::KeyState::Opening)
        co_await waitForSignal(&logins, &store::LoginStore::stateChanged,
                               std::chrono::milliseconds(kTimeoutMs), std::move(stop));
}

/// Asks the provider who signed in, and stores the login.
Task<Outcome> SignIns::Private::admit(FlowPtr current, TokenGrant grant, std::stop_token stop)
{
    const Result<Identity> identity = co_await provider.identify(
        client, endpoints, grant.access.copy(), store::LoginKind::OAuth, stop);
    if (!identity)
        co_return fail(identity.error());
    co_await keychainAnswers(stop);
    if (stop.stop_requested() || current->isDone())
        co_return fail(shuttingDown());

    const Millis now = clock.now();
    store::Login login =
        loginFor(*identity, store::LoginKind::OAuth, endpoints.sandbox, logins.logins(), now);
    login.upstreamScopes = grant.scopes.isEmpty() ? current->scopes : grant.scopes;
    login.expiresAt = now + Millis(1000) * grant.expiresInSeconds;
    const Result<> saved = logins.save(login, {std::move(grant.access), std::move(grant.refresh)});
    if (!saved)
        co_return fail(saved.error());
    co_return login;
}

/// Redirects the browser to the sign-in page once more.
http::Response SignIns::Private::startAgain(const FlowPtr &current)
{
    current->restarted = true;
    return http::Response::empty(
        303, {{"Location", current->renew(endpoints.authorize, callback).toEncoded()},
              {"Cache-Control", "no-store"}});
}

http::Response SignIns::Private::conclude(const FlowPtr &ended, const Outcome &outcome)
{
    finish(ended, outcome);
    if (ended->surface == SignInSurface::UseTab && returnPage) {
        const QByteArray page = returnPage();
        if (!page.isEmpty())
            return http::Response::empty(303, {{"Location", page}, {"Cache-Control", "no-store"}});
    }
    return outcome ? callbackPage(200, u"You are signed in to %1"_s.arg(facts().name),
                                  u"You can close this tab and return to Flaredeck."_s)
                   : callbackPage(400, kNotFinished, outcome.error().text());
}

Task<Outcome> SignIns::Private::addToken(Secret token, std::stop_token stop)
{
    Secret trimmed(token.reveal().trimmed());
    const auto visible = [](char c) { return c > 0x20 && c < 0x7f; };
    if (trimmed.isEmpty() ||
        !std::all_of(trimmed.reveal().begin(), trimmed.reveal().end(), visible)) {
        co_return fail(Error::Kind::InvalidInput,
                       u"This is not an API token of %1."_s.arg(facts().name),
                       u"Paste the token as the %1 dashboard shows it."_s.arg(facts().name));
    }
    const Result<Identity> identity = co_await provider.identify(client, endpoints, trimmed.copy(),
                                                                 store::LoginKind::ApiToken, stop);
    if (!identity)
        co_return fail(identity.error());
    const Result<TokenCheck> check =
        co_await provider.checkToken(client, endpoints, trimmed.copy(), *identity, stop);
    if (!check)
        co_return fail(check.error());
    co_await keychainAnswers(stop);
    if (stop.stop_requested())
        co_return fail(shuttingDown());
    store::Login login = loginFor(*identity, store::LoginKind::ApiToken, endpoints.sandbox,
                                  logins.logins(), clock.now());
    learn(login, *check);
    login.checkedAt = clock.now();
    const Result<> saved = logins.save(login, {std::move(trimmed), Secret()});
    if (!saved)
        co_return fail(saved.error());
    co_return login;
}

Task<Result<>> SignIns::Private::test(LoginId id, Secret token, std::stop_token stop)
{
    const std::optional<store::Login> before = logins.login(id);
    if (!before)
        co_return fail(Error::Kind::NotFound, u"This sign-in does not exist any more."_s);
    const Result<Identity> identity =
        co_await provider.identify(client, endpoints, token.copy(), before->kind, stop);
    Result<TokenCheck> check = TokenCheck();
    if (identity && before->kind == store::LoginKind::ApiToken)
        check = co_await provider.checkToken(client, endpoints, std::move(token), *identity, stop);
    if (stop.stop_requested())
        co_return fail(shuttingDown());
    std::optional<store::Login> login = logins.login(id); // as it is now
    if (!login)
        co_return fail(Error::Kind::NotFound, u"This sign-in does not exist any more."_s);
    const Result<> works = !identity ? Result<>(fail(identity.error()))
                           : !check  ? Result<>(fail(check.error()))
                                     : Result<>();
    login->checkedAt = clock.now();
    login->problem = works ? QString() : works.error().text();
    if (works && isSameOwner(*login, *identity))
        login->accounts = identity->accounts;
    if (works && login->kind == store::LoginKind::ApiToken) {
        learn(*login, *check);
        login->state = store::LoginState::Ok; // it may have been enabled again
    }
    if (!works && works.error().kind == Error::Kind::Unauthorized &&
        login->kind == store::LoginKind::ApiToken)
        login->state = store::LoginState::NeedsLogin;
    const Result<> stored = logins.update(*login);
    co_return works ? stored : works;
}

Task<Result<SignedOut>> SignIns::Private::revoke(ClientConfig clientConfig, Secret refreshToken,
                                                 std::stop_token stop)
{
    const Result<> revoked = co_await tokens.revoke(clientConfig, refreshToken, stop);
    SignedOut done{SignedOut::At::Revoked, {}};
    if (!revoked) {
        done = unconfirmed(revoked.error());
        qCWarning(lcProvider).noquote() << "signed out here, but" << done.problem;
    }
    co_return done;
}

} // namespace flaredeck::provider
