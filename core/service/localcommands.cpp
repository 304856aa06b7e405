#include "core/service/localcommands.h"

#include "core/base/taskscope.h"
#include "core/base/waiting.h"
#include "core/http/peerprocess.h"
#include "core/oauth/endpoints/oautherror.h"

#include <QCoreApplication>
#include <QPointer>

#include <algorithm>

namespace flaredeck::service {

using namespace Qt::StringLiterals;

namespace {

/// Ids are long; so many characters of one name it, if no other begins alike.
constexpr qsizetype kShortestPrefix = 4;

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

std::string text(const QString &words)
{
    return words.toStdString();
}

Json status(const Snapshot &shot)
{
    Json row{{"server", stateOf(shot.server.state)}, {"mcp", text(shot.server.mcpUrl)},
             {"sandbox", shot.server.sandbox},       {"clients", shot.clients.size()},
             {"grants", shot.grants.size()},         {"keychain", stateOf(shot.keyState)},
             {"version", FLAREDECK_VERSION},         {"pid", QCoreApplication::applicationPid()}};
    Json signIns = Json::array();
    for (const store::Login &login : shot.logins)
        signIns.push_back(text(login.email));
    row["signIns"] = std::move(signIns);
    if (!shot.server.problem.isEmpty())
        row["problem"] = text(shot.server.problem);
    if (!shot.withdrawalProblem.isEmpty())
        row["withdrawalProblem"] = text(shot.withdrawalProblem);
    return Json::array({row});
}

Json accounts(const Snapshot &shot)
{
    Json rows = Json::array();
    for (const store::Login &login : shot.logins) {
        for (const AccountRef &account : login.accounts)
            rows.push_back({{"signIn", text(login.email)},
                            {"id", text(account.id)},
                            {"name", text(account.name)},
                            {"usable", login.state == store::LoginState::Ok}});
    }
    return rows;
}

Json grants(const Snapshot &shot)
{
    Json rows = Json::array();
    for (const GrantView &view : shot.grants) {
        Json scopes = Json::array();
        for (const QString &scope : view.grant.scopes)
            scopes.push_back(text(scope));
        Json names = Json::array();
        for (const AccountRef &account : view.grant.accounts)
            names.push_back(text(account.name));
        rows.push_back({{"id", text(view.grant.id.value)},
                        {"client", text(view.clientName)},
                        {"clientId", text(view.grant.client.value)},
                        {"signIn", text(view.loginLabel)},
                        {"scopes", std::move(scopes)},
                        {"accounts", std::move(names)},
                        {"createdAt", view.grant.createdAt},
                        {"lastUsedAt", view.grant.lastUsedAt},
                        {"expiresAt", view.grant.expiresAt}});
    }
    return rows;
}

Json clients(const Snapshot &shot)
{
    Json rows = Json::array();
    for (const ClientView &view : shot.clients)
        rows.push_back({{"id", text(view.client.id.value)},
                        {"name", text(view.client.name)},
                        {"program", text(view.program ? view.program->title() : QString())},
                        {"grants", view.liveGrants},
                        {"lastSeenAt", view.lastSeenAt},
                        {"blocked", view.client.isBlocked()}});
    return rows;
}

/// The one id that begins so.
Result<QString> find(const QStringList &ids, const QString &begin, const QString &what)
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

Result<QString> findGrant(const Snapshot &shot, const QString &begin)
{
    QStringList ids;
    for (const GrantView &view : shot.grants)
        ids << view.grant.id.value;
    return find(ids, begin, u"grant"_s);
}

Result<QString> findClient(const Snapshot &shot, const QString &begin)
{
    QStringList ids;
    for (const ClientView &view : shot.clients)
        ids << view.client.id.value;
    return find(ids, begin, u"client"_s);
}

Result<Json> done(const Result<> &result, const QString &words)
{
    return result ? Result<Json>(Json{{"done", text(words)}}) : fail(result.error());
}

int statusOf(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::InvalidInput:
        return 400;
    case Error::Kind::Denied:
        return 403;
    case Error::Kind::NotFound:
        return 404;
    default:
        return 500;
    }
}

} // namespace

const QList<LocalVerb> &localVerbs()
{
    static const QList<LocalVerb> verbs{
        {"status", "", "Print whether it listens, who is signed in, and how much is granted."},
        {"accounts", "", "List the accounts of the sign-ins."},
        {"grants list", "", "List what clients may do."},
        {"grants revoke", "ID", "Take a grant back; `all` takes all of them."},
        {"clients list", "", "List the clients that are known."},
        {"clients block", "ID", "End a client's access, and refuse it from now on."},
        {"clients unblock", "ID", "Let a client ask again."},
        {"clients forget", "ID", "End a client's access, and remove it."},
    };
    return verbs;
}

LocalCommands::LocalCommands(Commands &commands, std::function<SnapshotPtr()> snapshot,
                             QObject *parent)
    : QObject(parent)
    , m_commands(commands)
    , m_snapshot(std::move(snapshot))
{
}

void LocalCommands::install(http::HttpServer &server)
{
    server.route(kPath, [self = QPointer(this)](const http::RequestPtr &request,
                                                const http::ExchangePtr &exchange) {
        if (!self || !request->peer.isLocal())
            return exchange->respond(oauth::oautherror::notFound().toResponse());
        if (request->method != http::Method::Post)
            return exchange->respond(oauth::oautherror::wrongMethod("POST").toResponse());
        self->m_tasks.run(self->answer(request, exchange));
    });
}

Task<> LocalCommands::answer(http::RequestPtr request, http::ExchangePtr exchange)
{
    const auto looked = co_await waitFor(http::findPeerProcess(request->peer), m_tasks.token());
    if (m_tasks.isStopped())
        co_return;
    const auto program = looked.value_or(std::nullopt);
    if (!program || !http::isFlaredeck(*program)) {
        exchange->respond(oauth::OAuthError{
            403, "access_denied", u"Only Flaredeck's own programs may give commands here."_s}
                              .toResponse());
        co_return;
    }
    QStringList words;
    if (const auto body = json::parse(request->body); body && body->is_array()) {
        for (const Json &word : *body)
            words << json::toQString(word);
    }
    const auto result = carryOut(words);
    if (result)
        exchange->respond(http::Response::json(200, *result));
    else
        exchange->respond(
            oauth::OAuthError{statusOf(result.error()), "command_failed", result.error().text()}
                .toResponse());
}

Result<Json> LocalCommands::carryOut(const QStringList &words)
{
    const SnapshotPtr shot = m_snapshot();
    const QString verb =
        words.mid(0, words.value(0) == "grants"_L1 || words.value(0) == "clients"_L1 ? 2 : 1)
            .join(u' ');
    const auto known =
        std::find_if(localVerbs().begin(), localVerbs().end(), [&verb](const LocalVerb &one) {
            return verb == QLatin1StringView(one.words);
        });
    if (known == localVerbs().end())
        return fail(Error::Kind::InvalidInput, u"There is no command '%1'."_s.arg(verb),
                    u"`flaredeck-core --help` lists the commands."_s);
    const QStringList arguments = words.mid(verb.count(u' ') + 1);
    const bool takesOne = *known->argument != '\0';
    if (arguments.size() != (takesOne ? 1 : 0))
        return fail(Error::Kind::InvalidInput,
                    takesOne ? u"`%1` needs one id."_s.arg(verb)
                             : u"`%1` takes nothing behind it."_s.arg(verb),
                    u"`flaredeck-core --help` lists the commands."_s);

    if (verb == "status"_L1)
        return Json{{"rows", status(*shot)}};
    if (verb == "accounts"_L1)
        return Json{{"rows", accounts(*shot)}};
    if (verb == "grants list"_L1)
        return Json{{"rows", grants(*shot)}};
    if (verb == "clients list"_L1)
        return Json{{"rows", clients(*shot)}};
    if (verb == "grants revoke"_L1) {
        if (arguments.first() == "all"_L1)
            return done(m_commands.revoke({.all = true}), u"All access was revoked."_s);
        const auto id = findGrant(*shot, arguments.first());
        return id ? done(m_commands.revoke({.grants = {GrantId{*id}}}), u"The grant was revoked."_s)
                  : fail(id.error());
    }
    const auto id = findClient(*shot, arguments.first());
    if (!id)
        return fail(id.error());
    const ClientId client{*id};
    if (verb == "clients block"_L1)
        return done(m_commands.blockClient(client), u"The client is blocked."_s);
    if (verb == "clients unblock"_L1)
        return done(m_commands.unblockClient(client), u"The client may ask again."_s);
    return done(m_commands.forgetClient(client), u"The client was forgotten."_s);
}

} // namespace flaredeck::service
