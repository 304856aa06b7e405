#include "mcpclient.h"

using namespace flaredeck;

bool McpClient::open(const QByteArray &revision, const Json &capabilities)
{
    const auto hello = begin("initialize", initializeParams(revision, capabilities));
    if (!hello->finish() || hello->status() != 200 || !hello->json().contains("result"))
        return false;
    m_welcome = hello->json().at("result");
    resume(hello->header("Mcp-Session-Id"), revision);
    return notify("notifications/initialized") == 202;
}

Json McpClient::ask(const QByteArray &method, const Json &params)
{
    const auto call = begin(method, params);
    if (!call->finish())
        return {};
    return call->isStream() ? call->event(int(call->events().size()) - 1) : call->json();
}

QByteArray McpClient::call(const QByteArray &tool, const Json &arguments)
{
    const Json answer = ask("tools/call", {{"name", tool.toStdString()}, {"arguments", arguments}});
    if (const int code = errorCode(answer))
        return "error " + QByteArray::number(code);
    return textOf(answer);
}

std::unique_ptr<HttpCall> McpClient::begin(const QByteArray &method, const Json &params, int *id)
{
    if (id)
        *id = m_nextId;
    return post(rpcMessage(m_nextId++, method, params));
}

int McpClient::notify(const QByteArray &method, const Json &params)
{
    const auto call = post(rpcMessage(nullptr, method, params));
    return call->finish() ? call->status() : 0;
}

std::unique_ptr<HttpCall> McpClient::post(const QByteArray &body)
{
    return std::make_unique<HttpCall>(m_port, "POST", m_path, headers(), body);
}

std::unique_ptr<HttpCall> McpClient::listen(const QByteArray &lastEventId)
{
    http::Headers lines = headers();
    lines.set("Accept", "text/event-stream");
    if (!lastEventId.isEmpty())
        lines.append("Last-Event-ID", lastEventId);
    return std::make_unique<HttpCall>(m_port, "GET", m_path, lines);
}

int McpClient::close()
{
    HttpCall call(m_port, "DELETE", m_path, headers());
    return call.finish() ? call.status() : 0;
}

void McpClient::resume(const QByteArray &sessionId, const QByteArray &revision)
{
    m_sessionId = sessionId;
    m_revision = revision;
}

http::Headers McpClient::headers() const
{
    http::Headers lines{{"Accept", "application/json, text/event-stream"},
                        {"Content-Type", "application/json"},
                        {"Authorization", "Bearer " + m_token}};
    if (!m_sessionId.isEmpty())
        lines.append("Mcp-Session-Id", m_sessionId);
    if (!m_revision.isEmpty())
        lines.append("MCP-Protocol-Version", m_revision);
    return lines;
}

QByteArray rpcMessage(const Json &id, const QByteArray &method, const Json &params)
{
    Json message{{"jsonrpc", "2.0"}, {"method", method.toStdString()}};
    if (!id.is_null())
        message["id"] = id;
    if (!params.is_null())
        message["params"] = params;
    return json::print(message);
}

Json initializeParams(const QByteArray &revision, const Json &capabilities)
{
    return {{"protocolVersion", revision.toStdString()},
            {"capabilities", capabilities},
            {"clientInfo", {{"name", "test"}, {"version", "1.0"}}}};
}

int errorCode(const Json &answer)
{
    const Json *error = json::find(answer, "error");
    return error ? int(json::integerAt(*error, "code").value_or(0)) : 0;
}

QByteArray textOf(const Json &answer)
{
    const Json::json_pointer text("/result/content/0/text");
    return answer.contains(text) ? QByteArray::fromStdString(answer.at(text).get<std::string>())
                                 : QByteArray();
}
