#include "core/tools/resttool.h"

#include "core/tools/timeframe.h"
#include "core/tools/tsv.h"

#include <QDateTime>

#include <algorithm>
#include <limits>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

Result<QString> segment(const QString &name, const QString &value)
{
    // Dots need no encoding, and a path with them would mean another one.
    if (value.isEmpty() || value == "."_L1 || value == ".."_L1) {
        return fail(Error::Kind::InvalidInput, u"%1 is not a usable name."_s.arg(name),
                    u"Correct the argument."_s);
    }
    return QString::fromLatin1(http::encodeComponent(value));
}

Result<QString> fillPath(const QString &path, const Invocation &call)
{
    QString filled;
    qsizetype from = 0;
    for (;;) {
        const qsizetype open = path.indexOf(u'{', from);
        const qsizetype close = path.indexOf(u'}', open);
        if (open < 0 || close < 0)
            return filled + path.mid(from);
        const QString name = path.mid(open + 1, close - open - 1);
        const Json *argument = json::find(call.arguments, name.toUtf8().constData());
        const Result<QString> value =
            segment(name, name == "account"_L1 ? call.account.id
                                               : plainText(argument ? *argument : Json()));
        if (!value)
            return value;
        filled += path.mid(from, open - from) + *value;
        from = close + 1;
    }
}

/// Newest first, undated ones last.
void sortByTime(QList<QList<Json>> &rows, qsizetype column)
{
    const auto time = [column](const QList<Json> &row) {
        const QDateTime date =
            QDateTime::fromString(json::toQString(row.at(column)), Qt::ISODateWithMs);
        return date.isValid() ? date.toMSecsSinceEpoch() : std::numeric_limits<qint64>::min();
    };
    std::stable_sort(rows.begin(), rows.end(), [&time](const QList<Json> &a, const QList<Json> &b) {
        return time(a) > time(b);
    });
}

/// One row for each item of an array, or one for an object.
QList<QList<Json>> rowsOf(const ResultTemplate &as, const Json &result)
{
    QList<QList<Json>> rows;
    const auto add = [&](const Json &item) {
        QList<Json> row;
        for (const Json::json_pointer &source : as.sources)
            row << (item.contains(source) ? item.at(source) : Json());
        rows << row;
    };
    if (result.is_object())
        add(result);
    if (result.is_array())
        std::for_each(result.begin(), result.end(), add);
    if (as.newestFirst >= 0)
        sortByTime(rows, as.newestFirst);
    return rows;
}

mcp::ToolResult listResult(const ResultTemplate &as, const Json &result)
{
    const QList<QList<Json>> rows = rowsOf(as, result);
    Json list = Json::array();
    for (const QList<Json> &row : rows) {
        Json item = Json::object();
        for (qsizetype i = 0; i < as.columns.size(); ++i)
            item[as.columns.at(i).toStdString()] = row.at(i);
        list.push_back(std::move(item));
    }
    return mcp::ToolResult::structuredJson(
        {{as.member, std::move(list)}, {"count", static_cast<int>(rows.size())}});
}

} // namespace

RestTool::RestTool(const ToolDefinition &definition, UpstreamPtr upstream, Coded::Render render)
    : m_definition(definition)
    , m_upstream(std::move(upstream))
    , m_render(std::move(render))
{
}

Task<Result<mcp::ToolResult>> RestTool::run(InvocationPtr call) const
{
    const RequestTemplate &request = *m_definition.request;
    const ResultTemplate &result = m_definition.result;

    Result<provider::ApiRequest> prepared = buildRequest(request, *call, m_upstream->now());
    if (!prepared)
        co_return fail(prepared.error());
    // Queries are POSTs that change nothing, so that the method alone does not tell.
    prepared->safeToRepeat = m_definition.tool.annotations.readOnly;
    Task<Result<provider::ApiResponse>> sent =
        request.answer == RequestTemplate::Answer::Text
            ? m_upstream->sendForText(call, std::move(*prepared))
        : request.times == RequestTemplate::Times::None
            ? m_upstream->send(call, std::move(*prepared))
            : m_upstream->search(call, std::move(*prepared));
    const Result<provider::ApiResponse> response = co_await sent;
    if (!response)
        co_return fail(response.error());
    co_return project(result, *response, call->arguments, m_render);
}

Result<provider::ApiRequest> RestTool::buildRequest(const RequestTemplate &from,
                                                    const Invocation &call, Millis now)
{
    provider::ApiRequest request;
    request.method = from.method;
    request.headers = from.headers;
    const Result<QString> path = fillPath(from.path, call);
    if (!path)
        return fail(path.error());
    request.path = *path;
    for (const auto &[key, argument] : from.query) {
        if (const Json *value = json::find(call.arguments, argument.c_str()))
            request.query.addQueryItem(key, plainText(*value));
    }
    if (from.body.empty())
        return request;

    const Json *body = json::find(call.arguments, from.body.c_str());
    request.body = body ? *body : Json::object();
    if (from.times == RequestTemplate::Times::None)
        return request;
    const Json *timeframe = json::find(*request.body, "timeframe");
    const Result<Timeframe> period = resolveTimeframe(timeframe ? *timeframe : Json(), now);
    if (!period)
        return fail(period.error());
    (*request.body)["timeframe"] = period->toJson();
    if (from.times == RequestTemplate::Times::NestedAndFlat)
        request.body->update(period->toJson());
    return request;
}

Result<mcp::ToolResult> RestTool::project(const ResultTemplate &as,
                                          const provider::ApiResponse &response,
                                          const Json &arguments, const Coded::Render &render)
{
    if (response.result.is_null() && !as.missing.isEmpty())
        return fail(Error::Kind::NotFound, as.missing);
    switch (as.form) {
    case ResultTemplate::Form::List:
        return listResult(as, response.result);
    case ResultTemplate::Form::Tsv:
        return mcp::ToolResult::text(tsv(as.columns, rowsOf(as, response.result)));
    case ResultTemplate::Form::Coded:
        return render(arguments, response.result);
    case ResultTemplate::Form::Text:
        break;
    }
    return mcp::ToolResult::text(QString::fromUtf8(response.text));
}

} // namespace flaredeck::tools
