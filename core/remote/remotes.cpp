#include "core/remote/remotes.h"

#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/base/taskscope.h"
#include "core/http/addressrules.h"
#include "core/provider/offer.h"
#include "core/remote/challenge.h"
#include "core/remote/reach.h"
#include "core/remote/tokenplace.h"

#include <QHash>
#include <QRegularExpression>
#include <QTimer>

#include <algorithm>
#include <map>

namespace flaredeck::remote {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kListEveryMs = 3600 * 1000;
constexpr int kListAfterChangeMs = 500;
constexpr Millis kNews = 12LL * 3600 * 1000; ///< a revision is not written down at each contact
constexpr qsizetype kLongestName = 20;
constexpr qsizetype kLongestTitle = 60;

/// A server of the facts that nobody has touched.
store::Remote untouched(const provider::HostedServer &server)
{
    store::Remote remote;
    remote.name = server.name;
    remote.title = server.title;
    remote.url = server.url.toString(QUrl::FullyEncoded);
    remote.isOn = false;
    remote.mayBePrivate = isThisComputer(server.url.host());
    remote.state = server.isPublic ? store::RemoteState::Open : store::RemoteState::SignedOut;
    return remote;
}

Error noServer()
{
    return {Error::Kind::NotFound, u"There is no such server."_s};
}

/// Everything that we have open to one server.
struct Link {
    explicit Link(Server where)
        : server(std::move(where))
    {
    }

    const Server server;
    const std::shared_ptr<Lanes> lanes = std::make_shared<Lanes>();
    std::shared_ptr<Connection> own; ///< for listing
    QHash<GrantId, std::shared_ptr<Connection>> byGrant;
    Millis listedAt = 0;
    QString problem;
    QStringList wanted;
    bool isListing = false;
    bool isToBeListed = false; ///< soon; once, however often a server says that it changed
};

} // namespace

class Remotes::Private
{
public:
    Private(Remotes &owner, QList<provider::HostedServer> theirs, store::RemoteStore &remotes,
            RemoteCredentials &tokens, RemoteSignIns &doors, const Clock &time)
        : q(owner)
        , hosted(std::move(theirs))
        , store(remotes)
        , credentials(tokens)
        , signIns(doors)
        , clock(time)
    {
        hourly.setInterval(kListEveryMs);
        QObject::connect(&hourly, &QTimer::timeout, &q, [this] { listAll(); });
    }

    [[nodiscard]] std::optional<store::Remote> find(const QString &name) const
    {
        if (auto stored = store.remote(name))
            return stored;
        const provider::HostedServer *fact = known(name);
        return fact ? std::optional(untouched(*fact)) : std::nullopt;
    }
    [[nodiscard]] const provider::HostedServer *known(const QString &name) const
    {
        const auto found = std::find_if(hosted.begin(), hosted.end(),
                                        [&name](const auto &one) { return one.name == name; });
        return found == hosted.end() ? nullptr : &*found;
    }
    [[nodiscard]] RemoteView view(const store::Remote &remote) const;
    /// As listed last; read once, since every snapshot asks and schemas are long.
    [[nodiscard]] QList<store::RemoteTool> &toolsOf(const QString &name) const;

    Link &linkTo(const store::Remote &remote);
    std::shared_ptr<Connection> connection(Link &link, const store::Remote &remote);
    [[nodiscard]] Bearer bearerFor(const QString &name);
    void listAll();
    void listSoon(const QString &name);
    Task<> list(QString name);
    Task<Result<>> listNow(QString name);
    void take(const QString &name, const QList<Json> &tools);
    void drop(const QString &name);

    Remotes &q;
    const QList<provider::HostedServer> hosted;
    store::RemoteStore &store;
    RemoteCredentials &credentials;
    RemoteSignIns &signIns;
    const Clock &clock;
    std::map<QString, std::unique_ptr<Link>> links;
    mutable QHash<QString, QList<store::RemoteTool>> listed; ///< see toolsOf()
    QTimer hourly;
    TaskScope tasks;
};

Remotes::Remotes(QList<provider::HostedServer> hosted, store::RemoteStore &store,
                 RemoteCredentials &credentials, RemoteSignIns &signIns, const Clock &clock,
                 QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, std::move(hosted), store, credentials, signIns, clock))
{
    connect(&store, &store::RemoteStore::changed, this, &Remotes::changed);
    connect(&signIns, &RemoteSignIns::started, this, &Remotes::changed);
    connect(&signIns, &RemoteSignIns::ended, this, &Remotes::changed);
}

Remotes::~Remotes() = default;

RemoteView Remotes::Private::view(const store::Remote &remote) const
{
    RemoteView view;
    view.remote = remote;
    if (const provider::HostedServer *fact = remote.isAdded ? nullptr : known(remote.name)) {
        view.summary = fact->summary;
        view.isPublic = fact->isPublic;
        view.isDeprecated = fact->isDeprecated;
        view.endsAt = endsAt(remote, provider::facts().hostedSignInDays);
    }
    view.tools = toolsOf(remote.name);
    view.isSigningIn = signIns.isRunning(remote.name);
    if (const auto link = links.find(remote.name); link != links.end()) {
        view.listedAt = link->second->listedAt;
        view.problem = link->second->problem;
        view.wanted = link->second->wanted;
    }
    return view;
}

QList<store::RemoteTool> &Remotes::Private::toolsOf(const QString &name) const
{
    const auto known = listed.find(name);
    if (known != listed.end())
        return *known;
    QList<store::RemoteTool> tools = store.tools(name);
    // Others are of earlier lists, to compare with when they come back.
    if (!tools.isEmpty()) {
        const Millis newest = tools.constFirst().seenAt;
        tools.removeIf([newest](const auto &tool) { return tool.seenAt != newest; });
    }
    return *listed.insert(name, tools);
}

QList<RemoteView> Remotes::views() const
{
    QList<RemoteView> views;
    for (const provider::HostedServer &fact : d->hosted)
        views << d->view(d->store.remote(fact.name).value_or(untouched(fact)));
    for (const store::Remote &remote : d->store.remotes()) {
        if (remote.isAdded)
            views << d->view(remote);
    }
    return views;
}

QList<RemoteView> Remotes::inUse() const
{
    QList<RemoteView> views;
    for (const store::Remote &remote : d->store.remotes()) {
        if (remote.isOn && (remote.isAdded || d->known(remote.name)))
            views << d->view(remote);
    }
    return views;
}

void Remotes::start()
{
    d->hourly.start();
    d->listAll();
}

void Remotes::Private::listAll()
{
    for (const store::Remote &remote : store.remotes()) {
        const bool canBeAsked =
            remote.state == store::RemoteState::Open || remote.state == store::RemoteState::Ok;
        if (remote.isOn && canBeAsked)
            tasks.run(list(remote.name));
    }
}

void Remotes::Private::listSoon(const QString &name)
{
    const auto link = links.find(name);
    if (link == links.end() || std::exchange(link->second->isToBeListed, true))
        return;
    QTimer::singleShot(kListAfterChangeMs, &q, [this, name] {
        const auto open = links.find(name);
        if (open == links.end())
            return;
        open->second->isToBeListed = false;
        tasks.run(list(name));
    });
}

Task<> Remotes::Private::list(QString name)
{
    if (const auto link = links.find(name); link != links.end() && link->second->isListing) {
        listSoon(name);
        co_return;
    }
    auto listing = listNow(name);
    const Result<> done = co_await listing;
    if (!done)
        qCInfo(lcProvider).noquote() << name << "could not be listed:" << done.error().message;
}

Link &Remotes::Private::linkTo(const store::Remote &remote)
{
    auto &link = links[remote.name];
    if (!link || link->server != serverOf(remote))
        link = std::make_unique<Link>(serverOf(remote));
    return *link;
}

Bearer Remotes::Private::bearerFor(const QString &name)
{
    return {[this, name](std::stop_token stop) {
                return credentials.accessToken(name, std::move(stop));
            },
            [this, name](const Secret &token) { credentials.reject(name, token); }};
}

std::shared_ptr<Connection> Remotes::Private::connection(Link &link, const store::Remote &remote)
{
    const bool needsToken = remote.state != store::RemoteState::Open;
    auto made = std::make_shared<Connection>(
        link.lanes, link.server, needsToken ? bearerFor(remote.name) : Bearer(),
        SpokenRevision{remote.revision, remote.revisionAt}, clock);
    const QString name = remote.name;
    QObject::connect(made.get(), &Connection::toolsChanged, &q, [this, name] { listSoon(name); });
    QObject::connect(made.get(), &Connection::spokenChanged, &q,
                     [this, name, connection = made.get()] {
                         auto stored = store.remote(name);
                         const remote::SpokenRevision &spoken = connection->spoken();
                         const bool isNews = stored && (stored->revision != spoken.name ||
                                                        spoken.at - stored->revisionAt > kNews);
                         if (!isNews)
                             return;
                         stored->revision = connection->spoken().name;
                         stored->revisionAt = connection->spoken().at;
                         if (const Result<> kept = store.update(*stored); !kept)
                             qCWarning(lcProvider).noquote() << kept.error().text();
                     });
    QObject::connect(made.get(), &Connection::challenged, &q,
                     [this, name](const QByteArray &header) {
                         const Challenge challenge = Challenge::parse(header);
                         const auto open = links.find(name);
                         if (open == links.end() || !challenge.wantsMore())
                             return;
                         open->second->wanted = challenge.scopes;
                         emit q.changed();
                     });
    return made;
}

Task<Result<>> Remotes::Private::listNow(QString name)
{
    const auto remote = find(name);
    if (!remote)
        co_return fail(noServer());
    Link &link = linkTo(*remote);
    if (!link.own)
        link.own = connection(link, *remote);
    const std::shared_ptr<Connection> asked = link.own;
    link.isListing = true;
    auto listing = asked->listTools(tasks.token());
    const Result<QList<Json>> tools = co_await listing;
    const auto open = links.find(name);
    if (tasks.isStopped() || open == links.end() || open->second->own != asked)
        co_return fail(Error::Kind::Cancelled, u"The server was changed meanwhile."_s);
    open->second->isListing = false;
    if (!tools) {
        open->second->problem = tools.error().text();
        // A connection that could not be made is made anew the next time.
        open->second->own.reset();
        emit q.changed();
        co_return fail(tools.error());
    }
    open->second->problem.clear();
    open->second->listedAt = clock.now();
    take(name, *tools);
    co_return Result<>();
}

void Remotes::Private::take(const QString &name, const QList<Json> &tools)
{
    QHash<QString, store::RemoteTool> before;
    for (const store::RemoteTool &tool : store.tools(name))
        before.insert(tool.name, tool);
    const Millis now = clock.now();
    QList<store::RemoteTool> current;
    for (const Json &definition : tools) {
        store::RemoteTool tool;
        tool.server = name;
        tool.name = json::stringAt(definition, "name").value_or(QString());
        tool.definition = definition;
        tool.seenAt = now;
        const QByteArray hash = mcp::toolHash(definition);
        const auto known = before.constFind(tool.name);
        tool.accepted = known == before.cend() ? hash : known->accepted;
        tool.isChanged = tool.accepted != hash;
        current << tool;
    }
    listed.insert(name, current);
    if (const Result<> saved = store.saveTools(name, current); !saved)
        qCWarning(lcProvider).noquote() << saved.error().text();
    emit q.toolsChanged();
    emit q.changed();
}

Result<> Remotes::setOn(const QString &name, bool isOn)
{
    const auto remote = d->find(name);
    if (!remote)
        return fail(noServer());
    if (remote->isOn == isOn)
        return {};
    Result<> done;
    if (!d->store.remote(name)) {
        store::Remote added = *remote;
        added.isOn = isOn;
        added.createdAt = d->clock.now();
        done = d->store.add(added);
    } else {
        done = d->store.setOn(name, isOn);
    }
    if (!done)
        return done;
    if (!isOn)
        d->drop(name);
    else if (remote->state == store::RemoteState::Open || remote->state == store::RemoteState::Ok)
        d->tasks.run(d->list(name));
    emit toolsChanged();
    emit changed();
    return {};
}

void Remotes::Private::drop(const QString &name)
{
    const auto link = links.find(name);
    if (link == links.end())
        return;
    if (link->second->own)
        link->second->own->close();
    // A call that runs keeps its connection; the others go when nothing of them is on the stack.
    auto gone = std::shared_ptr<Link>(std::move(link->second));
    links.erase(link);
    for (const auto &connection : gone->byGrant)
        connection->close();
    QTimer::singleShot(0, &q, [gone] {});
}

Task<Result<QString>> Remotes::add(QString url, QString title, bool mayBePrivate, quint16 ownPort)
{
    const Result<QUrl> address = readAddress(url, mayBePrivate);
    if (!address)
        co_return fail(address.error());
    if (isThisComputer(address->host()) && address->port(80) == ownPort) {
        co_return fail(Error::Kind::InvalidInput, u"This is Flaredeck's own address."_s,
                       u"Give the address of another server."_s);
    }
    const QString text = address->toString(QUrl::FullyEncoded);
    QStringList taken;
    for (const RemoteView &view : views()) {
        taken << view.remote.name;
        if (view.remote.url == text) {
            co_return fail(Error::Kind::InvalidInput,
                           u"This server is already there: %1."_s.arg(view.remote.title),
                           u"Switch it on."_s);
        }
    }
    for (const provider::Toolset &toolset : provider::toolsets())
        taken << toolset.name;

    store::Remote remote;
    remote.name = nameFor(*address, taken);
    const QString given = plaintext::withoutHidden(title).simplified().left(kLongestTitle);
    remote.title = given.isEmpty() ? address->host() : given;
    remote.url = text;
    remote.isAdded = true;
    remote.mayBePrivate =
        mayBePrivate || isThisComputer(address->host()) ||
        (!QHostAddress(address->host()).isNull() && !http::isPublic(QHostAddress(address->host())));
    remote.state = store::RemoteState::Open;
    remote.createdAt = d->clock.now();

    Connection probe(std::make_shared<Lanes>(), serverOf(remote), {}, {}, d->clock);
    auto listing = probe.listTools(d->tasks.token());
    const Result<QList<Json>> tools = co_await listing;
    if (d->tasks.isStopped())
        co_return fail(shuttingDown());
    if (!tools && tools.error().kind != Error::Kind::Unauthorized)
        co_return fail(tools.error());
    if (!tools)
        remote.state = store::RemoteState::SignedOut;
    remote.revision = probe.spoken().name;
    remote.revisionAt = probe.spoken().at;
    if (const Result<> added = d->store.add(remote); !added)
        co_return fail(added.error());
    if (tools) {
        d->take(remote.name, *tools);
        d->tasks.run(d->list(remote.name)); // by the connection that hears of changes
    }
    emit toolsChanged();
    emit changed();
    co_return remote.name;
}

Result<> Remotes::remove(const QString &name)
{
    const auto remote = d->store.remote(name);
    if (!remote)
        return fail(noServer());
    if (!remote->isAdded)
        return fail(Error::Kind::InvalidInput, u"This server cannot be removed."_s,
                    u"Switch it off."_s);
    d->signIns.cancelFor(name);
    if (const Result<> removed = d->store.remove(name); !removed)
        return removed;
    d->listed.remove(name);
    d->drop(name);
    emit toolsChanged();
    emit changed();
    return {};
}

Task<Result<>> Remotes::signIn(QString name)
{
    const auto remote = d->find(name);
    if (!remote)
        co_return fail(noServer());
    if (!d->store.remote(name)) {
        store::Remote added = *remote;
        added.isOn = true;
        added.createdAt = d->clock.now();
        if (const Result<> done = d->store.add(added); !done)
            co_return fail(done.error());
        emit toolsChanged();
    }
    const auto link = d->links.find(name);
    const QStringList wanted = link == d->links.end() ? QStringList() : link->second->wanted;
    auto signingIn = wanted.isEmpty() ? d->signIns.signIn(name, QByteArray(), d->tasks.token())
                                      : d->signIns.stepUp(name, wanted, d->tasks.token());
    const Result<store::Remote> done = co_await signingIn;
    if (d->tasks.isStopped())
        co_return fail(shuttingDown());
    if (!done)
        co_return fail(done.error());
    // With another sign-in everything begins anew.
    d->drop(name);
    if (!done->isOn) {
        if (const Result<> on = d->store.setOn(name, true); !on)
            co_return fail(on.error());
    }
    auto listing = d->listNow(name);
    co_return co_await listing;
}

Task<Result<provider::SignedOut>> Remotes::signOut(QString name)
{
    auto signingOut = d->signIns.signOut(name, d->tasks.token());
    const Result<provider::SignedOut> done = co_await signingOut;
    if (!d->tasks.isStopped()) {
        d->drop(name);
        emit changed();
    }
    co_return done;
}

Task<Result<>> Remotes::test(QString name)
{
    return d->listNow(std::move(name));
}

Result<> Remotes::acceptTool(const QString &server, const QString &tool)
{
    QList<store::RemoteTool> known = d->store.tools(server);
    known.removeIf([&tool](const auto &one) { return one.name != tool; });
    if (known.isEmpty())
        return fail(Error::Kind::NotFound, u"There is no such tool."_s);
    known.first().accepted = mcp::toolHash(known.constFirst().definition);
    known.first().isChanged = false;
    const Result<> saved = d->store.saveTools(server, known);
    if (saved) {
        for (store::RemoteTool &one : d->toolsOf(server)) {
            if (one.name == tool)
                one = known.constFirst();
        }
        emit toolsChanged();
        emit changed();
    }
    return saved;
}

Task<Result<Json>> Remotes::call(QString server, QString tool, Json schema, Json arguments,
                                 mcp::CallContextPtr context)
{
    const auto remote = d->store.remote(server);
    if (!remote || !remote->isOn) {
        co_return fail(Error::Kind::Denied, u"This server was switched off in Flaredeck."_s,
                       u"The user can switch it on there, on the page Servers."_s);
    }
    Link &link = d->linkTo(*remote);
    std::shared_ptr<Connection> &mine = link.byGrant[context->caller->grant];
    if (!mine)
        mine = d->connection(link, *remote);
    const std::shared_ptr<Connection> connection = mine; // outlives the server, if it is removed
    auto calling =
        connection->call(std::move(tool), std::move(schema), std::move(arguments), context);
    Result<Json> outcome = co_await calling;
    co_return outcome;
}

void Remotes::endGrant(const GrantId &grant)
{
    for (auto &[name, link] : d->links) {
        if (const auto connection = link->byGrant.take(grant)) {
            connection->close();
            QTimer::singleShot(0, this, [connection] {});
        }
    }
}

QString nameFor(const QUrl &url, const QStringList &taken)
{
    static const QRegularExpression others(u"[^a-z0-9]+"_s);
    QStringList labels = url.host().toLower().split(u'.', Qt::SkipEmptyParts);
    const bool isAddress = !QHostAddress(url.host()).isNull();
    // mcp.notion.com is "notion".
    if (!isAddress && labels.size() > 2 &&
        (labels.first() == "mcp"_L1 || labels.first() == "www"_L1))
        labels.removeFirst();
    QString name = isAddress ? u"local"_s : labels.value(0);
    name.replace(others, u"-"_s);
    while (name.startsWith(u'-'))
        name.remove(0, 1);
    name.truncate(kLongestName);
    static const QStringList reserved{u"mcp"_s, u"sse"_s, u"oauth"_s, u"local"_s, u"authorize"_s};
    if (name.isEmpty() || reserved.contains(name))
        name = u"server"_s;
    QString free = name;
    for (int number = 2; taken.contains(free); ++number)
        free = u"%1-%2"_s.arg(name).arg(number);
    return free;
}

Result<QUrl> readAddress(const QString &typed, bool mayBePrivate)
{
    const QString text = typed.trimmed();
    QUrl url(text.contains("://"_L1) ? text : u"https://"_s + text, QUrl::StrictMode);
    const auto refuse = [](const QString &why, const QString &action) {
        return fail(Error::Kind::InvalidInput, why, action);
    };
    if (!url.isValid() || url.host().isEmpty())
        return refuse(u"This is not the address of a server."_s,
                      u"Give one like https://mcp.example.com/mcp."_s);
    if (!url.userInfo().isEmpty())
        return refuse(u"A server's address has no user name or password."_s,
                      u"Leave them out: you sign in to the server after it was added."_s);
    if (url.hasFragment())
        return refuse(u"A server's address has no part after #."_s, u"Leave it out."_s);
    const bool isHere = isThisComputer(url.host());
    if (url.scheme() != "https"_L1 && !(url.scheme() == "http"_L1 && isHere))
        return refuse(u"A server is reached by https; http is for this computer only."_s,
                      u"Give its https address."_s);
    const QHostAddress literal(url.host());
    const bool isPrivateLiteral = !literal.isNull() && !http::isPublic(literal);
    if (isPrivateLiteral && !isHere && !mayBePrivate)
        return refuse(u"This address is on your own network."_s,
                      u"Say that it may be, if you mean it."_s);
    return url;
}

} // namespace flaredeck::remote
