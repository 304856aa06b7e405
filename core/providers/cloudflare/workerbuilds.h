#pragma once

#include "core/tools/tool.h"

namespace flaredeck::cloudflare {

/// workers_builds_list_builds: four texts, as upstream has them: two headings, each with a table.
class BuildsListTool : public tools::Tool
{
public:
    explicit BuildsListTool(tools::UpstreamPtr upstream);

    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
};

/// workers_builds_get_build_logs: follows the pages of a log to its end.
class BuildLogsTool : public tools::Tool
{
public:
    /// A log that goes on behind them is cut there, and says so.
    static constexpr int kMostLogPages = 200;

    explicit BuildLogsTool(tools::UpstreamPtr upstream);

    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
};

} // namespace flaredeck::cloudflare
