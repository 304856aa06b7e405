#include "core/providers/cloudflare/workerbuilds.h"

#include "core/tools/filling.h"
#include "core/tools/tsv.h"

#include <QDateTime>

#include <algorithm>
#include <array>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

struct Column {
    const char *name;
    const char *pointer;
};

constexpr std::array kPageColumns{
    Column{"next_page", "/next_page"},     Column{"page", "/page"},
    Column{"per_page", "/per_page"},       Column{"count", "/count"},
    Column{"total_count", "/total_count"}, Column{"total_pages", "/total_pages"}};
constexpr std::array kBuildColumns{
    Column{"buildUUID", "/build_uuid"},
    Column{"createdOn", "/created_on"},
    Column{"status", "/status"},
    Column{"buildOutcome", "/build_outcome"},
    Column{"branch", "/build_trigger_metadata/branch"},
    Column{"commitHash", "/build_trigger_metadata/commit_hash"},
    Column{"commitMessage", "/build_trigger_metadata/commit_message"},
    Column{"commitAuthor", "/build_trigger_metadata/author"}};

template <std::size_t N>
QString table(const std::array<Column, N> &columns, const std::vector<Json> &items)
{
    QStringList names;
    for (const Column &column : columns)
        names << QString::fromLatin1(column.name);
    QList<QList<Json>> rows;
    for (const Json &item : items) {
        QList<Json> row;
        for (const Column &column : columns) {
            const Json::json_pointer pointer(column.pointer);
            row << (item.contains(pointer) ? item.at(pointer) : Json());
        }
        rows << row;
    }
    return tools::tsv(names, rows);
}

QDateTime createdOn(const Json &build)
{
    return QDateTime::fromString(json::stringAt(build, "created_on").value_or(QString()),
                                 Qt::ISODateWithMs);
}

mcp::ToolResult tablesOf(const provider::ApiResponse &response)
{
    std::vector<Json> builds(response.result.begin(), response.result.end());
    std::stable_sort(builds.begin(), builds.end(),
                     [](const Json &a, const Json &b) { return createdOn(a) > createdOn(b); });
    std::vector<Json> pages;
    if (response.resultInfo.is_object())
        pages.push_back(response.resultInfo);
    mcp::ToolResult result;
    result.content << mcp::Content::ofText(u"Pages:"_s)
                   << mcp::Content::ofText(table(kPageColumns, pages))
                   << mcp::Content::ofText(u"Builds:"_s)
                   << mcp::Content::ofText(table(kBuildColumns, builds));
    return result;
}

Result<QString> buildsPath(const tools::Invocation &call, const QString &below)
{
    return tools::filling::path(u"/accounts/{account}/builds/"_s + below, call.arguments,
                                call.account.id);
}

/// The time of day in UTC, as 9:5:30; what is no time stays as it is.
QString timeOfDay(const Json &timestamp)
{
    const QDateTime time =
        timestamp.is_number()
            ? QDateTime::fromMSecsSinceEpoch(timestamp.get<qint64>()).toUTC()
            : QDateTime::fromString(json::toQString(timestamp), Qt::ISODateWithMs).toUTC();
    return time.isValid() ? time.toString(u"H:m:s"_s) : tools::plainText(timestamp);
}

void addLines(const Json &page, QList<QList<Json>> &rows)
{
    const Json *lines = json::find(page, "lines");
    if (!lines)
        return;
    for (const Json &line : *lines) {
        if (line.is_array() && line.size() >= 2)
            rows << QList<Json>{Json(timeOfDay(line[0])), line[1]};
    }
}

mcp::ToolResult logOf(const QList<QList<Json>> &rows)
{
    if (rows.isEmpty())
        return mcp::ToolResult::text(u"This build has logged nothing."_s);
    return mcp::ToolResult::text(tools::tsv({u"timestamp"_s, u"message"_s}, rows));
}

} // namespace

BuildsListTool::BuildsListTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> BuildsListTool::run(tools::InvocationPtr call) const
{
    const Result<QString> path = buildsPath(*call, u"workers/{workerId}/builds"_s);
    if (!path)
        co_return fail(path.error());
    provider::ApiRequest request;
    request.path = *path;
    request.query.addQueryItem(u"page"_s, tools::plainText(call->arguments.at("page")));
    request.query.addQueryItem(u"per_page"_s, tools::plainText(call->arguments.at("perPage")));
    const Result<provider::ApiResponse> response =
        co_await m_upstream->send(call, std::move(request));
    if (!response)
        co_return fail(response.error());
    if (!response->result.is_array()) {
        co_return fail(Error::Kind::NotFound, u"There are no builds of this Worker."_s,
                       u"Check workerId: it is the id that workers_list shows, not the name."_s);
    }

    co_return tablesOf(*response);
}

BuildLogsTool::BuildLogsTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> BuildLogsTool::run(tools::InvocationPtr call) const
{
    const Result<QString> path = buildsPath(*call, u"builds/{buildUUID}/logs"_s);
    if (!path)
        co_return fail(path.error());
    QList<QList<Json>> rows;
    QString cursor;
    int pages = 0;
    for (bool goesOn = true; goesOn;) {
        provider::ApiRequest request;
        request.path = *path;
        if (!cursor.isEmpty())
            request.query.addQueryItem(u"cursor"_s,
                                       QString::fromLatin1(http::encodeComponent(cursor)));
        const Result<provider::ApiResponse> response =
            co_await m_upstream->send(call, std::move(request));
        if (!response)
            co_return fail(response.error());
        addLines(response->result, rows);
        const QString next = json::stringAt(response->result, "cursor").value_or(QString());
        goesOn = json::boolAt(response->result, "truncated").value_or(false) && !next.isEmpty() &&
                 next != cursor;
        cursor = next;
        call->context->progress(++pages, -1, u"Reading the log"_s);
        if (goesOn && pages >= kMostLogPages) {
            rows << QList<Json>{Json(), Json("The log goes on, but is too long to be read here.")};
            break;
        }
    }
    co_return logOf(rows);
}

} // namespace flaredeck::cloudflare
