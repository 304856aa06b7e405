#pragma once

#include "core/tools/tool.h"

/// Cloudflare's blog: two public sites that are asked without a credential.
namespace flaredeck::cloudflare {

/// search_posts: the best place of each post, best first.
class SearchPostsTool : public tools::Tool
{
public:
    explicit SearchPostsTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

    /// The results of the places that the search found. Pure.
    [[nodiscard]] static Json resultsOf(const Json &chunks);

private:
    const tools::UpstreamPtr m_upstream;
};

/// list_posts.
class ListPostsTool : public tools::Tool
{
public:
    explicit ListPostsTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
};

/// get_post.
class GetPostTool : public tools::Tool
{
public:
    explicit GetPostTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
};

/// list_tags.
class ListTagsTool : public tools::Tool
{
public:
    explicit ListTagsTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
};

} // namespace flaredeck::cloudflare
