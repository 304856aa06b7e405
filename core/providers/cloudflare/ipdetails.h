#pragma once

#include "core/tools/tool.h"

namespace flaredeck::cloudflare {

/// get_ip_details: what Radar knows of an address, and of the AS that announces it.
class IpDetailsTool : public tools::Tool
{
public:
    explicit IpDetailsTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
};

} // namespace flaredeck::cloudflare
