#include "core/mcp/statelesstransport.h"

#include "core/http/headernames.h"
#include "core/mcp/address.h"
#include "core/mcp/clientinfo.h"
#include "core/mcp/httpwords.h"
#include "core/mcp/metakeys.h"
#include "core/mcp/standardheaders.h"
#include "core/mcp/statelessanswer.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

/// It need not be there.
QString clientOf(const Json &params)
{
    const Json *meta = json::find(params, "_meta");
    const Json *info = meta ? json::find(*meta, meta::kClientInfo) : nullptr;
    return info ? clientInfoOf(*info) : QString();
}

} // namespace

StatelessTransport::StatelessTransport(McpServer &server, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_server(server)
    , m_subscriptions(server)
    , m_presence([this](const GrantId &grant) { return m_subscriptions.countOf(grant); },
                 [this](const GrantId &grant) { return running(grant); }, clock)
{
}

void StatelessTransport::handle(rpc::Message message, const Traits &revision,
                                const http::Request &request, const Accepted &accepted,
                                const http::ExchangePtr &exchange, const CallerPtr &caller)
{
    if (const auto problem = refuse(message, request, caller))
        return exchange->respond(refusal(400, *problem, message.id));
    QString clientInfo = clientOf(message.params);
    m_presence.see(caller->grant, revision, clientInfo);
    if (message.method == "subscriptions/listen")
        return m_subscriptions.open(message, caller, exchange);
    const auto inFlight = std::make_shared<rpc::InFlight>();
    m_running.append({caller->grant, inFlight});
    Challenge challenge = m_server.challengeFor(request);
    const auto answer = std::make_shared<StatelessAnswer>(exchange, inFlight, accepted, challenge);
    connect(answer.get(), &StatelessAnswer::finished, this, [this, inFlight] {
        m_running.removeIf([&](const Running &one) { return one.second == inFlight; });
    });
    const MessageScope scope{&revision,
                             caller,
                             valueOf(request.headers, http::header::kAccount),
                             address::toolsetOf(request.path),
                             std::move(clientInfo),
                             message.params.at("_meta").at(meta::kClientCapabilities),
                             inFlight,
                             queueOf(caller->grant),
                             nullptr,
                             request.peer,
                             request.body.size(),
                             std::move(challenge)};
    m_server.dispatch(std::move(message), scope, answer);
    answer->streamLater();
}

std::optional<rpc::RpcError> StatelessTransport::refuse(const rpc::Message &message,
                                                        const http::Request &request,
                                                        const CallerPtr &caller) const
{
    if (auto problem = standardheaders::check(request.headers, message))
        return problem;
    if (message.method != "tools/call")
        return std::nullopt;
    const QString name = json::stringAt(message.params, "name").value_or(QString());
    static const Json kNone;
    const Json *arguments = json::find(message.params, "arguments");
    // const: schemas are not for copying here
    const QList<Tool> tools = m_server.tools(caller, address::toolsetOf(request.path));
    const auto tool = std::find_if(tools.cbegin(), tools.cend(),
                                   [&name](const Tool &one) { return one.name == name; });
    if (tool == tools.cend())
        return std::nullopt;
    return standardheaders::checkArguments(request.headers, tool->inputSchema,
                                           arguments ? *arguments : kNone);
}

CallQueuePtr StatelessTransport::queueOf(const GrantId &grant)
{
    std::weak_ptr<CallQueue> &known = m_queues[grant];
    CallQueuePtr queue = known.lock();
    if (!queue) {
        queue = std::make_shared<CallQueue>();
        known = queue;
    }
    return queue;
}

int StatelessTransport::running(const GrantId &grant) const
{
    return static_cast<int>(std::count_if(m_running.cbegin(), m_running.cend(),
                                          [&](const Running &one) { return one.first == grant; }));
}

void StatelessTransport::setCaller(const CallerPtr &caller)
{
    if (const CallQueuePtr queue = m_queues.value(caller->grant).lock())
        queue->setCaller(caller);
}

void StatelessTransport::endGrant(const GrantId &grant, const rpc::RpcError &reason)
{
    const auto running = m_running;
    for (const auto &[owner, inFlight] : running) {
        if (owner == grant)
            inFlight->abortAll(reason);
    }
    m_subscriptions.endGrant(grant);
    m_presence.forget(grant);
    m_queues.remove(grant);
}

void StatelessTransport::endAll(const rpc::RpcError &reason)
{
    const auto running = m_running;
    for (const Running &one : running)
        one.second->abortAll(reason);
    m_subscriptions.endAll();
}

} // namespace flaredeck::mcp
