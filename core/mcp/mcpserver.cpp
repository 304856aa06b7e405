#include "core/mcp/mcpserver.h"

#include "core/base/logging.h"
#include "core/mcp/progress.h"
#include "core/mcp/revision.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

rpc::RpcError invalidParams(QString message)
{
    return {rpc::kInvalidParams, std::move(message)};
}

/// Runs the tool and turns whatever becomes of it into the one answer. The reply is dropped, and so
/// answered, when the tool's coroutine ends by an exception.
Task<> runTool(ToolProvider *tools, QString name, Json arguments, ToolContext context,
               const Traits *traits, rpc::ReplyPtr reply)
{
    const Result<ToolResult> outcome =
        co_await tools->call(std::move(name), std::move(arguments), std::move(context));
    if (outcome)
        reply->result(json::print(toJson(*outcome, *traits)));
    else if (outcome.error().kind == Error::Kind::NotFound ||
             outcome.error().kind == Error::Kind::InvalidInput)
        reply->error(rpc::toRpcError(outcome.error()));
    else
        reply->result(json::print(toJson(ToolResult::error(outcome.error().text()), *traits)));
}

} // namespace

McpServer::McpServer(ServerInfo info, ToolProvider &tools, Sessions &sessions, const Clock &clock,
                     QObject *parent)
    : QObject(parent)
    , m_info(std::move(info))
    , m_tools(&tools)
    , m_sessions(sessions)
    , m_clock(clock)
{
    // Its coroutines may never resume now.
    connect(&tools, &QObject::destroyed, this, [this] {
        m_sessions.abortCalls({rpc::kInternalError, u"The server is closing its tools."_s});
    });
}

tl::expected<Handshake, rpc::RpcError> McpServer::openHandshake(const Json &params) const
{
    const auto version = json::stringAt(params, "protocolVersion");
    if (!version)
        return tl::unexpected(invalidParams(u"initialize needs protocolVersion as a string."_s));
    const Json *capabilities = json::find(params, "capabilities");
    if (!capabilities || !capabilities->is_object())
        return tl::unexpected(invalidParams(u"initialize needs capabilities as an object."_s));
    const Json *client = json::find(params, "clientInfo");
    const auto name = client ? json::stringAt(*client, "name") : std::nullopt;
    const auto clientVersion = client ? json::stringAt(*client, "version") : std::nullopt;
    if (!name || !clientVersion)
        return tl::unexpected(
            invalidParams(u"initialize needs clientInfo with name and version as strings."_s));
    return Handshake{&negotiate(version->toUtf8()), *name + u' ' + *clientVersion, *capabilities};
}

QByteArray McpServer::welcome(const Handshake &handshake, const CallerPtr &caller) const
{
    Json server{{"name", m_info.name}, {"version", m_info.version}};
    if (handshake.traits->titles)
        server["title"] = m_info.title;
    Json result{{"protocolVersion", handshake.traits->name},
                {"capabilities", {{"tools", {{"listChanged", true}}}}},
                {"serverInfo", std::move(server)}};
    if (m_tools) {
        if (const QString text = m_tools->instructions(caller); !text.isEmpty())
            result["instructions"] = text;
    }
    return json::print(result);
}

void McpServer::dispatch(rpc::Message message, const MessageScope &scope,
                         const std::shared_ptr<rpc::Outlet> &outlet)
{
    switch (message.kind) {
    case rpc::Message::Kind::Request: {
        const auto reply = std::make_shared<rpc::Reply>(message.id, outlet);
        handleRequest(std::move(message), scope, reply);
        return;
    }
    case rpc::Message::Kind::Notification:
        handleNotification(message, *scope.session);
        return;
    case rpc::Message::Kind::Response:
        return; // we send no requests
    }
}

void McpServer::handleRequest(rpc::Message message, const MessageScope &scope,
                              const rpc::ReplyPtr &reply)
{
    if (!message.params.is_null() && !message.params.is_object())
        reply->error(invalidParams(u"params must be an object."_s));
    else if (message.method == "tools/call")
        callTool(std::move(message.params), scope, reply);
    else if (message.method == "tools/list")
        listTools(message.params, scope, reply);
    else if (message.method == "ping")
        reply->result("{}");
    else if (message.method == "initialize")
        reply->error({rpc::kInvalidRequest, u"This session is initialized already."_s});
    else
        reply->error({rpc::kMethodNotFound, u"This server has no method %1."_s.arg(
                                                QString::fromStdString(message.method))});
}

void McpServer::handleNotification(const rpc::Message &message, Session &session)
{
    if (message.method != "notifications/cancelled")
        return; // unknown notifications are accepted without effect
    const Json *member = json::find(message.params, "requestId");
    if (const auto id = member ? rpc::RequestId::fromJson(*member) : std::nullopt)
        session.inFlight().cancel(*id);
}

void McpServer::listTools(const Json &params, const MessageScope &scope, const rpc::ReplyPtr &reply)
{
    // There is one page only, so that no cursor can ever be ours.
    if (json::find(params, "cursor")) {
        reply->error(invalidParams(u"The cursor is not one that this server gave."_s));
        return;
    }
    Json tools = Json::array();
    if (m_tools) {
        for (const Tool &tool : m_tools->list(scope.caller))
            tools.push_back(toJson(tool, scope.session->traits()));
    }
    reply->result(json::print(Json{{"tools", std::move(tools)}}));
}

void McpServer::callTool(Json params, const MessageScope &scope, const rpc::ReplyPtr &reply)
{
    const auto name = json::stringAt(params, "name");
    if (!name) {
        reply->error(invalidParams(u"tools/call needs name as a string."_s));
        return;
    }
    const auto arguments = params.is_object() ? params.find("arguments") : params.end();
    const bool hasArguments = arguments != params.end();
    if (hasArguments && !arguments->is_object()) {
        reply->error(invalidParams(u"The arguments of a tool must be an object."_s));
        return;
    }
    const Json *meta = json::find(params, "_meta");
    const Json *token = meta ? json::find(*meta, "progressToken") : nullptr;
    if ((meta && !meta->is_object()) ||
        (token && !token->is_string() && !token->is_number_integer())) {
        reply->error(invalidParams(u"_meta must be an object, and its progressToken a string or an "
                                   u"integer."_s));
        return;
    }
    if (!m_tools) {
        reply->error({rpc::kInternalError, u"The server is closing its tools."_s});
        return;
    }
    if (const auto refused = scope.session->inFlight().admit(reply)) {
        reply->error(*refused);
        return;
    }

    ToolContext context = contextFor(scope, reply, token);
    // Not awaited: the reply carries the outcome, and lives as long as the work does.
    runTool(m_tools, *name, hasArguments ? std::move(*arguments) : Json::object(),
            std::move(context), &scope.session->traits(), reply);
    if (!reply->isOpen())
        return;
    m_sessions.noteChanged();
    reply->whenClosed([sessions = QPointer<Sessions>(&m_sessions)] {
        if (sessions)
            sessions->noteChanged();
    });
}

ToolContext McpServer::contextFor(const MessageScope &scope, const rpc::ReplyPtr &reply,
                                  const Json *progressToken) const
{
    ToolContext context;
    context.caller = scope.caller;
    context.clientVersion = scope.session->handshake().clientInfo;
    context.accountHeader = scope.accountHeader;
    context.stop = reply->stopToken();
    if (progressToken) {
        auto progress =
            std::make_shared<Progress>(reply, *progressToken, scope.session->traits(), m_clock);
        context.progress = [progress = std::move(progress)](double done, double total,
                                                            const QString &message) {
            progress->report(done, total, message);
        };
    } else {
        context.progress = [](double, double, const QString &) {};
    }

    const std::weak_ptr<Session> session = scope.session;
    context.sessionState = [session] {
        const SessionPtr alive = session.lock();
        return alive ? alive->state() : Json::object();
    };
    context.setSessionState = [session, sessions = QPointer(&m_sessions)](const Json &state) {
        const SessionPtr alive = session.lock();
        // A session that ended meanwhile must not come back into the store.
        if (!sessions || !alive || sessions->findByHash(alive->idHash()) != alive ||
            alive->state() == state)
            return;
        alive->setState(state);
        sessions->save(*alive);
    };
    return context;
}

} // namespace flaredeck::mcp
