#include "core/mcp/transports/streamabletransport.h"

#include "core/http/headernames.h"
#include "core/mcp/era.h"
#include "core/mcp/errorcodes.h"
#include "core/mcp/revision.h"
#include "core/mcp/transports/httpwords.h"
#include "core/mcp/transports/postanswer.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

namespace header = http::header;

std::optional<rpc::RequestId> idOf(const rpc::Payload &payload)
{
    const rpc::Message &first = payload.messages.front();
    if (payload.isBatch || first.kind != rpc::Message::Kind::Request)
        return std::nullopt;
    return first.id;
}

} // namespace

StreamableTransport::StreamableTransport(McpServer &server, Sessions &sessions,
                                         StatelessTransport &stateless, QObject *parent)
    : QObject(parent)
    , m_server(server)
    , m_sessions(sessions)
    , m_stateless(stateless)
{
}

void StreamableTransport::handle(const http::RequestPtr &request, const http::ExchangePtr &exchange,
                                 const CallerPtr &caller)
{
    switch (request->method) {
    case http::Method::Post:
        return post(*request, exchange, caller);
    case http::Method::Get:
        return openStream(*request, exchange, caller);
    case http::Method::Delete:
        return endSession(*request, exchange, caller);
    default:
        return exchange->respond(methodNotAllowed("GET, POST, DELETE"));
    }
}

void StreamableTransport::post(const http::Request &request, const http::ExchangePtr &exchange,
                               const CallerPtr &caller)
{
    // Clients of the stateless era are asked for both by the specification too, but one is enough
    // to answer them.
    const QByteArray version = valueOf(request.headers, header::kProtocolVersion);
    const Accepted accepted = Accepted::of(request.headers);
    if (isModern(version) ? !accepted.json && !accepted.stream : !accepted.json || !accepted.stream)
        return exchange->respond(refusal(
            406, serverError(u"Not acceptable: the client must accept both application/json "
                             u"and text/event-stream."_s)));
    if (!isJson(request.headers))
        return exchange->respond(
            refusal(415, serverError(u"The Content-Type must be application/json."_s)));

    auto payload = rpc::parse(request.body);
    if (!payload)
        return exchange->respond(refusal(400, payload.error().error, payload.error().id));

    if (const auto problem = contradictionIn(request.headers, m_server.features().accountHeader))
        return exchange->respond(refusal(400, *problem, idOf(*payload)));
    const EraDecision era = decideEra({version, valueOf(request.headers, header::kMethod),
                                       request.headers.contains(header::kSession), *payload});
    switch (era.route) {
    case EraDecision::Route::Refuse:
        return exchange->respond(refusal(400, era.error, idOf(*payload)));
    case EraDecision::Route::Drop:
        return exchange->respond(http::Response::empty(202));
    case EraDecision::Route::NewSession:
        return openSession(payload->messages.front(), exchange, caller);
    case EraDecision::Route::Stateless:
        return m_stateless.handle(std::move(payload->messages.front()), *era.revision, request,
                                  accepted, exchange, caller);
    case EraDecision::Route::Session:
        return deliver(std::move(*payload), request, accepted, exchange, caller);
    }
}

void StreamableTransport::openSession(const rpc::Message &initialize,
                                      const http::ExchangePtr &exchange, const CallerPtr &caller)
{
    // Whatever session id it brings: clients whose session has ended keep sending it.
    const auto handshake = m_server.openHandshake(initialize.params);
    if (!handshake)
        return exchange->respond(refusal(200, handshake.error(), initialize.id));
    const auto created = m_sessions.create(Session::Transport::StreamableHttp, caller->grant);
    if (!created)
        return exchange->respond(refusal(503, serverError(created.error().text()), initialize.id));

    created->session->setHandshake(*handshake);
    m_sessions.save(*created->session);
    const QByteArray result = m_server.welcome(*handshake, caller);
    exchange->respond(
        {200,
         {{"Content-Type", "application/json"}, {header::kSession.toByteArray(), created->id}},
         rpc::resultMessage(initialize.id, result)});
}

void StreamableTransport::deliver(rpc::Payload payload, const http::Request &request,
                                  const Accepted &accepted, const http::ExchangePtr &exchange,
                                  const CallerPtr &caller)
{
    const SessionPtr session = sessionOf(request, exchange, caller);
    if (!session)
        return;
    // The answer carries no id: it must not be taken for that of the request that is running.
    if (const auto objection = session->objectionTo(payload))
        return exchange->respond(refusal(400, *objection));

    const auto sender = Sender::of(request, caller, m_server, session);
    sender->bytes /= qint64(payload.messages.size());
    std::shared_ptr<PostAnswer> answer;
    if (const int requests = payload.requestCount(); requests > 0)
        answer =
            std::make_shared<PostAnswer>(exchange, sender, accepted, requests, payload.isBatch);
    else
        exchange->respond(http::Response::empty(202));
    for (rpc::Message &message : payload.messages)
        m_server.dispatch(std::move(message), sender, answer);
    if (answer)
        answer->streamLater();
}

void StreamableTransport::openStream(const http::Request &request,
                                     const http::ExchangePtr &exchange, const CallerPtr &caller)
{
    if (!Accepted::of(request.headers).stream)
        return exchange->respond(refusal(
            406, serverError(u"Not acceptable: the client must accept text/event-stream."_s)));
    if (const auto problem = contradictionIn(request.headers, m_server.features().accountHeader))
        return exchange->respond(refusal(400, *problem));
    const SessionPtr session = sessionOf(request, exchange, caller);
    if (!session)
        return;
    const QByteArray version = valueOf(request.headers, header::kProtocolVersion);
    if (!version.isEmpty() && !findRevision(version))
        return exchange->respond(refusal(
            400, serverError(u"The header MCP-Protocol-Version names no revision that this server "
                             u"serves."_s)));
    if (const QByteArray id = valueOf(request.headers, header::kLastEvent); !id.isEmpty())
        return resumeStream(session, id, exchange);
    startStream(session, exchange);
}

/// An open stream may be one that a relay holds for a client which is gone, so the newer one takes
/// over. A client that keeps two is told less than it could be, but not locked out.
void StreamableTransport::startStream(const SessionPtr &session, const http::ExchangePtr &exchange)
{
    session->stream()->attach(connectionOn(exchange), session->traits().primes);
    m_sessions.noteChanged();
}

/// Whoever comes back has lost the old connection, even if we have not noticed yet; so it ends.
void StreamableTransport::resumeStream(const SessionPtr &session, const QByteArray &lastEventId,
                                       const http::ExchangePtr &exchange)
{
    const auto position = ReplayStream::parse(lastEventId);
    if (!position)
        return exchange->respond(refusal(
            400, serverError(u"The header Last-Event-ID is none that this server gave."_s)));
    const auto stream = session->findStream(position->stream);
    // After a restart nothing of it is kept, but all that it can have told is to list again.
    if (stream == session->stream() && !stream->keeps(position->number))
        return startStream(session, exchange);
    if (!stream || !stream->keeps(position->number))
        return exchange->respond(refusal(
            404, serverError(u"What came after this event is no longer kept. Call again."_s)));
    stream->resume(position->number, connectionOn(exchange));
    m_sessions.noteChanged();
}

std::unique_ptr<http::SseStream>
StreamableTransport::connectionOn(const http::ExchangePtr &exchange)
{
    auto connection = std::make_unique<http::SseStream>(exchange);
    connect(connection.get(), &http::SseStream::closed, &m_sessions, &Sessions::noteChanged);
    return connection;
}

void StreamableTransport::endSession(const http::Request &request,
                                     const http::ExchangePtr &exchange, const CallerPtr &caller)
{
    if (const auto problem = contradictionIn(request.headers, m_server.features().accountHeader))
        return exchange->respond(refusal(400, *problem));
    const SessionPtr session = sessionOf(request, exchange, caller);
    if (!session)
        return;
    m_sessions.end(session, serverError(u"The client ended the session."_s));
    exchange->respond(http::Response::empty(204));
}

SessionPtr StreamableTransport::sessionOf(const http::Request &request,
                                          const http::ExchangePtr &exchange,
                                          const CallerPtr &caller)
{
    const QByteArray id = valueOf(request.headers, header::kSession);
    if (id.isEmpty()) {
        exchange->respond(refusal(400, serverError(u"The header Mcp-Session-Id is missing."_s)));
        return nullptr;
    }
    SessionPtr session = m_sessions.find(id, Session::Transport::StreamableHttp, caller->grant);
    if (!session)
        exchange->respond(
            refusal(404, {kSessionNotFound, u"Session not found. Send initialize again."_s}));
    return session;
}

} // namespace flaredeck::mcp
