#pragma once

#include "core/tools/tool.h"

namespace flaredeck::cloudflare {

/// A JSON answer of one of Cloudflare's public sites (provider.json), which is asked without a
/// credential. Upstream when it sends something else.
[[nodiscard]] Task<Result<Json>> readPublicJson(tools::UpstreamPtr upstream,
                                                tools::InvocationPtr call,
                                                provider::ApiRequest request);

/// mcp_demo_day_info: the page of Cloudflare's MCP Demo Day, as it is.
class DemoDayTool : public tools::Tool
{
public:
    explicit DemoDayTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
};

} // namespace flaredeck::cloudflare
