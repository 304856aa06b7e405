#include "core/mcp/mcpserver.h"

#include "core/mcp/methods/methods.h"
#include "core/mcp/revision.h"
#include "core/mcp/sessions/clientinfo.h"

#include <QPointer>

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

} // namespace

McpServer::McpServer(ServerInfo info, Features features, Sessions &sessions, TaskStore *taskStore,
                     const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_info(std::move(info))
    , m_features(std::move(features))
    , m_sessions(sessions)
    , m_clock(clock)
    , m_writer(m_info)
    , m_tasks(m_features.tools->hasLongTools() ? std::make_unique<Tasks>(taskStore, clock)
                                               : nullptr)
{
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
    if (m_features.prompts)
        offered["prompts"] = {{"listChanged", true}};
    if (m_features.resources)
        offered["resources"] = {{"subscribe", true}, {"listChanged", true}};
    if (m_features.prompts || m_features.resources)
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
    if (const QString text = m_features.tools->instructions(caller); !text.isEmpty())
        result["instructions"] = text;
    return json::print(result);
}

QByteArray McpServer::writtenList(const QList<Tool> &tools, const Traits &traits)
{
    constexpr qsizetype kMostLists = 8;
    for (const WrittenList &known : std::as_const(m_lists)) {
        if (known.traits == &traits && known.tools.constData() == tools.constData() &&
            known.tools.size() == tools.size())
            return known.result;
    }
    Json array = Json::array();
    for (const Tool &tool : tools)
        array.push_back(toJson(tool, traits));
    WrittenList written{tools, &traits,
                        m_writer.write(Json{{"tools", std::move(array)}}, traits, kListCaching)};
    if (m_lists.size() == kMostLists)
        m_lists.removeFirst();
    m_lists.append(written);
    return written.result;
}

Json McpServer::discovery(const Traits &traits, const CallerPtr &caller) const
{
    Json result{{"supportedVersions", servedRevisionNames()},
                {"capabilities", capabilities(traits)}};
    if (const QString text = m_features.tools->instructions(caller); !text.isEmpty())
        result["instructions"] = text;
    return result;
}

bool McpServer::offers(Change list) const
{
    switch (list) {
    case Change::Prompts:
        return m_features.prompts;
    case Change::Resources:
        return m_features.resources;
    case Change::Tools:
        break;
    }
    return true;
}

rpc::ReplyPtr McpServer::dispatch(rpc::Message message, const SenderPtr &sender,
                                  const std::shared_ptr<rpc::Outlet> &outlet)
{
    switch (message.kind) {
    case rpc::Message::Kind::Request: {
        const auto reply = std::make_shared<rpc::Reply>(message.id, outlet);
        const Method *method = findMethod(message.method, sender->traits->stateless);
        if (method && method->queues)
            queueCall(std::move(message), sender, reply);
        else
            answer(std::move(message), sender, reply);
        if (reply->isOpen())
            m_sessions.noteChanged();
        return reply;
    }
    case rpc::Message::Kind::Notification:
        // Unknown ones are accepted without effect.
        if (const Json *id = json::find(message.params, "requestId");
            id && message.method == "notifications/cancelled") {
            if (const auto cancelled = rpc::RequestId::fromJson(*id))
                sender->queue->cancel(*cancelled);
        }
        break;
    case rpc::Message::Kind::Response:
        if (sender->session)
            sender->session->outgoing().deliver(message);
        break;
    }
    return nullptr;
}

void McpServer::queueCall(rpc::Message message, const SenderPtr &sender, const rpc::ReplyPtr &reply)
{
    reply->whenClosed(
        [sessions = QPointer<Sessions>(&m_sessions), queue = sender->queue, reply = reply.get()] {
            queue->leave(*reply);
            if (sessions)
                sessions->noteChanged();
        });
    if (sender->queue->enter(reply))
        return answer(std::move(message), sender, reply);
    const auto refused = sender->queue->wait(
        reply, sender->bytes,
        [self = QPointer(this), message = std::move(message), sender, reply]() mutable {
            auto now = std::make_shared<Sender>(*sender);
            if (now->queue->caller())
                now->caller = now->queue->caller();
            if (self)
                self->answer(std::move(message), now, reply);
        });
    if (refused)
        reply->error(*refused);
}

void McpServer::answer(rpc::Message message, const SenderPtr &sender, const rpc::ReplyPtr &reply)
{
    if (message.params.is_null())
        message.params = Json::object();
    const MethodCall call{*this, message, sender, reply};
    if (!message.params.is_object())
        return call.refuse(u"params must be an object."_s);
    leaveOutNulls(message.params);
    const Method *method = findMethod(message.method, sender->traits->stateless);
    if (method && method->answer && isOffered(*method, *this))
        return method->answer(call);
    reply->error({rpc::kMethodNotFound,
                  u"This server has no method %1."_s.arg(QString::fromStdString(message.method))});
}

} // namespace flaredeck::mcp
