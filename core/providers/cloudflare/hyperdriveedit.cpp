#include "core/providers/cloudflare/hyperdriveedit.h"

#include "core/tools/filling.h"

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

const Json &bodyPattern()
{
    static const Json pattern{{"name", "{name}"},
                              {"origin",
                               {{"database", "{database}"},
                                {"host", "{host}"},
                                {"port", "{port}"},
                                {"scheme", "{scheme}"},
                                {"user", "{user}"}}},
                              {"caching",
                               {{"disabled", "{caching_disabled}"},
                                {"max_age", "{caching_max_age}"},
                                {"stale_while_revalidate", "{caching_stale_while_revalidate}"}}}};
    return pattern;
}

} // namespace

HyperdriveEditTool::HyperdriveEditTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> HyperdriveEditTool::run(tools::InvocationPtr call) const
{
    const Result<QString> path =
        tools::filling::path(u"/accounts/{account}/hyperdrive/configs/{hyperdrive_id}"_s,
                             call->arguments, call->account.id);
    if (!path)
        co_return fail(path.error());
    provider::ApiRequest request;
    request.method = "PATCH";
    request.path = *path;
    request.safeToRepeat = false;
    request.body = tools::filling::body(bodyPattern(), call->arguments);
    if (!request.body) {
        co_return fail(Error::Kind::InvalidInput, u"Nothing would change."_s,
                       u"Give at least one member beside hyperdrive_id, for example name."_s);
    }
    const Result<provider::ApiResponse> response =
        co_await m_upstream->send(call, std::move(request));
    if (!response)
        co_return fail(response.error());
    Json changed = response->result.is_object() ? response->result : Json{{"success", true}};
    co_return mcp::ToolResult::structuredJson(std::move(changed));
}

} // namespace flaredeck::cloudflare
