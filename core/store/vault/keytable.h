#pragma once

#include "core/store/audit/audittrail.h"

namespace flaredeck::store {

/// The record of the key that seals the vault, and the sealed values. Only stores bytes; VaultKey
/// seals and opens them.
class Keys : Table<KeyRecord>
{
public:
    Keys(Database &database, AuditTrail &audit);
    [[nodiscard]] QStringList create() const { return Table::create() + m_secrets.create(); }

    [[nodiscard]] Result<std::optional<KeyRecord>> record(); ///< empty in a new vault
    using Table::save;
    /// Within a transaction: stores the record of another key, and replaces all sealed values by
    /// `secrets`.
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
