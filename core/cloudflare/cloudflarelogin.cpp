#include "core/cloudflare/cloudflarelogin.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/cloudflare/callbackpage.h"
#include "core/cloudflare/callbackquery.h"
#include "core/cloudflare/devvars.h"
#include "core/cloudflare/identity.h"
#include "core/cloudflare/loginrecord.h"
#include "core/cloudflare/signinflow.h"
#include "core/cloudflare/tokenendpoint.h"

#include <QCoroFuture>
#include <QPointer>
#include <QTimer>

#include <algorithm>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kRememberedStates = 16;
const QString kOfflineAccess = u"offline_access"_s;
const QString kNotFinished = u"The sign-in did not finish"_s;

using FlowPtr = std::shared_ptr<SignInFlow>;
using Outcome = SignInFlow::Outcome;

Error tookTooLong()
{
    return {Error::Kind::Timeout, u"The Cloudflare sign-in took longer than ten minutes."_s,
            u"Start it again."_s};
}

template <typename T>
Task<T> ready(T value)
{
    co_return value;
}

Task<Outcome> waitFor(QFuture<Outcome> outcome)
{
    co_return co_await outcome;
}

SignedOut unconfirmed(const Error &error)
{
    return {
        SignedOut::At::Unconfirmed,
        u"Cloudflare may still accept the sign-in: %1 Revoke it in your Cloudflare profile."_s.arg(
            error.message)};
}

/// scheme://host[:port], as RFC 9207 issuers of Cloudflare are spelled.
QString originOf(const QUrl &url)
{
    return url.toString(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment |
                        QUrl::RemoveUserInfo);
}

} // namespace

/// Shared by the object and its running coroutines, which may outlive it; `q` tells.
class CloudflareLogin::Private
{
public:
    using Self = std::shared_ptr<Private>;

    Private(CloudflareLogin *owner, store::LoginStore &store, http::HttpClient &httpClient,
            Endpoints where, std::function<ClientConfig()> clientConfig, Prompter &person,
            const Clock &time)
        : q(owner)
        , logins(&store)
        , client(&httpClient)
        , endpoints(std::move(where))
        , tokens(httpClient, endpoints)
        , config(std::move(clientConfig))
        , prompter(&person)
        , clock(time)
    {
    }

    Result<FlowPtr> begin(QStringList scopes);
    static Task<> show(Self self, FlowPtr started, QUrl page,
                       std::function<void(const QByteArray &)> toTab);
    /// By value: `ended` may be `flow` itself, which this clears.
    void finish(FlowPtr ended, const Outcome &outcome);

    static Task<http::Response> answer(Self self, http::RequestPtr request);
    static Task<http::Response> redeem(Self self, FlowPtr current, QString code);
    static Task<Outcome> admit(Self self, FlowPtr current, TokenGrant grant);
    http::Response startAgain(const FlowPtr &current);
    http::Response conclude(const FlowPtr &ended, const Outcome &outcome);
    http::Response refuseState(const QByteArray &hash) const;

    static Task<Outcome> addToken(Self self, Secret token);
    static Task<Result<SignedOut>> revoke(Self self, ClientConfig clientConfig,
                                          Secret refreshToken);

    QPointer<CloudflareLogin> q;
    QPointer<store::LoginStore> logins;
    QPointer<http::HttpClient> client;
    const Endpoints endpoints;
    const TokenEndpoint tokens;
    const std::function<ClientConfig()> config;
    Prompter *const prompter; ///< only while q lives
    const Clock &clock;
    QUrl callback;
    std::function<QByteArray()> returnPage;
    FlowPtr flow;                  ///< null = no sign-in is running
    QList<QByteArray> spentStates; ///< hashes, newest last
};

CloudflareLogin::CloudflareLogin(store::LoginStore &logins, http::HttpClient &client,
                                 Endpoints endpoints, std::function<ClientConfig()> config,
                                 Prompter &prompter, const Clock &clock, QObject *parent)
    : QObject(parent)
    , d(std::make_shared<Private>(this, logins, client, std::move(endpoints), std::move(config),
                                  prompter, clock))
{
}

CloudflareLogin::~CloudflareLogin()
{
    const FlowPtr running = std::move(d->flow);
    d->q.clear();
    if (running)
        running->finish(fail(shuttingDown()));
}

void CloudflareLogin::setCallback(const QUrl &callback)
{
    d->callback = callback;
}

void CloudflareLogin::setReturnPage(std::function<QByteArray()> page)
{
    d->returnPage = std::move(page);
}

bool CloudflareLogin::isRunning() const
{
    return d->flow != nullptr;
}

Task<Result<store::Login>> CloudflareLogin::signIn(QStringList upstreamScopes,
                                                   std::function<void(const QByteArray &url)> toTab)
{
    if (d->flow)
        return waitFor(d->flow->outcome());
    const Result<FlowPtr> started = d->begin(std::move(upstreamScopes));
    if (!started)
        return ready(Outcome(fail(started.error())));
    const QUrl page = (*started)->renew(d->endpoints.authorize, d->callback);
    Private::show(d, *started, page, std::move(toTab));
    return waitFor((*started)->outcome());
}

void CloudflareLogin::cancel(const QString &id)
{
    if (d->flow && d->flow->id == id) {
        d->finish(d->flow, fail(Error::Kind::Denied, u"The Cloudflare sign-in was cancelled."_s,
                                u"Start it again when you want to sign in."_s));
    }
}

Task<http::Response> CloudflareLogin::handleCallback(http::RequestPtr request)
{
    return Private::answer(d, std::move(request));
}

Task<Result<store::Login>> CloudflareLogin::addApiToken(Secret token)
{
    return Private::addToken(d, std::move(token));
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): a coroutine outlives its caller
Task<Result<SignedOut>> CloudflareLogin::signOut(LoginId login)
{
    // Forgotten first: what happens at Cloudflare may take long or fail, and must not keep the
    // secret.
    Result<store::LoginStore::Tokens> tokens = d->logins->tokens(login);
    const Result<> removed = d->logins->remove(login);
    if (!removed)
        return ready(Result<SignedOut>(fail(removed.error())));
    Secret refreshToken = tokens ? std::move(tokens->refresh) : Secret();
    return refreshToken.isEmpty() ? ready(Result<SignedOut>(SignedOut{}))
                                  : Private::revoke(d, d->config(), std::move(refreshToken));
}

Result<ClientConfig> CloudflareLogin::parseDevVars(const QByteArray &text, const QString &name)
{
    return cloudflare::parseDevVars(text, name);
}

Result<FlowPtr> CloudflareLogin::Private::begin(QStringList scopes)
{
    if (logins->state() == store::KeyState::Closed)
        return fail(logins->closedError());
    ClientConfig clientConfig = config();
    if (clientConfig.clientId.isEmpty()) {
        return fail(Error::Kind::InvalidInput, u"No Cloudflare client ID is configured."_s,
                    u"Enter one in Flaredeck's settings, import a .dev.vars file, or add an API "
                    "token."_s);
    }
    if (callback.isEmpty()) {
        return fail(Error::Kind::Internal,
                    u"The server does not listen, so that a sign-in could not come back."_s,
                    u"Choose another port in Flaredeck."_s);
    }
    flow = std::make_shared<SignInFlow>(std::move(clientConfig), std::move(scopes),
                                        clock.now() + kTimeoutMs);
    QTimer::singleShot(kTimeoutMs, q.data(), [this, started = std::weak_ptr(flow)] {
        if (const FlowPtr late = started.lock())
            finish(late, fail(tookTooLong()));
    });
    return flow;
}

Task<> CloudflareLogin::Private::show(Self self, FlowPtr started, QUrl page,
                                      std::function<void(const QByteArray &)> toTab)
{
    const SignInRequest request{started->id, page, self->callback, self->endpoints.sandbox,
                                static_cast<bool>(toTab)};
    const QFuture<SignInShown> asked = self->prompter->showSignIn(request);
    co_await QFuture<void>(asked); // a prompter that went away leaves no result
    SignInShown shown{SignInSurface::Unavailable, u"Flaredeck could not show the sign-in page."_s};
    if (asked.resultCount() > 0)
        shown = asked.result();
    if (!self->q || started->isDone())
        co_return;
    started->surface = shown.surface;
    if (shown.surface == SignInSurface::UseTab && toTab) {
        toTab(page.toEncoded());
    } else if (shown.surface != SignInSurface::Shown) {
        self->finish(started, fail(Error::Kind::Denied,
                                   shown.reason.isEmpty()
                                       ? u"There is no way to show the sign-in page here."_s
                                       : shown.reason,
                                   u"Sign in from Flaredeck's window."_s));
    }
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): it may be the last one to hold the flow
void CloudflareLogin::Private::finish(FlowPtr ended, const Outcome &outcome)
{
    if (ended->isDone())
        return;
    if (!ended->stateHash().isEmpty())
        spentStates << ended->stateHash();
    while (spentStates.size() > kRememberedStates)
        spentStates.removeFirst();
    if (flow == ended)
        flow.reset();
    if (outcome)
        qCInfo(lcCloudflare, "signed in to Cloudflare");
    else
        qCWarning(lcCloudflare).noquote()
            << "sign-in ended:" << outcome.error().message << outcome.error().detail;
    ended->finish(outcome);
    prompter->signInEnded(ended->id, outcome ? QString() : outcome.error().text());
}

Task<http::Response> CloudflareLogin::Private::answer(Self self, http::RequestPtr request)
{
    if (request->method != http::Method::Get)
        co_return http::Response::empty(405, {{"Allow", "GET"}});
    const Result<CallbackQuery> query = CallbackQuery::parse(request->query);
    if (!query)
        co_return callbackPage(400, kNotFinished, query.error().text());

    // The state comes before everything else: whoever cannot name it learns and changes nothing.
    const QByteArray hash = crypto::sha256(query->state);
    const FlowPtr current = self->flow;
    if (query->state.isEmpty() || !current || !current->hasState(hash))
        co_return self->refuseState(hash);
    if (self->clock.now() >= current->expiresAt)
        co_return self->conclude(current, fail(tookTooLong()));
    self->spentStates << hash;
    current->spendState();

    // RFC 9207 §2.4: an answer of another issuer is not for this flow.
    if (!query->issuer.isEmpty() && query->issuer != originOf(self->endpoints.authorize)) {
        co_return self->conclude(current,
                                 fail(Error::Kind::Upstream,
                                      u"The answer of the sign-in page names another issuer."_s,
                                      u"Start the sign-in again."_s));
    }
    if (query->refusesOfflineAccess() && !current->restarted) {
        qCWarning(lcCloudflare,
                  "this OAuth client has no Refresh Token grant: the sign-in will last "
                  "about an hour; add the grant in the Cloudflare dashboard");
        current->scopes.removeAll(kOfflineAccess);
        co_return self->startAgain(current);
    }
    if (!query->error.isEmpty())
        co_return self->conclude(current, fail(query->refusal()));
    if (query->code.isEmpty()) {
        co_return self->conclude(current, fail(Error::Kind::Upstream,
                                               u"The answer of the sign-in page is incomplete."_s,
                                               u"Start the sign-in again."_s));
    }
    co_return co_await redeem(std::move(self), current, query->code);
}

Task<http::Response> CloudflareLogin::Private::redeem(Self self, FlowPtr current, QString code)
{
    TokenAnswer tokens = co_await self->tokens.redeemCode(current->client, code,
                                                          current->verifier(), self->callback);
    if (!self->q || current->isDone()) {
        if (tokens && !tokens->refresh.isEmpty())
            co_await self->tokens.revoke(current->client, tokens->refresh);
        co_return callbackPage(400, kNotFinished, u"This sign-in was cancelled."_s);
    }
    if (!tokens) {
        if (tokens.error().kind == TokenFailure::Kind::GrantRefused && !current->restarted)
            co_return self->startAgain(current);
        co_return self->conclude(current, fail(tokens.error().error));
    }
    const Outcome outcome = co_await admit(self, current, std::move(*tokens));
    if (!self->q || current->isDone())
        co_return callbackPage(400, kNotFinished, u"This sign-in was cancelled."_s);
    co_return self->conclude(current, outcome);
}

/// Learns who signed in, and stores it.
Task<Outcome> CloudflareLogin::Private::admit(Self self, FlowPtr current, TokenGrant grant)
{
    const Result<Identity> identity = co_await probeIdentity(self->client, self->endpoints,
                                                             grant.access.copy(), TokenOwner::User);
    if (!self->q || !self->logins || current->isDone())
        co_return fail(shuttingDown());
    if (!identity)
        co_return fail(identity.error());

    const Millis now = self->clock.now();
    store::Login login = loginFor(*identity, store::LoginKind::OAuth, self->endpoints.sandbox,
                                  self->logins->logins(), now);
    login.upstreamScopes = grant.scopes.isEmpty() ? current->scopes : grant.scopes;
    login.expiresAt = now + Millis(1000) * grant.expiresInSeconds;
    const Result<> saved =
        self->logins->save(login, {std::move(grant.access), std::move(grant.refresh)});
    if (!saved)
        co_return fail(saved.error());
    co_return login;
}

/// Sends whatever shows the sign-in page there once more.
http::Response CloudflareLogin::Private::startAgain(const FlowPtr &current)
{
    current->restarted = true;
    return http::Response::empty(
        303, {{"Location", current->renew(endpoints.authorize, callback).toEncoded()},
              {"Cache-Control", "no-store"}});
}

http::Response CloudflareLogin::Private::conclude(const FlowPtr &ended, const Outcome &outcome)
{
    finish(ended, outcome);
    if (ended->surface == SignInSurface::UseTab && returnPage) {
        const QByteArray page = returnPage();
        if (!page.isEmpty())
            return http::Response::empty(303, {{"Location", page}, {"Cache-Control", "no-store"}});
    }
    return outcome ? callbackPage(200, u"You are signed in to Cloudflare"_s,
                                  u"You can close this tab and return to Flaredeck."_s)
                   : callbackPage(400, kNotFinished, outcome.error().text());
}

http::Response CloudflareLogin::Private::refuseState(const QByteArray &hash) const
{
    return spentStates.contains(hash)
               ? callbackPage(
                     400, kNotFinished,
                     u"This sign-in has already been used or was cancelled. You can close this tab."_s)
               : callbackPage(
                     400, kNotFinished,
                     u"Flaredeck does not know this sign-in. Start it again from Flaredeck."_s);
}

Task<Outcome> CloudflareLogin::Private::addToken(Self self, Secret token)
{
    Secret trimmed(token.reveal().trimmed());
    const auto visible = [](char c) { return c > 0x20 && c < 0x7f; };
    if (trimmed.isEmpty() ||
        !std::all_of(trimmed.reveal().begin(), trimmed.reveal().end(), visible)) {
        co_return fail(Error::Kind::InvalidInput, u"This is not a Cloudflare API token."_s,
                       u"Paste the token as the Cloudflare dashboard shows it."_s);
    }
    const Result<Identity> identity =
        co_await probeIdentity(self->client, self->endpoints, trimmed.copy(), ownerOf(trimmed));
    if (!self->q || !self->logins)
        co_return fail(shuttingDown());
    if (!identity)
        co_return fail(identity.error());
    const store::Login login =
        loginFor(*identity, store::LoginKind::ApiToken, self->endpoints.sandbox,
                 self->logins->logins(), self->clock.now());
    const Result<> saved = self->logins->save(login, {std::move(trimmed), Secret()});
    if (!saved)
        co_return fail(saved.error());
    co_return login;
}

Task<Result<SignedOut>> CloudflareLogin::Private::revoke(Self self, ClientConfig clientConfig,
                                                         Secret refreshToken)
{
    const Result<> revoked = co_await self->tokens.revoke(clientConfig, refreshToken);
    SignedOut done{SignedOut::At::Revoked, {}};
    if (!revoked) {
        done = unconfirmed(revoked.error());
        qCWarning(lcCloudflare).noquote() << "signed out here, but" << done.problem;
    }
    co_return done;
}

} // namespace flaredeck::cloudflare
