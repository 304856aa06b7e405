// Verbs about what is granted, and to whom.
#include "core/provider/scopes.h"
#include "core/service/localverbs.h"

#include <QCoreApplication>

#include <algorithm>

namespace flaredeck::service::localverb {

using namespace Qt::StringLiterals;

namespace {

/// Ids are long; so many characters of one name it, if no other begins alike.
constexpr qsizetype kShortestPrefix = 4;

Json namesOf(const QList<AccountRef> &accounts)
{
    Json names = Json::array();
    for (const AccountRef &account : accounts)
        names.push_back(account.name);
    return names;
}

Json rowOf(const GrantView &view)
{
    return {{"id", view.grant.id.value},           {"client", view.clientName},
            {"clientId", view.grant.client.value}, {"signIn", view.loginLabel},
            {"scopes", view.grant.scopes},         {"accounts", namesOf(view.grant.accounts)},
            {"createdAt", view.grant.createdAt},   {"lastUsedAt", view.grant.lastUsedAt},
            {"expiresAt", view.grant.expiresAt}};
}

/// In the order of the catalogue, with the sentence that the consent shows.
Json scopesOf(const store::Grant &grant)
{
    Json scopes = Json::array();
    ScopeSet rest = grant.scopes;
    for (const ScopeInfo &info : scopes::catalogue()) {
        if (rest.erase(info.name) > 0)
            scopes.push_back({{"scope", info.name}, {"opens", info.summary}});
    }
    for (const QString &unknown : rest)
        scopes.push_back({{"scope", unknown}, {"opens", ""}});
    return scopes;
}

Json sessionsOf(const Snapshot &shot, const GrantId &grant)
{
    Json sessions = Json::array();
    for (const ClientView &client : shot.clients) {
        for (const mcp::SessionInfo &session : client.sessions) {
            if (session.grant == grant)
                sessions.push_back({{"session", session.handle},
                                    {"client", session.clientInfo},
                                    {"transport", session.transport},
                                    {"revision", session.revision},
                                    {"streams", session.openStreams},
                                    {"calls", session.runningCalls},
                                    {"lastSeenAt", session.lastSeenAt}});
        }
    }
    return sessions;
}

Result<QString> grantOf(const Snapshot &shot, const LocalOrder &order)
{
    QStringList ids;
    for (const GrantView &view : shot.grants)
        ids << view.grant.id.value;
    return findId(ids, order.arguments.constFirst(), u"grant"_s);
}

Result<Json> toClient(LocalDesk &desk, const LocalOrder &order,
                      Result<> (Commands::*command)(const ClientId &), const QString &words)
{
    QStringList ids;
    for (const ClientView &view : desk.snapshot()->clients)
        ids << view.client.id.value;
    const auto id = findId(ids, order.arguments.constFirst(), u"client"_s);
    return id ? done((desk.commands.*command)(ClientId{*id}), words) : fail(id.error());
}

} // namespace

const char *stateOf(ServerState state)
{
    switch (state) {
    case ServerState::Starting:
        return "starting";
    case ServerState::Listening:
        return "listening";
    case ServerState::PortTaken:
        return "port taken";
    case ServerState::Stopped:
        break;
    }
    return "stopped";
}

const char *stateOf(store::KeyState state)
{
    switch (state) {
    case store::KeyState::Opening:
        return "opening";
    case store::KeyState::Ready:
        return "open";
    case store::KeyState::Closed:
        return "closed";
    case store::KeyState::SessionOnly:
        break;
    }
    return "not used in this run";
}

Result<QString> findId(const QStringList &ids, const QString &begin, const QString &what)
{
    if (ids.contains(begin))
        return begin;
    QStringList found;
    if (begin.size() >= kShortestPrefix)
        std::copy_if(ids.begin(), ids.end(), std::back_inserter(found),
                     [&begin](const QString &id) { return id.startsWith(begin); });
    if (found.size() == 1)
        return found.first();
    return fail(
        Error::Kind::NotFound,
        found.isEmpty() ? u"There is no %1 '%2'."_s.arg(what, begin)
                        : u"%1 of them begin with '%2'."_s.arg(found.size()).arg(begin),
        u"`flaredeck-core %1s list` shows the ids; the first characters will do."_s.arg(what));
}

Result<Json> done(const Result<> &result, const QString &words)
{
    return result ? Result<Json>(Json{{"done", words}}) : fail(result.error());
}

Task<Result<Json>> atOnce(Result<Json> answer)
{
    co_return answer;
}

Task<Result<Json>> status(LocalDesk &desk, LocalOrder)
{
    const SnapshotPtr shot = desk.snapshot();
    Json row{{"server", stateOf(shot->server.state)}, {"mcp", shot->server.mcpUrl},
             {"sandbox", shot->server.sandbox},       {"clients", shot->clients.size()},
             {"grants", shot->grants.size()},         {"keychain", stateOf(shot->keyState)},
             {"version", FLAREDECK_VERSION},          {"pid", QCoreApplication::applicationPid()}};
    Json signIns = Json::array();
    for (const store::Login &login : shot->logins)
        signIns.push_back(login.email);
    row["signIns"] = std::move(signIns);
    if (!shot->server.problem.isEmpty())
        row["problem"] = shot->server.problem;
    if (!shot->withdrawalProblem.isEmpty())
        row["withdrawalProblem"] = shot->withdrawalProblem;
    return atOnce(Json{{"rows", Json::array({row})}});
}

Task<Result<Json>> accounts(LocalDesk &desk, LocalOrder)
{
    Json rows = Json::array();
    const SnapshotPtr shot = desk.snapshot();
    for (const store::Login &login : shot->logins) {
        for (const AccountRef &account : login.accounts)
            rows.push_back({{"signIn", login.email},
                            {"signInId", login.id.value},
                            {"id", account.id},
                            {"name", account.name},
                            {"usable", login.state == store::LoginState::Ok}});
    }
    return atOnce(Json{{"rows", std::move(rows)}});
}

Task<Result<Json>> listGrants(LocalDesk &desk, LocalOrder)
{
    Json rows = Json::array();
    const SnapshotPtr shot = desk.snapshot();
    for (const GrantView &view : shot->grants)
        rows.push_back(rowOf(view));
    return atOnce(Json{{"rows", std::move(rows)}});
}

Task<Result<Json>> showGrant(LocalDesk &desk, LocalOrder order)
{
    const SnapshotPtr shot = desk.snapshot();
    const auto id = grantOf(*shot, order);
    if (!id)
        return atOnce(fail(id.error()));
    const auto view =
        std::find_if(shot->grants.begin(), shot->grants.end(),
                     [&id](const GrantView &one) { return one.grant.id.value == *id; });
    Json row = rowOf(*view);
    row["scopes"] = scopesOf(view->grant);
    row["sessions"] = sessionsOf(*shot, view->grant.id);
    row["usable"] = view->loginUsable;
    row["unasked"] = view->grant.silent;
    return atOnce(Json{{"rows", Json::array({std::move(row)})}});
}

Task<Result<Json>> revokeGrant(LocalDesk &desk, LocalOrder order)
{
    if (order.arguments.constFirst() == "all"_L1)
        return atOnce(done(desk.commands.revoke({.all = true}), u"All access was revoked."_s));
    const auto id = grantOf(*desk.snapshot(), order);
    return atOnce(
        id ? done(desk.commands.revoke({.grants = {GrantId{*id}}}), u"The grant was revoked."_s)
           : fail(id.error()));
}

Task<Result<Json>> listClients(LocalDesk &desk, LocalOrder)
{
    Json rows = Json::array();
    const SnapshotPtr shot = desk.snapshot();
    for (const ClientView &view : shot->clients)
        rows.push_back({{"id", view.client.id.value},
                        {"name", view.client.name},
                        {"program", view.program ? view.program->title() : QString()},
                        {"grants", view.liveGrants},
                        {"lastSeenAt", view.lastSeenAt},
                        {"blocked", view.client.isBlocked()}});
    return atOnce(Json{{"rows", std::move(rows)}});
}

Task<Result<Json>> blockClient(LocalDesk &desk, LocalOrder order)
{
    return atOnce(toClient(desk, order, &Commands::blockClient, u"The client is blocked."_s));
}

Task<Result<Json>> unblockClient(LocalDesk &desk, LocalOrder order)
{
    return atOnce(toClient(desk, order, &Commands::unblockClient, u"The client may ask again."_s));
}

Task<Result<Json>> forgetClient(LocalDesk &desk, LocalOrder order)
{
    return atOnce(toClient(desk, order, &Commands::forgetClient, u"The client was forgotten."_s));
}

} // namespace flaredeck::service::localverb
