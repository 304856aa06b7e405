#include "core/providers/cloudflare/publicpages.h"

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kDemoDay = u"https://demo-day.mcp.cloudflare.com"_s;

tl::unexpected<Error> somethingElse(const QString &wanted)
{
    return fail(Error::Kind::Upstream,
                u"Cloudflare's public site sent something else than %1."_s.arg(wanted),
                u"Try again later."_s);
}

} // namespace

Task<Result<Json>> readPublicJson(tools::UpstreamPtr upstream, tools::InvocationPtr call,
                                  provider::ApiRequest request)
{
    const Result<provider::ApiResponse> response =
        co_await upstream->sendForText(call, std::move(request));
    if (!response)
        co_return fail(response.error());
    Result<Json> document = json::parse(response->text);
    if (!document || !document->is_object())
        co_return somethingElse(u"JSON"_s);
    co_return document;
}

DemoDayTool::DemoDayTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> DemoDayTool::run(tools::InvocationPtr call) const
{
    provider::ApiRequest request;
    request.site = u"demo-day"_s;
    request.path = u"/"_s;
    request.headers.append("Accept", "text/html");
    const Result<provider::ApiResponse> response =
        co_await m_upstream->sendForText(call, std::move(request));
    if (!response)
        co_return fail(response.error());
    const QString page = QString::fromUtf8(response->text);
    if (page.trimmed().isEmpty())
        co_return somethingElse(u"a page"_s);
    mcp::ToolResult result = mcp::ToolResult::text(
        u"This is the page of Cloudflare's MCP Demo Day, %1. Answer from it."_s.arg(kDemoDay));
    mcp::ResourceContents contents;
    contents.uri = kDemoDay;
    contents.mimeType = u"text/html"_s;
    contents.text = page;
    result.content.prepend(mcp::Content::embedded(contents));
    co_return result;
}

} // namespace flaredeck::cloudflare
