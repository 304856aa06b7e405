#include "core/tools/tool.h"

namespace flaredeck::tools {

Upstream::Upstream(provider::ApiClient &client, const Clock &clock)
    : m_client(client)
    , m_clock(clock)
{
}

Task<Result<provider::ApiResponse>> Upstream::send(const InvocationPtr &call,
                                                   provider::ApiRequest request) const
{
    return m_client.send(call->caller->login, std::move(request), call->stop, call->trace);
}

Task<Result<provider::ApiResponse>> Upstream::sendForText(const InvocationPtr &call,
                                                          provider::ApiRequest request) const
{
    return m_client.sendForText(call->caller->login, std::move(request), call->stop, call->trace);
}

} // namespace flaredeck::tools
