#pragma once

#include "core/base/clockwatch.h"
#include "core/store/audit/audittrail.h"

namespace flaredeck::store {

/// The clients of the vault. save() of a stored client keeps its grants.
class Clients : Table<Client>
{
public:
    Clients(Database &database, AuditTrail &audit, const ClockWatch &time);
    using Table::create;
    using Table::save;

    [[nodiscard]] QList<Client> all(); ///< oldest first
    /// save() of a new client.
    Result<> add(const Client &client, const AuditPeer &peer = {});
    /// save() of a client that a person has blocked or unblocked.
    Result<> saveBlock(const Client &client);
    /// Also removes its grants, codes and tokens. `itself`: the program at the other end, when the
    /// client itself requested the removal.
    Result<> remove(const ClientId &id, const std::optional<AuditPeer> &itself = {});
    /// Removes old clients, and registrations beyond `keepAtMost`, never authorized ones first. A
    /// grant counts as authorization, its use as use. Clients with a live grant stay and do not
    /// count; authorized documents are not removed for the number. Clients that a person added or
    /// blocked stay. Returns the removed ids.
    Result<QList<ClientId>> purge(Millis neverAuthorizedBefore, Millis unusedBefore,
                                  int keepAtMost);

private:
    AuditTrail &m_audit;
    const ClockWatch &m_time;
};

} // namespace flaredeck::store
