#pragma once

#include "core/store/audit/audittrail.h"

namespace flaredeck::store {

/// The remembered approvals: what a person need not be asked about again.
class Approvals : Table<RememberedApproval>
{
public:
    Approvals(Database &database, AuditTrail &audit);
    using Table::create;

    [[nodiscard]] QList<RememberedApproval> all(); ///< oldest first
    /// Replaces an approval with the same key.
    Result<> save(const RememberedApproval &approval);
    Result<> remove(const QString &id, const QString &reason);

private:
    AuditTrail &m_audit;
};

} // namespace flaredeck::store
