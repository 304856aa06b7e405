#pragma once

#include "core/http/peerprocess.h"
#include "core/store/audit/audit.h"

namespace flaredeck::oauth {

/// A program as the audit trail names it.
[[nodiscard]] inline store::AuditPeer auditPeer(const std::optional<http::PeerProcess> &program)
{
    return program ? store::AuditPeer{program->title(), program->pid} : store::AuditPeer();
}

} // namespace flaredeck::oauth
