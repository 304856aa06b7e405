#pragma once

#include "core/mcp/mcpservice.h"
#include "core/oauth/authorizationserver.h"
#include "core/service/clientprograms.h"
#include "core/service/snapshot.h"

namespace flaredeck::service {

/// What a snapshot is made from.
struct SnapshotSources {
    const oauth::AuthorizationServer &authorization;
    const mcp::McpService &mcp;
    const store::LoginStore &logins;
    const ClientPrograms &programs;
};

/// The parts of a snapshot that follow from the core's objects; server, configuration and problems
/// are filled in by who knows them.
[[nodiscard]] Snapshot buildSnapshot(const SnapshotSources &sources);

} // namespace flaredeck::service
