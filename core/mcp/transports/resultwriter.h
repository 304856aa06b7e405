#pragma once

#include "core/mcp/types.h"

namespace flaredeck::mcp {

/// How long a list may be kept (MCP 2026-07-28, server/utilities/caching). Never by others than the
/// client itself: what is listed depends on the grant.
struct Caching {
    int ttlMs = 0;
};

/// Completes results for the revision that they are written for.
class ResultWriter
{
public:
    explicit ResultWriter(const ServerInfo &info);

    /// JSON text of the whole result.
    [[nodiscard]] QByteArray write(Json result, const Traits &traits,
                                   std::optional<Caching> caching = {}) const;

private:
    Json m_serverInfo;
    QByteArray m_completeEnd; ///< of a stateless result that says nothing else of itself
};

} // namespace flaredeck::mcp
