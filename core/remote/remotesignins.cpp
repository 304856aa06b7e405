#include "core/remote/remotesignins.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/base/taskscope.h"
#include "core/base/waiting.h"
#include "core/provider/callback.h"
#include "core/remote/remoteflow.h"
#include "core/remote/tokenplace.h"

#include <QHash>
#include <QTimer>

namespace flaredeck::remote {

using namespace Qt::StringLiterals;

using provider::kNotFinished;

namespace {

using FlowPtr = RemoteFlowPtr;
using Outcome = RemoteFlow::Outcome;

/// Servers forget registrations after ninety days, some of them even when they are used.
constexpr Millis kRegistrationServes = 80LL * 24 * 3600 * 1000;

Error nothingCameBack(const Server &server)
{
    return {
        Error::Kind::Timeout,
        u"Nothing came back from the sign-in page of %1 within ten minutes."_s.arg(server.title),
        u"If the page showed an error, close it and start again: Flaredeck then registers "
        "itself anew."_s};
}

Error wasCancelled(const Server &server)
{
    return {Error::Kind::Cancelled, u"The sign-in to %1 was cancelled."_s.arg(server.title),
            u"Start it again when you want to sign in."_s};
}

Error notThere()
{
    return {Error::Kind::NotFound, u"This server is not there any more."_s};
}

/// What the sign-in page's error means, in our words (RFC 6749 §4.1.2.1).
Error refusalOf(const provider::CallbackQuery &query, const Server &server)
{
    const QString detail =
        redact(plaintext::cut(u"%1: %2"_s.arg(query.error, query.errorDescription), 500));
    if (query.error == "access_denied"_L1) {
        return {Error::Kind::Denied, u"The sign-in to %1 was refused."_s.arg(server.title),
                u"Sign in again and allow access."_s, detail};
    }
    if (query.error == "invalid_scope"_L1) {
        return {
            Error::Kind::Upstream,
            u"%1 refused a permission that it had asked for (invalid_scope)."_s.arg(server.title),
            u"Whoever runs the server has to correct it."_s, detail};
    }
    return {Error::Kind::Upstream,
            u"The sign-in page of %1 reported a problem."_s.arg(server.title),
            u"Try again in a minute."_s, detail};
}

Task<Outcome> outcomeOfFlow(FlowPtr flow, std::stop_token stop)
{
    const auto outcome = co_await waitFor(flow->outcome(), std::move(stop));
    co_return outcome.value_or(fail(shuttingDown()));
}

template <typename T>
Task<T> readyWith(T value)
{
    co_return value;
}

} // namespace

class RemoteSignIns::Private
{
public:
    Private(RemoteSignIns &owner, store::RemoteStore &store, const Reach &ways, Prompter &person,
            const Clock &time)
        : q(owner)
        , remotes(store)
        , reach(ways)
        , discovery(ways)
        , registrar(ways, time)
        , prompter(person)
        , clock(time)
    {
    }

    Result<FlowPtr> begin(const QString &name);
    Task<> run(FlowPtr flow);
    /// Nothing when the flow has ended meanwhile, or has its outcome.
    Task<bool> discover(FlowPtr flow);
    Result<> listen(const FlowPtr &flow);
    /// A registration for the flow: the one of earlier where it serves.
    Task<Result<>> enrol(FlowPtr flow);
    Task<> show(FlowPtr flow, QUrl page);

    Task<> serve(FlowPtr flow, http::RequestPtr request, http::ExchangePtr exchange);
    Task<http::Response> answer(FlowPtr flow, http::RequestPtr request);
    Task<http::Response> redeem(FlowPtr flow, QString code);
    Task<http::Response> startAnew(FlowPtr flow);
    Task<Outcome> admit(FlowPtr flow, provider::TokenGrant grant);
    /// At the server, what it gave for this flow, and nobody wants now.
    Task<> giveBack(FlowPtr flow, Secret refreshToken);
    Task<> revokeOld(store::Remote old, store::RemoteStore::Secrets secrets);
    http::Response conclude(const FlowPtr &flow, const Outcome &outcome);
    void finish(FlowPtr flow, const Outcome &outcome);
    void dropListeners();
    Task<Result<provider::SignedOut>>
    revoke(store::Remote remote, store::RemoteStore::Secrets secrets, std::stop_token stop);
    [[nodiscard]] bool isOver(const FlowPtr &flow) const
    {
        return tasks.isStopped() || flow->isDone();
    }

    RemoteSignIns &q;
    store::RemoteStore &remotes;
    const Reach &reach;
    const Discovery discovery;
    const Registrar registrar;
    Prompter &prompter;
    const Clock &clock;
    QHash<QString, FlowPtr> flows; ///< by the server's name
    provider::SpentStates spentStates;
    QList<std::shared_ptr<http::HttpServer>> retired; ///< listeners with a last answer to send
    TaskScope tasks;
};

RemoteSignIns::RemoteSignIns(store::RemoteStore &remotes, const Reach &reach, Prompter &prompter,
                             const Clock &clock, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, remotes, reach, prompter, clock))
{
}

RemoteSignIns::~RemoteSignIns() = default;

Task<Result<store::Remote>> RemoteSignIns::signIn(QString name, QByteArray wwwAuthenticate,
                                                  std::stop_token stop)
{
    if (const FlowPtr running = d->flows.value(name))
        return outcomeOfFlow(running, std::move(stop));
    const Result<FlowPtr> begun = d->begin(name);
    if (!begun)
        return readyWith(Outcome(fail(begun.error())));
    (*begun)->wwwAuthenticate = std::move(wwwAuthenticate);
    d->tasks.run(d->run(*begun));
    return outcomeOfFlow(*begun, std::move(stop));
}

Task<Result<store::Remote>> RemoteSignIns::stepUp(QString name, QStringList scopes,
                                                  std::stop_token stop)
{
    if (const FlowPtr running = d->flows.value(name))
        return outcomeOfFlow(running, std::move(stop));
    const Result<FlowPtr> begun = d->begin(name);
    if (!begun)
        return readyWith(Outcome(fail(begun.error())));
    (*begun)->stepUpScopes = std::move(scopes);
    d->tasks.run(d->run(*begun));
    return outcomeOfFlow(*begun, std::move(stop));
}

void RemoteSignIns::cancel(const QString &id)
{
    const QList<FlowPtr> running = d->flows.values();
    for (const FlowPtr &flow : running) {
        if (flow->id == id)
            d->finish(flow, fail(wasCancelled(flow->server)));
    }
}

void RemoteSignIns::cancelFor(const QString &name)
{
    if (const FlowPtr flow = d->flows.value(name))
        d->finish(flow, fail(wasCancelled(flow->server)));
}

bool RemoteSignIns::isRunning(const QString &name) const
{
    return d->flows.contains(name);
}

Task<Result<provider::SignedOut>> RemoteSignIns::signOut(QString name, std::stop_token stop)
{
    using SignedOut = provider::SignedOut;
    cancelFor(name);
    const std::optional<store::Remote> remote = d->remotes.remote(name);
    if (!remote)
        return readyWith(Result<SignedOut>(fail(notThere())));
    // Removed here first: the revocation may take long or fail, and must not delay that.
    Result<store::RemoteStore::Secrets> secrets = d->remotes.secrets(name);
    if (const Result<> removed = d->remotes.signOut(name); !removed)
        return readyWith(Result<SignedOut>(fail(removed.error())));
    const bool isSignedIn = secrets && !(secrets->refresh.isEmpty() && secrets->access.isEmpty());
    return isSignedIn ? d->revoke(*remote, std::move(*secrets), std::move(stop))
                      : readyWith(Result<SignedOut>(SignedOut{}));
}

Result<FlowPtr> RemoteSignIns::Private::begin(const QString &name)
{
    dropListeners();
    const std::optional<store::Remote> remote = remotes.remote(name);
    if (!remote)
        return fail(notThere());
    if (remotes.keys().state() == store::KeyState::Closed)
        return fail(remotes.keys().closedError());
    const auto flow = std::make_shared<RemoteFlow>(serverOf(*remote), clock.now() + kTimeoutMs);
    flow->isBeside = remote->state == store::RemoteState::Ok;
    flows.insert(name, flow);
    QTimer::singleShot(kTimeoutMs, &q, [this, weak = std::weak_ptr(flow)] {
        if (const FlowPtr late = weak.lock())
            finish(late, fail(nothingCameBack(late->server)));
    });
    emit q.started(name);
    return flow;
}

Task<> RemoteSignIns::Private::run(FlowPtr flow)
{
    auto discovering = discover(flow);
    const bool goesOn = co_await discovering;
    if (!goesOn || isOver(flow))
        co_return;
    if (const Result<> listens = listen(flow); !listens) {
        finish(flow, fail(listens.error()));
        co_return;
    }
    auto enrolling = enrol(flow);
    const Result<> enrolled = co_await enrolling;
    if (isOver(flow))
        co_return;
    if (!enrolled) {
        finish(flow, fail(enrolled.error()));
        co_return;
    }
    auto showing = show(flow, flow->page());
    co_await showing;
}

Task<bool> RemoteSignIns::Private::discover(FlowPtr flow)
{
    std::optional<store::Remote> remote = remotes.remote(flow->server.name);
    const bool isStepUp = !flow->stepUpScopes.isEmpty();
    if (flow->wwwAuthenticate.isEmpty() && !isStepUp) {
        auto greeting = discovery.greet(flow->server, tasks.token());
        const Result<Greeting> greeted = co_await greeting;
        if (isOver(flow))
            co_return false;
        if (!greeted) {
            finish(flow, fail(greeted.error()));
            co_return false;
        }
        remote = remotes.remote(flow->server.name);
        if (greeted->isOpen && remote) {
            remote->state = store::RemoteState::Open;
            const Result<> saved = remotes.update(*remote);
            finish(flow, saved ? Outcome(*remote) : Outcome(fail(saved.error())));
            co_return false;
        }
        flow->wwwAuthenticate = greeted->wwwAuthenticate;
    }
    const std::optional<Authority> known =
        remote ? Authority::fromJson(remote->authority) : std::nullopt;
    if (isStepUp && known) {
        flow->authority = *known;
    } else {
        auto finding =
            discovery.find(flow->server, Challenge::parse(flow->wwwAuthenticate), tasks.token());
        const Result<Authority> found = co_await finding;
        if (isOver(flow))
            co_return false;
        if (!found) {
            finish(flow, fail(found.error()));
            co_return false;
        }
        flow->authority = *found;
    }
    if (isStepUp)
        flow->authority.scopes = flow->stepUpScopes;
    co_return true;
}

Result<> RemoteSignIns::Private::listen(const FlowPtr &flow)
{
    const std::optional<store::Remote> remote = remotes.remote(flow->server.name);
    const int registered = remote && !flow->isBeside ? QUrl(remote->redirectUri).port(0) : 0;
    const auto handler = [this, weak = std::weak_ptr(flow)](const http::RequestPtr &request,
                                                            const http::ExchangePtr &exchange) {
        if (const FlowPtr current = weak.lock())
            tasks.run(serve(current, request, exchange));
        else
            exchange->respond(spentStates.refuse({}));
    };
    return flow->listen(static_cast<quint16>(registered), handler);
}

Task<Result<>> RemoteSignIns::Private::enrol(FlowPtr flow)
{
    std::optional<store::Remote> remote = remotes.remote(flow->server.name);
    if (!remote)
        co_return fail(notThere());
    const Millis now = clock.now();
    const int port = QUrl(remote->redirectUri).port(0);
    const bool serves = !flow->isBeside && !flow->isRestarted && !remote->clientId.isEmpty() &&
                        remote->clientIssuer == flow->authority.issuer &&
                        (port == 0 || port == flow->port()) &&
                        (remote->secretEndsAt == 0 || remote->secretEndsAt > now) &&
                        now - remote->registeredAt < kRegistrationServes;
    if (serves) {
        const Result<store::RemoteStore::Secrets> held = remotes.secrets(remote->name);
        flow->registration.clientId = remote->clientId;
        flow->registration.clientSecret = held ? held->clientSecret.copy() : Secret();
        flow->registration.secretEndsAt = remote->secretEndsAt;
        flow->registration.redirectUri = remote->redirectUri;
        flow->registration.at = remote->registeredAt;
        flow->isReused = true;
        co_return Result<>();
    }
    auto enrolling = registrar.enrol(flow->server, flow->authority, flow->port(), tasks.token());
    Result<Registration> enrolled = co_await enrolling;
    if (!enrolled)
        co_return fail(enrolled.error());
    flow->registration = std::move(*enrolled);
    flow->isReused = false;
    // Kept even if nobody signs in now, or the server would collect them. One beside another, or
    // with a secret, is kept together with its tokens.
    remote = remotes.remote(flow->server.name);
    if (remote && !flow->isBeside && flow->registration.clientSecret.isEmpty()) {
        remote->clientId = flow->registration.clientId;
        remote->clientIssuer = flow->authority.issuer;
        remote->redirectUri = flow->registration.redirectUri;
        remote->secretEndsAt = 0;
        remote->registeredAt = flow->registration.at;
        remote->authority = flow->authority.toJson();
        if (const Result<> saved = remotes.update(*remote); !saved)
            qCWarning(lcProvider).noquote()
                << "a registration is not kept:" << saved.error().message;
    }
    co_return Result<>();
}

Task<> RemoteSignIns::Private::show(FlowPtr flow, QUrl page)
{
    SignInRequest request;
    request.id = flow->id;
    request.url = page;
    request.callback = flow->callback();
    request.server = flow->server.title;
    const auto asked = co_await waitFor(prompt::put(prompter, request), tasks.token());
    if (isOver(flow))
        co_return;
    const SignInShown shown = asked.value_or(
        SignInShown{SignInSurface::Unavailable, u"Flaredeck could not show the sign-in page."_s});
    if (shown.surface == SignInSurface::Shown)
        co_return;
    finish(flow, fail(Error::Kind::Denied,
                      shown.reason.isEmpty() ? u"There is no way to show the sign-in page here."_s
                                             : shown.reason,
                      u"Sign in from Flaredeck's window."_s));
}

Task<> RemoteSignIns::Private::serve(FlowPtr flow, http::RequestPtr request,
                                     http::ExchangePtr exchange)
{
    auto answering = answer(std::move(flow), std::move(request));
    const http::Response response = co_await answering;
    exchange->respond(response);
}

Task<http::Response> RemoteSignIns::Private::answer(FlowPtr flow, http::RequestPtr request)
{
    if (request->method != http::Method::Get)
        co_return http::Response::empty(405, {{"Allow", "GET"}});
    const Result<provider::CallbackQuery> query = provider::CallbackQuery::parse(request->query);
    if (!query)
        co_return provider::callbackPage(400, kNotFinished, query.error().text());

    // The state is checked before everything else: a request without the right state learns and
    // changes nothing.
    const QByteArray hash = crypto::sha256(query->state);
    if (query->state.isEmpty() || flow->isDone() || !flow->hasState(hash))
        co_return spentStates.refuse(hash);
    flow->hasComeBack = true;
    if (clock.now() >= flow->expiresAt)
        co_return conclude(flow, fail(nothingCameBack(flow->server)));
    spentStates.add(hash);
    flow->spendState();

    // RFC 9207 §2.4: an answer from another issuer does not belong to this flow.
    const bool isOthers = query->issuer.isEmpty() ? flow->authority.sendsIssuer
                                                  : query->issuer != flow->authority.issuer;
    if (isOthers) {
        co_return conclude(
            flow,
            fail(Error::Kind::Denied,
                 u"The answer of the sign-in page is not from %1."_s.arg(flow->authority.issuer),
                 u"Start the sign-in again; if it stays, do not use this server."_s));
    }
    if (!query->error.isEmpty())
        co_return conclude(flow, fail(refusalOf(*query, flow->server)));
    if (query->code.isEmpty()) {
        co_return conclude(flow, fail(Error::Kind::Upstream,
                                      u"The answer of the sign-in page is incomplete."_s,
                                      u"Start the sign-in again."_s));
    }
    auto redeeming = redeem(flow, query->code);
    http::Response response = co_await redeeming;
    co_return std::move(response);
}

/// Once: a code that is shown again ends what it gave (RFC 6749 §4.1.2).
Task<http::Response> RemoteSignIns::Private::redeem(FlowPtr flow, QString code)
{
    const provider::TokenClient tokens = tokensOf(reach, flow->server, flow->authority);
    const provider::ClientConfig client{
        flow->registration.clientId, flow->registration.clientSecret.copy(), {}};
    auto asking =
        tokens.redeemCode(client, code, flow->verifier(), flow->callback(), tasks.token());
    provider::TokenAnswer answer = co_await asking;
    const auto cancelledPage = [] {
        return provider::callbackPage(400, kNotFinished, u"This sign-in was cancelled."_s);
    };
    if (isOver(flow)) {
        if (answer && !tasks.isStopped()) {
            auto giving = giveBack(flow, std::move(answer->refresh));
            co_await giving;
        }
        co_return cancelledPage();
    }
    if (!answer) {
        const provider::TokenFailure failure = answer.error();
        if (failure.code == "invalid_client"_L1 && !flow->isRestarted) {
            auto starting = startAnew(flow);
            http::Response response = co_await starting;
            co_return std::move(response);
        }
        Error error = failure.error;
        error.action = u"Sign in to %1 again."_s.arg(flow->server.title);
        co_return conclude(flow, fail(error));
    }
    auto admitting = admit(flow, std::move(*answer));
    const Outcome outcome = co_await admitting;
    co_return isOver(flow) ? cancelledPage() : conclude(flow, outcome);
}

/// The server has forgotten our registration: with a new one, the browser goes there once more.
Task<http::Response> RemoteSignIns::Private::startAnew(FlowPtr flow)
{
    flow->isRestarted = true;
    auto enrolling = enrol(flow);
    const Result<> enrolled = co_await enrolling;
    if (isOver(flow))
        co_return provider::callbackPage(400, kNotFinished, u"This sign-in was cancelled."_s);
    if (!enrolled)
        co_return conclude(flow, fail(enrolled.error()));
    co_return http::Response::empty(
        303, {{"Location", flow->page().toEncoded()}, {"Cache-Control", "no-store"}});
}

Task<Outcome> RemoteSignIns::Private::admit(FlowPtr flow, provider::TokenGrant grant)
{
    store::LoginStore &keys = remotes.keys();
    if (keys.state() == store::KeyState::Opening) {
        co_await waitForSignal(&keys, &store::LoginStore::stateChanged,
                               std::chrono::milliseconds(kTimeoutMs), tasks.token());
    }
    if (flow->isBeside && !isOver(flow)) {
        // What is there stays until the new one has proved itself.
        auto trying = discovery.tryToken(flow->server, grant.access.copy(), tasks.token());
        const Result<> works = co_await trying;
        if (!works && !tasks.isStopped()) {
            auto giving = giveBack(flow, std::move(grant.refresh));
            co_await giving;
            co_return fail(works.error());
        }
    }
    std::optional<store::Remote> remote = remotes.remote(flow->server.name);
    if (isOver(flow) || !remote) {
        if (!tasks.isStopped()) {
            auto giving = giveBack(flow, std::move(grant.refresh));
            co_await giving;
        }
        co_return fail(remote ? shuttingDown() : notThere());
    }
    const store::Remote old = *remote;
    Result<store::RemoteStore::Secrets> oldSecrets = remotes.secrets(old.name);
    const Millis now = clock.now();
    remote->state = store::RemoteState::Ok;
    remote->authority = flow->authority.toJson();
    remote->clientId = flow->registration.clientId;
    remote->clientIssuer = flow->authority.issuer;
    remote->redirectUri = flow->registration.redirectUri;
    remote->secretEndsAt = flow->registration.secretEndsAt;
    remote->registeredAt = flow->registration.at;
    remote->scopes = grant.scopes.isEmpty() ? flow->authority.scopes : grant.scopes;
    remote->signedInAt = now;
    remote->refreshedAt = now;
    remote->refreshProblem.clear();
    remote->expiresAt = expiryOf(grant, now);
    store::RemoteStore::Secrets secrets;
    secrets.access = std::move(grant.access);
    secrets.refresh = std::move(grant.refresh);
    secrets.clientSecret = flow->registration.clientSecret.copy();
    const Result<> saved = remotes.signIn(*remote, secrets);
    if (!saved)
        co_return fail(saved.error());
    if (flow->isBeside && oldSecrets && old.clientId != remote->clientId)
        tasks.run(revokeOld(old, std::move(*oldSecrets)));
    co_return *remote;
}

Task<> RemoteSignIns::Private::giveBack(FlowPtr flow, Secret refreshToken)
{
    if (refreshToken.isEmpty() || flow->authority.revocation.isEmpty())
        co_return;
    const provider::TokenClient tokens = tokensOf(reach, flow->server, flow->authority);
    const provider::ClientConfig client{
        flow->registration.clientId, flow->registration.clientSecret.copy(), {}};
    auto revoking = tokens.revoke(client, refreshToken, tasks.token());
    co_await revoking;
}

Task<> RemoteSignIns::Private::revokeOld(store::Remote old, store::RemoteStore::Secrets secrets)
{
    auto revoking = revoke(std::move(old), std::move(secrets), tasks.token());
    co_await revoking;
}

Task<Result<provider::SignedOut>>
RemoteSignIns::Private::revoke(store::Remote remote, store::RemoteStore::Secrets secrets,
                               std::stop_token stop)
{
    using SignedOut = provider::SignedOut;
    const auto unconfirmed = [&remote](const QString &why) {
        qCWarning(lcProvider).noquote() << "signed out here, but" << remote.name << ':' << why;
        return SignedOut{
            SignedOut::At::Unconfirmed,
            u"%1 may still accept the sign-in: %2 Remove Flaredeck in your profile there."_s.arg(
                remote.title, why)};
    };
    const std::optional<Authority> authority = Authority::fromJson(remote.authority);
    if (!authority || authority->revocation.isEmpty())
        co_return unconfirmed(u"it offers no way to revoke one."_s);
    const provider::TokenClient tokens = tokensOf(reach, serverOf(remote), *authority);
    const provider::ClientConfig client = clientOf(remote, secrets.clientSecret);
    const Secret &token = secrets.refresh.isEmpty() ? secrets.access : secrets.refresh;
    auto revoking = tokens.revoke(client, token, std::move(stop));
    const Result<> revoked = co_await revoking;
    if (!revoked)
        co_return unconfirmed(revoked.error().message);
    co_return SignedOut{SignedOut::At::Revoked, {}};
}

http::Response RemoteSignIns::Private::conclude(const FlowPtr &flow, const Outcome &outcome)
{
    const QString title = flow->server.title;
    finish(flow, outcome);
    return outcome ? provider::callbackPage(200, u"You are signed in to %1"_s.arg(title),
                                            u"You can close this tab and return to Flaredeck."_s)
                   : provider::callbackPage(400, kNotFinished, outcome.error().text());
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): it may be the last reference to the flow
void RemoteSignIns::Private::finish(FlowPtr flow, const Outcome &outcome)
{
    if (flow->isDone())
        return;
    const QString name = flow->server.name;
    spentStates.add(flow->stateHash());
    if (flows.value(name) == flow)
        flows.remove(name);
    if (outcome)
        qCInfo(lcProvider).noquote() << "signed in to" << name;
    else
        qCWarning(lcProvider).noquote()
            << "sign-in to" << name << "ended:" << outcome.error().message
            << outcome.error().detail;
    // A page that leads nowhere is what a forgotten registration looks like from here.
    std::optional<store::Remote> remote = remotes.remote(name);
    if (!outcome && flow->isReused && !flow->hasComeBack && remote &&
        remote->state != store::RemoteState::Ok &&
        remote->clientId == flow->registration.clientId) {
        remote->clientId.clear();
        if (const Result<> saved = remotes.update(*remote); !saved)
            qCWarning(lcProvider).noquote() << saved.error().message;
    }
    flow->finish(outcome);
    if (const auto listener = flow->takeListener()) {
        retired << listener;
        // After the answer that may be about to be sent.
        QTimer::singleShot(0, listener.get(), [server = listener.get()] { server->close(); });
    }
    prompter.withdraw(flow->id, outcome ? QString() : outcome.error().text());
    emit q.ended(name);
}

void RemoteSignIns::Private::dropListeners()
{
    retired.removeIf([](const auto &listener) { return listener->connectionCount() == 0; });
}

} // namespace flaredeck::remote
