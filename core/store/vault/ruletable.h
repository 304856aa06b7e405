#pragma once

#include "core/store/audit/audittrail.h"

namespace flaredeck::store {

/// The rules about calls. Those of a client end with it.
class Rules : Table<Rule>
{
public:
    Rules(Database &database, AuditTrail &audit);
    [[nodiscard]] QStringList create() const;

    [[nodiscard]] QList<Rule> all();
    /// Replaces the rule about the same. InvalidInput when there is no such client.
    Result<> save(const Rule &rule);
    /// A missing rule is no error.
    Result<> remove(const ClientId &client, const QString &subject);

private:
    AuditTrail &m_audit;
};

} // namespace flaredeck::store
