#include "core/providers/cloudflare/workerlogs.h"

#include <QDateTime>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr char kDataset[] = "cloudflare-workers";

QString telemetryPath(const tools::Invocation &call, const QString &verb)
{
    return u"/accounts/%1/workers/observability/telemetry/%2"_s.arg(
        QString::fromLatin1(http::encodeComponent(call.account.id)), verb);
}

tools::Timeframe recent(const Json &arguments, Millis now)
{
    const Json *minutes = json::find(arguments, "minutesAgoParam");
    const double ago = minutes && minutes->is_number() ? minutes->get<double>() : 30;
    return {now - static_cast<Millis>(ago * 60'000), now};
}

Json equals(const char *id, const char *key, const QString &value)
{
    return {{"id", id}, {"key", key}, {"type", "string"}, {"operation", "eq"}, {"value", value}};
}

/// The value at a path of members; null when there is none.
Json at(const Json &object, std::initializer_list<const char *> path)
{
    const Json *value = &object;
    for (const char *key : path) {
        value = json::find(*value, key);
        if (!value)
            return {};
    }
    return *value;
}

Json isoTime(const Json &milliseconds)
{
    if (!milliseconds.is_number())
        return {};
    return QDateTime::fromMSecsSinceEpoch(milliseconds.get<qint64>())
        .toUTC()
        .toString(Qt::ISODateWithMs);
}

/// What happened, in words: the logged message, else the RPC method, else the request line.
Json messageOf(const Json &event)
{
    const Json message = at(event, {"$metadata", "message"});
    if (!message.is_null())
        return message;
    const Json rpc = at(event, {"$workers", "event", "rpcMethod"});
    if (rpc.is_string())
        return u"RPC: "_s + json::toQString(rpc);
    const Json method = at(event, {"$workers", "event", "request", "method"});
    const Json path = at(event, {"$workers", "event", "request", "path"});
    if (method.is_string() && path.is_string())
        return json::toQString(method) + u' ' + json::toQString(path);
    return {};
}

Json requestIdOf(const Json &event)
{
    Json id = at(event, {"$workers", "requestId"});
    if (id.is_null())
        id = at(event, {"$metadata", "id"});
    return id.is_null() ? Json("unknown") : id;
}

Json durationOf(const Json &event)
{
    double total = 0;
    for (const char *part : {"wallTimeMs", "cpuTimeMs"}) {
        const Json time = at(event, {"$workers", part});
        if (time.is_number())
            total += time.get<double>();
    }
    if (total == 0)
        return {};
    return total == static_cast<double>(static_cast<qint64>(total))
               ? Json(static_cast<qint64>(total))
               : Json(total);
}

Json keyEntry(const Json &key)
{
    Json seen = at(key, {"lastSeenAt"});
    if (seen.is_null())
        seen = at(key, {"lastSeen"});
    return {{"key", at(key, {"key"})}, {"type", at(key, {"type"})}, {"lastSeen", isoTime(seen)}};
}

} // namespace

WorkerLogsTool::WorkerLogsTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Json WorkerLogsTool::query(const Json &arguments, const tools::Timeframe &timeframe)
{
    Json filters = Json::array();
    if (const auto script = json::stringAt(arguments, "scriptName"))
        filters.push_back(equals("worker-name-filter", "$metadata.service", *script));
    if (json::boolAt(arguments, "shouldFilterErrors").value_or(false)) {
        filters.push_back({{"id", "error-filter"},
                           {"key", "$metadata.error"},
                           {"type", "string"},
                           {"operation", "exists"}});
    }
    if (const auto ray = json::stringAt(arguments, "rayId"))
        filters.push_back(equals("ray-id-filter", "$workers.event.rayId", *ray));
    return {{"queryId", "workers-logs"},
            {"timeframe", timeframe.toJson()},
            {"parameters",
             {{"datasets", Json::array({kDataset})},
              {"filters", std::move(filters)},
              {"calculations", Json::array()},
              {"groupBys", Json::array()},
              {"havings", Json::array()}}},
            {"view", "events"},
            {"limit", at(arguments, {"limitParam"})}};
}

Json WorkerLogsTool::shorten(const Json &event)
{
    const Json type = at(event, {"$workers", "eventType"});
    return {{"timestamp", isoTime(at(event, {"timestamp"}))},
            {"path", at(event, {"$workers", "event", "request", "path"})},
            {"method", at(event, {"$workers", "event", "request", "method"})},
            {"status", at(event, {"$workers", "event", "response", "status"})},
            {"outcome", at(event, {"$workers", "outcome"})},
            {"eventType", type.is_null() ? Json("unknown") : type},
            {"duration", durationOf(event)},
            {"error", at(event, {"$metadata", "error"})},
            {"message", messageOf(event)},
            {"requestId", requestIdOf(event)},
            {"rayId", at(event, {"$workers", "event", "rayId"})},
            {"exceptionStack", at(event, {"source", "exception", "stack"})}};
}

Task<Result<mcp::ToolResult>> WorkerLogsTool::run(tools::InvocationPtr call) const
{
    const tools::Timeframe timeframe = recent(call->arguments, m_upstream->now());
    provider::ApiRequest request;
    request.method = "POST";
    request.path = telemetryPath(*call, u"query"_s);
    request.body = query(call->arguments, timeframe);
    const Result<provider::ApiResponse> response =
        co_await m_upstream->search(call, std::move(request));
    if (!response)
        co_return fail(response.error());

    Json logs = Json::array();
    for (const Json &event : at(response->result, {"events", "events"}))
        logs.push_back(shorten(event));
    const size_t total = logs.size();
    co_return mcp::ToolResult::structuredJson(
        {{"logs", std::move(logs)},
         {"stats", {{"total", total}, {"timeRange", timeframe.toJson()}}}});
}

WorkerLogKeysTool::WorkerLogKeysTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> WorkerLogKeysTool::run(tools::InvocationPtr call) const
{
    const tools::Timeframe timeframe = recent(call->arguments, m_upstream->now());
    provider::ApiRequest request;
    request.method = "POST";
    request.path = telemetryPath(*call, u"keys"_s);
    request.headers.append("portal-version", "2");
    const QString script = json::stringAt(call->arguments, "scriptName").value_or(QString());
    request.body =
        Json{{"queryId", "workers-keys"},
             {"timeframe", timeframe.toJson()},
             {"datasets", Json::array({kDataset})},
             {"filters", Json::array({equals("service-filter", "$metadata.service", script)})}};
    request.body->update(timeframe.toJson());
    const Result<provider::ApiResponse> response =
        co_await m_upstream->search(call, std::move(request));
    if (!response)
        co_return fail(response.error());

    Json keys = Json::array();
    Json byType = Json::object();
    for (const Json &key : response->result) {
        keys.push_back(keyEntry(key));
        const std::string type = json::stringAt(key, "type").value_or(u"unknown"_s).toStdString();
        byType[type] = byType.value(type, 0) + 1;
    }
    const size_t total = keys.size();
    co_return mcp::ToolResult::structuredJson(
        {{"keys", std::move(keys)}, {"stats", {{"total", total}, {"byType", std::move(byType)}}}});
}

} // namespace flaredeck::cloudflare
