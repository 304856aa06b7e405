#pragma once

#include "core/tools/coded.h"
#include "core/tools/definition.h"

namespace flaredeck::tools {

/// Runs a tool that is only data: one request, one projection of its result.
class RestTool : public Tool
{
public:
    /// `definition` must outlive the tool and have a request. `render` is for a coded form.
    RestTool(const ToolDefinition &definition, UpstreamPtr upstream, Coded::Render render);

    [[nodiscard]] Task<Result<mcp::ToolResult>> run(InvocationPtr call) const override;

    /// The request for one call. Pure.
    [[nodiscard]] static Result<provider::ApiRequest>
    buildRequest(const RequestTemplate &from, const Invocation &call, Millis now);
    /// The answer of one call. Pure.
    [[nodiscard]] static Result<mcp::ToolResult> project(const ResultTemplate &as,
                                                         const provider::ApiResponse &response,
                                                         const Invocation &call,
                                                         const Coded::Render &render);

private:
    const ToolDefinition &m_definition;
    const UpstreamPtr m_upstream;
    const Coded::Render m_render;
};

} // namespace flaredeck::tools
