#include "core/base/logging.h"
#include "core/provider/offer.h"
#include "core/service/core.h"
#include "core/service/coreparts.h"
#include "core/tools/remotetool.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::service {

namespace {

using provider::HostedServer;

/// What the facts say that a server's tool does: of that server, or of a tool of ours with this
/// name, of which theirs is the other edition.
std::optional<Effect> knownEffect(const store::Remote &remote, const QString &tool)
{
    if (remote.isAdded)
        return std::nullopt;
    const auto &hosted = provider::facts().hosted;
    const auto server = std::find_if(hosted.begin(), hosted.end(), [&](const HostedServer &one) {
        return one.name == remote.name;
    });
    if (server != hosted.end() && server->effects.contains(tool))
        return server->effects.value(tool);
    const auto &ours = tools::allDefinitions();
    const auto same = std::find_if(ours.begin(), ours.end(),
                                   [&tool](const auto &one) { return one.tool.name == tool; });
    return same == ours.end() ? std::nullopt : std::optional(same->effect);
}

/// The provider's own servers reach every account of their sign-in, and so more than a grant may.
std::optional<Error> accountRefusal(const QString &server, const Json &arguments,
                                    const CallerIdentity &caller)
{
    const auto &hosted = provider::facts().hosted;
    const bool isHosted = std::any_of(hosted.begin(), hosted.end(),
                                      [&server](const auto &one) { return one.name == server; });
    if (!isHosted || caller.accounts.isEmpty())
        return std::nullopt;
    for (const char *key : {"account_id", "accountId"}) {
        const auto named = json::stringAt(arguments, key);
        const bool isReached =
            !named || std::any_of(caller.accounts.begin(), caller.accounts.end(),
                                  [&named](const AccountRef &one) { return one.id == *named; });
        if (!isReached)
            return Error{Error::Kind::Denied,
                         u"This connection was not given the account of this call."_s,
                         u"Use one of those that accounts_list shows, by its id."_s};
    }
    return std::nullopt;
}

Task<Result<Json>> refused(Error error)
{
    co_return fail(std::move(error));
}

provider::Toolset toolsetOf(const remote::RemoteView &view)
{
    provider::Toolset toolset;
    toolset.name = view.remote.name;
    const QString about =
        view.summary.isEmpty()
            ? u"Tools of the MCP server at %1."_s.arg(QUrl(view.remote.url).host())
            : view.summary;
    toolset.file = {{"title", view.remote.title}, {"description", about}, {"summary", about}};
    return toolset;
}

ScopeInfo scopeOf(const remote::RemoteView &view, bool isWrite)
{
    ScopeInfo scope;
    scope.name = isWrite ? tools::remotetool::writeScope(view.remote.name)
                         : tools::remotetool::readScope(view.remote.name);
    scope.label = view.remote.title;
    scope.write = isWrite;
    scope.summary = isWrite ? u"Use the tools of %1 that change things"_s.arg(view.remote.title)
                            : u"Use the tools of %1 that only read"_s.arg(view.remote.title);
    if (isWrite)
        scope.risk = u"What these tools do happens at %1, with your sign-in there."_s.arg(
            QUrl(view.remote.url).host());
    return scope;
}

} // namespace

void Core::offerRemotes()
{
    QList<ScopeInfo> scopes;
    QList<provider::Toolset> toolsets;
    QList<tools::DefinitionPtr> definitions;
    QStringList names;
    QSet<QString> taken;
    for (const remote::RemoteView &view : d->remotes.inUse()) {
        provider::Toolset toolset = toolsetOf(view);
        bool hasWriting = false;
        for (const store::RemoteTool &tool : view.tools) {
            tools::ToolDefinition definition =
                tools::remotetool::define(view.remote.name, tool.definition,
                                          knownEffect(view.remote, tool.name), tool.isChanged);
            if (taken.contains(definition.tool.name))
                continue;
            taken.insert(definition.tool.name);
            hasWriting = hasWriting || definition.effect != Effect::Reads;
            definitions << std::make_shared<const tools::ToolDefinition>(std::move(definition));
        }
        scopes << scopeOf(view, false);
        toolset.scopes.insert(scopes.constLast().name);
        if (hasWriting) {
            scopes << scopeOf(view, true);
            toolset.scopes.insert(scopes.constLast().name);
        }
        names << toolset.name;
        toolsets << toolset;
    }
    provider::offerBesides(scopes, toolsets);
    tools::setRemoteDefinitions(definitions);
    d->catalogue.setRemoteTools(
        definitions,
        [this](QString server, QString tool, Json schema, Json arguments,
               mcp::CallContextPtr context) -> Task<Result<Json>> {
            if (const auto refusal = accountRefusal(server, arguments, *context->caller))
                return refused(*refusal);
            return d->remotes.call(std::move(server), std::move(tool), std::move(schema),
                                   std::move(arguments), std::move(context));
        });
    d->mcp.installToolsets(d->server, names);
    d->authorization.installEndpoints(d->server);
    d->publishing.request();
}

Result<> Core::switchServer(const QString &name, bool isOn)
{
    return d->remotes.setOn(name, isOn);
}

Task<Result<QString>> Core::addServer(QString url, QString title, bool mayBePrivate)
{
    return d->remotes.add(std::move(url), std::move(title), mayBePrivate, d->view.port);
}

Result<> Core::removeServer(const QString &name)
{
    const Result<> removed = d->remotes.remove(name);
    if (!removed)
        return removed;
    // Another server may get this name: what was granted and ruled was about this one.
    const ScopeSet gone{tools::remotetool::readScope(name), tools::remotetool::writeScope(name)};
    const auto isGone = [&gone](const QString &scope) { return gone.contains(scope); };
    const auto note = [](const Result<> &done) {
        if (!done)
            qCWarning(lcApp).noquote() << done.error().text();
    };
    for (const store::Grant &grant : d->authorization.liveGrants()) {
        ScopeSet left = grant.scopes;
        if (std::erase_if(left, isGone) > 0)
            note(d->authorization.setScopes(grant.id, left));
    }
    for (const ClientView &client : d->makeSnapshot()->clients) {
        for (const store::RememberedApproval &approval : client.approvals) {
            if (std::any_of(approval.scopes.begin(), approval.scopes.end(), isGone) ||
                std::any_of(approval.requested.begin(), approval.requested.end(), isGone))
                note(d->authorization.forgetApproval(approval.id));
        }
    }
    for (const store::Rule &rule : QList(d->rules.book().all())) {
        if (rule.subject.startsWith(u"tool:"_s + name + u"__"_s) ||
            rule.subject == tools::RuleBook::subjectOfToolset(name))
            note(d->rules.set(rule.client, rule.subject, std::nullopt));
    }
    return removed;
}

Task<Result<>> Core::signInToServer(QString name)
{
    return d->remotes.signIn(std::move(name));
}

Task<Result<QString>> Core::signOutOfServer(QString name)
{
    auto signingOut = d->remotes.signOut(std::move(name));
    const Result<provider::SignedOut> done = co_await signingOut;
    if (!done)
        co_return fail(done.error());
    co_return done->problem;
}

Task<Result<>> Core::testServer(QString name)
{
    return d->remotes.test(std::move(name));
}

Result<> Core::acceptTool(const QString &server, const QString &tool)
{
    return d->remotes.acceptTool(server, tool);
}

} // namespace flaredeck::service
