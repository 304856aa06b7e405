#include "core/providers/cloudflare/dnsreport.h"

#include "core/tools/filling.h"

#include <QDateTime>

#include <cmath>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

DnsReportTool::DnsReportTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Result<QString> DnsReportTool::since(double days, Millis now)
{
    constexpr double kMost = 3650;
    constexpr double kDay = 24.0 * 60 * 60 * 1000;
    if (!(days > 0 && days <= kMost)) {
        return fail(Error::Kind::InvalidInput,
                    u"days must be more than 0, and at most %1."_s.arg(kMost),
                    u"Correct the argument."_s);
    }
    return QDateTime::fromMSecsSinceEpoch(now - Millis(std::llround(days * kDay)))
        .toUTC()
        .toString(Qt::ISODateWithMs);
}

Task<Result<mcp::ToolResult>> DnsReportTool::run(tools::InvocationPtr call) const
{
    const Result<QString> begin =
        since(call->arguments.at("days").get<double>(), m_upstream->now());
    if (!begin)
        co_return fail(begin.error());
    const Result<QString> path =
        tools::filling::path(u"/zones/{zone}/dns_analytics/report"_s, call->arguments, {});
    if (!path)
        co_return fail(path.error());
    provider::ApiRequest request;
    request.path = *path;
    request.query.addQueryItem(u"metrics"_s,
                               u"responseTimeAvg,queryCount,uncachedCount,staleCount"_s);
    request.query.addQueryItem(u"dimensions"_s, u"responseCode,responseCached"_s);
    request.query.addQueryItem(u"since"_s, *begin);
    const Result<provider::ApiResponse> response =
        co_await m_upstream->send(call, std::move(request));
    if (!response)
        co_return fail(response.error());
    Json answer = Json::object();
    answer["result"] = response->result;
    co_return mcp::ToolResult::structuredJson(std::move(answer));
}

} // namespace flaredeck::cloudflare
