#include "core/service/core.h"

#include "core/base/localsocket.h"
#include "core/base/logging.h"
#include "core/base/ownfile.h"
#include "core/oauth/endpoints/oautherror.h"
#include "core/provider/scopes.h"
#include "core/providers/cloudflare/cloudflare.h"
#include "core/service/coreparts.h"
#include "core/service/freeport.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QMetaMethod>

using namespace Qt::StringLiterals;

namespace flaredeck::service {

namespace {

/// As a host has to start the bridge to this app.
QStringList bridgeCommand(const Options &options)
{
    QStringList command{QCoreApplication::applicationDirPath() + u"/flaredeck-bridge"_s};
    if (options.sandbox)
        command << u"--sandbox"_s;
    if (options.dataDir.root != DataDir::at({}, options.sandbox).root)
        command << u"--data-dir"_s << options.dataDir.root;
    return command;
}

Result<> withoutValue(const auto &result)
{
    if (!result)
        return fail(result.error());
    return {};
}

Task<> answerCallback(provider::SignIns &login, http::RequestPtr request,
                      http::ExchangePtr exchange, std::stop_token stop)
{
    exchange->respond(co_await login.handleCallback(std::move(request), std::move(stop)));
}

} // namespace

Result<std::unique_ptr<Core>> Core::create(Options options, Prompter &prompter,
                                           std::unique_ptr<store::Keychain> keychain,
                                           std::unique_ptr<provider::Provider> provider)
{
    auto vault = store::Vault::open(options.dataDir.vaultFile(), Clock::system());
    if (!vault)
        return fail(vault.error());

    if (const Result<> ours = (*vault)->claim(options.sandbox); !ours)
        return fail(ours.error());

    std::unique_ptr<sandbox::Sandbox> standIn;
    QUrl sandboxUrl;
    if (options.sandbox) {
        standIn = std::make_unique<sandbox::Sandbox>(
            sandbox::Sandbox::Options{.autoApprove = options.autoApprove,
                                      .tokenFile = options.dataDir.root + u"/sandbox.json"_s});
        const auto url = standIn->start();
        if (!url)
            return fail(url.error());
        sandboxUrl = *url;
    }
    if (!keychain)
        keychain = store::Keychain::system();
    if (!provider)
        provider = cloudflare::makeProvider();
    return std::unique_ptr<Core>(new Core(std::make_unique<Private>(
        std::move(options), prompter, std::move(*vault), std::move(standIn), sandboxUrl,
        std::move(keychain), std::move(provider))));
}

Core::Core(std::unique_ptr<Private> parts)
    : d(std::move(parts))
{
    applySettings();
    offerRemotes();
    installRoutes();
    connectParts();
    // Not waited for: a keychain may ask the person for a password, and clients are served
    // meanwhile.
    d->tasks.run(openKeychain());
}

Core::~Core() = default;

void Core::installRoutes()
{
    d->authorization.install(d->server);
    d->mcp.install(d->server);
    d->localCommands = std::make_unique<LocalCommands>(LocalDesk{
        .commands = *this,
        .snapshot = [this] { return d->makeSnapshot(); },
        .signIn =
            [this](LocalDesk::ShowPage show, std::stop_token stop) {
                return d->signInOn(std::move(show), std::move(stop));
            },
        .signInToServer =
            [this](QString name, LocalDesk::ShowPage show, std::stop_token stop) {
                return d->signInToServerOn(std::move(name), std::move(show), std::move(stop));
            },
        .addApiToken =
            [this](Secret token) {
                return d->signIns.addApiToken(std::move(token), d->tasks.token());
            },
        .historyFile = d->options.dataDir.historyFile()});
    d->localCommands->install(d->server);
    connect(this, &Core::callsWritten, d->localCommands.get(), &LocalCommands::tellOfCalls);
    d->server.route("/oauth/callback", [this](const http::RequestPtr &request,
                                              const http::ExchangePtr &exchange) {
        if (request->method != http::Method::Get)
            exchange->respond(oauth::oautherror::wrongMethod("GET").toResponse());
        else
            d->tasks.run(answerCallback(d->signIns, request, exchange, d->tasks.token()));
    });
    d->signIns.setReturnPage([this] { return d->authorization.returnPage(); });
}

void Core::connectParts()
{
    // Direct connections on one thread: a revoked grant has no session left when revoke() returns.
    connect(&d->rules, &tools::Rules::changed, this, [this] { d->publishing.request(); });
    connect(&d->remotes, &remote::Remotes::toolsChanged, this, &Core::offerRemotes);
    connect(&d->rules, &tools::Rules::withheld, this,
            [this](const ClientId &client, const QString &subject) {
                d->authorization.endSessionAnswers(
                    client, [&subject](const QString &tool, Effect effect) {
                        return tools::RuleBook::concerns(subject, tool, effect);
                    });
            });
    connect(&d->authorization, &oauth::AuthorizationServer::clientsChanged, &d->rules,
            &tools::Rules::readAgain);
    connect(&d->authorization, &oauth::AuthorizationServer::grantRevoked, this,
            [this](const GrantId &grant) {
                d->mcp.endGrant(grant);
                d->results.dropGrant(grant);
                d->remotes.endGrant(grant);
            });
    connect(&d->authorization, &oauth::AuthorizationServer::grantChanged, this,
            [this](const GrantId &grant) {
                if (const CallerPtr caller = d->authorization.caller(grant))
                    d->mcp.identityChanged(caller);
            });
    connect(&d->authorization, &oauth::AuthorizationServer::clientForgotten, &d->programs,
            &ClientPrograms::forget);
    connect(&d->authorization, &oauth::AuthorizationServer::clientForgotten, &d->settings,
            [this](const ClientId &client) { d->settings.setOwnResultLimit(client, {}); });
    connect(&d->logins, &store::LoginStore::loginsChanged, this, &Core::followAccounts);
    connect(&d->authorization, &oauth::AuthorizationServer::clientFirstAuthorized, this,
            [this](const ClientId &client) { d->newClients.insert(client); });
    connect(&d->mcp, &mcp::McpService::peerSeen, this, &Core::seeClient);
    connect(&d->credentials, &provider::Credentials::needsLogin, this, [this](const LoginId &id) {
        const auto login = d->logins.login(id);
        emit needsSignIn(login ? login->email : QString());
    });
    connect(&d->audit, &AuditWatch::written, this, &Core::auditWritten);
    connect(&d->history, &store::HistoryWriter::callsWritten, this, &Core::callsWritten);
    connect(&d->history, &store::HistoryWriter::cleared, this, &Core::historyCleared);
    connect(&d->history, &store::HistoryWriter::failed, this, [this](const QString &problem) {
        d->historyProblem = problem;
        d->publishing.request();
    });

    const auto publish = [this](auto &sender, auto signal) {
        connect(&sender, signal, &d->publishing, &Throttle::request);
    };
    // A call changes when its client was last seen, and often nothing else.
    connect(&d->history, &store::HistoryWriter::callsWritten, &d->heard, &Throttle::request);
    publish(d->heard, &Throttle::due);
    publish(d->authorization, &oauth::AuthorizationServer::clientsChanged);
    publish(d->authorization, &oauth::AuthorizationServer::grantCreated);
    publish(d->authorization, &oauth::AuthorizationServer::grantChanged);
    publish(d->authorization, &oauth::AuthorizationServer::grantRevoked);
    publish(d->authorization, &oauth::AuthorizationServer::problemChanged);
    publish(d->mcp, &mcp::McpService::sessionsChanged);
    publish(d->logins, &store::LoginStore::stateChanged);
    publish(d->logins, &store::LoginStore::loginsChanged);
    publish(d->programs, &ClientPrograms::changed);
    publish(d->prompter, &SignInWatch::changed);
    publish(d->revocation, &Revocation::changed);
    publish(d->remotes, &remote::Remotes::changed);
    publish(d->versions, &VersionWatch::changed);

    connect(&d->publishing, &Throttle::due, this, [this] {
        // One is made of all that the vault has: not for nobody.
        if (!isSignalConnected(QMetaMethod::fromSignal(&Core::changed)))
            return;
        SnapshotPtr next = d->makeSnapshot();
        if (d->published && *next == *d->published)
            return;
        d->published = std::move(next);
        emit changed(d->published);
    });
}

void Core::followAccounts()
{
    QHash<LoginId, QList<AccountRef>> accounts;
    for (const store::Login &login : d->logins.logins())
        accounts.insert(login.id, login.accounts);
    // Sign-ins change all the time, what they reach does not.
    if (std::exchange(d->accounts, accounts) == accounts)
        return;
    for (const store::Grant &grant : d->authorization.liveGrants()) {
        const auto login = d->logins.login(grant.login);
        // A sign-in that names no account is a question for its owner, not an answer.
        if (!login || login->state != store::LoginState::Ok || login->accounts.isEmpty())
            continue;
        QStringList reached;
        for (const AccountRef &account : login->accounts)
            reached << account.id;
        const auto kept = d->authorization.keepAccounts(
            grant.id, reached, u"The Cloudflare sign-in no longer reaches its accounts"_s);
        if (!kept)
            qCWarning(lcApp).noquote() << kept.error().text();
    }
}

void Core::seeClient(const GrantId &grant, const http::Peer &peer)
{
    const CallerPtr caller = d->authorization.caller(grant);
    if (!caller)
        return;
    d->programs.see(caller->client, peer);
    if (d->newClients.remove(caller->client))
        emit clientConnected(caller->clientName);
}

void Core::listenLocally()
{
    Error problem;
    d->view.bridge.clear();
    const QStringList places = localsocket::candidates(d->options.dataDir.root);
    for (const QString &place : places) {
        const auto listening = d->server.listenLocally(place);
        if (!listening) {
            problem = listening.error();
            continue;
        }
        // For those who are not told where this session's runtime directory is.
        if (const QString &known = places.last(); place != known) {
            QFile::remove(known);
            QFile::link(place, known);
        }
        d->view.bridge = bridgeCommand(d->options);
        return;
    }
    qCWarning(lcApp).noquote() << "The bridge cannot reach this app." << problem.text();
}

Result<quint16> Core::listen(quint16 port)
{
    const quint16 before = d->server.port();
    if (d->view.bridge.isEmpty())
        listenLocally();
    Result<quint16> listening = d->server.listen(port);
    if (!listening && before != 0) {
        // The person tried another port and cannot have it: clients keep the one they know.
        const Error refused = listening.error();
        if (d->server.listen(before))
            return fail(refused);
    }
    if (listening) {
        if (before != 0 && before != *listening)
            d->audit.settingChanged(
                u"The server moved from port %1 to %2"_s.arg(before).arg(*listening));
        const QString origin = u"http://localhost:%1"_s.arg(*listening);
        d->signIns.setCallback(QUrl(origin + u"/oauth/callback"_s));
        d->view.state = ServerState::Listening;
        d->view.port = *listening;
        d->view.mcpUrl = origin + u"/mcp"_s;
        d->view.sseUrl = origin + u"/sse"_s;
        d->view.problem.clear();
        d->view.portHolder.clear();
        d->view.freePort = 0;
        d->view.startedAt = Clock::system().now();
        qCInfo(lcApp).noquote() << "Listening at" << d->view.mcpUrl;
    } else {
        const auto holder = http::listenerNow(port);
        d->view.state = ServerState::PortTaken;
        d->view.port = port;
        d->view.problem = listening.error().text();
        const bool isOurs = holder && http::isFlaredeck(*holder);
        d->view.portHolder =
            holder ? u"%1 (pid %2)"_s.arg(isOurs ? u"another Flaredeck"_s : holder->name())
                         .arg(holder->pid)
                   : QString();
        d->view.freePort = freePortAfter(port);
        qCWarning(lcApp).noquote() << d->view.problem;
    }
    d->publishing.request();
    emit serverChanged(d->view);
    return listening;
}

SnapshotPtr Core::snapshot() const
{
    return d->makeSnapshot();
}

Result<> Core::revoke(const RevokeOrder &order)
{
    return d->revocation.revoke(order);
}

Result<> Core::withdrawScope(const GrantId &id, const QString &scope)
{
    if (scope == scopes::kBaseline)
        return fail(Error::Kind::InvalidInput, u"Every grant contains the scope %1."_s.arg(scope),
                    u"Revoke the grant to take it away."_s);
    const CallerPtr caller = d->authorization.caller(id);
    if (!caller)
        return fail(Error::Kind::NotFound, u"The grant is no longer live."_s);
    ScopeSet remaining = caller->scopes;
    if (remaining.erase(scope) == 0)
        return fail(Error::Kind::NotFound,
                    u"The grant does not contain the scope %1."_s.arg(scope));
    return d->authorization.setScopes(id, remaining);
}

Result<> Core::withdrawAccount(const GrantId &id, const QString &accountId)
{
    const CallerPtr caller = d->authorization.caller(id);
    if (!caller)
        return fail(Error::Kind::NotFound, u"The grant is no longer live."_s);
    QStringList remaining;
    for (const AccountRef &account : caller->accounts) {
        if (account.id != accountId)
            remaining << account.id;
    }
    if (remaining.size() == caller->accounts.size())
        return fail(Error::Kind::NotFound, u"The grant does not reach this account."_s);
    if (remaining.isEmpty())
        return fail(Error::Kind::InvalidInput, u"This is the grant's last account."_s,
                    u"Revoke the grant to take it away."_s);
    return d->authorization.keepAccounts(id, remaining, QString());
}

Result<oauth::personclient::Added> Core::addClient(const oauth::personclient::Draft &draft)
{
    return d->authorization.addClient(draft, d->view.port);
}

Result<> Core::forgetClient(const ClientId &id)
{
    return d->revocation.forgetClient(id);
}

Result<> Core::forgetApproval(const QString &id)
{
    return d->authorization.forgetApproval(id);
}

Result<> Core::blockClient(const ClientId &id)
{
    return d->revocation.blockClient(id);
}

Result<> Core::unblockClient(const ClientId &id)
{
    return d->authorization.unblockClient(id);
}

void Core::disconnectSession(const QString &handle)
{
    d->mcp.endSession(handle);
}

Result<> Core::setRule(const ClientId &client, const QString &subject, std::optional<Policy> policy)
{
    return d->rules.set(client, subject, policy);
}

Task<Result<mcp::ToolResult>> Core::tryTool(QString tool, Json arguments, QString account)
{
    const QList<store::Login> logins = d->logins.logins();
    const auto login = std::find_if(logins.begin(), logins.end(), [](const store::Login &one) {
        return one.state == store::LoginState::Ok;
    });
    const tools::DefinitionPtr definition = tools::findDefinition(tool);
    const bool isRemote = definition && !definition->remoteName.isEmpty();
    if (login == logins.end() && !isRemote) {
        co_return fail(Error::Kind::Unauthorized, u"Nobody is signed in."_s,
                       u"Sign in to %1 first."_s.arg(provider::facts().name));
    }
    CallerIdentity person;
    person.clientName = u"Flaredeck"_s;
    person.scopes = scopes::all();
    if (login != logins.end()) {
        person.login = login->id;
        person.accounts = login->accounts;
    }
    if (!account.isEmpty() && arguments.is_object())
        arguments["account_id"] = account.toStdString();
    auto context = std::make_shared<mcp::CallContext>();
    context->caller = std::make_shared<const CallerIdentity>(std::move(person));
    co_return co_await d->catalogue.callAsPerson(std::move(tool), std::move(arguments), context);
}

Task<Result<>> Core::signIn()
{
    co_return withoutValue(co_await d->signIns.signIn({}, d->tasks.token()));
}

void Core::cancelSignIn(const QString &id)
{
    d->signIns.cancel(id);
    d->remoteSignIns.cancel(id);
}

Task<Result<store::Login>> Core::addApiToken(Secret token)
{
    return d->signIns.addApiToken(std::move(token), d->tasks.token());
}

Result<> Core::setSignInScopes(const ScopeSet &scopes)
{
    d->settings.set(setting::signInScopes, scopes == flaredeck::scopes::all()
                                               ? QString()
                                               : flaredeck::scopes::print(scopes));
    d->publishing.request();
    return {};
}

Task<Result<>> Core::testSignIn(LoginId login)
{
    const std::stop_token stop = d->tasks.token();
    const auto known = d->logins.login(login);
    const bool hasEnded = known && known->state == store::LoginState::NeedsLogin;
    if (known && known->kind == store::LoginKind::OAuth && !hasEnded) {
        const Result<> renewed = co_await d->credentials.renew(login, stop);
        if (!renewed && renewed.error().kind != Error::Kind::InvalidInput)
            co_return fail(renewed.error());
    }
    auto tokens = d->logins.tokens(login);
    if (!tokens)
        co_return fail(tokens.error());
    co_return co_await d->signIns.test(login, std::move(tokens->access), stop);
}

Task<Result<>> Core::signOut(LoginId login)
{
    return d->revocation.signOut(std::move(login), d->tasks.token());
}

Result<> Core::setProviderClient(const QString &clientId, const Secret &clientSecret)
{
    auto done = d->clientConfig.set(clientId, clientSecret);
    d->audit.compareSettings();
    if (done && !clientSecret.isEmpty())
        d->audit.settingChanged(u"A client secret of Cloudflare was stored"_s);
    d->publishing.request();
    return done;
}

Result<> Core::importDevVars(const QString &file)
{
    const auto source = readSmallFile(file, kDevVarsMaxBytes);
    if (!source)
        return fail(source.error());
    const auto config = provider::parseDevVars(*source, QFileInfo(file).fileName());
    if (!config)
        return fail(config.error());
    return setProviderClient(config->clientId, config->clientSecret);
}

void Core::useThisSessionOnly()
{
    d->logins.useThisSessionOnly();
}

Task<Result<>> Core::retryKeychain()
{
    co_await openKeychain();
    if (d->tasks.isStopped())
        co_return fail(shuttingDown());
    if (d->logins.state() == store::KeyState::Closed)
        co_return fail(d->logins.closedError());
    co_return Result<>();
}

Task<Result<>> Core::startAnew()
{
    return d->logins.startAnew(d->tasks.token());
}

Task<Result<>> Core::rotateVaultKey()
{
    return d->logins.rotateKey(d->tasks.token());
}

Task<> Core::openKeychain()
{
    store::LoginStore &logins = d->logins;
    co_await logins.unlock(d->tasks.token());
    if (d->tasks.isStopped())
        co_return;
    d->remotes.start();
    const Options &options = d->options;
    if (logins.state() == store::KeyState::Closed && options.newVaultKey &&
        store::isLoss(logins.problem())) {
        const Result<> done = co_await logins.startAnew(d->tasks.token());
        if (d->tasks.isStopped())
            co_return;
        if (done)
            qCInfo(lcApp) << "The vault has a new key. Sign in to Cloudflare again.";
        else
            qCWarning(lcApp).noquote() << done.error().text();
    }
    if (logins.state() == store::KeyState::Closed && options.sessionOnlyWithoutKeychain) {
        qCWarning(lcApp).noquote() << wordsForTheTerminal();
        logins.useThisSessionOnly();
    }
}

/// What the window shows with its choices, for a person who has none.
QString Core::wordsForTheTerminal() const
{
    const qsizetype signIns = d->logins.logins().size();
    const qsizetype grants = d->authorization.liveGrantCount();
    QStringList text{
        store::describe(d->logins.problem()).message,
        u"This run goes on without it: Cloudflare sign-ins are kept in memory until it ends, and "
        "nothing in the vault is changed (%1 sign-ins, %2 grants)."_s.arg(signIns)
            .arg(grants)};
    if (store::isLoss(d->logins.problem()))
        text
            << u"To go on as before, bring the keychain's entry back and start Flaredeck again. If "
               "it is gone for good, start once with --new-vault-key: the sealed tokens are then "
               "deleted, and each sign-in has to be done again."_s;
    else
        text << u"To go on as before, see to the keychain and start Flaredeck again."_s;
    return text.join(u' ');
}

store::SealState Core::checkAuditSeal(const store::AuditSeal &seal)
{
    return d->vault->audit.check(seal);
}

void Core::clearHistory()
{
    d->history.clear();
    d->audit.settingChanged(u"The history of calls was cleared"_s);
}

void Core::applySettings()
{
    d->audit.compareSettings();
    d->catalogue.setListsAll(d->settings.get(setting::listAllTools));
    d->authorization.setOptions({d->settings.get(setting::openRegistration),
                                 d->settings.get(setting::promiseIssuer),
                                 d->settings.get(setting::clientDocuments)});
    const auto origins = http::HostGate::readOrigins(d->settings.get(setting::allowedOrigins));
    if (!origins) // only an edited file can hold such: the window takes none
        qCWarning(lcApp).noquote()
            << "The setting clients/allowedOrigins:" << origins.error().text();
    d->server.setAllowedOrigins(origins.value_or(QList<QByteArray>()));
    d->versions.look();
    d->keepsContents = d->settings.get(setting::storedCalls) != "none"_L1;
    d->publishing.request();
}

void Core::shutDown()
{
    d->localCommands->shutDown();
    d->mcp.shutDown();
    d->server.close();
    d->authorization.flush();
    d->audit.finish();
    d->history.flush();
    d->view.state = ServerState::Stopped;
}

} // namespace flaredeck::service
