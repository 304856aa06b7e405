#pragma once

#include "core/tools/definition.h"
#include "core/tools/tool.h"

namespace flaredeck::tools {

/// Runs a tool that is only data: one request, one projection of its result.
class RestTool : public Tool
{
public:
    /// `definition` must outlive the tool and have a request.
    RestTool(const ToolDefinition &definition, UpstreamPtr upstream);

    [[nodiscard]] Task<Result<mcp::ToolResult>> run(InvocationPtr call) const override;

    /// The request for one call. Pure.
    [[nodiscard]] static Result<cloudflare::ApiRequest>
    buildRequest(const RequestTemplate &from, const Invocation &call, Millis now);
    /// The answer of one call. Pure.
    [[nodiscard]] static Result<mcp::ToolResult> project(const ResultTemplate &as,
                                                         const cloudflare::ApiResponse &response,
                                                         const Json &arguments);

private:
    const ToolDefinition &m_definition;
    const UpstreamPtr m_upstream;
};

} // namespace flaredeck::tools
