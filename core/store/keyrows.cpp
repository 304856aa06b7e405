// Which key seals the vault, and its change.

#include "core/store/columns.h"
#include "core/store/rows.h"
#include "core/store/vault.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

KeyRecord readKeyRecord(const QSqlQuery &row)
{
    KeyRecord record;
    record.instance = row.value(0).toString();
    record.number = row.value(1).toInt();
    record.entry = row.value(2).toString();
    record.check = row.value(3).toByteArray();
    record.since = row.value(4).toLongLong();
    record.spareEntries = column::toList(row.value(5).toString());
    return record;
}

} // namespace

Result<std::optional<KeyRecord>> Vault::keyRecord()
{
    return fetchOne(m_database,
                    u"SELECT instance, key_number, key_entry, key_check, key_since, spare_entries "
                    "FROM meta WHERE id = 1"_s,
                    {}, readKeyRecord);
}

Result<> Vault::saveKeyRecord(const KeyRecord &record)
{
    return change(uR"(INSERT OR REPLACE INTO meta (id, instance, key_number, key_entry, key_check,
                          key_since, spare_entries)
                      VALUES (1, ?, ?, ?, ?, ?, ?))"_s,
                  {record.instance, record.number, record.entry, record.check, record.since,
                   column::fromList(record.spareEntries)});
}

Result<QList<SealedSecret>> Vault::sealedSecrets()
{
    return fetchAll(m_database, u"SELECT owner, name, sealed FROM secrets ORDER BY owner, name"_s,
                    {}, [](const QSqlQuery &row) {
                        return SealedSecret{row.value(0).toString(), row.value(1).toString(),
                                            row.value(2).toByteArray()};
                    });
}

Result<> Vault::replaceKey(const KeyRecord &record, const QList<SealedSecret> &secrets,
                           const AuditEvent &event)
{
    return transaction([&]() -> Result<> {
        if (const Result<> removed = change(u"DELETE FROM secrets"_s, {}); !removed)
            return removed;
        for (const SealedSecret &secret : secrets) {
            const Result<> saved = saveSealedSecret(secret.owner, secret.name, secret.sealed);
            if (!saved)
                return saved;
        }
        if (const Result<> saved = saveKeyRecord(record); !saved)
            return saved;
        return append(event);
    });
}

} // namespace flaredeck::store
