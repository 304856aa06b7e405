#include "core/mcp/transports/statelesstransport.h"

#include "core/base/crypto.h"
#include "core/mcp/metakeys.h"
#include "core/mcp/methods/methods.h"
#include "core/mcp/revision.h"
#include "core/mcp/sessions/clientinfo.h"
#include "core/mcp/transports/address.h"
#include "core/mcp/transports/postanswer.h"
#include "core/mcp/transports/standardheaders.h"

#include <algorithm>
#include <chrono>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

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

StatelessTransport::StatelessTransport(McpServer &server, QObject *parent)
    : QObject(parent)
    , m_server(server)
    , m_subscriptions(server)
{
    m_sweeping.setInterval(1min);
    m_sweeping.setTimerType(Qt::VeryCoarseTimer);
    connect(&m_sweeping, &QTimer::timeout, this, &StatelessTransport::sweep);
}

void StatelessTransport::handle(rpc::Message message, const Traits &revision,
                                const http::Request &request, const Accepted &accepted,
                                const http::ExchangePtr &exchange, const CallerPtr &caller)
{
    if (const auto problem = refuse(message, request, caller))
        return exchange->respond(refusal(400, *problem, message.id));
    const auto sender = Sender::of(request, caller, m_server);
    sender->traits = &revision;
    sender->clientInfo = clientOf(message.params);
    sender->clientCapabilities =
        std::move(message.params.at("_meta").at(meta::kClientCapabilities));
    sender->queue = seen(*sender).calls;
    const Method *method = findMethod(message.method, true);
    if (method && !method->answer)
        return m_subscriptions.open(message, caller, exchange);
    const auto answer = std::make_shared<PostAnswer>(exchange, sender, accepted);
    const rpc::ReplyPtr reply = m_server.dispatch(std::move(message), sender, answer);
    if (!reply->isOpen())
        return;
    answer->streamLater();
    // A peer that leaves has cancelled its request (MCP 2026-07-28, basic/utilities/cancellation).
    connect(exchange.get(), &http::Exchange::closed, this, [weak = std::weak_ptr(reply)] {
        if (const rpc::ReplyPtr left = weak.lock(); left && left->isOpen())
            left->cancel();
    });
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
    const QList<Tool> tools =
        m_server.features().tools->list(caller, address::toolsetOf(request.path));
    const auto tool = std::find_if(tools.cbegin(), tools.cend(),
                                   [&name](const Tool &one) { return one.name == name; });
    if (tool == tools.cend())
        return std::nullopt;
    return standardheaders::checkArguments(request.headers, tool->inputSchema,
                                           arguments ? *arguments : kNone);
}

void StatelessTransport::setCaller(const CallerPtr &caller)
{
    if (const auto client = m_clients.constFind(caller->grant); client != m_clients.cend())
        client->calls->setCaller(caller);
}

void StatelessTransport::endGrant(const GrantId &grant, const rpc::RpcError &reason)
{
    m_clients.take(grant).calls->abortAll(reason);
    m_subscriptions.endGrant(grant);
}

void StatelessTransport::endAll(const rpc::RpcError &reason)
{
    for (const Client &client : std::exchange(m_clients, {}))
        client.calls->abortAll(reason);
    m_subscriptions.endAll();
}

StatelessTransport::Client &StatelessTransport::seen(const Sender &sender)
{
    const GrantId &grant = sender.caller->grant;
    const Millis now = m_server.clock().now();
    Client &client = m_clients[grant];
    SessionInfo &shown = client.shown;
    if (shown.grant.isEmpty() || !isThere(client)) {
        shown.handle =
            u"none-"_s + QString::fromLatin1(crypto::sha256(grant.value.toUtf8()).first(4).toHex());
        shown.grant = grant;
        shown.transport = u"no session"_s;
        shown.createdAt = now;
    }
    if (shown.revision != QLatin1StringView(sender.traits->name))
        shown.revision = QString::fromLatin1(sender.traits->name);
    if (!sender.clientInfo.isEmpty())
        shown.clientInfo = sender.clientInfo;
    shown.lastSeenAt = now;
    if (!m_sweeping.isActive())
        m_sweeping.start();
    return client;
}

bool StatelessTransport::isThere(const Client &client) const
{
    return m_server.clock().now() - client.shown.lastSeenAt < kLingersFor ||
           m_subscriptions.countOf(client.shown.grant) > 0 || client.calls->count() > 0;
}

void StatelessTransport::sweep()
{
    const auto gone =
        m_clients.removeIf([this](const auto &entry) { return !isThere(entry.value()); });
    if (m_clients.isEmpty())
        m_sweeping.stop();
    if (gone > 0)
        m_server.sessions().noteChanged();
}

GrantId StatelessTransport::grantOf(const QString &handle) const
{
    for (const Client &client : m_clients) {
        if (client.shown.handle == handle)
            return client.shown.grant;
    }
    return {};
}

QList<SessionInfo> StatelessTransport::clients() const
{
    QList<SessionInfo> list;
    for (const Client &client : m_clients) {
        if (!isThere(client))
            continue;
        list << client.shown;
        list.last().openStreams = m_subscriptions.countOf(client.shown.grant);
        list.last().runningCalls = client.calls->count();
    }
    return list;
}

} // namespace flaredeck::mcp
