#include "statelessclient.h"

using namespace flaredeck;

std::unique_ptr<HttpCall> StatelessClient::begin(const QByteArray &method, Json params,
                                                 const Changes &change)
{
    Json meta = claim();
    if (params.contains("_meta"))
        meta.update(params["_meta"]);
    params["_meta"] = std::move(meta);

    http::Headers lines = headers();
    lines.append("Mcp-Method", method);
    for (const char *member : {"name", "uri", "taskId"}) {
        if (const auto name = json::stringAt(params, member))
            lines.append("Mcp-Name", name->toUtf8());
    }
    for (const auto &[name, value] : change) {
        http::Headers kept;
        for (const auto &line : lines.lines()) {
            if (line.first.compare(name, Qt::CaseInsensitive) != 0)
                kept.append(line.first, line.second);
        }
        if (!value.isNull())
            kept.append(name, value);
        lines = kept;
    }
    return std::make_unique<HttpCall>(m_port, "POST", m_path, lines,
                                      rpcMessage(m_nextId++, method, params));
}

Json StatelessClient::ask(const QByteArray &method, const Json &params)
{
    const auto call = begin(method, params);
    if (!call->finish())
        return {};
    return call->isStream() ? call->event(int(call->events().size()) - 1) : call->json();
}

http::Headers StatelessClient::headers() const
{
    return {{"Accept", "application/json, text/event-stream"},
            {"Content-Type", "application/json"},
            {"Authorization", "Bearer " + m_token},
            {"MCP-Protocol-Version", "2026-07-28"}};
}

Json StatelessClient::claim()
{
    return {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
            {"io.modelcontextprotocol/clientCapabilities", Json::object()},
            {"io.modelcontextprotocol/clientInfo", {{"name", "test"}, {"version", "2.0"}}}};
}
