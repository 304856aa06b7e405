#include "core/providers/cloudflare/ipdetails.h"

#include <QHostAddress>

#include <array>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

provider::ApiRequest about(const QString &path, const QHostAddress &address)
{
    provider::ApiRequest request;
    request.path = path;
    request.query.addQueryItem(u"ip"_s,
                               QString::fromLatin1(http::encodeComponent(address.toString())));
    return request;
}

} // namespace

IpDetailsTool::IpDetailsTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> IpDetailsTool::run(tools::InvocationPtr call) const
{
    const QString ip = json::stringAt(call->arguments, "ip").value_or(QString());
    QHostAddress address;
    // QHostAddress takes 1.2 for 1.0.0.2, which nobody means.
    const bool isWhole = ip.contains(u':') || ip.count(u'.') == 3;
    if (!isWhole || !address.setAddress(ip)) {
        co_return fail(Error::Kind::InvalidInput, u"ip is not an IPv4 or IPv6 address."_s,
                       u"Give one, such as 203.0.113.7."_s);
    }
    Json details = Json::object();
    static const std::array<std::pair<const char *, QString>, 2> paths{
        {{"ip", u"/radar/entities/ip"_s}, {"asn", u"/radar/entities/asns/ip"_s}}};
    for (const auto &[member, path] : paths) {
        provider::ApiRequest request = about(path, address);
        const Result<provider::ApiResponse> response =
            co_await m_upstream->send(call, std::move(request));
        if (!response)
            co_return fail(response.error());
        if (const Json *found = json::find(response->result, member))
            details[member] = *found;
    }
    co_return mcp::ToolResult::structuredJson({{"result", std::move(details)}});
}

} // namespace flaredeck::cloudflare
