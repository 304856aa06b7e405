#pragma once

#include "core/tools/timeframe.h"
#include "core/tools/tool.h"

namespace flaredeck::cloudflare {

/// worker_logs_by_worker_name and worker_logs_by_rayid: recent events in short form. The arguments
/// decide which filters apply.
class WorkerLogsTool : public tools::Tool
{
public:
    explicit WorkerLogsTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

    /// Body of the telemetry query. Pure.
    [[nodiscard]] static Json query(const Json &arguments, const tools::Timeframe &timeframe);
    /// One event in short form; missing members are null. Pure.
    [[nodiscard]] static Json shorten(const Json &event);

private:
    const tools::UpstreamPtr m_upstream;
};

/// worker_logs_keys: the fields of one Worker's events.
class WorkerLogKeysTool : public tools::Tool
{
public:
    explicit WorkerLogKeysTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
};

} // namespace flaredeck::cloudflare
