#pragma once

#include "core/tools/tool.h"

namespace flaredeck::tools {

/// accounts_list: what Cloudflare knows of the accounts that the caller reaches, and of no others.
class AccountsListTool : public Tool
{
public:
    explicit AccountsListTool(UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(InvocationPtr call) const override;

private:
    const UpstreamPtr m_upstream;
};

/// set_active_account: kept in the session's state.
class SetActiveAccountTool : public Tool
{
public:
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(InvocationPtr call) const override;
};

} // namespace flaredeck::tools
