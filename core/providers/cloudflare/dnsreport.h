#pragma once

#include "core/tools/tool.h"

namespace flaredeck::cloudflare {

/// dns_report: a zone's DNS queries of the last days.
class DnsReportTool : public tools::Tool
{
public:
    explicit DnsReportTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

    /// Of now minus so many days, in ISO 8601 with milliseconds. InvalidInput for a number of days
    /// that is no period in the past.
    [[nodiscard]] static Result<QString> since(double days, Millis now);

private:
    const tools::UpstreamPtr m_upstream;
};

} // namespace flaredeck::cloudflare
