#pragma once

#include "core/tools/tool.h"

#include <functional>
#include <map>

namespace flaredeck::tools {

/// What a provider brings as code, by the names that its data uses.
struct Coded {
    using MakeTool = std::function<std::unique_ptr<const Tool>(const UpstreamPtr &)>;
    /// The result of a call, from its arguments and from the `result` of the answer.
    using Render = std::function<mcp::ToolResult(const Json &arguments, const Json &result)>;

    std::map<QString, MakeTool> tools;
    std::map<QString, Render> forms;
};

/// Makes a T, with the way to the provider if it takes one.
template <typename T>
std::unique_ptr<const Tool> coded(const UpstreamPtr &upstream)
{
    if constexpr (std::is_constructible_v<T, UpstreamPtr>)
        return std::make_unique<T>(upstream);
    else
        return std::make_unique<T>();
}

} // namespace flaredeck::tools
