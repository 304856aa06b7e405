#pragma once

#include "core/base/clockwatch.h"
#include "core/store/audit/audittrail.h"

namespace flaredeck::store {

/// The clients of the vault. save() keeps the grants of one that is there.
class Clients : Table<Client>
{
public:
    Clients(Database &database, AuditTrail &audit, const ClockWatch &time);
    using Table::create;
    using Table::save;

    [[nodiscard]] QList<Client> all(); ///< oldest first
    /// save() of a new one.
    Result<> add(const Client &client, const AuditPeer &peer = {});
    /// save() of one that a person has blocked or unblocked.
    Result<> saveBlock(const Client &client);
    /// With its grants, codes and tokens. `itself`: the program at the other end, when it was the
    /// client that asked for it.
    Result<> remove(const ClientId &id, const std::optional<AuditPeer> &itself = {});
    /// Removes what is old, and registrations beyond `keepAtMost`, those never authorized first. A
    /// grant or its use counts as authorization and use. Clients with a live grant stay and do not
    /// count; authorized ones that are documents are not pushed out. What a person added or blocked
    /// stays. Returns what is gone.
    Result<QList<ClientId>> purge(Millis neverAuthorizedBefore, Millis unusedBefore,
                                  int keepAtMost);

private:
    AuditTrail &m_audit;
    const ClockWatch &m_time;
};

} // namespace flaredeck::store
