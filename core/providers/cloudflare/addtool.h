#pragma once

#include "core/tools/tool.h"

namespace flaredeck::cloudflare {

/// Adds two numbers, to test that a connection works.
class AddTool : public tools::Tool
{
public:
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

    /// The decimal text of a + b. InvalidInput when the sum is out of range.
    [[nodiscard]] static Result<QString> sum(const Json &a, const Json &b);
};

} // namespace flaredeck::cloudflare
