#pragma once

#include "core/tools/timeframe.h"
#include "core/tools/tool.h"

namespace flaredeck::tools {

/// worker_logs_by_worker_name and worker_logs_by_rayid: recent events in short form. Which filters
/// apply follows from the arguments.
class WorkerLogsTool : public Tool
{
public:
    explicit WorkerLogsTool(UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(InvocationPtr call) const override;

    /// Body of the telemetry query. Pure.
    [[nodiscard]] static Json query(const Json &arguments, const Timeframe &timeframe);
    /// One event in short form; what it lacks is null. Pure.
    [[nodiscard]] static Json shorten(const Json &event);

private:
    const UpstreamPtr m_upstream;
};

/// worker_logs_keys: the fields of one Worker's events.
class WorkerLogKeysTool : public Tool
{
public:
    explicit WorkerLogKeysTool(UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(InvocationPtr call) const override;

private:
    const UpstreamPtr m_upstream;
};

} // namespace flaredeck::tools
