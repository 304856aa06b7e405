#pragma once

#include "core/base/ziparchive.h"
#include "core/tools/tool.h"

#include <QTimer>

namespace flaredeck::cloudflare {

/// The archives of WARP diagnostics. The last one stays in memory for a few minutes, because who
/// looks into one reads several of its files. Core thread.
class WarpDiagnostics
{
public:
    using Archive = std::shared_ptr<const ZipArchive>;

    /// What the two tools that read archives have in common.
    [[nodiscard]] static std::shared_ptr<WarpDiagnostics> shared();

    explicit WarpDiagnostics(std::chrono::milliseconds kept = std::chrono::minutes(5));

    /// The archive that the arguments deviceId and commandId name.
    [[nodiscard]] Task<Result<Archive>> get(tools::UpstreamPtr upstream, tools::InvocationPtr call);

private:
    QTimer m_expiry;
    QStringList m_key; ///< whose archive it is, and which
    Archive m_archive;
};

/// dex_list_remote_warp_diag_contents: the paths of the files.
class WarpDiagContentsTool : public tools::Tool
{
public:
    explicit WarpDiagContentsTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
    const std::shared_ptr<WarpDiagnostics> m_archives = WarpDiagnostics::shared();
};

/// dex_explore_remote_warp_diag_output: one of the files as text.
class WarpDiagFileTool : public tools::Tool
{
public:
    static constexpr qsizetype kMostBytes = 8 * 1024 * 1024;

    explicit WarpDiagFileTool(tools::UpstreamPtr upstream);
    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override;

private:
    const tools::UpstreamPtr m_upstream;
    const std::shared_ptr<WarpDiagnostics> m_archives = WarpDiagnostics::shared();
};

} // namespace flaredeck::cloudflare
