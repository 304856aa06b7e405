#pragma once

#include "core/store/audit/audittrail.h"

namespace flaredeck::store {

/// Which key seals the vault, and what is sealed. Bytes in, bytes out: VaultKey seals and opens.
class Keys : Table<KeyRecord>
{
public:
    Keys(Database &database, AuditTrail &audit);
    [[nodiscard]] QStringList create() const { return Table::create() + m_secrets.create(); }

    [[nodiscard]] Result<std::optional<KeyRecord>> record(); ///< none in a new vault
    using Table::save;
    /// Within a transaction: another key, its record, and `secrets` in place of all that were
    /// sealed.
    Result<> replace(const KeyRecord &record, const QList<SealedSecret> &secrets,
                     const AuditEvent &event);

    [[nodiscard]] Result<QList<SealedSecret>> secrets();
    [[nodiscard]] QByteArray secret(const QString &owner, const QString &name);
    Result<> saveSecret(const SealedSecret &secret);
    Result<> removeSecrets(const QString &owner);

private:
    AuditTrail &m_audit;
    Table<SealedSecret> m_secrets;
};

} // namespace flaredeck::store
