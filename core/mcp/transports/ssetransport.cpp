#include "core/mcp/transports/ssetransport.h"

#include "core/mcp/errorcodes.h"
#include "core/mcp/revision.h"
#include "core/mcp/transports/address.h"
#include "core/mcp/transports/httpwords.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

/// Everything goes to the session's stream, as long as there is one.
class StreamOutlet : public rpc::Outlet
{
public:
    explicit StreamOutlet(std::weak_ptr<Session> session)
        : m_session(std::move(session))
    {
    }

    void answer(const QByteArray &message) override { notify(message); }
    void notify(const QByteArray &message) override
    {
        const SessionPtr session = m_session.lock();
        if (session && session->hasOpenStream())
            session->stream()->send(message);
    }
    void withdraw() override {}

private:
    const std::weak_ptr<Session> m_session;
};

} // namespace

SseTransport::SseTransport(McpServer &server, Sessions &sessions, QObject *parent)
    : QObject(parent)
    , m_server(server)
    , m_sessions(sessions)
{
}

void SseTransport::handleStream(const http::RequestPtr &request, const http::ExchangePtr &exchange,
                                const CallerPtr &caller)
{
    const auto created = m_sessions.create(Session::Transport::HttpSse, caller->grant);
    if (!created)
        return exchange->respond(refusal(503, serverError(created.error().text())));

    const SessionPtr session = created->session;
    // Queued, because the session owns the stream whose signal this is.
    connect(
        session->stream().get(), &ReplayStream::disconnected, this,
        [this, weak = std::weak_ptr(session)] {
            const SessionPtr ended = weak.lock();
            if (!ended)
                return;
            ended->queue()->cancelAll();
            m_sessions.end(ended, serverError(u"The client closed its stream."_s));
        },
        Qt::QueuedConnection);
    // The id is always ours: one that the client brought along would let others fix it beforehand.
    auto connection = std::make_unique<http::SseStream>(exchange);
    const QByteArray path = address::of(address::toolsetOf(request->path), kMessageEndpoint);
    connection->send(path + "?sessionId=" + created->id, "endpoint");
    session->stream()->attach(std::move(connection));
}

void SseTransport::handleMessage(const http::RequestPtr &request, const http::ExchangePtr &exchange,
                                 const CallerPtr &caller)
{
    if (request->method != http::Method::Post)
        return exchange->respond(methodNotAllowed("POST"));
    const auto id = http::Form::parse(request->query).value("sessionId");
    if (!id || id->isEmpty())
        return exchange->respond(
            refusal(400, serverError(u"The query parameter sessionId is missing."_s)));
    const SessionPtr session =
        m_sessions.find(id->toUtf8(), Session::Transport::HttpSse, caller->grant);
    if (!session)
        return exchange->respond(
            refusal(404, {kSessionNotFound, u"Session not found. Open the event stream again."_s}));
    if (const auto problem = contradictionIn(request->headers, m_server.features().accountHeader))
        return exchange->respond(refusal(400, *problem));
    if (!isJson(request->headers))
        return exchange->respond(
            refusal(400, serverError(u"The Content-Type must be application/json."_s)));

    auto payload = rpc::parse(request->body);
    if (!payload)
        return exchange->respond(refusal(400, payload.error().error, payload.error().id));
    if (const auto objection = session->objectionTo(*payload))
        return exchange->respond(refusal(400, *objection));

    exchange->respond(http::Response::text(202, "Accepted"));
    const auto sender = Sender::of(*request, caller, m_server, session);
    sender->bytes /= qint64(payload->messages.size());
    const auto outlet = std::make_shared<StreamOutlet>(session);
    if (session->isInitialized()) {
        for (rpc::Message &message : payload->messages)
            m_server.dispatch(std::move(message), sender, outlet);
    } else {
        open(payload->messages.front(), *session, caller, outlet); // which is no batch
    }
}

void SseTransport::open(const rpc::Message &message, Session &session, const CallerPtr &caller,
                        const std::shared_ptr<rpc::Outlet> &outlet)
{
    if (message.kind != rpc::Message::Kind::Request)
        return;

    rpc::Reply reply(message.id, outlet);
    if (message.method == "ping")
        return reply.result("{}");
    if (message.method != "initialize")
        return reply.error({rpc::kInvalidRequest, u"Send initialize first."_s});
    const auto handshake = m_server.openHandshake(message.params);
    if (!handshake)
        return reply.error(handshake.error());
    session.setHandshake(*handshake);
    m_sessions.save(session);
    reply.result(m_server.welcome(*handshake, caller));
}

} // namespace flaredeck::mcp
