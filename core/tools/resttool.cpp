#include "core/tools/resttool.h"

#include "core/tools/timeframe.h"
#include "core/tools/tsv.h"

#include <QDateTime>

#include <algorithm>
#include <limits>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

void addTo(QUrlQuery &query, const QString &key, const QString &value)
{
    // Encoded here: QUrlQuery takes %41 in a value for an A, and sends a + as it is.
    query.addQueryItem(QString::fromLatin1(http::encodeComponent(key)),
                       QString::fromLatin1(http::encodeComponent(value)));
}

bool isWanted(const RequestTemplate::QueryItem &item, const Json &arguments)
{
    return std::all_of(item.when.begin(), item.when.end(), [&arguments](const auto &condition) {
        const auto value = condition.first.valueIn(arguments);
        return value && condition.second.match(plainText(*value)).hasMatch();
    });
}

void addPages(QUrlQuery &query, const RequestTemplate::Pages &pages, const Json &arguments)
{
    const auto size = json::integerAt(arguments, pages.size.c_str());
    const auto offset = json::integerAt(arguments, pages.offset.c_str());
    if (size)
        addTo(query, u"per_page"_s, QString::number(*size));
    if (offset)
        addTo(query, u"page"_s,
              QString::number(*offset / std::max<qint64>(1, size.value_or(pages.usual)) + 1));
}

QUrlQuery queryOf(const RequestTemplate &from, const Invocation &call)
{
    QUrlQuery query;
    for (const auto &[key, text] : from.fixed)
        addTo(query, key, filling::text(text, call.arguments, call.account.id));
    for (const RequestTemplate::QueryItem &item : from.query) {
        const auto value = item.source.valueIn(call.arguments);
        if (!value || !isWanted(item, call.arguments))
            continue;
        if (!value->is_array())
            addTo(query, item.key, plainText(*value));
        else
            for (const Json &one : *value)
                addTo(query, item.key, plainText(one));
    }
    if (from.pages)
        addPages(query, *from.pages, call.arguments);
    return query;
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

/// Everything that a shape can point into.
Json answerFor(const Shape &shape, const provider::ApiResponse &response, const Invocation &call)
{
    Json answer{{"result", response.result},
                {"arguments", call.arguments},
                {"account", call.account.id.toStdString()}};
    if (!response.resultInfo.is_null())
        answer["info"] = response.resultInfo;
    if (shape.uses("whole")) {
        if (Result<Json> whole = json::parse(response.text))
            answer["whole"] = *std::move(whole);
    }
    return answer;
}

mcp::ToolResult jsonResult(const ResultTemplate &as, const provider::ApiResponse &response,
                           const Invocation &call)
{
    if (response.result.is_null() && !as.whenNull.is_null())
        return mcp::ToolResult::structuredJson(as.whenNull);
    Json value = as.shape ? as.shape->of(answerFor(*as.shape, response, call)).value_or(Json())
                          : response.result;
    if (value.is_object())
        return mcp::ToolResult::structuredJson(std::move(value));
    // A structured result must be an object (MCP, server/tools, structured content).
    mcp::ToolResult result = mcp::ToolResult::text(QString::fromUtf8(json::print(value)));
    result.structured = Json{{"result", std::move(value)}};
    return result;
}

mcp::ToolResult bytesResult(const ResultTemplate &as, const provider::ApiResponse &response,
                            const Invocation &call)
{
    mcp::ToolResult result;
    if (as.form == ResultTemplate::Form::Image) {
        result.content << mcp::Content::image(response.text, as.mimeType);
    } else {
        mcp::ResourceContents contents;
        contents.uri = filling::text(as.uri, call.arguments, call.account.id);
        contents.mimeType = as.mimeType;
        contents.blob = response.text;
        result.content << mcp::Content::embedded(contents);
    }
    return result;
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
    prepared->safeToRepeat = m_definition.effectOf(call->arguments) == Effect::Reads;
    Task<Result<provider::ApiResponse>> sent =
        request.answer != RequestTemplate::Answer::Envelope
            ? m_upstream->sendForText(call, std::move(*prepared))
        : request.times == RequestTemplate::Times::None
            ? m_upstream->send(call, std::move(*prepared))
            : m_upstream->search(call, std::move(*prepared));
    Result<provider::ApiResponse> response = co_await sent;
    if (!response)
        co_return fail(response.error());
    if (request.answer == RequestTemplate::Answer::Json) {
        Result<Json> whole = json::parse(response->text);
        if (!whole) {
            co_return fail(
                Error::Kind::Upstream,
                u"%1 answered with something that is no JSON."_s.arg(provider::facts().name));
        }
        response->result = *std::move(whole);
    }
    co_return project(result, *response, *call, m_render);
}

Result<provider::ApiRequest> RestTool::buildRequest(const RequestTemplate &from,
                                                    const Invocation &call, Millis now)
{
    provider::ApiRequest request;
    request.method = from.method;
    request.headers = from.headers;
    const Result<QString> path = filling::path(from.path, call.arguments, call.account.id);
    if (!path)
        return fail(path.error());
    request.path = *path;
    request.query = queryOf(from, call);
    if (!from.body.is_null())
        request.body = filling::body(from.body, call.arguments).value_or(Json::object());
    if (from.bodyArgument.empty())
        return request;

    const Json *body = json::find(call.arguments, from.bodyArgument.c_str());
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
                                          const Invocation &call, const Coded::Render &render)
{
    if (response.result.is_null() && !as.missing.isEmpty())
        return fail(Error::Kind::NotFound, as.missing);
    switch (as.form) {
    case ResultTemplate::Form::List:
        return listResult(as, response.result);
    case ResultTemplate::Form::Tsv:
        return mcp::ToolResult::text(tsv(as.columns, rowsOf(as, response.result)));
    case ResultTemplate::Form::Coded:
        return render(call.arguments, response.result);
    case ResultTemplate::Form::Json:
        return jsonResult(as, response, call);
    case ResultTemplate::Form::Image:
    case ResultTemplate::Form::Resource:
        return bytesResult(as, response, call);
    case ResultTemplate::Form::Text:
        break;
    }
    return mcp::ToolResult::text(QString::fromUtf8(response.text));
}

} // namespace flaredeck::tools
