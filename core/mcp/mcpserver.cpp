#include "core/mcp/mcpserver.h"

#include "core/base/logging.h"
#include "core/mcp/clientinfo.h"
#include "core/mcp/loglevel.h"
#include "core/mcp/revision.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

/// No member of params means anything by null (MCP, schema.ts), but some serializers write it for
/// what was not given. What is inside of a tool's arguments is for its schema to say.
void leaveOutNulls(Json &params)
{
    const auto drop = [](Json &object) {
        std::erase_if(object.get_ref<Json::object_t &>(),
                      [](const auto &member) { return member.second.is_null(); });
    };
    drop(params);
    if (const auto meta = params.find("_meta"); meta != params.end() && meta->is_object())
        drop(*meta);
}

/// What handlers of ours may have to wait for.
bool isWork(const std::string &method)
{
    return method == "tools/call" || method == "resources/read" || method == "prompts/get";
}

} // namespace

McpServer::McpServer(ServerInfo info, const Features &features, Sessions &sessions,
                     TaskStore *taskStore, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_info(std::move(info))
    , m_toolProvider(*features.tools)
    , m_promptProvider(features.prompts)
    , m_resourceProvider(features.resources)
    , m_scopeChallenge(features.scopeChallenge)
    , m_sessions(sessions)
    , m_support{&sessions,
                &clock,
                std::make_shared<const ResultWriter>(m_info),
                std::make_shared<const inputs::StateSeal>(),
                features.tools->hasLongTools() ? std::make_shared<Tasks>(taskStore, clock)
                                               : nullptr,
                &m_calls}
    , m_tools(*features.tools, m_support)
{
    if (features.prompts)
        m_prompts.emplace(*features.prompts, m_support);
    if (features.resources)
        m_resources.emplace(*features.resources, m_support);
    if (m_support.tasks)
        m_tasks.emplace(m_support);
}

tl::expected<Handshake, rpc::RpcError> McpServer::openHandshake(const Json &params) const
{
    const auto version = json::stringAt(params, "protocolVersion");
    if (!version)
        return tl::unexpected(
            rpc::invalidParams(u"initialize needs protocolVersion as a string."_s));
    const Json *capabilities = json::find(params, "capabilities");
    if (!capabilities || !capabilities->is_object())
        return tl::unexpected(rpc::invalidParams(u"initialize needs capabilities as an object."_s));
    if (json::print(*capabilities).size() > kMaxCapabilitiesBytes)
        return tl::unexpected(
            rpc::invalidParams(u"The capabilities of a client may not be larger than %1 KiB."_s.arg(
                kMaxCapabilitiesBytes / 1024)));
    const Json *client = json::find(params, "clientInfo");
    if (!client || !json::stringAt(*client, "name") || !json::stringAt(*client, "version"))
        return tl::unexpected(
            rpc::invalidParams(u"initialize needs clientInfo with name and version as strings."_s));
    return Handshake{&negotiate(version->toUtf8()), clientInfoOf(*client), *capabilities};
}

Json McpServer::capabilities(const Traits &traits) const
{
    Json offered{{"tools", {{"listChanged", true}}}};
    if (m_prompts)
        offered["prompts"] = {{"listChanged", true}};
    if (m_resources)
        offered["resources"] = {{"subscribe", true}, {"listChanged", true}};
    if (m_prompts || m_resources)
        offered["completions"] = Json::object();
    if (!traits.stateless)
        offered["logging"] = Json::object();
    else if (m_tasks)
        offered["extensions"][kTasksExtension] = Json::object();
    return offered;
}

QByteArray McpServer::welcome(const Handshake &handshake, const CallerPtr &caller) const
{
    Json server{{"name", m_info.name}, {"version", m_info.version}};
    if (handshake.traits->titles)
        server["title"] = m_info.title;
    Json result{{"protocolVersion", handshake.traits->name},
                {"capabilities", capabilities(*handshake.traits)},
                {"serverInfo", std::move(server)}};
    if (const QString text = m_toolProvider.instructions(caller); !text.isEmpty())
        result["instructions"] = text;
    return json::print(result);
}

Challenge McpServer::challengeFor(const http::Request &request) const
{
    if (!m_scopeChallenge)
        return {};
    http::Request head = request;
    head.body.clear();
    return [challenge = m_scopeChallenge, head = std::move(head)](const ScopeSet &needed) {
        return challenge(head, needed);
    };
}

void McpServer::dispatch(rpc::Message message, const MessageScope &scope,
                         const std::shared_ptr<rpc::Outlet> &outlet)
{
    switch (message.kind) {
    case rpc::Message::Kind::Request: {
        const auto reply = std::make_shared<rpc::Reply>(message.id, outlet);
        if (isWork(message.method))
            queueWork(std::move(message), scope, reply);
        else
            handleRequest(std::move(message), scope, reply);
        if (reply->isOpen())
            m_sessions.noteChanged();
        return;
    }
    case rpc::Message::Kind::Notification:
        handleNotification(message, *scope.inFlight);
        return;
    case rpc::Message::Kind::Response:
        if (scope.session)
            scope.session->outgoing().deliver(message);
        return;
    }
}

void McpServer::queueWork(rpc::Message message, const MessageScope &scope,
                          const rpc::ReplyPtr &reply)
{
    // Also while it waits, so that it can be cancelled and nothing else takes its id.
    scope.inFlight->admit(reply);
    reply->whenClosed(
        [sessions = QPointer<Sessions>(&m_sessions), queue = scope.queue, reply = reply.get()] {
            queue->leave(*reply);
            if (sessions)
                sessions->noteChanged();
        });
    if (scope.queue->enter(*reply))
        return handleRequest(std::move(message), scope, reply);
    const auto refused = scope.queue->wait(
        reply, scope.bytes,
        [self = QPointer(this), message = std::move(message), scope = scope, reply]() mutable {
            if (scope.queue->caller())
                scope.caller = scope.queue->caller();
            if (self)
                self->handleRequest(std::move(message), scope, reply);
        });
    if (refused)
        reply->error(*refused);
}

void McpServer::handleRequest(rpc::Message message, const MessageScope &scope,
                              const rpc::ReplyPtr &reply)
{
    if (message.params.is_null())
        message.params = Json::object();
    const MethodCall call{message, scope, reply};
    if (!message.params.is_object())
        return call.refuse(u"params must be an object."_s);
    leaveOutNulls(message.params);
    if (m_tools.handle(call) || (m_prompts && m_prompts->handle(call)) ||
        (m_resources && m_resources->handle(call)) || (m_tasks && m_tasks->handle(call)) ||
        handleOwn(call))
        return;
    reply->error({rpc::kMethodNotFound,
                  u"This server has no method %1."_s.arg(QString::fromStdString(message.method))});
}

bool McpServer::handleOwn(const MethodCall &call) const
{
    const std::string &method = call.message.method;
    const bool stateless = call.scope.traits->stateless;
    if (method == "server/discover" && stateless)
        discover(call);
    else if (method == "completion/complete" && (m_prompts || m_resources))
        complete(call);
    else if (method == "ping" && !stateless)
        call.reply->result("{}");
    else if (method == "logging/setLevel" && !stateless)
        setLogLevel(call);
    else if (method == "initialize" && !stateless)
        call.reply->error({rpc::kInvalidRequest, u"This session is initialized already."_s});
    else
        return false;
    return true;
}

void McpServer::handleNotification(const rpc::Message &message, rpc::InFlight &inFlight)
{
    if (message.method != "notifications/cancelled")
        return; // unknown notifications are accepted without effect
    const Json *member = json::find(message.params, "requestId");
    if (const auto id = member ? rpc::RequestId::fromJson(*member) : std::nullopt)
        inFlight.cancel(*id);
}

void McpServer::discover(const MethodCall &call) const
{
    const Traits &traits = *call.scope.traits;
    Json result{{"supportedVersions", servedRevisionNames()},
                {"capabilities", capabilities(traits)}};
    if (const QString text = m_toolProvider.instructions(call.scope.caller); !text.isEmpty())
        result["instructions"] = text;
    call.reply->result(writer().write(std::move(result), traits, kListCaching));
}

void McpServer::complete(const MethodCall &call) const
{
    const Json &params = call.message.params;
    const Json *ref = json::find(params, "ref");
    const Json *argument = json::find(params, "argument");
    const auto kind = ref ? json::stringAt(*ref, "type") : std::nullopt;
    const auto name = argument ? json::stringAt(*argument, "name") : std::nullopt;
    const auto begun = argument ? json::stringAt(*argument, "value") : std::nullopt;
    if (!kind || !name || !begun)
        return call.refuse(u"completion/complete needs ref.type, argument.name and argument.value "
                           u"as strings."_s);
    std::optional<Completion> completion;
    if (*kind == "ref/prompt"_L1 && m_promptProvider)
        completion = m_promptProvider->complete(json::stringAt(*ref, "name").value_or(QString()),
                                                *name, *begun);
    else if (*kind == "ref/resource"_L1 && m_resourceProvider)
        completion = m_resourceProvider->complete(json::stringAt(*ref, "uri").value_or(QString()),
                                                  *name, *begun);
    if (!completion)
        return call.refuse(u"There is nothing of this name to complete."_s);
    call.reply->result(writer().write(toJson(*completion), *call.scope.traits));
}

void McpServer::setLogLevel(const MethodCall &call) const
{
    const Json *name = json::find(call.message.params, "level");
    const auto level = name ? logLevelNamed(*name) : std::nullopt;
    if (!level)
        return call.refuse(u"logging/setLevel needs a level that MCP names."_s);
    call.scope.session->setLogLevel(*level);
    m_sessions.save(*call.scope.session);
    call.reply->result("{}");
}

QList<Tool> McpServer::tools(const CallerPtr &caller, const QString &toolset) const
{
    return m_toolProvider.list(caller, toolset);
}

bool McpServer::offers(Change list) const
{
    switch (list) {
    case Change::Prompts:
        return m_prompts.has_value();
    case Change::Resources:
        return m_resources.has_value();
    case Change::Tools:
        break;
    }
    return true;
}

} // namespace flaredeck::mcp
