#pragma once

#include "core/tools/tool.h"

namespace flaredeck::cloudflare {

/// Adds two numbers: the way to see that a connection works.
class AddTool : public tools::Tool
{
public:
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

    /// The decimal text of a + b. InvalidInput when no number can hold it.
    [[nodiscard]] static Result<QString> sum(const Json &a, const Json &b);
};

} // namespace flaredeck::cloudflare
