#pragma once

#include "core/tools/tool.h"

namespace flaredeck::cloudflare {

/// What the tools that walk through the schema of Cloudflare's GraphQL API have in common.
class GraphqlSchemaTool : public tools::Tool
{
public:
    explicit GraphqlSchemaTool(tools::UpstreamPtr upstream);

protected:
    /// `__schema` of the overview.
    [[nodiscard]] Task<Result<Json>> overview(tools::InvocationPtr call) const;
    /// `__type` of one type; NotFound when there is none.
    [[nodiscard]] Task<Result<Json>> details(tools::InvocationPtr call, QString type) const;

private:
    const tools::UpstreamPtr m_upstream;
};

/// graphql_schema_search
class GraphqlSearchTool : public GraphqlSchemaTool
{
public:
    using GraphqlSchemaTool::GraphqlSchemaTool;
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;
};

/// graphql_schema_overview, and graphql_complete_schema, which adds details of the root types.
class GraphqlOverviewTool : public GraphqlSchemaTool
{
public:
    using GraphqlSchemaTool::GraphqlSchemaTool;
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;
};
class GraphqlCompleteSchemaTool : public GraphqlSchemaTool
{
public:
    using GraphqlSchemaTool::GraphqlSchemaTool;
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;
};

/// graphql_type_details
class GraphqlTypeTool : public GraphqlSchemaTool
{
public:
    using GraphqlSchemaTool::GraphqlSchemaTool;
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;
};

} // namespace flaredeck::cloudflare
