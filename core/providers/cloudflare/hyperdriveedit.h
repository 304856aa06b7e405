#pragma once

#include "core/tools/tool.h"

namespace flaredeck::cloudflare {

/// hyperdrive_config_edit: like a tool that is data, but a call that would change nothing is an
/// error, which a schema that every model accepts cannot say.
class HyperdriveEditTool : public tools::Tool
{
public:
    explicit HyperdriveEditTool(tools::UpstreamPtr upstream);

    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
};

} // namespace flaredeck::cloudflare
