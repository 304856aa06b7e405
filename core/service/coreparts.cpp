#include "core/service/coreparts.h"

#include "core/base/origin.h"
#include "core/oauth/endpoints/corspolicy.h"
#include "core/provider/scopes.h"
#include "core/service/callpermits.h"
#include "core/service/snapshotbuilder.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace flaredeck::service {

namespace {

constexpr int kSnapshotIntervalMs = 100;
constexpr int kHeardIntervalMs = 2000;

const Clock &systemClock = Clock::system();

} // namespace

Core::Private::Private(Options given, Prompter &person, std::unique_ptr<store::Vault> openVault,
                       std::unique_ptr<sandbox::Sandbox> runningSandbox, const QUrl &sandboxUrl,
                       std::unique_ptr<store::Keychain> keychain,
                       std::unique_ptr<provider::Provider> theProvider)
    : options(std::move(given))
    , vault(std::move(openVault))
    , standIn(std::move(runningSandbox))
    , provider(std::move(theProvider))
    , endpoints(standIn ? provider::facts().endpointsAt(sandboxUrl) : provider::facts().endpoints)
    , settings(options.dataDir.settingsFile())
    , audit(vault->audit, settings)
    , refusals(vault->audit, systemClock)
    , history(options.dataDir.historyFile(), settings.get(setting::historyDays), systemClock)
    , prompter(person)
    , logins(*vault, std::move(keychain))
    , clientConfig(settings, logins, options.world(),
                   ClientConfigSource::devVarsOf(QDir::currentPath()))
    , credentials(logins, httpClient, endpoints, resolveClient(), systemClock)
    , api(*provider, httpClient, credentials, endpoints)
    , signIns(*provider, logins, httpClient, endpoints, resolveClient(), prompter, systemClock)
    , refreshSchedule(logins, credentials, options.sandbox, systemClock)
    , signInAgain(logins, signIns, systemClock)
    , loginAdapter(logins, signIns, options.world())
    , authorization(
          *vault, loginAdapter, prompter, [this] { return logins.successorKey(); }, systemClock)
    , remoteStore(*vault, logins)
    , reach(httpClient)
    , remoteCredentials(remoteStore, reach, systemClock)
    , remoteSignIns(remoteStore, reach, prompter, systemClock)
    // The stand-in plays no servers, and its world has no others.
    , remotes(options.sandbox ? QList<provider::HostedServer>() : provider::facts().hosted,
              remoteStore, remoteCredentials, remoteSignIns, systemClock)
    , rules(vault->rules, systemClock)
    , results(systemClock)
    , catalogue(
          *provider, api, [this](store::CallRecord call) { record(std::move(call)); }, systemClock,
          permitBy(authorization), rightsBy(logins), &rules,
          {[this](const ClientId &client) { return settings.resultLimitFor(client); }, &results})
    , guide(catalogue, &results)
    , prompts(provider->makePrompts(httpClient, endpoints, systemClock))
    , taskRows(vault->tasks, [this] { return keepsContents; })
    , mcp(
          {u"flaredeck"_s, u"Flaredeck"_s, QStringLiteral(FLAREDECK_VERSION)},
          [this](const http::Request &request) { return authorization.authenticate(request); },
          {&catalogue, prompts.get(), &guide, &oauth::AuthorizationServer::insufficientScope,
           provider::facts().accountHeader},
          {&vault->sessions, &taskRows}, systemClock)
    , revocation(authorization, mcp, logins, signIns, options.sandbox, systemClock)
    , setups(options.dataDir.connections(), audit, systemClock)
    , versions(httpClient, settings, systemClock, QUrl(origin().latest), origin().home)
    , server({}, std::make_unique<WatchedGate>(
                     oauth::corsOf, oauth::isNavigation,
                     [this](const http::Request &request, const http::Response &refusal) {
                         refusals.see(request, refusal);
                     }))
    , publishing(kSnapshotIntervalMs)
    , heard(kHeardIntervalMs)
{
    for (const store::Login &login : logins.logins())
        accounts.insert(login.id, login.accounts);
    credentials.setRevive([this](LoginId login, std::stop_token stop) {
        return signInAgain.wait(std::move(login), std::move(stop));
    });
    signIns.setWanted([this] { return signInScopes(); });
    authorization.setAllowAlways([this](const ClientId &client, const QString &tool) {
        return rules.set(client, u"tool:"_s + tool, Policy::Allow);
    });
    view.sandbox = options.sandbox;
    view.sandboxUrl = sandboxUrl.toString();
}

std::function<provider::ClientConfig()> Core::Private::resolveClient() const
{
    return [this] { return clientConfig.resolve(); };
}

void Core::Private::record(store::CallRecord call)
{
    if (!keepsContents) {
        call.arguments.clear();
        call.result.clear();
    }
    history.append(std::move(call));
}

Task<Result<store::Login>> Core::Private::signInOn(LocalDesk::ShowPage show, std::stop_token stop)
{
    const bool isOurs = !signIns.isRunning();
    if (!isOurs)
        show(prompter.page());
    prompter.takePages(show);
    Task<Result<store::Login>> ending = signIns.signIn({}, stop); // puts its question at once
    prompter.takePages(nullptr);
    const QString id = prompter.running();
    Result<store::Login> login = co_await ending;
    if (isOurs && stop.stop_requested())
        signIns.cancel(id);
    co_return login;
}

Task<Result<>> Core::Private::signInToServerOn(QString name, LocalDesk::ShowPage show,
                                               std::stop_token stop)
{
    const bool isOurs = !remoteSignIns.isRunning(name);
    // The server is asked first, so that its page comes later.
    prompter.takePages(show);
    auto signingIn = remotes.signIn(name);
    const std::stop_callback giveUp(stop, [this, name, isOurs] {
        if (isOurs)
            remoteSignIns.cancelFor(name);
    });
    const Result<> done = co_await signingIn;
    prompter.takePages(nullptr);
    co_return done;
}

ScopeSet Core::Private::signInScopes() const
{
    const QString chosen = settings.get(setting::signInScopes);
    return chosen.isEmpty() ? scopes::all() : scopes::parse(chosen);
}

SnapshotPtr Core::Private::makeSnapshot() const
{
    Snapshot snapshot = buildSnapshot({authorization, mcp, logins, programs});
    const provider::ClientConfig config = clientConfig.resolve();
    snapshot.server = view;
    snapshot.providerClientId = config.clientId;
    snapshot.providerClientSource = config.source;
    snapshot.hasClientSecret = !config.clientSecret.isEmpty();
    snapshot.signInScopes = signInScopes();
    snapshot.signInRefusedScope = signIns.refusedScope();
    snapshot.signInRunning = prompter.running();
    snapshot.historyProblem = historyProblem;
    snapshot.withdrawalProblem = authorization.problem();
    if (const auto newest = versions.newest()) {
        snapshot.newVersion = newest->number;
        snapshot.newVersionPage = newest->page;
    }
    snapshot.documentProblem = authorization.documentProblem();
    snapshot.receipt = revocation.receipt();
    snapshot.rules = rules.book().all();
    snapshot.servers = remotes.views();
    return std::make_shared<const Snapshot>(std::move(snapshot));
}

connect::Target Core::Private::setupTarget() const
{
    return {view.mcpUrl, view.bridge, catalogue.toolsets(), provider::facts().hostedDomain};
}

} // namespace flaredeck::service
