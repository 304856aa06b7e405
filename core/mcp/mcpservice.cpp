#include "core/mcp/mcpservice.h"

#include "core/http/headernames.h"
#include "core/mcp/era.h"
#include "core/mcp/methods/methods.h"
#include "core/mcp/sessions/peerlog.h"
#include "core/mcp/transports/address.h"
#include "core/mcp/transports/httpwords.h"
#include "core/mcp/transports/ssetransport.h"
#include "core/mcp/transports/streamabletransport.h"

#include <QPointer>
#include <QSet>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

/// RFC 6585 §4.
http::Response tooManyOpen()
{
    http::Response answer = refusal(
        429,
        serverError(u"This client has %1 calls and streams open, as many as it may. Close "
                    u"sessions that are no longer needed."_s.arg(McpService::kMaxOpenPerGrant)));
    answer.headers.append("Retry-After", "5");
    return answer;
}

} // namespace

class McpService::Private
{
public:
    Private(McpService *service, ServerInfo info, Guard guard_, const Features &features,
            const Stores &stores, const Clock &clock)
        : guard(std::move(guard_))
        , toolsets(features.tools->toolsets())
        , sessions(stores.sessions, clock)
        , server(std::move(info), features, sessions, stores.tasks, clock)
        , stateless(server)
        , streamable(server, sessions, stateless)
        , sse(server, sessions)
        , peers(clock)
        , q(service)
    {
    }

    using Answer =
        std::function<void(const http::RequestPtr &, const http::ExchangePtr &, const CallerPtr &)>;
    /// Nothing is answered before the caller is known, not even a wrong method.
    [[nodiscard]] http::HttpServer::Handler guarded(Answer answer) const;
    /// Counts the answer until it is complete or its peer has left. False: the grant has as many
    /// open as it may.
    [[nodiscard]] bool enter(const GrantId &grant, const http::ExchangePtr &exchange);
    [[nodiscard]] http::Response welcome(const http::Request &request) const;
    void announce(Change change, const GrantId *grant = nullptr)
    {
        sessions.announce(change, grant);
        stateless.subscriptions().announce(change, grant);
    }

    Guard guard;
    const QStringList toolsets;
    QSet<QString> installed; ///< of those that have routes
    Sessions sessions;
    McpServer server;
    StatelessTransport stateless;
    StreamableTransport streamable;
    SseTransport sse;
    PeerLog peers;
    /// The answers of each grant, calls and streams alike. May hold some that are over; they go
    /// when the list is full.
    QHash<GrantId, std::vector<std::weak_ptr<http::Exchange>>> open;
    McpService *const q;
};

bool McpService::Private::enter(const GrantId &grant, const http::ExchangePtr &exchange)
{
    auto &answers = open[grant];
    if (answers.size() >= kMaxOpenPerGrant)
        std::erase_if(answers, [](const std::weak_ptr<http::Exchange> &one) {
            const http::ExchangePtr alive = one.lock();
            return !alive || !alive->isOpen();
        });
    if (answers.size() >= kMaxOpenPerGrant)
        return false;
    answers.push_back(exchange);
    return true;
}

http::HttpServer::Handler McpService::Private::guarded(Answer answer) const
{
    return [service = QPointer(q), answer = std::move(answer)](const http::RequestPtr &request,
                                                               const http::ExchangePtr &exchange) {
        if (!service)
            return exchange->respond(http::Response::empty(503));
        const auto caller = service->d->guard(*request);
        if (!caller)
            return exchange->respond(caller.error());
        if (!service->d->enter((*caller)->grant, exchange))
            return exchange->respond(tooManyOpen());
        if (service->d->peers.isNew(request->peer, (*caller)->grant))
            emit service->peerSeen((*caller)->grant, request->peer);
        answer(request, exchange, *caller);
    };
}

/// Says to anybody what the server is, before a person allowed anything: a host that starts our
/// bridge does not wait that long for its handshake.
http::Response McpService::Private::welcome(const http::Request &request) const
{
    if (!request.peer.isLocal())
        return refusal(404, serverError(u"There is nothing at this address."_s));
    auto payload = rpc::parse(request.body);
    if (!payload)
        return refusal(400, payload.error().error, payload.error().id);
    const EraDecision era =
        decideEra({valueOf(request.headers, http::header::kProtocolVersion),
                   valueOf(request.headers, http::header::kMethod), false, *payload});
    const rpc::Message &message = payload->messages.front();
    const auto stranger = std::make_shared<const CallerIdentity>();
    const auto respond = [&message](const QByteArray &result) {
        return http::Response{
            200, {{"Content-Type", "application/json"}}, rpc::resultMessage(message.id, result)};
    };
    if (era.route == EraDecision::Route::NewSession) {
        const auto handshake = server.openHandshake(message.params);
        return handshake ? respond(server.welcome(*handshake, stranger))
                         : refusal(200, handshake.error(), message.id);
    }
    if (era.route == EraDecision::Route::Stateless && message.method == "server/discover")
        return respond(server.writer().write(server.discovery(*era.revision, stranger),
                                             *era.revision, kListCaching));
    return refusal(
        400,
        era.route == EraDecision::Route::Refuse
            ? era.error
            : rpc::RpcError{rpc::kInvalidRequest, u"Only a handshake is answered here."_s},
        message.id);
}

McpService::McpService(ServerInfo info, Guard guard, const Features &features, const Stores &stores,
                       const Clock &clock, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, std::move(info), std::move(guard), features, stores, clock))
{
    connect(&d->sessions, &Sessions::changed, this, &McpService::sessionsChanged);
    connect(features.tools, &ToolProvider::listChanged, this,
            [this] { d->announce(Change::Tools); });
    if (features.prompts)
        connect(features.prompts, &PromptProvider::listChanged, this,
                [this] { d->announce(Change::Prompts); });
    if (!features.resources)
        return;
    connect(features.resources, &ResourceProvider::listChanged, this,
            [this] { d->announce(Change::Resources); });
    connect(features.resources, &ResourceProvider::updated, this, [this](const QString &uri) {
        d->sessions.announceUpdate(uri);
        d->stateless.subscriptions().announceUpdate(uri);
    });
}

McpService::~McpService()
{
    shutDown();
}

void McpService::install(http::HttpServer &server)
{
    server.route(kWelcomePath, [service = QPointer(this)](const http::RequestPtr &request,
                                                          const http::ExchangePtr &exchange) {
        if (!service)
            return exchange->respond(http::Response::empty(503));
        exchange->respond(service->d->welcome(*request));
    });
    installToolsets(server, QStringList{QString()} + d->toolsets);
}

void McpService::installToolsets(http::HttpServer &server, const QStringList &toolsets)
{
    Private *const p = d.get(); // alive whenever `answer` runs: guarded() has checked
    const auto streamable =
        d->guarded([p](const auto &request, const auto &exchange, const auto &caller) {
            p->streamable.handle(request, exchange, caller);
        });
    const auto sse = d->guarded([p](const auto &request, const auto &exchange, const auto &caller) {
        // A client that was given this address and speaks Streamable HTTP is served
        // as well: only its GET without a session opens the older transport.
        if (request->method == http::Method::Get &&
            !request->headers.contains(http::header::kSession))
            p->sse.handleStream(request, exchange, caller);
        else
            p->streamable.handle(request, exchange, caller);
    });
    const auto message =
        d->guarded([p](const auto &request, const auto &exchange, const auto &caller) {
            p->sse.handleMessage(request, exchange, caller);
        });

    // Whoever would be refused does not get to upload first.
    const http::Admission admission =
        [service = QPointer(this)](const http::Request &head) -> std::optional<http::Response> {
        if (!service)
            return http::Response::empty(503);
        auto caller = service->d->guard(head);
        return caller ? std::nullopt : std::optional(std::move(caller.error()));
    };
    // People type the slash at the end too.
    const auto route = [&](const QByteArray &path, const http::HttpServer::Handler &handler) {
        server.route(path, handler, admission);
        server.route(path + '/', handler, admission);
    };
    for (const QString &toolset : toolsets) {
        if (d->installed.contains(toolset))
            continue;
        d->installed.insert(toolset);
        route(address::of(toolset, "mcp"), streamable);
        route(address::of(toolset, "sse"), sse);
        route(address::of(toolset, SseTransport::kMessageEndpoint), message);
    }
}

void McpService::endGrant(const GrantId &grant)
{
    d->sessions.endByGrant(grant);
    d->open.remove(grant);
    if (Tasks *tasks = d->server.tasks())
        tasks->endGrant(grant);
    d->stateless.endGrant(grant, serverError(u"The permission of this client was withdrawn."_s));
}

void McpService::endSession(const QString &handle)
{
    if (const GrantId grant = d->stateless.grantOf(handle); !grant.isEmpty()) {
        d->stateless.endGrant(grant, serverError(u"The user disconnected this client."_s));
        emit sessionsChanged();
        return;
    }
    d->sessions.endByHandle(handle);
}

void McpService::identityChanged(const CallerPtr &caller)
{
    // The identity itself comes with each request; what is left to do is to tell those that wait,
    // and to say that it changed.
    d->sessions.setCaller(caller);
    d->stateless.setCaller(caller);
    d->announce(Change::Tools, &caller->grant);
}

void McpService::shutDown()
{
    d->sessions.shutDown();
    if (Tasks *tasks = d->server.tasks())
        tasks->endAll(
            serverError(u"The server was closed while the task ran. Call the tool again."_s));
    d->stateless.endAll(serverError(u"The server is closing."_s));
}

QList<SessionInfo> McpService::sessions() const
{
    return d->sessions.list() + d->stateless.clients();
}

} // namespace flaredeck::mcp
