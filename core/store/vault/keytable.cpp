#include "core/store/vault/keytable.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

// The vault itself records which key opens it, so that it never looks for another key when the
// settings file is missing.
const Layout<KeyRecord> &keyLayout()
{
    using Row = KeyRecord;
    using C = Column<Row>;
    static const Layout<Row> rows("vault_key",
                                  {C::of<&Row::instance>("instance"), C::of<&Row::number>("number"),
                                   C::of<&Row::entry>("entry"), C::of<&Row::check>("sealed_check"),
                                   C::of<&Row::since>("since"),
                                   C::of<&Row::spareEntries>("spare_entries")},
                                  "only", "only INT NOT NULL UNIQUE DEFAULT 1 CHECK (only = 1)");
    return rows;
}

const Layout<SealedSecret> &secretLayout()
{
    using Row = SealedSecret;
    using C = Column<Row>;
    static const Layout<Row> rows(
        "secrets",
        {C::of<&Row::owner>("owner"), C::of<&Row::name>("name"), C::of<&Row::sealed>("sealed")},
        "owner, name", "PRIMARY KEY (owner, name)");
    return rows;
}

} // namespace

Keys::Keys(Database &database, AuditTrail &audit)
    : Table(database, keyLayout())
    , m_audit(audit)
    , m_secrets(database, secretLayout())
{
}

Result<std::optional<KeyRecord>> Keys::record()
{
    return selectOne({});
}

Result<> Keys::replace(const KeyRecord &record, const QList<SealedSecret> &secrets,
                       const AuditEvent &event)
{
    if (const Result<> removed = m_database.change(u"DELETE FROM secrets"_s); !removed)
        return removed;
    for (const SealedSecret &secret : secrets) {
        if (const Result<> saved = saveSecret(secret); !saved)
            return saved;
    }
    if (const Result<> saved = save(record); !saved)
        return saved;
    return m_audit.append(event);
}

Result<QList<SealedSecret>> Keys::secrets()
{
    return m_secrets.select(u"ORDER BY owner, name"_s);
}

QByteArray Keys::secret(const QString &owner, const QString &name)
{
    const auto found =
        orNothing(m_secrets.selectOne(u"WHERE owner = ? AND name = ?"_s, {owner, name}));
    return found ? found->sealed : QByteArray();
}

Result<> Keys::saveSecret(const SealedSecret &secret)
{
    return m_secrets.save(secret);
}

Result<> Keys::removeSecrets(const QString &owner)
{
    return m_database.change(u"DELETE FROM secrets WHERE owner = ?"_s, {owner});
}

} // namespace flaredeck::store
