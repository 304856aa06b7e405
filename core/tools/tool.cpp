#include "core/tools/tool.h"

namespace flaredeck::tools {

Upstream::Upstream(cloudflare::CloudflareClient &client, const Clock &clock)
    : m_client(client)
    , m_clock(clock)
{
}

Task<Result<cloudflare::ApiResponse>> Upstream::send(const InvocationPtr &call,
                                                     cloudflare::ApiRequest request) const
{
    return m_client.send(call->caller->login, std::move(request), call->stop, call->trace);
}

Task<Result<cloudflare::ApiResponse>> Upstream::sendForText(const InvocationPtr &call,
                                                            cloudflare::ApiRequest request) const
{
    return m_client.sendForText(call->caller->login, std::move(request), call->stop, call->trace);
}

} // namespace flaredeck::tools
