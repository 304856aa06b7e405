#pragma once

#include "core/tools/lookups.h"
#include "core/tools/tool.h"

namespace flaredeck::cloudflare {

/// graphql_query: runs a query that reads nothing but accounts of the caller, and zones of these.
class GraphqlQueryTool : public tools::Tool
{
public:
    explicit GraphqlQueryTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
    mutable tools::Lookups m_lookups; ///< remembers whose the zones are
};

/// graphql_api_explorer: a link that opens a query in Cloudflare's explorer.
class GraphqlExplorerTool : public tools::Tool
{
public:
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

    [[nodiscard]] static QString link(const QString &query, const Json &variables);
};

} // namespace flaredeck::cloudflare
