#pragma once

#include "core/tools/tool.h"

namespace flaredeck::cloudflare {

/// accounts_list: Cloudflare's data about the accounts that the caller may access, and no others.
class AccountsListTool : public tools::Tool
{
public:
    explicit AccountsListTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
};

/// set_active_account: stored in the session's state.
class SetActiveAccountTool : public tools::Tool
{
public:
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;
};

} // namespace flaredeck::cloudflare
